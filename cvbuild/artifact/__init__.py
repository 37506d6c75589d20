"""Artifacts: finished files, put in their place whole or not at all; and what a finished PDF says of itself."""

from __future__ import annotations

import io
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from hashlib import sha256
from typing import Any

from msgspec import Struct, field

from cvbuild.artifact.publishing import publish, publish_files
from cvbuild.errors import EngineError, Mark, Problem

__all__ = ["Artifact", "Dropped", "Fit", "load", "opened", "page_count", "publish", "publish_files"]


class Dropped(Struct, frozen=True):
    """What a page budget left out: its identity, its first words, its priority, how many lines it has, and its place.

    `lack_pt` is the height that was lacking to keep it, too.
    """

    id: str
    words: str
    priority: int
    lines: int
    mark: Mark
    lack_pt: float = 0.0


class Fit(Struct, frozen=True):
    """How a view came to fit its page budget of `max_pages`.

    `fill` is the part of the last page that is filled. `tightened` are options with their values before and after;
    `dropped` is what was left out, in the order of the document, and `near` what of that lacked least. `compiles` are
    the documents that were set on the way, the last one included. `digest` says what the choice was made for. Where a
    lock chose and no page was set, `pages` is 0, and so are the other figures.
    """

    max_pages: int
    pages: int
    fill: float
    whole_pages: int
    tightened: tuple[tuple[str, str, str], ...] = ()
    dropped: tuple[Dropped, ...] = ()
    near: tuple[Dropped, ...] = ()
    compiles: int = 1
    locked: bool = False
    digest: str = ""


class Artifact(Struct, frozen=True):
    """A finished file in memory, and what it shows; `files`, by their names, where it is a folder of several.

    `pages` is 0 for formats without pages, `fit` nothing where no page budget holds.
    """

    format: str
    data: bytes
    pages: int = 0
    warnings: tuple[Problem, ...] = ()
    theme: str = ""
    language: str = ""
    as_of: str = ""
    engine: str = ""
    files: Mapping[str, bytes] = field(default_factory=dict)
    fit: Fit | None = None

    def digest(self) -> str:
        """Return the SHA-256 of the file; of a folder, that of the names and contents of its files."""
        if not self.files:
            return sha256(self.data).hexdigest()
        lines = (f"{sha256(data).hexdigest()}  {name}\n" for name, data in sorted(self.files.items()))
        return sha256("".join(lines).encode()).hexdigest()


def load() -> None:
    """Load what reads a PDF, for those who will soon have one."""
    from cvbuild.artifact import reading  # noqa: F401


def opened(pdf: bytes, file: str = "pdf") -> Any:
    """Return *pdf* as pypdf reads it. Raises `EngineError` where it is no PDF that can be read."""
    import logging

    from cvbuild.artifact.reading import Reader

    # What is wrong with a file is told here, and not as it is found.
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    with readable(file):
        reader = Reader(io.BytesIO(pdf))
        len(reader.pages)
    return reader


@contextmanager
def readable(file: str) -> Iterator[None]:
    """Raise `EngineError` naming *file* for whatever pypdf raises of a file that is damaged."""
    from pypdf.errors import PyPdfError

    try:
        yield
    except (PyPdfError, ArithmeticError, AttributeError, LookupError, NotImplementedError, RecursionError, TypeError,
            ValueError, zlib.error) as error:  # fmt: skip
        reason = f"{type(error).__name__}: {error}"[:200]
        raise EngineError(Problem(Mark(file), "", f"the PDF cannot be read: {reason}")) from error


def page_count(reader: Any) -> int:
    """Return the number of pages of an `opened` PDF."""
    return len(reader.pages)
