"""Rules about dates: gaps, overlaps, ends that are their starts, orders that break."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise

from cvbuild.dates import PartialDate
from cvbuild.facts import Facts, Located, Period, latest, period
from cvbuild.findings import Finding, note, warning
from cvbuild.profile import Dated

_GAP = timedelta(days=184)
_OVERLAP = timedelta(days=62)
_STALE = timedelta(days=3 * 366)
_UNDECIDED = ("in preparation", "submitted", "revision")


def gap(facts: Facts) -> Iterator[Finding]:
    """More than half a year between jobs and studies."""
    spans = sorted(_spans(facts, "experience", "education", "volunteering"), key=lambda pair: pair[1].first)
    reached: tuple[Located, date] | None = None
    for entry, found in spans:
        if reached and found.first - reached[1] > _GAP:
            message = f"nothing between {reached[1]} ('{reached[0].where}') and {found.first}"
            yield note("gap", message, entry.record.mark_of("start"), entry.where)
        if reached is None or found.last > reached[1]:
            reached = entry, found.last


def overlap(facts: Facts) -> Iterator[Finding]:
    """Two jobs, or two studies, at one time for more than two months."""
    for kind in ("experience", "education"):
        spans = sorted(_spans(facts, kind), key=lambda pair: pair[1].first)
        for index, (entry, found) in enumerate(spans):
            for other, before in spans[:index]:
                if other is not entry and min(found.last, before.last) - found.first > _OVERLAP:
                    message = f"overlaps with '{other.where}', which goes on to {_end(before)}"
                    yield note("overlap", message, entry.record.mark_of("start"), entry.where)


def _end(found: Period) -> str:
    return "this day" if found.is_open else str(found.last)


def _spans(facts: Facts, *types: str) -> Iterator[tuple[Located, Period]]:
    for entry in facts.of(*types):
        # Of one that parts into positions it is these that have dates.
        for record in (entry.record, *entry.record.records("positions")):
            if found := period(facts, record):
                yield entry, found


def equal_range(facts: Facts) -> Iterator[Finding]:
    """A start and an end that are the same; one date says it better."""
    for entry in facts.entries:
        start, end = facts.value(entry.record, "start"), facts.value(entry.record, "end")
        if start is not None and start == end:
            yield warning("equal-range", f"starts and ends in {start}", entry.record.mark_of("end"), entry.where,
                          f"write 'date: {start}'")  # fmt: skip


def date_order(facts: Facts) -> Iterator[Finding]:
    """Entries in the order of their dates, but for one or two of them."""
    for collection in facts.profile.collections:
        # What joins from a file of publications has the order of that.
        own = (e for e in facts.in_collection(collection) if e.record.mark.file == facts.profile.file)
        dated = [(entry, day) for entry in own if (day := latest(facts, entry.record))]
        steps = [(entry, before, after) for (_, before), (entry, after) in pairwise(dated)]
        rising = [entry for entry, before, after in steps if after < before]
        falling = [entry for entry, before, after in steps if after > before]
        odd, order = (rising, "oldest") if len(rising) < len(falling) else (falling, "newest")
        if len(dated) >= 4 and 0 < len(odd) <= max(1, len(dated) // 8):
            for entry in odd:
                message = f"out of order: '{collection.name}' begins with the {order}"
                yield note("date-order", message, entry.record.mark, entry.where)


def stale_status(facts: Facts) -> Iterator[Finding]:
    """A work that has been under way for three years."""
    for entry in facts.of("publications"):
        status, since = facts.text(entry.record, "status"), _since(facts, entry)
        if status in _UNDECIDED and since and facts.today - since > _STALE:
            message = f"{status} since {since.year}; is that still so?"
            yield warning("stale-status", message, entry.record.mark_of("status"), f"{entry.where}.status")


def _since(facts: Facts, entry: Located) -> date | None:
    status = entry.record.get("status")
    if isinstance(status, Dated):
        days = [day.first_day for day, _ in status.steps if day.first_day <= facts.today]
        return max(days, default=None)
    day = facts.value(entry.record, "date")
    return day.first_day if isinstance(day, PartialDate) else None
