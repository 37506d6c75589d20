"""Works as Crossref's REST interface answers: one, a list, or a page of a search."""

from __future__ import annotations

from typing import Any

from cvbuild.importers.works import ids
from cvbuild.importers.works.csl import issued, name
from cvbuild.importers.works.html import prose
from cvbuild.importers.works.jsonwork import Taker, inner, kept, objects, text
from cvbuild.importers.works.work import Notes, Work, Works

FORMAT = "Crossref"
_KINDS = {
    "journal-article": "journal", "proceedings-article": "conference", "book-chapter": "chapter",
    "book-section": "chapter", "book": "book", "monograph": "book", "edited-book": "book", "reference-book": "book",
    "dissertation": "thesis", "report": "report", "posted-content": "preprint",
}  # fmt: skip
# What Crossref keeps for machines: no text of the work.
_MACHINERY = (
    "indexed", "deposited", "created", "reference", "reference-count", "references-count", "license", "link", "score",
    "source", "prefix", "member", "content-domain", "resource", "is-referenced-by-count", "issn-type", "isbn-type",
    "published", "published-print", "published-online", "posted", "accepted", "relation", "journal-issue", "assertion",
    "original-title", "short-title",
)  # fmt: skip


def sniff(tree: Any) -> bool:
    return inner(tree, "message-type") is not None or any(
        "DOI" in item and "indexed" in item for item in objects(tree)[:1]
    )


def read(tree: Any, file: str) -> Works:
    notes = Notes()
    message = tree.get("message", tree) if isinstance(tree, dict) else tree
    items = message["items"] if isinstance(message, dict) and isinstance(message.get("items"), list) else message
    return notes.works(FORMAT, [_work(item, notes) for item in objects(items)])


def _work(item: Any, notes: Notes) -> Work:
    take = Taker(item)
    doi, kind = take("DOI"), _KINDS.get(text(item.get("type")), "other")
    take("type"), take("subtype")
    day = next(
        filter(
            None,
            (_day(item, field) for field in ("published-print", "published", "issued", "published-online", "posted")),
        ),
        "",
    )
    take.left.pop("issued", None)
    title, subtitle = prose(take("title")), prose(take("subtitle"))
    url = take("URL")
    updates = kept(item.get("update-to"))
    if updates:
        told = text(inner(updates[0], "label")) or text(inner(updates[0], "type"))
        notes.guess(item.mark, doi, f"this is a notice ({told or 'update'}) about another work; is it one of yours?")
    of = [text(inner(other, "id")) for other in kept(inner(item, "relation", "is-preprint-of"))]
    publisher = prose(take("publisher"))
    found = Work(
        mark=item.mark,
        kind=kind,
        title=f"{title}: {subtitle}" if subtitle else title,
        authors=tuple(map(name, kept(take.left.pop("author", [])))),
        ids=tuple(
            (k, v)
            for k, v in (
                ("arxiv", ids.arxiv(doi)) if ids.arxiv(doi) else ("doi", ids.doi(doi)),
                ("published", ids.doi(of[0]) if of else ""),
            )
            if v
        ),
        venue=publisher if kind == "book" else prose(take("container-title")),
        short_venue=prose(take("short-container-title")),
        volume=take("volume"),
        issue=take("issue"),
        pages=take("page", "article-number").replace("-", "–"),
        date=day,
        status="preprint" if kind == "preprint" else "",
        url="" if ids.doi(url) else ids.url(url),
        abstract=prose(take("abstract")),
        subjects=tuple(map(prose, map(text, kept(take.left.pop("subject", []))))),
        note=publisher if kind in ("thesis", "report") else "",
    )
    for field in _MACHINERY:
        take.left.pop(field, None)
    return take.finished(
        found, **({"publisher": publisher} if publisher and publisher not in (found.venue, found.note) else {})
    )


def _day(item: Any, field: str) -> str:
    return issued(Taker(item), item, "", Notes(), field) if item.get(field) else ""
