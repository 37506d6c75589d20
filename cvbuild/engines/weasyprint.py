"""HTML → PDF by WeasyPrint, with the theme's fonts only and no way to any file or address.

WeasyPrint is imported on use: it costs more than all of cvbuild.
"""

from __future__ import annotations

import ctypes.util
import gc
import io
import logging
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache, partial
from pathlib import Path
from typing import Any

from cvbuild.engines import boxes, fontconfig, packing, shortcuts, warm
from cvbuild.engines.finish import finish
from cvbuild.errors import EngineError, Mark, Problem
from cvbuild.rendered import Asset, Compiled, Enclosure, Measured, Rendered

# What pages have made WeasyPrint raise. Whatever else comes is a bug, there or here, and keeps its traceback.
_FAILURES = (ArithmeticError, AssertionError, LookupError, OSError, RuntimeError, SyntaxError, ValueError)


def compile(rendered: Rendered, cache: Path) -> Compiled:
    """Return *rendered* as `typeset` does, with its fonts; *cache* is a folder in which they may be remembered."""
    return typeset(rendered, fontconfig.configure(rendered.fonts, cache))


def typeset(rendered: Rendered, configuration: Path) -> Compiled:
    """Return *rendered* as a tagged file that is PDF/UA-1 and PDF/A-3a at once; same input, same bytes.

    *configuration* is fontconfig's. Raises `EngineError` where WeasyPrint or what it stands on is missing, where it
    fails, and where the page asked for anything it was not given; and `MemoryError`.
    """
    with _log() as lines, _laid_out(rendered, configuration) as document:
        finisher = partial(finish, stamp=rendered.stamp)
        enclosed = [_attachment(enclosure) for enclosure in rendered.enclosed]
        data = document.write_pdf(finisher=finisher, pdf_variant="pdf/a-3a", attachments=enclosed)
        sheets = boxes.sheets(document)
    return Compiled(data, tuple(lines), sheets=sheets, pages=len(sheets))


def measure(rendered: Rendered, configuration: Path, width_pt: float, height_pt: float) -> Measured:
    """Return *rendered* on pages *width_pt* wide and so tall that one of them holds a whole CV.

    Pages would be *height_pt* high otherwise. Raises what `typeset` raises.
    """
    tall = f"@page {{ size: {width_pt}pt {_TALL_PT}pt !important }}"
    with _log(), _laid_out(rendered, configuration, tall) as document:
        room_pt = boxes.sheets(document)[0].room_pt
        return Measured(boxes.rows(document), room_pt - _TALL_PT + height_pt)


# Taller than any CV, and not so tall that its lengths in Pango's units were no integers any more.
_TALL_PT = 140_000


@contextmanager
def _laid_out(rendered: Rendered, configuration: Path, rules: str = "") -> Iterator[Any]:
    """Give the pages of *rendered* as WeasyPrint has them; *rules* of style are laid over its own."""
    # Left in place afterwards: what fontconfig loads later must not be the machine's fonts either.
    os.environ["FONTCONFIG_FILE"] = str(configuration)
    weasyprint = load()
    fetcher = _fetcher(rendered.assets)
    with _no_collection():
        try:
            page = weasyprint.HTML(string=rendered.source, url_fetcher=fetcher, base_url="cv-asset:///")
            sheets = [weasyprint.CSS(string=rules)] if rules else None
            yield page.render(warm.fonts(configuration, rendered.source), stylesheets=sheets, pdf_variant="pdf/a-3a")
        except _FAILURES as error:
            _refuse(fetcher.refused)
            raise EngineError(Problem(Mark("weasyprint"), "", f"{type(error).__name__}: {error}"[:500])) from error
    _refuse(fetcher.refused)


# Whoever asks when the source was made gets the same answer from the same source.
_MADE = datetime(2000, 1, 1, tzinfo=UTC)


def _attachment(enclosure: Enclosure) -> Any:
    return load().Attachment(
        file_obj=io.BytesIO(enclosure.data), name=enclosure.name, description=enclosure.description, created=_MADE,
        modified=_MADE, relationship="Source",
    )  # fmt: skip


def _refuse(asked: list[str]) -> None:
    if asked:
        wanted = ", ".join(asked[:3])
        raise EngineError(Problem(Mark("weasyprint"), "", f"the page asked for {wanted}, which it was not given"))


