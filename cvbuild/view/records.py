"""What stays of a record, and of what it holds: privacy, the day, tags, what is omitted and what is pinned."""

from __future__ import annotations

from enum import Enum

from cvbuild.dates import PartialDate, Term
from cvbuild.profile import Record, Value
from cvbuild.profile.paths import path_of
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
    if not _allowed(record, scope):
        return Keeping.NOTHING
    word = scope.decision(path) or ground
    if _field_pinned(record, path, scope) or word == "pin" or (word != "omit" and _tagged(record, scope)):
        return Keeping.ALL
    return Keeping.PINNED if _holds_pin(record, path, scope) else Keeping.NOTHING


def _allowed(record: Record, scope: Scope) -> bool:
    """Tell whether *record* is public, or private facts are asked for, and its own days allow it."""
    since, until = record.get("since"), record.get("until")
    if record.flag("private") and not scope.wish.private:
        return False
    if isinstance(since, PartialDate) and since.first_day > scope.day:
        return False
    return not (isinstance(until, PartialDate) and until.last_day < scope.day)


def _tagged(record: Record, scope: Scope) -> bool:
    tags = set(record.texts("tags"))
    if tags & scope.wish.exclude:
        return False
    return not (scope.wish.include and tags) or bool(tags & scope.wish.include)


def _field_pinned(record: Record, path: str, scope: Scope) -> bool:
    return bool(path) and any(scope.decision(f"{path}.{name}") == "pin" for name in record.fields)


def _holds_pin(record: Record, path: str, scope: Scope) -> bool:
    inner = ((item, path_of(item, path)) for name in record.fields for item in record.records(name))
    return any(_allowed(item, scope) and pinned(item, name, scope) for item, name in inner)


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
    if any(name and name not in left.fields for name in needed) or not _known(left, scope):
        return None
    scope.warnings.extend(noted.warnings)
    return left.replace(private=None)


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


def _known(record: Record, scope: Scope) -> bool:
    """Tell whether the day has come from which *record* is known: `since`, else its start or date."""
    if "since" in record.fields:
        return True
    firsts = [*record.items("start"), *record.items("date")]
    if not firsts:
        firsts = [day for position in record.records("positions") for day in position.items("start")]
    days = [day.first_day for day in firsts if isinstance(day, PartialDate | Term)]
    return not days or min(days) <= scope.day
