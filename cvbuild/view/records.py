"""What stays of a record, and of what it holds: privacy, the day, tags, what is omitted and what is pinned."""

from __future__ import annotations

from enum import Enum

from cvbuild.dates import PartialDate, Term
from cvbuild.errors import Mark, listed
from cvbuild.profile import Dated, Record, Value
from cvbuild.profile.paths import path_of
from cvbuild.view.reasons import OUTER, Reason
from cvbuild.view.scope import Scope

# Without these there is nothing to print, and the record goes.
_NEEDED = {"highlight": "text", "position": "position", "link": "url", "contact": "value"}


class Keeping(Enum):
    """How much of a record stays: nothing, what is pinned inside it, or all that may."""

    NOTHING = 0
    PINNED = 1
    ALL = 2


def keeping(record: Record, path: str, scope: Scope, ground: str = "") -> Keeping:
    """Tell how much of *record* stays; *ground* is what holds (`omit`, `pin`) where the view is silent on it.

    A pin beats tags and omissions, of what the record stands in too; it never beats privacy or the day.
    """
    if barred := _barred(record, scope):
        scope.leave_out(record, barred)
        return Keeping.NOTHING
    word = scope.decision(path) or ground
    unwanted = _omitted(path, scope) if word == "omit" else _untagged(record, scope)
    if _field_pinned(record, path, scope) or word == "pin" or unwanted is None:
        return Keeping.ALL
    scope.leave_out(record, unwanted)
    return Keeping.PINNED if _holds_pin(record, path, scope) else Keeping.NOTHING


def _barred(record: Record, scope: Scope) -> Reason | None:
    """Say why *record* may not be shown at all: it is private, and private facts are not asked for, or by its days."""
    since, until = record.get("since"), record.get("until")
    if record.flag("private") and not scope.wish.private:
        return Reason("private", "private", mark=record.mark_of("private"))
    if isinstance(since, PartialDate) and since.first_day > scope.day:
        words = f"not yet known on {scope.day}: since {since}"
        return Reason("since", words, mark=record.mark_of("since"))
    if isinstance(until, PartialDate) and until.last_day < scope.day:
        return Reason("until", f"no longer true on {scope.day}: until {until}", mark=record.mark_of("until"))
    return None


def _omitted(path: str, scope: Scope) -> Reason:
    if scope.decision(path) != "omit":
        return OUTER
    return Reason("omit", "omitted", *scope.wish.said_at("omit", path))


def _untagged(record: Record, scope: Scope) -> Reason | None:
    """Say which tag leaves *record* out; nothing where none does."""
    tags = record.texts("tags")
    for tag in tags:
        if tag in scope.wish.exclude:
            return Reason("exclude", f"excluded by the tag '{tag}'", *scope.wish.said_at("exclude", tag))
    if not (scope.wish.include and tags) or scope.wish.include.intersection(tags):
        return None
    included = sorted(scope.wish.include)
    words = f"tagged {listed(tags, 'and')}, and of what has tags only {listed(included)} is included"
    return Reason("include", words, *scope.wish.said_at("include", included[0]))


def _field_pinned(record: Record, path: str, scope: Scope) -> bool:
    return bool(path) and any(scope.decision(f"{path}.{name}") == "pin" for name in record.fields)


def _holds_pin(record: Record, path: str, scope: Scope) -> bool:
    inner = ((item, path_of(item, path)) for name in record.fields for item in record.records(name))
    return any(not _barred(item, scope) and pinned(item, name, scope) for item, name in inner)


def pinned(record: Record, path: str, scope: Scope) -> bool:
    """Tell whether *record*, a field of it or something inside it is pinned."""
    if scope.decision(path) == "pin" or _field_pinned(record, path, scope):
        return True
    return _holds_pin(record, path, scope)


def kept(record: Record, where: str, path: str, scope: Scope, ground: str = "") -> Record | None:
    """Return what is left of *record*; nothing where it goes. Its warnings are told only if it stays."""
    much = keeping(record, path, scope, ground)
    return None if much is Keeping.NOTHING else settled(record, where, path, scope, much)


def settled(record: Record, where: str, path: str, scope: Scope, much: Keeping = Keeping.ALL) -> Record | None:
    """Return *record* with its values on the day and what stays inside it; nothing where it is not yet known."""
    noted = scope.apart()
    left = noted.constants(record, where, path)
    ground = "omit" if much is Keeping.PINNED else ""
    for name, value in left.fields.items():
        if isinstance(value, tuple) and any(isinstance(item, Record) for item in value):
            left = left.replace(**{name: _inner(value, f"{where}.{name}", path, noted, ground)})
    left = _known_dates(whole_period(left), scope, told="since" in record.fields)
    needed = [_NEEDED.get(left.kind, ""), "positions" if "positions" in record.fields else ""]
    for name in needed:
        if name and name not in left.fields:
            scope.leave_out(record, no_value(record, name, scope))
            return None
    if first := _ahead(left, scope):
        scope.leave_out(record, Reason("day", f"not yet known on {scope.day}: from {first[1]}", mark=first[0]))
        return None
    scope.warnings.extend(noted.warnings)
    return left.replace(private=None)


def no_value(record: Record, name: str, scope: Scope) -> Reason:
    """Say why the field *name* of *record*, which has one, comes to nothing on the day."""
    value, words = record.get(name), f"nothing is left of '{name}'"
    if isinstance(value, Dated):
        held = [day for day, _ in value.steps if day.first_day <= scope.day]
        first = value.steps[0][0]
        words = f"'{name}' is no more from {held[-1]} on" if held else f"not yet known on {scope.day}: from {first}"
    return Reason("day", words, mark=record.mark_of(name))


def _inner(items: tuple[Value, ...], where: str, path: str, scope: Scope, ground: str) -> tuple[Value, ...] | None:
    found = (
        kept(item, f"{where}[{index}]", path_of(item, path), scope, ground) if isinstance(item, Record) else item
        for index, item in enumerate(items)
    )
    return tuple(item for item in found if item is not None) or None


def whole_period(record: Record) -> Record:
    """Return *record* with a date or a period, not a part of both: no end without a start, no period beside a date."""
    if "date" in record.fields:
        return record.replace(start=None, end=None)
    return record if "start" in record.fields else record.replace(end=None)


def _known_dates(record: Record, scope: Scope, *, told: bool) -> Record:
    """Return *record* without those of several dates that lie ahead, unless `since` says it is known."""
    dates = record.items("date")
    if told or len(dates) < 2:
        return record
    held = tuple(d for d in dates if not isinstance(d, PartialDate | Term) or d.first_day <= scope.day)
    return record.replace(date=held or dates)


def _ahead(record: Record, scope: Scope) -> tuple[Mark, PartialDate | Term] | None:
    """Return the day from which *record* is known, and its place, where that has not come: its start or date."""
    if "since" in record.fields:
        return None
    firsts = [(record.mark_of(name), day) for name in ("start", "date") for day in record.items(name)]
    if not firsts:
        positions = record.records("positions")
        firsts = [(one.mark_of("start"), day) for one in positions for day in one.items("start")]
    days = [(mark, day) for mark, day in firsts if isinstance(day, PartialDate | Term)]
    if not days or any(day.first_day <= scope.day for _, day in days):
        return None
    return min(days, key=lambda pair: pair[1].first_day)
