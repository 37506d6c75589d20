"""HTML: inlines in Python, where escaping hides its mistakes; blocks in the theme's templates.

`Markup` is the type of what is safe. Templates are sandboxed and escape whatever lacks it; the only text that they
get as markup is what this module made. Style sheets see the options, paper, language and font families, all checked
to be CSS values, and nothing that a person wrote.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import groupby
from pathlib import Path
from urllib.parse import quote

from markupsafe import Markup, escape
from msgspec.structs import replace

from cvbuild import eastern, locale, math
from cvbuild.addresses import encoded
from cvbuild.document import (
    Code,
    Document,
    Emph,
    Image,
    Inline,
    Inlines,
    LineBreak,
    Link,
    Logo,
    Math,
    Node,
    Span,
    Strong,
    Text,
)
from cvbuild.rendered import Asset, Rendered
from cvbuild.shipped import package
from cvbuild.style import Style
from cvbuild.theme import Theme
from cvbuild.writers import html_math
from cvbuild.writers.breaks import whole_words
from cvbuild.writers.templates import Environment, styles

ASSETS = "cv-asset:///"
SCREEN = "screen.css.j2"


def write(
    document: Document,
    theme: Theme,
    style: Style,
    options: Mapping[str, str | bool],
    assets: Mapping[str, Asset] | None = None,
    families: tuple[str, ...] = (),
    cache: Path | None = None,
) -> Rendered:
    """Return *document* as one HTML page in the look of *theme*.

    *options* are the theme's, checked; *assets* the pictures by name; *families* font families to fall back on.
    In *cache* compiled templates are kept. Raises `ThemeError` where a template fails.
    """
    writer = _Writer(theme, style, options, families, cache)
    return _rendered(writer.page(document, writer.sheets()), theme, assets)


def write_for_screens(
    document: Document,
    theme: Theme,
    style: Style,
    options: Mapping[str, str | bool],
    assets: Mapping[str, Asset] | None = None,
    families: tuple[str, ...] = (),
    cache: Path | None = None,
) -> Rendered:
    """Return what `write` does, with the rules that the theme has for screens besides."""
    writer = _Writer(theme, style, options, families, cache)
    rules = f"{writer.sheets()}\n@media screen {{\n{writer.screens()}\n}}"
    return _rendered(writer.page(document, rules), theme, assets)


def _rendered(source: str, theme: Theme, assets: Mapping[str, Asset] | None) -> Rendered:
    addressed = {_asset(name): asset for name, asset in (assets or {}).items()}
    return Rendered(source, addressed, theme.fonts)


def inline(inlines: Inlines) -> Markup:
    """Return *inlines* as HTML; this is the one place where a person's text becomes markup."""
    return Markup("").join(_inline(node) for node in inlines)


def _inline(node: Inline) -> Markup:
    match node:
        case Text(text):
            return _words(text)
        case Strong(content):
            return Markup("<strong>{}</strong>").format(inline(content))
        case Emph(content):
            return Markup("<em>{}</em>").format(inline(content))
        case Code(text):
            return Markup("<code>{}</code>").format(text)
        case Link(content, url):
            return Markup('<a href="{}">{}</a>').format(encoded(url), inline(content))
        case Math(tex):
            return html_math.render(math.parse(tex))
        case Logo(word):
            return Markup('<span class="logo">{}</span>').format(word)
        case LineBreak():
            return Markup("<br>")
        case Image(source, alt):
            return Markup('<img src="{}" alt="{}">').format(_asset(source), alt)
        case Span(kind, content):
            return Markup('<span class="{}">{}</span>').format(kind, inline(content))


def _asset(name: str) -> str:
    """Return the address of the picture *name*, which may hold anything that a file's name may."""
    return ASSETS + quote(name, safe="")


def _words(text: str) -> Markup:
    """Return *text* with each word that no line should end in as a `span.nobreak`."""
    html, place = Markup(""), 0
    for match in whole_words(text):
        html += _wide(text[place : match.start()]) + Markup('<span class="nobreak">{}</span>').format(match[0])
        place = match.end()
    return html + _wide(text[place:])


def _wide(text: str) -> Markup:
    """Return *text* with each run of Chinese or Japanese, the marks in it too, as a `span.wide`."""
    if not locale.is_unspaced(text):
        return escape(text)
    marks = set(eastern.wide_marks(text))
    html = Markup("")
    for is_wide, run in groupby(range(len(text)), lambda place: place in marks or locale.is_unspaced(text[place])):
        written = "".join(text[place] for place in run)
        html += Markup('<span class="wide">{}</span>').format(written) if is_wide else escape(written)
    return html


class _Writer:
    def __init__(
        self,
        theme: Theme,
        style: Style,
        options: Mapping[str, str | bool],
        families: tuple[str, ...],
        cache: Path | None,
    ) -> None:
        self.theme = theme
        self.cache = cache
        self.look: dict[str, object] = {
            "options": dict(options),
            "paper": style.paper,
            "language": style.language,
            "eastern": eastern.families(theme.fonts),
        }
        self.families = [_css_string(family) for family in families]
        self.names = {**self.look, "words": dict(style.words), "block": self.block, "inline": inline}
        self.templates = Environment(theme, cache, autoescape=True)

    def page(self, document: Document, own: str) -> str:
        css = (package() / "writers" / "math.css").read_text("utf-8") + own
        names = {**self.names, "document": document, "css": Markup(css)}
        return self.templates.rendered("document.html.j2", names)

    def sheets(self) -> str:
        """Return the nearest style sheet, then what each theme from that one down to the theme itself adds to it."""
        names = {**self.look, "families": self.families}
        sheets = styles(self.theme, "css", names, lambda theme: Environment(theme, self.cache, autoescape=False))
        return "\n".join(sheets)

    def screens(self) -> str:
        """Return what each theme from the eldest down to the theme itself says of screens."""
        names = {**self.look, "families": self.families}
        elders = [replace(self.theme, folders=self.theme.folders[index:]) for index in range(len(self.theme.folders))]
        saying = [elder for elder in reversed(elders) if (elder.folders[0] / SCREEN).is_file()]
        return "\n".join(Environment(e, self.cache, autoescape=False).rendered(SCREEN, names) for e in saying)

    def block(self, node: Node) -> Markup:
        """Return *node* in the template for its type and kind, or for its type."""
        name = self.templates.block(node, "html.j2")
        return Markup(self.templates.rendered(name, {**self.names, "node": node}))


def _css_string(text: str) -> str:
    """Return *text* as a CSS string; all but letters, figures and spaces as escapes."""
    return '"' + "".join(c if c.isalnum() or c == " " else f"\\{ord(c):x} " for c in text) + '"'
