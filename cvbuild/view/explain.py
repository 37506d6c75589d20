"""`explain`: whether one thing of a profile is in a view, and which rule decided.

Whether it is there is read from what was selected; why it is not, from what the rules noted while they chose.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from msgspec import Struct

from cvbuild.errors import NOWHERE, Mark, Problem, VariantError
from cvbuild.profile import Collection, Profile, Record
from cvbuild.profile.paths import path_of, suggest, targets
from cvbuild.profile.types import ENTRY_TYPES
from cvbuild.view import fields
from cvbuild.view.reasons import OUTER, Reason
from cvbuild.view.resolve import COMMAND_LINE, Wish
from cvbuild.view.select import traced


class Verdict(Struct, frozen=True):
    """Whether the thing at `path` is shown, why, and what there is to say of the things in it."""

    path: str
    shown: bool
    reasons: tuple[Reason, ...] = ()
    inner: tuple[Verdict, ...] = ()
    title: str = ""


class _Place(Struct, frozen=True):
    """A record of the whole profile: its path, '' where it has none, and what it stands in."""

    record: Record
    path: str
    where: str
    collection: str = ""
    outer: _Place | None = None

    @property
    def name(self) -> str:
        return self.path or self.where


class Account:
    """What a wish comes to on a day, with an answer for every path of *whole*, the profile it was resolved from."""

    def __init__(self, whole: Profile, wish: Wish, day: date) -> None:
        self.whole, self.wish = whole, wish
        self.profile, self.scope = traced(wish, day)
        self.places = list(_places(whole))
        self.standing = _standing(self.profile)
        # The same records with the values that the view sets.
        self.said = {place.record.mark: place.record for place in _places(wish.profile)}

    def verdict(self, path: str) -> Verdict:
        """Return the answer for *path*. Raises `VariantError` where the profile has no such path."""
        known = targets(self.whole)
        if path not in known:
            raise VariantError(Problem(COMMAND_LINE, "PATH", f"'{path}' is not in this profile", suggest(path, known)))
        head, _, name = path.rpartition(".")
        if head == "person":
            return self._person(path, name)
        if collection := self.whole.collection(path):
            return self._collection(collection)
        found = [place for place in self.places if place.path == path]
        if found:
            return _joined([self._record(place) for place in found])
        return _joined([self._field(place, name) for place in self.places if place.path == head])

    def around(self, mark: Mark) -> Verdict | None:
        """Return the answer for the innermost record of the profile that begins at *mark*, or last before it."""
        before = [place for place in self.places if place.record.mark.file == mark.file and place.record.mark <= mark]
        return self._record(max(before, key=lambda place: place.record.mark)) if before else None

    def _person(self, path: str, name: str) -> Verdict:
        record = self.wish.profile.person
        if name in self.profile.person.fields:
            return Verdict(path, True, fields.in_force(path, name, record, self.scope))
        return Verdict(path, False, fields.absent(path, name, record, self.scope))

    def _collection(self, collection: Collection) -> Verdict:
        set_ = fields.was_set(collection.name, self.scope)
        places = list(_places(self.wish.profile)) if set_ else self.places
        inner = tuple(self._record(p) for p in places if p.collection == collection.name and not p.outer)
        sections = dict.fromkeys(
            section
            for entry in self._entries(collection.name)
            for section, _ in self._stands(_Place(entry, "", "", collection.name))
        )
        reasons = tuple(self._section(name) for name in sections)
        if not sections:
            words = "the profile has no entries of it" if not inner else "none of its entries is in the view"
            reasons = self._omitted(collection.name) or (Reason("entries", words, mark=collection.mark),)
        return Verdict(collection.name, bool(sections), (*reasons, *set_), inner)

    def _entries(self, name: str) -> tuple[Record, ...]:
        """Return the entries of a collection, those that the view sets included."""
        told = self.wish.profile.collection(name)
        return told.entries if told else ()

    def _record(self, place: _Place) -> Verdict:
        stands = self._stands(place)
        inner = tuple(self._inside(place, shown=bool(stands)))
        title = _title(place.record)
        reasons = tuple(self._why(place, stands[0][0])) if stands else self._why_not(place)
        return Verdict(place.name, bool(stands), reasons, inner, title)

    def _stands(self, place: _Place) -> list[tuple[str, Record]]:
        """Return where a record is in the view: of a work, wherever one of its appearances is."""
        stands = self.standing.get(place.record.mark, [])
        for appearance in place.record.records("appearances"):
            stands = stands + self.standing.get(appearance.mark, [])
        return stands

    def _inside(self, place: _Place, *, shown: bool) -> Iterator[Verdict]:
        """Yield what there is to say of the fields and records of one that is shown, and of every appearance."""
        for inner in (other for other in self.places if other.outer is place):
            verdict = self._record(inner)
            if inner.record.kind == "appearance" or (shown and (not verdict.shown or verdict.inner)):
                yield verdict
        for name in place.record.fields if shown else ():
            verdict = self._field(place, name)
            if not verdict.shown and not place.record.records(name) and verdict.reasons[0].rule not in ("flag", "id"):
                yield verdict

    def _why(self, place: _Place, section: str) -> Iterator[Reason]:
        yield self._section(section)
        for path in {place.path: 0, place.collection: 0}:
            if self.scope.decision(path) == "pin":
                yield Reason("pin", f"'{path}' is pinned", *self.wish.said_at("pin", path))
        specs = [s for s in self.wish.sections if (s.options.text("from") or s.name) == place.collection]
        names = [spec.name for spec in specs]
        for spec in specs[names.index(section) + 1 :] if section in names and not place.outer else ():
            yield Reason(
                "earlier", f"not left for the section '{spec.name}': an earlier section takes it", mark=spec.mark
            )
        if not place.outer:
            rules = ("where", "limit")
            yield from (r for r in self.scope.reasons.get(place.record.mark, ()) if r.rule in rules)

    def _section(self, name: str) -> Reason:
        if not name:
            return Reason("shown", "among the contacts")
        mark = next((spec.mark for spec in self.wish.sections if spec.name == name), NOWHERE)
        return Reason("shown", f"in the section '{name}'", mark=mark)

    def _why_not(self, place: _Place) -> tuple[Reason, ...]:
        if place.record.mark not in self.said:
            return self._replaced(place)
        noted = tuple(dict.fromkeys(self.scope.reasons.get(place.record.mark, ())))
        if noted and OUTER not in noted:
            return noted
        if place.outer and not place.record.records("appearances"):
            words = f"it stands in '{place.outer.name}', which is not shown"
            if not self._stands(place.outer):
                return (Reason("outer", words, mark=place.outer.record.mark), *self._why_not(place.outer))
        if place.record.records("appearances") and not noted:
            return (Reason("appearances", "none of its appearances is shown", mark=place.record.mark),)
        if place.outer:
            return self._around(place, place.outer)
        return self._omitted(place.collection) or (Reason("unknown", "left out"),)

    def _around(self, place: _Place, outer: _Place) -> tuple[Reason, ...]:
        """Return why a record is left out of one of which only what is pinned, or a part of its fields, stays."""
        if field := next((n for n in outer.record.fields if place.record in outer.record.records(n)), ""):
            verdict = fields.absent(f"{outer.path}.{field}", field, self._told(outer), self.scope)
            if verdict[0].rule in ("omit", "set"):
                return verdict
            own = [a for a in outer.record.records("appearances") if field in a.fields and a.mark in self.standing]
            if own:
                words = f"an appearance that is shown says its own '{field}'"
                return (Reason("appearances", words, mark=own[0].mark_of(field)),)
        around = tuple(r for r in self.scope.reasons.get(outer.record.mark, ()) if r is not OUTER)
        if around:
            return (Reason("outer", f"of '{outer.name}', only what is pinned stays"), *around)
        return self._around(place, outer.outer) if outer.outer else self._omitted(place.collection)

    def _omitted(self, name: str) -> tuple[Reason, ...]:
        if self.scope.decision(name) != "omit":
            return ()
        return (Reason("omit", f"'{name}' is omitted", *self.wish.said_at("omit", name)),)

    def _replaced(self, place: _Place) -> tuple[Reason, ...]:
        """Return where the view sets another value for what the record stands in."""
        around: _Place | None = place
        while around:
            outer = around.outer
            heads = [f"{outer.path}." if outer else place.collection, f"{around.path}."]
            for view in reversed(self.wish.views):
                for path, _ in view.set:
                    if any(head != "." and (path == head or path.startswith(head)) for head in heads):
                        return fields.was_set(path, self.scope)
            around = outer
        return (Reason("set", "the view sets another value for what it stands in"),)

    def _told(self, place: _Place) -> Record:
        return self.said.get(place.record.mark, place.record)

    def _field(self, place: _Place, name: str) -> Verdict:
        path, record = f"{place.name}.{name}", self._told(place)
        stands = self._stands(place)
        if not stands:
            return Verdict(path, False, self._why_not(place))
        own = [(a.mark, a) for a in place.record.records("appearances")]
        overridden = {mark for mark, appearance in own if name in appearance.fields}
        for section, left in stands:
            if name in left.fields and left.mark not in overridden:
                reasons = (self._section(section), *fields.in_force(path, name, record, self.scope))
                return Verdict(path, True, reasons)
        work = place.outer.path if place.outer and place.record.kind == "appearance" else ""
        section, left = stands[0]
        spec = next((spec for spec in self.wish.sections if spec.name == section), None)
        return Verdict(path, False, fields.absent(path, name, record, self.scope, left, spec, work))


def explain(whole: Profile, wish: Wish, day: date, path: str) -> Verdict:
    """Return whether the thing at *path* is in what *wish* selects on *day*, and why. Raises `VariantError`."""
    return Account(whole, wish, day).verdict(path)


def _joined(verdicts: list[Verdict]) -> Verdict:
    """Return one verdict for all that has the same path, such as two contacts of a kind."""
    if len(verdicts) == 1:
        return verdicts[0]
    reasons = dict.fromkeys(reason for verdict in verdicts for reason in verdict.reasons)
    return Verdict(verdicts[0].path, any(v.shown for v in verdicts), tuple(reasons), tuple(verdicts))


def _places(profile: Profile) -> Iterator[_Place]:
    for contact in profile.contacts:
        path = f"contact.{contact.text('kind')}"
        yield _Place(contact, path, path)
    for collection in profile.collections:
        for index, entry in enumerate(collection.entries):
            yield from _below(entry, f"{collection.name}[{index}]", collection.name, None)


def _below(record: Record, where: str, collection: str, outer: _Place | None) -> Iterator[_Place]:
    place = _Place(record, path_of(record, outer.path if outer else ""), where, collection, outer)
    yield place
    for name in record.fields:
        for index, inner in enumerate(record.records(name)):
            yield from _below(inner, f"{place.name}.{name}[{index}]", collection, place)


def _standing(profile: Profile) -> dict[Mark, list[tuple[str, Record]]]:
    """Return by its place in the file each record of a selection, with its section; '' for a contact."""
    found: dict[Mark, list[tuple[str, Record]]] = {}

    def note(records: Iterable[Record], section: str) -> None:
        for record in records:
            found.setdefault(record.mark, []).append((section, record))
            for name in record.fields:
                note(record.records(name), section)

    note(profile.contacts, "")
    for collection in profile.collections:
        note(collection.entries, collection.name)
    return found


def _title(record: Record) -> str:
    """Return a few words that tell a record from others: its first required field, where that is one text."""
    names = (*getattr(ENTRY_TYPES.get(record.kind), "required", ()), "text", "position")
    value = next((record.fields[name] for name in names if name in record.fields), "")
    line = value if isinstance(value, str) else fields.first_text(value)
    return line if len(line) <= 60 else line[:59] + "…"
