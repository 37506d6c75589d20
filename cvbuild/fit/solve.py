"""Which units stay: the best choice that fits so many pages. Pure, exact, and no one's but arithmetic's.

A document is a tree of units with blocks among them, a block being what no page break may part. One choice is better
than another if, at the highest priority at which they differ, it keeps more sections; of as many, more lines; of as
many, the newer ones; of equally new ones, those that stand earlier. (A section goes once nothing is left in it; so it
keeps something, where that takes nothing of a higher priority.) That order is total: it is one number for each choice,
the sum of one for each unit kept, and its bits are the criteria, the weightiest first.

Pages are filled as engines fill them: a block that has no more room begins the next page, and takes along what it may
not part from. For each way to stand after a unit (how far down which page) only the best choice is kept: what begins
earlier never ends later.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from itertools import groupby
from operator import itemgetter

from msgspec import Struct
from msgspec.structs import replace


class Block(Struct, frozen=True):
    """What no page break parts: its height, and the `gap` above it, which goes at the top of a page.

    `joined`: no page break may stand before it either.
    """

    gap: int
    height: int
    lines: int = 1
    joined: bool = False


class Unit(Struct, frozen=True):
    """A part of the document that stays or goes whole: an entry, a highlight, a citation, a section.

    One that `keeps_one` goes whole, too, once none of the units in it is left. `newest` compares greater the newer it
    is. A `frame`, such as a section, is there for what stands in it: it has the highest priority of that, and is as new
    as the newest of it.
    """

    id: str
    items: tuple[Block | Unit, ...]
    may_go: bool = True
    keeps_one: bool = False
    priority: int = 50
    newest: tuple[tuple[int, float, str], ...] = ()
    frame: bool = False

    @property
    def blocks(self) -> tuple[Block, ...]:
        return tuple(item for item in self.items if isinstance(item, Block))

    @property
    def units(self) -> tuple[Unit, ...]:
        return tuple(item for item in self.items if isinstance(item, Unit))

    @property
    def lines(self) -> int:
        """Return how many lines it has, without those of the units in it."""
        return sum(block.lines for block in self.blocks)

    @property
    def weight(self) -> int:
        """Return for how many lines it counts: a heading is one, also where it stands beside its section."""
        return max(self.lines, int(self.frame))


class Paper(Struct, frozen=True):
    """The pages there are: how high each is. Where pages never end, those after the last are as high as it."""

    heights: tuple[int, ...]
    ends: bool = True

    @property
    def pages(self) -> int:
        return len(self.heights)

    def height(self, page: int) -> int:
        return self.heights[min(page, len(self.heights) - 1)]


class Choice(Struct, frozen=True):
    """What goes, in document order and without what goes with it; how many pages the rest takes, and to where."""

    dropped: tuple[str, ...]
    pages: int
    end: int


def everything(unit: Unit) -> Iterator[Unit]:
    """Yield *unit* and all units in it, in document order."""
    yield unit
    for inner in unit.units:
        yield from everything(inner)


def _weighed(unit: Unit) -> Unit:
    """Return *unit* with the priority and the age that count; those of a frame come from what stands in it."""
    held = [_weighed(inner) for inner in unit.units] if unit.frame else []
    if not held:
        return unit
    priority = max(inner.priority for inner in held)
    return replace(unit, priority=priority, newest=max(inner.newest for inner in held))


def worths(root: Unit) -> dict[str, int]:
    """Return what each unit is worth: of two sets of units the better one is worth more in sum."""
    sections = {unit.id for unit in root.units if unit.frame}
    units = [_weighed(unit) for unit in everything(root)]
    found: dict[str, int] = {}
    offset = 0

    def kind(unit: Unit) -> tuple[int, bool]:
        return unit.priority, unit.id in sections

    for _, level in groupby(sorted(units, key=kind), key=kind):
        # The sort is stable, so of equally new ones the earlier comes first; its bit is the weightiest.
        ranked = sorted(level, key=lambda unit: unit.newest, reverse=True)
        for rank, unit in enumerate(ranked):
            found[unit.id] = ((unit.weight << len(ranked)) + (1 << (len(ranked) - 1 - rank))) << offset
        offset += len(ranked) + sum(unit.weight for unit in ranked).bit_length()
    return found


# Where a choice has come to: the page, how far down it, and how much of that must move to the next page with what
# follows if that is joined; what all that is not kept is worth, and the units that are not, as a chain.
_State = tuple[int, int, int, int, "_Chain"]
_Chain = tuple[str, "_Chain"] | None
_States = list[_State]
_START: _State = (0, 0, 0, 0, None)
_ORDER = itemgetter(0, 1, 2, 3)
# More ways than this are never followed at a time; the best of them are. Two hundred units come to about two thousand.
MAX_STATES = 6000


class _Before(Struct, frozen=True):
    """What has been placed of a unit so far: anything, any of the units that stand together, any unit."""

    anything: bool = False
    sibling: bool = False
    unit: bool = False


_Table = dict[_Before, _States]


class _Search(Struct):
    """A walk through the document with every choice that may yet be the best: none that gives up more than `most`.

    `inner` says what each unit is worth with all that is in it.
    """

    paper: Paper
    inner: Mapping[str, int]
    most: int
    width: int = MAX_STATES

    def place(self, block: Block, gap: int, joined: bool, states: _States) -> _States:
        """Return *states* with *block* after them, *gap* below what stands there; those off the paper are gone."""
        found = []
        height, more = block.height, gap + block.height
        rooms = [self.paper.height(page) for page in range(max((s[0] for s in states), default=0) + 2)]
        last = self.paper.pages - 1 if self.paper.ends else len(rooms)
        for page, y, run, lost, chain in states:
            below = y + more
            held = run + more if joined or not y else height
            if below > rooms[page] and y:
                page += 1
                if page > last:
                    continue
                # What cannot stand on one page together parts after all.
                below = held = held if held <= rooms[page] else height
            found.append((page, below, held, lost, chain))
        return found

    def through(self, unit: Unit, gap: int, joined: bool, states: _States) -> _States:
        """Return *states* after *unit*, which is kept, and whatever of it is."""
        table: _Table = {_Before(): states}
        lead: tuple[int, bool] | None = None
        for item in unit.items:
            table = {before: found for before, found in table.items() if found}
            if isinstance(item, Block):
                lead = None
                table = self._after_block(item, gap, joined, table)
            else:
                lead = lead or start(item)
                table = self._after_unit(item, (gap, joined), lead, table)
        needed = unit.keeps_one and unit.units
        return self._best([s for before, found in table.items() if before.unit or not needed for s in found])

    def _after_block(self, block: Block, gap: int, joined: bool, table: _Table) -> _Table:
        found: _Table = {}
        for before, states in table.items():
            first = (block.gap, block.joined) if before.anything else (gap, joined)
            found.setdefault(_Before(True, False, before.unit), []).extend(self.place(block, *first, states))
        return found

    def _after_unit(self, unit: Unit, first: tuple[int, bool], lead: tuple[int, bool], table: _Table) -> _Table:
        """Return *table* with *unit* kept and, where it may go, not: the first of those that stand together leads."""
        found: _Table = {}
        whole = self.inner[unit.id]
        for before, states in table.items():
            if unit.may_go:
                gone = [(p, y, run, lost + whole, (unit.id, chain)) for p, y, run, lost, chain in states]
                found.setdefault(before, []).extend(state for state in gone if state[3] <= self.most)
            gap, joined = first if not before.anything else lead if not before.sibling else start(unit)
            found.setdefault(_Before(True, True, True), []).extend(self.through(unit, gap, joined, states))
        return {before: self._best(states) for before, states in found.items()}

    def _best(self, states: _States) -> _States:
        """Return those of *states* that no other one beats: earlier or as early, having given up as little or less."""
        if len(states) < 2:
            return states
        kept: _States = []
        least: dict[int, int] = {}
        for state in sorted(states, key=_ORDER):
            run, lost = state[2], state[3]
            for held, other in least.items():
                if other <= lost and held <= run:
                    break
            else:
                least[run] = lost
                kept.append(state)
        if len(kept) > self.width:
            kept = sorted(sorted(kept, key=itemgetter(3))[: self.width], key=_ORDER)
        return kept


def start(unit: Unit) -> tuple[int, bool]:
    """Return the gap above the first block of *unit*, and whether that is joined to what stands before it."""
    for item in unit.items:
        if isinstance(item, Block):
            return item.gap, item.joined
        if item.items:
            return start(item)
    return 0, False


def solve(root: Unit, paper: Paper) -> Choice | None:
    """Return the best choice that fits *paper*; nothing where not even what must stay does."""
    worth = worths(root)
    inner = {unit.id: sum(worth[each.id] for each in everything(unit)) for unit in everything(root)}
    # A quick search with few states finds a choice that may not be the best; none that gives up more can be.
    quick = _search(root, paper, inner, inner[root.id], 12)
    found = _search(root, paper, inner, quick[3] if quick else inner[root.id], MAX_STATES)
    best = found or quick
    return _choice(best) if best else None


def _search(root: Unit, paper: Paper, inner: Mapping[str, int], most: int, width: int) -> _State | None:
    ends = _Search(paper, inner, most, width).through(root, *start(root), [_START])
    return min(ends, key=itemgetter(3, 0, 1), default=None)


def _choice(end: _State) -> Choice:
    gone: list[str] = []
    chain = end[4]
    while chain:
        gone.append(chain[0])
        chain = chain[1]
    return Choice(tuple(reversed(gone)), end[0] + 1, end[1])


def filled(root: Unit, paper: Paper, dropped: Collection[str]) -> Choice:
    """Return how many pages what is left without *dropped* takes, if pages never end, and how far down the last."""
    left = less(root, dropped)
    inner = dict.fromkeys((unit.id for unit in everything(root)), 0)
    search = _Search(Paper(paper.heights, ends=False), inner, 0)
    end = search.through(_all(left), *start(left), [_START])[-1]
    return Choice(tuple(dropped), end[0] + 1, end[1])


def _all(unit: Unit) -> Unit:
    """Return *unit* with nothing that may go."""
    items = tuple(item if isinstance(item, Block) else _all(item) for item in unit.items)
    return Unit(unit.id, items, may_go=False)


def less(root: Unit, dropped: Collection[str]) -> Unit:
    """Return *root* without the units whose ids are *dropped*; of those that stand together the first now leads."""
    return _less(root, dropped, None)


def _less(unit: Unit, dropped: Collection[str], first: tuple[int, bool] | None) -> Unit:
    """Return *unit* with *first* as the gap above it, and whether it is joined, where that is another."""
    items: list[Block | Unit] = []
    lead: tuple[int, bool] | None = None
    together = False
    for item in unit.items:
        begins = (first or start(unit)) if not items else None
        if isinstance(item, Block):
            lead, together = None, False
            items.append(item if begins is None else Block(begins[0], item.height, item.lines, begins[1]))
            continue
        lead = lead or start(item)
        if item.id in dropped:
            continue
        items.append(_less(item, dropped, begins or (None if together else lead)))
        together = True
    return Unit(unit.id, tuple(items), unit.may_go, unit.keeps_one, unit.priority, unit.newest, unit.frame)

