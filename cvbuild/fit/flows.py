"""Flows: columns side by side, each a document of its own to the solver, on the same pages.

What is best in each is best in all: no line of one takes room of another.
"""

from __future__ import annotations

from collections.abc import Collection

from cvbuild.fit import solve
from cvbuild.fit.solve import Choice, Paper, Unit, everything

Flows = tuple[Unit, ...]


def best(flows: Flows, paper: Paper) -> Choice | None:
    """Return the best choice with which every flow fits *paper*; nothing where what must stay does not."""
    found = [solve.solve(root, paper) for root in flows]
    chosen = [choice for choice in found if choice is not None]
    return _together(chosen) if len(chosen) == len(found) else None


def filled(flows: Flows, paper: Paper, dropped: Collection[str]) -> Choice:
    """Return how many pages what is left without *dropped* takes, if pages never end, and how far down the last."""
    return _together([solve.filled(root, paper, dropped) for root in flows])


def _together(choices: list[Choice]) -> Choice:
    pages = max(choice.pages for choice in choices)
    end = max(choice.end for choice in choices if choice.pages == pages)
    return Choice(tuple(dict.fromkeys(name for choice in choices for name in choice.dropped)), pages, end)


def units(flows: Flows) -> dict[str, Unit]:
    """Return every unit by its id; of a part that stands in several flows, what it has in the first."""
    found: dict[str, Unit] = {}
    for root in flows:
        for unit in everything(root):
            if unit.id not in found or not found[unit.id].items:
                found[unit.id] = unit
    return found
