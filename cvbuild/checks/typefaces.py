"""Fonts of a finished PDF: which characters their codes stand for, and how wide those are."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from msgspec import Struct

# What stands for a code that its font gives no character.
UNKNOWN = "\ufffd"


class Typeface(Struct, frozen=True):
    """One font: `characters` and `widths` (in thousandths of its size) are by code; a code has `length` bytes."""

    name: str
    length: int
    characters: Mapping[int, str]
    widths: Mapping[int, float]
    width: float = 0.0

    @property
    def is_bold(self) -> bool:
        """Tell it as parsers do: by the font's name."""
        return bool(re.search("bold|black|heavy", self.name, re.IGNORECASE))

    def glyphs(self, codes: bytes) -> Iterator[tuple[str, float, bool]]:
        """Yield the characters of each code, its width, and whether it is the one-byte space."""
        for start in range(0, len(codes) - self.length + 1, self.length):
            code = int.from_bytes(codes[start : start + self.length])
            space = self.length == 1 and code == 32
            yield self.characters.get(code, UNKNOWN), self.widths.get(code, self.width), space


def typeface(font: Any) -> Typeface:
    """Return what *font*, a font dictionary of a PDF, says of itself."""
    wide = font.get("/Subtype") == "/Type0"
    stream = font.get("/ToUnicode")
    characters = _characters(stream.get_object().get_data()) if hasattr(stream, "get_object") else {}
    name = str(font.get("/BaseFont", "")).lstrip("/")
    if wide:
        inner = font["/DescendantFonts"][0].get_object()
        return Typeface(name, 2, characters, dict(_wide(inner.get("/W", ()))), float(inner.get("/DW", 1000)))
    scale = 1000 * float(font["/FontMatrix"][0]) if font.get("/Subtype") == "/Type3" else 1.0
    first = int(font.get("/FirstChar", 0))
    widths = {first + index: float(width) * scale for index, width in enumerate(font.get("/Widths", ()))}
    return Typeface(name, 1, characters, widths)


def _wide(widths: Any) -> Iterator[tuple[int, float]]:
    """Yield the codes and widths of a `/W`: `c [w …]` for codes from c on, or `from to w`."""
    parts = [part.get_object() for part in widths]
    place = 0
    while place + 1 < len(parts):
        first, second = parts[place], parts[place + 1]
        if isinstance(second, list):
            yield from ((int(first) + index, float(width)) for index, width in enumerate(second))
            place += 2
        elif place + 2 < len(parts):
            yield from ((code, float(parts[place + 2])) for code in range(int(first), min(int(second), 65535) + 1))
            place += 3
        else:
            return


_BLOCK = re.compile(rb"begin(bfchar|bfrange)(.*?)end\1", re.DOTALL)
_HEX = rb"<\s*([0-9A-Fa-f\s]*)>\s*"
_PAIR = re.compile(_HEX + _HEX)
_RANGE = re.compile(_HEX + _HEX + rb"(?:" + _HEX + rb"|\[([^\]]*)\])")
_MOST = 65536


def _characters(cmap: bytes) -> dict[int, str]:
    found: dict[int, str] = {}
    for kind, lines in _BLOCK.findall(cmap):
        if kind == b"bfchar":
            found |= {int(code, 16): _text(text) for code, text in _PAIR.findall(lines) if code.strip()}
            continue
        for first, last, text, texts in _RANGE.findall(lines):
            codes = range(int(first, 16), min(int(last, 16), int(first, 16) + _MOST) + 1)
            if texts:
                found |= zip(codes, (_text(one) for one in re.findall(_HEX, texts)), strict=False)
            else:
                head, end = _text(text)[:-1], ord(_text(text)[-1:] or "\0")
                found |= {code: head + chr(end + code - codes.start) for code in codes}
    return found


def _text(figures: bytes) -> str:
    return bytes.fromhex(figures.decode("ascii")).decode("utf-16-be", "replace")
