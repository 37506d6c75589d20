"""Glyphs and fonts of a finished PDF: each glyph says its character, and each font comes with the file."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Any

from cvbuild.checks.finished import Pdf, Wanted
from cvbuild.checks.typefaces import UNKNOWN
from cvbuild.findings import Finding, error, note, warning

_SUBSET = re.compile(r"/?[A-Z]{6}\+")
_FILES = ("/FontFile", "/FontFile2", "/FontFile3")


def glyphs(pdf: Pdf, wanted: Wanted | None) -> Iterator[Finding]:
    """Yield each character of the text layer that nobody types, once to a page.

    TeX's large parentheses, roots and sums say no character; where a document has formulas they are noted only.
    """
    has_formulas = not pdf.is_tagged_html and (wanted is None or any(text.formulas for text in wanted.texts))
    for number, page in enumerate(pdf.pages, 1):
        for run in page.runs:
            for char in dict.fromkeys(run.text):
                if rule := _odd(char):
                    message = f"{_NAMES[rule]} (U+{ord(char):04X}) in '{run.text.strip()[:60]}'"
                    in_formula = has_formulas and rule == "glyph-missing" and set(run.text.strip()) == {UNKNOWN}
                    serious = note if in_formula else error
                    yield serious(rule, message, pdf.mark, f"page {number}")


_NAMES = {
    "glyph-missing": "a glyph that says no character",
    "glyph-private": "a character of private use",
    "glyph-ligature": "a ligature that is not taken apart",
    "glyph-control": "a control character",
}


def _odd(char: str) -> str:
    """Return the rule that *char* breaks, if any."""
    if " " <= char <= "~":
        return ""
    if char == UNKNOWN:
        return "glyph-missing"
    category = unicodedata.category(char)
    if category == "Co":
        return "glyph-private"
    if "\ufb00" <= char <= "\ufb06":
        return "glyph-ligature"
    return "glyph-control" if category in ("Cc", "Cn", "Cs") else ""


def fonts(pdf: Pdf) -> Iterator[Finding]:
    """Yield each font that is not embedded, whole, without a map to characters, or drawn by commands."""
    for name, font in pdf.fonts.items():
        where, subtype = name.lstrip("/"), font.get("/Subtype")
        if subtype == "/Type3":
            yield error("font-type3", "a Type 3 font, which programs read and print badly", pdf.mark, where)
            continue
        if "/ToUnicode" not in font:
            yield error("font-unicode", "no map from its glyphs to characters (ToUnicode)", pdf.mark, where)
        descriptor = _descriptor(font)
        if not any(key in descriptor for key in _FILES):
            yield error("font-embedded", "the font is not in the file; another one would be shown", pdf.mark, where)
        elif not _SUBSET.match(name):
            yield warning("font-subset", "the whole font is in the file, not only what is used of it", pdf.mark, where)


def _descriptor(font: Any) -> Any:
    if "/DescendantFonts" in font:
        font = font["/DescendantFonts"][0].get_object()
    return font.get("/FontDescriptor", {})
