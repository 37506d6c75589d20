"""Publications: citations whose parts stand in the style's order, and the numbers, marks and links of them."""

from __future__ import annotations

from collections.abc import Iterator

from cvbuild import locale
from cvbuild.addresses import part
from cvbuild.dates import PartialDate
from cvbuild.document import (
    Block,
    BulletList,
    Citation,
    CitationList,
    Code,
    Emph,
    Inlines,
    Link,
    Paragraph,
    Section,
    Span,
    Strong,
    Text,
)
from cvbuild.profile import Collection, Record, SectionSpec
from cvbuild.profile.authors import parse
from cvbuild.profile.identity import SEPARATOR
from cvbuild.profile.types import IDENTIFIERS
from cvbuild.sections import extras
from cvbuild.sections.groups import grouped, untold
from cvbuild.sections.names import names
from cvbuild.sections.numbers import labels
from cvbuild.sections.prose import (
    Context,
    ends_sentence,
    enumerated,
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
    numbers = iter(labels(len(collection.entries), spec, context))
    field = spec.options.text("group_by")
    legend = _legend(collection, context) if spec.options.flag("legend") else ()
    if not field:
        return _laid_out(
            [_citation(work, next(numbers), full_date, context) for work in collection.entries], spec
        ), legend
    sections = (
        Section(
            "group",
            context.prose(title),
            _laid_out(_members(works, field, numbers, full_date, context), spec),
            level=2,
            id=f"{spec.name}/{number}",
        )
        for number, (title, works) in enumerate(grouped(collection.entries, field, context))
    )
    return tuple(sections), legend


def _members(
    works: list[Record], field: str, numbers: Iterator[str], full_date: bool, context: Context
) -> list[Citation]:
    """Return the citations of a group; a whole date that its title says is not said again."""
    left = (untold(work, field, context) if full_date and field == "date" else work for work in works)
    return [_citation(work, next(numbers), full_date, context) for work in left]


def _laid_out(citations: list[Citation], spec: SectionSpec) -> tuple[Block, ...]:
    """Return *citations* as a list; as one paragraph where the layout is inline, what stands below them after it."""
    if spec.options.text("layout") != "inline":
        return (CitationList(tuple(citations), bool(spec.options.text("number"))),)
    runs = (joined((words(c.number), c.lead, c.content), " ") for c in citations)
    below = (block for citation in citations for block in citation.blocks)
    content = joined(runs, spec.options.text("separator") or " ")
    return (Paragraph(content, "inline", SEPARATOR.join(citation.id for citation in citations)), *below)


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
        (Span("key", wrapped((Code(work.text("key")),), "[", "]")),) if work.text("key") else (),
    ]
    return Citation(
        content=joined((part for part in parts if part), " "),
        number=number,
        lead=_lead(work, full_date, context),
        blocks=(*paragraphs(work.text("abstract"), context, "abstract"), *_extras(work, context)),
        id=work.text("id"),
    )


def _extras(work: Record, context: Context) -> tuple[Block, ...]:
    found = tuple(extras.items(work.get("extras"), context))
    return (BulletList(found, "facts"),) if found else ()


def _title(work: Record, context: Context) -> Inlines:
    """Return the title in quotes, closed by a full stop where American usage has it, inside."""
    title = context.prose(work.text("title"))
    opening, closing, _, _ = locale.quotes(context.style.language)
    stop = () if ends_sentence(title) else words(".")
    if context.style.language.startswith("en"):
        return (Span("title", wrapped((*title, *stop), opening, closing)),)
    return (Span("title", wrapped(title, opening, closing)), *stop)


def _authors(work: Record, context: Context) -> Inlines:
    authors = names(work.texts("authors"), context)
    return (Span("authors", sentence(authors)),) if authors else ()


def _place(work: Record, full_date: bool, context: Context) -> Inlines:
    """Return where and when a work stands or went, its badges and the order of its authors, as a sentence."""
    venue = joined((context.venue(work), context.prose(work.text("track"))), " ")
    year = () if full_date else _year(work)
    status = work.text("status") or "published"
    where = joined((_status(status, work, venue, context), year), ", ")
    badges = joined(((Span("badge", (Strong(context.prose(b)),)),) for b in work.texts("badge")), ", ")
    order = words(f"({context.style.word('alphabetical')})") if work.text("author_order") else ()
    content = joined((where, wrapped(badges, "(", ")") if badges else (), order), " ")
    return (Span("place", sentence(content)),) if content else ()


def _status(status: str, work: Record, venue: Inlines, context: Context) -> Inlines:
    """Return the words for a work's status, around its venue where it has one."""
    word = context.style.words
    where = _where(work, context)
    between = " " if work.text("volume") or work.text("issue") else ", "
    name = joined(((Span("venue", (Emph(venue),)),), where), between) if venue else ()
    if not venue:
        return joined((words(context.status(status)) if status != "published" else (), where), ", ")
    if status in ("submitted", "revision"):
        return _around(word[status], name)
    if status in ("published", "accepted"):
        known = context.profile.venues.get(work.text("venue"))
        return name if known and known.text("kind") in ("journal", "book") else _around(word["in"], name)
    said = context.status(status)
    if status == "in press":
        return joined((name, words(said[:1].lower() + said[1:])), ", ")
    return joined((words(said), name), ", ")


def _where(work: Record, context: Context) -> Inlines:
    """Return the volume, issue and pages of a work: `52(3), 1–24`."""
    issue = context.prose(work.text("issue"))
    number = (*context.prose(work.text("volume")), *(wrapped(issue, "(", ")") if issue else ()))
    return joined((number, context.prose(work.text("pages"))), ", ")


def _around(phrase: str, name: Inlines) -> Inlines:
    """Return *phrase* with *name* at its `{}`, or after it where it has none."""
    before, mark, after = phrase.partition("{}")
    if not mark:
        return joined((words(before), name), " ")
    return (*words(before), *name, *words(after))


def _year(work: Record) -> Inlines:
    said = (str(day.year) if isinstance(day, PartialDate) else str(day) for day in work.items("date"))
    return (Span("when", words(", ".join(said))),) if work.items("date") else ()


def _lead(work: Record, full_date: bool, context: Context) -> Inlines:
    """Return what is shown before a citation: its subjects, and its whole date where that is asked for."""
    style = context.style
    subjects = enumerated(context.prose(text) for text in work.texts("subjects"))
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
            yield _bracketed(label, IDENTIFIERS[kind][0].format(part(value)))
        else:
            yield _bracketed(_KINDS.get(kind, kind), value)


def _bracketed(label: str, url: str) -> Inlines:
    return (Text("["), Link(words(label), url), Text("]"))
