"""Entries with a head: education, experience, awards and all others that are told by who, what, where and when."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import zip_longest

from cvbuild import locale
from cvbuild.document import (
    Block,
    BulletList,
    Definition,
    DefinitionList,
    Entry,
    Image,
    Inlines,
    ListItem,
    Paragraph,
    Row,
    Section,
    Span,
)
from cvbuild.profile import Collection, Record, SectionSpec
from cvbuild.profile.contacts import target
from cvbuild.profile.types import BODY, ENTRY_TYPES, FLAGS, KEPT, PERIOD
from cvbuild.sections import extras
from cvbuild.sections.groups import grouped, untold
from cvbuild.sections.names import names
from cvbuild.sections.numbers import labels
from cvbuild.sections.prose import Context, enumerated, ids, joined, linked, listed, paragraphs, when, words, wrapped

# Fields that stand with another one, not on their own.
WITH = {
    "degree": ("degree", "area", "honors"),
    "venue": ("venue", "track"),
    "when": tuple(PERIOD),
}
# An entry and its number in the section, '' where there is none.
Labelled = tuple[Record, str]
_NO_FACT = frozenset({*FLAGS, *KEPT, *BODY, *PERIOD, "url", "logo", "positions", "key"})


def compose(collection: Collection, spec: SectionSpec, context: Context) -> tuple[tuple[Block, ...], Inlines]:
    """Return the entries of *collection* in the layout that *spec* asks for, grouped if it says so."""
    field = spec.options.text("group_by")
    numbers = iter(labels(len(collection.entries), spec, context))
    if not field:
        return _laid_out(list(zip(collection.entries, numbers, strict=True)), spec, context), ()
    groups = [
        (title, [(untold(entry, field, context), next(numbers)) for entry in entries])
        for title, entries in grouped(collection.entries, field, context)
    ]
    if "layout" not in spec.options.fields and not any(_blocks(e, context) for _, pairs in groups for e, _ in pairs):
        items = (_definition(title, pairs, spec, context) for title, pairs in groups)
        return (DefinitionList("groups", tuple(items)),), ()
    sections = (
        Section("group", context.prose(title), _laid_out(pairs, spec, context), level=2, id=f"{spec.name}/{number}")
        for number, (title, pairs) in enumerate(groups)
    )
    return tuple(sections), ()


def _definition(title: str, entries: list[Labelled], spec: SectionSpec, context: Context) -> Definition:
    separator = spec.options.text("separator") or "; "
    content = joined((line(*e, context) for e in entries), separator)
    return Definition(context.prose(title), content, "group", ids(entry for entry, _ in entries))


def _laid_out(entries: Sequence[Labelled], spec: SectionSpec, context: Context) -> tuple[Block, ...]:
    match spec.options.text("layout"):
        case "list":
            items = (ListItem(line(e, label, context), _blocks(e, context), e.text("id")) for e, label in entries)
            return (BulletList(tuple(items), "entries"),)
        case "inline":
            separator = spec.options.text("separator") or "; "
            content = joined((_inline(*e, context) for e in entries), separator)
            return (Paragraph(content, "inline", ids(entry for entry, _ in entries)),)
        case "table":
            return tuple(_row(*e, context) for e in entries)
        case _:
            return tuple(_entry(*e, context) for e in entries)


def _entry(entry: Record, label: str, context: Context) -> Entry:
    mains, asides = _head(entry, label, context)
    rows = (Row(main, aside) for main, aside in zip_longest(mains, asides, fillvalue=()))
    return Entry(entry.kind, tuple(rows), _blocks(entry, context), entry.text("id"))


def _row(entry: Record, label: str, context: Context) -> Entry:
    """Return *entry* with its head on one row."""
    mains, asides = _head(entry, label, context)
    row = Row(joined(mains, ", "), joined(asides, ", "))
    return Entry(entry.kind, (row,), _blocks(entry, context), entry.text("id"))


def line(entry: Record, label: str, context: Context) -> Inlines:
    """Return the head of *entry* on one line."""
    mains, asides = _head(entry, label, context)
    return joined((*mains, *asides), ", ")


def _inline(entry: Record, label: str, context: Context) -> Inlines:
    """Return *entry* with all that it holds in one run of text."""
    texts = [content for block in _blocks(entry, context) for content in _contents(block)]
    return joined((line(entry, label, context), joined(texts, "; ")), ": ")


def _contents(block: Block) -> Iterator[Inlines]:
    match block:
        case Paragraph(content):
            yield content
        case BulletList(items):
            for item in items:
                yield item.content
                for inner in item.blocks:
                    yield from _contents(inner)
        case Entry(rows=rows, blocks=blocks):
            yield joined((part for row in rows for part in (row.main, row.aside)), ", ")
            for inner in blocks:
                yield from _contents(inner)
        case _:
            return


def _head(entry: Record, label: str, context: Context) -> tuple[list[Inlines], list[Inlines]]:
    """Return the rows of each side of an entry's head, without those that have no value."""
    head = context.style.heads[entry.kind]
    sides = [
        [joined((_part(entry, p, context) for p in row), ", ") for row in side] for side in (head.main, head.aside)
    ]
    mains, asides = ([row for row in side if row] for side in sides)
    if mains:
        first, *rest = mains[0]
        mains[0] = (*linked((first,), entry.text("url")), *rest)
        if label:
            mains[0] = (Span("number", words(label)), *words(" "), *mains[0])
    return mains, asides


