"""Several versions of one work → one work: preprint and paper, paper at a conference and article, one thing twice."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec.structs import replace

from cvbuild.errors import Problem, quoted
from cvbuild.importers.works.ids import folded
from cvbuild.importers.works.work import Work

# Titles as short as these (`Preface`, `Discussion`) are of more works than one.
_SHORT = 12
_YEARS = 2


def fold(works: Iterable[Work]) -> tuple[tuple[Work, ...], tuple[Problem, ...]]:
    """Return *works* with the versions of each as one, where the first of them stood; and what was taken for one.

    Versions share a DOI, an identifier of arXiv, or title, first author and, nearly, the year.
    """
    groups: list[list[Work]] = []
    places: dict[tuple[str, str], list[Work]] = {}
    for work in works:
        group = next(
            (places[sign] for sign in signs(work) if sign in places and _together(sign, work, places[sign])), None
        )
        if group is None:
            group = []
            groups.append(group)
        group.append(work)
        for sign in signs(work):
            places.setdefault(sign, group)
    told: list[Problem] = []
    return tuple(_one(group, told) for group in groups), tuple(told)


def signs(work: Work) -> Iterator[tuple[str, str]]:
    """Yield what tells *work* from others: its identifiers, then its title with its first author."""
    for kind, value in work.ids:
        if kind in ("doi", "arxiv", "published"):
            yield "doi" if kind == "published" else kind, value.lower()
    title = folded(work.title)
    if title:
        yield "title", f"{title} {folded((work.authors[0].family or work.authors[0].literal) if work.authors else '')}"


def _together(sign: tuple[str, str], work: Work, group: list[Work]) -> bool:
    """Tell whether a shared *sign* makes *work* one with *group*."""
    if sign[0] != "title":
        return True
    if len(folded(work.title)) < _SHORT or not work.authors:
        return False
    other = {dict(known.ids).get("doi", "").lower() for known in group} - {""}
    own = work.id_of("doi").lower()
    years = [int(known.date[:4]) for known in group if known.date[:4].isdecimal()]
    near = not work.date[:4].isdecimal() or not years or min(abs(int(work.date[:4]) - year) for year in years) <= _YEARS
    # Two articles in one journal are two works, whatever their titles.
    rival = own and other and own not in other and any(folded(k.venue) == folded(work.venue) for k in group)
    return near and not rival


def _one(group: list[Work], told: list[Problem]) -> Work:
    versions: list[Work] = []
    for work in group:
        twin = next((index for index, known in enumerate(versions) if _same_version(known, work)), None)
        if twin is None:
            versions.append(work)
        else:
            first = versions[twin]
            versions[twin] = _filled(first, work)
            message = f"{quoted(work.title)} is also in line {first.mark.line}; the two are taken for one"
            told.append(Problem(work.mark, work.key, message))
    if len(versions) == 1:
        return versions[0]
    # Where it came out is the work; the latest of several such places, and preprints last.
    ordered = sorted(versions, key=lambda v: v.date, reverse=True)
    ordered.sort(key=lambda v: v.status != "" and v.status != "published")
    main = ordered[0]
    for other in ordered[1:]:
        message = f"{quoted(other.title)} is taken for a version of what stands in line {main.mark.line}"
        told.append(Problem(other.mark, other.key, message))
    return replace(_common(main, ordered[1:]), versions=tuple(ordered))


def _same_version(one: Work, other: Work) -> bool:
    if one.id_of("doi") and one.id_of("doi").lower() == other.id_of("doi").lower():
        return True
    if "preprint" in (one.status, other.status):
        return one.status == other.status
    return folded(one.venue) == folded(other.venue) and (one.kind == other.kind or not (one.venue and other.venue))


def _filled(one: Work, other: Work) -> Work:
    """Return *one* with what only *other* says."""
    blanks = {name: getattr(other, name) for name in Work.__struct_fields__ if not getattr(one, name)}
    extras = dict((*other.extras, *one.extras))
    return replace(one, **blanks | {"ids": _union(one, other), "extras": tuple(extras.items())})


def _union(one: Work, other: Work) -> tuple[tuple[str, str], ...]:
    return tuple({**dict(other.ids), **dict(one.ids)}.items())


def _common(main: Work, others: list[Work]) -> Work:
    """Return *main* with what belongs to the work, not to one place, and only *others* say."""
    for other in others:
        kept = {
            name: getattr(main, name) or getattr(other, name)
            for name in ("abstract", "authors", "subjects", "note", "key")
        }
        extras = dict((*other.extras, *main.extras))
        ids = {"arxiv": other.id_of("arxiv"), "pmid": other.id_of("pmid")}
        more = tuple((kind, value) for kind, value in ids.items() if value and not main.id_of(kind))
        main = replace(main, **kept, ids=(*main.ids, *more), extras=tuple(extras.items()))
    return main
