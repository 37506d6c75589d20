"""Collections without heads: skills, languages, interests, metrics, and plain text."""

from __future__ import annotations

from cvbuild import locale
from cvbuild.document import Block, BulletList, Definition, DefinitionList, Inlines, ListItem, Paragraph, Span
from cvbuild.profile import Collection, Record, SectionSpec
from cvbuild.sections.prose import Context, joined, paragraphs, words, wrapped

Composed = tuple[tuple[Block, ...], Inlines]


def _separator(spec: SectionSpec, default: str = ", ") -> str:
    return spec.options.text("separator") or default


def skills(collection: Collection, spec: SectionSpec, context: Context) -> Composed:
    """Return a row for each skill: its name, then its items and level."""
    separator = _separator(spec)
    if spec.options.text("layout") == "inline":
        lines = (joined((context.prose(s.text("name")), _skill(s, ", ", context)), ": ") for s in collection.entries)
        return (Paragraph(joined(lines, _separator(spec, "; ")), "inline"),), ()
    if spec.options.text("layout") == "list":
        rows = (
            joined((context.prose(s.text("name")), _skill(s, separator, context)), ": ") for s in collection.entries
        )
        return (BulletList(tuple(ListItem(row) for row in rows), "entries"),), ()
    items = (Definition(context.prose(s.text("name")), _skill(s, separator, context), "skill", s.text("id"))
             for s in collection.entries)  # fmt: skip
    return (DefinitionList("skills", tuple(items)),), ()


def _skill(skill: Record, separator: str, context: Context) -> Inlines:
    items = joined((context.prose(text) for text in skill.texts("items")), separator)
    level = context.prose(skill.text("level"))
    return joined((items, wrapped(level, "(", ")") if items and level else level), " ")


def languages(collection: Collection, spec: SectionSpec, context: Context) -> Composed:
    """Return the languages with their levels, on one line unless the layout says otherwise."""
    said = [
        joined(
            (
                context.prose(e.text("name")),
                wrapped(context.prose(e.text("level")), "(", ")") if e.text("level") else (),
            ),
            " ",
        )
        for e in collection.entries
    ]
    return _items(said, collection, spec), ()


def interests(collection: Collection, spec: SectionSpec, context: Context) -> Composed:
    return _items([context.prose(e.text("text")) for e in collection.entries], collection, spec), ()


def _items(said: list[Inlines], collection: Collection, spec: SectionSpec) -> tuple[Block, ...]:
    if spec.options.text("layout") in ("list", "table"):
        pairs = zip(said, collection.entries, strict=True)
        return (BulletList(tuple(ListItem(content, (), e.text("id")) for content, e in pairs), "entries"),)
    return (Paragraph(joined(said, _separator(spec)), "inline"),)


def metrics(collection: Collection, spec: SectionSpec, context: Context) -> Composed:
    """Return each figure under its label; the day they are from is the section's note."""
    items = (Definition(context.prose(e.text("label")), context.prose(e.text("value")), "metric", e.text("id"))
             for e in collection.entries)  # fmt: skip
    day = collection.date
    style = context.style
    said = locale.format_date(day, style.date_format, style.language) if day is not None else ""  # type: ignore[arg-type]
    return (DefinitionList("metrics", tuple(items)),), (Span("when", words(said)),) if said else ()


def text(collection: Collection, spec: SectionSpec, context: Context) -> Composed:
    return tuple(p for entry in collection.entries for p in paragraphs(entry.text("text"), context)), ()
