"""Plain text as a person would paste it into a form: no markup, one blank line between entries."""

from __future__ import annotations

import re
from collections.abc import Iterator
from unicodedata import combining, east_asian_width

from cvbuild import math
from cvbuild.document import (
    Block,
    BulletList,
    Citation,
    CitationList,
    Code,
    Definition,
    DefinitionList,
    Document,
    Emph,
    Entry,
    Image,
    Inline,
    Inlines,
    LineBreak,
    Link,
    ListItem,
    Logo,
    Math,
    Paragraph,
    Section,
    Span,
    Strong,
    Text,
)
from cvbuild.writers.breaks import unspaced_pieces

WIDTH = 88
_HIDDEN_URLS = ("mailto:", "tel:")


def write(document: Document) -> str:
    """Return *document* as lines of at most `WIDTH` columns, but for words that are longer."""
    header = document.header
    lines = [*_wrapped(inline_text(header.name)), *_wrapped(inline_text(header.headline))]
    if header.contacts:
        lines += _block(header.contacts)
    for block in document.blocks:
        lines += ["", *_block(block)]
    return "\n".join(lines).strip("\n") + "\n"


def inline_text(inlines: Inlines) -> str:
    """Return the words of *inlines*; a link whose words are not its address has it behind them."""
    return "".join(_inline(inline) for inline in inlines)


def _inline(inline: Inline) -> str:
    match inline:
        case Text(text) | Code(text) | Logo(text):
            return text
        case Math(tex):
            return math.plain(math.parse(tex))
        case LineBreak():
            return " "
        case Image():
            return ""
        case Link(content, url):
            words = inline_text(content)
            shown = url.split("://", 1)[-1].rstrip("/") in words or url.startswith(_HIDDEN_URLS)
            return words if shown else f"{words} <{url}>"
        case Strong(content) | Emph(content) | Span(_, content):
            return inline_text(content)


def _block(block: Block) -> list[str]:
    match block:
        case Section():
            return list(_section(block))
        case Paragraph(content):
            return _wrapped(inline_text(content))
        case BulletList(items):
            return [line for item in items for line in _item(item)]
        case DefinitionList(_, items):
            return [line for item in items for line in _wrapped(_definition(item), "", "  ")]
        case Entry():
            return list(_entry(block))
        case CitationList(items):
            return [line for i, item in enumerate(items) for line in ([""] if i else []) + list(_citation(item))]


def _section(section: Section) -> Iterator[str]:
    title = " ".join(filter(None, [inline_text(section.title), _noted(inline_text(section.note))]))
    lines = _wrapped(title.upper() if section.level == 1 else title)
    yield from lines
    if lines and section.level == 1:
        yield "-" * max(map(columns, lines))
    for i, block in enumerate(section.blocks):
        if i and (
            _is_tall(block) or _is_tall(section.blocks[i - 1]) or (section.level == 1 and isinstance(block, Section))
        ):
            yield ""
        yield from _block(block)


def _noted(note: str) -> str:
    return f"({note})" if note else ""


def _is_tall(block: Block) -> bool:
    return (isinstance(block, Entry) and bool(block.blocks or len(block.rows) > 1)) or isinstance(block, Section)


def _entry(entry: Entry) -> Iterator[str]:
    for row in entry.rows:
        yield from _wrapped(" | ".join(filter(None, [inline_text(row.main), inline_text(row.aside)])), "", "  ")
    for block in entry.blocks:
        yield from _block(block)


def _item(item: ListItem) -> list[str]:
    inner = [f"  {line}" for block in item.blocks for line in _block(block)]
    return [*_wrapped(inline_text(item.content), "- ", "  "), *inner]


def _definition(item: Definition) -> str:
    return ": ".join(filter(None, [inline_text(item.term), inline_text(item.content)]))


def _citation(citation: Citation) -> Iterator[str]:
    if citation.lead:
        yield from _wrapped(inline_text(citation.lead))
    first = f"{citation.number} " if citation.number else "- "
    yield from _wrapped(inline_text(citation.content), first, " " * len(first))
    for block in citation.blocks:
        yield from _block(block)


_SPACE = re.compile(r"[ \t\n\r\f\v]+")


def _wrapped(text: str, first: str = "", rest: str = "") -> list[str]:
    """Return *text* as lines that begin with *first* and then *rest*; no word is broken, where there are words."""
    lines: list[str] = []
    for word in filter(None, _SPACE.split(text)):
        for index, piece in enumerate(unspaced_pieces(word)):
            between = "" if index else " "
            if lines and columns(lines[-1] + between + piece) <= WIDTH:
                lines[-1] += between + piece
            else:
                lines.append((rest if lines else first) + piece)
    return lines


def columns(text: str) -> int:
    """Return how wide *text* is where every character has one column, East Asian ones two, and marks none."""
    return sum(0 if combining(char) else 2 if east_asian_width(char) in "WF" else 1 for char in text)
