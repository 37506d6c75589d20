"""Entries under headings: what `group_by` makes of a section."""

from __future__ import annotations

from collections.abc import Iterable

from cvbuild.dates import PartialDate, Term
from cvbuild.profile import Record, Value
from cvbuild.profile.types import PERIOD
from cvbuild.sections.prose import Context


def grouped(entries: Iterable[Record], field: str, context: Context) -> list[tuple[str, list[Record]]]:
    """Return the entries under the title of each group, groups in the order of their first entry.

    Entries without the field come first, with no title: after another group they would seem to belong to it.
    """
    groups: dict[str, list[Record]] = {}
    for entry in entries:
        groups.setdefault(heading(entry, field, context), []).append(entry)
    return sorted(groups.items(), key=lambda group: bool(group[0]))


def heading(entry: Record, field: str, context: Context) -> str:
    """Return the title of the group that *entry* belongs to: for a date its year, for a venue its name."""
    if field in PERIOD:
        return _years(entry, field, context)
    known = context.profile.venues.get(entry.text(field)) if field == "venue" else None
    if known:
        return known.text("name")
    if field == "status" and entry.kind == "publications":
        return context.status(entry.text("status") or "published")
    return ", ".join(entry.texts(field))


def untold(entry: Record, field: str, context: Context) -> Record:
    """Return *entry* without what the title of its group says; a date stays that says more than the year."""
    if field not in PERIOD:
        return entry.replace(**{field: None})
    dates = [*entry.items("date"), *entry.items("start"), *entry.items("end")]
    if field != "date" or any(str(day) != _year(day) for day in dates if day != "present"):
        return entry
    return entry.replace(date=None, start=None, end=None)


def _years(entry: Record, field: str, context: Context) -> str:
    if field != "date" or "date" in entry.fields or "start" not in entry.fields:
        return ", ".join(dict.fromkeys(_year(day) for day in entry.items(field)))
    end = entry.get("end")
    last = context.style.word("present") if end in (None, "present") else _year(end)
    return " – ".join(dict.fromkeys((_year(entry.get("start")), last)))


def _year(day: Value | None) -> str:
    return str(day.year) if isinstance(day, PartialDate | Term) else str(day)
