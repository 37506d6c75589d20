"""All of a record that is no work: employment, education, funding, peer review and the like, as entries."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from msgspec import Struct

from cvbuild.errors import Problem, listed
from cvbuild.importers.facts import Facts
from cvbuild.importers.imported import Tree
from cvbuild.importers.orcid.nodes import FOR_DATABASES, is_private, leaves, preference, said, words
from cvbuild.importers.works import ids
from cvbuild.importers.works.jsontext import Object
from cvbuild.importers.works.jsonwork import inner, kept, objects, text
from cvbuild.interchange.parts import Part, Section
from cvbuild.source import Mapping, Scalar, Sequence

_DATES = (Part("start", ("start",), "date"), Part("end", ("end",), "end"), Part("date", ("date",), "date"))
_PLACE = (Part("location", ("location",)), *_DATES, Part("url", ("url",), "url"), Part("note", ("department",)))
_HELD = Section("", "", "experience", (Part("organization", ("organization",)), Part("position", ("role",)), *_PLACE))


class _Kind(Struct, frozen=True):
    """What a kind of activity becomes: the name of its collection, and which key is which field of an entry.

    It is `dated` where a start alone is the day of it, not the beginning of something that goes on.
    """

    name: str
    section: Section
    dated: bool = False


_KINDS = {
    "employment": _Kind("employment", _HELD),
    "education": _Kind("education", Section("", "", "education", (
        Part("institution", ("organization",)), Part("degree", ("role",)), Part("area", ("department",)), *_PLACE))),
    "qualification": _Kind("certificates", Section("", "", "certificates", (
        Part("name", ("role",)), Part("issuer", ("organization",)), *_PLACE))),
    "invited-position": _Kind("invited positions", _HELD),
    "distinction": _Kind("awards", Section("", "", "awards", (
        Part("title", ("role",)), Part("issuer", ("organization",)), *_PLACE)), dated=True),
    "membership": _Kind("memberships", Section("", "", "memberships", (
        Part("organization", ("organization",)), Part("role", ("role",)), *_PLACE))),
    "service": _Kind("service", Section("", "", "service", (
        Part("role", ("role",)), Part("organization", ("organization",)), *_PLACE))),
    "funding": _Kind("grants", Section("", "", "grants", (
        Part("title", ("title",)), Part("funder", ("organization",)), Part("amount", ("amount",)),
        Part("summary", ("short description",)), *_PLACE))),
    "peer-review": _Kind("peer reviews", Section("", "", "service", (
        Part("role", ("role",)), Part("venue", ("subject container name",)),
        Part("organization", ("organization",)), *_PLACE))),
    "research-resource": _Kind("research resources", Section("", "", "projects", (
        Part("name", ("title",)), Part("note", ("hosts",)), *_PLACE[:-1]))),
}  # fmt: skip
# Kinds of identifiers that say nothing outside the database that made them up.
_FOR_DATABASES = ("source work id", "other id")


def put_affiliations(facts: Facts, tree: Any) -> bool:
    """Put what *tree*, a record or a part of one, tells of each kind into *facts*; tell whether it tells of any."""
    found = list(_activities(tree))
    for name, kind in _KINDS.items():
        items = [_item(name, versions, facts) for one, versions in found if one == name]
        if items:
            entries = facts.taken(kind.section, Sequence(tuple(items), items[0].mark), kind.name)
            assert entries is not None
            entries = _together(entries) if name == "peer-review" else [_closed(entry, kind) for entry in entries]
            facts.put(kind.name, kind.section.kind, entries)
    return bool(found)


def is_one(container: Any) -> bool:
    """Tell whether *container* is a list of activities of one kind."""
    names = ("affiliation-group", "group", *(f"{kind}-summary" for kind in _KINDS))
    return isinstance(container, Object) and any(name in container for name in names)


def _activities(tree: Any) -> Iterator[tuple[str, list[Object]]]:
    """Yield each activity but works with its kind: what several sources tell of it, the preferred one first."""
    activities = inner(tree, "activities-summary") or tree
    held = list(activities.values()) if isinstance(activities, Object) else []
    for container in (*objects(activities), *objects(held)):
        for group in objects(inner(container, "affiliation-group") or inner(container, "group") or []):
            for holder in objects(inner(group, "peer-review-group") or [group]):
                yield from _versions(objects(inner(holder, "summaries") or []) or [holder])
        # Version 2 has no groups.
        for kind in _KINDS:
            yield from ((kind, [version]) for version in objects(container.get(f"{kind}-summary") or []))
    for item in objects(tree):
        # One activity in full tells its kind by its path: `/0000-…/employment/17`.
        kind = text(item.get("path")).rpartition("/")[0].rpartition("/")[2]
        if kind in _KINDS and "put-code" in item:
            yield kind, [item]


def _versions(holders: list[Object]) -> Iterator[tuple[str, list[Object]]]:
    """Yield what *holders* have of each kind, as versions of one activity."""
    for kind in _KINDS:
        found = [version for holder in holders for version in objects(holder.get(f"{kind}-summary") or [])]
        if found:
            yield kind, sorted(found, key=preference, reverse=True)


def _item(kind: str, versions: list[Object], facts: Facts) -> Mapping:
    """Return an activity under the keys of `_KINDS`: the preferred version, with what only the others tell.

    Where one of them is public, what the private ones say stays out of it.
    """
    hidden = [version for version in versions if is_private(version)]
    if hidden and len(hidden) < len(versions):
        versions = [version for version in versions if version not in hidden]
        message = "what another source tells, and ORCID does not show to everybody, is left out"
        facts.notes.append(Problem(hidden[0].mark, kind, message))
    pairs, *others = map(_flat, versions)
    for other, version in zip(others, versions[1:], strict=True):
        pairs |= {key: value for key, value in other.items() if key not in pairs}
        if differing := [key for key, value in other.items() if pairs[key] != value]:
            message = f"another source has another {listed(differing, 'and')}; the preferred one is taken"
            facts.notes.append(Problem(version.mark, kind, message))
    if is_private(versions[0]):
        pairs["private"] = "true"
    mark = versions[0].mark
    return Mapping(tuple((Scalar(key, mark, False), Scalar(value, mark, False)) for key, value in pairs.items()), mark)


def _flat(item: Object) -> dict[str, str]:
    """Return what *item* says as texts under keys of one level; what has no key of ours keeps its own."""
    proposal = inner(item, "proposal")
    found: dict[str, str] = {}
    for key, value in {**item, **(proposal if isinstance(proposal, Object) else {})}.items():
        if key not in FOR_DATABASES and not (key == "proposal" and proposal):
            tell = _TOLD.get(key, partial(_as_it_is, key))
            found |= {name: told for name, told in tell(value).items() if told and name not in found}
    leads = found.pop(_LEADS, "")
    if leads and found.setdefault("url", leads) != leads:
        found["identified at"] = leads
    return found


def _as_it_is(key: str, value: Any) -> dict[str, str]:
    return {key.replace("-", " "): ", ".join(leaves(value))}


def _closed(entry: Tree, kind: _Kind) -> Tree:
    """Return *entry*, whose start alone may be the day of it: a prize begins nothing that would go on."""
    extras = entry.get("extras")
    is_prize = kind.dated or (isinstance(extras, dict) and extras.get("type") == "award")
    if not is_prize or "start" not in entry or "end" in entry:
        return entry
    return {("date" if name == "start" else name): value for name, value in entry.items()}


def _together(reviews: list[Tree]) -> list[Tree]:
    """Return *reviews* of one role for one journal or conference as one entry, with its years and their number."""
    groups: dict[str, list[Tree]] = {}
    for review in reviews:
        extras = review.get("extras")
        issn = extras.get("ISSN") if isinstance(extras, dict) else None
        told = [review.get(name) for name in ("role", "venue", "organization", "private")]
        groups.setdefault(repr([*told, issn]), []).append(review)
    return [group[0] if len(group) == 1 else _summed(group) for group in groups.values()]


def _summed(reviews: list[Tree]) -> Tree:
    years = sorted({str(review["date"])[:4] for review in reviews if "date" in review})
    found: Tree = {**reviews[0], "date": list(years)} if years else dict(reviews[0])
    extras: Tree = {"reviews": str(len(reviews))}
    for name in dict.fromkeys(name for review in reviews for name in (*review, *_extras(review))):
        values = [v for review in reviews for v in [review.get(name), _extras(review).get(name)] if isinstance(v, str)]
        several = list(dict.fromkeys(values))
        if name in found and name not in ("date", "extras") and len(several) > 1:
            del found[name]
        if name not in found and several:
            extras[name] = several[0] if len(several) == 1 else list(several)
    return {**found, "extras": extras}


def _extras(entry: Tree) -> Tree:
    extras = entry.get("extras")
    return extras if isinstance(extras, dict) else {}


def _day(value: Any) -> str:
    return ids.date(*(said(value, part) for part in ("year", "month", "day"))) if value else ""


def _organization(value: Any, name: str = "organization") -> dict[str, str]:
    place = filter(None, (said(value, "address", part) for part in ("city", "region", "country")))
    return {name: said(value, "name"), "location": ", ".join(place)}


def _title(value: Any) -> dict[str, str]:
    title, subtitle = said(value, "title"), said(value, "subtitle")
    return {"title": f"{title}: {subtitle}" if title and subtitle else title,
            "translated title": said(value, "translated-title")}  # fmt: skip


# Where the first identifier that leads somewhere leads.
_LEADS = "leads"


def _identifiers(value: Any) -> dict[str, str]:
    """Return the identifiers of an activity by their kinds, and where they lead."""
    found: dict[str, str] = {}
    for one in kept(inner(value, "external-id")) or [value]:
        kind = re.sub("[_-]", " ", said(one, "external-id-type").casefold()) or "identifier"
        if kind in _FOR_DATABASES:
            continue
        is_part = said(one, "external-id-relationship").casefold().replace("_", "-") == "part-of"
        number, url = said(one, "external-id-value"), ids.url(said(one, "external-id-url"))
        if url:
            found.setdefault(_LEADS, url)
        if number and ids.url(number) != url:
            found.setdefault(f"part of {kind}" if is_part else kind, number)
    return found


def _review_group(value: Any) -> dict[str, str]:
    kind, _, number = words(value).partition(":")
    return {"ISSN": number} if kind.casefold() == "issn" else {}


def _hosts(value: Any) -> dict[str, str]:
    hosts = (", ".join(filter(None, _organization(host).values())) for host in kept(inner(value, "organization")))
    return {"hosts": "; ".join(filter(None, hosts))}


def _contributors(value: Any) -> dict[str, str]:
    people = [(said(one, "credit-name"), said(one, "contributor-attributes", "contributor-role"))
              for one in kept(inner(value, "contributor"))]  # fmt: skip
    return {"contributors": ", ".join(f"{name} ({role})" if role else name for name, role in people if name)}


def _type(value: Any) -> dict[str, str]:
    """Return the kind of a funding or a review where it is not the one that its section says already."""
    kind = re.sub("[_-]", " ", words(value).casefold())
    return {"type": kind} if kind not in ("grant", "review") else {}


# What the keys of ORCID say, under the keys of `_KINDS`.
_TOLD: dict[str, Callable[[Any], dict[str, str]]] = {
    "organization": _organization,
    "convening-organization": _organization,
    "role-title": lambda value: {"role": words(value)},
    "reviewer-role": lambda value: {"role": words(value).capitalize()},
    "department-name": lambda value: {"department": words(value)},
    "start-date": lambda value: {"start": _day(value)},
    "end-date": lambda value: {"end": _day(value)},
    "completion-date": lambda value: {"date": _day(value)},
    "url": lambda value: {"url": words(value)},
    "review-url": lambda value: {"url": words(value)},
    "type": _type,
    "review-type": _type,
    "title": _title,
    "external-ids": _identifiers,
    "subject-external-identifier": _identifiers,
    "review-group-id": _review_group,
    "hosts": _hosts,
    "amount": lambda value: {"amount": " ".join(filter(None, (said(value, "currency-code"), words(value))))},
    "contributors": _contributors,
}
