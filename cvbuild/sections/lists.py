"""Collections without heads: skills, languages, interests, metrics, and plain text."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeGuard

from cvbuild import locale
from cvbuild.dates import PartialDate, Term
from cvbuild.document import Block, BulletList, Definition, DefinitionList, Inlines, ListItem, Paragraph, Span
from cvbuild.profile import Collection, Record, SectionSpec, Value
from cvbuild.sections import extras
from cvbuild.sections.prose import Context, enumerated, ids, joined, paragraphs, words, wrapped

Composed = tuple[tuple[Block, ...], Inlines]


def _listed(items: Iterable[Inlines], separator: str) -> Inlines:
    """Return *items* with *separator* between them, or with commas where it says nothing."""
    return joined(items, separator) if separator else enumerated(items)


def skills(collection: Collection, spec: SectionSpec, context: Context) -> Composed:
    """Return a row for each skill: its name, then its items and level."""
    separator = spec.options.text("separator")
    if spec.options.text("layout") == "inline":
        lines = (joined((context.prose(s.text("name")), _skill(s, "", context)), ": ") for s in collection.entries)
        return (Paragraph(joined(lines, separator or "; "), "inline", ids(collection.entries)),), ()
    if spec.options.text("layout") == "list":
        rows = (
            ListItem(joined((context.prose(s.text("name")), _skill(s, separator, context)), ": "), (), s.text("id"))
            for s in collection.entries
        )
        return (BulletList(tuple(rows), "entries"),), ()
    items = (Definition(context.prose(s.text("name")), _skill(s, separator, context), "skill", s.text("id"))
             for s in collection.entries)  # fmt: skip
    return (DefinitionList("skills", tuple(items)),), ()


def _skill(skill: Record, separator: str, context: Context) -> Inlines:
    items = _listed((context.prose(text) for text in skill.texts("items")), separator)
    level = context.prose(skill.text("level"))
    said = joined((items, wrapped(level, "(", ")") if items and level else level), " ")
    return joined((said, extras.line(skill, context)), "; ")


def languages(collection: Collection, spec: SectionSpec, context: Context) -> Composed:
    """Return the languages with their levels: on one line, or a row for each in a table."""
    entries = collection.entries
    levels = [joined((context.prose(e.text("level")), extras.line(e, context)), "; ") for e in entries]
    pairs = [(context.prose(e.text("name")), level, e.text("id")) for e, level in zip(entries, levels, strict=True)]
    if spec.options.text("layout") == "table":
        rows = (Definition(name, level, "language", id_) for name, level, id_ in pairs)
        return (DefinitionList("languages", tuple(rows)),), ()
    said = [joined((name, wrapped(level, "(", ")") if level else ()), " ") for name, level, _ in pairs]
    return _items(said, collection, spec), ()


def interests(collection: Collection, spec: SectionSpec, context: Context) -> Composed:
    said = [joined((context.prose(e.text("text")), extras.line(e, context)), "; ") for e in collection.entries]
    return _items(said, collection, spec), ()


def _items(said: list[Inlines], collection: Collection, spec: SectionSpec) -> tuple[Block, ...]:
    if spec.options.text("layout") in ("list", "table"):
        pairs = zip(said, collection.entries, strict=True)
        return (BulletList(tuple(ListItem(content, (), e.text("id")) for content, e in pairs), "entries"),)
    return (Paragraph(_listed(said, spec.options.text("separator")), "inline", ids(collection.entries)),)


def metrics(collection: Collection, spec: SectionSpec, context: Context) -> Composed:
    """Return each figure under its label; the day they are from is the section's note."""
    day, style = collection.date, context.style
    said = locale.format_date(day, style.date_format, style.language) if _is_day(day) else ""
    note: Inlines = (Span("when", words(said)),) if said else ()
    pairs = [(context.prose(e.text("label")), context.prose(e.text("value"))) for e in collection.entries]
    if spec.options.text("layout") in ("list", "inline"):
        lines = [joined(pair, ": ") for pair in pairs]
        return _items(lines, collection, spec), note
    rows = (Definition(*pair, "metric", e.text("id")) for pair, e in zip(pairs, collection.entries, strict=True))
    return (DefinitionList("metrics", tuple(rows)),), note


def _is_day(value: Value | None) -> TypeGuard[PartialDate | Term | str]:
    return isinstance(value, PartialDate | Term | str)


def text(collection: Collection, spec: SectionSpec, context: Context) -> Composed:
    """Return the paragraphs, or, where the layout is a list, a point for each."""
    found = [paragraph for entry in collection.entries for paragraph in _paragraphs(entry, context)]
    if spec.options.text("layout") == "list":
        return (BulletList(tuple(ListItem(paragraph.content) for paragraph in found), "entries"),), ()
    return tuple(found), ()


def _paragraphs(entry: Record, context: Context) -> tuple[Paragraph, ...]:
    more = extras.line(entry, context)
    return (*paragraphs(entry.text("text"), context), *((Paragraph(more),) if more else ()))
