"""A person's text through every TeX: it is in the PDF letter by letter, and never does anything."""

from __future__ import annotations

import json
import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml
from tex import BY_TIME, ENGINES, set_by, streams
from typeset import Pdf, place, squeezed

from cvbuild import drafts, formats, pipeline, reader, tex_characters
from cvbuild.checks import actions
from cvbuild.engines import latex
from cvbuild.errors import CvError, Mark
from cvbuild.rendered import Compiled
from cvbuild.schema import Record
from cvbuild.view import Overrides

CASES = yaml.safe_load((Path(__file__).parent / "cases" / "hostile" / "tex.yaml").read_text("utf-8"))
SECRET = "CANARY-90b2d4"


@dataclass(frozen=True)
class Attack:
    folder: Path

    def texts(self, program: str) -> list[str]:
        """Return the texts, but for those that *program* has no characters for."""
        named = {"@CANARY@": str(self.folder / "canary.tex"), "@TOUCH@": str(self.folder / "touched")}
        texts = [re.sub("|".join(named), lambda match: named[match[0]], case["text"]) for case in CASES]
        known = tex_characters.covered("pagella")
        return [text for text in texts if program != "pdflatex" or set(text) <= known]

    def set(self, profile: dict[str, Any], program: str) -> tuple[Pdf, Compiled]:
        """Return what *program* makes of *profile*; nothing else has happened."""
        (self.folder / "canary.tex").write_text(SECRET)
        before = set(self.folder.iterdir()) | {self.folder / "cache"}
        source = reader.read_text(json.dumps(profile, ensure_ascii=False).encode(), str(self.folder / "cv.yaml"))
        made = drafts.draft(source, "", Overrides(), place(self.folder))
        compiled = set_by(program, formats.latex_document(made), self.folder / "cache")
        held = b"".join(streams(compiled.data))
        assert set(self.folder.iterdir()) <= before
        actions.check(compiled.data, Mark("cv.pdf"))
        for coded in (SECRET.encode(), SECRET.encode("utf-16-be")):
            assert coded not in held
        return Pdf(compiled.data, made), compiled


def escaped(text: str) -> str:
    """Return *text* as a profile has it where each character stands for itself, and none is an accent of TeX's."""
    return re.sub(r"(?![=.'\"`^~]\w)([!-/:-@\[-`{-~])", r"\\\1", text)


def bare(text: str) -> str:
    """Return *text* without white space and quotes, which typography may change."""
    return re.sub(r"[\s'\"“”‘’]", "", unicodedata.normalize("NFC", text))


def everywhere(texts: list[str]) -> dict[str, Any]:
    """Return a profile with *texts* in headings, entries, highlights and labels."""
    titled = {f"c{number}": {"type": "text", "title": text, "entries": "x"} for number, text in enumerate(texts)}
    return {
        "person": {"name": "Ada"},
        "view": {"style": {"theme": "letterpress"}},
        "experience": [{"organization": text, "position": text, "highlights": [text]} for text in texts],
        "skills": [{"name": text, "items": [text]} for text in texts],
        **titled,
    }


@pytest.mark.tex
@pytest.mark.parametrize("program", BY_TIME)
def test_a_text_is_in_the_pdf_as_it_was_written(program: str, tmp_path: Path) -> None:
    attack = Attack(tmp_path)
    texts = attack.texts(program)
    pdf, _ = attack.set(everywhere(list(map(escaped, texts))), program)

    for reading in ("pypdf", "poppler"):
        # One may go on over a page.
        read = bare(squeezed(pdf.texts[reading], "Ada"))
        assert [text for text in texts if read.count(bare(text)) < 5] == []
    assert [bare(str(entry["/Title"])) for entry in pdf.reader.outline][2:] == list(map(bare, texts))


@pytest.mark.tex
@pytest.mark.slow
@pytest.mark.parametrize("program", ENGINES)
def test_a_text_that_is_no_text_does_nothing(program: str, tmp_path: Path) -> None:
    attack = Attack(tmp_path)
    pdf, _ = attack.set(everywhere(attack.texts(program)), program)

    assert len(pdf.reader.pages) < 20


