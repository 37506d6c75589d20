"""What variants extend: no cycles, and no more of it than can be followed."""

from __future__ import annotations

from collections.abc import Iterator

from cvbuild.profile import Profile
from cvbuild.schema import Reading

MAX_ANCESTORS = 64


def check(profile: Profile, reading: Reading) -> None:
    """Report each cycle once, and variants with more ancestors than are followed."""
    caught: set[str] = set()
    order = {name: index for index, name in enumerate(profile.variants)}
    for cycle in _cycles(profile):
        caught |= set(cycle)
        first = min(cycle, key=order.__getitem__)
        turn = cycle.index(first)
        names = (*cycle[turn:], *cycle[:turn])
        way = " → ".join((*(names if len(names) < 8 else (*names[:6], "…")), first))
        mark = profile.variants[first].mark_of("extends")
        reading.fail(mark, f"variants.{first}.extends", f"a cycle: {way}; expected none", "remove one 'extends'")
    if not caught:
        _depths(profile, reading)


def _parents(profile: Profile, name: str) -> tuple[str, ...]:
    return tuple(parent for parent in profile.variants[name].extends or () if parent in profile.variants)


def _cycles(profile: Profile) -> Iterator[tuple[str, ...]]:
    done: set[str] = set()
    for first in profile.variants:
        trail, todo = {first: None}, [iter(_parents(profile, first))]
        while todo and first not in done:
            parent = next(todo[-1], None)
            if parent is None:
                done.add(trail.popitem()[0])
                todo.pop()
            elif parent in trail:
                names = tuple(trail)
                yield names[names.index(parent) :]
            elif parent not in done:
                trail[parent] = None
                todo.append(iter(_parents(profile, parent)))


def _depths(profile: Profile, reading: Reading) -> None:
    """Count ancestors, each as often as it is met; a diamond of diamonds has more than anyone can follow."""
    counts: dict[str, int] = {}
    left = dict.fromkeys(profile.variants)
    for _ in range(MAX_ANCESTORS):
        ready = [name for name in left if all(parent in counts for parent in _parents(profile, name))]
        counts |= {name: 1 + sum(counts[parent] for parent in _parents(profile, name)) for name in ready}
        left = {name: None for name in left if name not in ready}
    deep = [name for name in profile.variants if counts.get(name, MAX_ANCESTORS + 1) > MAX_ANCESTORS]
    for name in deep[:1]:
        mark = profile.variants[name].mark_of("extends")
        reading.fail(mark, f"variants.{name}.extends", f"more than {MAX_ANCESTORS} ancestors; expected fewer")
