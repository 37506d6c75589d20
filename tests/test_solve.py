"""The choice of what goes: as good as trying everything, and quick."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from itertools import groupby

from hypothesis import given, settings
from hypothesis import strategies as st

from cvbuild.fit.solve import Block, Choice, Paper, Unit, everything, filled, less, solve, start

_ids = st.shared(st.builds(lambda: iter(range(1_000_000))), key="units")
blocks = st.builds(Block, st.integers(0, 3), st.integers(1, 9), st.integers(1, 3), st.booleans())
# The first block of all stands at the top of the first page.
_PLAIN = Block(0, 4, 1, False)


@st.composite
def units(draw: st.DrawFn, depth: int) -> Unit:
    number = next(draw(_ids))
    head = tuple(draw(st.lists(blocks, min_size=depth == 0, max_size=2)))
    inner = tuple(draw(st.lists(units(depth - 1), max_size=3))) if depth else ()
    tail = tuple(draw(st.lists(blocks, max_size=1)))
    items = (head + inner + tail) or (draw(blocks),)
    return Unit(
        f"u{number}",
        items,
        may_go=draw(st.booleans()) or draw(st.booleans()),
        keeps_one=draw(st.booleans()) or not head + tail,
        priority=draw(st.sampled_from([20, 50, 80])),
        newest=((1, 0, draw(st.sampled_from(["2019", "2024"]))),),
        frame=bool(inner) and draw(st.booleans()),
    )


def documents() -> st.SearchStrategy[Unit]:
    inner = st.lists(units(2), min_size=1, max_size=3).map(tuple)
    return inner.map(lambda found: Unit("", (_PLAIN, *found), may_go=False, frame=True)).filter(
        lambda root: len(list(everything(root))) <= 12
    )


papers = st.lists(st.integers(12, 40), min_size=1, max_size=3).map(lambda heights: Paper(tuple(heights)))


def choices(unit: Unit) -> Iterator[frozenset[str]]:
    """Yield every set of units that may be kept with *unit*, itself among them."""
    found = [frozenset([unit.id])]
    for inner in unit.units:
        ways = list(choices(inner)) + ([frozenset()] if inner.may_go else [])
        found = [kept | way for kept in found for way in ways]
    children = {inner.id for inner in unit.units}
    yield from (kept for kept in found if not (unit.keeps_one and children) or kept & children)


def pages(root: Unit, kept: frozenset[str], paper: Paper) -> int:
    """Return how many pages the *kept* units of *root* take, by the rules told one by one."""
    flow: list[tuple[int, int, bool]] = []

    def lay(unit: Unit, first: tuple[int, bool]) -> None:
        placed, lead, together = False, None, False
        for item in unit.items:
            if isinstance(item, Block):
                gap, joined = (item.gap, item.joined) if placed else first
                flow.append((gap, item.height, joined))
                placed, lead, together = True, None, False
                continue
            lead = lead or start(item)
            if item.id in kept:
                lay(item, (start(item) if together else lead) if placed else first)
                placed = together = True

    lay(root, start(root))
    page, below, held = 0, 0, 0
    for index, (gap, height, joined) in enumerate(flow):
        bottom = below + gap + height
        # What moves if the page ends: this, and what it is joined to.
        held = held + gap + height if joined else bottom if not index else height
        if index and bottom > paper.height(page):
            page += 1
            bottom = held = held if held <= paper.height(page) else height
        below = bottom
    return page + 1


def worth(root: Unit, kept: frozenset[str]) -> tuple[object, ...]:
    """Return what compares as the rules say: by priority the sections, the lines, then the newer, then the earlier."""
    found: list[object] = []

    def kind(unit: Unit) -> tuple[int, bool]:
        return -rank(unit)[0], not (unit.frame and unit in root.units)

    for _, level in groupby(sorted(everything(root), key=kind), key=kind):
        ranked = sorted(level, key=lambda u: rank(u)[1], reverse=True)
        found.append(sum(u.lines or int(u.frame) for u in ranked if u.id in kept))
        found += (u.id in kept for u in ranked)
    return tuple(found)


def rank(unit: Unit) -> tuple[int, tuple[tuple[int, float, str], ...]]:
    """Return the priority and the age of *unit*; a frame has the best of both that there is in it."""
    inner = [rank(each) for each in unit.units] if unit.frame else []
    if not inner:
        return unit.priority, unit.newest
    return max(priority for priority, _ in inner), max(newest for _, newest in inner)


def kept_by(root: Unit, choice: Choice) -> frozenset[str]:
    return frozenset(unit.id for unit in everything(less(root, choice.dropped)))


@settings(max_examples=300)
@given(documents(), papers)
def test_the_choice_is_the_best_of_all(root: Unit, paper: Paper) -> None:
    """As trying every set of units finds it: of those that fit, none compares better."""
    fitting = [kept for kept in choices(root) if pages(root, kept, paper) <= paper.pages]
    found = solve(root, paper)

    if not fitting:
        assert found is None
    else:
        assert found is not None
        assert worth(root, kept_by(root, found)) == max(worth(root, kept) for kept in fitting)


def test_a_section_keeps_something_where_that_takes_nothing_of_a_higher_priority() -> None:
    """Two lines of studies are less than three of work, and yet stay; what matters more does not go for them."""

    def section(name: str, *entries: Unit) -> Unit:
        return Unit(name, (Block(0, 1), *entries), keeps_one=True, frame=True)

    def entry(name: str, lines: int, priority: int = 50) -> Unit:
        return Unit(name, tuple(Block(0, 1) for _ in range(lines)), priority=priority)

    for priority, gone in ((50, ("w2",)), (51, ("studies", "s"))):
        work = section("work", *(entry(name, 3, priority) for name in ("w1", "w2")))
        root = Unit("", (work, section("studies", entry("s", 2))), may_go=False, frame=True)
        found = solve(root, Paper((8,)))
        assert found is not None
        assert set(found.dropped) <= set(gone)
        assert found.dropped


@given(documents(), papers)
def test_a_choice_is_one_that_may_be_made(root: Unit, paper: Paper) -> None:
    found = solve(root, paper)

    if found is not None:
        assert kept_by(root, found) in set(choices(root))
        again = filled(root, paper, found.dropped)
        assert (again.pages, again.end) == (found.pages, found.end)
        assert again.pages <= paper.pages


@given(documents(), papers)
def test_what_fits_stays_whole(root: Unit, paper: Paper) -> None:
    whole = frozenset(unit.id for unit in everything(root))
    found = solve(root, paper)

    if whole in set(choices(root)) and pages(root, whole, paper) <= paper.pages:
        assert found is not None
        assert found.dropped == ()


@given(documents(), papers)
def test_more_room_keeps_no_less_of_the_highest_priority(root: Unit, paper: Paper) -> None:
    found, more = solve(root, paper), solve(root, Paper((*paper.heights, 20)))

    if found is not None:
        assert more is not None
        assert worth(root, kept_by(root, more)) >= worth(root, kept_by(root, found))


def long_document(entries: int, seed: int, priorities: list[int]) -> Unit:
    """A CV of so many entries, each with some highlights, in sections of eight."""
    chance = random.Random(seed)
    numbers = iter(range(10_000))
    sections = []
    for section in range(-(-entries // 8)):
        inner = []
        for _ in range(8):
            year = ((1, 0.0, str(chance.randint(2005, 2026))),)
            points = []
            for _ in range(chance.randint(0, 4)):
                lines = (Block(38, 600), *(Block(0, 600, 1, i < 1) for i in range(chance.randint(0, 3))))
                points.append(Unit(f"h{next(numbers)}", lines, priority=chance.choice(priorities), newest=year))
            head = (Block(chance.choice([346, 211]), 604), Block(0, 600, 1, True))
            inner.append(Unit(f"e{next(numbers)}", (*head, *points), True, True, chance.choice(priorities), year))
        sections.append(Unit(f"s{section}", (Block(576, 700), *inner), True, True, frame=True))
    return Unit("", tuple(sections), may_go=False, frame=True)


def test_two_hundred_units_take_less_than_a_second() -> None:
    for priorities in ([50], [20, 50, 50, 80]):
        for count in (1, 2, 4):
            root = long_document(64, count, priorities)
            assert len(list(everything(root))) >= 190
            started = time.process_time()
            assert solve(root, Paper((33_000,) * count)) is not None
            assert time.process_time() - started < 20, "far more than it takes on a machine that has other work"
