"""Documents made for tests, and what three programs read in the PDFs of them."""

from __future__ import annotations

import io
import re
import subprocess
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

import pypdf
import pypdfium2
from msgspec import Struct
from msgspec.structs import replace
from pypdf.generic import DictionaryObject

from cvbuild import pipeline, reader
from cvbuild.document import (
    Citation,
    Definition,
    Document,
    Header,
    Inlines,
    ListItem,
    Math,
    Node,
    Paragraph,
    Row,
    Section,
    Span,
    Text,
    children,
    walk,
)
from cvbuild.engines import weasyprint
from cvbuild.pipeline import Draft, Place
from cvbuild.reader import Source
from cvbuild.view import Overrides
from cvbuild.writers import html

TODAY = date(2026, 3, 1)
EXAMPLE = Path(__file__).parents[1] / "profiles" / "mina-seo.yaml"
# What themes put between texts: bullets, and what a label or a note stands in.
_DECORATION = re.compile(r"[•–:()·|]*")


def place(folder: Path, *themes: Path) -> Place:
    return Place(TODAY, folder / "cache", themes)


def profile(text: str, folder: Path | None = None) -> Source:
    """Return the profile that *text* is, as if it lay in *folder*."""
    return reader.read_text(text.encode(), str((folder or Path()) / "cv.yaml"))


def draft(source: Source, variant: str, where: Place) -> Draft:
    return pipeline.draft(source, variant, Overrides(private=True), where)


@dataclass(frozen=True)
class Pdf:
    """A finished PDF beside the draft it was made from."""

    data: bytes
    draft: Draft
    log: tuple[str, ...] = ()

    @cached_property
    def reader(self) -> pypdf.PdfReader:
        return pypdf.PdfReader(io.BytesIO(self.data))

    @property
    def document(self) -> Document:
        return self.draft.document

    @cached_property
    def texts(self) -> dict[str, list[str]]:
        """The text of each page, as each program reads it."""
        with pypdfium2.PdfDocument(self.data) as pdfium:
            by_pdfium = [page.get_textpage().get_text_bounded() for page in pdfium]
        run = subprocess.run(["pdftotext", "-raw", "-", "-"], input=self.data, capture_output=True, check=True)
        return {
            "pypdf": [page.extract_text() for page in self.reader.pages],
            # PDFium takes the hyphen at the end of a line for one that a typesetter put there, and says so.
            "pdfium": [text.replace("\ufffe", "-").replace("\x02", "-") for text in by_pdfium],
            "poppler": run.stdout.decode().split("\f")[:-1],
        }

    @property
    def words(self) -> str:
        """All pages as one line, by pypdf."""
        return " ".join(" ".join(self.texts["pypdf"]).split())

    def links(self) -> set[str]:
        found = set()
        for page in self.reader.pages:
            for reference in page.get("/Annots", ()):
                annotation = reference.get_object()
                assert annotation["/Subtype"] == "/Link"
                if "/Dest" not in annotation:
                    assert annotation["/A"]["/S"] == "/URI"
                    found.add(str(annotation["/A"]["/URI"]))
        return found

    def tags(self) -> Iterator[tuple[int, str]]:
        """Yield depth and type of each element of the tag tree, in order."""
        yield from _tags(self.reader.trailer["/Root"]["/StructTreeRoot"], 0)


def _tags(element: DictionaryObject, depth: int) -> Iterator[tuple[int, str]]:
    if "/S" in element:
        yield depth, str(element["/S"])
    kids = element.get("/K", [])
    for kid in kids if isinstance(kids, list) else [kids]:
        if isinstance(found := kid.get_object(), DictionaryObject):
            yield from _tags(found, depth + 1)


def pdf(source: Source, variant: str, where: Place) -> Pdf:
    made = draft(source, variant, where)
    compiled = weasyprint.compile(pipeline.html_page(made), where.cache)
    return Pdf(compiled.data, made, compiled.log)


def shown(inlines: Inlines) -> str:
    return " ".join(str(html.inline(inlines).striptags()).split())


