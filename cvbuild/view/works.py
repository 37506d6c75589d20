"""What stays of a publication: one entry for each place where it appeared and that is printed."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

from msgspec import Struct

from cvbuild.errors import Mark
from cvbuild.profile import Dated, Record
from cvbuild.profile.authors import ME, parse
from cvbuild.profile.checks import constants
from cvbuild.profile.paths import path_of
from cvbuild.profile.types import UNPRINTED
from cvbuild.view.reasons import Reason
from cvbuild.view.records import Keeping, keeping, no_value, settled
from cvbuild.view.scope import Scope


class _Appearance(Struct, frozen=True):
    """A work as it appeared at one place: the fields of both, and the path that names it."""

    record: Record
    where: str
    path: str


def works(work: Record, where: str, scope: Scope, ground: str) -> list[Record]:
    """Return one entry for each printed appearance of *work*, under its path as id."""
    path = path_of(work, "")
    much = keeping(work, path, scope, ground)
    if much is Keeping.NOTHING:
        return []
    if not work.records("appearances"):
        shown = [_Appearance(work, where, path)]
    else:
        inner = "omit" if much is Keeping.PINNED else "pin" if _word(path, scope, ground) == "pin" else ""
        shown = list(_appearances(work, where, path, scope, inner))
    found = (_printed(appearance, path, scope) for appearance in shown)
    taken: set[str] = set()
    return [_named_once(entry, taken) for entry in found if entry is not None]


def _named_once(record: Record, taken: set[str]) -> Record:
    """Return *record* without the ids inside it that are *taken*: what appearances share has one in the first only."""
    changed: dict[str, tuple[Record, ...]] = {}
    for name in record.fields:
        inner = record.records(name)
        if any("id" in one.fields for one in inner):
            changed[name] = tuple(one.replace(id=None) if one.text("id") in taken else one for one in inner)
            taken.update(filter(None, (one.text("id") for one in inner)))
    return record.replace(**changed) if changed else record


def _word(path: str, scope: Scope, ground: str) -> str:
    return scope.decision(path) or ground


def _appearances(work: Record, where: str, path: str, scope: Scope, ground: str) -> Iterator[_Appearance]:
    base = work.replace(appearances=None)
    shown = work.records("appearances")
    for index, (appearance, name) in enumerate(zip(shown, _names(shown, path), strict=True)):
        if keeping(appearance, path_of(appearance, path), scope, ground) is not Keeping.NOTHING:
            merged = _merged(base, appearance).replace(id=name or None)
            yield _Appearance(merged, f"{where}.appearances[{index}]", name)


def _names(shown: tuple[Record, ...], path: str) -> Iterator[str]:
    """Yield the path of each appearance: the first without an id is the work itself, the others are counted."""
    taken = {appearance.text("id") for appearance in shown}
    for index, appearance in enumerate(shown):
        number = next(str(n) for n in count(index + 1) if str(n) not in taken)
        own = path_of(appearance, path)
        taken.add("" if own or not index else number)
        yield own or (f"{path}.{number}" if path and index else path)


def _merged(base: Record, appearance: Record) -> Record:
    """Return *appearance* with what the work says where it says nothing; tags add up."""
    marks: dict[str, Mark] = {**base.marks, **appearance.marks}
    tags = tuple(dict.fromkeys(base.texts("tags") + appearance.texts("tags")))
    merged = Record("publications", {**base.fields, **appearance.fields}, marks, appearance.mark)
    return merged.replace(tags=tags or None, private=None)


def _printed(appearance: _Appearance, work_path: str, scope: Scope) -> Record | None:
    """Return *appearance* on the day: known from its first status, gone while it is rejected or withdrawn."""
    status = appearance.record.get("status")
    told = appearance.record
    if isinstance(status, Dated) and "since" not in told.fields:
        told = told.replace(since=status.steps[0][0])
        if status.steps[0][0].first_day > scope.day:
            scope.leave_out(told, no_value(told, "status", scope))
            return None
    left = settled(told, appearance.where, appearance.path, scope)
    if left is None:
        return None
    if status is not None and "status" not in left.fields:
        scope.leave_out(told, no_value(told, "status", scope))
        return None
    if left.text("status") in UNPRINTED:
        words = f"{left.text('status')} on {scope.day}, and so never printed"
        scope.leave_out(told, Reason("status", words, mark=told.mark_of("status")))
        return None
    if appearance.path != work_path:
        omitted = [name for name in left.fields if scope.decision(f"{work_path}.{name}") == "omit" and work_path]
        left = left.replace(**dict.fromkeys(omitted, None))
    return left


def own_names(person: Record, left: Record) -> tuple[str, ...]:
    """Return every form of the person's name: the one that is printed first, then all others known."""
    forms = [*left.texts("cite_as"), *left.texts("name")]
    for field in ("cite_as", "name"):
        for value in constants(person.get(field)):
            forms += map(str, value if isinstance(value, tuple) else (value,))
    return tuple(dict.fromkeys(forms))


def recognised(entry: Record, own: tuple[str, ...]) -> Record:
    """Return *entry* with the person's own name as `me` among authors and inventors."""
    changed = {}
    for field in ("authors", "inventors"):
        authors = ((text, parse(text, own)) for text in entry.texts(field))
        names = tuple(f"{ME}{author.marks}" if author.me else text for text, author in authors)
        if names:
            changed[field] = names
    return entry.replace(**changed) if changed else entry
