"""Fonts: which characters a set of font files can show, and what their families are called."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from cvbuild.characters import characters
from cvbuild.errors import Mark, Problem, ProfileError
from cvbuild.shipped import builtin

if TYPE_CHECKING:
    from fontTools.ttLib import TTFont

SUFFIXES = (".ttf", ".otf", ".ttc", ".otc")


def files(place: Path) -> tuple[Path, ...]:
    """Return the font files in the folder *place* by name, or *place* where it is a file itself."""
    if place.is_file():
        return (place,)
    if not place.is_dir():
        return ()
    return tuple(sorted(path for path in place.iterdir() if path.suffix.lower() in SUFFIXES and path.is_file()))


@cache
def coverage(path: Path) -> frozenset[int]:
    """Return the code points for which the font file at *path* has a glyph.

    Raises `ProfileError` where it is no font: a theme's own fonts are.
    """
    # These are known to be whole.
    if path.resolve().is_relative_to(builtin().resolve()) and (known := characters(path.read_bytes())) is not None:
        return known
    with _opened(path) as font:
        # Nobody asks what the glyphs are called; to find out, fontTools would read all their outlines.
        font.setGlyphOrder([str(number) for number in range(font["maxp"].numGlyphs)])
        return frozenset(font.getBestCmap() or ())


@cache
def family(path: Path) -> str:
    """Return the family name of the font file at *path*. Raises `ProfileError` where it is no font."""
    with _opened(path) as font:
        return str(font["name"].getBestFamilyName() or path.stem)


@cache
def families(path: Path) -> tuple[str, ...]:
    """Return every name by which the font file at *path* is found in style sheets, the best first."""
    with _opened(path) as font:
        names = (font["name"].getDebugName(number) for number in (21, 16, 1))
        return tuple(dict.fromkeys(str(name) for name in names if name)) or (path.stem,)


@cache
def face(path: Path) -> tuple[bool, bool]:
    """Return whether the font file at *path* is bold, and whether it is italic."""
    with _opened(path) as font:
        weight, selection = (font["OS/2"].usWeightClass, font["OS/2"].fsSelection) if "OS/2" in font else (400, 0)
        return weight >= 600, bool(selection & 1)


@contextmanager
def _opened(path: Path) -> Iterator[TTFont]:
    from fontTools.ttLib import TTFont, TTLibError

    try:
        # fontTools leaves a file open that it cannot read.
        with path.open("rb") as stream, TTFont(stream, fontNumber=0, lazy=True) as font:
            if not {"cmap", "name"} <= set(font.keys()):
                raise ValueError("it has no table of characters, or none of names")
            yield font
    except (TTLibError, OSError, AssertionError, LookupError, ValueError, struct.error) as error:
        raise ProfileError(Problem(Mark(str(path)), "", f"is not a font that can be read: {error}")) from None


def missing(text: str, places: tuple[Path, ...]) -> Iterator[str]:
    """Yield each character of *text* for which no font at *places* has a glyph, in order, once."""
    left = {ord(char): char for char in text if not char.isspace()}
    for path in (path for place in places for path in files(place)):
        if not left:
            return
        known = coverage(path)
        left = {code: char for code, char in left.items() if code not in known}
    yield from left.values()
