"""Word files: what stands in them is structure, and nothing tells of when and where they were made."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import docx
import pytest
from documents import documents
from docx.document import Document as WordDocument
from hypothesis import given, settings
from test_outputs import drafted
from test_themes import ASSETS, EVERYTHING
from typeset import EXAMPLE, draft, mismatch, place, profile

from cvbuild import cli, formats, theme
from cvbuild.document import Document, Link, walk
from cvbuild.drafts import Place
from cvbuild.schema import Reading
from cvbuild.style import Style
from cvbuild.writers import docx as writer
from cvbuild.writers import markdown

# LibreOffice has signs of its own for lists when it writes text.
_DECORATION = re.compile(r"[|:•–◦▪]*")
BRIEF = theme.load("brief")


@pytest.fixture(scope="module")
def where(tmp_path_factory: pytest.TempPathFactory) -> Place:
    return place(tmp_path_factory.mktemp("docx"))


def written(document: Document, **options: str | bool) -> bytes:
    return writer.write(document, BRIEF, Style(), {**BRIEF.values({}, Reading()), **options}, ASSETS)


def opened(data: bytes) -> WordDocument:
    return docx.Document(io.BytesIO(data))


def part_of(data: bytes, name: str) -> str:
    with ZipFile(io.BytesIO(data)) as package:
        return package.read(name).decode()


@settings(max_examples=15)
@given(documents)
def test_every_word_stands_there_in_the_documents_order(document: Document) -> None:
    text = "".join("".join(paragraph.text.split()) for paragraph in opened(written(document)).paragraphs)

    assert mismatch(document, text, markdown.words, _DECORATION) == ""


def test_titles_are_headings_and_lists_are_lists(where: Place) -> None:
    file = opened(formats.written(drafted(EXAMPLE, "academic-2026", where), "docx", where).data)
    used = {paragraph.style.name for paragraph in file.paragraphs if paragraph.style}
    sections = drafted(EXAMPLE, "academic-2026", where).document.blocks

    assert {"Title", "Subtitle", "Contact", "Heading 1", "Entry", "List Bullet", "Citation", "Body Text"} <= used
    assert used <= {style.name for style in file.styles}
    assert len([p for p in file.paragraphs if p.style and p.style.name == "Heading 1"]) == len(sections)
    assert file.styles["List Bullet"].element.pPr.numPr is not None
    stops = file.styles["Entry"].paragraph_format.tab_stops  # type: ignore[attr-defined]
    page = file.sections[0]
    width = page.page_width - page.left_margin - page.right_margin  # type: ignore[operator]
    assert [abs(stop.position - width) < 12_700 for stop in stops] == [True]


def test_what_an_entry_is_called_is_bold_whether_more_stands_below_it_or_not(where: Place) -> None:
    entries = "awards: [{title: One, issuer: House}, {title: Two, issuer: House, highlights: [Point]}]"
    made = draft(profile(f"person: {{name: Ada}}\n{entries}\n"), "", where)
    file = opened(formats.written(made, "docx", where).data)
    heads = [p for p in file.paragraphs if p.style and p.style.name in ("Entry", "Entry Line")]
    bold = [run.text for head in heads for run in head.runs if run.style.name == "Strong"]

    assert bold == ["One", "Two"]


def test_a_date_that_may_not_fit_beside_a_title_stands_below_it(where: Place) -> None:
    """Whatever face comes in the place of one that is missing: half of it on each line is read by nobody."""
    titles = ["x" * 60, "x" * 75]
    entries = ", ".join(f"{{title: {title}, start: 2022-09, end: 2024-08}}" for title in titles)
    made = draft(profile(f"person: {{name: Ada}}\nawards: [{entries}]\n"), "", where)
    file = opened(formats.written(made, "docx", where).data)
    told = [p.text.removeprefix(title) for title in titles for p in file.paragraphs if p.text.startswith(f"{title}\t")]
    below = [p.text for p in file.paragraphs if "\n\t" in p.text]

    assert len(told) == len(below) == 1
    assert below[0].startswith(titles[1])


def test_links_lead_where_the_documents_do(where: Place) -> None:
    made = drafted(EXAMPLE, "academic-2026", where)
    file = opened(formats.written(made, "docx", where).data)
    led = {link.address for paragraph in file.paragraphs for link in paragraph.hyperlinks}

    assert led == {node.url for node in walk(made.document) if isinstance(node, Link)}


def test_the_file_says_who_and_what_and_nothing_of_when_and_where(where: Place) -> None:
    made = drafted(EXAMPLE, "korean", where)
    data = formats.written(made, "docx", where).data
    properties = opened(data).core_properties
    with ZipFile(io.BytesIO(data)) as package:
        members = {member.filename: member for member in package.infolist()}
        core = package.read("docProps/core.xml").decode()
        everything = b"".join(package.read(name) for name in members)

    assert (properties.title, properties.author) == (made.document.title, made.document.author)
    assert properties.language == "ko"
    # Latin words in it are broken as English ones are.
    assert '<w:lang w:val="en-US" w:eastAsia="ko-KR"/>' in part_of(data, "word/styles.xml")
    assert re.findall(r"<(\w+:\w+)[ >]", core)[1:] == ["dc:title", "dc:creator", "dc:language"]
    assert {member.date_time for member in members.values()} == {(1980, 1, 1, 0, 0, 0)}
    assert {member.create_system for member in members.values()} == {0}
    assert set(members) == {
        "[Content_Types].xml", "_rels/.rels", "docProps/core.xml", "word/document.xml", "word/styles.xml",
        "word/settings.xml", "word/numbering.xml", "word/footer1.xml", "word/_rels/document.xml.rels",
    }  # fmt: skip
    assert not re.search(rb"python|/home|/tmp|file:", everything)


def test_a_photo_is_there_where_it_is_wanted_and_says_what_it_shows() -> None:
    shown, hidden = (opened(written(EVERYTHING, photo=photo)) for photo in (True, False))
    described = [found.get("descr") for found in shown.element.iter() if found.tag.endswith("}docPr")]

    assert len(shown.element.xpath("//wp:anchor")) == 1
    assert EVERYTHING.header.photo is not None
    assert described[0] == EVERYTHING.header.photo.alt
    assert hidden.element.xpath("//wp:anchor") == []


def test_the_style_decides_about_the_page() -> None:
    page = opened(written(EVERYTHING, margin="20mm")).sections[0]

    assert (round(page.page_width.mm), round(page.page_height.mm)) == (210, 297)  # type: ignore[union-attr]
    assert round(page.left_margin.mm) == 20  # type: ignore[union-attr]


def test_without_python_docx_one_line_says_how_to_get_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setitem(sys.modules, "docx", None)
    Path("cv.yaml").write_text("person: {name: Ada}\nstatement: x\n", "utf-8")

    assert cli.main(["build", "--format", "docx"]) == cli.ENGINE
    told = capsys.readouterr().err.splitlines()
    assert len(told) == 1
    assert told[0].endswith("pip install 'cvbuild[docx]'")
    assert not Path("build").exists()


@pytest.mark.slow
@pytest.mark.skipif(not shutil.which("soffice"), reason="no LibreOffice here")
@pytest.mark.parametrize("variant", ["academic-2026", "industry", "korean"])
def test_libreoffice_reads_the_same_text(variant: str, where: Place, tmp_path: Path) -> None:
    made = drafted(EXAMPLE, variant, where)
    (tmp_path / "cv.docx").write_bytes(formats.written(made, "docx", where).data)
    command = ["soffice", f"-env:UserInstallation=file://{tmp_path}/home", "--headless", "--convert-to"]
    command += ["txt:Text (encoded):UTF8", "cv.docx"]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, timeout=120)
    text = "".join((tmp_path / "cv.txt").read_text("utf-8-sig").split())

    assert mismatch(made.document, text, markdown.words, _DECORATION) == ""
