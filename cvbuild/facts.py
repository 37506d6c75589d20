"""What the rules look at: the records of a profile as they are on one day, each with its path, and all its texts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import cached_property

from msgspec import Struct

from cvbuild.dates import PartialDate, Term
from cvbuild.errors import Mark
from cvbuild.profile import Collection, Dated, Profile, Record, Translated, Value
from cvbuild.view.constant import Moment, constant


class Located(Struct, frozen=True):
    """A record under its path, and the type of its collection."""

    record: Record
    where: str
    type: str


class Said(Struct, frozen=True):
    """A text under its path, in one language and as of one day where it has several."""

    text: str
    where: str
    mark: Mark
    language: str


class Facts(Struct, frozen=True, dict=True):
    """A profile, and the day that counts as today."""

    profile: Profile
    today: date

    @cached_property
    def moment(self) -> Moment:
        language = self.profile.translations[0]
        return Moment(self.today, language, language, lambda found: None)

    def value(self, record: Record, name: str) -> Value | None:
        """Return what a field of *record* comes to today, in the first language."""
        return constant(record.get(name), self.moment)

    def text(self, record: Record, name: str) -> str:
        value = self.value(record, name)
        return "" if value is None or isinstance(value, tuple) else str(value)

    def known(self, record: Record) -> bool:
        """Tell whether *record* is of use today: neither not known yet nor known no more."""
        since, until = record.get("since"), record.get("until")
        begun = not isinstance(since, PartialDate) or since.first_day <= self.today
        return begun and not (isinstance(until, PartialDate) and until.last_day < self.today)

    @cached_property
    def entries(self) -> tuple[Located, ...]:
        return tuple(
            Located(entry, entry.text("id") or f"{collection.name}[{index}]", collection.type)
            for collection in self.profile.collections
            for index, entry in enumerate(collection.entries)
        )

    def of(self, *types: str) -> Iterator[Located]:
        """Yield the entries of these types that are known today."""
        yield from (entry for entry in self.entries if entry.type in types and self.known(entry.record))

    def in_collection(self, collection: Collection) -> list[Located]:
        names = {id(entry) for entry in collection.entries}
        return [entry for entry in self.entries if id(entry.record) in names]

    @cached_property
    def texts(self) -> tuple[Said, ...]:
        """Every text of the profile, in all its languages and on all days."""
        records = [(self.profile.person, "person")]
        records += [(contact, f"contact.{contact.text('kind')}") for contact in self.profile.contacts]
        records += [(entry.record, entry.where) for entry in self.entries]
        return tuple(said for record, where in records for said in self._said(record, where))

    def _said(self, record: Record, where: str) -> Iterator[Said]:
        for name, value in record.fields.items():
            if name in ("id", "tags", "key", "kind"):
                continue
            mark = record.mark_of(name)
            for index, inner in enumerate(record.records(name)):
                yield from self._said(inner, inner.text("id") or f"{where}.{name}[{index}]")
            if not record.records(name):
                own = (Said(text, f"{where}.{name}", mark, language) for text, language in self._versions(value, ""))
                yield from own

    def _versions(self, value: Value, language: str) -> Iterator[tuple[str, str]]:
        match value:
            case Dated(steps):
                for _, step in steps:
                    if step is not None:
                        yield from self._versions(step, language)
            case Translated(versions):
                for name, version in versions:
                    yield from self._versions(version, name)
            case tuple():
                for item in value:
                    yield from self._versions(item, language)
            case str():
                yield value, language or self.profile.translations[0]


class Period(Struct, frozen=True):
    """From a first to a last day; what is open ends today."""

    first: date
    last: date
    is_open: bool


def period(facts: Facts, record: Record) -> Period | None:
    """Return the period of an entry that has a start, as far as its dates tell."""
    start, end = facts.value(record, "start"), facts.value(record, "end")
    if not isinstance(start, PartialDate | Term):
        return None
    if end is None or end == "present":
        return Period(start.first_day, max(facts.today, start.first_day), True)
    return Period(start.first_day, end.last_day, False) if isinstance(end, PartialDate | Term) else None


def latest(facts: Facts, record: Record) -> date | None:
    """Return the last day that an entry tells of."""
    found = period(facts, record)
    if found:
        return date.max if found.is_open else found.last
    value = facts.value(record, "date")
    days = [item.last_day for item in (value if isinstance(value, tuple) else (value,))
            if isinstance(item, PartialDate | Term)]  # fmt: skip
    return max(days, default=None)
