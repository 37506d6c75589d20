"""The LaTeX writer: what it makes of a tree, and that text stays text in it. No TeX runs here."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from documents import documents
from hypothesis import given, settings
from pylatex import NoEscape

from cvbuild import theme
from cvbuild.document import (
    Document,
    Emph,
    Header,
    Image,
    Inline,
    LineBreak,
    Link,
    Math,
    Paragraph,
    Section,
    Span,
    Strong,
    Text,
)
from cvbuild.errors import ThemeError
from cvbuild.rendered import Asset, Origin, Rendered
from cvbuild.schema import Reading
from cvbuild.style import Style
from cvbuild.writers import latex
from cvbuild.writers.latex_templates import located

PNG = Asset(b"PNG", "image/png")
PICTURES = {"me & you.png": PNG, "logo.png": PNG}


def written(document: Document, *places: Path, name: str = "letterpress") -> Rendered:
    look = theme.load(name, places)
    return latex.write(document, look, Style(), look.values({}, Reading()), PICTURES)


def page(*content: Inline) -> Document:
    section = Section("text", (Text("Title"),), (Paragraph(content),))
    return Document(Header((Text("Ada"),)), (section,), "en", "Ada", "Ada")


@pytest.mark.parametrize(
    ("inline", "source"),
    [
        (Text("50 % of $5 & more"), r"50 \% of \$5 \& more"),
        (Strong((Text("a"), Emph((Text("b"),)))), r"\textbf{a\emph{b}}"),
        (Link((Text("x_y"),), "https://example.org/a_b?c=d%20e#f"),
         r"\href{https://example.org/a\_b?c=d\%20e\#f}{x\_y}"),
        (Span("badge", (Text("Best"),)), r"\cvbadge{Best}"),
        (Span("venue", (Text("ICML"),)), "ICML"),
        (Span("when", (Text("May 2020 – present"),)), "May~2020~–~present"),
        (Span("person", (Strong((Text("A. B. Cee"),)),)), r"\textbf{A.~B.~Cee}"),
        (Math("x^2"), r"\(x^2\)"),
        (LineBreak(), r"\newline "),
        (Image("me & you.png", ""), r"\cvpicture{picture-1.png}"),
    ],
)  # fmt: skip
def test_a_part_of_a_line_is_written_so(inline: Inline, source: str) -> None:
    body = written(page(Text("»"), inline, Text("«"))).source

    assert re.search("»(.*)«", body).group(1) == source  # type: ignore[union-attr]


def test_packages_come_with_what_needs_them() -> None:
    bare, rich = written(page(Text("x"))).source, written(page(Image("logo.png", ""))).source

    assert "graphicx" not in bare
    assert rich.index(r"\usepackage{cvtheme}") < rich.index(r"\usepackage{graphicx}") < rich.index(r"\begin{document}")


def test_pictures_have_names_that_nobody_chose() -> None:
    rendered = written(page(Image("me & you.png", "")))

    assert {"picture-1.png", "picture-2.png", "cvtheme.sty"} <= set(rendered.assets)
    assert "me & you" not in rendered.source


@settings(max_examples=30)
@given(documents)
def test_the_same_document_is_the_same_source(document: Document) -> None:
    assert written(document) == written(document)


@settings(max_examples=30)
@given(documents)
def test_every_group_closes_and_no_mark_is_left(document: Document) -> None:
    source = re.sub(r"\\[{}\\]", "", written(document).source)

    assert source.count("{") == source.count("}")
    assert re.findall(r"\\begin\{(\w+)\}", source).sort() == re.findall(r"\\end\{(\w+)\}", source).sort()
    assert not re.search(r"[\x00-\x09\x0b-\x1f]", source)


def test_each_line_knows_where_it_comes_from() -> None:
    rendered = written(page(Text("here")))
    lines = rendered.source.split("\n")
    (here,) = (number for number, line in enumerate(lines) if "here" in line)

    assert len(rendered.origins) == len(lines)
    assert rendered.origins[here].file.endswith("themes/base/blocks/paragraph.tex.j2")
    assert rendered.origins[here].line == 1
    style = rendered.assets["cvtheme.sty"]
    assert len(style.origins) == len(style.data.decode().split("\n"))
    assert {Path(origin.file).name for origin in style.origins} >= {"style.tex.j2", "common.tex.j2"}


def test_marks_become_places() -> None:
    first = Origin("a.tex.j2", 3)
    one, two = "\x02a.tex.j2:3\x03", "\x02b.tex.j2:7\x03"
    text, origins = located(f"{one}one\n\x02<ada\x03{two}two\nthree\x02>\x03\n{one}four")

    assert text == "one\ntwo\nthree\nfour"
    assert origins == (first, Origin("b.tex.j2", 7, "ada"), Origin("b.tex.j2", 7, "ada"), first)


def child(folder: Path, **files: str) -> Path:
    """Write a theme `odd` that extends letterpress, with templates of its own."""
    for name, text in {"theme.yaml": "{extends: letterpress, summary: Odd}", **files}.items():
        path = folder / "odd" / name.replace("__", "/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder


def test_what_a_template_prints_is_escaped_unless_it_is_markup(tmp_path: Path) -> None:
    template = r'\VAR{"a_b"}|\VAR{node.content[0].text}|\VAR{inline(node.content)}'
    places = child(tmp_path, **{"blocks/paragraph.tex.j2": template})

    assert r"a\_b|50\%|50\%" in written(page(Text("50%")), places, name="odd").source.replace("{}", "")


def test_a_template_may_set_words_aside(tmp_path: Path) -> None:
    template = "%% set kept\n\\VAR{inline(node.content)}\n%% endset\n\\VAR{kept}|%# nobody sees this\n"
    places = child(tmp_path, **{"blocks/paragraph.tex.j2": template})

    assert r"50\%" in written(page(Text("50%")), places, name="odd").source
    assert "nobody" not in written(page(Text("50%")), places, name="odd").source


@pytest.mark.parametrize(
    ("template", "line", "said"),
    [
        (r"\VAR{nothing}", 1, "'nothing' is undefined"),
        ("x\n%% if\n", 2, "Expected an expression"),
        ("a\nb\n\\VAR{node.missing}", 3, "has no attribute 'missing'"),
        (r"\VAR{node.__class__}", 1, "unsafe"),
        (r"\VAR{'x' | safe}", 1, "No filter named 'safe'"),
    ],
)
def test_a_template_that_fails_is_told_by_its_line(tmp_path: Path, template: str, line: int, said: str) -> None:
    places = child(tmp_path, **{"blocks/paragraph.tex.j2": template})

    with pytest.raises(ThemeError, match=rf"paragraph\.tex\.j2:{line}:1: .*{re.escape(said)}"):
        written(page(Text("x")), places, name="odd")


def test_a_child_adds_to_the_style(tmp_path: Path) -> None:
    places = child(tmp_path, **{"extra.tex.j2": r"\color[HTML]{\VAR{options.accent}}"})
    style = written(page(Text("x")), places, name="odd").assets["cvtheme.sty"].data.decode()

    assert style.endswith(r"\color[HTML]{1A3F8F}")


def test_a_style_gets_nothing_that_a_person_wrote(tmp_path: Path) -> None:
    places = child(tmp_path, **{"extra.tex.j2": r"\VAR{words.present}"})

    with pytest.raises(ThemeError, match=r"extra\.tex\.j2:1:1: .*'words' is undefined"):
        written(page(Text("x")), places, name="odd")


def test_markup_is_a_type_of_its_own() -> None:
    assert isinstance(latex.NoEscape("x"), NoEscape)
