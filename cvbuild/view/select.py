"""`select`: nothing but choosing. What remains is a profile again, with every value constant.

The order of evaluation: values set (by `resolve`), the day, the language, privacy, tags, `omit`; then a section at a
time `where`, `sort`, `limit`, and what a section does not show; last, sections left empty.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from cvbuild.dates import PartialDate, Term
from cvbuild.errors import Mark, Problem, VariantError
from cvbuild.profile import Collection, Profile, Record, SectionSpec, Value, View
from cvbuild.profile.authors import ME, parse
from cvbuild.profile.checks import constants
from cvbuild.profile.paths import path_of
from cvbuild.profile.types import ENTRY_TYPES, HIDDEN, UNPRINTED
from cvbuild.profile.where import read_where
from cvbuild.schema import Dated, Reading
from cvbuild.view.constant import Moment, constant
from cvbuild.view.resolve import Wish


@dataclass(frozen=True, slots=True)
class Selection:
    """One view as a profile, and what was noticed on the way."""

    profile: Profile
    warnings: tuple[Problem, ...]


def select(wish: Wish, day: date) -> Selection:
    """Return what *wish* leaves of its profile on *day*, unless the wish names a day itself.

    Invents nothing, and selecting again with the result's own view changes nothing. Raises `VariantError`
    where nothing is left, or where an entry is left without what it cannot do without.
    """
    selector = _Selector(wish, wish.as_of.last_day if wish.as_of else day)
    profile = selector.run()
    if selector.problems:
        raise VariantError(*selector.problems)
    if not profile.collections:
        name = f"the variant '{wish.name}'" if wish.name else "the view"
        message = f"nothing is left in {name}"
        hint = f"see its sections, tags and 'where', as of {profile.as_of}"
        raise VariantError(Problem(wish.mark if wish.mark.file else Mark(profile.file), "", message, hint))
    return Selection(profile, tuple(dict.fromkeys(selector.warnings)))


class _Selector:
    def __init__(self, wish: Wish, day: date) -> None:
        self.wish, self.day = wish, day
        self.problems: list[Problem] = []
        self.warnings: list[Problem] = []
        self.pins = frozenset(path for path, word in wish.decisions.items() if word == "pin")

    def run(self) -> Profile:
        profile, wish = self.wish.profile, self.wish
        person = self.constants(profile.person, "person", "person")
        if "name" not in person.fields:
            self.missing(profile.person, "name", "person.name")
        own = self.own_names(profile.person, person)
        kept = [self.entries(collection, own) for collection in profile.collections]
        collections, sections = self.sections({c.name: c for c in kept})
        specs = {spec.name: spec for spec in sections}
        return Profile(
            file=profile.file,
            person=person.replace(cite_as=own),
            contacts=self.contacts(),
            collections=tuple(c for c in collections if c.name in specs),
            venues={name: self.constants(venue, f"venues.{name}", "") for name, venue in profile.venues.items()},
            translations=profile.translations,
            tags=profile.tags,
            view=View(
                as_of=PartialDate((self.day.year, self.day.month, self.day.day)),
                language=wish.language,
                sections=sections,
                pages=wish.pages,
                style=wish.style,
            ),
            as_of=self.day,
            language=wish.language,
        )

    # Values

    def moment(self, mark: Mark, where: str) -> Moment:
        def untranslated(found: str) -> None:
            message = f"no text in '{self.wish.language}'; the one in '{found}' is used"
            self.warnings.append(Problem(mark, where, message, f"add '{self.wish.language}: …'"))

        return Moment(self.day, self.wish.language, self.wish.profile.translations[0], untranslated)

    def constants(self, record: Record, where: str, path: str) -> Record:
        """Return *record* with each value as it is on the day, and the fields that are omitted gone."""
        fields = {}
        for name, value in record.fields.items():
            if path and self.wish.decisions.get(f"{path}.{name}") == "omit":
                continue
            found = constant(value, self.moment(record.mark_of(name), f"{where}.{name}"))
            if found is not None and found != ():
                fields[name] = found
        return Record(record.kind, fields, record.marks, record.mark)

    def missing(self, record: Record, name: str, where: str) -> None:
        message = f"the field '{name}' has no value in force on {self.day}"
        self.problems.append(Problem(record.mark_of(name), where, message, "give it a value from an earlier day"))

    # Records

    def stays(self, record: Record, path: str) -> bool:
        """Tell whether *record* passes privacy, its own days, the tags and `omit`."""
        since, until = record.get("since"), record.get("until")
        if record.flag("private") and not self.wish.private:
            return False
        if isinstance(since, PartialDate) and since.first_day > self.day:
            return False
        if isinstance(until, PartialDate) and until.last_day < self.day:
            return False
        if path and self.wish.decisions.get(path) == "omit":
            return False
        return self.pinned(record, path) or self.tagged(record)

    def tagged(self, record: Record) -> bool:
        tags = set(record.texts("tags"))
        if tags & self.wish.exclude:
            return False
        return not (self.wish.include and tags) or bool(tags & self.wish.include)

    def pinned(self, record: Record, path: str) -> bool:
        """Tell whether *record*, or something inside it, is pinned."""
        if path and path in self.pins:
            return True
        inner = ((item, path_of(item, path)) for name in record.fields for item in record.records(name))
        return bool(self.pins) and any(self.pinned(item, name) for item, name in inner)

    def record(self, record: Record, where: str, path: str) -> Record | None:
        """Return what is left of *record* and of what it holds; nothing where it goes."""
        if not self.stays(record, path):
            return None
        left = self.constants(record, where, path)
        for name, value in left.fields.items():
            if isinstance(value, tuple) and any(isinstance(item, Record) for item in value):
                left = left.replace(**{name: self.inner(value, f"{where}.{name}", path)})
        left = self.known_dates(left, "since" in record.fields)
        required = {"highlight": "text", "position": "position", "link": "url", "contact": "value"}.get(left.kind)
        if required and required not in left.fields:
            return None
        if not self.known(left):
            return None
        return left.replace(private=None)

    def inner(self, items: tuple[Value, ...], where: str, path: str) -> tuple[Value, ...] | None:
        kept = []
        for index, item in enumerate(items):
            if isinstance(item, Record):
                found = self.record(item, f"{where}[{index}]", path_of(item, path))
                if found is not None:
                    kept.append(found)
            else:
                kept.append(item)  # type: ignore[arg-type]
        return tuple(kept) or None

    def known_dates(self, record: Record, told: bool) -> Record:
        """Return *record* without those of several dates that lie ahead, unless `since` says it is known."""
        dates = record.items("date")
        if told or len(dates) < 2:
            return record
        held = tuple(d for d in dates if not isinstance(d, PartialDate | Term) or d.first_day <= self.day)
        return record.replace(date=held or dates)

    def known(self, record: Record) -> bool:
        """Tell whether the day has come from which *record* is known: `since`, else its start or date."""
        if "since" in record.fields:
            return True
        firsts = [*record.items("start"), *record.items("date")]
        if not firsts and "positions" in record.fields:
            firsts = [day for position in record.records("positions") for day in position.items("start")]
        days = [day.first_day for day in firsts if isinstance(day, PartialDate | Term)]
        return not days or min(days) <= self.day

    def contacts(self) -> tuple[Record, ...]:
        found = []
        for contact in self.wish.profile.contacts:
            path = f"contact.{contact.text('kind')}"
            if self.wish.decisions.get(path) != "omit":
                found.append(self.record(contact, path, contact.text("id")))
        return tuple(contact for contact in found if contact)

    # Collections

    def entries(self, collection: Collection, own: tuple[str, ...]) -> Collection:
        """Return *collection* with the entries that are known, public, tagged and not omitted."""
        if self.wish.decisions.get(collection.name) == "omit":
            return replace(collection, entries=())
        whole = collection.name in self.pins
        kept: list[Record] = []
        for index, entry in enumerate(collection.entries):
            where = f"{collection.name}[{index}]"
            if whole and "tags" in entry.fields:
                entry = entry.replace(tags=None)
            if collection.type == "publications":
                kept += self.works(entry, where, own)
            elif found := self.record(entry, where, path_of(entry, "")):
                kept.append(found)
        for entry in kept:
            for name in ENTRY_TYPES[collection.type].required:
                if name not in entry.fields:
                    self.missing(entry, name, collection.name)
        moment = self.moment(collection.mark, collection.name)
        title, day = constant(collection.title, moment), constant(collection.date, moment)
        return replace(collection, entries=tuple(kept), title=title, date=day)

    def works(self, work: Record, where: str, own: tuple[str, ...]) -> list[Record]:
        """Return one entry for each printed appearance of *work*."""
        path = path_of(work, "")
        shown = work.records("appearances")
        if not shown:
            return self.appearance(work, work, where, path, own)
        found = []
        base = work.replace(appearances=None)
        if not self.stays(base, path) and not self.pinned(work, path):
            return []
        for index, appearance in enumerate(shown):
            name = path_of(appearance, path) or (f"{path}.{index + 1}" if path and index else path)
            if self.stays(appearance, name):
                tags = tuple(dict.fromkeys(base.texts("tags") + appearance.texts("tags")))
                private = base.flag("private") or appearance.flag("private")
                marks = {**work.marks, **appearance.marks}
                merged = Record("publications", {**base.fields, **appearance.fields}, marks, work.mark)
                merged = merged.replace(id=name or None, tags=tags or None, private=private or None)
                found += self.appearance(merged, work, f"{where}.appearances[{index}]", name, own)
        return found

    def appearance(self, merged: Record, work: Record, where: str, path: str, own: tuple[str, ...]) -> list[Record]:
        status = merged.get("status")
        first = status.steps[0][0] if isinstance(status, Dated) else None
        told = merged
        if first and "since" not in merged.fields:
            told = merged.replace(since=first)
        left = self.record(told, where, path)
        if left is None or (status is not None and "status" not in left.fields) or left.text("status") in UNPRINTED:
            return []
        if path != path_of(work, "") and self.wish.decisions:
            omitted = [n for n in left.fields if self.wish.decisions.get(f"{path_of(work, '')}.{n}") == "omit"]
            left = left.replace(**dict.fromkeys(omitted, None))
        authors = tuple(self.named(text, own) for text in left.texts("authors"))
        return [left.replace(authors=authors or None)]

    def own_names(self, person: Record, left: Record) -> tuple[str, ...]:
        """Return every form of the person's name: the one that is printed first, then all others known."""
        forms = [*left.texts("cite_as"), *left.texts("name")]
        for field in ("cite_as", "name"):
            for value in constants(person.get(field)):
                forms += map(str, value if isinstance(value, tuple) else (value,))
        return tuple(dict.fromkeys(forms))

    def named(self, text: str, own: tuple[str, ...]) -> str:
        author = parse(text, own)
        return f"{ME}{author.marks}" if author.me else text

    # Sections

    def sections(self, pool: dict[str, Collection]) -> tuple[list[Collection], tuple[SectionSpec, ...]]:
        """Return a collection for each section that has entries; an entry stands in the first that takes it."""
        taken: set[int] = set()
        collections, specs = [], []
        for spec in self.wish.sections:
            options = self.constants(spec.options, f"sections.{spec.name}", "")
            if spec.name == "contact":
                if "title" in options.fields:
                    specs.append(replace(spec, options=options))
                continue
            source = pool[options.text("from") or spec.name]
            free = [entry for entry in source.entries if id(entry) not in taken]
            entries = self.section(free, source, options)
            taken |= {id(entry) for entry in entries}
            if not entries:
                continue
            shown = tuple(self.shown(entry, options) for entry in entries)
            collections.append(replace(source, name=spec.name, entries=shown))
            if "title" not in options.fields and source.title is not None:
                options = options.replace(title=source.title)
            kept = options.replace(**dict.fromkeys(("from", "where", "sort", "limit")))
            specs.append(SectionSpec(spec.name, kept, spec.mark))
        self.unplaced(pool.values(), taken)
        return collections, tuple(specs)

    def section(self, entries: list[Record], source: Collection, options: Record) -> list[Record]:
        if "where" in options.fields:
            reading = Reading(self.wish.profile.translations)
            fields = ENTRY_TYPES[source.type].fields
            conditions = read_where(options.get("where"), fields, "where", self.wish.profile, reading)
            entries = [entry for entry in entries if all(c.holds(entry) for c in conditions)]
        for key in reversed(options.texts("sort")):
            entries = _sorted(entries, key)
        limit = options.get("limit")
        return self.limited(entries, limit, source.name) if isinstance(limit, int) else entries

    def limited(self, entries: list[Record], limit: int, name: str) -> list[Record]:
        """Return the *limit* entries of highest priority in their order; what is pinned stays, and counts."""

        def rank(index: int) -> tuple[bool, int, int]:
            entry = entries[index]
            pinned = name in self.pins or self.pinned(entry, path_of(entry, ""))
            priority = entry.get("priority")
            return (not pinned, -(priority if isinstance(priority, int) else 50), index)

        order = sorted(range(len(entries)), key=rank)
        kept = {i for place, i in enumerate(order) if place < limit or not rank(i)[0]}
        return [entry for i, entry in enumerate(entries) if i in kept]

    def shown(self, entry: Record, options: Record) -> Record:
        """Return *entry* without the fields that its section does not show."""
        show = options.texts("show")
        hidden = [name for name in HIDDEN.get(entry.kind, ()) if name not in show]
        hidden += [name.removeprefix("-") for name in show if name.startswith("-")]
        return entry.replace(**dict.fromkeys(hidden))

    def unplaced(self, pool: Iterable[Collection], taken: set[int]) -> None:
        """Warn of entries that fall between the conditions of the sections that share a collection."""
        listed = {spec.options.text("from") or spec.name for spec in self.wish.sections}
        limited = {spec.options.text("from") or spec.name for spec in self.wish.sections
                   if "limit" in spec.options.fields}  # fmt: skip
        for collection in pool:
            if collection.name in listed - limited:
                for entry in collection.entries:
                    if id(entry) not in taken:
                        message = "known on this day, not omitted, and in no section"
                        self.warnings.append(Problem(entry.mark, collection.name, message))


def _sorted(entries: list[Record], key: str) -> list[Record]:
    """Return *entries* by *key*, descending where it begins with '-'; those without the field come last."""
    name, reverse = key.removeprefix("-"), key.startswith("-")
    if name == "file":
        return sorted(entries, key=lambda entry: (entry.mark.file, entry.mark.line, entry.mark.column), reverse=reverse)
    known = [(rank, entry) for entry in entries if (rank := _sort_key(entry, name)) is not None]
    ranked = sorted(known, key=lambda pair: pair[0], reverse=reverse)
    unknown = [entry for entry in entries if _sort_key(entry, name) is None]
    return [entry for _, entry in ranked] + unknown


def _sort_key(entry: Record, name: str) -> tuple[str, ...] | None:
    values = list(entry.items(name))
    if name == "date" and not values and "start" in entry.fields:
        values = [*(entry.items("end") or ("9999",)), *entry.items("start")]
    if not values:
        return None
    if name == "priority":
        return (f"{int(str(values[0])):03d}",)
    return tuple(str(v.first_day) if isinstance(v, PartialDate | Term) else str(v).casefold() for v in values)
