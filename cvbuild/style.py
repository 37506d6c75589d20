"""Style: how a view wants its words put. Theme < language < view < variant < command line.

`compose` orders the parts of entries and citations by it, so that themes of one family print the same words in the
same order; what only a theme understands (`options`) is the theme's to check.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Literal, cast

from msgspec import Struct, field

from cvbuild import locale
from cvbuild.errors import nearest
from cvbuild.schema import Reading, Record
from cvbuild.source import Mapping as MappingNode
from cvbuild.source import Node, Scalar, Sequence, clean, describe

DEFAULT_THEME = "letterpress"


class Head(Struct, frozen=True):
    """The head of an entry: rows of parts on the reading side, and rows on the far one.

    A part is the name of a field, or `when`; parts of one row are joined by commas. Rows without a value close up.
    """

    main: tuple[tuple[str, ...], ...]
    aside: tuple[tuple[str, ...], ...] = ()

    def parts(self) -> frozenset[str]:
        return frozenset(part for row in self.main + self.aside for part in row)


def head(main: Iterable[str], aside: Iterable[str] = ()) -> Head:
    """Return the head whose rows are written as `title, issuer`."""
    rows = [tuple(tuple(re.split(r"\s*,\s*", row)) for row in side) for side in (main, aside)]
    return Head(*rows)


HEADS: Mapping[str, Head] = {
    "education": head(["institution", "degree"], ["location", "when"]),
    "experience": head(["position", "organization"], ["when", "location"]),
    "volunteering": head(["position", "organization"], ["when", "location"]),
    "position": head(["position"], ["when", "location"]),
    "awards": head(["title, issuer, location, amount"], ["when"]),
    "talks": head(["title", "event, host, location"], ["when"]),
    "teaching": head(["course", "role, institution, location"], ["when"]),
    "service": head(["role, venue, organization, location"], ["when"]),
    "projects": head(["name, role"], ["when", "location"]),
    "grants": head(["title", "funder, amount, role, location"], ["when"]),
    "certificates": head(["name, issuer, location"], ["when"]),
    "memberships": head(["organization, role, location"], ["when"]),
    "patents": head(["title", "number, issuer, status, location"], ["when"]),
    "supervision": head(["name, degree, role", "topic, institution, location"], ["when"]),
    "references": head(["name", "position, organization, location"], ["relationship, when"]),
}


class Style(Struct, frozen=True):
    """A style with every layer settled."""

    language: str = "en"
    theme: str = DEFAULT_THEME
    engine: str = "auto"
    paper: Literal["letter", "a4"] = "a4"
    date_format: str = "short"
    citation: Literal["title-first", "authors-first"] = "authors-first"
    author_join: locale.JoinStyle = "comma"
    words: Mapping[str, str] = field(default_factory=dict)
    heads: Mapping[str, Head] = field(default_factory=lambda: HEADS)
    options: Mapping[str, Scalar] = field(default_factory=dict)
    fonts: tuple[str, ...] = ()

    def word(self, key: str) -> str:
        return self.words[key]


def theme_name(style: Record | None) -> str:
    """Return the theme that *style* names, or the default one."""
    return (style.text("theme") if style else "") or DEFAULT_THEME


def resolve(theme: Record, own: Record | None, language: str, reading: Reading) -> Style:
    """Return the style of a theme's defaults, the language, and then *own*, a view's merged style.

    Faults are reported on *reading*; `options` are left for the theme to check.
    """
    words = dict(locale.words(language))
    heads = dict(HEADS)
    plain: dict[str, str] = {}
    options: dict[str, Scalar] = {}
    fonts: tuple[str, ...] = ()
    for layer in (theme, own or Record("style", {})):
        plain |= {name: layer.text(name) for name in _PLAIN if name in layer.fields}
        fonts += layer.texts("fonts")
        words |= _words(layer, words, reading)
        heads |= _heads(layer, heads, reading)
        options |= _options(layer, reading)
    _check_date_format(own or theme, plain.get("date_format", "short"), reading)
    return Style(
        language=language,
        theme=theme_name(own),
        engine=plain.get("engine", "auto"),
        paper=cast(Literal["letter", "a4"], plain.get("paper", "a4")),
        date_format=plain.get("date_format", "short"),
        citation=cast(Literal["title-first", "authors-first"], plain.get("citation", "authors-first")),
        author_join=cast(locale.JoinStyle, plain.get("author_join", "comma")),
        words=words,
        heads=heads,
        options=options,
        fonts=fonts,
    )


_PLAIN = ("engine", "paper", "date_format", "citation", "author_join")


def _check_date_format(layer: Record, pattern: str, reading: Reading) -> None:
    try:
        locale.check_pattern(pattern)
    except ValueError as error:
        reading.fail(layer.mark_of("date_format"), "style.date_format", str(error))


def _pairs(layer: Record, name: str, reading: Reading) -> Iterable[tuple[Scalar, Node]]:
    node = layer.get(name)
    if node is None:
        return ()
    if not isinstance(node, MappingNode):
        found = describe(node) if isinstance(node, Scalar | Sequence) else "one value"
        reading.fail(layer.mark_of(name), f"style.{name}", f"{found}; expected a mapping of names to values")
        return ()
    return node.items


def _words(layer: Record, known: Mapping[str, str], reading: Reading) -> dict[str, str]:
    found = {}
    for key, value in _pairs(layer, "words", reading):
        if key.text not in known:
            hint = nearest(key.text, known) or f"known: {', '.join(sorted(known))}"
            reading.fail(key.mark, f"style.words.{key.text}", f"no such word '{key.text}'", hint)
        elif not isinstance(value, Scalar):
            reading.fail(value.mark, f"style.words.{key.text}", f"{describe(value)}; expected text")
        else:
            found[key.text] = clean(value.text)
    return found


def _options(layer: Record, reading: Reading) -> dict[str, Scalar]:
    found = {}
    for key, value in _pairs(layer, "options", reading):
        if isinstance(value, Scalar):
            found[key.text] = value
        else:
            reading.fail(value.mark, f"style.options.{key.text}", f"{describe(value)}; expected one value")
    return found


def _heads(layer: Record, known: Mapping[str, Head], reading: Reading) -> dict[str, Head]:
    found = {}
    for key, value in _pairs(layer, "heads", reading):
        where = f"style.heads.{key.text}"
        if key.text not in known:
            hint = nearest(key.text, known) or f"known: {', '.join(sorted(known))}"
            reading.fail(key.mark, where, f"no type of entry '{key.text}' has a head", hint)
        elif not isinstance(value, MappingNode) or {name.text for name, _ in value.items} - {"main", "aside"}:
            reading.fail(key.mark, where, "expected {main: [rows], aside: [rows]}")
        else:
            rows = {name.text: _rows(rows, where, reading) for name, rows in value.items}
            found[key.text] = head(rows.get("main", ()), rows.get("aside", ()))
    return found


def _rows(node: Node, where: str, reading: Reading) -> tuple[str, ...]:
    if isinstance(node, Sequence) and all(isinstance(item, Scalar) for item in node.items):
        return tuple(item.text for item in node.items if isinstance(item, Scalar))
    reading.fail(node.mark, where, "expected a list of rows such as 'title, issuer'")
    return ()
