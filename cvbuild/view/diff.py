"""`compare`: how two selections of one profile differ, as facts."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from typing import TypeVar

from msgspec import Struct

from cvbuild.profile import Collection, Profile, Record, Value
from cvbuild.profile.plain import Plain, plain_value
from cvbuild.profile.types import ENTRY_TYPES


class Change(Struct, frozen=True):
    """One difference: what happened (`added`, `removed`, `moved` or `changed`), to what, and both values."""

    what: str
    path: str
    old: Plain = None
    new: Plain = None


_Keyed = Mapping[Hashable, tuple[str, Record]]
_Key = TypeVar("_Key", bound=Hashable)
_NONE = Record("nothing", {})


def compare(old: Profile, new: Profile) -> tuple[Change, ...]:
    """Return what tells *new* from *old*, two selections of one profile: nothing where they are the same."""
    return tuple(_compared(old, new))


def _compared(old: Profile, new: Profile) -> Iterator[Change]:
    yield from _value("view.as_of", str(old.as_of), str(new.as_of))
    yield from _value("view.language", old.language, new.language)
    yield from _value("view.pages", _pages(old), _pages(new))
    yield from _fields("view.style", old.view.style or _NONE, new.view.style or _NONE)
    yield from _fields("person", old.person, new.person)
    yield from _records(_keyed("contacts", old.contacts), _keyed("contacts", new.contacts))
    yield from _sections(old, new)
    yield from _records(_entries(old.collections), _entries(new.collections))
    yield from _venues(old.venues, new.venues)


def _pages(profile: Profile) -> str | None:
    pages = profile.view.pages
    return f"at most {pages.max}, the last filled to {pages.min_fill}" if pages else None


def _sections(old: Profile, new: Profile) -> Iterator[Change]:
    """Yield the sections that come, go or move, and what changes about them but for their entries."""
    before, after = ({spec.name: spec.options for spec in p.view.sections or ()} for p in (old, new))
    yield from (Change("removed", f"section {name}") for name in before if name not in after)
    yield from (Change("added", f"section {name}") for name in after if name not in before)
    yield from _moved(list(before), list(after), lambda name: f"section {name}")
    for name, options in before.items():
        if name in after:
            yield from _fields(f"section {name}", options, after[name])
        one, other = old.collection(name), new.collection(name)
        if one and other:
            yield from _value(f"section {name}.type", one.type, other.type)
            yield from _value(f"section {name}.date", one.date, other.date)


def _entries(collections: tuple[Collection, ...]) -> _Keyed:
    return {key: pair for c in collections for key, pair in _keyed(c.name, c.entries).items()}


def _keyed(place: str, records: Sequence[Record]) -> _Keyed:
    """Return *records*, which stand in *place*, by what they are whatever the view: by where they are written."""
    seen: dict[Hashable, int] = {}
    found: dict[Hashable, tuple[str, Record]] = {}
    for record in records:
        seen[record.mark] = seen.get(record.mark, 0) + 1
        found[(record.mark, seen[record.mark])] = (place, record)
    return found


def _records(old: _Keyed, new: _Keyed) -> Iterator[Change]:
    """Yield what happens to records: they stay what they are when they move, or their words change."""
    yield from (Change("removed", _name(*old[key]), plain_value(old[key][1])) for key in old if key not in new)
    yield from (Change("added", _name(*new[key]), None, plain_value(new[key][1])) for key in new if key not in old)
    for key in old:
        if key in new and old[key][0] != new[key][0]:
            yield Change("moved", _name(*old[key]), f"in {old[key][0]}", f"in {new[key][0]}")
    for place in dict.fromkeys(place for place, _ in old.values()):
        rows = [[key for key, (at, _) in each.items() if at == place] for each in (old, new)]
        yield from _moved(rows[0], rows[1], lambda key: _name(*(old[key] if key in old else new[key])))
    for key in old:
        if key in new:
            yield from _fields(_name(*old[key]), old[key][1], new[key][1])


def _name(place: str, record: Record) -> str:
    """Return what a person calls *record*: its id, or its first words and where it stands."""
    if record.text("id"):
        return record.text("id")
    if record.kind == "contact":
        return f"contact.{record.text('kind')}"
    required = ENTRY_TYPES[record.kind].required if record.kind in ENTRY_TYPES else ("text", "position", "label")
    title = next((record.text(name) for name in required if name in record.fields), "")
    return f"{place} '{title if len(title) <= 60 else title[:59] + '…'}'"


def _moved(old: Sequence[_Key], new: Sequence[_Key], name: Callable[[_Key], str]) -> Iterator[Change]:
    """Yield what stands in both rows, but in another order, with what it comes after in each."""
    first, second = [key for key in old if key in new], [key for key in new if key in old]
    if first == second:
        return
    blocks = SequenceMatcher(None, first, second, autojunk=False).get_matching_blocks()
    still = {key for block in blocks for key in first[block.a : block.a + block.size]}
    for key in first:
        if key not in still:
            places = [(row, row.index(key)) for row in (first, second)]
            was, becomes = (f"after {name(row[at - 1])}" if at else "first" for row, at in places)
            yield Change("moved", name(key), was, becomes)


def _fields(path: str, old: Record, new: Record) -> Iterator[Change]:
    for name in dict.fromkeys([*old.fields, *new.fields]):
        if old.get(name) == new.get(name):
            continue
        if old.records(name) or new.records(name):
            inner = f"{path}.{name}"
            yield from _records(_keyed(inner, old.records(name)), _keyed(inner, new.records(name)))
        else:
            yield from _value(f"{path}.{name}", old.get(name), new.get(name))


def _value(path: str, old: Value | None, new: Value | None) -> Iterator[Change]:
    before, after = plain_value(old), plain_value(new)
    if before != after:
        what = "added" if before is None else "removed" if after is None else "changed"
        yield Change(what, path, before, after)


def _venues(old: Mapping[str, Record], new: Mapping[str, Record]) -> Iterator[Change]:
    for name in old:
        if name in new:
            yield from _fields(f"venues.{name}", old[name], new[name])
