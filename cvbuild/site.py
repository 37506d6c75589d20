"""A web site of CVs: pages that know one another, say what they may load, and load nothing.

A page is a view as HTML, and becomes one of a site here: with its other forms and its other versions in a bar at the
top. Nothing in it is a script, nothing comes from elsewhere; the policy in its head says so to the browser.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Sequence
from hashlib import sha256
from html import escape, unescape
from html.parser import HTMLParser
from urllib.parse import quote

from msgspec import Struct

from cvbuild import locale
from cvbuild.errors import Mark, Problem, ThemeError

# On paper there is no bar.
_STYLE = """\
.cv-site { display: flex; flex-wrap: wrap; justify-content: space-between; gap: 4px 32px; margin: 0 0 28px;
  padding: 10px 0; border-bottom: 1px solid #d8d8d8; font: 15px/1.6 system-ui, sans-serif; text-align: left; }
.cv-site ul { display: flex; flex-wrap: wrap; gap: 2px 20px; margin: 0; padding: 0; list-style: none; }
.cv-site a { color: #1a3f8f; text-decoration: underline; text-underline-offset: 3px; white-space: nowrap; }
.cv-site a[aria-current] { color: #111; font-weight: 600; text-decoration: none; }
.cv-site a:focus-visible { outline: 2px solid #1a3f8f; outline-offset: 3px; }
@media print { .cv-site { display: none; } }
"""
# Of a page that was made for paper alone: no wider than can be read.
_PAPER = """\
@media screen {
  html { box-sizing: border-box; max-width: 60rem; margin: 0 auto; padding: 0 24px 48px; background: #fff; }
}
"""
_CHARSET = re.compile(r"<meta charset=[^>]*>", re.IGNORECASE)
_POLICY = re.compile(r"<meta http-equiv=\"?content-security-policy\"?[^>]*>\s*", re.IGNORECASE)
_HEAD = re.compile(r"<head[^>]*>", re.IGNORECASE)
_BODY = re.compile(r"<body[^>]*>", re.IGNORECASE)
_LOADS = {"script", "iframe", "frame", "object", "embed", "base", "form", "audio", "video", "portal"}
_LINKS = {"alternate", "author", "icon", "license", "me"}


class Page(Struct, frozen=True):
    """A view as one page: its HTML, the name of its file, and its other forms by what they are called."""

    variant: str
    language: str
    file: str
    html: str
    description: str
    forms: tuple[tuple[str, str], ...] = ()


def finished(page: Page, pages: Sequence[Page]) -> str:
    """Return the HTML of *page* as one of *pages*. Raises `ThemeError` where it cannot be one, or would load things."""
    html = _POLICY.sub("", page.html)
    head, body, place = _HEAD.search(html), _BODY.search(html), Mark(page.file)
    if head is None or body is None:
        raise ThemeError(Problem(place, "", "no page of a site; expected HTML with a head and a body"))
    found = _Found(html)
    if found.loads:
        raise ThemeError(Problem(place, "", f"has a <{sorted(found.loads)[0]}>, which a page of a site may not have"))
    charset = _CHARSET.search(html, head.end(), body.start())
    top = charset.end() if charset else head.end()
    before = "" if charset else '<meta charset="utf-8">'
    style = _STYLE if "viewport" in found.named else _STYLE + _PAPER
    found.styles.append(style)
    return (
        f"{html[:top]}{before}\n{_metadata(page, pages, found)}<style>{style}</style>"
        f"{html[top : body.end()]}\n{_bar(page, pages)}{html[body.end() :]}"
    )


def _metadata(page: Page, pages: Sequence[Page], found: _Found) -> str:
    lines = [f'<meta http-equiv="Content-Security-Policy" content="{escape(_policy(found), quote=True)}">']
    if "viewport" not in found.named:
        lines.append('<meta name="viewport" content="width=device-width, initial-scale=1">')
    if "description" not in found.named:
        lines.append(f'<meta name="description" content="{escape(page.description, quote=True)}">')
    # Addresses that a page leads to need not learn where a reader comes from.
    if "referrer" not in found.named:
        lines.append('<meta name="referrer" content="no-referrer">')
    # Without one, browsers ask for it.
    lines.append('<link rel="icon" href="data:,">')
    in_language = {other.language: other for other in reversed(pages)} | {page.language: page}
    if len(in_language) > 1:
        lines += (
            f'<link rel="alternate" hreflang="{escape(language, quote=True)}" href="{_address(other.file)}">'
            for language, other in sorted(in_language.items())
        )
    return "".join(f"{line}\n" for line in lines)


def _policy(found: _Found) -> str:
    """Return what the page may load: its own styles, by their hashes, and pictures and fonts that it has in itself."""
    styles = [_hash(text) for text in dict.fromkeys(found.styles)]
    attributes = [_hash(text) for text in dict.fromkeys(found.attributes)]
    styles += ["'unsafe-hashes'", *attributes] if attributes else []
    sources = {
        "default-src": "'none'", "style-src": " ".join(styles), "img-src": "data:", "font-src": "data:",
        "base-uri": "'none'", "form-action": "'none'",
    }  # fmt: skip
    return "; ".join(f"{name} {value}" for name, value in sources.items())


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(sha256(text.encode()).digest()).decode()}'"


def _bar(page: Page, pages: Sequence[Page]) -> str:
    """Return the links to the other forms of *page* and to all *pages*, in its language."""
    words = locale.words(page.language)
    forms = "".join(f'<li><a href="{_address(file)}">{escape(name)}</a></li>' for name, file in page.forms)
    versions = "".join(_version(other, page) for other in pages) if len(pages) > 1 else ""
    lists = ((words["versions"], versions), (words["forms"], forms))
    navs = (f'<nav aria-label="{escape(label, quote=True)}"><ul>{items}</ul></nav>' for label, items in lists if items)
    return f'<div class="cv-site">{"".join(navs)}</div>'


def _version(other: Page, page: Page) -> str:
    name = other.variant if other.language == page.language else f"{other.variant} ({locale.own_name(other.language)})"
    here = ' aria-current="page"' if other == page else ""
    language = f' hreflang="{escape(other.language, quote=True)}"'
    return f'<li><a href="{_address(other.file)}"{language}{here}>{escape(name)}</a></li>'


def _address(file: str) -> str:
    """Return the relative address of *file*, which stands beside the page: on a server as on a disk."""
    return f"./{quote(file)}"


class _Found(HTMLParser):
    """What of a page matters to its policy: the styles in it, what it is called, and what would load or run."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=False)
        self.styles: list[str] = []
        self.attributes: list[str] = []
        self.named: set[str] = set()
        self.loads: set[str] = set()
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        said = dict(attributes)
        self.attributes += [said["style"] or ""] if "style" in said else []
        if tag == "style":
            self.styles.append("")
        if tag == "meta" and said.get("name"):
            self.named.add(unescape(said["name"] or "").lower())
        if tag in _LOADS or (tag == "meta" and (said.get("http-equiv") or "").lower() == "refresh"):
            self.loads.add(tag)
        if tag == "link" and not _LINKS & set((said.get("rel") or "").split()):
            self.loads.add(tag)
        if any(name.startswith("on") for name in said):
            self.loads.add("script")

    def handle_data(self, data: str) -> None:
        if self.cdata_elem == "style":
            self.styles[-1] += data
