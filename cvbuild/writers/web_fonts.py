"""Fonts for web pages: the glyphs of some characters, as WOFF2.

HarfBuzz makes them in a moment where its wheel is installed (the extra `harfbuzz`); fontTools takes longer, so what
it makes is kept.
"""

from __future__ import annotations

import hashlib
import io
import logging
import os
import tempfile
from collections.abc import Iterable
from contextlib import suppress
from importlib import metadata, util
from pathlib import Path

_FEATURES = ("calt", "ccmp", "kern", "liga", "lnum", "locl", "mark", "mkmk", "pnum", "smcp", "tnum")
# What the font is called, whose it is, and what one may do with it.
_NAMES = (0, 1, 2, 3, 4, 5, 6, 13, 14)
_DIGEST_BYTES = 32


def subset(path: Path, characters: Iterable[str], cache: Path | None = None) -> bytes:
    """Return the font at *path* with nothing but the glyphs of *characters*; in *cache* it is kept."""
    data, codes = path.read_bytes(), sorted(map(ord, characters))
    maker = "uharfbuzz" if util.find_spec("uharfbuzz") else "fonttools"
    told = f"{maker} {metadata.version(maker)} {metadata.version('fonttools')} {codes}".encode()
    kept = cache / "web-fonts" / hashlib.sha256(data + told).hexdigest() if cache else None
    if kept and (found := _read(kept)):
        return found
    made = _packed(_by_harfbuzz(data, codes) if maker == "uharfbuzz" else _by_fonttools(path, codes))
    if kept:
        _keep(made, kept)
    return made


def _by_harfbuzz(data: bytes, codes: list[int]) -> bytes:
    import uharfbuzz

    wanted = uharfbuzz.SubsetInput()
    wanted.unicode_set.update(codes)
    wanted.layout_feature_tag_set.update(int.from_bytes(tag.encode(), "big") for tag in _FEATURES)
    wanted.name_id_set.update(_NAMES)
    wanted.flags = uharfbuzz.SubsetFlags.NO_HINTING
    return bytes(uharfbuzz.subset(uharfbuzz.Face(data), wanted).blob.data)


def _by_fonttools(path: Path, codes: list[int]) -> bytes:
    from fontTools import subset as fonttools
    from fontTools.ttLib import TTFont

    logging.getLogger("fontTools").setLevel(logging.ERROR)
    options = fonttools.Options(
        hinting=False, layout_features=list(_FEATURES), name_IDs=list(_NAMES), recalc_timestamp=False,
        notdef_outline=True,
    )  # fmt: skip
    out = io.BytesIO()
    with TTFont(path, lazy=True, fontNumber=0, recalcTimestamp=False) as font:
        subsetter = fonttools.Subsetter(options)
        subsetter.populate(unicodes=codes)
        subsetter.subset(font)
        font.save(out)
    return out.getvalue()


def _packed(data: bytes) -> bytes:
    from fontTools.ttLib import TTFont

    out = io.BytesIO()
    with TTFont(io.BytesIO(data), recalcTimestamp=False) as font:
        font.flavor = "woff2"
        font.save(out)
    return out.getvalue()


def _read(kept: Path) -> bytes:
    """Return what is kept at a place; nothing where it is not as it was made."""
    with suppress(OSError):
        data = kept.read_bytes()
        if hashlib.sha256(data[_DIGEST_BYTES:]).digest() == data[:_DIGEST_BYTES]:
            return data[_DIGEST_BYTES:]
    return b""


def _keep(data: bytes, place: Path) -> None:
    with suppress(OSError):
        place.parent.mkdir(parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(dir=place.parent)
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(hashlib.sha256(data).digest() + data)
        Path(name).replace(place)
