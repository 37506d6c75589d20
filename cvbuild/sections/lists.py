"""Collections without heads: skills, languages, interests, metrics, and plain text."""

from __future__ import annotations

from typing import TypeGuard

from cvbuild import locale
from cvbuild.dates import PartialDate, Term
from cvbuild.document import Block, BulletList, Definition, DefinitionList, Inlines, ListItem, Paragraph, Span
from cvbuild.profile import Collection, Record, SectionSpec, Value
from cvbuild.sections import extras
from cvbuild.sections.prose import Context, ids, joined, paragraphs, words, wrapped

Composed = tuple[tuple[Block, ...], Inlines]


def _separator(spec: SectionSpec, default: str = ", ") -> str:
    return spec.options.text("separator") or default


def skills(collection: Collection, spec: SectionSpec, context: Context) -> Composed:
    """Return a row for each skill: its name, then its items and level."""
    separator = _separator(spec)
    if spec.options.text("layout") == "inline":
        lines = (joined((context.prose(s.text("name")), _skill(s, ", ", context)), ": ") for s in collection.entries)
        return (Paragraph(joined(lines, _separator(spec, "; ")), "inline", ids(collection.entries)),), ()
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
    items = joined((context.prose(text) for text in skill.texts("items")), separator)
    level = context.prose(skill.text("level"))
    said = joined((items, wrapped(level, "(", ")") if items and level else level), " ")
    return joined((said, extras.line(skill)), "; ")


def languages(collection: Collection, spec: SectionSpec, context: Context) -> Composed:
    """Return the languages with their levels: on one line, or a row for each in a table."""
    pairs = [
        (context.prose(e.text("name")), joined((context.prose(e.text("level")), extras.line(e)), "; "), e.text("id"))
        for e in collection.entries
    ]
    if spec.options.text("layout") == "table":
        rows = (Definition(name, level, "language", id_) for name, level, id_ in pairs)
        return (DefinitionList("languages", tuple(rows)),), ()
    said = [joined((name, wrapped(level, "(", ")") if level else ()), " ") for name, level, _ in pairs]
    return _items(said, collection, spec), ()


def interests(collection: Collection, spec: SectionSpec, context: Context) -> Composed:
    said = [joined((context.prose(e.text("text")), extras.line(e)), "; ") for e in collection.entries]
    return _items(said, collection, spec), ()


def _items(said: list[Inlines], collection: Collection, spec: SectionSpec) -> tuple[Block, ...]:
    if spec.options.text("layout") in ("list", "table"):
        pairs = zip(said, collection.entries, strict=True)
        return (BulletList(tuple(ListItem(content, (), e.text("id")) for content, e in pairs), "entries"),)
    return (Paragraph(joined(said, _separator(spec)), "inline", ids(collection.entries)),)


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
    more = extras.line(entry)
    return (*paragraphs(entry.text("text"), context), *((Paragraph(more),) if more else ()))
