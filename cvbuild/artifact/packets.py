"""What a PDF carries and bears, and several PDFs as one."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath
from typing import Any

from cvbuild import xmp
from cvbuild.artifact import opened
from cvbuild.errors import EngineError, Mark, Problem
from cvbuild.rendered import Stamp

_MAX_BYTES = 64 * 1024 * 1024
_MAX_FILES = 200


def stamp_of(reader: Any) -> Stamp | None:
    """Return the stamp that an `opened` PDF bears, if it bears one."""
    metadata = reader.trailer["/Root"].get("/Metadata")
    return xmp.stamp_in(metadata.get_object().get_data()) if metadata is not None else None


def carries_source(reader: Any) -> bool:
    """Tell whether an `opened` PDF carries files that it calls its source."""
    enclosed = (reference.get_object() for reference in reader.trailer["/Root"].get("/AF", ()))
    return any(file.get("/AFRelationship") == "/Source" for file in enclosed)


def source_of(reader: Any, file: str) -> Mapping[str, bytes]:
    """Return the source that an `opened` PDF carries: its files by their names, relative and below where they go.

    Raises `EngineError` naming *file* where it carries none, or what no cvbuild put there.
    """
    found: dict[str, bytes] = {}
    for reference in reader.trailer["/Root"].get("/AF", ()):
        enclosed = reference.get_object()
        if enclosed.get("/AFRelationship") != "/Source" or len(found) >= _MAX_FILES:
            continue
        name = str(enclosed.get("/UF", enclosed.get("/F", "")))
        data = enclosed["/EF"]["/F"].get_object().get_data()
        if not _is_below(name) or len(data) > _MAX_BYTES:
            raise EngineError(Problem(Mark(file), "", f"carries a file '{name}', which is none of a CV's"))
        found[name] = bytes(data)
    if not any(name.endswith((".yaml", ".yml")) for name in found):
        hint = "a PDF carries its source where it was built with --source, or its variant says 'source: true'"
        raise EngineError(Problem(Mark(file), "", "carries no source", hint))
    return found


def _is_below(name: str) -> bool:
    """Tell whether *name* leads to a file below the folder that it starts from, and is written in plain characters."""
    plain = name.isprintable() and "\\" not in name and ":" not in name
    return plain and not any(part == "" or part.startswith(".") for part in name.split("/"))


def merged(pdfs: Sequence[tuple[str, bytes]]) -> bytes:
    """Return *pdfs*, by their names, as one: their pages and bookmarks in order, what the first says of itself.

    Tags and claims to standards are left behind, for they do not hold of the whole. Raises `EngineError`.
    """
    from pypdf import PdfWriter
    from pypdf.errors import PyPdfError
    from pypdf.generic import NameObject

    writer = PdfWriter()
    readers = [(name, opened(data, name)) for name, data in pdfs]
    for name, reader in readers:
        try:
            writer.append(reader, outline_item=_title(reader, name), import_outline=True)
        except (PyPdfError, ValueError, KeyError, AttributeError, TypeError, NotImplementedError) as error:
            raise EngineError(Problem(Mark(name), "", f"cannot be joined: {error}")) from None
    first = readers[0][1]
    writer.metadata = {k: str(v) for k, v in (first.metadata or {}).items() if k in ("/Title", "/Author", "/Subject")}
    if "/Lang" in first.trailer["/Root"]:
        writer.root_object[NameObject("/Lang")] = first.trailer["/Root"]["/Lang"]
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def _title(reader: Any, name: str) -> str:
    """Return what to call a file among the bookmarks: by its title, or its name."""
    title = str((reader.metadata or {}).get("/Title") or "").strip()
    stem = PurePosixPath(name).stem
    return f"{title} ({stem})" if title else stem
