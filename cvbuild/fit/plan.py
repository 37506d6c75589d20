"""What is told of a choice: what went and was near to staying, and what must stay."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from cvbuild.artifact import Dropped
from cvbuild.document import Citation, Definition, Entry, ListItem, Node, Paragraph, Section, plain
from cvbuild.drafts import Draft
from cvbuild.fit.solve import Paper, Unit, everything, filled
from cvbuild.fit.units import PER_PT, nodes_of, priority_of
from cvbuild.profile.identity import SEPARATOR, named

__all__ = ["Dropped", "least", "lines", "named_only", "near", "staying", "told"]
_WORDS = 60
# What lacks more than this was not near.
_NEAR_PT = 60.0
_MOST_NEAR = 2


def told(made: Draft, root: Unit, dropped: Collection[str]) -> tuple[Dropped, ...]:
    """Return what is *dropped* of *made*, each with its words, priority, lines and place."""
    units = {unit.id: unit for unit in everything(root)}
    nodes, known = nodes_of(made.document), named(made.profile)
    found = []
    for name in dropped:
        unit = units[name]
        first = known.get(name.split(SEPARATOR)[0])
        mark = first.mark if first else made.profile.view.mark
        total = sum(inner.lines for inner in everything(unit))
        if not isinstance(nodes[name], Section):
            found.append(Dropped(name, words(nodes[name]), unit.priority, total, mark))
        else:
            # Of a section that goes whole, what went is what stood in it.
            found += told(made, root, [inner.id for inner in unit.units])
    return tuple(found)


def named_only(made: Draft, dropped: Collection[str]) -> tuple[Dropped, ...]:
    """Return what is *dropped* of *made* where nothing was measured."""
    known, nodes = named(made.profile), nodes_of(made.document)
    return tuple(
        Dropped(name, words(nodes[name]), priority_of(known[name], known), 0, known[name].mark)
        for name in dropped
        if name in known and name in nodes
    )


def near(made: Draft, root: Unit, paper: Paper, dropped: tuple[str, ...]) -> tuple[Dropped, ...]:
    """Return what of the *dropped* lacked least room to stay, nearest first."""
    endless = Paper((*paper.heights[:-1], 10**9))
    lacking: dict[str, float] = {}
    for name in dropped:
        end = filled(root, endless, [other for other in dropped if other != name])
        lacking[name] = max(end.end - paper.heights[-1], 0) / PER_PT
    nearest = sorted((lack, name) for name, lack in lacking.items() if lack <= _NEAR_PT)[:_MOST_NEAR]
    return tuple(replace(one, lack_pt=lack) for lack, name in nearest for one in told(made, root, [name])[:1])


def least(root: Unit) -> list[str]:
    """Return the units that go where all go that may, outermost only; of several of which one must stay, the others."""
    gone: list[str] = []
    for unit in root.units:
        if unit.may_go:
            gone.append(unit.id)
            continue
        inner = least(unit)
        if unit.keeps_one and unit.units and len({u.id for u in unit.units} - set(inner)) == 0:
            smallest = min(unit.units, key=lambda u: _height(u))
            inner = [name for name in inner if name != smallest.id] + least(smallest)
        gone += inner
    return gone


def _height(unit: Unit) -> int:
    return sum(block.gap + block.height for inner in everything(unit) for block in inner.blocks)


def lines(height_mm: float, root: Unit) -> int:
    """Return to how many lines of *root* a height comes."""
    heights = sorted(block.height / block.lines for unit in everything(root) for block in unit.blocks if block.lines)
    usual_pt = heights[len(heights) // 2] / PER_PT if heights else 12.0
    return max(round(height_mm / 25.4 * 72 / usual_pt), 1)


def staying(made: Draft, root: Unit) -> str:
    """Say what must stay: what is pinned, and the sections that hold more than records."""
    known = named(made.profile)
    pinned = [one.id for one in known.values() if one.mark in made.pinned]
    nodes = nodes_of(made.document)
    sections = [unit.id for unit in root.units if not unit.may_go and isinstance(nodes.get(unit.id), Section)]
    said = [f"pinned: {', '.join(pinned)}"] if pinned else []
    fixed = [name for name in sections if not any(inner.id in pinned for inner in everything(_find(root, name)))]
    said += [f"never dropped: {', '.join(fixed)}"] if fixed else []
    return "; ".join(said) or "allow more pages"


def _find(root: Unit, name: str) -> Unit:
    return next(unit for unit in everything(root) if unit.id == name)


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
