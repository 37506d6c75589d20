"""Pictures of pages: one for each, a small one of the first, pixels and nothing else in them."""

from __future__ import annotations

import io
import struct
import sys
from collections.abc import Iterator
from pathlib import Path

import pypdf
import pytest
from PIL import Image

from cvbuild import cli
from cvbuild.artifact import publish_files
from cvbuild.engines import raster
from cvbuild.errors import EngineError

A4 = (595.28, 841.89)


def blank(*sizes: tuple[float, float]) -> bytes:
    writer, stream = pypdf.PdfWriter(), io.BytesIO()
    for width, height in sizes:
        writer.add_blank_page(width, height)
    writer.write(stream)
    return stream.getvalue()


def chunks(png: bytes) -> Iterator[bytes]:
    """Yield the kinds of what a PNG is made of."""
    place = 8
    while place < len(png):
        (length,) = struct.unpack(">I", png[place : place + 4])
        yield png[place + 4 : place + 8]
        place += length + 12


def size(png: bytes) -> tuple[int, int]:
    return Image.open(io.BytesIO(png)).size


def test_each_page_is_a_picture_and_the_first_a_thumbnail() -> None:
    found = raster.pictures(blank(A4, (612, 792)))

    assert list(found) == ["page-1.png", "page-2.png", "thumbnail.png"]
    assert [size(png) for png in found.values()] == [(1241, 1754), (1275, 1650), (320, 452)]
    assert {kind for png in found.values() for kind in chunks(png)} == {b"IHDR", b"IDAT", b"IEND"}


def test_pictures_are_in_the_order_of_pages_and_none_is_too_large() -> None:
    found = raster.pictures(blank(*[(72, 72)] * 10, (14_000, 100)))

    assert list(found) == sorted(found)
    assert [*found][:2] == ["page-01.png", "page-02.png"]
    assert size(found["page-11.png"])[0] == 8000


def test_what_is_no_pdf_is_an_error() -> None:
    with pytest.raises(EngineError, match="PDFium cannot read the PDF"):
        raster.pictures(b"no PDF")


def test_pages_of_a_longer_edition_go_and_all_else_stays(tmp_path: Path) -> None:
    for name in ("page-3.png", "page-12.png", "cover.png", "page-x.png"):
        (tmp_path / name).write_bytes(b"old")
    publish_files({"page-1.png": b"new", "thumbnail.png": b"new"}, tmp_path)

    assert {path.name for path in tmp_path.iterdir()} == {"page-1.png", "thumbnail.png", "cover.png", "page-x.png"}


@pytest.mark.pdf
def test_a_build_makes_a_folder_of_pictures(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("cv.yaml").write_text("person: {name: Ada}\nstatement: x\n", "utf-8")

    assert cli.main(["build", "--format", "png,pdf", "--manifest", "m.json"]) == cli.OK
    pictures = {path.name: path.read_bytes() for path in Path("build/cv-png").iterdir()}
    assert pictures == raster.pictures(Path("build/cv.pdf").read_bytes())
    assert len({*Image.open(io.BytesIO(pictures["page-1.png"])).get_flattened_data()}) > 2
    assert capsys.readouterr().out.startswith("build/cv-png  1 page  ")
    assert '"path": "build/cv-png"' in Path("m.json").read_text("utf-8")
    assert cli.main(["build", "--format", "png", "-o", "-"]) == cli.USAGE
    monkeypatch.setitem(sys.modules, "pypdfium2", None)
    assert cli.main(["build", "--format", "png"]) == cli.ENGINE
    assert capsys.readouterr().err.splitlines()[-1].endswith("pip install 'cvbuild[png]'")
