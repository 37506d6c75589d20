"""Markdown: CommonMark in which whatever the person wrote stays text, for READMEs, web forms and wikis."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from markdown_it import MarkdownIt
from msgspec.structs import replace

from cvbuild import math
from cvbuild.addresses import encoded
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
    Row,
    Section,
    Span,
    Strong,
    Text,
)

_LISTS = (BulletList, DefinitionList, CitationList)
_BREAK = "\\\n"


def write(document: Document) -> str:
    """Return *document* as CommonMark: a title, headings of two levels, paragraphs and lists."""
    header = document.header
    chunks = [_heading(1, header.name), _line(header.headline)]
    if header.contacts:
        chunks.append(_block(header.contacts, "-"))
    chunks += _blocks(document.blocks)
    return "\n\n".join(filter(None, chunks)) + "\n"


def words(inlines: Inlines) -> str:
    """Return the words of *inlines* as they are written: formulas on one line, a line break as a space."""
    return "".join(_words(inline) for inline in inlines)


def _words(inline: Inline) -> str:
    match inline:
        case Text(text) | Code(text) | Logo(text):
            return text
        case Math(tex):
            return math.plain(math.parse(tex))
        case LineBreak():
            return " "
        case Image():
            return ""
        case Strong(content) | Emph(content) | Link(content) | Span(_, content):
            return words(content)


# --- Blocks: chunks of lines, a blank line between them.


def _blocks(blocks: tuple[Block, ...]) -> Iterator[str]:
    marker = ""
    for block in blocks:
        # Two lists in a row are one, unless their markers differ.
        marker = "" if not isinstance(block, _LISTS) else "*" if marker == "-" else "-"
        yield _block(block, marker)


def _block(block: Block, marker: str) -> str:
    match block:
        case Section():
            return _section(block)
        case Paragraph(content):
            return _line(content)
        case BulletList(items):
            return "\n".join(_item(item, marker) for item in items)
        case DefinitionList(kind, items):
            return "\n".join(_listed(_definition(item, kind), marker) for item in items)
        case Entry(blocks=blocks):
            head = _BREAK.join(filter(None, map(_row, _led(block).rows)))
            return "\n\n".join(filter(None, [_started(head), *_blocks(blocks)]))
        case CitationList(items):
            return "\n".join(_citation(item, marker) for item in items)


def _section(section: Section) -> str:
    note = _line(section.note)
    return "\n\n".join(filter(None, [_heading(section.level + 1, section.title), note, *_blocks(section.blocks)]))


def _heading(level: int, title: Inlines) -> str:
    text = _line(title).replace(_BREAK, " ")
    return f"{'#' * level} {text}" if text else ""


def _item(item: ListItem, marker: str) -> str:
    return _listed(_inlines(item.content), marker, item.blocks)


def _definition(item: Definition, kind: str) -> str:
    label = (*item.term, Text(":")) if item.term else ()
    term = label if kind in ("contact", "metrics") else (Strong(label),)
    return " ".join(filter(None, [_inlines(term), _inlines(item.content)]))


def _led(entry: Entry) -> Entry:
    """Return *entry* with what comes first in it strong, unless all there is of it is one line."""
    first, *others = entry.rows
    if not first.main or entry.kind == "position" or not (others or entry.blocks):
        return entry
    return replace(entry, rows=(replace(first, main=(Strong(first.main[:1]), *first.main[1:])), *others))


def _row(row: Row) -> str:
    return " | ".join(filter(None, [_inlines(row.main), _inlines(row.aside)]))


def _citation(citation: Citation, marker: str) -> str:
    text = " ".join(filter(None, [_escaped(citation.number), _inlines(citation.content)]))
    return _listed(_BREAK.join(filter(None, [_inlines(citation.lead), text])), marker, citation.blocks)


def _listed(text: str, marker: str, blocks: tuple[Block, ...] = ()) -> str:
    """Return an item of a list: *text*, and below it *blocks*; a list right below it keeps it tight."""
    written = _started(text)
    for block, chunk in zip(blocks, _blocks(blocks), strict=True):
        written += ("\n" if isinstance(block, _LISTS) else "\n\n") + chunk
    return f"{marker} " + re.sub(r"\n(?=[^\n])", "\n  ", written)


# --- Lines.


def _line(content: Inlines) -> str:
    return _started(_inlines(content))


_LINE_START = re.compile(r"^(?:(?=[-+=>:|])|(\d{1,9})(?=[.)](?: |$)))", re.MULTILINE)


def _started(lines: str) -> str:
    """Return *lines* of a paragraph, none of which begins anything else."""
    return _LINE_START.sub(lambda match: f"{match[1] or ''}\\", lines)


def _inlines(content: Inlines) -> str:
    """Return *content* with its emphasis and code, or as bare text where CommonMark would not see them as such."""
    written = _tidy("".join(_inline(inline, frozenset({"marked"})) for inline in content))
    if re.search(r"[*`]", written) and _read(written) != " ".join(words(content).split()):
        written = _tidy("".join(_inline(inline, frozenset()) for inline in content))
    return written


def _tidy(written: str) -> str:
    """Return *written* without spaces at the ends of lines, and without line breaks at its own."""
    lines = [line.strip(" ") for line in written.split(_BREAK)]
    return _BREAK.join(filter(None, lines))


@cache
def _parser() -> MarkdownIt:
    return MarkdownIt("commonmark")


def _read(written: str) -> str:
    """Return the words that a reader of CommonMark sees in a line."""
    tokens = _parser().parseInline(written)[0].children or []
    return " ".join("".join(" " if t.type in ("hardbreak", "softbreak") else t.content for t in tokens).split())


def _inline(inline: Inline, within: frozenset[str]) -> str:
    """Return *inline*, which stands *within* what is `strong`, `emph` or a `link`; only what is `marked` has marks."""
    match inline:
        case Text(text) | Logo(text):
            return _escaped(text)
        case Math():
            return _escaped(_words(inline))
        case Code(text):
            return _code(text) if "marked" in within else _escaped(text)
        case LineBreak():
            return _BREAK
        case Image():
            return ""
        case Strong(content):
            return _marked(content, "**", "strong", within)
        case Emph(content):
            return _marked(content, "*", "emph", within)
        case Span(_, content):
            return "".join(_inline(inner, within) for inner in content)
        case Link(content, url):
            inner = "".join(_inline(i, within | {"link"}) for i in content)
            return inner if "link" in within or not inner.strip() else f"[{inner}]({_address(url)})"


def _marked(content: Inlines, mark: str, kind: str, within: frozenset[str]) -> str:
    inner = "".join(_inline(i, within | {kind}) for i in content)
    bare = inner.strip(" ")
    if kind in within or "marked" not in within or not bare or _BREAK in inner:
        return inner
    before, _, after = inner.partition(bare)
    return f"{before}{mark}{bare}{mark}{after}"


# What is escaped wherever it stands; an underscore inside a word and a lone ampersand mean nothing.
_SPECIAL = re.compile(r"[\\`*\[\]<~$]|(?<![^\W_])_|_(?![^\W_])|&(?! )|!(?=\[|$)|(?<![^ ])#")


def _escaped(text: str) -> str:
    return _SPECIAL.sub(r"\\\g<0>", text.replace("\n", " "))


def _code(text: str) -> str:
    """Return *text* between more backticks than it has in a row."""
    text = text.replace("\n", " ")
    if not text.strip(" "):
        return text
    fence = "`" * (max(map(len, re.findall("`+", text)), default=0) + 1)
    pad = " " if text[0] in "` " or text[-1] in "` " else ""
    return f"{fence}{pad}{text}{pad}{fence}"


def _address(url: str) -> str:
    address = re.sub(r"[\\<>&]", r"\\\g<0>", encoded(url))
    return f"<{address}>" if re.search(r"[()\s\\]", address) else address
