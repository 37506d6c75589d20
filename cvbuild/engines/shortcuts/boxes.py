"""Shortcuts through layout: boxes whose sizes, place, background or room are plain to see."""

from __future__ import annotations

from typing import Any

from cvbuild.engines.shortcuts.replacing import replace


def take() -> None:
    """Take these shortcuts."""
    _size_plain_boxes_at_once()
    _tell_flow_at_once()
    _leave_floats_that_are_passed()
    _leave_bare_backgrounds()
    _measure_wide_rows_once()


_LENGTHS = (
    "margin_left", "margin_right", "margin_top", "margin_bottom", "padding_left", "padding_right", "padding_top",
    "padding_bottom", "width", "min_width", "max_width", "height", "min_height", "max_height",
)  # fmt: skip


def _size_plain_boxes_at_once() -> None:
    """Have lengths that do not depend on what is around a box set in one go, as its style has them."""
    from weasyprint.layout import percent
    from weasyprint.layout.absolute import AbsolutePlaceholder

    real = percent.resolve_percentages

    def resolve_percentages(box: Any, containing_block: Any) -> None:
        kept = box.style.__dict__
        if "sizes" not in kept:
            kept["sizes"] = _sizes(box.style)
        if kept["sizes"] is None or isinstance(box, AbsolutePlaceholder):
            real(box, containing_block)
        else:
            box.__dict__.update(kept["sizes"])

    replace(real, resolve_percentages)


def _sizes(style: Any) -> dict[str, Any] | None:
    """Return all lengths of a box of *style*, or nothing where some depend on other boxes."""
    found: dict[str, Any] = {}
    for name in _LENGTHS:
        value = style[name]
        if value == "auto":
            found[name] = 0 if name in ("min_width", "min_height") else "auto"
        elif getattr(value, "unit", None) == "px":
            found[name] = value.value
        else:
            return None
    if style["border_collapse"] == "collapse" or style["box_sizing"] != "content-box":
        return None
    for side in ("top", "right", "bottom", "left"):
        found[f"border_{side}_width"] = style[f"border_{side}_width"]
    return found


def _tell_flow_at_once() -> None:
    """Have a box say in one step, and not in six, whether it is in the flow."""
    from weasyprint.formatting_structure import boxes

    floats = frozenset(("left", "right", "inline-start", "inline-end", "footnote"))
    placed = frozenset(("absolute", "fixed"))
    taken_out = frozenset(("running()", "note()"))

    def is_in_normal_flow(self: Any) -> bool:
        style = self.style
        position = style["position"]
        return not (style["float"] in floats or position in placed or position[0] in taken_out)

    boxes.Box.is_in_normal_flow = is_in_normal_flow


def _leave_floats_that_are_passed() -> None:
    """Have lines below all that floats not measured for how narrow they could be."""
    from weasyprint.layout import inline

    real = inline.inline_min_content_width

    def inline_min_content_width(context: Any, box: Any, *arguments: Any, **named: Any) -> Any:
        if named.get("first_line") and box.style["direction"] == "ltr":
            top = box.position_y
            if all(max(s.position_y, s.position_y + s.margin_height()) < top for s in context.excluded_shapes):
                return 0
        return real(context, box, *arguments, **named)

    inline.inline_min_content_width = inline_min_content_width


def _leave_bare_backgrounds() -> None:
    """Have no background looked for where a style has neither one nor pictures nor rounded corners."""
    from weasyprint.layout import background
    from weasyprint.layout.absolute import AbsolutePlaceholder

    real = background.layout_box_backgrounds
    bare = {f"border_{corner}_radius": (0, 0) for corner in ("top_left", "top_right", "bottom_right", "bottom_left")}

    def layout_box_backgrounds(
        page: Any, box: Any, get_image_from_uri: Any, layout_children: bool = True, style: Any = None
    ) -> None:
        kept = box.style.__dict__
        if "is_bare" not in kept:
            kept["is_bare"] = _is_bare(box.style, bare)
        if style is not None or box is page or not kept["is_bare"] or isinstance(box, AbsolutePlaceholder):
            real(page, box, get_image_from_uri, layout_children, style)
            return
        box.__dict__.update(bare)
        box.background = None
        if layout_children:
            for child in box.all_children():
                background.layout_box_backgrounds(page, child, get_image_from_uri)

    replace(real, layout_box_backgrounds)


def _is_bare(style: Any, corners: Any) -> bool:
    from weasyprint.draw.color import get_color

    return (
        all((0, "px") in style[corner] for corner in corners)
        and style["border_image_source"][0] == style["mask_border_source"][0] == "none"
        and style["visibility"] != "hidden"
        and all(kind == "none" for kind, _ in style["background_image"])
        and get_color(style, "background_color").alpha == 0
        and not style["box_shadow"]
    )


def _measure_wide_rows_once() -> None:
    """Have the cells of a row that has room for all their text not measured for how narrow they could be."""
    from weasyprint.layout import preferred, table

    real, real_widths = table.auto_table_layout, preferred.table_cell_min_max_content_width
    wide: set[Any] = set()

    def table_cell_min_max_content_width(context: Any, box: Any, outer: bool = True) -> Any:
        if box in wide:
            width = preferred.block_max_content_width(context, box, outer)
            return width, width
        return real_widths(context, box, outer)

    def auto_table_layout(context: Any, box: Any, containing_block: Any) -> None:
        inner = box.get_wrapped_table()
        cells = [cell for group in inner.children for row in group.children for cell in row.children]
        simple = inner not in context.tables and inner.width != "auto" and not inner.column_groups
        if simple and cells and all(cell.colspan == cell.rowspan == 1 for cell in cells):
            wide.update(cells)
            try:
                widths = preferred.table_and_columns_preferred_widths(context, box, outer=False)
            finally:
                wide.difference_update(cells)
            _, most, _, _, percentages, _, spacing, _ = widths
            kept = context.tables.pop(inner)
            if not any(percentages) and most + 1 < inner.width - spacing:
                context.tables[inner] = kept
                real(context, box, containing_block)
                del context.tables[inner]
                return
        real(context, box, containing_block)

    replace(real, auto_table_layout)
    replace(real_widths, table_cell_min_max_content_width)
