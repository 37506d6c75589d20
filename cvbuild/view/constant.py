"""Constant values: what a dated or translated value is on one day, in one language."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from msgspec import Struct

from cvbuild.profile import Dated, Record, Translated, Value


class Moment(Struct, frozen=True):
    """The day and language of a view; `untranslated` is told of each value that lacks the language."""

    day: date
    language: str
    default: str
    untranslated: Callable[[str], None]


def constant(value: Value | None, moment: Moment) -> Value | None:
    """Return what *value* comes to: nothing where none is in force yet. Records stay as they are."""
    match value:
        case Dated(steps):
            held = [step for day, step in steps if day.first_day <= moment.day]
            return constant(held[-1], moment) if held else None
        case Translated(versions):
            said = dict(versions)
            if moment.language in said:
                return constant(said[moment.language], moment)
            found = moment.default if moment.default in said else next(iter(said), "")
            moment.untranslated(found)
            return constant(said.get(found), moment)
        case tuple():
            items = (item if isinstance(item, Record) else constant(item, moment) for item in value)
            return tuple(item for item in items if item is not None)
        case _:
            return value
