"""Pictures: found beside the profile, checked before they are opened, and made anew without metadata."""

from __future__ import annotations

import io
import os
import struct
import time
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image as Pictures
from PIL import ImageFile
from typeset import draft, place, profile

from cvbuild import assets, pipeline
from cvbuild.document import Document, Header, Image
from cvbuild.errors import ProfileError


def document(name: str) -> Document:
    return Document(Header((), photo=Image(name, "Ada")), (), "en", "", "")


def picture(kind: str, size: tuple[int, int] = (3, 2), **options: object) -> bytes:
    out = io.BytesIO()
    Pictures.new("RGB", size, "red").save(out, kind, **options)  # type: ignore[arg-type]
    return out.getvalue()


def photo_with_a_place(orientation: int = 1) -> bytes:
    exif = Pictures.Exif()
    exif[0x0112] = orientation
    exif[0x010E] = "CANARY description"
    exif.get_ifd(0x8825)[1] = "N"
    exif.get_ifd(0x8825)[2] = (47.0, 11.0, 0.0)
    return picture("JPEG", exif=exif.tobytes(), comment=b"CANARY comment")


@pytest.mark.parametrize(("kind", "media"), [("PNG", "image/png"), ("JPEG", "image/jpeg")])
def test_a_picture_keeps_its_pixels(tmp_path: Path, kind: str, media: str) -> None:
    (tmp_path / "photo").write_bytes(picture(kind))
    found = assets.load(document("photo"), tmp_path, "cv.yaml")["photo"]

    assert found.media_type == media
    with Pictures.open(io.BytesIO(found.data)) as opened:
        assert opened.size == (3, 2)
        assert opened.convert("RGB").getpixel((1, 1))[0] > 250


def test_nothing_but_pixels_is_left(tmp_path: Path) -> None:
    (tmp_path / "photo.jpg").write_bytes(photo_with_a_place())
    data = assets.load(document("photo.jpg"), tmp_path, "cv.yaml")["photo.jpg"].data

    assert b"CANARY" not in data
    assert b"Exif" not in data
    with Pictures.open(io.BytesIO(data)) as opened:
        assert not opened.getexif()


def test_text_in_a_png_is_gone_too(tmp_path: Path) -> None:
    plain = picture("PNG")
    chunk = b"tEXtComment\0CANARY"
    text = struct.pack(">I", len(chunk) - 4) + chunk + struct.pack(">I", zlib.crc32(chunk))
    (tmp_path / "a.png").write_bytes(plain[:33] + text + plain[33:] + b"CANARY after the end")

    assert b"CANARY" not in assets.load(document("a.png"), tmp_path, "cv.yaml")["a.png"].data


def test_a_picture_stands_upright_as_its_camera_said(tmp_path: Path) -> None:
    (tmp_path / "photo.jpg").write_bytes(photo_with_a_place(orientation=6))
    data = assets.load(document("photo.jpg"), tmp_path, "cv.yaml")["photo.jpg"].data

    with Pictures.open(io.BytesIO(data)) as opened:
        assert opened.size == (2, 3)


def test_half_a_picture_is_refused_whatever_else_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """WeasyPrint lets Pillow read what there is of a broken file."""
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", True)
    (tmp_path / "p").write_bytes(picture("JPEG", (99, 99))[:500])

    with pytest.raises(ProfileError, match="cannot be used"):
        assets.load(document("p"), tmp_path, "cv.yaml")


def test_the_same_picture_gives_the_same_bytes(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(picture("PNG"))

    assert assets.load(document("a.png"), tmp_path, "x") == assets.load(document("a.png"), tmp_path, "x")


def _big(folder: Path, width: int = 20_000, height: int = 20_001) -> None:
    """A picture of few bytes and very many pixels."""
    raw = zlib.compress(b"\0" * ((width // 8 + 1) * height), 9)

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    (folder / "p").write_bytes(
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", raw) + chunk(b"IEND", b"")
    )


def _write(data: bytes) -> Callable[[Path], object]:
    return lambda folder: (folder / "p").write_bytes(data)


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda folder: None, "No such file"),
        (lambda folder: (folder / "p").mkdir(), "it is not a regular file|Is a directory"),
        (lambda folder: os.mkfifo(folder / "p"), "it is not a regular file"),
        (lambda folder: (folder / "p").symlink_to("/dev/zero"), "outside"),
        (lambda folder: (folder / "p").symlink_to("/etc/hostname"), "outside"),
        (lambda folder: (folder / "p").symlink_to("p"), "cannot be used"),
        (_write(b""), "no PNG or JPEG"),
        (_write(b"\x89PNG\r\n\x1a\n garbage"), "cannot be used"),
        (_write(picture("PNG", (99, 99))[:60]), "cannot be used"),
        (_write(picture("JPEG", (99, 99))[:500]), "cannot be used"),
        (_write(picture("GIF")), "no PNG or JPEG"),
        (_write(picture("TIFF")), "no PNG or JPEG"),
        (_write(b"<svg xmlns='http://www.w3.org/2000/svg'/>"), "no PNG or JPEG"),
        (_write(b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 1 1\n"), "no PNG or JPEG"),
        (_big, "more than 25000000 pixels"),
        (lambda folder: _big(folder, 13_000, 13_000), "more than 25000000 pixels"),
    ],
)
def test_what_is_no_picture_is_an_error_and_takes_no_time(
    tmp_path: Path, make: Callable[[Path], object], said: str
) -> None:
    make(tmp_path)
    started = time.perf_counter()
    with pytest.raises(ProfileError, match=said) as caught:
        assets.load(document("p"), tmp_path, "cv.yaml")

    assert time.perf_counter() - started < 30
    (problem,) = caught.value.problems
    assert problem.message.startswith("the picture 'p' cannot be used: ")
    assert problem.mark.file == "cv.yaml"


@pytest.mark.parametrize("name", ["../secret.png", "/etc/hostname", "a/../../secret.png", "\0", "a" * 300, "~/x.png"])
def test_a_picture_lies_beside_the_profile(tmp_path: Path, name: str) -> None:
    (tmp_path / "secret.png").write_bytes(picture("PNG"))
    (tmp_path / "cv").mkdir()

    with pytest.raises(ProfileError, match="cannot be used"):
        assets.load(document(name), tmp_path / "cv", "cv.yaml")


def test_a_file_larger_than_any_photo_is_not_read(tmp_path: Path) -> None:
    with (tmp_path / "p").open("wb") as stream:
        stream.truncate(assets.MAX_BYTES + 1)

    with pytest.raises(ProfileError, match="more than 20971520 bytes"):
        assets.load(document("p"), tmp_path, "cv.yaml")


def test_every_missing_picture_is_said_at_once(tmp_path: Path) -> None:
    source = profile("person: {name: Ada, photo: a.png}\nexperience: [{organization: X, logo: b.png}]", tmp_path)
    with pytest.raises(ProfileError) as caught:
        pipeline.html_page(draft(source, "", place(tmp_path)))

    assert len(caught.value.problems) == 2
