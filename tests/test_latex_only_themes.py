"""Themes that only TeX sets: the words of their PDFs, and what their options do. None needs tests of its own."""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from pathlib import Path
from subprocess import run

import pypdf
import pytest
from msgspec.structs import replace
from test_themes import ASSETS, EVERYTHING
from typeset import hideable, lettered, pieces, place, shown

from cvbuild import formats, reader, theme
from cvbuild.document import (
    Definition,
    DefinitionList,
    Document,
    Emph,
    Header,
    Inline,
    Inlines,
    Link,
    Math,
    Span,
    Strong,
    Text,
    walk,
)
from cvbuild.drafts import Draft, draft
from cvbuild.engines.latex import compile
from cvbuild.rendered import Compiled
from cvbuild.schema import Reading, Record
from cvbuild.style import Style
from cvbuild.view import Overrides
from cvbuild.writers import latex

LOOKS = [look for look in map(theme.load, sorted(f.name for f in theme.available())) if look.engines == ("latex",)]
NAMES = [look.name for look in LOOKS]
PROFILES = sorted((Path(__file__).parents[1] / "profiles").glob("*.yaml"))
# One of each person; the rest take long.
QUICK = frozenset({"industry", "deutsch", "papers"})
VARIANTS = [
    pytest.param(file, variant, id=f"{file.stem}-{variant or 'view'}",
                 marks=() if variant in QUICK else pytest.mark.slow)
    for file in PROFILES for variant in ("", *reader.read(file).profile.variants)
]  # fmt: skip
NODES = lettered(EVERYTHING)
OPTIONS = [
    pytest.param(look, name, value, id=f"{look.name}-{name}-{value}")
    for look in LOOKS
    for name, option in look.options.items()
    for value in {"bool": ["true", "false"], "choice": option.values, "color": ["#0a0"]}.get(
        option.type, [option.low, option.high]
    )
    if value != option.default
]


def poppler(mode: str, data: bytes) -> list[str]:
    return run(["pdftotext", mode, "-", "-"], input=data, capture_output=True, check=True).stdout.decode().split("\f")


_FORMULA = "\ue000"
READERS: Mapping[str, Callable[[bytes], list[str]]] = {
    "pypdf": lambda data: [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(data)).pages],
    "poppler": partial(poppler, "-raw"),
    "poppler, layout": partial(poppler, "-layout"),
}


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same for all: preambles are read once."""
    return tmp_path_factory.mktemp("cache")


def drafted(file: Path, variant: str, name: str, folder: Path) -> Draft:
    """Return a view of an example in the look of the theme *name*, private facts and all."""
    style = Record("style", {"theme": name})
    return draft(reader.read(file), variant, Overrides(private=True, style=style), place(folder))


def typeset(document: Document, look: theme.Theme, folder: Path, **options: str | bool) -> Compiled:
    rendered = latex.write(document, look, Style(), look.values({}, Reading()) | options, ASSETS)
    rendered = replace(rendered, fonts=(*rendered.fonts, theme.builtin() / "fonts" / "tex"))
    return compile(rendered, "pdflatex", folder, place(folder).limits)


def words(texts: Iterable[str]) -> Counter[str]:
    """Return the words of *texts*, parted also where lines may end inside them; without what themes put around them."""
    parts = (part for text in texts for part in re.split(r"[\s\-–—/?&=_.]+", text.casefold()))
    return Counter(word for part in parts if (word := part.strip(":•·|")))


def unformulaic(inlines: Inlines) -> str:
    """Return *inlines* with a mark for each formula and the words beside it.

    How a formula reads, and whether with a space before it, is not the theme's doing.
    """
    return re.sub(rf"\S*\s*(?:{_FORMULA}\s*)+\S*", _FORMULA, shown(_marked(inlines)))


def _marked(inlines: Inlines) -> Inlines:
    return tuple(_mark(node) for node in inlines)


def _mark(node: Inline) -> Inline:
    match node:
        case Math():
            return Text(_FORMULA)
        case Strong(content) | Emph(content) | Link(content) | Span(_, content):
            return replace(node, content=_marked(content))
        case _:
            return node


def body(document: Document, pages: list[str]) -> Counter[str]:
    """Return the words of *pages* without those of the running foot."""
    pages = [page for page in pages if page]
    feet = words(f"{document.author} {page} / {len(pages)}" for page in range(2, len(pages) + 1))
    found = words(pages)
    assert not feet - found
    return found - feet


def off(document: Document, pages: list[str]) -> tuple[list[str], list[str]]:
    """Return the words of *document* that *pages* lack, and those that they have too many, without formulas."""
    said, found = words(pieces(document, unformulaic)), body(document, pages)
    formulas = [word for word in said if _FORMULA in word]
    missing = said - found - words(hideable(document)) - Counter({word: said[word] for word in formulas})
    left = found - said
    return sorted(missing), [] if formulas else sorted(left)


@pytest.mark.tex
@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(("file", "variant"), VARIANTS)
def test_the_words_of_a_pdf_are_the_documents_and_the_foots(
    name: str, file: Path, variant: str, cache: Path
) -> None:
    made = drafted(file, variant, name, cache)
    output = formats.written(made, "pdf", place(cache))

    for program, read in READERS.items():
        if "layout" in program and any(isinstance(node, Math) for node in walk(made.document)):
            continue  # Where a formula is higher than its line, the lines that it makes of the page are not ours.
        assert (program, *off(made.document, read(output.data))) == (program, [], [])
    assert [str(warning) for warning in output.warnings if "too wide" in str(warning)] == []


@pytest.mark.slow
@pytest.mark.tex
@pytest.mark.parametrize(("look", "name", "value"), OPTIONS)
def test_each_value_of_an_option_changes_the_page_and_no_word(
    look: theme.Theme, name: str, value: str, plain: dict[str, Compiled], cache: Path
) -> None:
    option = look.options[name]
    made = typeset(NODES, look, cache, **{name: value == "true" if option.type == "bool" else value})

    assert made.data != plain[look.name].data
    assert made.problems == ()
    for read in READERS.values():
        assert body(NODES, read(made.data)) == body(NODES, read(plain[look.name].data))


@pytest.fixture(scope="module")
def plain(cache: Path) -> dict[str, Compiled]:
    """A document with every node, in each theme as it comes."""
    return {look.name: typeset(NODES, look, cache) for look in LOOKS}


@pytest.mark.tex
@pytest.mark.parametrize("lengths", [[90], [12] * 23, [30, 60, 30], [80, 5, 80, 5]], ids=str)
@pytest.mark.parametrize("look", LOOKS, ids=NAMES)
def test_contacts_stay_within_the_margins(look: theme.Theme, lengths: list[int], cache: Path) -> None:
    said = [f"{number}{'x' * length}" for number, length in enumerate(lengths)]
    contacts = DefinitionList("contact", tuple(Definition((), (Text(text),), "website") for text in said))
    made = typeset(Document(Header((Text("Ada"),), (), contacts), (), "en", "Ada", "Ada"), look, cache)

    assert made.problems == ()
    assert all(words(read(made.data)) == words(["Ada", *said]) for read in READERS.values())


@pytest.mark.parametrize("name", NAMES)
def test_the_source_is_as_it_was(name: str, cache: Path, golden: Callable[[str, str], None]) -> None:
    example = next(file for file in PROFILES if file.stem == "lorenz-prantlhuber")

    golden(f"{name}.tex", formats.latex_document(drafted(example, "internship", name, cache)).source)
