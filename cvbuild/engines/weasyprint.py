"""HTML → PDF by WeasyPrint, with the theme's fonts only and no way to any file or address.

WeasyPrint is imported on use: it costs more than all of cvbuild.
"""

from __future__ import annotations

import ctypes.util
import hashlib
import logging
import os
import re
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from cvbuild.errors import EngineError, Mark, Problem
from cvbuild.rendered import Asset, Rendered


@dataclass(frozen=True, slots=True)
class Compiled:
    """A finished PDF; `log` is what the engine complained of."""

    data: bytes
    log: tuple[str, ...] = ()


def compile(rendered: Rendered, cache: Path) -> Compiled:
    """Return *rendered* as a tagged PDF/UA-1 file; same input, same bytes.

    *cache* is a folder in which fontconfig may remember the fonts. Raises `EngineError` where WeasyPrint or what
    it stands on is missing, where it fails, and where the page asked for anything it was not given.
    """
    os.environ["FONTCONFIG_FILE"] = str(_fontconfig(rendered.fonts, cache))
    weasyprint = _load()
    fetcher = _fetcher(rendered.assets)
    with _log() as lines:
        try:
            fonts = weasyprint.text.fonts.FontConfiguration()
            html = weasyprint.HTML(string=rendered.source, url_fetcher=fetcher, base_url="cv-asset:///")
            data = html.write_pdf(
                font_config=fonts, pdf_variant="pdf/ua-1", finisher=_plain_characters, optimize_images=False
            )
        except Exception as error:  # whatever a page of untrusted text makes it raise is the engine's failure
            raise EngineError(Problem(Mark("weasyprint"), "", f"{type(error).__name__}: {error}"[:500])) from error
    if fetcher.refused:
        asked = ", ".join(fetcher.refused[:3])
        raise EngineError(Problem(Mark("weasyprint"), "", f"the page asked for {asked}, which it was not given"))
    return Compiled(data, tuple(lines))


def _load() -> Any:
    """Return the module, with font subsetting by HarfBuzz wherever one is to be had."""
    if "weasyprint" not in sys.modules:
        try:
            with _no_compiler():
                import weasyprint
        except OSError as error:
            hint = "install Pango: see `make setup`, or the package libpangoft2-1.0-0 (Debian), pango (Fedora, brew)"
            raise EngineError(Problem(Mark("weasyprint"), "", f"cannot be loaded: {error}", hint)) from None
        logging.getLogger("weasyprint").propagate = False
        logging.getLogger("fontTools").setLevel(logging.ERROR)
        _subset_by_uharfbuzz()
    import weasyprint
    import weasyprint.text.fonts

    return weasyprint


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
        if not to_unicode:
            return
        flags = uharfbuzz.SubsetFlags
        inputs = uharfbuzz.SubsetInput()
        inputs.glyph_set.update(to_unicode)
        inputs.flags = (
            flags.RETAIN_GIDS
            | flags.PASSTHROUGH_UNRECOGNIZED
            | flags.DESUBROUTINIZE
            | (flags.DEFAULT if hinting else flags.NO_HINTING)
        )
        inputs.drop_table_tag_set.update(
            ["BASE", "DSIG", "EBDT", "EBLC", "EBSC", "GPOS", "GSUB", "JSTF", "LTSH", "PCLT", "SVG "]
        )
        face = uharfbuzz.subset(uharfbuzz.Face(self.file_content, self.index), inputs)
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


@contextmanager
def _log() -> Iterator[list[str]]:
    lines: list[str] = []
    handler = logging.Handler(logging.WARNING)
    handler.emit = lambda record: lines.append(record.getMessage())  # type: ignore[method-assign]
    logger = logging.getLogger("weasyprint")
    logger.addHandler(handler)
    try:
        yield lines
    finally:
        logger.removeHandler(handler)


# One glyph can stand for several characters, and the first that used it names it in the text layer; these are the
# ones nobody searches for.
_TWINS = re.compile(rb"(<[0-9a-f]{4}> )<(00a0|2010|2011|00ad|202f|2009)>")
_HYPHENS = (b"2010", b"2011", b"00ad")


def _plain_characters(document: Any, pdf: Any) -> None:
    """Make every space and hyphen of the text layer a plain one."""
    for item in pdf.objects:
        stream = getattr(item, "stream", None)
        if stream and stream[0] == b"/CIDInit /ProcSet findresource begin":
            stream[:] = [_plain_line(line) if isinstance(line, bytes) else line for line in stream]


def _plain_line(line: bytes) -> bytes:
    match = _TWINS.fullmatch(line)
    return match[1] + (b"<002d>" if match[2] in _HYPHENS else b"<0020>") if match else line


# TeX Gyre Pagella has Greek letters for formulas but none with accents: without this rule a Greek word would change
# its font in the middle.
_WHOLE_GREEK = """\
<match target="scan"><test name="family"><string>TeX Gyre Pagella</string></test>
<edit name="charset" mode="assign"><minus><name>charset</name>
<charset><range><int>0x370</int><int>0x3ff</int></range></charset></minus></edit></match>
"""


def _fontconfig(folders: tuple[Path, ...], cache: Path) -> Path:
    """Write a configuration that knows the fonts in *folders* and no others, and return its path."""
    listed = "".join(f"<dir>{escape(str(folder.resolve()))}</dir>\n" for folder in folders)
    key = hashlib.sha256((listed + _WHOLE_GREEK).encode()).hexdigest()[:16]
    place = cache / "fontconfig" / key
    text = (
        '<?xml version="1.0"?>\n<!DOCTYPE fontconfig SYSTEM "fonts.dtd">\n<fontconfig>\n'
        f"{listed}<cachedir>{escape(str(place))}</cachedir>\n{_WHOLE_GREEK}</fontconfig>\n"
    )
    path = place / "fonts.conf"
    if not path.is_file() or path.read_text("utf-8") != text:
        place.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return path
