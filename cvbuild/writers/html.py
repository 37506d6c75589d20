"""HTML: inlines in Python, where escaping hides its mistakes; blocks in the theme's templates.

`Markup` is the type of what is safe. Templates are sandboxed and escape whatever lacks it; the only text that they
get as markup is what this module made. Style sheets see options alone, whose values are checked to be CSS values.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import resources
from pathlib import Path

import jinja2
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup, escape

from cvbuild import math
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
from cvbuild.errors import Mark, Problem, ThemeError
from cvbuild.rendered import Asset, Rendered
from cvbuild.style import Style
from cvbuild.theme import Theme
from cvbuild.writers import html_math

ASSETS = "cv-asset:///"


def write(
    document: Document,
    theme: Theme,
    style: Style,
    options: Mapping[str, str | bool],
    assets: Mapping[str, Asset] | None = None,
    families: tuple[str, ...] = (),
) -> Rendered:
    """Return *document* as one HTML page in the look of *theme*.

    *options* are the theme's, checked; *assets* the pictures by name; *families* font families to fall back on.
    Raises `ThemeError` where a template fails.
    """
    writer = _Writer(theme, style, options, families)
    source = writer.page(document)
    addressed = {ASSETS + name: asset for name, asset in (assets or {}).items()}
    return Rendered(source, addressed, theme.fonts)


def inline(inlines: Inlines) -> Markup:
    """Return *inlines* as HTML; this is the one place where a person's text becomes markup."""
    return Markup("").join(_inline(node) for node in inlines)


def _inline(node: Inline) -> Markup:
    match node:
        case Text(text):
            return escape(text)
        case Strong(content):
            return Markup("<strong>{}</strong>").format(inline(content))
        case Emph(content):
            return Markup("<em>{}</em>").format(inline(content))
        case Code(text):
            return Markup("<code>{}</code>").format(text)
        case Link(content, url):
            return Markup('<a href="{}">{}</a>').format(url, inline(content))
        case Math(tex):
            return html_math.render(math.parse(tex))
        case Logo(word):
            return Markup('<span class="logo">{}</span>').format(word)
        case LineBreak():
            return Markup("<br>")
        case Image(source, alt):
            return Markup('<img src="{}" alt="{}">').format(ASSETS + source, alt)
        case Span(kind, content):
            return Markup('<span class="{}">{}</span>').format(kind, inline(content))


class _Writer:
    def __init__(
        self, theme: Theme, style: Style, options: Mapping[str, str | bool], families: tuple[str, ...]
    ) -> None:
        self.theme = theme
        self.names = {
            "options": dict(options),
            "words": dict(style.words),
            "paper": style.paper,
            "language": style.language,
            "families": [_css_string(family) for family in families],
            "block": self.block,
            "inline": inline,
        }
        self.templates = _environment(theme, autoescape=True)
        self.styles = _environment(theme, autoescape=False)

    def page(self, document: Document) -> str:
        own = self.render(self.styles, "style.css.j2", {})
        css = (resources.files("cvbuild") / "writers" / "math.css").read_text("utf-8") + own
        return self.render(self.templates, "document.html.j2", {"document": document, "css": Markup(css)})

    def block(self, node: Node) -> Markup:
        """Return *node* in the template for its type and kind, or for its type."""
        name = type(node).__name__.lower()
        kind = getattr(node, "kind", "")
        names = [f"blocks/{name}.{kind}.html.j2", f"blocks/{name}.html.j2"]
        found = next((n for n in names if self.theme.file(n)), names[1])
        return Markup(self.render(self.templates, found, {"node": node}))

    def render(self, environment: jinja2.Environment, name: str, values: Mapping[str, object]) -> str:
        try:
            return environment.get_template(name).render({**self.names, **values})
        except jinja2.TemplateNotFound as error:
            raise self.broken(Mark(str(self.theme.folders[0])), f"no template '{error}'") from None
        except jinja2.TemplateSyntaxError as error:
            raise self.broken(Mark(str(error.filename or name), error.lineno), str(error.message)) from None
        except (jinja2.TemplateError, ArithmeticError, RecursionError, TypeError, ValueError) as error:
            raise self.broken(Mark(str(self.theme.file(name) or name)), str(error)) from None

    def broken(self, mark: Mark, message: str) -> ThemeError:
        return ThemeError(Problem(mark, f"theme '{self.theme.name}'", message))


def _environment(theme: Theme, *, autoescape: bool) -> jinja2.Environment:
    environment = ImmutableSandboxedEnvironment(
        loader=_loader(theme.folders),
        autoescape=autoescape,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=False,
    )
    # Generators of arbitrary text have no place in a theme.
    environment.globals.clear()
    return environment


def _loader(folders: tuple[Path, ...]) -> jinja2.BaseLoader:
    def load(name: str) -> tuple[str, str, None] | None:
        for folder in folders:
            path = folder / name
            # A link could lead out of the theme.
            if path.is_file() and path.resolve().is_relative_to(folder.resolve()):
                return path.read_text("utf-8"), str(path), None
        return None

    return jinja2.FunctionLoader(load)


def _css_string(text: str) -> str:
    """Return *text* as a CSS string; all but letters, figures and spaces as escapes."""
    return '"' + "".join(c if c.isalnum() or c == " " else f"\\{ord(c):x} " for c in text) + '"'
