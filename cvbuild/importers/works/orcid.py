"""Works of an ORCID record (version 3), as summaries in groups or in full."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from cvbuild.importers.works import ids
from cvbuild.importers.works.html import prose
from cvbuild.importers.works.jsontext import Object
from cvbuild.importers.works.jsonwork import inner, kept, objects, text
from cvbuild.importers.works.names import whole, without_marks
from cvbuild.importers.works.work import Name, Notes, Work, Works

FORMAT = "ORCID"
_KINDS = {
    "journal-article": "journal", "magazine-article": "journal", "conference-paper": "conference",
    "book-chapter": "chapter", "book": "book", "edited-book": "book", "dissertation": "thesis",
    "dissertation-thesis": "thesis", "report": "report", "preprint": "preprint", "working-paper": "manuscript",
}  # fmt: skip
# Those that a profile has a field for.
_IDENTIFIERS = ("doi", "arxiv", "pmid")


def sniff(tree: Any) -> bool:
    return (inner(tree, "activities-summary") or inner(tree, "group") or inner(tree, "bulk")) is not None or any(
        "put-code" in item for item in objects(tree)[:1]
    )


def read(tree: Any, file: str) -> Works:
    notes = Notes()
    found = []
    for group in _groups(tree):
        public = [summary for summary in group if not _is_private(summary)]
        if public and len(public) < len(group):
            message = "what another source tells of this work, and ORCID does not show to everybody, is left out"
            notes.guess(public[0].mark, text(public[0].get("put-code")), message)
        found.append(_work(public or group))
    nameless = [work for work in found if not work.authors]
    if nameless:
        also = f", and so it is with {len(nameless) - 1} more" if len(nameless) > 1 else ""
        message = f"ORCID tells no authors of this work{also}"
        hint = "full works have them, summaries have not"
        notes.guess(nameless[0].mark, nameless[0].id_of("orcid"), message, hint)
    return notes.works(FORMAT, found)


def _groups(tree: Any) -> Iterator[list[Object]]:
    """Yield the summaries of each work, the preferred one first."""
    works = inner(tree, "activities-summary", "works") or inner(tree, "works") or tree
    if isinstance(inner(works, "group"), list):
        for group in kept(works["group"]):
            summaries = objects(inner(group, "work-summary"))
            if summaries:
                yield sorted(summaries, key=_preference, reverse=True)
        return
    bulk = inner(works, "bulk")
    for item in objects([inner(entry, "work") for entry in kept(bulk)] if bulk is not None else works):
        # What has an organization is a funding, or another of the activities that are no works.
        if "title" in item and "organization" not in item:
            yield [item]


def _preference(summary: Object) -> int:
    index = text(summary.get("display-index"))
    return int(index) if index.isdecimal() and len(index) < 10 else 0


def _value(item: Any, *path: str) -> str:
    return text(inner(item, *path, "value"))


def _work(summaries: list[Object]) -> Work:
    item = summaries[0]
    name = text(item.get("put-code"))
    kind = _KINDS.get(text(item.get("type")).lower().replace("_", "-"), "other")
    found: dict[str, str] = {}
    for summary in summaries:
        for external in kept(inner(summary, "external-ids", "external-id")):
            _identify(external, found)
    title, subtitle = (prose(_value(item, "title", part)) for part in ("title", "subtitle"))
    # Of what the preferred summary leaves open, the next one tells.
    date = next(filter(None, (inner(summary, "publication-date") for summary in summaries)), None)
    venue = next(filter(None, (_value(summary, "journal-title") for summary in summaries)), "")
    people = kept(inner(item, "contributors", "contributor"))
    url = _value(item, "url")
    return Work(
        mark=item.mark,
        kind=kind,
        title=f"{title}: {subtitle}" if subtitle else title,
        authors=tuple(_person(person) for person in people if _is_author(person)),
        ids=(*found.items(), *((("orcid", name),) if name else ())),
        venue=prose(venue),
        date=ids.date(*(_value(date, part) for part in ("year", "month", "day"))) if date else "",
        status={"preprint": "preprint", "manuscript": "manuscript"}.get(kind, ""),
        url="" if ids.doi(url) or ids.arxiv(url) else ids.url(url),
        abstract=prose(text(item.get("short-description"))),
        extras=tuple(_extras(item, kind, summaries)),
        private=_is_private(item),
    )


def _is_private(summary: Object) -> bool:
    return text(summary.get("visibility")).lower() in ("limited", "private")


def _extras(item: Object, kind: str, summaries: list[Object]) -> Iterator[tuple[str, str]]:
    """Yield what has no field: the kind of a work, if it is an unusual one, others who took part, numbers."""
    said = text(item.get("type")).lower().replace("_", "-")
    if kind == "other" and said not in ("", "other"):
        yield "kind", said.replace("-", " ")
    if translated := _value(item, "title", "translated-title"):
        yield "translated title", prose(translated)
    others: dict[str, list[str]] = {}
    for person in kept(inner(item, "contributors", "contributor")):
        role = text(inner(person, "contributor-attributes", "contributor-role")).lower().replace("_", " ")
        if not _is_author(person):
            others.setdefault(role, []).append(_value(person, "credit-name"))
    yield from ((role, ", ".join(filter(None, names))) for role, names in others.items())
    if country := _value(item, "country"):
        yield "country", country
    numbers: dict[str, str] = {}
    for external in (one for summary in summaries for one in kept(inner(summary, "external-ids", "external-id"))):
        known = text(inner(external, "external-id-type")).lower()
        if known not in _IDENTIFIERS:
            numbers.setdefault(known.replace("_", "-"), text(inner(external, "external-id-value")))
    yield from ((name, number) for name, number in numbers.items() if name and number)


def _identify(external: Any, found: dict[str, str]) -> None:
    """Put what *external* says of the work itself, not of what it is a part of, into *found*."""
    relationship = text(inner(external, "external-id-relationship")).lower().replace("_", "-")
    kind, value = text(inner(external, "external-id-type")).lower(), text(inner(external, "external-id-value"))
    if relationship not in ("self", "version-of", ""):
        return
    arxiv = ids.arxiv(value)
    if kind == "arxiv" or (kind == "doi" and arxiv):
        found.setdefault("arxiv", arxiv or value)
    elif kind == "doi" and ids.doi(value):
        found.setdefault("doi", ids.doi(value))
    elif kind == "pmid" and value.isdecimal():
        found.setdefault("pmid", value)
    elif value:
        found.setdefault(kind or "other", value)


def _is_author(person: Any) -> bool:
    role = text(inner(person, "contributor-attributes", "contributor-role")).lower()
    return role in ("", "author") or "writing" in role


def _person(person: Any) -> Name:
    found = without_marks(whole(prose(_value(person, "credit-name"))))
    orcid = text(inner(person, "contributor-orcid", "path"))
    return Name(found.family, found.given, found.particle, found.suffix, found.literal, orcid, found.marks)
