"""What must hold between the values of a profile: ids, tags, periods, venues, and the paths and names of its views."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from cvbuild.dates import PartialDate, Term
from cvbuild.errors import Mark, closest, nearest, quoted
from cvbuild.profile import Dated, Profile, Record, SectionSpec, Translated, Value, View, extends
from cvbuild.profile.paths import Target, addressed, suggest, targets
from cvbuild.profile.types import section_fields
from cvbuild.profile.variants import unknown
from cvbuild.profile.where import read_where
from cvbuild.schema import Reading, join, read


def check(profile: Profile, reading: Reading) -> None:
    """Report on *reading* whatever contradicts itself in *profile*, or names what is not there."""
    _ids(profile, reading)
    _tags(profile, reading)
    _venues(profile, reading)
    for collection in profile.collections:
        for index, entry in enumerate(collection.entries):
            _periods(entry, f"{collection.name}[{index}]", reading)
    known = targets(profile)
    present = {path: target for path, target in known.items() if target.present}
    for view in (profile.view, *profile.variants.values()):
        _view(view, profile, present, reading)
        _settings(view, known, join(_where(view, profile), "set"), reading)
    extends.check(profile, reading)


def _ids(profile: Profile, reading: Reading) -> None:
    seen: dict[str, Record] = {}
    for path, record in addressed(profile):
        mark = record.mark_of("id")
        if path in seen:
            first = seen[path].mark_of("id")
            message = f"the id '{path}' stands twice: here and in line {first.line}"
            reading.fail(mark, path, message, "give one of the two another id")
        elif profile.collection(path):
            reading.fail(mark, path, f"the id '{path}' is also the name of a collection", "give it another id")
        elif path in ("person", "contact"):
            reading.fail(mark, path, f"the id '{path}' is a word of the format", "give it another id")
        seen.setdefault(path, record)


def _tags(profile: Profile, reading: Reading) -> None:
    if profile.tags is None:
        return
    contacts = [(f"person.contact.{contact.text('kind')}", contact) for contact in profile.contacts]
    for where, record in (*contacts, *_located(profile)):
        for tag in record.texts("tags"):
            if tag not in profile.tags and tag not in reading.lost:
                hint = nearest(tag, profile.tags) or f"declared under 'tags:' are {', '.join(profile.tags) or 'none'}"
                mark = record.mark_of("tags")
                reading.fail(mark, join(where, "tags"), f"the tag {quoted(tag)} is not declared", hint)


def _located(profile: Profile) -> Iterator[tuple[str, Record]]:
    """Yield every record in the collections, with its path in the file."""
    for collection in profile.collections:
        for index, entry in enumerate(collection.entries):
            yield from _inside(f"{collection.name}[{index}]", entry)


def _inside(where: str, record: Record) -> Iterator[tuple[str, Record]]:
    yield where, record
    for name in record.fields:
        for index, inner in enumerate(record.records(name)):
            yield from _inside(f"{where}.{name}[{index}]", inner)


def _venues(profile: Profile, reading: Reading) -> None:
    """Warn of a venue that looks like the slip of a declared one; any other text is a name of its own."""
    folded = {name.casefold() for name in profile.venues}
    names = {str(name) for venue in profile.venues.values() for field in ("name", "short")
             for name in constants(venue.get(field))}  # fmt: skip
    for where, record in _located(profile) if 0 < len(folded) < 300 else ():
        for venue in map(str, constants(record.get("venue"))):
            likely = re.fullmatch(r"[a-z0-9_-]+", venue) or venue.casefold() in folded
            if venue not in {*profile.venues, *names} and likely and (meant := closest(venue, profile.venues)):
                message = f"{quoted(venue)} is none of the venues declared; it is printed as it stands"
                reading.warn(record.mark_of("venue"), f"{where}.venue", message, f"did you mean '{meant}'?")


def constants(value: Value | None) -> Iterator[Value]:
    """Yield every constant that a value may come to, whatever the day or language."""
    match value:
        case None:
            return
        case Dated(steps):
            for _, step in steps:
                yield from constants(step)
        case Translated(versions):
            for _, version in versions:
                yield from constants(version)
        case _:
            yield value


def _periods(record: Record, where: str, reading: Reading) -> None:
    """Report every end that lies before a start that may hold with it."""
    starts = [day for day in constants(record.get("start")) if isinstance(day, PartialDate | Term)]
    ends = [day for day in constants(record.get("end")) if isinstance(day, PartialDate | Term)]
    if starts and ends:
        start, end = min(starts, key=lambda d: d.first_day), min(ends, key=lambda d: d.last_day)
        if end.last_day < start.first_day:
            message = f"the end {end} lies before the start {start}; expected it on or after it"
            reading.fail(record.mark_of("end"), f"{where}.end", message)
    if "date" in record.fields and ("start" in record.fields or "end" in record.fields):
        message = "both 'date' and 'start' or 'end'; expected one or the other"
        reading.fail(record.mark_of("date"), f"{where}.date", message)
    unread = reading.problems and "start" in record.marks
    if "end" in record.fields and "start" not in record.fields and not unread:
        message = "an 'end' without a 'start'; expected both"
        reading.fail(record.mark_of("end"), f"{where}.end", message, "for a single day or year write 'date:'")
    since, until = record.get("since"), record.get("until")
    if isinstance(since, PartialDate) and isinstance(until, PartialDate) and until.last_day < since.first_day:
        message = f"until {until} lies before since {since}; expected it after"
        reading.fail(record.mark_of("until"), f"{where}.until", message)
    for name in record.fields:
        for index, inner in enumerate(record.records(name)):
            _periods(inner, f"{where}.{name}[{index}]", reading)


def _where(view: View, profile: Profile) -> str:
    """Return the path of *view* in its file: a variant in a file of its own is all there is in it."""
    inline = not view.mark.line or view.mark.file == profile.file
    return "view" if not view.name else f"variants.{view.name}" if inline else ""


def _view(view: View, profile: Profile, present: Mapping[str, Target], reading: Reading) -> None:
    where = _where(view, profile)
    for name in view.extends or ():
        if name not in profile.variants and name != "view" and name not in reading.lost:
            message, hint = unknown(name, {"view": None, **profile.variants}, "variant")
            reading.fail(view.mark_of("extends", name), join(where, "extends"), message, hint)
    if view.language and view.language not in {*profile.translations, *reading.undeclared}:
        hint = nearest(view.language, profile.translations) or "declare it under 'translations:'"
        message = f"the language {quoted(view.language)} is not declared"
        reading.fail(view.mark_of("language"), join(where, "language"), message, hint)
    for field in ("include", "exclude"):
        for tag in getattr(view, field):
            check_tag(tag, profile, view.mark_of(field, tag), join(where, field), reading)
    for field in ("omit", "pin"):
        for path in getattr(view, field):
            check_path(path, present, view.mark_of(field, path), join(where, field), reading)
    for path in sorted(set(view.omit) & set(view.pin)):
        message = f"'{path}' is both omitted and pinned here; expected one of the two"
        reading.fail(view.mark_of("pin", path), join(where, "pin"), message)
    for spec in view.sections or ():
        check_section(spec, profile, join(where, f"sections.{spec.name}"), reading)


def _settings(view: View, known: Mapping[str, Target], where: str, reading: Reading) -> None:
    for path, node in view.set:
        target, mark = known.get(path), view.mark_of("set", path)
        if target is None:
            if not _lost(path, reading):
                reading.fail(mark, where, f"{quoted(path)} is not in this profile", suggest(path, known))
        elif target.field is None:
            message = f"'{path}' is not one value; expected the path of a field"
            reading.fail(mark, where, message, suggest(f"{path}.", known))
        else:
            problems = len(reading.problems)
            value = read(target.field, node, f"{where}.{path}", reading)
            if value is None and target.required and len(reading.problems) == problems:
                message = f"'{path}' cannot be absent; expected {target.field.expected}"
                reading.fail(mark, where, message, f"to leave it out, write 'omit: [{path.rpartition('.')[0]}]'")


def check_tag(tag: str, profile: Profile, mark: Mark, where: str, reading: Reading) -> None:
    """Report a *tag* that no view may name."""
    if tag not in profile.known_tags() and tag not in reading.lost:
        hint = nearest(tag, profile.known_tags()) or f"known: {', '.join(sorted(profile.known_tags())) or 'none'}"
        reading.fail(mark, where, f"no tag {quoted(tag)} in this profile", hint)


def check_path(path: str, present: Mapping[str, Target], mark: Mark, where: str, reading: Reading) -> None:
    """Report a *path* that is not among *present*, those that the whole profile has."""
    if path not in present and not _lost(path, reading):
        reading.fail(mark, where, f"{quoted(path)} is not in this profile", suggest(path, present))


def _lost(path: str, reading: Reading) -> bool:
    return bool(reading.lost) and set(path.split(".")) <= reading.lost


def check_section(spec: SectionSpec, profile: Profile, where: str, reading: Reading) -> None:
    """Report a section of nothing, and options that name no field of its entries."""
    options = spec.options
    name = options.text("from") or spec.name
    collections = {c.name: c for c in profile.collections}
    if name == "contact":
        odd = sorted(set(options.fields) - {"title", "intro"})
        if odd:
            reading.fail(options.mark_of(odd[0]), f"{where}.{odd[0]}", "contacts have no such option")
        return
    if name not in collections:
        if name in reading.lost or (not options.text("from") and _elsewhere(spec.name, profile)):
            return
        message, hint = unknown(name, {"contact": None, **collections}, "collection")
        reading.fail(options.mark_of("from") if options.text("from") else spec.mark, where, message, hint)
        return
    fields = section_fields(collections[name].type)
    if "where" in options.fields:
        read_where(options.get("where"), fields, f"{where}.where", profile, reading)
    wanted = [("sort", key.removeprefix("-")) for key in options.texts("sort") if key.removeprefix("-") != "file"]
    wanted += [("show", key.removeprefix("-")) for key in options.texts("show")]
    wanted += [("group_by", key) for key in options.texts("group_by")]
    for option, field in wanted:
        if field not in fields:
            hint = nearest(field, fields) or f"known: {', '.join(fields)}"
            reading.fail(options.mark_of(option), f"{where}.{option}", f"no field {quoted(field)} in {name}", hint)


def _elsewhere(name: str, profile: Profile) -> bool:
    """Tell whether another view says from which collection the section *name* takes its entries."""
    specs = (spec for view in (profile.view, *profile.variants.values()) for spec in view.sections or ())
    return any(spec.name == name and spec.options.text("from") for spec in specs)
