"""What is told of a choice: what went and was near to staying, and what must stay."""

from __future__ import annotations

from collections.abc import Collection

from msgspec.structs import replace

from cvbuild.artifact import Dropped
from cvbuild.document import Citation, Definition, Entry, ListItem, Node, Paragraph, Section, plain, walk
from cvbuild.drafts import Draft
from cvbuild.errors import Mark, Problem, quoted
from cvbuild.fit.flows import Flows, filled, units
from cvbuild.fit.solve import Paper, Unit, everything
from cvbuild.fit.units import PER_PT, nodes_of, outermost, priority_of
from cvbuild.profile.identity import SEPARATOR, named
from cvbuild.profile.where import DEFAULT_PRIORITY

__all__ = ["Dropped", "least", "lines", "named_only", "near", "staying", "told", "vanished"]
_WORDS = 60
# What lacks more than this was not near.
_NEAR_PT = 60.0
_MOST_NEAR = 2


def told(made: Draft, flows: Flows, dropped: Collection[str]) -> tuple[Dropped, ...]:
    """Return what is *dropped* of *made*, each with its words, priority, lines and place."""
    known_units = units(flows)
    nodes, known = nodes_of(made.document), named(made.profile)
    found = []
    for name in outermost(flows, dropped):
        total = sum(inner.lines for inner in everything(known_units[name]))
        mark = known[name.split(SEPARATOR)[0]].mark
        found.append(Dropped(name, words(nodes[name]), known_units[name].priority, total, mark))
    return tuple(found)


def vanished(asked: Draft, made: Draft, dropped: Collection[Dropped]) -> tuple[Problem, ...]:
    """Return a warning for each section of *asked* of which *made* has nothing, unless its priority is a low one."""
    left = {block.id for block in made.document.blocks if isinstance(block, Section)}
    mark = asked.profile.view.mark_of("pages")
    mark = mark if mark.line else Mark(asked.profile.file)
    found = []
    for section in asked.document.blocks:
        if isinstance(section, Section) and section.id not in left:
            inner = {getattr(node, "id", "") for node in walk(section)}
            if any(one.id in inner and one.priority >= DEFAULT_PRIORITY for one in dropped):
                message = f"nothing is left of the section {quoted(plain(section.title) or section.id)}"
                found.append(Problem(mark, "pages", message, "pin an entry of it, or give it another 'priority'"))
    return tuple(found)


def named_only(made: Draft, dropped: Collection[str]) -> tuple[Dropped, ...]:
    """Return what is *dropped* of *made* where nothing was measured."""
    known, nodes = named(made.profile), nodes_of(made.document)
    first = {name: known[name.split(SEPARATOR)[0]] for name in dropped if name.split(SEPARATOR)[0] in known}
    return tuple(
        Dropped(name, words(nodes[name]) if name in nodes else "", priority_of(one, known), 0, one.mark)
        for name, one in first.items()
    )


def near(made: Draft, flows: Flows, paper: Paper, dropped: tuple[str, ...]) -> tuple[Dropped, ...]:
    """Return what of the *dropped* lacked least room to stay, nearest first."""
    endless = Paper((*paper.heights[:-1], 10**9))
    lacking: dict[str, float] = {}
    for name in dropped:
        end = filled(flows, endless, [other for other in dropped if other != name])
        lacking[name] = max(end.end - paper.heights[-1], 0) / PER_PT
    nearest = sorted((lack, name) for name, lack in lacking.items() if lack <= _NEAR_PT)[:_MOST_NEAR]
    return tuple(replace(one, lack_pt=lack) for lack, name in nearest for one in told(made, flows, [name])[:1])


def least(flows: Flows) -> list[str]:
    """Return the units that go where all go that may, outermost only; of several of which one must stay, the others."""
    return [name for root in flows for name in _least(root)]


def _least(unit: Unit) -> list[str]:
    gone = [inner.id for inner in unit.units if inner.may_go]
    if unit.keeps_one and len(gone) == len(unit.units) and gone:
        smallest = min(unit.units, key=_height)
        gone.remove(smallest.id)
        return gone + _least(smallest)
    return gone + [name for inner in unit.units if not inner.may_go for name in _least(inner)]


def _height(unit: Unit) -> int:
    return sum(block.gap + block.height for inner in everything(unit) for block in inner.blocks)


def lines(height_mm: float, flows: Flows) -> int:
    """Return to how many lines of *flows* a height comes."""
    heights = sorted(b.height / b.lines for unit in units(flows).values() for b in unit.blocks if b.lines)
    usual_pt = heights[len(heights) // 2] / PER_PT if heights else 12.0
    return max(round(height_mm / 25.4 * 72 / usual_pt), 1)


def staying(made: Draft, flows: Flows) -> str:
    """Say what must stay: what is pinned, and the sections that hold more than records."""
    known = named(made.profile)
    pinned = [one.id for one in known.values() if one.mark in made.pinned]
    nodes = nodes_of(made.document)
    sections = [unit for root in flows for unit in root.units if not unit.may_go]
    sections = [unit for unit in sections if isinstance(nodes.get(unit.id), Section)]
    said = [f"pinned: {', '.join(pinned)}"] if pinned else []
    fixed = [unit.id for unit in sections if not any(inner.id in pinned for inner in everything(unit))]
    said += [f"never dropped: {', '.join(fixed)}"] if fixed else []
    return "; ".join(said) or "allow more pages"


def words(node: Node) -> str:
    """Return the first words of *node*, as a person would name it."""
    match node:
        case Entry(rows=rows):
            text = ", ".join(plain(row.main) for row in rows[:2])
        case Definition(term, content):
            text = ": ".join(filter(None, [plain(term), plain(content)]))
        case ListItem(content) | Citation(content) | Paragraph(content):
            text = plain(content)
        case _:
            text = ""
    text = " ".join(text.split())
    return text if len(text) <= _WORDS else text[:_WORDS].rsplit(" ", 1)[0] + " …"
