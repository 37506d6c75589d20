"""The formats beside PDF: the words of the tree in its order; what is private is in none, what is hostile is text."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import docx
import pytest
from msgspec.structs import replace
from test_hostile import bare, cases
from test_html import Reader
from test_markdown import read as read_markdown
from typeset import EXAMPLE, mismatch, place, profile, shown

from cvbuild import formats, pipeline, reader
from cvbuild.document import Code, Entry, Inlines, Text, plain, walk
from cvbuild.drafts import Draft, Place
from cvbuild.engines.latex import available
from cvbuild.errors import EngineError, Mark, Problem, VariantError
from cvbuild.fit.lock import Lock, digest
from cvbuild.profile.variants import STYLE
from cvbuild.schema import Reading, read
from cvbuild.source import Mapping, Scalar
from cvbuild.view import Overrides
from cvbuild.writers import markdown, text, web

EXAMPLES = [
    pytest.param(file, variant, id=f"{file.stem}-{variant}")
    for file in sorted(EXAMPLE.parent.glob("*.yaml"))
    for variant in reader.read(file).profile.variants
]
SECRET = """\
person: {name: Ada, contact: [{phone: {value: +1 555 0100 77, private: true}}, {email: ada@example.org}]}
view: {style: {theme: brief}}
experience:
  - {organization: Engines, highlights: [Wrote notes, {text: Earned an R&D bonus_nobody knows *of*, private: true}]}
