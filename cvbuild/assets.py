"""Pictures that a document shows: found beside the profile, opened, checked, and made anew without metadata."""

from __future__ import annotations

import io
import os
import stat
from pathlib import Path

from cvbuild.document import Document, Image, walk
from cvbuild.errors import Mark, Problem, ProfileError
from cvbuild.rendered import Asset

MAX_BYTES = 20 * 1024 * 1024
MAX_PIXELS = 25_000_000


def load(document: Document, folder: Path, file: str) -> dict[str, Asset]:
    """Return the pictures of *document* by their names, looked for in *folder* and below.

    Raises `ProfileError` (naming *file*) for a picture that is missing, outside *folder*, too large, or no PNG or
    JPEG.
    """
    found: dict[str, Asset] = {}
    problems = []
    for node in walk(document):
        if isinstance(node, Image) and node.source not in found:
            try:
                found[node.source] = _picture(folder, node.source)
            except (OSError, ValueError) as error:
                reason = getattr(error, "strerror", None) or str(error)
                message = f"the picture '{node.source}' cannot be used: {reason}"
                problems.append(Problem(Mark(file), "", message, "expected a PNG or JPEG file beside the profile"))
    if problems:
        raise ProfileError(*problems)
    return found


def _picture(folder: Path, name: str) -> Asset:
    path = folder / name
    try:
        outside = not path.resolve().is_relative_to(folder.resolve())
    except RuntimeError:  # what a link that leads to itself was until Python 3.13
        raise ValueError("it is a link that leads to itself") from None
    if outside:
        raise ValueError("it lies outside the profile's folder")
    with open(os.open(path, os.O_RDONLY | os.O_NONBLOCK), "rb") as stream:  # noqa: PTH123 (never blocks)
        if not stat.S_ISREG(os.fstat(stream.fileno()).st_mode):
            raise ValueError("it is not a regular file")
        data = stream.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise ValueError(f"it has more than {MAX_BYTES} bytes")
    return _cleaned(data)


def _cleaned(data: bytes) -> Asset:
    """Return the pixels of *data* alone: no place, camera or history goes into a CV."""
    from PIL import Image as Pictures
    from PIL import ImageFile, ImageOps, UnidentifiedImageError

    # WeasyPrint, once it is loaded, has pictures half read all over the process.
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    # How many there may be is judged here, before any is read; Pillow would warn on standard error, too.
    Pictures.MAX_IMAGE_PIXELS = None
    try:
        with Pictures.open(io.BytesIO(data), formats=("PNG", "JPEG")) as opened:
            if opened.width * opened.height > MAX_PIXELS:
                raise ValueError(f"it has more than {MAX_PIXELS} pixels")
            kind = opened.format
            if kind == "JPEG" and opened.mode == "RGB" and _is_bare(data):
                opened.load()
                return Asset(data, "image/jpeg")
            picture = ImageOps.exif_transpose(opened).convert("RGBA" if kind == "PNG" else "RGB")
    except (UnidentifiedImageError, SyntaxError):
        raise ValueError("it is no PNG or JPEG") from None
    bare = Pictures.frombytes(picture.mode, picture.size, picture.tobytes())
    out = io.BytesIO()
    bare.save(out, format=kind, **({"quality": 90} if kind == "JPEG" else {"optimize": True}))
    return Asset(out.getvalue(), f"image/{str(kind).lower()}")


# What a JPEG is made of: a head, tables, a frame, a scan.
_PARTS = {0xE0, 0xDB, 0xC0, 0xC4, 0xDA}


def _is_bare(data: bytes) -> bool:
    """Tell whether a JPEG is pixels alone: made anew, it would lose nothing but quality."""
    place = 2
    while data[place : place + 1] == b"\xff":
        kind, length = data[place + 1], int.from_bytes(data[place + 2 : place + 4])
        if kind not in _PARTS or (kind == 0xE0 and length != 16):
            return False
        place += 2 + length
        if kind == 0xDA:
            return data.find(b"\xff\xd9", place) == len(data) - 2
    return False
