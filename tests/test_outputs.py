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
from test_hostile import bare, cases
from test_html import Reader
from test_markdown import read as read_markdown
from typeset import EXAMPLE, mismatch, place, profile, shown

from cvbuild import formats, pipeline, reader
from cvbuild.document import Code, Inlines, Text, walk
from cvbuild.drafts import Draft, Place
from cvbuild.errors import Mark
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
