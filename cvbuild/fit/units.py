"""Units: what of a document may go, what it is worth, and where an engine found its lines.

A unit is a node with the identity of a record (entry, position, highlight, citation, a row of skills), or a section.
A highlight has the priority of its entry where it says none itself. A section goes once nothing is left in it. Prose,
contacts and figures stay, and so does what holds something pinned.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from msgspec import Struct, field
from msgspec.structs import replace

from cvbuild.document import Definition, DefinitionList, Document, Entry, Node, Paragraph, Section, children, walk
from cvbuild.drafts import Draft
from cvbuild.fit.solve import Block, Unit
from cvbuild.profile.identity import SEPARATOR, Named, named
from cvbuild.profile.where import DEFAULT_PRIORITY
from cvbuild.rendered import Row
from cvbuild.view.sections import Rank, newest

# The measures of the solver: whole numbers, many to a point, so that sums are exact.
PER_PT = 48
ROOT = ""
_STAYING = frozenset({"contact", "metrics"})


class _Part(Struct):
    """A node on its way to be a unit: what it stands in, and what was found of it so far, rows and other parts."""

    node: Node
    parent: str
    unit: Unit
    items: list[Block | str] = field(default_factory=list)


def measured(made: Draft, rows: Sequence[Row]) -> tuple[Unit, ...]:
    """Return the document of *made* as units, whose blocks are its *rows*, one root for each flow of them.

    Rows of no known node are the root's.
    """
    flows = sorted({row.flow for row in rows}) or [0]
    return tuple(_measured(made, [row for row in rows if row.flow == flow]) for flow in flows)


def _measured(made: Draft, rows: Sequence[Row]) -> Unit:
    parts = _parts(made)
    open_ = [ROOT]
    end = 0.0
    for row in rows:
        owner = row.node if row.node in parts else ROOT
        open_ = _entered(open_, _chain(owner, parts), parts)
        parts[open_[-1]].items.append(_block(row, end))
        end = max(end, row.bottom_pt)
    return _unit(ROOT, parts)


def outermost(flows: Sequence[Unit], dropped: Collection[str]) -> tuple[str, ...]:
    """Return the nodes of records that go with the units *dropped*: of a section that goes, all that stood in it."""
    return tuple(dict.fromkeys(name for root in flows for name in _outermost(root, dropped)))


def _outermost(root: Unit, dropped: Collection[str]) -> Iterator[str]:
    for unit in root.units:
        if unit.id not in dropped:
            yield from _outermost(unit, dropped)
        elif unit.frame:
            yield from _outermost(unit, {inner.id for inner in unit.units})
        else:
            yield unit.id


def _block(row: Row, end: float) -> Block:
    """Return *row* below *end*, rounded where it stands and not by what it measures, so that no error adds up."""
    top, bottom, above = (round(value * PER_PT) for value in (max(row.top_pt, end), max(row.bottom_pt, end), end))
    return Block(top - above, bottom - top, row.lines, row.joined)


def _chain(owner: str, parts: Mapping[str, _Part]) -> list[str]:
    found = [owner]
    while found[-1] != ROOT:
        found.append(parts[found[-1]].parent)
    return found[::-1]


def _entered(open_: list[str], chain: list[str], parts: Mapping[str, _Part]) -> list[str]:
    """Return the parts that are open once those of *chain* are; what a part left behind is never entered again."""
    shared = 0
    while shared < min(len(open_), len(chain)) and open_[shared] == chain[shared]:
        shared += 1
    left = open_[:shared]
    for name in chain[shared:]:
        if name in parts[left[-1]].items:
            return left
        parts[left[-1]].items.append(name)
        left.append(name)
    return left


def _unit(name: str, parts: Mapping[str, _Part]) -> Unit:
    part = parts[name]
    items = tuple(item if isinstance(item, Block) else _unit(item, parts) for item in part.items)
    return replace(part.unit, items=items)


def _parts(made: Draft) -> dict[str, _Part]:
    """Return a part for every node that is one, and for the document, by identity; outer ones come first."""
    known = named(made.profile)
    parts: dict[str, _Part] = {ROOT: _Part(made.document, ROOT, Unit(ROOT, (), may_go=False, frame=True))}
    for node, outer in _nodes(made.document, ROOT):
        name = getattr(node, "id", "")
        if isinstance(node, Section):
            parts[name] = _Part(node, outer, Unit(name, (), _may_vanish(node), keeps_one=True, frame=True))
        else:
            records = [known[each] for each in name.split(SEPARATOR) if each in known]
            parts[name] = _Part(node, outer, _worth(node, name, records, known, outer in parts))
    _hold_pinned(made, parts, known)
    return parts


def _nodes(node: Node, outer: str) -> Iterator[tuple[Node, str]]:
    """Yield each node below *node* that has an identity, with that of what it stands in."""
    for child in children(node):
        name = getattr(child, "id", "")
        if name:
            yield child, outer
        yield from _nodes(child, name or outer)


def _worth(node: Node, name: str, records: list[Named], known: Mapping[str, Named], inside: bool) -> Unit:
    """Return *node*, which *records* became, as a unit without rows."""
    priority = max((priority_of(one, known) for one in records), default=DEFAULT_PRIORITY)
    age = max((_newest(one, known) for one in records), default=_TIMELESS)
    stays = not records or (isinstance(node, Entry) and node.kind == "position")
    stays |= isinstance(node, Definition) and node.kind in ("metric", *_STAYING)
    return Unit(name, (), not stays, isinstance(node, Entry), priority, age)


def priority_of(one: Named, known: Mapping[str, Named]) -> int:
    """Return the priority of a record: what it says, or that of what it stands in."""
    own = one.record.get("priority")
    if isinstance(own, int):
        return own
    return priority_of(known[one.within], known) if one.within in known else DEFAULT_PRIORITY


# What has no date is true today: a skill is not older than an award of last year.
_TIMELESS: Rank = ((1, 0, "9999-12-31"),)


def _newest(one: Named, known: Mapping[str, Named]) -> Rank:
    return newest(one.record) or (_newest(known[one.within], known) if one.within in known else _TIMELESS)


def _may_vanish(section: Section) -> bool:
    """Tell whether a section, or a group in one, may go: all it holds but its heading and introduction are records."""
    return all(
        (isinstance(block, Paragraph) and (bool(block.id) or block.kind == "intro"))
        or (isinstance(block, Section) and _may_vanish(block))
        or (not isinstance(block, Paragraph | Section) and _is_of_records(block))
        for block in section.blocks
    )


def _is_of_records(block: Node) -> bool:
    if isinstance(block, DefinitionList):
        return block.kind not in _STAYING and all(item.id for item in block.items)
    items = getattr(block, "items", (block,))
    return all(getattr(item, "id", "") for item in items)


def _hold_pinned(made: Draft, parts: dict[str, _Part], known: Mapping[str, Named]) -> None:
    """Have every part stay that is pinned, and all that it stands in."""
    pinned = [name for name in parts
              if any(known[each].mark in made.pinned for each in name.split(SEPARATOR) if each in known)]  # fmt: skip
    for name in pinned:
        while name != ROOT and parts[name].unit.may_go:
            parts[name].unit = replace(parts[name].unit, may_go=False)
            name = parts[name].parent


def nodes_of(document: Document) -> Mapping[str, Node]:
    """Return every node with an identity by it."""
    return {name: node for node in walk(document) if (name := getattr(node, "id", ""))}
