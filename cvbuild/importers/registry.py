"""The formats that can be imported, and which of them a file has."""

from __future__ import annotations

from datetime import date
from importlib import import_module

from cvbuild.errors import CvError, Mark, Problem, ProfileError, listed
from cvbuild.importers import listed as listed_works
from cvbuild.importers.imported import Format, Imported, Known
from cvbuild.importers.known import known

# Each module has a `FORMAT`; none is imported before somebody imports a file.
_MODULES = ("jsonresume", "rendercv", "yamlresume", "fresh", "orcid.record")
_ARCHIVES = (b"PK\x03\x04", b"PK\x05\x06", b"\x1f\x8b", b"BZh", b"\xfd7zXZ", b"7z\xbc\xaf", b"\x28\xb5\x2f\xfd")
# Less sure than that, a list of works is looked for first.
_SURE = 0.5
MAX_BYTES = 64 * 1024 * 1024


def formats() -> dict[str, Format]:
    """Return the formats by their names."""
    return {one.name: one for one in (*_whole(), *listed_works.formats())}


def _whole() -> list[Format]:
    """Return the formats of more than a list of works."""
    return [import_module(f"cvbuild.importers.{name}").FORMAT for name in _MODULES]


def recognised(file: str, data: bytes, wished: str = "") -> Format:
    """Return the format *wished*, or the one that *data* has most surely.

    Raises `ProfileError` where it has none, or is broken so that nobody can tell; `LimitError` past a limit.
    """
    if data.startswith(_ARCHIVES) or data[257:262] == b"ustar":
        message = "an archive; expected the file itself"
        raise ProfileError(Problem(Mark(file), "", message, "unpack it, and import what is in it"))
    if data.startswith(b"%PDF-"):
        message = "a PDF; expected what it was made from, or a file that another tool has exported"
        raise ProfileError(Problem(Mark(file), "", message))
    known_formats = formats()
    if wished in known_formats:
        return known_formats[wished]
    whole = _whole()
    sure, name = max((one.sniff(data), one.name) for one in whole)
    if sure < _SURE and (kind := _listed(file, data, sure)):
        return known_formats[kind]
    if not sure:
        titles = listed([*(one.title for one in whole), "a list of works"])
        raise ProfileError(Problem(Mark(file, 1, 1), "", f"no format that is known; expected {titles}",
                                   f"or say --format {listed(known_formats)}"))  # fmt: skip
    return known_formats[name]


def _listed(file: str, data: bytes, sure: float) -> str:
    """Return the format of a list of works, '' where *data* is none. Raises what is wrong where it can be no other."""
    try:
        return listed_works.kind_of(file, data)
    except CvError:
        if not sure:
            raise
        return ""


def read(format: Format, file: str, data: bytes, today: date, profile: Known | None = None) -> Imported:
    """Return the facts in *data*, which go into *profile*; what lies ahead of *today* is known from that day.

    Raises as the format does.
    """
    found = format.read(file, data, profile)
    return Imported(known(found.tree, today), found.notes)
