"""Pictures of the pages of a PDF, by the renderer of Chromium: as wide as they are shown, to the pixel."""

from __future__ import annotations

import io
import threading
from collections import OrderedDict
from typing import Any

from msgspec import Struct, field

from cvbuild.artifact import pdfium
from cvbuild.errors import EngineError, Mark, Problem

MIN_PX, MAX_PX = 100, 4000
_KEPT = 24
# Of the pages that are kept.
_lock = threading.Lock()


def load() -> None:
    """Load the renderer. Raises `EngineError` where it is not installed."""
    try:
        pdfium.load()
    except ImportError:
        hint = "pip install 'cvbuild[serve]'"
        raise EngineError(Problem(Mark("serve"), "", "pypdfium2, which draws the pages, is missing", hint)) from None


def sizes(pdf: bytes) -> tuple[tuple[float, float], ...]:
    """Return width and height of each page of *pdf*, in points."""
    with pdfium.opened(pdf, "serve") as document:
        return tuple(document.get_page_size(index) for index in range(len(document)))


class Pictures(Struct, frozen=True):
    """Pages as PNG files; those asked for last are kept."""

    kept: OrderedDict[tuple[str, int, int], bytes] = field(default_factory=OrderedDict)

    def png(self, digest: str, pdf: bytes, index: int, width_px: int) -> bytes:
        """Return the page *index* of *pdf*, whose name is *digest*, as wide as that.

        Raises `LookupError` where there is no such page, or none so wide.
        """
        if not MIN_PX <= width_px <= MAX_PX:
            raise LookupError(width_px)
        key = digest, index, width_px
        with _lock:
            if key not in self.kept:
                self.kept[key] = _png(pdf, index, width_px)
            self.kept.move_to_end(key)
            while len(self.kept) > _KEPT:
                self.kept.popitem(last=False)
            return self.kept[key]


def _png(pdf: bytes, index: int, width_px: int) -> bytes:
    with pdfium.opened(pdf, "serve") as document:
        if not 0 <= index < len(document):
            raise LookupError(index)
        return _drawn(document[index], width_px)


def _drawn(page: Any, width_px: int) -> bytes:
    out = io.BytesIO()
    # It takes the next whole number of pixels, and must not take a rounding for one more.
    picture = page.render(scale=(width_px - 1e-3) / page.get_width()).to_pil()
    picture.save(out, "PNG", compress_level=1)
    return out.getvalue()
