"""What WeasyPrint has laid out, as rows and sheets: where each line stands, whose it is, and where pages may end.

Only what is in the flow takes room: a label that floats in the margin is no row.
"""

from __future__ import annotations

from typing import Any

from cvbuild.rendered import Row, Sheet

_PT = 0.75


def rows(document: Any) -> tuple[Row, ...]:
    """Return the rows of a rendered *document*, from its top on; its pages follow upon each other."""
    found: list[Row] = []
    above = 0.0
    for page in document.pages:
        box = page._page_box
        found += _Walk(above - box.content_box_y() * _PT).through(box)
        above += box.height * _PT
    return tuple(found)


def sheets(document: Any) -> tuple[Sheet, ...]:
    """Return the pages of a rendered *document*."""
    return tuple(_sheet(page._page_box) for page in document.pages)


def _sheet(box: Any) -> Sheet:
    found = _Walk(-box.content_box_y() * _PT).through(box)
    end = max((row.bottom_pt for row in found), default=0.0)
    width, height = box.margin_width() * _PT, box.margin_height() * _PT
    return Sheet(width, height, box.height * _PT, end, sum(row.lines for row in found))


class _Walk:
    """A walk over the boxes of one page; *offset_pt* is what their positions lack to those of the document."""

    def __init__(self, offset_pt: float) -> None:
        from weasyprint.formatting_structure import boxes

        self.boxes = boxes
        self.offset_pt = offset_pt
        self.rows: list[Row] = []
        # Whether the next row must stand with the one before it, and how many boxes around it keep together.
        self.joined = False
        self.whole = 0

    def through(self, page: Any) -> list[Row]:
        for child in page.children:
            if not isinstance(child, self.boxes.MarginBox):
                self._box(child, "")
        return self.rows

    def _box(self, box: Any, node: str) -> None:
        """Add the rows of *box*, which stands in the node *node*."""
        if not box.is_in_normal_flow():
            return
        if box.element is not None and not box.element_tag.endswith(("::before", "::after", "::marker")):
            node = box.element.get("data-entry") or node
        if not isinstance(box, self.boxes.BlockBox) or isinstance(box, self.boxes.ReplacedBox):
            self._row(box, node, max(self._lines(box), 1))
            return
        self.joined |= _avoids(box, "break_before")
        known, keeps = len(self.rows), _avoids(box, "break_inside")
        self.whole += keeps
        self._children(box, node)
        self.whole -= keeps
        if box.style["clear"] != "none" and self.rows:
            # What stands beside the text may need more room than that.
            self._end(box, node)
        # A heading that floats has no row, and holds nothing back.
        if len(self.rows) > known:
            self.joined |= _avoids(box, "break_after")

    def _children(self, box: Any, node: str) -> None:
        known = len(self.rows)
        lines = [child for child in box.children if isinstance(child, self.boxes.LineBox)]
        if not lines:
            for child in box.children:
                self.joined |= self.whole > 0 and len(self.rows) > known
                self._box(child, node)
            return
        first, last = box.style["orphans"], len(lines) - box.style["widows"]
        for index, line in enumerate(lines):
            self.joined |= index > 0 and (self.whole > 0 or not first <= index <= last)
            self._row(line, node, 1)

    def _row(self, box: Any, node: str, lines: int) -> None:
        top = box.position_y * _PT + self.offset_pt
        height = box.margin_height() if hasattr(box, "margin_top") else box.height
        if height and lines:
            self.rows.append(Row(top, top + height * _PT, node, self.joined, lines))
            self.joined = False

    def _end(self, box: Any, node: str) -> None:
        end = box.position_y * _PT + self.offset_pt
        if end > self.rows[-1].bottom_pt:
            self.rows.append(Row(end, end, node, True, 0))

    def _lines(self, box: Any) -> int:
        """Return how many lines stand below each other in *box*."""
        if isinstance(box, self.boxes.LineBox):
            return 1
        found = [self._lines(child) for child in getattr(box, "children", ())]
        return (max if isinstance(box, self.boxes.TableRowBox | self.boxes.FlexBox) else sum)([0, *found])


def _avoids(box: Any, name: str) -> bool:
    return str(box.style[name]).startswith("avoid")
