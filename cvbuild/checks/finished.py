"""A finished PDF, opened, and what the document it was made from asks of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from typing import Any

from msgspec import Struct

from cvbuild.artifact import opened, pdfium
from cvbuild.checks import layer
from cvbuild.checks.expected import Expected, expected
from cvbuild.document import Document
from cvbuild.errors import Mark
from cvbuild.profile import Profile
from cvbuild.style import Style


class Pdf(Struct, frozen=True, dict=True):
    """A finished file: its bytes, what pypdf makes of them, and its pages as our own reader has them."""

    data: bytes
    file: str = "pdf"
    reader: Any = None

    @classmethod
    def of(cls, data: bytes, file: str = "pdf") -> Pdf:
        """Open *data*. Raises `EngineError` where it is no PDF that can be read."""
        return cls(data, file, opened(data, file))

    @property
    def mark(self) -> Mark:
        return Mark(self.file)

    @cached_property
    def pages(self) -> tuple[layer.Page, ...]:
        return layer.pages(self.reader)

    @cached_property
    def root(self) -> Any:
        return self.reader.trailer["/Root"]

    @cached_property
    def is_tagged_html(self) -> bool:
        """Tell whether WeasyPrint made it: what else does promises less."""
        return "WeasyPrint" in str((self.reader.metadata or {}).get("/Producer", ""))

    @cached_property
    def xmp(self) -> bytes:
        metadata = self.root.get("/Metadata")
        return bytes(metadata.get_object().get_data()) if metadata is not None else b""

    @cached_property
    def fonts(self) -> dict[str, Any]:
        """The font dictionaries of every page and form, by the names they give themselves."""
        found: dict[str, Any] = {}
        for page in self.reader.pages:
            for font in _fonts(page.get("/Resources", {}), 0):
                found.setdefault(str(font.get("/BaseFont", font.get("/Name", "?"))), font)
        return found

    def texts(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        """Yield the text of each page as each reader there is has it, under its name; ours first."""
        yield "cvbuild", tuple(page.text for page in self.pages)
        for name, reader in READERS.items():
            found = reader(self)
            if found is not None:
                yield name, found


def _fonts(resources: Any, depth: int) -> Iterator[Any]:
    for font in resources.get_object().get("/Font", {}).values():
        yield font.get_object()
    for drawn in resources.get_object().get("/XObject", {}).values():
        inner = drawn.get_object().get("/Resources")
        if inner is not None and depth < 8:
            yield from _fonts(inner, depth + 1)


def _by_pypdf(pdf: Pdf) -> tuple[str, ...]:
    return tuple(page.extract_text() for page in pdf.reader.pages)


def _by_pdfium(pdf: Pdf) -> tuple[str, ...] | None:
    """Return what the reader of Chromium extracts; nothing where it is not installed."""
    try:
        with pdfium.opened(pdf.data, pdf.file) as document:
            texts = [page.get_textpage().get_text_bounded() for page in document]
    except ImportError:
        return None
    # It takes the hyphen at the end of a line for one that a typesetter put there, and says so.
    return tuple(text.replace("\ufffe", "-").replace("\x02", "-") for text in texts)


READERS: Mapping[str, Callable[[Pdf], tuple[str, ...] | None]] = {"pypdf": _by_pypdf, "PDFium": _by_pdfium}


class Wanted(Struct, frozen=True, dict=True):
    """What a PDF must show: a document, and the facts it was composed from.

    `whole` is the profile that `profile` was selected from. Whoever made the theme is `trusted` to print no words of
    its own; other themes may, and are told of it. The file `carries` its source, or no other file at all.
    """

    document: Document
    profile: Profile
    whole: Profile
    style: Style
    is_private: bool = False
    trusted: bool = True
    carries: bool = False

    @cached_property
    def texts(self) -> tuple[Expected, ...]:
        return expected(self.document)
