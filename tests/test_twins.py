"""Twins: a theme of one name for two engines prints the same words in the same order, on the same pages."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from test_hostile import bare, cases
from test_themes import ASSETS, EVERYTHING
from typeset import EXAMPLE, Pdf, place, profile

from cvbuild import drafts, formats, math, reader, theme
from cvbuild.document import Document, Math, Text, walk
from cvbuild.drafts import Draft, Place
from cvbuild.engines import latex as engine
from cvbuild.engines import weasyprint
from cvbuild.errors import Mark
from cvbuild.profile.variants import STYLE
from cvbuild.rendered import Rendered
from cvbuild.schema import Reading
from cvbuild.schema import read as read_record
from cvbuild.source import Mapping, Scalar
from cvbuild.style import Style
from cvbuild.theme import Option, Theme
from cvbuild.view import Overrides
from cvbuild.writers import breaks, latex, latex_escape

LOOKS = [theme.load(folder.name) for folder in theme.available()]
TWINS = [look.name for look in LOOKS if look.file("style.css.j2") and look.file("style.tex.j2")]
# One of each person; the rest take long.
QUICK = frozenset({"industry", "deutsch", "papers"})
VARIANTS = [
    pytest.param(file, variant, id=f"{file.stem}-{variant}", marks=() if variant in QUICK else pytest.mark.slow)
    for file in sorted(EXAMPLE.parent.glob("*.yaml"))
    for variant in reader.read(file).profile.variants
]


@pytest.fixture(scope="session")
def where(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """A place whose cache all tests share: what TeX prepares for one theme serves all its documents."""
    return place(tmp_path_factory.mktemp("twins"))


def wordy(node: Any) -> Any:
    """Return *node* with each formula as a word: engines compose formulas of other characters."""
    if isinstance(node, Math):
        return Text("".join(re.findall(r"\w", math.plain(math.parse(node.tex)), re.ASCII)))
    if isinstance(node, tuple):
        return tuple(wordy(inner) for inner in node)
    if hasattr(node, "__struct_fields__"):
        return replace(node, **{name: wordy(getattr(node, name)) for name in node.__struct_fields__})
    return node


def drafted(file: Path, variant: str, name: str, where: Place) -> Draft:
    source, mark = reader.read(file), Mark(str(file))
    style = read_record(STYLE, Mapping(((Scalar("theme", mark), Scalar(name, mark)),), mark), "style", Reading())
    made = drafts.draft(source, variant, Overrides(private=True, style=style), where)
    return replace(made, document=wordy(made.document))


def texts(document: Document) -> Iterator[str]:
    return (node.text for node in walk(document) if isinstance(node, Text))


def set_by_latex(rendered: Rendered, where: Place, program: str = "pdflatex") -> bytes:
    compiled = engine.compile(rendered, program, where.cache, where.limits)
    assert compiled.problems == ()
    return compiled.data


def words(pages: list[str], name: str) -> list[str]:
    """Return the words on *pages*, without their feet and as if no line had ended inside of one."""
    texts = []
    for number, page in enumerate(pages, 1):
        text, foot = " ".join(page.split()), f"{name} {number} / {len(pages)}"
        texts.append(text.removeprefix(foot) if text.startswith(foot) else text.removesuffix(foot))
    return re.sub(r"([-–—/?&=_.])\s+", r"\1", " ".join(texts)).casefold().split()


@pytest.mark.tex
@pytest.mark.pdf
@pytest.mark.parametrize(("file", "variant"), VARIANTS)
@pytest.mark.parametrize("name", TWINS)
def test_twins_print_the_same_words_in_the_same_order(name: str, file: Path, variant: str, where: Place) -> None:
    made = drafted(file, variant, name, where)
    program = "lualatex" if re.search("[가-힣]", "".join(texts(made.document))) else "pdflatex"
    one = Pdf(weasyprint.compile(formats.html_page(made), where.cache).data, made)
    other = Pdf(set_by_latex(formats.latex_document(made), where, program), made)

    assert len(other.reader.pages) == len(one.reader.pages)
    for reading in ("pypdf", "poppler"):
        said = [words(pdf.texts[reading], made.document.title) for pdf in (one, other)]
        assert said[1] == said[0], reading


_BROKEN = (Path(__file__).parent / "cases" / "latex" / "breaks.txt").read_text("utf-8").split()


@pytest.mark.pdf
def test_lines_may_end_where_they_may_by_html() -> None:
    import weasyprint as engine
    from weasyprint.formatting_structure.boxes import LineBox, TextBox

    face = "@page { size: 500px 9000px } p { width: 1px; font-family: 'TeX Gyre Pagella' }"
    page = engine.HTML(string=f"<style>{face}</style>" + "".join(f"<p>{text}&nbsp;</p>" for text in _BROKEN))
    lines = (box for box in page.render().pages[0]._page_box.descendants() if isinstance(box, LineBox))
    found = ["".join(part.text for part in line.descendants() if isinstance(part, TextBox)) for line in lines]

    assert "|".join(found).replace("\u00a0|", "\n").split() == ["|".join(breaks.breakable(text)) for text in _BROKEN]


def everything(look: Theme, **options: str | bool) -> Rendered:
    rendered = latex.write(EVERYTHING, look, Style(), {**look.values({}, Reading()), **options}, ASSETS)
    return replace(rendered, fonts=(*rendered.fonts, theme.builtin() / "fonts" / "tex"))


@pytest.mark.parametrize("name", TWINS)
def test_every_node_is_in_the_source_in_order(name: str) -> None:
    rendered = everything(theme.load(name), photo=True)
    body, position = rendered.source.partition(r"\begin{document}")[2].replace("~", " "), 0
    for text in texts(EVERYTHING):
        position = body.index(latex_escape.text(text.strip()), position)

    assert body.count(r"\begin{cvsection}") == len(EVERYTHING.blocks)
    assert body.index("picture-1") < body.index(r"\cvname")


def other_value(option: Option) -> str | bool:
    values = {"color": "#123456", "bool": option.default != "true"}
    ends = (*option.values, option.high, option.low)
    return values.get(option.type) or next(end for end in ends if end and end != option.default)


@pytest.mark.parametrize("name", TWINS)
def test_every_option_changes_the_document(name: str) -> None:
    look = theme.load(name)
    default = everything(look)

    for option in look.options.values():
        changed = everything(look, **{option.name: other_value(option)})
        assert (changed.source, changed.assets) != (default.source, default.assets), option.name


@pytest.mark.tex
@pytest.mark.parametrize("name", TWINS)
def test_no_option_breaks_the_document(name: str, where: Place) -> None:
    """At once: one document with another value for each, then one with the last values of the choices."""
    look = theme.load(name)
    first = {option.name: other_value(option) for option in look.options.values()}
    last = {option.name: option.values[-1] for option in look.options.values() if option.values}

    assert set_by_latex(everything(look, **first), where) != set_by_latex(everything(look, **last), where)


@pytest.mark.tex
def test_a_child_adds_to_its_parents_look(where: Place, tmp_path: Path) -> None:
    (tmp_path / "mine" / "blocks").mkdir(parents=True)
    (tmp_path / "mine" / "theme.yaml").write_text(
        "{summary: x, extends: letterpress, options: {tone: {type: color, default: '#abc', help: x}}}"
    )
    (tmp_path / "mine" / "extra.tex.j2").write_text(
        "\\definecolor{tone}{HTML}{\\VAR{options.tone}}\n\\renewcommand\\cvlabelfont{\\color{tone}}"
    )
    (tmp_path / "mine" / "blocks" / "paragraph.tex.j2").write_text(
        "\\cvparagraph{\\VAR{node.kind}}{So: \\VAR{inline(node.content)}}"
    )
    look = theme.load("mine", (tmp_path,))
    made = Pdf(set_by_latex(everything(look), where), drafted(EXAMPLE, "", "letterpress", where))

    assert "So: One strong emph" in made.words
    assert "So: Abstract." in made.words


@pytest.mark.tex
@pytest.mark.parametrize("name", TWINS)
def test_a_title_may_be_more_than_words(name: str, where: Place) -> None:
    """It stands in capitals, its address does not; the outline has it in words."""
    title = r"[Links](https://example.org/aB) & $x^2$ in \LaTeX [one]"
    said = {
        "person": {"name": "Ada"},
        "view": {"style": {"theme": name}, "sections": [{"statement": {"title": title}}]},
        "statement": "x",
    }
    made = drafts.draft(profile(json.dumps(said)), "", Overrides(), where)
    pdf = Pdf(set_by_latex(formats.latex_document(made), where), made)

    assert [entry["/Title"] for entry in pdf.reader.outline] == ["Links & x^2 in LaTeX [one]"]
    assert "LINKS &" in pdf.words
    assert pdf.links() == {"https://example.org/aB"}


@pytest.mark.tex
@pytest.mark.parametrize("name", TWINS)
def test_what_is_hostile_is_text_wherever_it_stands(name: str, where: Place) -> None:
    found = [case.values[0] for case in cases("texts")]
    attacks = [case["text"] for case in found if case["expect"] == "literal" and "text" in case]
    said = {
        "person": {"name": "Ada"},
        "view": {"style": {"theme": name}},
        "experience": [{"organization": text, "highlights": [text]} for text in attacks],
        "skills": [{"name": text, "items": [text]} for text in attacks],
    }
    made = drafts.draft(profile(json.dumps(said, ensure_ascii=False)), "", Overrides(), where)
    pdf = Pdf(set_by_latex(formats.latex_document(made), where, "lualatex"), made)
    read = bare("".join(pdf.texts["pypdf"]))

    assert [text for text in attacks if "\\" not in text and read.count(bare(text)) < 4] == []


@pytest.mark.parametrize("name", TWINS)
def test_the_source_of_an_example(name: str, golden: Callable[[str, str], None], where: Place) -> None:
    made = drafted(EXAMPLE.with_name("lorenz-prantlhuber.yaml"), "internship", name, where)

    golden(f"lorenz-prantlhuber-internship-{name}.tex", formats.latex_document(made).source)