@pytest.mark.tex
@pytest.mark.parametrize("program", BY_TIME)
def test_a_file_is_called_as_its_person_is(program: str, tmp_path: Path) -> None:
    name = r"Zoë #1 100% {x} $y_z a\b ~^ <b> (c) [d]"
    said = {**everywhere([]), "person": {"name": escaped(name)}, "statement": "x"}
    pdf, _ = Attack(tmp_path).set(said, program)

    assert pdf.reader.metadata is not None
    assert (pdf.reader.metadata.title, pdf.reader.metadata.author) == (name, name)
    assert pdf.reader.trailer["/Root"]["/Lang"] == "en"


SIGNS = {
    "abc\u202ecba\u202c def": "abccba def",
    "pass\u200bword \u2060x \ufeffy": "password x y",
    "a\u00a0b\u202fc\u2009d": "a b c d",
    "Office efficient fluffy ffi ffl": "Office efficient fluffy ffi ffl",
    "INTERNATIONAL istanbul İIıi": "INTERNATIONAL istanbul İIıi",
}


@pytest.mark.tex
@pytest.mark.parametrize("program", BY_TIME)
def test_signs_that_nobody_sees_part_no_word_and_join_none(program: str, tmp_path: Path) -> None:
    titled = {"type": "text", "title": "istanbul İIıi", "entries": "x"}
    pdf, _ = Attack(tmp_path).set({**everywhere([]), "statement": "\n\n".join(SIGNS), "titled": titled}, program)

    for reading in ("pypdf", "poppler"):
        words = " ".join(" ".join(pdf.texts[reading]).split())
        assert [text for text in (*SIGNS.values(), "ISTANBUL İIII") if text not in words] == []

def refused(program: str, profile: dict[str, Any], folder: Path) -> str:
    """Return what is said of a *profile* that *program* cannot set."""
    source = reader.read_text(json.dumps(profile).encode(), "cv.yaml")
    with pytest.raises(CvError) as caught:
        pipeline.build(source, "", "pdf", Overrides(style=Record("style", {"engine": program})), place(folder))
    return str(caught.value)


@pytest.mark.tex
@pytest.mark.parametrize(("program", "text"), [("pdflatex", "漢"), ("xelatex", "q\u0303")])
def test_a_character_that_an_engine_lacks_is_told_at_its_field(program: str, text: str, tmp_path: Path) -> None:
    if not latex.available(program):
        pytest.skip(f"no {program} here")
    entry = {"organization": "x", "highlights": ["y", text]}
    said = refused(program, {**everywhere([]), "experience": [entry]}, tmp_path)

    assert re.match(r"cv\.yaml:1:\d+: experience\[0\]\.highlights\[1\]: .*U\+", said)


@pytest.mark.tex
@pytest.mark.parametrize("program", BY_TIME)
def test_a_line_that_tex_cannot_read_is_told_at_its_field(program: str, tmp_path: Path) -> None:
    """Each text may be long, and all of them stand on one line of the document."""
    items = [f"{number} {'W ' * 9000}" for number in range(14)]
    said = refused(program, {**everywhere([]), "skills": [{"name": "x", "items": items}]}, tmp_path)

    assert re.match(r"cv\.yaml:1:\d+: skills\[0\]: .*than any that TeX can read", said)
    assert len(said) < 1000


@pytest.mark.tex
@pytest.mark.parametrize("program", BY_TIME)
def test_a_logo_looks_like_one_and_is_a_word(program: str, tmp_path: Path) -> None:
    said = {"title": "Tools such as LaTeX", "type": "text", "entries": "LaTeX, *LaTeX*, **TeX** and LaTeX’s kin"}
    profile = {"person": {"name": "Ada"}, "view": {"style": {"theme": "classic"}}, "own": said}
    pdf, _ = Attack(tmp_path).set(profile, program)

    for reading, pages in pdf.texts.items():
        words = " ".join(" ".join(pages).split())
        assert words == "ADA TOOLS SUCH AS LATEX LaTeX, LaTeX, TeX and LaTeX’s kin", reading
    assert b"CVLogo-Bold" in b"".join(streams(pdf.data))
