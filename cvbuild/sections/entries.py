"""Entries with a head: education, experience, awards and all others that are told by who, what, where and when."""

from __future__ import annotations

from collections.abc import Iterator

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
from cvbuild.profile.types import BODY, FLAGS, PERIOD
from cvbuild.sections.prose import Context, joined, linked, listed, paragraphs, when, words, wrapped

# Fields that stand with another one, not on their own.
WITH = {
    "degree": ("degree", "area", "honors"),
    "venue": ("venue", "track"),
    "when": tuple(PERIOD),
}
_NO_FACT = frozenset({*FLAGS, *BODY, *PERIOD, "url", "logo", "positions", "key"})


def compose(collection: Collection, spec: SectionSpec, context: Context) -> tuple[tuple[Block, ...], Inlines]:
    """Return the entries of *collection* in the layout that *spec* asks for, grouped if it says so."""
    group = spec.options.text("group_by")
    if not group:
        return _laid_out(collection.entries, spec, context), ()
    groups: dict[str, list[Record]] = {}
    for entry in collection.entries:
        groups.setdefault(_group_title(entry, group, context), []).append(entry.replace(**{group: None}))
    if all(not _blocks(entry, context) for entries in groups.values() for entry in entries):
        items = (_definition(title, entries, spec, context) for title, entries in groups.items())
        return (DefinitionList("groups", tuple(items)),), ()
    return tuple(
        Section("group", context.prose(title), _laid_out(tuple(entries), spec, context), level=2)
        if title
        else Section("group", (), _laid_out(tuple(entries), spec, context), level=2)
        for title, entries in groups.items()
    ), ()


def _group_title(entry: Record, group: str, context: Context) -> str:
    if group in PERIOD:
        return ", ".join(str(getattr(day, "year", day)) for day in entry.items(group))
    return ", ".join(entry.texts(group))


def _definition(title: str, entries: list[Record], spec: SectionSpec, context: Context) -> Definition:
    separator = spec.options.text("separator") or "; "
    return Definition(context.prose(title), joined((line(e, context) for e in entries), separator), "group")


def _laid_out(entries: tuple[Record, ...], spec: SectionSpec, context: Context) -> tuple[Block, ...]:
    match spec.options.text("layout"):
        case "list":
            items = (ListItem(line(e, context), _blocks(e, context), e.text("id")) for e in entries)
            return (BulletList(tuple(items), "entries"),)
        case "inline":
            separator = spec.options.text("separator") or "; "
            return (Paragraph(joined((_inline(e, context) for e in entries), separator), "inline"),)
        case "table":
            return tuple(_entry(e, context, flat=True) for e in entries)
        case _:
            return tuple(_entry(e, context) for e in entries)


def _entry(entry: Record, context: Context, *, flat: bool = False) -> Entry:
    mains, asides = _head(entry, context)
    if flat:
        mains, asides = [joined(mains, ", ")], [joined(asides, ", ")]
    rows = [
        Row(mains[i] if i < len(mains) else (), asides[i] if i < len(asides) else ())
        for i in range(max(len(mains), len(asides)))
    ]
    return Entry(entry.kind, tuple(rows), _blocks(entry, context), entry.text("id"))


def line(entry: Record, context: Context) -> Inlines:
    """Return the head of *entry* on one line."""
    mains, asides = _head(entry, context)
    return joined((*mains, *asides), ", ")


def _inline(entry: Record, context: Context) -> Inlines:
    """Return *entry* with all that it holds in one run of text."""
    texts = [content for block in _blocks(entry, context) for content in _contents(block)]
    return joined((line(entry, context), joined(texts, "; ")), ": ")


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


def _head(entry: Record, context: Context) -> tuple[list[Inlines], list[Inlines]]:
    """Return the rows of each side of an entry's head, without those that have no value."""
    head = context.style.heads[entry.kind]
    sides = [
        [joined((_part(entry, p, context) for p in row), ", ") for row in side] for side in (head.main, head.aside)
    ]
    mains, asides = ([row for row in side if row] for side in sides)
    if mains:
        mains[0] = linked(mains[0], entry.text("url"))
        if entry.text("logo"):
            mains[0] = (Image(entry.text("logo"), ""), *mains[0])
    return mains, asides


def _part(entry: Record, part: str, context: Context) -> Inlines:
    match part:
        case "when":
            return when(entry, context)
        case "degree":
            content = joined((context.prose(entry.text("degree")), context.prose(entry.text("area"))), ", ")
            honors = joined((context.prose(text) for text in entry.texts("honors")), ", ")
            content = joined((content, wrapped(honors, "(", ")") if content and honors else honors), " ")
        case "venue":
            content = joined((context.venue(entry), context.prose(entry.text("track"))), " ")
        case _:
            content = joined((context.prose(text) for text in entry.texts(part)), ", ")
    return (Span(part, content),) if content else ()


def _blocks(entry: Record, context: Context) -> tuple[Block, ...]:
    """Return what stands below an entry's head: note, summary, positions, facts, highlights."""
    facts = tuple(_facts(entry, context))
    blocks: list[Block] = [*paragraphs(entry.text("note"), context, "note")]
    blocks += paragraphs(entry.text("summary"), context, "summary")
    blocks += (_entry(position, context) for position in entry.records("positions"))
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
            return (*words(f"{label}: "), *linked(words(value), target(name, value)))
        case "reference":
            return joined(texts, " ")
        case _:
            return _labelled(name, joined(texts, ", "), context)


def _labelled(name: str, content: Inlines, context: Context) -> Inlines:
    label = context.style.words.get(name) or name.replace("_", " ").capitalize()
    return (Span("label", words(f"{label}:")), *words(" "), *content)