def _part(entry: Record, part: str, context: Context) -> Inlines:
    match part:
        case "when":
            return when(entry, context)
        case "degree":
            content = joined((context.prose(entry.text("degree")), context.prose(entry.text("area"))), ", ")
            honors = enumerated(context.prose(text) for text in entry.texts("honors"))
            content = joined((content, wrapped(honors, "(", ")") if content and honors else honors), " ")
        case "venue":
            content = joined((context.venue(entry), context.prose(entry.text("track"))), " ")
        case _:
            content = enumerated(context.prose(text) for text in entry.texts(part))
    if entry.text("logo") and part == _bearer(entry):
        content = (Image(entry.text("logo"), ""), *content)
    return (Span(part, content),) if content else ()


def _bearer(entry: Record) -> str:
    """Return the part of *entry* that its logo belongs to: whose house it is, else what its type requires."""
    houses = (name for name in ("organization", "institution", "issuer", "funder", "host") if name in entry.fields)
    return next(houses, ENTRY_TYPES[entry.kind].required[0])


def _blocks(entry: Record, context: Context) -> tuple[Block, ...]:
    """Return what stands below an entry's head: note, summary, positions, facts, highlights."""
    facts = (*_facts(entry, context), *extras.items(entry.get("extras"), context))
    blocks: list[Block] = [*paragraphs(entry.text("note"), context, "note")]
    blocks += paragraphs(entry.text("summary"), context, "summary")
    blocks += (_entry(position, "", context) for position in entry.records("positions"))
    if facts:
        blocks.append(BulletList(facts, "facts"))
    return (*blocks, *highlights(entry, context))


def highlights(entry: Record, context: Context) -> tuple[Block, ...]:
    """Return the highlights of *entry*, nested as they are; none, or one list."""
    items = tuple(
        ListItem(context.prose(h.text("text")), highlights(h, context), h.text("id"))
        for h in entry.records("highlights")
    )
    return (BulletList(items),) if items else ()


def _facts(entry: Record, context: Context) -> Iterator[ListItem]:
    """Yield each field that the head does not show, under its label."""
    shown = {name for part in context.style.heads[entry.kind].parts() for name in WITH.get(part, (part,))}
    for name in entry.fields:
        if name not in shown and name not in _NO_FACT:
            yield ListItem((Span(name, _fact(entry, name, context)),))
    if not shown & set(PERIOD) and (said := when(entry, context)):
        yield ListItem(said)


def _fact(entry: Record, name: str, context: Context) -> Inlines:
    texts = [context.prose(text) for text in entry.texts(name)]
    language = context.style.language
    match name:
        case "advisors":
            return _labelled("advisor" if len(texts) == 1 else "advisors", listed(texts, "and", language), context)
        case "thesis":
            opening, closing, _, _ = locale.quotes(language)
            return _labelled(name, wrapped(joined(texts, ", "), opening, closing), context)
        case "email" | "phone":
            value = entry.text(name)
            label = context.style.words[f"contact.{name}"]
            return (*words(f"{label}: "), *linked(words(value), _leads(name, value)))
        case "inventors":
            return _labelled(name, names(entry.texts(name), context), context)
        case "reference":
            return joined(texts, " ")
        case _:
            return _labelled(name, enumerated(texts), context)


def _leads(kind: str, value: str) -> str:
    """Return where an address or a number leads, '' where it is neither: the words are printed as they are."""
    try:
        return target(kind, value)
    except ValueError:
        return ""


def _labelled(name: str, content: Inlines, context: Context) -> Inlines:
    """Return *content* under the language's word for *name*, if it has one."""
    label = context.style.words.get(name)
    return (Span("label", words(f"{label}:")), *words(" "), *content) if label else content
