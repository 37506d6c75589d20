"""What this process and a child say to each other: lengths, JSON and bytes; nothing that a child says is ever run."""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

from msgspec import ValidationError, convert
from msgspec.structs import astuple

from cvbuild.errors import CvError, EngineError, LimitError, Mark, Problem, ThemeError
from cvbuild.rendered import Asset, Enclosure, Rendered, Row, Sheet, Stamp

# The lengths of the two parts of a message: JSON, and bytes.
HEAD = struct.Struct(">QQ")
_ERRORS: dict[str, type[CvError]] = {kind.__name__: kind for kind in (EngineError, LimitError, ThemeError)}


def packed(said: object, data: bytes) -> bytes:
    """Return a message of one JSON value and *data*."""
    text = json.dumps(said).encode()
    return HEAD.pack(len(text), len(data)) + text + data


def packed_page(rendered: Rendered, **said: object) -> bytes:
    """Return a message that holds *rendered*, and *said* beside it."""
    source = rendered.source.encode("utf-8", "surrogatepass")
    assets = rendered.assets.items()
    described = {
        **said,
        "source": len(source),
        "assets": [[url, asset.media_type, len(asset.data)] for url, asset in assets],
        "fonts": [str(path) for path in rendered.fonts],
        "stamp": astuple(rendered.stamp) if rendered.stamp else None,
        "enclosed": [[e.name, e.media_type, e.description, len(e.data)] for e in rendered.enclosed],
    }
    data = [source, *(asset.data for _, asset in assets), *(enclosure.data for enclosure in rendered.enclosed)]
    return packed(described, b"".join(data))


def page(said: Mapping[str, Any], data: bytes | memoryview) -> Rendered:
    """Return what `packed_page` was given. Raises `LookupError`, `TypeError` or `ValueError` for anything else."""
    place = int(said["source"])
    source = bytes(data[:place]).decode("utf-8", "surrogatepass")
    assets = {}
    for url, media_type, length in said["assets"]:
        assets[str(url)] = Asset(bytes(data[place : place + length]), str(media_type))
        place += length
    enclosed = []
    for name, media_type, description, length in said["enclosed"]:
        enclosed.append(Enclosure(str(name), bytes(data[place : place + length]), str(media_type), str(description)))
        place += length
    stamp = Stamp(*map(str, said["stamp"])) if said["stamp"] else None
    return Rendered(source, assets, tuple(Path(path) for path in said["fonts"]), (), stamp, tuple(enclosed))


R = TypeVar("R", Row, Sheet)


def read(kind: type[R], said: object) -> tuple[R, ...]:
    """Return the rows or sheets that a message holds: none, where what it holds are none."""
    try:
        return convert(said, tuple[kind, ...])  # type: ignore[valid-type]
    except ValidationError:
        return ()


def packed_error(error: CvError) -> bytes:
    """Return a message that holds *error*."""
    problems = [[p.mark.file, p.mark.line, p.mark.column, p.where, p.message, p.hint] for p in error.problems]
    return packed({"error": type(error).__name__, "problems": problems}, b"")


def error(said: Mapping[str, object]) -> CvError | None:
    """Return the error that a message holds, if it holds one."""
    problems = [_problem(item) for item in items(said.get("problems"))]
    return _ERRORS.get(str(said.get("error")), EngineError)(*problems) if problems else None


def _problem(item: object) -> Problem:
    file, line, column, where, message, hint = [*items(item), "", 0, 0, "", "", ""][:6]
    numbers = [number if isinstance(number, int) else 0 for number in (line, column)]
    return Problem(Mark(str(file), *numbers), str(where), str(message), str(hint))


def items(value: object) -> list[object]:
    """Return *value* where it is a list, and else an empty one."""
    return value if isinstance(value, list) else []
