"""A web page that needs nothing but itself: its pictures and fonts are in it, and it may load and run nothing."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from hashlib import sha256
from html import escape
from pathlib import Path

from cvbuild import fonts
from cvbuild.errors import Mark, Problem, ThemeError
from cvbuild.rendered import Rendered
from cvbuild.writers.web_faces import used
from cvbuild.writers.web_fonts import subset

_HEAD = re.compile(r"<head\b[^>]*>(?:\s*<meta charset=[^>]*>)?")
_STYLE = re.compile(r"<style\b[^>]*>(.*?)</style>", re.DOTALL)
# What engines are told of a node by; whoever reads the page need not know what the person calls it.
_ID = re.compile(r' data-entry="[^"]*"')


def write(page: Rendered, cache: Path | None = None) -> str:
    """Return *page* with its pictures, and with the glyphs that it uses of its fonts; in *cache* the latter are kept.

    Raises `ThemeError` where it has no head to say in what it may do.
    """
    source = _ID.sub("", page.source)
    for address, asset in page.assets.items():
        source = source.replace(f'"{escape(address)}"', f'"{_inlined(asset.data, asset.media_type)}"')
    head = _HEAD.search(source)
    if not head:
        raise ThemeError(Problem(Mark("document.html.j2"), "", "the page has no <head>"))
    faces = f"<style>\n{''.join(_faces(page, cache))}</style>"
    told = (_meta("viewport", "width=device-width, initial-scale=1"), _meta("referrer", "no-referrer"), faces)
    policy = _policy([*_STYLE.findall(source), *_STYLE.findall(faces)])
    return "\n".join([source[: head.end()], policy, *told]) + source[head.end() :]


def _meta(name: str, content: str) -> str:
    return f'<meta name="{name}" content="{content}">'


def _policy(styles: list[str]) -> str:
    """Return what keeps a page from anything but the *styles*, pictures and fonts that are in it."""
    own = " ".join(f"'sha256-{base64.b64encode(sha256(css.encode()).digest()).decode()}'" for css in styles)
    rules = f"default-src 'none'; style-src {own}; img-src data:; font-src data:; base-uri 'none'; form-action 'none'"
    return f'<meta http-equiv="Content-Security-Policy" content="{rules}">'


def _faces(page: Rendered, cache: Path | None) -> Iterator[str]:
    """Yield a rule for each font of which *page* uses a glyph."""
    files = [path for folder in page.fonts for path in fonts.files(folder)]
    try:
        shown = used(page.source, files)
    except RecursionError:
        raise ThemeError(Problem(Mark("document.html.j2"), "", "the page is nested too deeply")) from None
    for (path, family), characters in sorted(shown.items()):
        bold, italic = fonts.face(path)
        source = _inlined(subset(path, characters, cache), "font/woff2")
        yield (
            f'@font-face {{ font-family: "{_css(family)}"; font-weight: {700 if bold else 400}; '
            f'font-style: {"italic" if italic else "normal"}; src: url({source}) format("woff2"); }}\n'
        )


def _css(text: str) -> str:
    return "".join(c if c.isalnum() or c == " " else f"\\{ord(c):x} " for c in text)


def _inlined(data: bytes, media_type: str) -> str:
    return f"data:{media_type};base64,{base64.b64encode(data).decode()}"
