"""The texts of a document as a finished page must show them, one after another."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator

from msgspec import Struct
from msgspec.structs import replace

from cvbuild import math
from cvbuild.document import (
    Block,
    Citation,
    Code,
    Definition,
    DefinitionList,
    Document,
    Emph,
    Header,
    Image,
    Inline,
    Inlines,
    LineBreak,
    Link,
    ListItem,
    Logo,
    Math,
    Node,
    Paragraph,
    Row,
    Section,
    Span,
    Strong,
    Text,
    children,
)

# Stands for a formula in a text; what its letters are is told apart.
FORMULA = "\ufdd0"


class Expected(Struct, frozen=True):
    """One run of text of a document: as it is read, and in what section and entry it stands.

    `formulas` are the characters of each formula in it. A theme need not print what is `optional`.
    """

    text: str
    formulas: tuple[str, ...] = ()
    optional: bool = False
    id: str = ""

    @property
    def shown(self) -> str:
        """The text with its formulas."""
        words = self.text
        for formula in self.formulas:
            words = words.replace(FORMULA, formula, 1)
        return words

    @property
    def key(self) -> str:
        """What is looked for: letters in one case, without white space."""
        return squeezed(self.text)


# Characters that one glyph stands for, also as capitals, and those that no program keeps apart; and how Turkish writes
# an i in capitals.
_TWINS = str.maketrans({"µ": "μ", "∆": "Δ", "Ω": "Ω", "⁄": "/", "∕": "/", "‐": "-", "‑": "-", "\u00ad": "", "İ": "i",
                        "ı": "i"})  # fmt: skip


def squeezed(text: str) -> str:
    """Return *text* without white space and in one case: what two extractors of the same page agree on."""
    folded = unicodedata.normalize("NFC", "".join(text.split())).translate(_TWINS).casefold()
    return unicodedata.normalize("NFC", folded)


def expected(document: Document) -> tuple[Expected, ...]:
    """Return the texts of *document* in reading order, none of them empty."""
    return tuple(piece for piece in _pieces(document, "") if piece.key)


def expected_in(part: Block | Inlines) -> tuple[Expected, ...]:
    """Return the texts of a part of a document."""
    pieces = (_piece(part, ""),) if isinstance(part, tuple) else _pieces(part, "")
    return tuple(piece for piece in pieces if piece.key)


def _pieces(node: Node, id: str) -> Iterator[Expected]:
    id = getattr(node, "id", "") or id

    def each(nodes: Iterable[Node]) -> Iterator[Expected]:
        for inner in nodes:
            yield from _pieces(inner, id)

    match node:
        case Header(name, headline, contacts):
            yield from (_piece(name, id), _piece(headline, id))
            if contacts:
                yield from _pieces(contacts, id)
        case Section(title=title, note=note, blocks=blocks):
            yield from (_piece(title, id), _piece(note, id))
            yield from each(blocks)
        case Paragraph(content):
            yield _piece(content, id)
        case ListItem(content, blocks):
            yield _piece(content, id)
            yield from each(blocks)
        case Row(main, aside):
            yield from (_piece(main, id), _piece(aside, id))
        case DefinitionList("contact", items):
            for item in items:
                yield from _pieces(item, f"contact.{item.kind}")
        case Definition(term, content):
            word = len(term) == 1 and isinstance(term[0], Span) and term[0].kind == "word"
            yield replace(_piece(term, id), optional=word)
            yield _piece(content, id)
        case Citation(content, number, lead, blocks):
            yield from (_piece(lead, id), Expected(number, id=id), _piece(content, id))
            yield from each(blocks)
        case _:
            yield from each(children(node))


def _piece(content: Inlines, id: str) -> Expected:
    formulas = tuple(math.characters(math.parse(tex)) for tex in _formulas(content))
    return Expected(" ".join(read(content).split()), formulas, id=id)


def _formulas(content: Inlines) -> Iterator[str]:
    for inline in content:
        match inline:
            case Math(tex):
                yield tex
            case Strong(inner) | Emph(inner) | Link(inner) | Span(_, inner):
                yield from _formulas(inner)


def read(content: Inlines) -> str:
    """Return the words of *content*, with `FORMULA` for each formula."""
    return "".join(_read(inline) for inline in content)


def _read(inline: Inline) -> str:
    match inline:
        case Text(text) | Code(text) | Logo(text):
            return text
        case Math():
            return FORMULA
        case LineBreak():
            return " "
        case Image():
            return ""
        case Strong(content) | Emph(content) | Link(content) | Span(_, content):
            return read(content)


# What a line may end after without a space.
_BREAKABLE = re.compile(r"([-–—/?&=_.])\s+")


def unbroken(text: str) -> str:
    """Return *text* on one line, in one case, with no space where a line may have ended inside a word.

    Nor is there one before a comma: readers part it from a sign that stands higher.
    """
    joined = _BREAKABLE.sub(r"\1", " ".join(text.split()))
    return re.sub(r" (?=[,.;:)\]])", "", joined).translate(_TWINS).casefold()
