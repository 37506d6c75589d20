r"""LaTeX: PyLaTeX owns the document, the theme's templates its layout, and this module every character.

`NoEscape` is the type of what is safe. Templates are sandboxed; what they print is escaped unless it has that type, and
the only text that they get with it is what this module made. A document is two files: `cv.tex`, made of commands that
read well (`\cvrow`, `\item`), and `cvtheme.sty`, which says how they look and sees nothing that a person wrote.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from pylatex import Document as LatexDocument
from pylatex import NoEscape, Package
from pylatex.base_classes import Arguments, CommandBase, LatexObject

from cvbuild import math
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
from cvbuild.rendered import PREAMBLE_ENDS, Asset, Origin, Rendered
from cvbuild.style import Style
from cvbuild.theme import Theme
from cvbuild.writers import latex_escape, latex_math
from cvbuild.writers.latex_templates import LatexEnvironment, located
from cvbuild.writers.templates import block_name, styles

STYLE_FILE = "cvtheme"


class Cv(LatexDocument):
    """An article with the packages of its components, and none of PyLaTeX's choice."""

    escape = False
    content_separator = "\n"

    def __init__(self) -> None:
        super().__init__(
            documentclass="article", fontenc=None, inputenc=None, lmodern=False, textcomp=False, microtype=False,
            page_numbers=False, indent=True,
        )  # fmt: skip
        self.preamble.clear()
        self.clear()
        # First: it gives packages options of its own, which no other may have loaded without them.
        self.packages.add(Package(STYLE_FILE))

    def dumps(self) -> NoEscape:
        """Return the whole file, a package to the line."""
        head = [self.documentclass, *self.packages, *self.preamble]
        lines = [part if isinstance(part, str) else part.dumps() for part in head]
        return NoEscape("\n".join([*lines, PREAMBLE_ENDS, r"\begin{document}", *self, r"\end{document}", ""]))


class Bold(CommandBase):
    _latex_name = "textbf"


class Italic(CommandBase):
    _latex_name = "emph"


class Typewriter(CommandBase):
    _latex_name = "texttt"


class Formula(CommandBase):
    r"""`\(…\)` with the symbols of the AMS."""

    packages: ClassVar = [Package("amsmath"), Package("amssymb")]

    def dumps(self) -> str:
        return rf"\({self.arguments._positional_args[0]}\)"


class Href(CommandBase):
    packages: ClassVar = [Package("hyperref")]


class Picture(CommandBase):
    _latex_name = "cvpicture"
    packages: ClassVar = [Package("graphicx")]


class Part(CommandBase):
    """A part whose look is the theme's: `cvbadge`, `cvmark` …"""

    def __init__(self, kind: str, content: NoEscape) -> None:
        super().__init__(content)
        self._latex_name = f"cv{kind}"


# The parts that a theme may set in a way of their own; all others are set as their text is.
PARTS = frozenset({"badge", "label", "links", "mark", "me", "note", "number", "subjects", "word"})
# The parts that stay on one line.
_WHOLE = frozenset({"person", "me", "when", "links"})


def write(
    document: Document,
    theme: Theme,
    style: Style,
    options: Mapping[str, str | bool],
    assets: Mapping[str, Asset] | None = None,
) -> Rendered:
    """Return *document* as LaTeX in the look of *theme*: its main file as source, the style and pictures as assets.

    *options* are the theme's, checked; *assets* the pictures by name. Raises `ThemeError` where a template fails.
    """
    return _Writer(theme, style, options, assets or {}).document(document)


