"""What applicant-tracking parsers look for in the finished PDF of the theme `brief`.

They read a file in the order of its content stream, take bold lines in capitals for headings, and expect each e-mail
address, date range and heading to be one piece of text on its own.
"""

from __future__ import annotations

import re
import subprocess
from dataclasses import dataclass
from itertools import pairwise

import pytest
from typeset import Pdf, place

from cvbuild import pipeline, reader
from cvbuild.checks import recruiter
from cvbuild.checks.layer import Page, Run
from cvbuild.document import Entry, Section, plain, walk
from cvbuild.engines import weasyprint
from cvbuild.schema import Record
from cvbuild.view import Overrides

pytestmark = pytest.mark.pdf

PROFILE = """\
person:
  name: Ada Example
  contact: [email: ada.example@example.org, phone: '(415) 555-0142', location: "San Mateo, CA", github: ada-example]
summary: Engineer of measuring instruments and of what reads them.
experience:
  - organization: Example Instruments
    position: Senior Engineer
    location: San Mateo, CA
    start: 2022-03
    highlights: [Led four people, Cut the cost of a sensor by 31 %]
  - organization: Sample Works
    position: Engineer
    location: Oakland, CA
    start: 2018-07
    end: 2022-02
    highlights: [Built the efficient office-wide affinity filter, Wrote its manual]
education:
  - {institution: Example University, degree: M.S., area: Physics, location: "Davis, CA", start: 2016-09, end: 2018-06,
     gpa: 3.9/4.0}
projects:
  - {name: Open Gauge, url: https://example.org/gauge, start: 2021-01, highlights: [A river gauge for schools]}
skills: [{name: Languages, items: [Python, Rust]}]
"""


@dataclass(frozen=True)
class Piece:
    """A run of text in one font, in the order of the content stream."""

    text: str
    font: str


@pytest.fixture(scope="module")
def brief(tmp_path_factory: pytest.TempPathFactory) -> Pdf:
    folder = tmp_path_factory.mktemp("ats")
    source = reader.read_text(PROFILE.encode(), "ada.yaml")
    style = Record("style", {"theme": "brief"})
    draft = pipeline.draft(source, "", Overrides(style=style), place(folder))
    compiled = weasyprint.compile(pipeline.html_page(draft), folder / "cache")
    return Pdf(compiled.data, draft, compiled.log)


def pieces(pdf: Pdf) -> list[Piece]:
    found: list[Piece] = []

    def visit(text: str, _page: object, _line: object, font: dict[str, str] | None, _size: float) -> None:
        if text.strip():
            found.append(Piece(text.strip(), str(font["/BaseFont"]) if font else ""))

    pdf.reader.pages[0].extract_text(visitor_text=visit)
    return found


def sections(pdf: Pdf) -> list[str]:
    return [plain(node.title).upper() for node in pdf.document.blocks if isinstance(node, Section)]


def test_every_heading_is_bold_capitals_on_a_line_of_its_own(brief: Pdf) -> None:
    for lines in brief.texts.values():
        assert [line for line in "\n".join(lines).splitlines() if line.strip() in sections(brief)] == sections(brief)
    fonts = {piece.text: piece.font for piece in pieces(brief)}
    assert all("Bold" in fonts[title] for title in sections(brief))


def test_each_address_and_each_range_of_dates_is_one_piece(brief: Pdf) -> None:
    lines = "\n".join(brief.texts["poppler"][:1])
    for text in ("ada.example@example.org", "(415) 555-0142", "San Mateo, CA", "github.com/ada-example"):
        assert text in lines
    ranges = re.findall(r"[A-Z][a-z]{2} \d{4} – (?:[A-Z][a-z]{2} \d{4}|Present)", lines)
    assert ranges == ["Mar 2022 – Present", "Jul 2018 – Feb 2022", "Sep 2016 – Jun 2018", "Jan 2021 – Present"]


def test_houses_are_bold_and_titles_are_not(brief: Pdf) -> None:
    fonts = {piece.text: piece.font for piece in pieces(brief)}
    for house in ("Example Instruments", "Sample Works", "Example University", "Open Gauge"):
        assert "Bold" in fonts[house]
    for title in ("Senior Engineer", "Engineer", "M.S., Physics"):
        assert "Bold" not in fonts[title]


def test_entries_stand_more_apart_than_lines(brief: Pdf) -> None:
    """A new entry is told by a gap of more than 1.4 times that of the lines."""
    boxes = subprocess.run(["pdftotext", "-bbox", "-", "-"], input=brief.data, capture_output=True, check=True).stdout
    bases = {word: float(y) for y, word in re.findall(r'yMax="([\d.]+)">([^<]+)</word>', boxes.decode())}
    lines = sorted(set(bases.values()))
    usual = min(below - above for above, below in pairwise(lines) if below - above > 2)
    house = bases["Sample"]
    assert house - max(y for y in lines if y < house - 1) > 1.4 * usual


def test_bullets_are_real_and_nothing_is_a_picture(brief: Pdf) -> None:
    text = "\n".join(brief.texts["poppler"])
    entries = [node for node in walk(brief.document) if isinstance(node, Entry)]
    assert len(entries) == 4
    assert text.count("•") == 6
    assert not re.search(r"[\x00\ufffd\ue000-\uf8ff\ufb00-\ufb06]", text)
    assert not brief.reader.pages[0].images


def test_the_order_of_the_stream_is_that_of_the_reader(brief: Pdf) -> None:
    wanted = [
        "Ada Example", "ada.example@example.org", "SUMMARY", "EXPERIENCE", "Example Instruments", "Mar 2022 – Present",
        "Senior Engineer", "San Mateo, CA", "Led four people", "Sample Works", "EDUCATION", "Example University",
        "M.S., Physics", "PROJECTS", "SKILLS",
    ]  # fmt: skip
    for pages in brief.texts.values():
        text, place = " ".join(" ".join(pages).split()), 0
        for word in wanted:
            place = text.index(word, place)


def page(*lines: str) -> Page:
    """Return a page of *lines*, of which those in capitals are bold."""
    runs = (
        Run(line, "A", line.isupper(), 10.0, 50.0, 50.0 + 5 * len(line), 700.0 - 14 * number)
        for number, line in enumerate(lines)
    )
    return Page(600, 800, tuple(runs))


def test_contacts_are_got_behind_labels_and_under_a_heading_and_where_there_is_none() -> None:
    said = ("Phone: (415) 555-0142", "Personal website: ada.example.org", "ada@example.org")
    for lines in (("Ada", *said), ("Ada", "Engineer", "CONTACT", *said, "EDUCATION", "Example University")):
        found = recruiter.read([page(*lines)])

        assert found.emails == ("ada@example.org",)
        assert found.phones == ("(415) 555-0142",)
        assert "ada.example.org" in found.addresses
        assert len(found.parts) == lines.count("CONTACT") + lines.count("EDUCATION")
