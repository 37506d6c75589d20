"""Sections: which entries each takes of a collection, in which order, how many, and what it shows of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from msgspec import Struct
from msgspec.structs import replace

from cvbuild.dates import PartialDate, Term
from cvbuild.errors import Problem
from cvbuild.profile import Collection, Record, SectionSpec, Value
from cvbuild.profile.paths import path_of
from cvbuild.profile.types import ENTRY_TYPES, HIDDEN, STATUSES
from cvbuild.profile.where import DEFAULT_PRIORITY, Condition, read_where
from cvbuild.schema import Reading
from cvbuild.view.reasons import Reason
from cvbuild.view.records import pinned, whole_period
from cvbuild.view.scope import Scope


class Candidate(Struct, frozen=True, eq=False):
    """An entry that may be printed, and the warnings to tell if it is."""

    entry: Record
    warnings: tuple[Problem, ...] = ()


class Pool(Struct, frozen=True):
    """What is left of a collection before sections take from it."""

    collection: Collection
    candidates: tuple[Candidate, ...]
    warnings: tuple[Problem, ...] = ()


def placed(pools: Mapping[str, Pool], has_contacts: bool, scope: Scope) -> tuple[list[Collection], list[SectionSpec]]:
    """Return a collection and a spec for each section with something in it, in the order of the view.

    An entry stands in the first section that takes it.
    """
    taken: set[Candidate] = set()
    collections, specs = [], []
    for spec in scope.wish.sections:
        noted = scope.apart()
        options = noted.constants(spec.options, f"sections.{spec.name}")
        if spec.name == "contact":
            if "title" in options.fields and has_contacts:
                specs.append(replace(spec, options=options))
            continue
        pool = pools[options.text("from") or spec.name]
        chosen = _taken([c for c in pool.candidates if c not in taken], pool.collection, spec.name, options, scope)
        if not chosen:
            continue
        taken.update(chosen)
        for candidate in chosen:
            _note_pins(candidate.entry, pool.collection.name, scope)
        scope.warnings.extend([*noted.warnings, *(warning for c in chosen for warning in c.warnings)])
        if "title" not in options.fields:
            scope.warnings.extend(pool.warnings)
        entries = tuple(_shown(candidate.entry, options) for candidate in chosen)
        collections.append(replace(pool.collection, name=spec.name, title=None, entries=entries))
        specs.append(SectionSpec(spec.name, _left(options, pool.collection), spec.mark))
    _note_unlisted(pools.values(), scope)
    scope.unplaced.extend(_unplaced(pools.values(), taken, scope))
    return collections, specs


def _left(options: Record, source: Collection) -> Record:
    """Return the options that still say something once the entries are chosen."""
    title = options.get("title") or source.title
    return options.replace(**dict.fromkeys(("from", "where", "sort", "limit")), title=title)


def _taken(
    candidates: list[Candidate], source: Collection, name: str, options: Record, scope: Scope
) -> list[Candidate]:
    """Return those of *candidates* that the section *name* takes from the collection *source*, in its order."""
    reading = Reading(scope.wish.profile.translations)
    if "where" in options.fields:
        fields = ENTRY_TYPES[source.type].fields
        conditions = read_where(options.get("where"), fields, "where", scope.wish.profile, reading)
        candidates = [c for c in candidates if _meets(c.entry, conditions, name, scope)]
    for key in reversed(options.texts("sort")):
        candidates = _sorted(candidates, key)
    limit = options.get("limit")
    if not isinstance(limit, int):
        return candidates
    kept = _limited(candidates, limit, source.name, scope)
    words = f"the section '{name}' keeps no more than {limit}, and others have a higher priority or stand before it"
    for candidate in set(candidates).difference(kept):
        said = f"{words} (its own is {_priority(candidate.entry)})"
        scope.leave_out(candidate.entry, Reason("limit", said, f"sections.{name}.limit", options.mark_of("limit")))
    return kept


def _meets(entry: Record, conditions: Iterable[Condition], name: str, scope: Scope) -> bool:
    for condition in conditions:
        if not condition.holds(entry):
            words = f"the section '{name}' does not take it: {condition.unmet(entry)}"
            scope.leave_out(entry, Reason("where", words, f"sections.{name}.where", condition.mark))
            return False
    return True


def _note_unlisted(pools: Iterable[Pool], scope: Scope) -> None:
    """Note for every entry of a collection that no section takes from that this is so."""
    listed = {spec.options.text("from") or spec.name for spec in scope.wish.sections}
    for pool in pools:
        if pool.collection.name not in listed:
            words = f"in no section: the view lists none of '{pool.collection.name}'"
            for candidate in pool.candidates:
                scope.leave_out(candidate.entry, Reason("section", words, "sections", scope.wish.mark))


def _limited(candidates: list[Candidate], limit: int, name: str, scope: Scope) -> list[Candidate]:
    """Return the *limit* entries of highest priority in their order; what is pinned stays, and counts."""

    def place(index: int) -> tuple[bool, int, int]:
        entry = candidates[index].entry
        stays = scope.decision(name) == "pin" or _pinned(entry, scope)
        return not stays, -_priority(entry), index

    order = sorted(range(len(candidates)), key=place)
    kept = {i for number, i in enumerate(order) if number < limit or not place(i)[0]}
    return [candidate for i, candidate in enumerate(candidates) if i in kept]


def _pinned(entry: Record, scope: Scope) -> bool:
    """Tell whether *entry* is pinned; an appearance is where its work is."""
    path = path_of(entry, "")
    work = path.rpartition(".")[0] if entry.kind == "publications" else ""
    return scope.decision(work) == "pin" or pinned(entry, path, scope)


def _note_pins(entry: Record, collection: str, scope: Scope) -> None:
    """Note what of *entry* is pinned, and so stays whatever the page budget says."""
    if scope.decision(collection) == "pin" or _pinned(entry, scope):
        scope.pinned.add(entry.mark)
    inner = [item for name in entry.fields for item in entry.records(name)]
    while inner:
        item = inner.pop()
        if pinned(item, path_of(item, path_of(entry, "")), scope):
            scope.pinned.add(item.mark)
        inner += (each for name in item.fields for each in item.records(name))


def _priority(entry: Record) -> int:
    priority = entry.get("priority")
    return priority if isinstance(priority, int) else DEFAULT_PRIORITY


def _shown(entry: Record, options: Record) -> Record:
    """Return *entry* without the fields that its section does not show."""
    show = options.texts("show")
    hidden = [name for name in HIDDEN.get(entry.kind, ()) if name not in show]
    hidden += [name.removeprefix("-") for name in show if name.startswith("-")]
    return whole_period(entry.replace(**dict.fromkeys(hidden)))


def _unplaced(pools: Iterable[Pool], taken: set[Candidate], scope: Scope) -> Iterator[Problem]:
    """Yield a warning for each entry that falls between the conditions of the sections of its collection."""
    listed = {spec.options.text("from") or spec.name for spec in scope.wish.sections}
    limited = {spec.options.text("from") or spec.name for spec in scope.wish.sections
               if "limit" in spec.options.fields}  # fmt: skip
    for pool in pools:
        if pool.collection.name in listed - limited:
            for candidate in pool.candidates:
                if candidate not in taken:
                    message = f"known on {scope.day}, not omitted, and in no section"
                    hint = "widen a section's 'where', or omit it"
                    yield Problem(candidate.entry.mark, pool.collection.name, message, hint)


def newest(entry: Record) -> Rank:
    """Return how new *entry* is, as its section would sort it by date; nothing where it has no date that is one."""
    found = rank(entry, "date")
    return found if all(kind < 2 for kind, _, _ in found) else ()


def _sorted(candidates: list[Candidate], key: str) -> list[Candidate]:
    """Return *candidates* by *key*, descending where it begins with '-'; those without the field come last."""
    name, reverse = key.removeprefix("-"), key.startswith("-")
    if name == "file":
        return sorted(candidates, key=lambda c: _place(c.entry), reverse=reverse)
    ranks = {candidate: rank(candidate.entry, name) for candidate in candidates}
    known = [candidate for candidate in candidates if ranks[candidate]]
    known.sort(key=lambda candidate: ranks[candidate], reverse=reverse)
    return known + [candidate for candidate in candidates if not ranks[candidate]]


def _place(entry: Record) -> tuple[str, int, int]:
    return entry.mark.file, entry.mark.line, entry.mark.column


Rank = tuple[tuple[int, float, str], ...]
_NEVER = "9999-12-31"


def rank(entry: Record, name: str) -> Rank:
    """Return what *entry* is sorted by; nothing where it lacks the field. No end is later than any date."""
    started = "start" in entry.fields
    match name:
        case "date" if "date" not in entry.fields and started:
            return (*rank(entry, "end"), *rank(entry, "start"))
        case "end" if started and entry.text("end") in ("", "present"):
            return ((1, 0, _NEVER),)
        case "priority":
            return ((0, _priority(entry), ""),)
        case "status" if entry.kind == "publications":
            return ((0, STATUSES.index(entry.text("status") or "published"), ""),)
        case "date":
            # Of several days, the latest: a course taught again moves up.
            return max(((_value_rank(value),) for value in entry.items(name)), default=())
        case _:
            return tuple(_value_rank(value) for value in entry.items(name))


def _value_rank(value: Value) -> tuple[int, float, str]:
    """Return *value* as something that compares: numbers before days before words."""
    if isinstance(value, PartialDate | Term):
        return 1, 0, str(value.first_day)
    try:
        return 0, float(str(value)), ""
    except ValueError:
        return 2, 0, str(value).casefold()
