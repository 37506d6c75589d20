"""Publications: citations whose parts stand in the style's order, and the numbers, marks and links of them."""

from __future__ import annotations

from collections.abc import Iterator

from cvbuild import locale
from cvbuild.dates import PartialDate
from cvbuild.document import (
    Block,
    Citation,
    CitationList,
    Emph,
    Inlines,
    Link,
    Section,
    Span,
    Strong,
    Text,
)
from cvbuild.profile import Collection, Record, SectionSpec
from cvbuild.profile.authors import ME, Author, parse
from cvbuild.profile.types import IDENTIFIERS
from cvbuild.sections.prose import (
    Context,
    ends_sentence,
    joined,
    paragraphs,
    sentence,
    words,
    wrapped,
)

_KINDS = {"arxiv": "arXiv", "doi": "doi", "openreview": "OpenReview", "pmid": "PMID"}


def compose(collection: Collection, spec: SectionSpec, context: Context) -> tuple[tuple[Block, ...], Inlines]:
    """Return the citations of *collection*, numbered and grouped as *spec* says, and the legend of their marks."""
    full_date = "date" in spec.options.texts("show")
    works = zip(collection.entries, _numbers(collection, spec, context), strict=True)
    citations = [_citation(work, number, full_date, context) for work, number in works]
    numbered = bool(spec.options.text("number"))
    group = spec.options.text("group_by")
    if not group:
        blocks: tuple[Block, ...] = (CitationList(tuple(citations), numbered),)
    else:
        groups: dict[str, list[Citation]] = {}
        for work, citation in zip(collection.entries, citations, strict=True):
            groups.setdefault(_group_title(work, group, context), []).append(citation)
        blocks = tuple(
            Section("group", context.prose(title), (CitationList(tuple(items), numbered),), level=2)
            for title, items in groups.items()
        )
    return blocks, _legend(collection, context) if spec.options.flag("legend") else ()


def _group_title(work: Record, group: str, context: Context) -> str:
    if group == "date":
        return ", ".join(str(getattr(day, "year", day)) for day in work.items(group))
    if group == "venue" and work.text("venue") in context.profile.venues:
        return context.profile.venues[work.text("venue")].text("name")
    if group == "status":
        return _status_word(work.text("status") or "published", context)
    return ", ".join(work.texts(group))


def _numbers(collection: Collection, spec: SectionSpec, context: Context) -> list[str]:
    """Return the label of each citation: '' for all where the section is not numbered."""
    count, order = len(collection.entries), spec.options.text("number")
    if not order:
        return [""] * count
    first = 1
    if order == "continue":
        first += _numbered_before(spec, context)
    numbers = range(first, first + count)
    return [f"[{number}]" for number in (reversed(numbers) if order == "descending" else numbers)]


def _numbered_before(spec: SectionSpec, context: Context) -> int:
    """Return the last number of the nearest numbered section before *spec*, as if it counted upwards."""
    last = 0
    for other in context.profile.view.sections or ():
        if other.name == spec.name:
            break
        collection = context.profile.collection(other.name)
        order = other.options.text("number")
        if collection and collection.type == "publications" and order:
            last = len(collection.entries) + (last if order == "continue" else 0)
    return last


def _legend(collection: Collection, context: Context) -> Inlines:
    authors = (parse(text, ()) for work in collection.entries for text in work.texts("authors"))
    marks = dict.fromkeys(mark for author in authors for mark in author.marks)
    return words(f"{', '.join(marks)} {context.style.word('equal')}") if marks else ()


def _citation(work: Record, number: str, full_date: bool, context: Context) -> Citation:
    authors, title = _authors(work, context), _title(work, context)
    first, second = (title, authors) if context.style.citation == "title-first" else (authors, title)
    parts = [
        first,
        second,
        _place(work, full_date, context),
        sentence(_note(work, context)),
        _links(work, context),
    ]
    return Citation(
        content=joined((part for part in parts if part), " "),
        number=number,
        lead=_lead(work, full_date, context),
        blocks=paragraphs(work.text("abstract"), context, "abstract"),
        id=work.text("id"),
    )


def _title(work: Record, context: Context) -> Inlines:
    """Return the title in quotes, closed by a full stop where American usage has it, inside."""
    title = context.prose(work.text("title"))
    opening, closing, _, _ = locale.quotes(context.style.language)
    stop = () if ends_sentence(title) else words(".")
    if context.style.language.startswith("en"):
        return (Span("title", wrapped((*title, *stop), opening, closing)),)
    return (Span("title", wrapped(title, opening, closing)), *stop)


