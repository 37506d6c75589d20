"""Works as OpenAlex tells of them: one, a list, or a page of results."""

from __future__ import annotations

from typing import Any

from cvbuild.importers.works import ids
from cvbuild.importers.works.html import prose
from cvbuild.importers.works.jsontext import Object
from cvbuild.importers.works.jsonwork import inner, kept, objects, text
from cvbuild.importers.works.names import whole, without_marks
from cvbuild.importers.works.work import Name, Notes, Work, Works

FORMAT = "OpenAlex"
MAX_WORDS = 20_000
# OpenAlex gives no more authors than this where it lists works.
_AUTHORS_CUT = 100
_KINDS = {"article": "journal", "review": "journal", "letter": "journal", "editorial": "journal", "book": "book",
          "book-chapter": "chapter", "dissertation": "thesis", "report": "report", "preprint": "preprint",
          "conference-paper": "conference", "proceedings-article": "conference"}  # fmt: skip
_SOURCES = {"journal": "journal", "conference": "conference", "book series": "chapter", "ebook platform": "chapter"}


def sniff(tree: Any) -> bool:
    first = next(iter(objects(inner(tree, "results") or tree)), Object())
    return "openalex.org/W" in text(first.get("id")) or "authorships" in first


def read(tree: Any, file: str) -> Works:
    notes = Notes()
    return notes.works(FORMAT, [_work(item, notes) for item in objects(inner(tree, "results") or tree)])


def _work(item: Any, notes: Notes) -> Work:
    name = text(item.get("id")).rpartition("/")[2]
    location = inner(item, "primary_location")
    source = inner(location, "source")
    kind = _KINDS.get(text(item.get("type")), "other")
    host = text(inner(source, "type"))
    preprint = kind == "preprint" or (host == "repository" and kind == "journal")
    kind = "preprint" if preprint else _SOURCES.get(host, kind) if kind in ("journal", "other") else kind
    places = [location, *kept(item.get("locations"))]
    addresses = [text(inner(place, field)) for place in places for field in ("landing_page_url", "pdf_url")]
    arxiv = next(filter(None, map(ids.arxiv, [text(item.get("doi")), *addresses])), "")
    doi = ids.doi(text(item.get("doi")))
    if item.get("is_retracted") is True:
        notes.guess(item.mark, name, "this work is retracted; it gets the status 'withdrawn', which is never printed")
    if text(item.get("type")) in ("erratum", "paratext", "peer-review"):
        notes.guess(item.mark, name, f"this is no work of its own but '{item['type']}'")
    people = kept(item.get("authorships"))
    biblio = item.get("biblio")
    pages = [text(inner(biblio, field)) for field in ("first_page", "last_page")]
    pmid = text(inner(item, "ids", "pmid")).rstrip("/").rpartition("/")[2]
    found = [
        ("doi", "" if arxiv and "arxiv" in doi.lower() else doi),
        ("arxiv", arxiv),
        ("pmid", pmid),
        ("openalex", name),
    ]
    main = ids.url(text(inner(location, "landing_page_url")))
    return Work(
        mark=item.mark,
        kind=kind,
        title=prose(text(item.get("title")) or text(item.get("display_name"))),
        authors=tuple(map(_author, people)),
        truncated=item.get("is_authors_truncated") is True or len(people) == _AUTHORS_CUT,
        ids=tuple((kind, value) for kind, value in found if value),
        venue="" if preprint else prose(text(inner(source, "display_name"))),
        short_venue=prose(text(inner(source, "abbreviated_title"))),
        volume=text(inner(biblio, "volume")),
        issue=text(inner(biblio, "issue")),
        pages="–".join(dict.fromkeys(filter(None, pages))),
        date=ids.day(text(item.get("publication_date"))) or ids.day(text(item.get("publication_year"))),
        status="withdrawn" if item.get("is_retracted") is True else "preprint" if preprint else "",
        url="" if ids.doi(main) or ids.arxiv(main) or doi else main,
        abstract=_abstract(item, name, notes),
        subjects=tuple(prose(text(inner(word, "display_name"))) for word in kept(item.get("keywords"))),
    )


def _author(authorship: Any) -> Name:
    written = text(inner(authorship, "author", "display_name")) or text(inner(authorship, "raw_author_name"))
    orcid = text(inner(authorship, "author", "orcid")).rpartition("/")[2]
    found = without_marks(whole(prose(written)))
    return Name(found.family, found.given, found.particle, found.suffix, found.literal, orcid, found.marks)


def _abstract(item: Any, name: str, notes: Notes) -> str:
    """Return the abstract, of which OpenAlex tells where each word stands."""
    index = item.get("abstract_inverted_index")
    if not isinstance(index, dict):
        return ""
    places = [(int(place), word) for word, found in index.items() for place in kept(found)
              if isinstance(place, str) and place.isdecimal() and len(place) < 7]  # fmt: skip
    if len(places) > MAX_WORDS:
        notes.fault(item.mark, name, f"an abstract of more than {MAX_WORDS} words; it is left out")
        return ""
    return prose(" ".join(word for _, word in sorted(places, key=lambda pair: pair[0])))
