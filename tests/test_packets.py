"""What a PDF carries and bears: its stamp, its source, which builds to the same bytes, and several PDFs as one."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pypdf
import pytest
from PIL import Image as Pictures
from pypdf.generic import NameObject, TextStringObject
from typeset import EXAMPLE

from cvbuild import cli
from cvbuild.artifact import archive, opened
from cvbuild.artifact.packets import merged, source_of, stamp_of
from cvbuild.checks.finished import Pdf
from cvbuild.errors import EngineError
from cvbuild.rendered import Stamp
from cvbuild.version import VERSION
from cvbuild.xmp import accessible, archived, stamp_in

pytestmark = pytest.mark.pdf

FACTS = """
person:
  name: Zoë <Šťastná> & Co
  photo: photo.jpg
  contact: [{email: zoe@example.org}, {phone: {value: +44 20 7946 0018, private: true}}]
tags: [rival-corp]
experience:
  - {id: a, organization: Works, position: Engineer, start: 2020, tags: [rival-corp], priority: 80}
  - {id: b, organization: Other works, position: Clerk, start: 2018, end: 2019, private: true}
view: {as_of: 2026-03, style: {theme: THEME, options: {OPTIONS}}}
variants:
  rival-corp-senior: {include: [rival-corp], source: true}
  other: {}
  open: {show_private: true}
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1772323200")
    photo = Pictures.effect_noise((90, 120), 80).convert("RGB")
    photo.save("photo.jpg", exif=Pictures.Exif())
    Path("cv.yaml").write_text(FACTS.replace("THEME", "letterpress").replace("OPTIONS", "photo: true"))
    return tmp_path


def built(*arguments: str) -> bytes:
    assert cli.main(["build", "cv.yaml", "-o", "cv.pdf", "--quiet", *arguments]) == cli.OK
    return Path("cv.pdf").read_bytes()


# --- The stamp.


