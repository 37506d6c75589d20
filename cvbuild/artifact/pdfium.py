"""PDFium, the renderer of Chromium, for whoever draws pages or reads their text by it: one after the other.

pypdfium2 is imported on use; not everybody needs it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Any

from cvbuild.errors import EngineError, Mark, Problem

# All of PDFium is for one thread at a time, also where two documents have nothing to do with each other: otherwise it
# takes the process with it.
_turn = Lock()


def load() -> None:
    """Load it. Raises `ImportError` where it is not installed."""
    import pypdfium2  # noqa: F401


@contextmanager
def opened(pdf: bytes, file: str) -> Iterator[Any]:
    """Give the document *pdf* while nobody else has a turn; whatever comes of it but bytes and text ends with that.

    Raises `ImportError` where pypdfium2 is not installed, and `EngineError`, at *file*, where PDFium cannot read it.
    """
    import pypdfium2

    with _turn:
        try:
            with pypdfium2.PdfDocument(pdf) as document:
                yield document
        except pypdfium2.PdfiumError as error:
            raise EngineError(Problem(Mark(file), "", f"PDFium cannot read the PDF: {error}")) from error
