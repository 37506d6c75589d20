"""Works → entries of a profile, as plain mappings in its schema."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping
from datetime import timedelta
from itertools import count

from msgspec import Struct
from msgspec.structs import replace

from cvbuild.dates import PartialDate
from cvbuild.errors import Mark, Problem
from cvbuild.importers.works.ids import folded
from cvbuild.importers.works.names import Own, own_place
from cvbuild.importers.works.work import Name, Work
from cvbuild.profile.plain import Plain
from cvbuild.profile.types import APPEARANCE, IDENTIFIERS

_MOST_STRANGERS = 5
# Where the kind of a venue decides how it is printed.
_VENUE_KINDS = {"journal": "journal", "book": "book", "conference": "conference"}


class Records(Struct, frozen=True):
    """Entries of `publications`, and what goes with them.

    `entries`, `works` and `flat` are of one length; `flat` has each work as it came out last, where `entries` has all
    its appearances. `venues` are those that the entries name and the profile has not declared yet. `guesses` tell whose
    name is whose where that is not sure.
    """

    entries: tuple[dict[str, Plain], ...]
    flat: tuple[dict[str, Plain], ...]
    works: tuple[Work, ...]
    venues: dict[str, dict[str, Plain]]
    guesses: tuple[Problem, ...]


def records(
    works: Iterable[Work],
    own: Own | None = None,
    venues: Mapping[str, Collection[str]] | None = None,
    taken: Collection[str] = (),
) -> Records:
    """Return *works* as entries of a profile; those that *own* refuses, for they are a namesake's, are left out.

    *venues* are the profile's: by their ids, the names that each goes by. *taken* are its ids.
    """
    maker = _Maker(own or Own(), venues or {}, taken)
    listed = tuple(work for work in works if not maker.refused(work))
    made = [maker.entry(work) for work in listed]
    flat = [maker.entry(replace(work, versions=()), entry["id"]) if work.versions else entry
            for work, entry in zip(listed, made, strict=True)]  # fmt: skip
    return Records(tuple(made), tuple(flat), listed, maker.declared, maker.told())


class _Maker:
    def __init__(self, own: Own, venues: Mapping[str, Collection[str]], taken: Collection[str]) -> None:
        self.own, self.taken = own, {*taken, *venues}
        self.known = {folded(name): key for key, names in venues.items() for name in (*names, key)}
        self.declared: dict[str, dict[str, Plain]] = {}
        self.guesses: list[Problem] = []
        self.strangers: list[Work] = []

    def told(self) -> tuple[Problem, ...]:
        """Return the guesses; of works that are nobody's, a few and their number."""
        strangers = tuple(dict.fromkeys(self.strangers))
        for index, work in enumerate(strangers[:_MOST_STRANGERS]):
            more = len(strangers) - _MOST_STRANGERS if index == _MOST_STRANGERS - 1 else 0
            also = f", and so it is with {more} more works" if more > 0 else ""
            hint = "is it under person.cite_as? works of others stay out by 'only', or by 'not_me'"
            self._tell(work.mark, work.key, f"none of the authors has your name{also}", hint)
        return tuple(dict.fromkeys(self.guesses))

    def refused(self, work: Work) -> bool:
        found = {f"{kind}:{value}".lower() for version in (work, *work.versions) for kind, value in version.ids}
        return bool(found & self.own.refused)

    def entry(self, work: Work, name: Plain = None) -> dict[str, Plain]:
        appearances = _appearances(work)
        found: dict[str, Plain] = {
            "id": name or self._id(work),
            "title": work.title or work.key or work.url or "?",
            "authors": self._authors(work),
            **({} if appearances else self._place(work)),
            "subjects": list(work.subjects),
            "abstract": work.abstract,
            "note": work.note,
            "key": _word(work.key),
            "appearances": [{**self._place(version), **until} for version, until in appearances],
            "private": "true" if any(version.private for version in (work, *work.versions)) else "",
        }
        return {name: value for name, value in found.items() if value not in ("", [], None)}

    def _id(self, work: Work) -> str:
        return self._fresh(slug(work.key) or slug(f"{_family(work)} {work.date[:4]} {_first_word(work.title)}").lower())

    def _fresh(self, wanted: str) -> str:
        wanted = wanted or "work"
        name, numbers = wanted, count(2)
        while name in self.taken:
            name = f"{wanted}-{next(numbers)}"
        self.taken.add(name)
        return name

    def _place(self, work: Work) -> dict[str, Plain]:
        links: dict[str, Plain] = {kind: value for kind, value in work.ids
                                   if kind in IDENTIFIERS and re.fullmatch(IDENTIFIERS[kind][1], value)}  # fmt: skip
        links.update((_word(label), url) for label, url in work.links)
        found: dict[str, Plain] = {
            **{name: getattr(work, name) for name in ("volume", "issue", "pages", "date", "status", "badge", "url")},
            "venue": self._venue(work),
            "links": links,
        }
        return {name: found[name] for name in APPEARANCE if found.get(name)}

    def _venue(self, work: Work) -> str:
        """Return the id of the venue where there is one, or there has to be one; else its name."""
        known = next(
            (self.known[sign] for sign in (folded(work.venue), folded(work.short_venue)) if sign in self.known), ""
        )
        kind = _VENUE_KINDS.get(work.kind, "")
        if known or not work.venue or not kind or (kind == "conference" and not work.short_venue):
            return known or work.venue
        # Journals are known by their names; what is short for one is for librarians.
        short = work.short_venue if kind == "conference" else ""
        name = self._fresh((slug(short) or slug(work.venue) or "venue").lower())
        said: dict[str, Plain] = {"name": work.venue, "short": short, "kind": kind}
        self.declared[name] = {field: text for field, text in said.items() if text}
        self.known[folded(work.venue)] = name
        return name

    def _authors(self, work: Work) -> list[Plain]:
        authors = tuple(name for name in work.authors if _word(name.written))
        place, doubt = own_place(authors, self.own)
        if doubt:
            self._tell(work.mark, work.key, doubt, "write 'me' in its place, in the profile, if it is you")
        elif place is None and authors and not work.truncated and self.own.forms:
            self.strangers.append(work)
        said: list[Plain] = [self._written(name, index == place) for index, name in enumerate(authors)]
        return [*said, "et al."] if work.truncated and said else said

    def _written(self, name: Name, is_own: bool) -> str:
        marks = name.marks
        if is_own:
            return f"me{marks}"
        written = _word(name.written)
        if written in self.own.forms or written == "me":
            # Whoever has the same name would be taken for the person: an escaped space tells the two apart.
            written = written.replace(" ", "\\ ", 1) if " " in written else f"{written}\\ "
        return f"{written}{marks}"

    def _tell(self, mark: Mark, where: str, message: str, hint: str) -> None:
        self.guesses.append(Problem(mark, where, message, hint))