@pytest.mark.tex
@pytest.mark.parametrize("theme", ["letterpress@latex", "classic"])
def test_what_tex_sets_is_an_archive_with_its_stamp_as_it_is(
    theme: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """To write it anew by way of Python would take a tenth of a build, and a fifth more room."""
    monkeypatch.setattr(archive, "archived", lambda *_: pytest.fail("it was written anew"))
    stamp = stamp_of(opened(built("--variant", "other", "--theme", theme)))

    assert stamp
    assert (stamp.variant, stamp.as_of, stamp.version) == ("other", "2026-03-31", VERSION)


@pytest.mark.tex
def test_two_documents_of_one_look_share_a_format(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whose they are, and what they say, is told in a file that no preamble reads."""
    monkeypatch.setenv("CVBUILD_CACHE", str(folder / "kept"))
    for variant in ("other", "rival-corp-senior"):
        built("--variant", variant, "--theme", "classic")

    assert len(list(folder.rglob("*.fmt"))) == 1


@pytest.mark.parametrize("packet", [accessible, lambda stamp: archived("T", "A", "en", "P", stamp)])
def test_a_stamp_is_read_as_it_was_set(packet: object) -> None:
    stamp = Stamp("<research> & more", "2026-03-01", "0123456789abcdef", "1.0", "brief@latex")

    assert stamp_in(packet(stamp)) == stamp  # type: ignore[operator]
    assert stamp_in(packet(None)) is None  # type: ignore[operator]


def test_every_pdf_says_which_view_it_shows(folder: Path) -> None:
    first = stamp_of(opened(built("--variant", "other")))

    assert first
    assert (first.variant, first.as_of, first.version) == ("other", "2026-03-31", VERSION)
    assert stamp_of(opened(built("--variant", "other"))) == first
    path = Path("cv.yaml")
    path.write_text(path.read_text().replace("Engineer", "Lead Engineer"))
    assert stamp_of(opened(built("--variant", "other"))) != first


def test_no_file_names_another_variant_or_a_tag(folder: Path) -> None:
    """A target's name may be in either."""
    for arguments in (("--variant", "other"), (), ("--source",), ("--variant", "other", "--source")):
        data = built(*arguments)
        pdf = Pdf.of(data)
        files = source_of(pdf.reader, "") if "--source" in arguments else {}
        assert not [part for part in (data, pdf.xmp, *files.values()) if b"rival" in part]


# --- The source.


@pytest.mark.parametrize("engine", ["weasyprint", pytest.param("pdflatex", marks=pytest.mark.tex)])
def test_a_carried_source_builds_to_the_same_bytes(
    folder: Path, engine: str, capsys: pytest.CaptureFixture[str]
) -> None:
    style = ["--style", f"engine={engine}"]
    if engine != "weasyprint":
        path = Path("cv.yaml")
        path.write_text(path.read_text().replace("photo: true", ""))
    data = built("--variant", "rival-corp-senior", *style)
    assert cli.main(["extract", "cv.pdf", "-o", "x"]) == cli.OK
    assert "rival-corp-senior, as of 2026-03-31" in capsys.readouterr().out
    assert cli.main(["build", "x/cv.yaml", "--variant", "rival-corp-senior", "-o", "y.pdf", "--quiet"]) == cli.OK

    assert Path("y.pdf").read_bytes() == data
    source = Path("x/cv.yaml").read_text("utf-8")
    assert "Other works" not in source
    assert "7946" not in source
    assert "private" not in source
    assert cli.main(["extract", "cv.pdf", "-o", "x"]) == cli.USAGE


@pytest.mark.slow
@pytest.mark.parametrize("variant", ["academic-2024", "industry", "korean", "papers"])
def test_every_example_can_be_built_again_from_its_pdf(folder: Path, variant: str) -> None:
    Path("cv.yaml").write_bytes(EXAMPLE.read_bytes())
    data = built("--variant", variant, "--source")
    assert cli.main(["extract", "cv.pdf", "-o", "x"]) == cli.OK
    assert cli.main(["build", "x/cv.yaml", "--variant", variant, "-o", "y.pdf", "--quiet"]) == cli.OK

    assert Path("y.pdf").read_bytes() == data


def test_a_file_with_private_facts_carries_no_source(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for arguments in (["--variant", "open", "--source"], ["--variant", "rival-corp-senior", "--private"]):
        assert cli.main(["build", "cv.yaml", "-o", "cv.pdf", *arguments]) == cli.INPUT
        assert "never carries its source" in capsys.readouterr().err
    assert not Path("cv.pdf").exists()


def test_a_pdf_that_carries_its_source_passes_the_check(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    built("--variant", "rival-corp-senior")

    assert cli.main(["check", "cv.pdf", "cv.yaml", "--json"]) == cli.OK
    found = json.loads(capsys.readouterr().out)["findings"]
    assert [row for row in found if row["severity"] != "note"] == []


def carrying(name: str, relationship: str = "/Source") -> bytes:
    writer = pypdf.PdfWriter()
    writer.add_blank_page(72, 72)
    file = writer.add_attachment("cv.yaml", b"person: {name: Ada}")
    found = file.pdf_object if hasattr(file, "pdf_object") else file
    found[NameObject("/UF")] = TextStringObject(name)
    found[NameObject("/AFRelationship")] = NameObject(relationship)
    writer.root_object[NameObject("/AF")] = pypdf.generic.ArrayObject([found])
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


@pytest.mark.parametrize("name", ["../cv.yaml", "/etc/cv.yaml", ".bashrc", "a/../../b.yaml", "a\\cv.yaml", "C:cv.yaml"])
def test_what_would_leave_the_folder_is_not_taken_out(name: str) -> None:
    with pytest.raises(EngineError, match="none of a CV's"):
        source_of(opened(carrying(name)), "cv.pdf")


def test_what_carries_no_source_is_told(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert source_of(opened(carrying("cv.yaml")), "cv.pdf") == {"cv.yaml": b"person: {name: Ada}"}
    with pytest.raises(EngineError, match="carries no source"):
        source_of(opened(carrying("cv.yaml", "/Data")), "cv.pdf")
    built()
    assert cli.main(["extract", "cv.pdf"]) == cli.ENGINE
    assert "carries no source" in capsys.readouterr().err


# --- Several as one.


def test_joined_files_keep_pages_bookmarks_and_what_the_first_says(folder: Path) -> None:
    built("--variant", "other")
    Path("letter.pdf").write_bytes(carrying("cv.yaml", "/Data"))
    assert cli.main(["merge", "all.pdf", "cv.pdf", "letter.pdf", "cv.pdf"]) == cli.OK
    reader = opened(Path("all.pdf").read_bytes())

    assert len(reader.pages) == 3
    assert reader.metadata["/Title"] == "Zoë <Šťastná> & Co"
    assert reader.trailer["/Root"]["/Lang"] == "en"
    titles = [str(item["/Title"]) for item in reader.outline if not isinstance(item, list)]
    assert titles == ["Zoë <Šťastná> & Co (cv)", "letter", "Zoë <Šťastná> & Co (cv)"]
    inner = [item for item in reader.outline if isinstance(item, list)]
    assert inner
    assert merged([("a.pdf", Path("cv.pdf").read_bytes())]) == merged([("a.pdf", Path("cv.pdf").read_bytes())])


def test_no_file_is_joined_into_itself(folder: Path) -> None:
    built()
    before = Path("cv.pdf").read_bytes()

    assert cli.main(["merge", "cv.pdf", "cv.pdf"]) == cli.USAGE
    assert cli.main(["merge", "all.pdf", "cv.yaml"]) == cli.ENGINE
    assert Path("cv.pdf").read_bytes() == before
    assert not Path("all.pdf").exists()
