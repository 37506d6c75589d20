"""Fonts: which characters a set of font files can show, and what their families are called."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path

SUFFIXES = (".ttf", ".otf", ".ttc", ".otc")


def files(folder: Path) -> tuple[Path, ...]:
    """Return the font files in *folder*, or *folder* itself where it is one, by name."""
    if folder.is_file():
        return (folder,)
    return tuple(sorted(path for path in folder.iterdir() if path.suffix.lower() in SUFFIXES))


@cache
def coverage(path: Path) -> frozenset[int]:
    """Return the code points for which the font file at *path* has a glyph.

    Raises `ValueError` where it is no font.
    """
    from fontTools.ttLib import TTFont, TTLibError

    try:
        with TTFont(path, fontNumber=0, lazy=True) as font:
            return frozenset(font.getBestCmap() or ())
    except (TTLibError, OSError, AssertionError) as error:
        raise ValueError(f"'{path.name}' is not a font: {error}") from None


@cache
def family(path: Path) -> str:
    """Return the family name of the font file at *path*."""
    from fontTools.ttLib import TTFont

    with TTFont(path, fontNumber=0, lazy=True) as font:
        return str(font["name"].getBestFamilyName() or path.stem)


def missing(text: str, folders: tuple[Path, ...]) -> Iterator[str]:
    """Yield each character of *text* for which no font in *folders* has a glyph, in order, once."""
    left = {ord(char): char for char in text if not char.isspace()}
    for path in (path for folder in folders for path in files(folder)):
        if not left:
            return
        known = coverage(path)
        left = {code: char for code, char in left.items() if code not in known}
    yield from left.values()
