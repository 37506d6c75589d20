"""CSL-JSON, as reference managers write it."""

from __future__ import annotations

from typing import Any

from cvbuild.importers.works import ids, status
from cvbuild.importers.works.html import prose
from cvbuild.importers.works.jsontext import Object
from cvbuild.importers.works.jsonwork import Taker, kept, objects, text
from cvbuild.importers.works.names import whole, without_marks
from cvbuild.importers.works.work import Name, Notes, Work, Works

FORMAT = "CSL-JSON"
_KINDS = {
    "article-journal": "journal", "article-magazine": "journal", "article-newspaper": "journal", "review": "journal",
    "paper-conference": "conference", "chapter": "chapter", "entry-encyclopedia": "chapter", "book": "book",
    "thesis": "thesis", "report": "report", "manuscript": "manuscript", "article": "preprint",
}  # fmt: skip


def sniff(tree: Any) -> bool:
    first = next(iter(objects(tree)), Object())
    told = first.keys() & {"issued", "container-title", "author", "title"}
    return "type" in first and bool(told) and not first.keys() & {"indexed", "put-code", "authorships"}


def read(tree: Any, file: str) -> Works:
    """Return the works of a list of items, or of one."""
    notes = Notes()
    return notes.works(FORMAT, [_work(item, notes) for item in objects(tree)])


def _work(item: Any, notes: Notes) -> Work:
    take = Taker(item)
    key, kind = take("id", "citation-key"), _KINDS.get(take("type"), "other")
    doi, url = take("DOI"), take("URL")
    arxiv = ids.arxiv(doi) if "arxiv" in doi.lower() else ids.arxiv(url) or ids.arxiv(text(item.get("number")))
    authors = tuple(map(name, kept(take.left.pop("author", []))))
    if not authors and item.get("editor"):
        authors = tuple(map(name, kept(take.left.pop("editor"))))
        notes.guess(item.mark, key, "no author; the editors are taken for the authors")
    cut = bool(authors) and authors[-1].written.casefold().rstrip(".") in ("et al", "others")
    said = status.state(text(item.get("status")))
    if said:
        take("status")
    note, venue = prose(take("note")), prose(take("container-title"))
    if not said and not venue:
        said, venue, note = status.of_note(note)
        if said:
            notes.guess(item.mark, key, f"the status '{said}' is taken from the note")
    place = prose(take("publisher")) if kind in ("book", "thesis", "report") else ""
    genre = prose(take("genre")) if kind in ("thesis", "report") else ""
    remark = ", ".join(filter(None, (genre, place))) if kind in ("thesis", "report") else ""
    found = Work(
        mark=item.mark,
        key=key,
        kind="journal" if kind == "preprint" and venue else kind,
        title=prose(take("title")),
        authors=authors[:-1] if cut else authors,
        truncated=cut,
        ids=tuple(
            (k, v)
            for k, v in (
                ("doi", "" if arxiv and "arxiv" in doi.lower() else ids.doi(doi)),
                ("arxiv", arxiv),
                ("pmid", take("PMID")),
            )
            if v
        ),
        venue=place if kind == "book" else venue,
        short_venue=prose(take("container-title-short", "journalAbbreviation")),
        volume=take("volume"),
        issue=take("issue"),
        pages=take("page").replace("-", "–"),
        date=issued(take, item, key, notes),
        status=said or {"preprint": "" if venue else "preprint", "manuscript": "manuscript"}.get(kind, ""),
        url="" if ids.doi(url) or ids.arxiv(url) else ids.url(url),
        abstract=prose(take("abstract")),
        subjects=tuple(part.strip() for part in prose(take("keyword")).split(",") if part.strip()),
        note=". ".join(filter(None, (remark, note))),
    )
    lost = {"DOI": "" if found.ids else doi, "URL": "" if ids.url(url) else url}
    return take.finished(found, **{field: value for field, value in lost.items() if value})


def name(person: Any) -> Name:
    """Return the parts of a CSL name."""
    if not isinstance(person, dict):
        return without_marks(whole(text(person)))
    literal = prose(text(person.get("literal")))
    parts = [prose(text(person.get(part))) for part in ("family", "given", "suffix")]
    particle = " ".join(
        filter(None, (prose(text(person.get(p))) for p in ("dropping-particle", "non-dropping-particle")))
    )
    orcid = text(person.get("ORCID")).rpartition("/")[2]
    if literal or not parts[1]:
        whole_name = literal or " ".join(filter(None, (particle, parts[0] or text(person.get("name")), parts[2])))
        return without_marks(Name(literal=whole_name, orcid=orcid))
    return without_marks(Name(parts[0], parts[1], particle, parts[2], orcid=orcid))


def issued(take: Taker, item: Any, key: str, notes: Notes, field: str = "issued") -> str:
    """Return the day that a CSL date tells: parts, a season, or words."""
    value = take.left.pop(field, None)
    if not isinstance(value, dict):
        return ids.day(text(value))
    parts = kept(value.get("date-parts"))
    first = [text(part) for part in kept(parts[0])] if parts else []
    if first and ids.date(*first[:3]):
        return ids.season(first[0], text(value.get("season"))) if len(first) == 1 else ids.date(*first[:3])
    words = text(value.get("literal")) or text(value.get("raw"))
    if words and not ids.day(words):
        notes.guess(item.mark, key, f"the date '{words[:60]}' is kept as text")
    return ids.day(words) or words