def _authors(work: Record, context: Context) -> Inlines:
    authors = [parse(text, ()) for text in work.texts("authors")]
    if not authors:
        return ()
    separators = list(locale.join_separators(len(authors), context.style.author_join, context.style.language))
    if authors[-1].truncation:
        separators = [", "] * (len(authors) - 1)
    said: list[Inlines] = []
    for author, before in zip(authors, ["", *separators], strict=True):
        said.append((*words(before), *_author(author, context)))
    return (Span("authors", sentence(joined(said, ""))),)


def _author(author: Author, context: Context) -> Inlines:
    if author.truncation:
        return words(context.style.word("et_al"))
    marks: Inlines = (Span("mark", words(author.marks)),) if author.marks else ()
    if author.name == ME:
        own = context.prose(context.profile.person.texts("cite_as")[0])
        return (Span("me", (Strong((*own, *marks)),)),)
    return (*context.prose(author.name), *marks)


def _place(work: Record, full_date: bool, context: Context) -> Inlines:
    """Return where and when a work stands or went, its badges and the order of its authors, as a sentence."""
    venue = joined((context.venue(work), context.prose(work.text("track"))), " ")
    year = () if full_date else _year(work)
    status = work.text("status") or "published"
    where = joined((_status(status, work, venue, context), year), ", ")
    badges = (wrapped((Span("badge", (Strong(context.prose(b)),)),), "(", ")") for b in work.texts("badge"))
    order = words(f"({context.style.word('alphabetical')})") if work.text("author_order") else ()
    content = joined((where, *badges, order), " ")
    return (Span("place", sentence(content)),) if content else ()


def _status(status: str, work: Record, venue: Inlines, context: Context) -> Inlines:
    """Return the words for a work's status, around its venue where it has one."""
    word = context.style.words
    name: Inlines = (Span("venue", (Emph(venue),)),) if venue else ()
    if not venue:
        return words(_status_word(status, context)) if status != "published" else ()
    if status in ("submitted", "revision"):
        return _around(word[status], name)
    if status in ("published", "accepted"):
        known = context.profile.venues.get(work.text("venue"))
        return name if known and known.text("kind") in ("journal", "book") else _around(word["in"], name)
    said = words(_status_word(status, context))
    return joined((name, said) if status == "in press" else (said, name), ", ")


def _around(phrase: str, name: Inlines) -> Inlines:
    """Return *phrase* with *name* at its `{}`, or after it where it has none."""
    before, mark, after = phrase.partition("{}")
    if not mark:
        return joined((words(before), name), " ")
    return (*words(before), *name, *words(after))


def _status_word(status: str, context: Context) -> str:
    word = context.style.words
    return {
        "in preparation": word["in_preparation"],
        "in press": word["in_press"],
        "submitted": word["submitted_alone"],
        "revision": word["revision_alone"],
        "accepted": word["accepted_alone"],
    }.get(status) or word[status]


def _year(work: Record) -> Inlines:
    said = (str(day.year) if isinstance(day, PartialDate) else str(day) for day in work.items("date"))
    return (Span("when", words(", ".join(said))),) if work.items("date") else ()


def _lead(work: Record, full_date: bool, context: Context) -> Inlines:
    """Return what is shown before a citation: its subjects, and its whole date where that is asked for."""
    style = context.style
    subjects = joined((context.prose(text) for text in work.texts("subjects")), ", ")
    said = (locale.format_date(day, style.date_format, style.language) for day in work.items("date"))  # type: ignore[arg-type]
    date: Inlines = (Span("when", words(", ".join(said))),) if full_date and work.items("date") else ()
    return joined(((Span("subjects", subjects),) if subjects else (), date), " ")


def _note(work: Record, context: Context) -> Inlines:
    note = context.prose(work.text("note"))
    return (Span("note", note),) if note else ()


def _links(work: Record, context: Context) -> Inlines:
    found = list(_link_list(work, context))
    return (Span("links", joined(found, " ")),) if found else ()


def _link_list(work: Record, context: Context) -> Iterator[Inlines]:
    if work.text("url"):
        yield _bracketed(context.style.word("link"), work.text("url"))
    for link in work.records("links"):
        kind, value = link.text("label"), link.text("url")
        if kind in IDENTIFIERS and not value.startswith("http"):
            label = _KINDS[kind] if kind == "openreview" else f"{_KINDS[kind]}:{value}"
            yield _bracketed(label, IDENTIFIERS[kind][0].format(value))
        else:
            yield _bracketed(_KINDS.get(kind, kind), value)


def _bracketed(label: str, url: str) -> Inlines:
    return (Text("["), Link(words(label), url), Text("]"))
