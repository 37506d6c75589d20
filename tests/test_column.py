"""The theme `column`: two columns to a page, and the text in the order of the document wherever it stands."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from test_themes import ASSETS, EVERYTHING, extremes
from typeset import Pdf, lettered, mismatch, place, squeezed

from cvbuild import artifact, drafts, reader, theme
from cvbuild.document import (
    Block,
    BulletList,
    Citation,
    CitationList,
    Definition,
    DefinitionList,
    Document,
    Entry,
    Header,
    Inlines,
    ListItem,
    Paragraph,
    Row,
    Section,
    Span,
    Text,
)
from cvbuild.engines import latex
from cvbuild.engines.contained import Limits
from cvbuild.errors import Mark
from cvbuild.profile import Record
from cvbuild.schema import Reading
from cvbuild.source import Scalar
from cvbuild.style import Style
from cvbuild.view import Overrides
from cvbuild.writers import latex as writer

pytestmark = [pytest.mark.tex, pytest.mark.skipif(shutil.which("pdflatex") is None, reason="no TeX")]

COLUMN = theme.load("column")
PROFILES = sorted(Path(__file__).parents[1].glob("profiles/*.yaml"))
MM = 72 / 25.4
STYLE = Style()
Options = Mapping[str, str | bool]


@dataclass(frozen=True)
class Made(Pdf):
    """A finished PDF, and what TeX said of lines without room."""

    overfull: tuple[str, ...] = ()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("column")


def options(**said: str) -> Options:
    reading = Reading()
    found = COLUMN.values({name: Scalar(value, Mark("", 0)) for name, value in said.items()}, reading)
    assert not reading.problems
    return found


def made(
    document: Document, options: Options, cache: Path, style: Style = STYLE, program: str = "pdflatex"
) -> Made:
    rendered = writer.write(document, COLUMN, style, options, ASSETS)
    rendered = replace(rendered, fonts=(*rendered.fonts, theme.builtin() / "fonts" / "tex"))
    compiled = latex.compile(rendered, program, cache, Limits(), artifact.load)
    draft = SimpleNamespace(document=document)
    return Made(compiled.data, draft, (), tuple(map(str, compiled.problems)))  # type: ignore[arg-type]


def out_of_order(pdf: Pdf) -> dict[str, str]:
    """Return, for each program, where the text that it reads is not that of the document in its order."""
    name = pdf.document.title
    found = {program: mismatch(pdf.document, squeezed(pages, name)) for program, pages in pdf.texts.items()}
    return {program: said for program, said in found.items() if said}


# --- Examples.

# One of each person; the rest take long.
QUICK = frozenset({"industry", "deutsch", "papers"})
VARIANTS = [
    pytest.param(path, variant, id=f"{path.stem} {variant}", marks=() if variant in QUICK else pytest.mark.slow)
    for path in PROFILES
    for variant in reader.read(path).profile.variants
]


@pytest.mark.parametrize(("path", "variant"), VARIANTS)
def test_the_text_of_an_example_is_that_of_the_document_in_its_order(path: Path, variant: str, tmp_path: Path) -> None:
    wish = Overrides(private=True, style=Record("style", {"theme": "column"}))
    draft = drafts.draft(reader.read(path), variant, wish, place(tmp_path))
    program = "lualatex" if draft.style.language == "ko" else "pdflatex"
    pdf = made(lettered(draft.document), draft.options, tmp_path, draft.style, program)

    assert out_of_order(pdf) == {}
    assert pdf.overfull == ()
    assert [*astray(pdf, draft.options, draft.style.paper)] == []


@pytest.mark.parametrize("program", ["pdflatex", pytest.param("lualatex", marks=pytest.mark.slow)])
def test_every_node_is_set_in_order(program: str, tmp_path: Path) -> None:
    for look in extremes(COLUMN):
        pdf = made(lettered(EVERYTHING), look, tmp_path, program=program)
        assert out_of_order(pdf) == {}


# --- Where text stands.


@dataclass(frozen=True)
class Word:
    """A word on a page, in points from its upper left corner."""

    text: str
    left: float
    top: float
    right: float
    bottom: float

    def covers(self, other: Word) -> bool:
        """Tell whether the two lie on one another; the boxes of neighbouring lines touch."""
        wide = min(self.right, other.right) - max(self.left, other.left)
        high = min(self.bottom, other.bottom) - max(self.top, other.top)
        return wide > 1 and high > 0.5 * min(self.bottom - self.top, other.bottom - other.top)


_WORD = re.compile(r'<word xMin="(.+?)" yMin="(.+?)" xMax="(.+?)" yMax="(.+?)">(.*?)</word>')


def words(pdf: Pdf) -> list[list[Word]]:
    run = subprocess.run(["pdftotext", "-bbox", "-", "-"], input=pdf.data, capture_output=True, check=True)
    return [
        [Word(text, *map(float, box)) for *box, text in _WORD.findall(page)]
        for page in run.stdout.decode().split("</page>")[:-1]
    ]


def astray(pdf: Pdf, options: Options, paper: str = "a4") -> Iterator[str]:
    """Yield each word that stands in no column, and each pair that lies on one another."""
    width, height = (612, 792) if paper == "letter" else (595.3, 841.9)
    strip, margin = (float(str(options[name]).removesuffix("mm")) * MM for name in ("width", "margin"))
    pad = 0.55 * margin
    columns = [(pad, strip - pad), (strip + 1.15 * pad, width - margin)]
    for number, page in enumerate(words(pdf), 1):
        for word in page:
            inside = any(left - 0.5 < word.left and word.right < right + 0.5 for left, right in columns)
            if not (inside and 0.8 * margin < word.top and word.bottom < height - 0.4 * margin):
                yield f"page {number}: {word} stands in no column"
        yield from (f"page {number}: {a} lies on {b}" for a, b in combinations(page, 2) if a.covers(b))


# --- Sections of any length.


def text(*said: str) -> Inlines:
    return tuple(map(Text, said))


SHORT = "It held."
LONG = "It was set up, run for a year and a half, compared with what the others had, and then written up."


def blocks(kind: str, name: str, count: int) -> tuple[Block, ...]:
    """Return *count* entries of a section, all of them with words of their own."""
    numbers = [f"{name}{number}" for number in range(count)]
    match kind:
        case "skills":
            return (DefinitionList(kind, tuple(Definition(text(n, " term"), text(n, ", ", SHORT)) for n in numbers)),)
        case "metrics" | "contact":
            return (DefinitionList(kind, tuple(Definition(text(n), text(n, "!")) for n in numbers)),)
        case "languages":
            return (Paragraph(text(", ".join(numbers)), "inline"),)
        case "certificates":
            return tuple(Entry(kind, (Row(text(n), text("2020")),)) for n in numbers)
        case "publications":
            return (CitationList(tuple(Citation(text(n, " ", LONG), f"[{i}]") for i, n in enumerate(numbers)), True),)
        case "text":
            return tuple(Paragraph(text(n, " ", LONG, " ", LONG, " ", LONG)) for n in numbers)
        case _:
            rows = [(Row(text(n), text("2020 – 2021")), Row(text(SHORT), text("Oslo"))) for n in numbers]
            points = BulletList((ListItem(text(LONG)), ListItem(text(SHORT))))
            return tuple(Entry(kind, row, (points,)) for row in rows)


AT_SIDE = ("skills", "metrics", "languages", "certificates", "references", "contact")
IN_MAIN = ("experience", "publications", "text")
lengths = st.lists(st.tuples(st.sampled_from(AT_SIDE + IN_MAIN), st.integers(1, 60)), min_size=1, max_size=8)


def document(*lengths: tuple[str, int]) -> Document:
    sections = tuple(
        Section(kind, text(f"Title{letter}"), blocks(kind, letter, count))
        for letter, (kind, count) in zip("ABCDEFGHIJ", lengths, strict=False)
    )
    contacts = DefinitionList("contact", (Definition((Span("word", text("Email")),), text("ada@example.org")),))
    return Document(Header(text("Ada Lovelace"), (), contacts), sections, "en", "Ada Lovelace", "Ada Lovelace")


@pytest.mark.slow
@example([(kind, count) for kind in AT_SIDE for count in (60,)])
@example([("experience", 60), ("skills", 60), ("text", 1), ("references", 60), ("publications", 60)])
@example([pair for count in (9, 13) for pair in (("skills", count), ("experience", 2), ("certificates", count))])
@settings(max_examples=12)
@given(lengths)
def test_a_section_of_any_length_loses_nothing_and_parts_where_it_may(
    folder: Path, lengths: list[tuple[str, int]]
) -> None:
    pdf = made(document(*lengths), options(), folder)
    pages = [rows(page) for page in words(pdf)]

    assert out_of_order(pdf) == {}
    assert pdf.overfull == ()
    assert [*astray(pdf, options())] == []
    assert [page[-1] for page in pages if page[-1].startswith("Title")] == []
    # The short last line of an entry never stands alone on the next page.
    assert [page[0] for page in pages if page[0] == SHORT] == []


def rows(page: list[Word]) -> list[str]:
    """Return the lines of *page* in the order of the file, but for the running name and number."""
    found: list[list[Word]] = []
    for word in page:
        if found and abs(found[-1][-1].bottom - word.bottom) < 1 and word.left > found[-1][-1].left:
            found[-1].append(word)
        else:
            found.append([word])
    lines = [" ".join(word.text for word in line) for line in found]
    return [line for line in lines if not re.fullmatch(r"Ada Lovelace \d+ / \d+", line)]
