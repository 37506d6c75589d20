"""The tree between content and look: a closed set of nodes that every theme styles and every writer writes.

All text is there, in reading order, with its words and dates already in the style's form; nothing here knows a
profile, a variant or a theme. `kind` is meaning that a theme may use and may ignore; `id` names the section or the
records of the profile that became the node, several parted by spaces.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct


class Text(Struct, frozen=True):
    """Characters as the person wrote them (NFC, no controls)."""

    text: str


class Strong(Struct, frozen=True):
    content: Inlines


class Emph(Struct, frozen=True):
    content: Inlines


class Code(Struct, frozen=True):
    text: str


class Link(Struct, frozen=True):
    """`content` leads to `url`, which is absolute and https, http, mailto or tel."""

    content: Inlines
    url: str


class Math(Struct, frozen=True):
    """Inline mathematics; `tex` is TeX without its dollars."""

    tex: str


class Logo(Struct, frozen=True):
    """A word with a logo of its own (`LaTeX`, `TeX`); it extracts as the plain word."""

    word: str


class LineBreak(Struct, frozen=True):
    pass


class Image(Struct, frozen=True):
    """A picture that says nothing its neighbouring text does not; `source` is the name of an asset."""

    source: str
    alt: str


class Span(Struct, frozen=True):
    """A part whose meaning a theme may show: `authors`, `title`, `venue`, `when`, `badge`, `mark` …"""

    kind: str
    content: Inlines


Inline = Text | Strong | Emph | Code | Link | Math | Logo | LineBreak | Image | Span
Inlines = tuple[Inline, ...]


class Paragraph(Struct, frozen=True):
    content: Inlines
    kind: str = "text"
    id: str = ""


class ListItem(Struct, frozen=True):
    content: Inlines
    blocks: tuple[Block, ...] = ()
    id: str = ""


class BulletList(Struct, frozen=True):
    items: tuple[ListItem, ...]
    kind: str = "highlights"


class Definition(Struct, frozen=True):
    """One row of a `DefinitionList`: `term` may be empty."""

    term: Inlines
    content: Inlines
    kind: str = ""
    id: str = ""


class DefinitionList(Struct, frozen=True):
    kind: str
    items: tuple[Definition, ...]


class Row(Struct, frozen=True):
    """One line of an entry's head: `main` on the reading side, `aside` (place, dates) on the far one."""

    main: Inlines
    aside: Inlines = ()


class Entry(Struct, frozen=True):
    kind: str
    rows: tuple[Row, ...]
    blocks: tuple[Block, ...] = ()
    id: str = ""


class Citation(Struct, frozen=True):
    """A publication: `number` is its label, if numbered; `content` is made of `Span`s, one a part.

    `lead` holds what stands before the citation (subjects, the whole date), `blocks` what follows (the abstract).
    """

    content: Inlines
    number: str = ""
    lead: Inlines = ()
    blocks: tuple[Block, ...] = ()
    id: str = ""


class CitationList(Struct, frozen=True):
    items: tuple[Citation, ...]
    numbered: bool = False


class Section(Struct, frozen=True):
    """A titled part; `note` explains marks under its title; a section inside a section is a group (`level` 2)."""

    kind: str
    title: Inlines
    blocks: tuple[Block, ...]
    note: Inlines = ()
    level: int = 1
    id: str = ""

    @property
    def listing(self) -> bool:
        """Tell whether all entries in it are one line each."""
        entries = [node for node in walk(self) if isinstance(node, Entry)]
        return bool(entries) and all(len(entry.rows) == 1 and not entry.blocks for entry in entries)


Block = Paragraph | BulletList | DefinitionList | Entry | CitationList | Section


class Header(Struct, frozen=True):
    name: Inlines
    headline: Inlines = ()
    contacts: DefinitionList | None = None
    photo: Image | None = None


class Document(Struct, frozen=True):
    """A whole CV, ready to be written. `language` is a BCP 47 tag; `title` and `author` are for metadata."""

    header: Header
    blocks: tuple[Block, ...]
    language: str
    title: str
    author: str


Node = Document | Header | Block | ListItem | Definition | Row | Citation | Inline


def plain(inlines: Inlines) -> str:
    """Return the words of *inlines* without their form; mathematics as its TeX, a line break as a space."""
    return "".join(_plain(inline) for inline in inlines)


def _plain(inline: Inline) -> str:
    match inline:
        case Text(text) | Code(text) | Logo(text) | Math(text):
            return text
        case LineBreak():
            return " "
        case Image():
            return ""
        case Strong(content) | Emph(content) | Link(content) | Span(_, content):
            return plain(content)


def children(node: Node) -> Iterator[Node]:
    """Yield the nodes directly inside *node*, in reading order."""
    match node:
        case Document(header, blocks):
            yield header
            yield from blocks
        case Header(name, headline, contacts, photo):
            yield from (*((photo,) if photo else ()), *name, *headline)
            if contacts:
                yield contacts
        case Section(title=title, note=note, blocks=blocks):
            yield from (*title, *note, *blocks)
        case Entry(rows=rows, blocks=blocks):
            yield from (*rows, *blocks)
        case Row(main, aside):
            yield from (*main, *aside)
        case BulletList(items) | DefinitionList(_, items) | CitationList(items):
            yield from items
        case ListItem(content, blocks):
            yield from (*content, *blocks)
        case Definition(term, content):
            yield from (*term, *content)
        case Citation(content=content, lead=lead, blocks=blocks):
            yield from (*lead, *content, *blocks)
        case Paragraph(content) | Strong(content) | Emph(content) | Link(content) | Span(_, content):
            yield from content
        case _:
            return


def walk(node: Node) -> Iterator[Node]:
    """Yield *node* and every node below it, in reading order."""
    rest = [node]
    while rest:
        node = rest.pop()
        yield node
        rest += reversed([*children(node)])