@dataclass(slots=True)
class _Writer:
    theme: Theme
    style: Style
    options: Mapping[str, str | bool]
    assets: Mapping[str, Asset]
    cv: Cv = field(default_factory=Cv)
    places: list[Origin] = field(default_factory=list)
    environment: LatexEnvironment = field(init=False)
    names: dict[str, object] = field(init=False)
    look: dict[str, object] = field(init=False)

    def __post_init__(self) -> None:
        self.environment = self._environment(self.theme)
        options = {name: _value(value) for name, value in self.options.items()}
        self.look = {"options": options, "paper": self.style.paper, "language": self.style.language}
        self.names = {
            **self.look, "words": dict(self.style.words), "block": self.block, "inline": self.inline,
        }  # fmt: skip

    def document(self, document: Document) -> Rendered:
        names = {**self.names, "document": document, "metadata": _metadata(document)}
        body = self.environment.rendered("document.tex.j2", names)
        self.cv.append(NoEscape(body.strip("\n")))
        source, origins = located(self.cv.dumps(), self.places)
        pictures = {_file(index, asset): asset for index, asset in enumerate(self.assets.values())}
        return Rendered(source, {**self.sheet(), **pictures}, self.theme.fonts, origins)

    def sheet(self) -> dict[str, Asset]:
        """Return the theme's style as a package."""
        parts = styles(self.theme, "tex", self.look, self._environment)
        text = "\n".join([rf"\ProvidesPackage{{{STYLE_FILE}}}", *parts])
        source, origins = located(text, self.places)
        return {f"{STYLE_FILE}.sty": Asset(source.encode(), "text/x-tex", origins)}

    def _environment(self, theme: Theme) -> LatexEnvironment:
        return LatexEnvironment(theme, self.put, self.places)

    def block(self, node: Node) -> NoEscape:
        """Return *node* in the template for its type and kind, or for its type."""
        name = block_name(node, self.theme, "tex.j2")
        made = self.environment.rendered(name, {**self.names, "node": node})
        return self.environment.within(getattr(node, "id", ""), made)

    def inline(self, inlines: Inlines) -> NoEscape:
        """Return *inlines* as LaTeX; this is the one place where a person's text becomes markup."""
        return NoEscape("".join(self._inline(node) for node in inlines))

    def put(self, component: LatexObject) -> NoEscape:
        """Return *component* as LaTeX, its packages taken into the preamble."""
        self.cv.packages |= component.packages
        return NoEscape(component.dumps())

    def _inline(self, node: Inline) -> str:
        match node:
            case Text(text):
                return latex_escape.text(text)
            case Strong(content):
                return self.put(Bold(self.inline(content)))
            case Emph(content):
                return self.put(Italic(self.inline(content)))
            case Code(text):
                return self.put(Typewriter(NoEscape(latex_escape.text(text))))
            case Link(content, url):
                address = NoEscape(latex_escape.url(encoded(url)))
                return self.put(Href(Arguments(address, self.inline(content))))
            case Math(tex):
                return self.put(Formula(NoEscape(latex_math.render(math.parse(tex), latex_escape.text))))
            case Logo(word):
                return rf"\cvlogo{{{latex_escape.text(word)}}}"
            case LineBreak():
                return r"\newline "
            case Image(source):
                index = list(self.assets).index(source)
                return self.put(Picture(NoEscape(_file(index, self.assets[source]))))
            case Span(kind, content):
                made = self.inline(_tied(content) if kind in _WHOLE else content)
                return self.put(Part(kind, made)) if kind in PARTS else made


def _tied(inlines: Inlines) -> Inlines:
    """Return *inlines* with spaces and hyphens at which no line ends."""
    return tuple(_tie(node) for node in inlines)


def _tie(node: Inline) -> Inline:
    match node:
        case Text(text):
            return Text(text.replace(" ", "\u00a0").replace("-", "\u2011"))
        case Strong(content):
            return Strong(_tied(content))
        case Emph(content):
            return Emph(_tied(content))
        case Link(content, url):
            return Link(_tied(content), url)
        case Span(kind, content):
            return Span(kind, _tied(content))
        case _:
            return node


def _file(index: int, asset: Asset) -> str:
    """Return a name for a picture: nobody's own, for TeX reads some characters in names as it likes."""
    return f"picture-{index + 1}.{'jpg' if asset.media_type == 'image/jpeg' else 'png'}"


def _value(value: str | bool) -> str | bool:
    """Return the value of an option as LaTeX has it: a colour as six hexadecimal figures."""
    if not isinstance(value, str) or not value.startswith("#"):
        return value
    figures = value[1:] if len(value) == 7 else "".join(figure * 2 for figure in value[1:])
    return figures.upper()


def _metadata(document: Document) -> Iterable[NoEscape]:
    """Return title, author and language as strings of a PDF."""
    return tuple(
        NoEscape(latex_escape.pdf_string(text)) for text in (document.title, document.author, document.language)
    )
