"""What is said of how a view came to fit its page budget."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from cvbuild.artifact import Dropped, Fit
from cvbuild.cli import report
from cvbuild.errors import one_line, visible

# So many of what was left out are told after a build; `cvbuild fit` tells all.
_TOLD = 6


def lines(fit: Fit, most: int = _TOLD) -> Iterator[str]:
    """Yield what is to be said of *fit*; of what was left out, no more than the first *most*."""
    yield f"{_pages(fit.pages)} of {fit.max_pages}, the last filled to {fit.fill:.0%}{_before(fit)}"
    if fit.tightened:
        steps = ", ".join(f"{name} {before} → {after}" for name, before, after in fit.tightened)
        yield f"tightened: {steps}"
    for priority, level in groupby(sorted(fit.dropped, key=_level, reverse=True)[:most], key=_level):
        yield f"left out, of priority {priority}:"
        yield from (f"  {_told(one)}" for one in level)
    if len(fit.dropped) > most:
        yield f"  … and {len(fit.dropped) - most} more: see cvbuild fit"
    for one in fit.near:
        yield f"nearly fitted: {one_line(one.id)}, for want of {one.lack_pt * 25.4 / 72:.1f} mm"


def left_out(fit: Fit) -> Iterator[str]:
    """Yield what is to be said of *fit* of a file that has no pages itself."""
    if fit.dropped:
        yield f"{len(fit.dropped)} left out for {_pages(fit.max_pages)}, as in the PDF: see cvbuild fit"


def _level(one: Dropped) -> int:
    return one.priority


def _pages(count: int) -> str:
    return f"{count} page{'s' if count != 1 else ''}"


def _before(fit: Fit) -> str:
    if fit.locked:
        return ", as locked"
    return f"; as it is: {_pages(fit.whole_pages)}" if fit.whole_pages > fit.pages else ""


def _told(one: Dropped) -> str:
    size = f" ({one.lines} line{'s' if one.lines != 1 else ''})" if one.lines else ""
    return f"{one_line(str(one.mark))}: {visible(one.id)}: {visible(one.words)}{size}"


def described(fit: Fit) -> dict[str, object]:
    """Return *fit* as reports in JSON have it."""
    return {
        "pages": fit.pages,
        "max_pages": fit.max_pages,
        "fill": round(fit.fill, 3),
        "pages_before": fit.whole_pages,
        "tightened": [{"option": name, "before": before, "after": after} for name, before, after in fit.tightened],
        "dropped": [_row(one) for one in fit.dropped],
        "near": [{"id": one.id, "lack_mm": round(one.lack_pt * 25.4 / 72, 2)} for one in fit.near],
        "compiles": fit.compiles,
        "locked": fit.locked,
    }


def _row(one: Dropped) -> dict[str, object]:
    return {"id": one.id, "words": one.words, "priority": one.priority, "lines": one.lines,
            **report.position(one.mark)}  # fmt: skip