@cache
def load() -> Any:
    """Return the module, with font subsetting by HarfBuzz wherever one is to be had."""
    try:
        with _no_compiler(), _no_collection():
            import weasyprint
            import weasyprint.text.fonts
    except (ImportError, OSError) as error:
        hint = "install Pango: see `make setup`, or the package libpangoft2-1.0-0 (Debian), pango (Fedora, brew)"
        raise EngineError(Problem(Mark("weasyprint"), "", f"cannot be loaded: {error}", hint)) from None
    logging.getLogger("weasyprint").propagate = False
    logging.getLogger("fontTools").setLevel(logging.ERROR)
    _subset_by_uharfbuzz()
    warm.keep_sheets()
    packing.take()
    shortcuts.take()
    return weasyprint


@contextmanager
def _no_collection() -> Iterator[None]:
    """Keep Python from looking for garbage where there is little: that takes a tenth of the time."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


@contextmanager
def _no_compiler() -> Iterator[None]:
    """Keep `ctypes` from starting a compiler and a linker for each library name that is not the right one."""
    real = ctypes.util.find_library
    if sys.platform == "linux":
        ctypes.util.find_library = lambda name: None
    try:
        yield
    finally:
        ctypes.util.find_library = real


# Tables that a PDF has no use for.
_DROPPED = (b"BASE", b"DSIG", b"EBDT", b"EBLC", b"EBSC", b"GPOS", b"GSUB", b"JSTF", b"LTSH", b"PCLT", b"SVG ")


def _flags(flags: Any, hinting: bool, shows_missing: bool) -> Any:
    chosen = flags.RETAIN_GIDS | flags.PASSTHROUGH_UNRECOGNIZED | flags.DESUBROUTINIZE
    if not hinting:
        chosen |= flags.NO_HINTING
    return chosen | flags.NOTDEF_OUTLINE if shows_missing else chosen


def _subset_by_uharfbuzz() -> None:
    """Use the wheel `uharfbuzz` where the system's HarfBuzz cannot subset: seven times faster than fontTools."""
    from weasyprint.pdf import fonts
    from weasyprint.text import ffi

    if ffi.harfbuzz_subset and ffi.harfbuzz.hb_version_atleast(4, 1, 0):
        return
    try:
        import uharfbuzz
    except ImportError:
        return

    def subset(self: Any, to_unicode: Mapping[int, str], hinting: bool) -> None:
        # As WeasyPrint does it: the glyphs that are used, then none after the last of them.
        if to_unicode:
            flags = _flags(uharfbuzz.SubsetFlags, hinting, bool(self.missing))
            face = uharfbuzz.Face(self.file_content, self.index)
            for glyphs in (to_unicode, range(max(to_unicode) + 1)):
                wanted = uharfbuzz.SubsetInput()
                wanted.glyph_set.update(glyphs)
                wanted.flags = flags
                wanted.drop_table_tag_set.update(int.from_bytes(tag, "big") for tag in _DROPPED)
                face = uharfbuzz.subset(face, wanted)
            self.file_content = face.blob.data

    fonts.Font.subset = subset


def _fetcher(assets: Mapping[str, Asset]) -> Any:
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    class AssetFetcher(URLFetcher):  # type: ignore[misc]
        """Serves the bytes it was given; all else is refused, and remembered."""

        def __init__(self) -> None:
            super().__init__(allowed_protocols=frozenset(), allow_redirects=False)
            self.refused: list[str] = []

        def fetch(self, url: str, headers: object = None) -> Any:
            if url in assets:
                asset = assets[url]
                return URLFetcherResponse(url, asset.data, {"Content-Type": asset.media_type})
            self.refused.append(url[:200])
            raise ValueError("not among the assets of the page")

    return AssetFetcher()


# What WeasyPrint says of a picture with an empty text, which is how HTML calls one an ornament.
_NO_WORDS = 'Image "%s" has no required alt description'


@contextmanager
def _log() -> Iterator[list[str]]:
    lines: list[str] = []
    handler = logging.Handler(logging.WARNING)
    handler.emit = lambda record: lines.append(record.getMessage())  # type: ignore[method-assign]
    handler.addFilter(lambda record: record.msg != _NO_WORDS)
    logger = logging.getLogger("weasyprint")
    logger.addHandler(handler)
    try:
        yield lines
    finally:
        logger.removeHandler(handler)
