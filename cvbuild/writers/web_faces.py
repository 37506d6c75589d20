"""Which glyphs of which fonts a page uses: as much of the cascade as decides about faces.

A browser that decides otherwise still shows the text, in a font of the machine.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element, SubElement

import cssselect2
import tinycss2
from msgspec import Struct
from msgspec.structs import replace

from cvbuild import fonts

_BOLD = frozenset({"b", "h1", "h2", "h3", "h4", "h5", "h6", "strong", "th"})
_ITALIC = frozenset({"address", "cite", "dfn", "em", "i", "var"})
_TELLING = frozenset({"content", "font", "font-family", "font-style", "font-weight", "text-transform"})
_COUNTERS = frozenset("0123456789")


class _Face(Struct, frozen=True):
    """What an element's text is set in: families, the first that has a character first, and their form."""

    families: tuple[str, ...] = ()
    bold: bool = False
    italic: bool = False
    upper: bool = False


def used(page: str, files: Sequence[Path]) -> dict[tuple[Path, str], frozenset[str]]:
    """Return the characters that *page* shows by each of the font *files*, as one of the families that it is in."""
    found: dict[tuple[Path, str], set[str]] = {}
    known = {
        (path, family): (family.casefold(), *fonts.face(path)) for path in files for family in fonts.families(path)
    }
    shown: dict[_Face, set[str]] = {}
    for face, text in _runs(page):
        shown.setdefault(face, set()).update(text.upper() if face.upper else text, text)
    for face, characters in shown.items():
        for char in characters:
            if font := _font(face, char, known):
                found.setdefault(font, set()).add(char)
    return {font: frozenset(chars) for font, chars in found.items()}


def _font(face: _Face, char: str, known: dict[tuple[Path, str], tuple[str, bool, bool]]) -> tuple[Path, str] | None:
    """Return the font that shows *char*: of the first family that has it, the one nearest to *face*."""
    for family in face.families:
        having = [
            font for font, (name, _, _) in known.items() if name == family and ord(char) in fonts.coverage(font[0])
        ]
        if having:
            return min(having, key=lambda font: (known[font][2] != face.italic, known[font][1] != face.bold))
    return None


def _runs(page: str) -> Iterator[tuple[_Face, str]]:
    """Yield each text of *page*, also what its style sheets put there, with its face."""
    root = _Tree.of(page)
    matcher = cssselect2.Matcher()
    for style in root.iter("style"):
        for selectors, declarations in _rules(tinycss2.parse_stylesheet(style.text or "", True, True)):
            for selector in selectors:
                matcher.add_selector(selector, declarations)
    yield from _texts(cssselect2.ElementWrapper.from_html_root(root), _Face(), matcher)


_EMPTY = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
)
_UNENDED = frozenset({"dd", "dt", "li", "p", "td", "th", "tr"})


class _Tree(HTMLParser):
    """The elements of a page; what a template does not end ends where the next of its kind begins."""

    def __init__(self) -> None:
        super().__init__()
        self.open = [Element("page")]

    @classmethod
    def of(cls, page: str) -> Element:
        tree = cls()
        tree.feed(page)
        tree.close()
        found = tree.open[0].find("html")
        return tree.open[0] if found is None else found

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _UNENDED and self.open[-1].tag == tag:
            self.open.pop()
        element = SubElement(self.open[-1], tag, {name: value or "" for name, value in attrs})
        if tag not in _EMPTY:
            self.open.append(element)

    def handle_endtag(self, tag: str) -> None:
        places = [place for place, element in enumerate(self.open) if element.tag == tag]
        if places:
            del self.open[places[-1] :]

    def handle_data(self, data: str) -> None:
        parent = self.open[-1]
        if len(parent):
            parent[-1].tail = (parent[-1].tail or "") + data
        else:
            parent.text = (parent.text or "") + data


def _rules(rules: Iterable[Any]) -> Iterator[tuple[list[Any], list[Any]]]:
    """Yield the selectors of each rule with what it says of faces, if anything, those for media of any kind too."""
    for rule in rules:
        if rule.type == "at-rule" and rule.lower_at_keyword == "media" and rule.content is not None:
            yield from _rules(tinycss2.parse_rule_list(rule.content, True, True))
        elif rule.type == "qualified-rule":
            try:
                selectors = cssselect2.compile_selector_list(rule.prelude)
            except cssselect2.SelectorError:
                continue
            found = tinycss2.parse_declaration_list(rule.content, True, True)
            telling = [d for d in found if d.type == "declaration" and d.lower_name in _TELLING]
            if telling:
                yield selectors, telling


def _texts(element: Any, around: _Face, matcher: Any) -> Iterator[tuple[_Face, str]]:
    """Yield the texts in *element*, which stands in text of the face *around*; deeper than pages are nothing nests."""
    own = element.etree_element
    if own.tag in ("head", "script", "style"):
        return
    face = replace(around, bold=around.bold or own.tag in _BOLD, italic=around.italic or own.tag in _ITALIC)
    matches = matcher.match(element)
    for *_, pseudo, declarations in matches:
        if pseudo is None:
            face = _declared(face, declarations)
    for *_, pseudo, declarations in matches:
        if pseudo is not None:
            yield _declared(face, declarations), _generated(declarations)
    yield face, own.text or ""
    for child in element.iter_children():
        yield from _texts(child, face, matcher)
        yield face, child.etree_element.tail or ""


def _generated(declarations: Iterable[Any]) -> str:
    tokens = [token for d in declarations if d.lower_name == "content" for token in d.value]
    strings = "".join(token.value for token in tokens if token.type == "string")
    return strings + ("".join(_COUNTERS) if any(token.type == "function" for token in tokens) else "")


def _declared(face: _Face, declarations: Iterable[Any]) -> _Face:
    for declaration in declarations:
        words = [token.lower_value for token in declaration.value if token.type == "ident"]
        numbers = [token.value for token in declaration.value if token.type == "number"]
        match declaration.lower_name:
            case "font":
                bold = "bold" in words or "bolder" in words or any(number >= 600 for number in numbers)
                italic = "italic" in words or "oblique" in words
                face = replace(face, families=_families(_after_size(declaration.value)), bold=bold, italic=italic)
            case "font-family":
                face = replace(face, families=_families(declaration.value) or face.families)
            case "font-weight" if words or numbers:
                face = replace(face, bold="bold" in words or "bolder" in words or any(n >= 600 for n in numbers))
            case "font-style" if words:
                face = replace(face, italic=words[0] in ("italic", "oblique"))
            case "text-transform" if words:
                face = replace(face, upper=words[0] in ("uppercase", "capitalize"))
    return face


def _after_size(tokens: Sequence[Any]) -> Sequence[Any]:
    """Return what follows the size and the height of a line in the value of `font`."""
    sizes = [place for place, token in enumerate(tokens) if token.type in ("dimension", "percentage", "number")]
    return tokens[sizes[-1] + 1 :] if sizes else tokens


def _families(tokens: Iterable[Any]) -> tuple[str, ...]:
    """Return the names in a list of families, in one case."""
    names: list[list[str]] = [[]]
    for token in tokens:
        if token.type in ("string", "ident"):
            names[-1].append(token.value)
        elif token == ",":
            names.append([])
    return tuple(" ".join(name).casefold() for name in names if name)
