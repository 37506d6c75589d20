"""How views and variants are written: their fields, and the options of a section."""

from __future__ import annotations

from collections.abc import Mapping

from cvbuild.dates import PartialDate
from cvbuild.errors import Mark, nearest
from cvbuild.profile import Pages, SectionSpec, View
from cvbuild.profile.types import TEXT
from cvbuild.schema import (
    Bool,
    Choice,
    Custom,
    Date,
    Field,
    ListOf,
    Number,
    Pattern,
    Raw,
    Reading,
    Record,
    RecordOf,
    Share,
    Word,
    join,
    json_of,
    read,
    shared,
)
from cvbuild.source import Mapping as MappingNode
from cvbuild.source import Node, Scalar, Sequence, describe

# `latex` is whichever of the three fits the text; `auto` the engine that the theme prefers.
ENGINES = ("auto", "weasyprint", "latex", "pdflatex", "lualatex", "xelatex")
# Names reach file names and command lines, so they are few characters and never an option or a path.
NAME = Pattern(
    r"(?!(?i:con|prn|aux|nul|com\d|lpt\d)(?:\.|\Z))[A-Za-z0-9][\w.-]{0,63}(?<!\.)",
    "a name of letters, figures, '-', '_' and '.', no device such as CON",
)
WORDS = ListOf(Word(), single=True)

_OBJECT = {"type": ["object", "null"]}

SECTION_FIELDS: Mapping[str, Field] = {
    "from": Word(),
    "title": TEXT,
    "where": Raw({**_OBJECT}),
    "sort": WORDS,
    "limit": Number(1, 100_000),
    "group_by": Word(),
    "number": Choice("ascending", "descending", "continue"),
    "legend": Bool(),
    "show": WORDS,
    "intro": TEXT,
    "separator": Pattern(r"[\s\S]{1,12}", "up to 12 characters"),
    "layout": Choice("list", "table", "inline"),
}
OPTIONS = shared("section", RecordOf("section", SECTION_FIELDS))

_SCALARS = {"type": ["object", "null"], "additionalProperties": {"type": ["string", "number", "boolean", "null"]}}
STYLE = shared(
    "style",
    RecordOf(
        "style",
        {
            "theme": NAME,
            "engine": Choice(*ENGINES),
            "paper": Choice("letter", "a4"),
            "date_format": Word(),
            "citation": Choice("title-first", "authors-first"),
            "author_join": Choice("comma", "and", "ampersand"),
            "words": Raw({**_SCALARS}),
            "options": Raw({**_SCALARS}),
            "heads": Raw({**_OBJECT}),
            "fonts": WORDS,
        },
    ),
)

PAGES = RecordOf("pages", {"max": Number(1, 1000), "min_fill": Share()}, ("max",), main="max")


def _read_section(node: Node, where: str, reading: Reading) -> Record | None:
    """Return a section's name and options, from `name` or `name: {option: …}`."""
    if isinstance(node, Scalar):
        return Record("spec", {"name": node.text}, {}, node.mark)
    if not isinstance(node, MappingNode) or len(node.items) != 1:
        message = f"{describe(node)}; expected the name of a section, or one 'name: {{options}}'"
        hint = "indent the options two steps deeper than the name" if isinstance(node, MappingNode) else ""
        reading.fail(node.mark, where, message, hint)
        return None
    key, item = node.items[0]
    options = read(OPTIONS, item, f"{where.rpartition('[')[0]}.{key.text}", reading)
    found = {"name": key.text} | ({"options": options} if isinstance(options, Record) else {})
    return Record("spec", found, {}, key.mark)


SECTIONS = ListOf(
    Custom(
        _read_section,
        "the name of a section",
        {"anyOf": [{"type": "string"}, {"type": "object", "maxProperties": 1,
                                        "additionalProperties": json_of(OPTIONS)}]},
    )
)  # fmt: skip

VIEW_FIELDS: Mapping[str, Field] = {
    "as_of": Date(),
    "language": Word(),
    "show_private": Bool(),
    "include": WORDS,
    "exclude": WORDS,
    "omit": WORDS,
    "pin": WORDS,
    "sections": SECTIONS,
    "set": Raw({**_OBJECT}),
    "pages": PAGES,
    "source": Bool(),
    "style": STYLE,
}
VIEW = RecordOf("view", VIEW_FIELDS)
VARIANT = RecordOf("variant", {"extends": WORDS, **VIEW_FIELDS})


def read_view(field: RecordOf, node: Node | None, name: str, where: str, reading: Reading) -> View:
    """Return the view that *node* describes; an absent node is a view that says nothing."""
    record = read(field, node, where, reading)
    if not isinstance(record, Record):
        return View(name)
    as_of, shown = record.get("as_of"), record.get("show_private")
    style, source = record.get("style"), record.get("source")
    return View(
        name=name,
        extends=record.texts("extends") if "extends" in record.fields else None,
        as_of=as_of if isinstance(as_of, PartialDate) else None,
        language=record.text("language"),
        show_private=shown if isinstance(shown, bool) else None,
        include=record.texts("include"),
        exclude=record.texts("exclude"),
        omit=record.texts("omit"),
        pin=record.texts("pin"),
        sections=_sections(record, reading, where),
        set=_settings(record, where, reading),
        pages=_pages(record),
        source=source if isinstance(source, bool) else None,
        style=style if isinstance(style, Record) else None,
        marks={**record.marks, **_item_marks(node)},
        mark=record.mark,
    )


def _sections(record: Record, reading: Reading, where: str) -> tuple[SectionSpec, ...] | None:
    if "sections" not in record.fields:
        return None
    specs: dict[str, SectionSpec] = {}
    for spec in record.records("sections"):
        options = spec.get("options")
        name = spec.text("name")
        if name in specs:
            message = f"the section '{name}' stands twice; expected each name once"
            reading.fail(spec.mark, join(where, "sections"), message, "name one otherwise and give it 'from:'")
        found = options if isinstance(options, Record) else Record("section", {}, {}, spec.mark)
        specs[name] = SectionSpec(name, found, spec.mark)
    return tuple(specs.values())


def _settings(record: Record, where: str, reading: Reading) -> tuple[tuple[str, Node], ...]:
    node = record.get("set")
    if node is None:
        return ()
    if not isinstance(node, MappingNode):
        found = describe(node) if isinstance(node, Scalar | Sequence) else "a value"
        message = f"{found}; expected a mapping of paths to values"
        reading.fail(record.mark_of("set"), join(where, "set"), message, "write {ID.FIELD: value}")
        return ()
    return tuple((key.text, value) for key, value in node.items)


def _pages(record: Record) -> Pages | None:
    pages = record.get("pages")
    if not isinstance(pages, Record) or not isinstance(pages.get("max"), int):
        return None
    return Pages(int(pages.text("max")), float(pages.text("min_fill") or 0))


def _item_marks(node: Node | None) -> dict[str, Mark]:
    """Return the places of single items of the lists of words, and of the paths of `set`."""
    marks: dict[str, Mark] = {}
    if isinstance(node, MappingNode):
        for key, value in node.items:
            if isinstance(value, MappingNode):
                marks |= {f"{key.text}/{name.text}": name.mark for name, _ in value.items}
            elif not isinstance(value, Scalar):
                marks |= {f"{key.text}/{item.text}": item.mark for item in value.items if isinstance(item, Scalar)}
    return marks


def unknown(name: str, known: Mapping[str, object], what: str) -> tuple[str, str]:
    """Return the message and the hint for a *name* that is none of *known*."""
    return f"no {what} '{name}' in this profile", nearest(name, known) or f"known: {', '.join(known) or 'none'}"
