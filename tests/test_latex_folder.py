"""`--format tex`: a folder from which any TeX makes the document, with the fonts that it needs and no other."""

from __future__ import annotations

import json
import os
import re
import subprocess
from pathlib import Path

import pytest
from tex import BY_TIME
from typeset import EXAMPLE, Pdf, place, profile

from cvbuild import drafts, formats, reader, theme
from cvbuild.drafts import Draft
from cvbuild.schema import Record
from cvbuild.view import Overrides
from cvbuild.writers import latex_folder

_LOADED = [theme.load(folder.name) for folder in theme.available()]
LOOKS = [look.name for look in _LOADED if "latex" in look.engines and not look.abstract]


def drafted(said: dict[str, object], folder: Path, name: str = "letterpress") -> Draft:
    whole = {"person": {"name": "Ada"}, "view": {"style": {"theme": name}}, **said}
    return drafts.draft(profile(json.dumps(whole)), "", Overrides(), place(folder))


def folder(made: Draft, program: str = "pdflatex") -> dict[str, bytes]:
    return latex_folder.files(formats.latex_document(made), program)


@pytest.mark.parametrize(
    ("text", "has", "lacks"),
    [
        ("plain “words” • Łódź", ["cvserif-r-t1.tfm", "cvserif-bi.pfb"], ["lcg", "mono", "math", ".otf", ".ttf"]),
        ("so much is $x^2$", ["cvmath-sy.tfm", "cvmath-r.pfb", "cvserif-mi.tfm", "cv-math.def"], ["cvlm", ".otf"]),
        ("`code` of 5 \\$", ["cvmono-r-t1.tfm", "cvmono-b.pfb"], ["cvmath", "cvsans"]),
        ("Ωμέγα", ["cvserif-r-lcg.tfm", "cvserif-lcg.enc"], ["cvserif-r-lcb", ".otf", ".ttf"]),
        ("Москва", ["cvstix-r-lcg.tfm", "cvstix-bi.pfb"], [".ttf"]),
        ("Việt", ["cvserif-r-lcb.tfm"], ["cvstix", ".ttf"]),
        ("한글", ["CVSerifKR-Bold.otf", "cv-serif-kr-OFL.txt"], ["CVSans", "texgyre", "STIX"]),
        ("q\u0303", ["texgyrepagella-italic.otf", "pagella-LICENSE"], ["KR"]),
        ("ɒ", ["STIXTwoText-Regular.ttf"], ["KR"]),
    ],
)  # fmt: skip
def test_a_folder_has_the_fonts_that_its_text_needs(
    text: str, has: list[str], lacks: list[str], tmp_path: Path
) -> None:
    found = folder(drafted({"statement": text}, tmp_path))

    assert [name for name in has if not any(file.startswith(name) for file in found)] == []
    assert [file for file in found if any(name in file for name in lacks)] == []
    assert {"cv.tex", "cvtheme.sty", "cv-fonts.map", "GUST-FONT-LICENSE.txt"} <= found.keys()


def test_code_in_korean_has_a_font_of_its_own(tmp_path: Path) -> None:
    plain = folder(drafted({"statement": "한글 `code`"}, tmp_path, "brief"))
    code = folder(drafted({"statement": "`한글`"}, tmp_path, "brief"))

    assert {name for name in code.keys() - plain.keys() if name.endswith(".otf")} == {
        "CVSerifKR-Bold.otf", "CVSerifKR-Regular.otf"
    }  # fmt: skip


@pytest.mark.parametrize(("name", "text", "has"), [("classic", "LaTeX", 1), ("classic", "x", 0), ("brief", "TeX", 0)])
def test_the_letters_of_logos_come_along_where_there_are_logos(
    name: str, text: str, has: int, tmp_path: Path
) -> None:
    assert ("cvlmlogo-b.pfb" in folder(drafted({"statement": text}, tmp_path, name))) == has


@pytest.mark.parametrize("name", LOOKS)
def test_a_folder_is_small(name: str, tmp_path: Path) -> None:
    found = folder(drafted({"statement": "Łódź, 5 € a day"}, tmp_path, name))

    assert sum(map(len, found.values())) < 700_000
    assert len(found) < 40


def test_a_source_is_as_far_in_as_there_is_around_it(tmp_path: Path) -> None:
    highlights = [{"text": "a \\\\begin\\{x\\}", "highlights": ["b"]}, "c"]
    made = drafted({"experience": [{"organization": "x", "highlights": highlights}]}, tmp_path)
    lines = folder(made)["cv.tex"].decode().splitlines()

    assert lines[0] == "% !TeX program = pdflatex"
    assert [re.sub(r"\w.*", "", line) for line in lines if "\\item" in line] == ["      \\", "        \\", "      \\"]
    assert lines[-1] == "\\end{document}"


@pytest.mark.tex
@pytest.mark.pdf
@pytest.mark.parametrize("program", BY_TIME)
@pytest.mark.parametrize(
    ("name", "variant"),
    [
        pytest.param(name, variant, marks=[] if (name, variant) == ("letterpress", "papers") else pytest.mark.slow)
        for name in LOOKS
        for variant in ("papers", "academic-2026", "korean")
    ],
)
def test_a_folder_makes_the_same_elsewhere(name: str, variant: str, program: str, tmp_path: Path) -> None:
    """With nothing but TeX, and nobody's settings."""
    style = Record("style", {"theme": name, "engine": program})
    made = drafts.draft(reader.read(EXAMPLE), variant, Overrides(style=style), place(tmp_path))
    if variant == "korean" and program == "pdflatex":
        pytest.skip("pdfTeX has no Korean")
    there = tmp_path / "there"
    there.mkdir()
    for file, content in folder(made, program).items():
        (there / file).write_bytes(content)
    for _ in range(2):
        command = [program, "-interaction=nonstopmode", "-halt-on-error", "cv.tex"]
        run = subprocess.run(command, cwd=there, env={"PATH": os.defpath, "HOME": str(tmp_path)}, capture_output=True)
        assert run.returncode == 0, run.stdout.decode(errors="replace")[-2000:]
    log = (there / "cv.log").read_text("utf-8", "replace")
    one = Pdf((there / "cv.pdf").read_bytes(), made)
    other = Pdf(formats.compiled(made, program, place(tmp_path)).data, made)

    assert re.findall(r"Missing character.*|Overfull.*|Font Warning.*", log) == []
    assert one.texts == other.texts
