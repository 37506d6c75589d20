"""PDFium, which takes the process with it where two threads use it at once: it is never asked to."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pypdfium2
import pytest
from test_png import blank

from cvbuild.artifact import pdfium
from cvbuild.checks.finished import READERS, Pdf
from cvbuild.engines import raster
from cvbuild.errors import EngineError
from cvbuild.preview import pictures


def test_whoever_draws_or_reads_does_so_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in a preview, where a page is drawn while the last save is still being checked."""
    open_ones: list[int] = []
    most = 0

    class Document(pypdfium2.PdfDocument):
        def __init__(self, *arguments: Any) -> None:
            nonlocal most
            open_ones.append(id(self))
            time.sleep(0.005)
            most = max(most, len(open_ones))
            super().__init__(*arguments)

        def close(self, *arguments: Any) -> Any:
            open_ones.remove(id(self))
            return super().close(*arguments)

    monkeypatch.setattr(pypdfium2, "PdfDocument", Document)
    data = blank((200, 300))
    tasks = [
        lambda: READERS["PDFium"](Pdf(data)),
        lambda: pictures.Pictures().png("", data, 0, 300),
        lambda: pictures.sizes(data),
        lambda: raster.pictures(data),
    ] * 4
    with ThreadPoolExecutor(len(tasks)) as pool:
        assert all(pool.map(lambda task: task(), tasks))

    assert most == 1
    assert open_ones == []


@pytest.mark.parametrize("data", [b"", b"no PDF", b"%PDF-1.7\n%%EOF"])
def test_what_is_no_pdf_is_refused(data: bytes) -> None:
    with pytest.raises(EngineError, match="PDFium cannot read the PDF"), pdfium.opened(data, "cv.pdf"):
        pass
