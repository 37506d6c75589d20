"""The table of the characters that pdfLaTeX sets right: every one of them is set, and read back, in every shape."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

import pytest

from cvbuild import tex_characters, theme
from cvbuild.writers import latex_escape
from tests import texfonts as tex

_TABLE = theme.builtin() / "fonts" / "tex" / "characters.txt"
_SHAPES = (r"\normalfont", r"\itshape", r"\bfseries", r"\bfseries\itshape", r"\ttfamily", r"\ttfamily\bfseries")
_ENCODINGS = Path(theme.builtin() / "fonts" / "tex" / "cv-encodings.def")


def candidates() -> frozenset[str]:
    """Return every character that some font for pdfTeX has, and ASCII."""
    listed = re.findall(r"(?:^|[{,%])([0-9A-F]{4})(?=[:,}%])", _ENCODINGS.read_text("ascii"), re.MULTILINE)
    codes = {int(code, 16) for code in listed} | set(range(0x20, 0x7F)) | {0xA0, 0x2011}
    return frozenset(char for char in map(chr, codes) if unicodedata.normalize("NFC", char) == char)


def right(family: str) -> frozenset[str]:
    """Return the characters that pdfLaTeX sets with *family*, and that both readers read back, in every shape."""
    chars = sorted(candidates())
    lines = ["".join(f"{{{shape} {latex_escape.text(f'a{char}b')}}}" for shape in _SHAPES) for char in chars]
    pdf, _ = tex.compile("pdflatex", tex.document(family, tex.numbered(lines)))
    good = set(chars)
    for pages in (tex.pypdf_pages(pdf), tex.poppler_pages(pdf)):
        read = tex.lines(pages)
        good &= {char for number, char in enumerate(chars) if read.get(number) == tex.squeezed(_wanted(char))}
    return frozenset(good)


def _wanted(char: str) -> str:
    shown = "-" if char == "\u2011" else char
    return f"a{shown}b" * len(_SHAPES)


@pytest.mark.tex
@pytest.mark.slow
@tex.needed("pdflatex")
def test_the_table_has_what_pdflatex_sets_right(request: pytest.FixtureRequest) -> None:
    """`make accept` rewrites it."""
    made = "\n".join(tex_characters.line(family, right(family)) for family in tex_characters.FAMILIES) + "\n"
    if request.config.getoption("--accept"):
        _TABLE.write_text(made, "ascii")

    assert made == _TABLE.read_text("ascii")


@pytest.mark.parametrize("family", tex_characters.FAMILIES)
def test_most_of_europe_is_in_the_table(family: str) -> None:
    words = "Łódź Ţț İstanbul Đà Nẵng Ελλάδα Москва ŵ ħ ŋ ß – — … “x” ‘y’ «z» € ₩ ≥ ≤ ≈ − × ²³¹ ½ → • †"

    assert {char for char in words if char not in tex_characters.covered(family)} == set()


def test_a_family_that_is_not_there_is_an_error() -> None:
    with pytest.raises(KeyError):
        tex_characters.covered("comic")
