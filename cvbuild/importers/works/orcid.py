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


def sniff(tree: Any) -> bool:
    return (inner(tree, "activities-summary") or inner(tree, "group") or inner(tree, "bulk")) is not None or any(
        "put-code" in item for item in objects(tree)[:1]
    )


def read(tree: Any, file: str) -> Works:
    notes = Notes()
    return notes.works(FORMAT, [_work(group, notes) for group in _groups(tree)])


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
        yield [item]


def _preference(summary: Object) -> int:
    index = text(summary.get("display-index"))
    return int(index) if index.isdecimal() and len(index) < 10 else 0


def _value(item: Any, *path: str) -> str:
    return text(inner(item, *path, "value"))


def _work(summaries: list[Object], notes: Notes) -> Work:
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
    authors = tuple(_person(person) for person in people if _is_author(person))
    if not authors:
        notes.guess(item.mark, name, "ORCID tells no authors of this work", "full works have them, summaries have not")
    return Work(
        mark=item.mark,
        kind=kind,
        title=f"{title}: {subtitle}" if subtitle else title,
        authors=authors,
        ids=(*found.items(), *((("orcid", name),) if name else ())),
        venue=prose(venue),
        date=ids.date(*(_value(date, part) for part in ("year", "month", "day"))) if date else "",
        status={"preprint": "preprint", "manuscript": "manuscript"}.get(kind, ""),
        url="" if ids.doi(url) or ids.arxiv(url) else ids.url(url),
        abstract=prose(text(item.get("short-description"))),
    )


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
