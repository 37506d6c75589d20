r"""LaTeX: PyLaTeX owns the document, the theme's templates its layout, and this module every character.

`NoEscape` is the type of what is safe. Templates are sandboxed; what they print is escaped unless it has that type, and
the only text that they get with it is what this module made. A document is two files: `cv.tex`, made of commands that
read well (`\cvrow`, `\item`), and `cvtheme.sty`, which says how they look and sees nothing that a person wrote.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar

from msgspec.structs import replace
from pylatex import Document as LatexDocument
from pylatex import NoEscape, Package
from pylatex.base_classes import Arguments, CommandBase, LatexObject

from cvbuild import eastern, locale, math, shipped, xmp
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
    plain,
)
from cvbuild.rendered import PREAMBLE_ENDS, Asset, Rendered
from cvbuild.style import Style
from cvbuild.theme import Theme
from cvbuild.writers import latex_escape, latex_math
from cvbuild.writers.breaks import breakable, whole_words
from cvbuild.writers.latex_marks import AT
from cvbuild.writers.latex_templates import LatexEnvironment, indented, located
from cvbuild.writers.templates import styles

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
    r"""`\(…\)`; the symbols come with the face."""

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
# The parts that stay on one line, and those of which every link does.
_WHOLE = frozenset({"person", "me", "when"})
_WHOLE_LINKS = frozenset({"links", "contact"})


def write(
    document: Document,
    theme: Theme,
    style: Style,
    options: Mapping[str, str | bool],
    assets: Mapping[str, Asset] | None = None,
    cache: Path | None = None,
) -> Rendered:
    """Return *document* as LaTeX in the look of *theme*: its main file as source, the style and pictures as assets.

    *options* are the theme's, checked; *assets* the pictures by name. In *cache* compiled templates are kept. Raises
    `ThemeError` where a template fails.
    """
    return _Writer(theme, style, options, assets or {}, cache).document(document)


class _Writer:
    def __init__(
        self,
        theme: Theme,
        style: Style,
        options: Mapping[str, str | bool],
        assets: Mapping[str, Asset],
        cache: Path | None,
    ) -> None:
        self.theme, self.style, self.assets, self.cache = theme, style, assets, cache
        self.cv = Cv()
        self.environment = self._environment(theme)
        own = {name: _value(value, theme.options[name].type) for name, value in options.items()}
        self.look: dict[str, object] = {"options": own, "paper": style.paper, "language": style.language}
        self.names: dict[str, object] = {
            **self.look, "words": dict(self.style.words),
            "block": self.block, "inline": self.inline, "plain": self.plain,
        }  # fmt: skip

    def document(self, document: Document) -> Rendered:
        names = {**self.names, "document": document}
        body = self.environment.rendered("document.tex.j2", names)
        self.cv.append(NoEscape(body.strip("\n")))
        source, origins = located(self.cv.dumps())
        files = {**self.sheet(), **_archived(document)}
        pictures = {_file(index, asset): asset for index, asset in enumerate(self.assets.values())}
        return Rendered(indented(source), files | pictures, self.theme.fonts, origins)

    def sheet(self) -> dict[str, Asset]:
        """Return the theme's style as a package."""
        parts = styles(self.theme, "tex", self.look, self._environment)
        faces = ",".join(eastern.codes(self.theme.fonts))
        told = [rf"\def\cveastern{{{faces}}}"] if faces else []
        text = "\n".join([rf"\ProvidesPackage{{{STYLE_FILE}}}", *told, *parts])
        source, origins = located(text)
        return {f"{STYLE_FILE}.sty": Asset(source.encode(), "text/x-tex", origins)}

    def _environment(self, theme: Theme) -> LatexEnvironment:
        return LatexEnvironment(theme, self.put, self.cache)

    def block(self, node: Node) -> NoEscape:
        """Return *node* in the template for its type and kind, or for its type."""
        name = self.environment.block(node, "tex.j2")
        inline = self.contacts if getattr(node, "kind", "") == "contact" else self.inline
        # Items are set by the template of their list; the text of one is known by being that very tuple.
        owners = {id(item.content): item.id for item in getattr(node, "items", ())}

        def text(inlines: Inlines) -> NoEscape:
            return self.environment.within(owners.get(id(inlines), ""), inline(inlines))

        made = self.environment.rendered(name, {**self.names, "node": node, "inline": text})
        return self.environment.within(getattr(node, "id", ""), made)

    def inline(self, inlines: Inlines) -> NoEscape:
        """Return *inlines* as LaTeX; this is the one place where a person's text becomes markup."""
        return NoEscape("".join(self._inline(node) for node in inlines))

    def contacts(self, inlines: Inlines) -> NoEscape:
        """Return *inlines* as LaTeX, each link on one line."""
        return self.inline(_links_kept(inlines))

    def plain(self, inlines: Inlines) -> NoEscape:
        """Return the words of *inlines* as LaTeX, without links and the like, and mathematics on one line."""
        return NoEscape(latex_escape.text(plain(inlines)))

    def put(self, component: LatexObject) -> NoEscape:
        """Return *component* as LaTeX, its packages taken into the preamble."""
        self.cv.packages |= component.packages
        return NoEscape(component.dumps())

    def _inline(self, node: Inline) -> str:
        match node:
            case Text(text):
                return _words(text)
            case Span(kind, ()) if kind.startswith(AT):
                return rf"\cvat{{{kind.removeprefix(AT)}}}"
            case Span("kept", (Text(text),)):
                return _kept(text)
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
                if kind in _WHOLE:
                    content = _whole(content)
                elif kind in _WHOLE_LINKS:
                    content = _links_kept(content)
                made = self.inline(content)
                return self.put(Part(kind, made)) if kind in PARTS else made


