"""Marks by which LaTeX tells where it has put the lines of a document, and the lines read from them.

Each run of text gets one mark where it begins and one where it ends: that says on how many lines it stands. Which lines
may part over pages is known, for all themes keep together the same: the head of an entry and its first line, a heading
and what follows it, a citation, two lines of a paragraph at least.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct, field
from msgspec.structs import replace

from cvbuild.document import (
    Block,
    BulletList,
    Citation,
    CitationList,
    Definition,
    DefinitionList,
    Document,
    Entry,
    Inline,
    Inlines,
    Link,
    ListItem,
    Paragraph,
    Section,
    Span,
)
from cvbuild.document import Row as HeadRow
from cvbuild.rendered import Position, Row

# The kind of a span that is a mark; its number follows.
AT = "at:"


class Run(Struct, frozen=True):
    """A run of text between two marks, the second one more than `first`: whose it is, and what keeps it together."""

    node: str
    first: int
    joined: bool = False
    whole: bool = False
    heading: bool = False


class Marking(Struct):
    """A document with marks, and the runs between them in reading order."""

    runs: list[Run] = field(default_factory=list)

    def document(self, document: Document) -> Document:
        """Return *document* with its marks."""
        header = document.header
        if header.contacts:
            header = replace(header, contacts=self._definitions(header.contacts, "", False))
        return replace(document, header=header, blocks=tuple(self._block(b, "", False) for b in document.blocks))

    def _run(
        self, content: Inlines, node: str, joined: bool = False, whole: bool = False, heading: bool = False
    ) -> Inlines:
        """Return *content* between marks of its own."""
        if not content:
            return content
        first = 2 * len(self.runs)
        self.runs.append(Run(node, first, joined, whole, heading))
        return (*_led(content, Span(f"{AT}{first}", ())), Span(f"{AT}{first + 1}", ()))

    def _block(self, block: Block, outer: str, joined: bool) -> Block:
        """Return *block*, which stands in the node *outer*; *joined* if its first line keeps with what is above it."""
        match block:
            case Section(title=title, blocks=blocks):
                marked = self._run(title, block.id, heading=True)
                inner = self._blocks(blocks, block.id, bool(title))
                return replace(block, title=marked, blocks=inner)
            case Entry(rows=rows, blocks=blocks):
                heads = tuple(self._head(row, block.id, joined or index > 0) for index, row in enumerate(rows))
                return replace(block, rows=heads, blocks=self._blocks(blocks, block.id, True))
            case BulletList(items):
                return replace(block, items=tuple(self._items(items, outer, joined)))
            case DefinitionList():
                return self._definitions(block, outer, joined)
            case CitationList(items):
                return replace(block, items=tuple(self._citations(items, joined)))
            case Paragraph(content):
                joined |= block.kind == "abstract"
                return replace(block, content=self._run(content, block.id or outer, joined))

    def _blocks(self, blocks: Sequence[Block], outer: str, joined: bool) -> tuple[Block, ...]:
        return tuple(self._block(block, outer, joined and not index) for index, block in enumerate(blocks))

    def _head(self, row: HeadRow, node: str, joined: bool) -> HeadRow:
        return replace(row, main=self._run(row.main, node, joined, True))

    def _items(self, items: Sequence[ListItem], outer: str, joined: bool) -> Iterator[ListItem]:
        for index, item in enumerate(items):
            node = item.id or outer
            content = self._run(item.content, node, joined and not index)
            yield replace(item, content=content, blocks=self._blocks(item.blocks, node, False))

    def _definitions(self, block: DefinitionList, outer: str, joined: bool) -> DefinitionList:
        def marked(index: int, item: Definition) -> Definition:
            held = joined and not index
            if not item.content:
                return replace(item, term=self._run(item.term, item.id or outer, held))
            return replace(item, content=self._run(item.content, item.id or outer, held))

        return replace(block, items=tuple(marked(index, item) for index, item in enumerate(block.items)))

    def _citations(self, items: Sequence[Citation], joined: bool) -> Iterator[Citation]:
        for index, item in enumerate(items):
            held = joined and not index
            lead = self._run(item.lead, item.id, held, True)
            content = self._run(item.content, item.id, held or bool(lead), True)
            yield replace(item, lead=lead, content=content, blocks=self._blocks(item.blocks, item.id, True))


def _led(content: Inlines, mark: Span) -> Inlines:
    """Return *content* with *mark* inside its first part: a theme may set that in its own way."""
    first: Inline = content[0]
    if isinstance(first, Span) and first.content:
        return (replace(first, content=_led(first.content, mark)), *content[1:])
    if isinstance(first, Link) and first.content and isinstance(first.content[0], Span):
        return (replace(first, content=_led(first.content, mark)), *content[1:])
    return (mark, *content)


def rows(runs: Sequence[Run], positions: Sequence[Position]) -> tuple[Row, ...]:
    """Return the lines of *runs*, whose marks stand at *positions*; runs without marks have none."""
    known = {position.mark: position for position in positions}
    found: list[Row] = []
    flows = _flows(runs, known)
    for run in runs:
        begin, end = known.get(run.first), known.get(run.first + 1)
        if begin is None or end is None:
            continue
        line = begin.line_pt or 12.0
        count = max(round((end.y_pt - begin.y_pt) / line) + 1, 1)
        pitch = (end.y_pt - begin.y_pt) / (count - 1) if count > 1 else line
        flow = min(range(len(flows)), key=lambda index: abs(flows[index] - begin.x_pt))
        for index in range(count):
            foot = begin.y_pt + index * pitch
            keeps = run.whole or index == 1 or index == count - 1
            joined = run.joined if not index else keeps
            found.append(Row(foot - line, foot, run.node, joined, 1, flow))
    return _below_each_other(found)


def _flows(runs: Sequence[Run], known: dict[int, Position]) -> list[float]:
    """Return where each column of text begins: as far as headings stand apart, of which each column has some."""
    places = sorted(known[run.first].x_pt for run in runs if run.heading and run.first in known)
    found = places[:1] or [0.0]
    for place in places:
        if place - found[-1] > 100:
            found.append(place)
    return found


def _below_each_other(rows: Sequence[Row]) -> tuple[Row, ...]:
    """Return *rows* without those of headings that stand beside their sections: these take no room."""
    kept = []
    for index, row in enumerate(rows):
        after = next((other for other in rows[index + 1 :] if other.flow == row.flow), None)
        if after is None or after.bottom_pt - row.bottom_pt > 1 or after.node == row.node:
            kept.append(row)
    return tuple(kept)
