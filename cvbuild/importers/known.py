"""What lies ahead: it stands in the source, so it is known, and a view of today shows it."""

from __future__ import annotations

from datetime import date

from cvbuild import dates
from cvbuild.dates import PartialDate, Term
from cvbuild.importers.imported import Tree
from cvbuild.profile.plain import Plain


def known(tree: Tree, today: date) -> Tree:
    """Return *tree* with `since:` on each entry that begins after *today*: without, no view before that day had it."""
    return {name: _collection(held, today) for name, held in tree.items()}


def _collection(held: Plain, today: date) -> Plain:
    match held:
        case list():
            return [_entry(entry, today) for entry in held]
        case dict():
            entries = held.get("entries")
            known_entries: Plain = [_entry(entry, today) for entry in entries] if isinstance(entries, list) else None
            return {**held, "entries": known_entries} if "type" in held and known_entries else held
        case _:
            return held


def _entry(entry: Plain, today: date) -> Plain:
    if not isinstance(entry, dict) or "since" in entry:
        return entry
    first = _day(entry.get("start")) or _day(entry.get("date"))
    return {**entry, "since": str(today)} if first and first.first_day > today else entry


def _day(text: Plain) -> PartialDate | Term | None:
    try:
        found = dates.parse(text) if isinstance(text, str) else None
    except ValueError:
        return None
    return found if isinstance(found, PartialDate | Term) else None
