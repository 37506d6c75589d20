"""Shortcuts through text: fonts are described, and lines of a style measured, once for each style."""

from __future__ import annotations

from typing import Any

from cvbuild.engines.shortcuts.replacing import replace

_FEATURES = (
    "font_kerning", "font_variant_ligatures", "font_variant_position", "font_variant_caps", "font_variant_numeric",
    "font_variant_alternates", "font_variant_east_asian", "font_feature_settings",
)  # fmt: skip


def take() -> None:
    """Have fonts described, and lines of a style measured, once for each style: a context is there to be shared."""
    from weasyprint.text import line_break
    from weasyprint.text.ffi import ffi, gobject, pango

    layout, describe, real_strut = line_break.Layout, line_break.get_font_description, line_break.strut
    real_setup = layout.setup
    unref = gobject.g_object_unref

    def prepared(style: Any) -> Any:
        """Return context, font and language for *style*: nothing where its text needs more than those."""
        if style["text_decoration_line"] != "none" or line_break.font_features(*(style[name] for name in _FEATURES)):
            return None
        context = ffi.gc(pango.pango_font_map_create_context(style.font_config.font_map), unref)
        pango.pango_context_set_round_glyph_positions(context, False)
        pango.pango_context_set_base_dir(context, line_break.PANGO_DIRECTION[style["direction"]])
        named = style["font_language_override"]
        named = style["lang"] if named == "normal" else line_break.LST_TO_ISO.get(named.lower(), named)
        if not named:
            return context, describe(style), pango.pango_language_get_default()
        pointer, _ = line_break.unicode_to_char_p(named)
        language = pango.pango_language_from_string(pointer)
        pango.pango_context_set_language(context, language)
        return context, describe(style), language

    def setup(self: Any, style: Any) -> None:
        kept = style.__dict__
        if "prepared_text" not in kept:
            kept["prepared_text"] = prepared(style)
        if kept["prepared_text"] is None:
            real_setup(self, style)
            return
        context, font, self.language = kept["prepared_text"]
        self.style = style
        self.first_line_direction = 0
        self.layout = ffi.gc(pango.pango_layout_new(context), unref)
        pango.pango_layout_set_auto_dir(self.layout, False)
        pango.pango_layout_set_font_description(self.layout, font)
        self.ascent = self.underline_position = self.strikethrough_position = None

    def strut(style: Any) -> Any:
        kept = style.__dict__
        if "strut" not in kept:
            kept["strut"] = real_strut(style)
        return kept["strut"]

    layout.setup = setup
    replace(real_strut, strut)