"""


@dataclass(frozen=True)
class Form:
    """How the text of a format is read back, what its writer makes of a run of text, and what stands between texts."""

    read: Callable[[bytes], str]
    words: Callable[[Inlines], str]
    decoration: re.Pattern[str]


def _body(page: bytes) -> str:
    return Reader(re.sub(r"(?s)^.*?<body>", "", page.decode())).text


def _paragraphs(data: bytes) -> str:
    return "\n".join(paragraph.text for paragraph in docx.Document(io.BytesIO(data)).paragraphs)


FORMS = {
    "html": Form(_body, shown, re.compile(r"[:()]*")),
    "docx": Form(_paragraphs, markdown.words, re.compile(r"[|:]*")),
    "markdown": Form(lambda data: read_markdown(data.decode())[0], markdown.words, re.compile(r"[|:]*")),
    "text": Form(lambda data: data.decode(), text.inline_text, re.compile(r"[-|:()]*")),
}


@pytest.fixture(scope="session")
def where(tmp_path_factory: pytest.TempPathFactory) -> Place:
    return place(tmp_path_factory.mktemp("outputs"))


@cache
def drafted(file: Path, variant: str, where: Place) -> Draft:
    mark = Mark(str(file))
    style = read(STYLE, Mapping(((Scalar("theme", mark), Scalar("brief", mark)),), mark), "style", Reading())
    return pipeline.draft(reader.read(file), variant, Overrides(private=True, style=style), where)


@pytest.mark.parametrize("format", FORMS)
@pytest.mark.parametrize(("file", "variant"), EXAMPLES)
def test_the_words_are_those_of_the_tree_in_its_order(
    file: Path, variant: str, format: str, where: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Fonts are no words, and take longest.
    monkeypatch.setattr(web, "subset", lambda *_: b"")
    made, form = drafted(file, variant, where), FORMS[format]
    data = formats.written(made, format, where).data

    assert mismatch(made.document, "".join(form.read(data).split()), form.words, form.decoration) == ""


@pytest.mark.parametrize(("file", "variant"), EXAMPLES)
def test_the_source_for_tex_has_the_words_of_the_tree_in_their_order(file: Path, variant: str, where: Place) -> None:
    """Those of letters alone: how the rest is written in TeX is told elsewhere."""
    made = drafted(file, variant, where)
    body, place = formats.latex_document(made).source.partition(r"\begin{document}")[2], 0
    texts = (node.text for node in walk(made.document) if isinstance(node, Text | Code))
    for word in (word for said in texts for word in re.findall(r"[^\W\d_]{3,}", said)):
        place = body.index(word, place) + len(word)


# More than a page holds, of which some goes.
MUCH = "person: {name: Ada}\nexperience:\n" + "\n".join(
    f"  - {{organization: House {n}, start: {2024 - n}, highlights: [Point {n}a, Point {n}b]}}" for n in range(40)
)
ONE_PAGE = f"{MUCH}\nview: {{pages: 1, style: {{theme: brief, engine: weasyprint}}}}\n"


@pytest.mark.pdf
def test_every_format_has_what_fits_on_the_pages_of_the_pdf(where: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web, "subset", lambda *_: b"")
    source = profile(ONE_PAGE)
    pdf, left = pipeline.built(source, "", "pdf", Overrides(), where)

    assert pdf.pages == 1
    assert pdf.fit
    assert pdf.fit.dropped
    for name in set(pipeline.FORMATS) - {"pdf", "png"}:
        made, shown_there = pipeline.built(source, "", name, Overrides(), where)
        assert (made.fit, shown_there.document) == (pdf.fit, left.document)
        if name in FORMS:
            told = "".join(FORMS[name].read(made.data).split())
            assert mismatch(left.document, told, FORMS[name].words, FORMS[name].decoration) == ""
    work = json.loads(pipeline.build(source, "", "jsonresume", Overrides(), where).data)["work"]
    assert [entry["name"] for entry in work] == [
        plain(e.rows[0].main) for e in walk(left.document) if isinstance(e, Entry)
    ]


def test_a_lock_says_what_stays_without_any_engine(where: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    source = profile(ONE_PAGE)
    made = pipeline.draft(source, "", Overrides(), where)
    lock = Lock("cv.fit/view.yaml", digest(made), {}, ("experience[1]", "experience[2].highlights[0]"))
    _refuse_engines(monkeypatch)
    left = pipeline.build(source, "", "text", Overrides(), where, lock)

    assert left.warnings == ()
    assert left.fit
    assert (left.fit.locked, [one.id for one in left.fit.dropped]) == (True, list(lock.dropped))
    lines = left.data.decode().split()
    assert ("1a" in lines, "2a" in lines, "2b" in lines, "3a" in lines) == (False, False, True, True)
    with pytest.raises(VariantError, match="before something in it changed"):
        pipeline.build(source, "", "text", Overrides(), where, replace(lock, digest="x"))


def test_without_an_engine_a_format_without_pages_is_whole_and_says_so(
    where: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    _refuse_engines(monkeypatch)
    made = pipeline.build(profile(ONE_PAGE), "", "text", Overrides(), where)
    whole = pipeline.build(profile(ONE_PAGE), "", "text", Overrides(whole=True), where)

    assert [str(warning) for warning in made.warnings] == [
        "cv.yaml:43:15: pages: the whole view: nothing can tell what fits its pages: weasyprint: cannot be loaded"
    ]
    assert made.data == whole.data
    assert (whole.warnings, whole.fit) == ((), None)
    with pytest.raises(EngineError):
        pipeline.build(profile(ONE_PAGE), "", "pdf", Overrides(), where)


@pytest.mark.tex
@pytest.mark.skipif(not available("pdflatex"), reason="needs pdflatex")
def test_a_source_that_tex_sets_on_more_pages_says_so(where: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    source = profile(ONE_PAGE)
    lock = Lock("cv.fit/view.yaml", digest(pipeline.draft(source, "", Overrides(), where)), {}, ("experience[39]",))
    (warning,) = pipeline.build(source, "", "tex", Overrides(), where, lock).warnings

    assert warning.message == "pdflatex sets this source on 3 pages; the view asks for 1 at most"


def _refuse_engines(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise EngineError(Problem(Mark("weasyprint"), "", "cannot be loaded"))

    monkeypatch.setattr(formats, "compiled", refuse)


@pytest.mark.parametrize("format", FORMS)
def test_public_files_tell_no_secret(format: str, where: Place) -> None:
    built = [
        pipeline.build(profile(SECRET), "", format, Overrides(private=private), where).data for private in (False, True)
    ]
    told = ["".join(FORMS[format].read(data).split()) for data in built]

    assert "nobodyknows" not in told[0]
    assert "0100" not in told[0]
    assert b"nobody" not in built[0]
    assert "EarnedanR&Dbonus_nobodyknowsof" in told[1]


@pytest.mark.parametrize("format", FORMS)
def test_what_is_hostile_is_text_wherever_it_stands(format: str, where: Place) -> None:
    found = [case.values[0] for case in cases("texts")]
    attacks = [case["text"] for case in found if case["expect"] == "literal" and "text" in case]
    said = {
        "person": {"name": "Ada"},
        "view": {"style": {"theme": "brief"}},
        "experience": [{"organization": text, "highlights": [text]} for text in attacks],
        "skills": [{"name": text, "items": [text]} for text in attacks],
    }
    made = pipeline.draft(profile(json.dumps(said, ensure_ascii=False)), "", Overrides(), where)
    form = FORMS[format]
    told = form.read(formats.written(made, format, where).data)

    assert mismatch(made.document, "".join(told.split()), form.words, form.decoration) == ""
    assert [text for text in attacks if "\\" not in text and bare(told).count(bare(text)) < 4] == []


@pytest.mark.parametrize("format", FORMS)
def test_the_same_source_gives_the_same_bytes(format: str, where: Place) -> None:
    first, second = (formats.written(drafted(EXAMPLE, "industry", where), format, where).data for _ in range(2))

    assert first == second
