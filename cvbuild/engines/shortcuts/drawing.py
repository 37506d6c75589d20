"""Shortcuts through drawing: a glyph that was drawn before at the same width is written as it was then."""

from __future__ import annotations

from typing import Any

from cvbuild.engines.shortcuts.replacing import replace

# From here on Pango numbers what is no glyph of a font.
_NO_GLYPH = 0x0FFFFFFF
# An older one tells other sizes of its fonts.
_OLDEST_PANGO = 14802


def take() -> None:
    """Have lines of plain glyphs drawn by `_draw`, and any others as ever."""
    from weasyprint.draw import text
    from weasyprint.text.ffi import pango

    real = text.draw_first_line

    def draw_first_line(stream: Any, textbox: Any, text_overflow: str, block_ellipsis: Any, matrix: Any) -> Any:
        if text_overflow != "ellipsis" and block_ellipsis == "none" and textbox.text.strip():
            pango.pango_layout_set_single_paragraph_mode(textbox.pango_layout.layout, True)
            runs = _runs(textbox.pango_layout.get_first_line()[0])
            fonts = [_drawn(stream, textbox, item.item.analysis.font) for item, _, _ in runs]
            if runs and not any(d.font.bitmap or d.font.png or d.font.svg or d.font.colr for d in fonts):
                _draw(stream, textbox, matrix, runs, fonts)
                return []
        return real(stream, textbox, text_overflow, block_ellipsis, matrix)

    if pango.pango_version() >= _OLDEST_PANGO:
        replace(real, draw_first_line)


class _Drawn:
    """A font at one size, and each glyph of it by its width, as it is written.

    The layout in which the font was met is held, for the font is known by its address, and lives as long.
    """

    def __init__(self, layout: Any, font: Any, size: float) -> None:
        self.layout = layout
        self.font = font
        self.size = size
        self.written: dict[tuple[int, int], str] = {}


def _runs(line: Any) -> list[tuple[Any, list[int], list[int]]]:
    """Return item, glyphs and widths of each run of *line*: nothing where one is more than a row of glyphs."""
    from weasyprint.text.ffi import ffi

    length = ffi.sizeof("PangoGlyphInfo")
    step = length // ffi.sizeof("int")
    found = []
    run = line.runs[0]
    while run != ffi.NULL:
        item, run = run.data, run.next
        glyphs = item.glyphs
        values = memoryview(ffi.buffer(glyphs.glyphs, glyphs.num_glyphs * length)).cast("i").tolist()
        # What is moved or raised, empty, or missing from the font.
        if any(values[2::step]) or any(values[3::step]) or max(values[::step], default=0) >= _NO_GLYPH:
            return []
        found.append((item, values[::step], values[1::step]))
    return found


def _drawn(stream: Any, textbox: Any, font: Any) -> _Drawn:
    """Return what was drawn with *font* so far in the document of *stream*."""
    from weasyprint.text.ffi import ffi

    kept: dict[Any, _Drawn] = textbox.style.font_config.__dict__.setdefault("drawn", {})
    place = id(stream._fonts), int(ffi.cast("intptr_t", font))
    if place not in kept:
        kept[place] = _Drawn(textbox.pango_layout.layout, *stream.add_font(font))
    return kept[place]


def _draw(stream: Any, textbox: Any, matrix: Any, runs: list[Any], fonts: list[_Drawn]) -> None:
    stream.set_text_matrix(*matrix.values)
    text, last = "", None
    for drawn, (item, glyphs, widths) in zip(fonts, runs, strict=True):
        if drawn is not last:
            if text:
                stream.show_text(text)
            text, last = "", drawn
            stream.set_font_size(drawn.font.hash, drawn.size)
        written, parts = drawn.written, []
        for index, glyph in enumerate(zip(glyphs, widths, strict=True)):
            if glyph not in written:
                written[glyph] = _written(stream, textbox, item, index, drawn)
            parts.append(written[glyph])
        shown = f"{text}<{''.join(parts)}"
        # No glyph comes after the last number.
        text = shown[:-1] if shown[-1] == "<" else f"{shown}>"
    stream.show_text(text)


def _written(stream: Any, textbox: Any, item: Any, index: int, drawn: _Drawn) -> str:
    """Return how the glyph *index* of *item* is written, and tell its font what it stands for, and how wide it is."""
    from weasyprint.text.ffi import FROM_UNITS, pango

    font, info = drawn.font, item.glyphs.glyphs[index]
    glyph = info.glyph
    if glyph not in font.to_unicode:
        font.to_unicode[glyph] = _characters(textbox.pango_layout.text, item, index)
    if glyph not in font.widths:
        pango.pango_font_get_glyph_extents(item.item.analysis.font, glyph, stream.ink_rect, stream.logical_rect)
        font.widths[glyph] = round(stream.logical_rect.width * 1000 * FROM_UNITS / drawn.size)
    kerning = font.widths[glyph] - info.geometry.width * 1000 * FROM_UNITS / drawn.size
    return f"{glyph:04x}>{int(kerning)}<" if kerning else f"{glyph:04x}"


def _characters(text: str, item: Any, index: int) -> str:
    """Return the characters of *text* that the glyph *index* of *item* stands for."""
    clusters, offset, count = item.glyphs.log_clusters, item.item.offset, item.glyphs.num_glyphs
    if item.item.analysis.level % 2:
        end = item.item.length if index == 0 else clusters[index - 1]
    else:
        end = item.item.length if index == count - 1 else clusters[index + 1]
    return text.encode()[offset + clusters[index] : offset + end].decode()
