"""Which characters pdfLaTeX sets with a family of the bundled fonts so that they can be copied out of the PDF again.

The table is beside the fonts, in `themes/fonts/tex/characters.txt`; a test compiles every character of it.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from cvbuild import theme

#: The families, by the names of their packages: `cv-pagella.sty` and so on.
FAMILIES = ("latin-modern", "pagella", "source-sans")


@cache
def covered(family: str) -> frozenset[str]:
    """Return the characters which pdfLaTeX sets right with *family*, in all its shapes and as code."""
    for line in (theme.builtin() / "fonts" / "tex" / "characters.txt").read_text("ascii").splitlines():
        name, _, ranges = line.partition(": ")
        if name == family:
            return frozenset(_expanded(ranges))
    raise KeyError(family)


def _expanded(ranges: str) -> Iterable[str]:
    for pair in ranges.split():
        first, _, last = pair.partition("-")
        yield from map(chr, range(int(first, 16), int(last or first, 16) + 1))


def line(family: str, characters: frozenset[str]) -> str:
    """Return the line of the table for *family*."""
    pairs: list[list[int]] = []
    for code in sorted(map(ord, characters)):
        if pairs and pairs[-1][1] == code - 1:
            pairs[-1][1] = code
        else:
            pairs.append([code, code])
    return f"{family}: " + " ".join(f"{a:04X}" if a == b else f"{a:04X}-{b:04X}" for a, b in pairs)
