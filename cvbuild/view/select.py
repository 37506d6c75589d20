"""`select`: nothing but choosing. What remains is a profile again, with every value constant.

The order of evaluation: values set (by `resolve`), the day, the language, privacy, tags, `omit`; then a section at a
time `where`, `sort`, `limit`, and what a section does not show; last, sections left empty.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from msgspec import Struct
from msgspec.structs import replace

from cvbuild.dates import PartialDate
from cvbuild.errors import Mark, Problem, VariantError
from cvbuild.profile import Collection, Profile, Record, View
from cvbuild.profile.paths import path_of
from cvbuild.profile.types import ENTRY_TYPES
from cvbuild.view.constant import constant
from cvbuild.view.records import kept
from cvbuild.view.resolve import Wish
from cvbuild.view.scope import Scope
from cvbuild.view.sections import Candidate, Pool, placed
from cvbuild.view.works import own_names, recognised, works


class Selection(Struct, frozen=True):
    """One view as a profile, and what was noticed on the way.

    `unplaced` tells of entries that no section takes: no fault of a build, but worth a look when checking a profile.
    `pinned` are the places of the records that stay whatever the page budget says.
    """

    profile: Profile
    warnings: tuple[Problem, ...]
    unplaced: tuple[Problem, ...] = ()
    pinned: frozenset[Mark] = frozenset()


def select(wish: Wish, day: date) -> Selection:
    """Return what *wish* leaves of its profile on *day*, unless the wish names a day itself.

    Invents nothing, and selecting again with the result's own view changes nothing. Raises `VariantError`
    where nothing is left, or where an entry is left without what it cannot do without.
    """
    profile, scope = traced(wish, day)
    if not profile.view.sections:
        name = f"the variant '{wish.name}'" if wish.name else "the view"
        message = f"nothing is left in {name}"
        hint = f"see its sections, tags and 'where', as of {profile.as_of}"
        raise VariantError(Problem(wish.mark if wish.mark.file else Mark(profile.file), "", message, hint))
    return Selection(profile, tuple(dict.fromkeys(scope.warnings)), tuple(scope.unplaced), frozenset(scope.pinned))


def traced(wish: Wish, day: date) -> tuple[Profile, Scope]:
    """Return what *wish* leaves of its profile, be it nothing, and the scope that says why the rest is left out."""
    scope = Scope(wish, wish.as_of.last_day if wish.as_of else day)
    profile = _selected(scope)
    if scope.problems:
        raise VariantError(*scope.problems)
    return profile, scope


def _selected(scope: Scope) -> Profile:
    wish, profile = scope.wish, scope.wish.profile
    person = scope.constants(profile.person, "person", "person")
    if "name" not in person.fields:
        scope.missing(profile.person, "name", "person.name")
    own = own_names(profile.person, person)
    contacts = _contacts(scope)
    pools = {collection.name: _pool(collection, own, scope) for collection in profile.collections}
    collections, specs = placed(pools, bool(contacts), scope)
    return Profile(
        file=profile.file,
        person=person.replace(cite_as=own[:1], not_me=None),
        contacts=contacts,
        collections=tuple(collections),
        venues=_venues(collections, scope),
        translations=profile.translations,
        tags=profile.tags,
        view=View(
            as_of=PartialDate((scope.day.year, scope.day.month, scope.day.day)),
            language=wish.language,
            sections=tuple(specs),
            pages=wish.pages,
            source=wish.source or None,
            style=wish.style,
            marks={"pages": next((v.mark_of("pages") for v in reversed(wish.views) if v.pages), wish.mark)},
        ),
        as_of=scope.day,
        language=wish.language,
        extras=profile.extras,
        written=profile.written,
    )


def _contacts(scope: Scope) -> tuple[Record, ...]:
    paths = ((contact, f"contact.{contact.text('kind')}") for contact in scope.wish.profile.contacts)
    found = (kept(contact, path, path, scope) for contact, path in paths)
    return tuple(contact for contact in found if contact)


def _pool(collection: Collection, own: tuple[str, ...], scope: Scope) -> Pool:
    """Return the entries of *collection* that are known, public, tagged and not omitted."""
    ground = scope.decision(collection.name)
    candidates: list[Candidate] = []
    for index, entry in enumerate(collection.entries):
        noted = scope.apart()
        where = f"{collection.name}[{index}]"
        if collection.type == "publications":
            found = works(entry, where, noted, ground)
        else:
            found = [left for left in (kept(entry, where, path_of(entry, ""), noted, ground),) if left]
        for left in found:
            for name in ENTRY_TYPES[collection.type].required:
                if name not in left.fields:
                    scope.missing(entry, name, where)
        candidates += (Candidate(recognised(left, own), tuple(noted.warnings)) for left in found)
    named = scope.apart()
    moment = named.moment(collection.mark, collection.name)
    title, day = constant(collection.title, moment), constant(collection.date, moment)
    return Pool(replace(collection, entries=(), title=title, date=day), tuple(candidates), tuple(named.warnings))


def _venues(collections: Iterable[Collection], scope: Scope) -> dict[str, Record]:
    """Return the venues that are named by what is printed."""
    named = {entry.text("venue") for collection in collections for entry in collection.entries}
    found = {}
    for name, venue in scope.wish.profile.venues.items():
        if name in named:
            found[name] = scope.constants(venue, f"venues.{name}")
            if "name" not in found[name].fields:
                scope.missing(venue, "name", f"venues.{name}")
    return found
