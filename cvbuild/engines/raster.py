"""PDF → pictures of its pages, by PDFium: pixels alone, the same for the same file."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from cvbuild.artifact import pdfium
from cvbuild.errors import EngineError, Mark, Problem

if TYPE_CHECKING:
    from PIL.Image import Image

DOTS_PER_INCH = 150
THUMBNAIL = "thumbnail.png"
_THUMBNAIL_WIDTH = 320
# Of a page that a theme makes as long as a street there is a picture, too, but no larger one.
_MOST_DOTS = 8000


def pictures(pdf: bytes) -> dict[str, bytes]:
    """Return a PNG of each page of *pdf* by its name, `page-1.png` onwards, and a small one of the first page.

    Raises `EngineError` where pypdfium2 is not installed, or cannot draw *pdf*.
    """
    try:
        with pdfium.opened(pdf, "png") as document:
            return _drawn(document)
    except ImportError:
        message = "pypdfium2 is not installed, which makes pictures of pages: pip install 'cvbuild[png]'"
        raise EngineError(Problem(Mark("png"), "", message)) from None


def _drawn(document: Any) -> dict[str, bytes]:
    """Return the files of all pages; pixels of one page at a time are kept."""
    figures, found = len(str(len(document))), dict[str, bytes]()
    for number, page in enumerate(document, 1):
        # A hair less, for lengths are rounded up.
        scale = min(DOTS_PER_INCH / 72, _MOST_DOTS / max(page.get_size())) * (1 - 1e-9)
        picture = page.render(scale=scale).to_pil().convert("RGB")
        found[f"page-{number:0{figures}}.png"] = _png(picture)
        if number == 1:
            small = _png(_small(picture))
    return {**found, THUMBNAIL: small}


def _small(page: Image) -> Image:
    from PIL import Image as Pictures

    height = max(1, round(page.height * _THUMBNAIL_WIDTH / page.width))
    return page.resize((_THUMBNAIL_WIDTH, height), Pictures.Resampling.LANCZOS)


def _png(page: Image) -> bytes:
    """Return *page* as a file that has no chunk but those of pixels."""
    out = io.BytesIO()
    page.save(out, format="PNG", compress_level=6)
    return out.getvalue()