def pieces(node: Node, read: Callable[[Inlines], str] = shown) -> Iterator[str]:
    """Yield each run of text of a document in reading order, as *read* has it: by default as it is set."""

    def each(nodes: Iterable[Node]) -> Iterator[str]:
        for inner in nodes:
            yield from pieces(inner, read)

    match node:
        case Header(name, headline, contacts):
            yield from (read(name), read(headline))
            if contacts:
                yield from pieces(contacts, read)
        case Section(title=title, note=note, blocks=blocks):
            yield from (read(title), read(note))
            yield from each(blocks)
        case Paragraph(content):
            yield read(content)
        case ListItem(content, blocks):
            yield read(content)
            yield from each(blocks)
        case Row(main, aside):
            yield from (read(main), read(aside))
        case Definition(term, content):
            yield from (read(term), read(content))
        case Citation(content, number, lead, blocks):
            yield from (read(lead), number, read(content))
            yield from each(blocks)
        case _:
            yield from each(children(node))


def lettered(node: Any) -> Any:
    """Return *node* with a letter for each formula: what becomes of formulas is asked elsewhere."""
    if isinstance(node, Math):
        return Text("x")
    if isinstance(node, tuple):
        return tuple(map(lettered, node))
    if isinstance(node, Struct):
        return replace(node, **{name: lettered(getattr(node, name)) for name in node.__struct_fields__})
    return node


def hideable(document: Document) -> set[str]:
    """Return the words that say what kind of contact an address is: a theme need not print them."""
    terms = (node.term for node in walk(document) if isinstance(node, Definition))
    return {shown(term) for term in terms if len(term) == 1 and isinstance(term[0], Span) and term[0].kind == "word"}


def squeezed(pages: list[str], name: str) -> str:
    """Return the text of *pages* without white space, and without the running name and the page's number."""
    total = len(pages)
    running = "".join(name.split())
    texts = []
    for number, page in enumerate(pages, 1):
        text = "".join(page.split())
        if number > 1:
            for foot in (f"{running}{number}/{total}", f"{number}/{total}{running}"):
                text = text.removesuffix(foot) if text.endswith(foot) else text.removeprefix(foot)
        texts.append(text)
    return "".join(texts)


def mismatch(
    document: Document,
    text: str,
    read: Callable[[Inlines], str] = shown,
    decoration: re.Pattern[str] = _DECORATION,
) -> str:
    """Say where *text* is not the pieces of *document* in their order with no more than *decoration* between them.

    *text* has no white space.
    """
    position = 0
    hidden = {"".join(piece.split()) for piece in hideable(document)}
    for piece in filter(None, ("".join(piece.split()) for piece in pieces(document, read))):
        gap = decoration.match(text, position)
        assert gap
        ends = [end for end in range(gap.end(), position - 1, -1) if _is_at(piece, text, end)]
        if not ends and piece in hidden:
            continue
        if not ends:
            return f"{piece!r} expected at {text[max(0, position - 20) : position]!r} ▸ {text[position:][:80]!r}"
        # What looks like decoration itself is taken as soon as it comes: what follows may look like it, too.
        position = ends[-1 if decoration.fullmatch(piece) else 0] + len(piece)
    rest = decoration.sub("", text[position:])
    return f"{rest!r} at the end" if rest else ""


def prose(inlines: Inlines) -> str:
    """Return *inlines* as they are set, unless there is a formula, whose gaps are widths and no characters."""
    return "" if any(isinstance(node, Math) for inline in inlines for node in walk(inline)) else shown(inlines)


def broken_words(document: Document, pages: list[str], read: Callable[[Inlines], str] = shown) -> list[str]:
    """Return the pieces of *document* whose words, parted by white space, do not stand in *pages*."""
    text = _unbroken(" ".join(pages)).casefold()
    hidden = hideable(document)
    broken = (piece for piece in pieces(document, read) if _unbroken(piece).casefold() not in text)
    return [piece for piece in broken if piece not in hidden]


def _unbroken(text: str) -> str:
    # A line may end after these.
    return re.sub(r"([-–—/?&=_.])\s+", r"\1", " ".join(text.split()))


def _is_at(piece: str, text: str, position: int) -> bool:
    # A theme may set titles in capitals.
    return text.startswith((piece, piece.upper()), position)