def _appearances(work: Work) -> list[tuple[Work, dict[str, Plain]]]:
    """Return the versions of *work*, each with how long it is shown: a preprint until the work came out."""
    out = [version for version in work.versions if version.status != "preprint"]
    dates = [day for day in (_day(version.date) for version in out) if day]
    before: dict[str, Plain] = {"until": str(min(day.first_day for day in dates) - timedelta(days=1))} if dates else {}
    found = []
    for version in work.versions:
        is_preprint = version.status == "preprint"
        if is_preprint and out and not dates:
            continue
        links = {**dict(work.ids), **dict(version.ids)} if version == work.versions[0] else dict(version.ids)
        found.append((replace(version, ids=tuple(links.items())), before if is_preprint and out else {}))
    return found if len(found) > 1 else []


def _day(text: str) -> PartialDate | None:
    try:
        return PartialDate.parse(text)
    except ValueError:
        return None


def _family(work: Work) -> str:
    return (work.authors[0].family or work.authors[0].literal) if work.authors else ""


def _first_word(title: str) -> str:
    plain = re.sub(r"\$[^$]*\$|\\\w+|<[^<>]*>", " ", title)
    return next(iter(re.findall(r"[^\W\d_]{4,}", plain)), "")


def _word(text: str) -> str:
    return " ".join(text.split())


def slug(text: str) -> str:
    """Return *text* as an id: `Annals of Statistics` is `annals-of-statistics`; '' where nothing of it can be one."""
    letters = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^A-Za-z0-9_]+", "-", letters).strip("-_")[:60].rstrip("-")
