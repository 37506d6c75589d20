"""What must hold between the values of a profile: ids, tags, periods, venues, and the paths and names of its views."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from cvbuild.dates import PartialDate, Term
from cvbuild.errors import Mark, nearest
from cvbuild.profile import Dated, Profile, Record, SectionSpec, Translated, Value, View
from cvbuild.profile.paths import Target, addressed, path_of, put, suggest, targets
from cvbuild.profile.types import ENTRY_TYPES
from cvbuild.profile.variants import unknown
from cvbuild.profile.where import read_where
from cvbuild.schema import Reading


def check(profile: Profile, reading: Reading) -> None:
    """Report on *reading* whatever contradicts itself in *profile*, or names what is not there."""
    _ids(profile, reading)
    _tags(profile, reading)
    for collection in profile.collections:
        for index, entry in enumerate(collection.entries):
            _periods(entry, f"{collection.name}[{index}]", reading)
    known = targets(profile)
    for view in (profile.view, *profile.variants.values()):
        _view(view, profile, known, reading)
    _cycles(profile, reading)


def _ids(profile: Profile, reading: Reading) -> None:
    seen: dict[str, Record] = {}
    for path, record in addressed(profile):
        mark = record.mark_of("id")
        if path in seen:
            first = seen[path].mark_of("id")
            reading.fail(mark, path, f"the id '{path}' stands twice: here and in line {first.line}", "ids are unique")
        elif profile.collection(path):
            reading.fail(mark, path, f"the id '{path}' is also the name of a collection", "give it another id")
        elif path in ("person", "contact"):
            reading.fail(mark, path, f"the id '{path}' is a word of the format", "give it another id")
        seen.setdefault(path, record)


def _tags(profile: Profile, reading: Reading) -> None:
    if profile.tags is None:
        return
    for record in profile.records():
        for tag in record.texts("tags"):
            if tag not in profile.tags:
                hint = nearest(tag, profile.tags) or f"declared under 'tags:' are {', '.join(profile.tags)}"
                reading.fail(record.mark_of("tags"), path_of(record, ""), f"no tag '{tag}' is declared", hint)


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
    if "end" in record.fields and "start" not in record.fields:
        message = "an 'end' without a 'start'; expected both"
        reading.fail(record.mark_of("end"), f"{where}.end", message, "for a single day or year write 'date:'")
    since, until = record.get("since"), record.get("until")
    if isinstance(since, PartialDate) and isinstance(until, PartialDate) and until.last_day < since.first_day:
        reading.fail(record.mark_of("until"), f"{where}.until", f"until {until} lies before since {since}")
    for name in record.fields:
        for index, inner in enumerate(record.records(name)):
            _periods(inner, f"{where}.{name}[{index}]", reading)


def _view(view: View, profile: Profile, known: Mapping[str, Target], reading: Reading) -> None:
    where = f"variants.{view.name}" if view.name else "view"
    for name in view.extends or ():
        if name not in profile.variants and name != "view":
            message, hint = unknown(name, {"view": None, **profile.variants}, "variant")
            reading.fail(view.mark_of("extends", name), f"{where}.extends", message, hint)
    if view.language and view.language not in profile.translations:
        hint = nearest(view.language, profile.translations) or "declare it under 'translations:'"
        mark = view.mark_of("language")
        reading.fail(mark, f"{where}.language", f"the language '{view.language}' is not declared", hint)
    for field in ("include", "exclude"):
        for tag in getattr(view, field):
            check_tag(tag, profile, view.mark_of(field, tag), f"{where}.{field}", reading)
    for field in ("omit", "pin"):
        for path in getattr(view, field):
            check_path(path, known, view.mark_of(field, path), f"{where}.{field}", reading)
    for path in set(view.omit) & set(view.pin):
        reading.fail(view.mark_of("pin", path), f"{where}.pin", f"'{path}' is both omitted and pinned here")
    for path, node in view.set:
        target = known.get(path)
        if target is None or target.field is None:
            message = f"'{path}' is not in this profile" if target is None else f"'{path}' is not one value"
            reading.fail(view.mark_of("set", path), f"{where}.set", message, suggest(path, known))
        else:
            put(profile, target, node, reading)
    for spec in view.sections or ():
        check_section(spec, profile, f"{where}.sections.{spec.name}", reading)


def check_tag(tag: str, profile: Profile, mark: Mark, where: str, reading: Reading) -> None:
    """Report a *tag* that no view may name."""
    if tag not in profile.known_tags():
        hint = nearest(tag, profile.known_tags()) or f"known: {', '.join(sorted(profile.known_tags())) or 'none'}"
        reading.fail(mark, where, f"no tag '{tag}' in this profile", hint)


def check_path(path: str, known: Mapping[str, Target], mark: Mark, where: str, reading: Reading) -> None:
    """Report a *path* that the whole profile lacks."""
    target = known.get(path)
    if target is None or not target.present:
        reading.fail(mark, where, f"'{path}' is not in this profile", suggest(path, known))


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
        if not options.text("from") and _elsewhere(spec.name, profile):
            return
        message, hint = unknown(name, {"contact": None, **collections}, "collection")
        reading.fail(options.mark_of("from") if options.text("from") else spec.mark, where, message, hint)
        return
    fields = ENTRY_TYPES[collections[name].type].fields
    if "where" in options.fields:
        read_where(options.get("where"), fields, f"{where}.where", profile, reading)
    wanted = [("sort", key.removeprefix("-")) for key in options.texts("sort") if key.removeprefix("-") != "file"]
    wanted += [("show", key.removeprefix("-")) for key in options.texts("show")]
    wanted += [("group_by", key) for key in options.texts("group_by")]
    for option, field in wanted:
        if field not in fields:
            hint = nearest(field, fields) or f"known: {', '.join(fields)}"
            reading.fail(options.mark_of(option), f"{where}.{option}", f"no field '{field}' in {name}", hint)


def _elsewhere(name: str, profile: Profile) -> bool:
    """Tell whether another view says from which collection the section *name* takes its entries."""
    specs = (spec for view in (profile.view, *profile.variants.values()) for spec in view.sections or ())
    return any(spec.name == name and spec.options.text("from") for spec in specs)


def _cycles(profile: Profile, reading: Reading) -> None:
    for name, view in profile.variants.items():
        chain, todo = set[str](), list(view.extends or ())
        while todo:
            parent = todo.pop()
            if parent == name:
                message = f"the variant '{name}' extends itself, by way of others; expected no cycle"
                reading.fail(view.mark_of("extends"), f"variants.{name}.extends", message)
                break
            if parent not in chain and parent in profile.variants:
                chain.add(parent)
                todo += profile.variants[parent].extends or ()