def _words(text: str) -> str:
    """Return *text* as LaTeX that lets lines end where they may."""
    made, place = "", 0
    for match in whole_words(text):
        # TeX ends no line in a word of Korean.
        if "-" in match[0]:
            made += _broken(text[place : match.start()]) + rf"\mbox{{{latex_escape.text(match[0])}}}"
            place = match.end()
    return made + _broken(text[place:])


def _broken(text: str) -> str:
    return r"\allowbreak ".join(_marks(piece) for piece in breakable(text))


def _marks(text: str) -> str:
    """Return *text* as LaTeX, marked where a mark is as wide as the East Asian text around it."""
    made, start = "", 0
    for place in eastern.wide_marks(text):
        made += latex_escape.text(text[start:place]) + rf"\cvwide{{{text[place]}}}"
        start = place + 1
    return made + latex_escape.text(text[start:])


def _kept(text: str) -> str:
    """Return *text* as LaTeX that stays on one line."""
    made = _marks(text)
    # Lines may end after hyphens, and between any two characters of Chinese or Japanese.
    return rf"\mbox{{{made}}}" if "-" in text or locale.is_unspaced(text) else made.replace(" ", "~")


def _whole(inlines: Inlines) -> Inlines:
    """Return *inlines* with all texts marked as kept on one line."""
    return tuple(_wholly(node) for node in inlines)


def _wholly(node: Inline) -> Inline:
    match node:
        case Text():
            return Span("kept", (node,))
        case Strong(content) | Emph(content) | Link(content) | Span(_, content):
            return replace(node, content=_whole(content))
        case _:
            return node


def _links_kept(inlines: Inlines) -> Inlines:
    """Return *inlines* with the texts of links marked as kept on one line."""
    return tuple(_link_kept(node) for node in inlines)


def _link_kept(node: Inline) -> Inline:
    match node:
        case Link(content):
            return replace(node, content=_whole(content))
        case Strong(content) | Emph(content) | Span(_, content):
            return replace(node, content=_links_kept(content))
        case _:
            return node


def _file(index: int, asset: Asset) -> str:
    """Return a name for a picture: nobody's own, for TeX reads some characters in names as it likes."""
    return f"picture-{index + 1}.{'jpg' if asset.media_type == 'image/jpeg' else 'png'}"


def _value(value: str | bool, kind: str) -> str | bool:
    """Return the value of an option as LaTeX has it: a colour as six hexadecimal figures, points as those of PDF."""
    match kind:
        case "color":
            figures = str(value)[1:]
            return (figures if len(figures) == 6 else "".join(figure * 2 for figure in figures)).upper()
        case "length":
            return re.sub("pt$", "bp", str(value))
    return value


def _archived(document: Document) -> dict[str, Asset]:
    """Return what a PDF/A has in it besides: its metadata, and what its colours mean."""
    packet = xmp.archived(document.title, document.author, document.language)
    return {
        "cv.xmp": Asset(packet, "application/rdf+xml"),
        "cv-srgb.icc": Asset(shipped.srgb(), "application/vnd.iccprofile"),
    }
