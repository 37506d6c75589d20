"""From the MathML that latex2mathml makes to the tree of a formula."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterator, Sequence
from itertools import groupby
from xml.etree.ElementTree import Element

from msgspec import Struct

from cvbuild.math.tree import (
    Fraction,
    Identifier,
    MathTree,
    Number,
    Operator,
    Over,
    Role,
    Root,
    Row,
    Scripts,
    Space,
    Width,
    Words,
)

_MINUS = "−"
_BINARY = frozenset("+−±∓×·∗*∘⋅∪∩∧∨⊕⊗∖÷⊎⊔⊓⊙⊖⋆•†‡≀⨿")
_RELATIONS = frozenset("=<>:∈∉∋∣∥∝∼≁⊢⊣⊨⊥≔≕⟂△▷◁⟶⟵⟹⟸⟺⟼⩽⩾⪯⪰")
_PUNCTUATION = frozenset(",;")
_OPENING = frozenset("([{⟨⌊⌈")
_CLOSING = frozenset(")]}⟩⌋⌉!")
_LARGE = frozenset("∑∏∐∫∬∭∮⋃⋂⨁⨂⋁⋀")
_COMBINING = {"^": "\u0302", "ˆ": "\u0302", "~": "\u0303", "˜": "\u0303", "∼": "\u0303", "¯": "\u0304",
              "―": "\u0305", "‾": "\u0305", "_": "\u0332", "˙": "\u0307", "¨": "\u0308", "⃗": "\u20d7",
              "→": "\u20d7",
              "ˇ": "\u030c", "˘": "\u0306", "´": "\u0301", "`": "\u0300", "˚": "\u030a"}  # fmt: skip
# The converter writes these signs as ASCII has them.
_SIGNS = {"*": "∗", "~": "∼"}
_UNDER_LINE = "\u0332"


def read(element: Element) -> tuple[MathTree, tuple[str, ...]]:
    """Return the tree of *element*, and messages about what of it could not be read."""
    reading = _Reading([])
    return reading.tree(element), tuple(dict.fromkeys(reading.faults))


class _Reading(Struct, frozen=True):
    """One formula's way from MathML to the tree; collects what it could not read."""

    faults: list[str]

    def tree(self, element: Element, script: bool = False) -> MathTree:
        """Return the tree of *element*; inside a *script* signs stand closer."""
        match element.tag:
            case "mi" | "mo" | "mn" | "mtext":
                return _leaf(element)
            case "mspace":
                return _space(element.get("width", ""))
            case "mfrac":
                above, below = self._children(element)
                return Fraction(above, below, element.get("linethickness") != "0")
            case "msqrt":
                return Root(self._row(element, script))
            case "mroot":
                radicand, degree = self._children(element, script)
                return Root(radicand, degree)
            case "msub" | "msup" | "msubsup" | "munder" | "mover" | "munderover":
                return self._scripts(element, script)
            case "mtable":
                return self._table(element)
            case _:
                return self._row(element, script)

    def _children(self, element: Element, script: bool = True) -> list[MathTree]:
        return [self.tree(child, script) for child in element]

    def _scripts(self, element: Element, script: bool) -> MathTree:
        base = self.tree(element[0], script)
        if element.tag in ("munder", "mover") and (mark := _COMBINING.get(_text(element[1]))):
            return Over(base, _UNDER_LINE if element.tag == "munder" else mark)
        scripts = [self.tree(child, True) for child in element[1:]]
        if len(scripts) > 1:
            return Scripts(base, scripts[0], scripts[1])
        is_sub = element.tag in ("msub", "munder")
        return Scripts(base, scripts[0], None) if is_sub else Scripts(base, None, scripts[0])

    def _table(self, element: Element) -> MathTree:
        """Return a table as one line, since a line is all there is: cells by commas, rows by semicolons."""
        items: list[MathTree] = []
        for row in element:
            for cell in row:
                items += [self.tree(cell), Operator(",", "punctuation"), Space("thin")]
            items[-2:] = [Operator(";", "punctuation"), Space("medium")]
        return Row(tuple(items[:-2]))

    def _row(self, element: Element, script: bool) -> MathTree:
        items = _merged(self._known(list(element), script))
        if len(items) == 1:
            return items[0]
        return Row(tuple(_spaced(items, script)))

    def _known(self, elements: Sequence[Element], script: bool) -> Iterator[MathTree]:
        """Yield the trees of *elements*; of an unknown macro only its argument, if there is one."""
        for index, element in enumerate(elements):
            following = elements[index + 1].tag if index + 1 < len(elements) else ""
            if element.tag == "mi" and re.match(r"\\[A-Za-z]", _text(element)):
                self.faults.append(f"unknown TeX macro '{_text(element)}' in mathematics")
                if following != "mrow":
                    yield Words(_text(element))
            elif element.tag in ("mrow", "mstyle", "mpadded"):
                # A row in a row is grouping only: its parts stand among the others as far as spaces go.
                yield from self._known(list(element), script)
            elif element.tag != "mspace" or element.get("width"):
                yield self.tree(element, script)


def _text(element: Element) -> str:
    # The converter leaves its characters as references, for a serialiser that is not run here.
    return html.unescape("".join(element.itertext())).replace("\xa0", " ")


def _leaf(element: Element) -> MathTree:
    text, variant = _text(element), element.get("mathvariant", "")
    if element.tag == "mtext":
        return Words(text, "italic" in variant) if text.strip() else Space("thick")
    if element.tag == "mn":
        return Number(text)
    text = _SIGNS.get(text, text)
    role = _role(text, element.get("form", ""))
    if role != "ordinary" or not text[:1].isalpha():
        return Operator(text, role)
    return _letters(text, variant)


def _letters(text: str, variant: str) -> MathTree:
    if len(text) > 1 and text.isascii():
        return Operator(text, "function")
    plain_letter = unicodedata.normalize("NFKC", text)
    name = unicodedata.name(text[:1], "")
    # Bold letters of the mathematical block are letters with a style; blackboard and script ones are signs.
    if name.startswith("MATHEMATICAL") and "BOLD" in name and "SCRIPT" not in name and "FRAKTUR" not in name:
        return Identifier(plain_letter, "bold")
    if variant in ("bold", "bold-italic"):
        return Identifier(text, "bold" if variant == "bold" else "bold-italic")
    if variant in ("normal", "") and (variant or not _is_slanted(text)):
        return Identifier(text, "upright")
    return Identifier(text)


def _is_slanted(letter: str) -> bool:
    """Tell whether TeX slants *letter*: Latin and small Greek ones, and no others."""
    return (letter.isascii() and letter.isalpha()) or "α" <= letter <= "ω" or letter in "ϵϑϕϱϖϰ∂"


def _role(text: str, form: str) -> Role:
    if form:
        return "opening" if form == "prefix" else "closing"
    known: tuple[tuple[frozenset[str], Role], ...] = (
        (_BINARY, "binary"),
        (_RELATIONS, "relation"),
        (_PUNCTUATION, "punctuation"),
        (_OPENING, "opening"),
        (_CLOSING, "closing"),
        (_LARGE, "large"),
    )
    for characters, role in known:
        if text in characters:
            return role
    # Arrows, and the relations from ≁ to ⋟ without the binary signs among them.
    if "\u2190" <= text[:1] <= "\u21ff" or "\u2241" <= text[:1] <= "\u228b" or "\u22d0" <= text[:1] <= "\u22ed":
        return "relation"
    if text == "mod":
        return "binary"
    return "function" if len(text) > 1 and text[0].isalpha() else "ordinary"


def _space(width: str) -> MathTree:
    size = float(match[0]) if (match := re.match(r"-?[\d.]+", width)) else 0.0
    return Space("quad" if size > 0.5 else "thick" if size > 0.25 else "medium" if size > 0.2 else "thin")


def _merged(items: Iterator[MathTree]) -> list[MathTree]:
    """Return *items* with upright letters in a row made one word."""

    def kind(item: MathTree) -> str:
        return item.style if isinstance(item, Identifier) and _joins(item) else ""

    merged: list[MathTree] = []
    for style, run in groupby(items, key=kind):
        group = list(run)
        if style and len(group) > 1:
            merged.append(Identifier("".join(item.text for item in group if isinstance(item, Identifier)), "upright"))
        else:
            merged += group
    return merged


def _joins(item: Identifier) -> bool:
    return item.style == "upright" and not ("Α" <= item.text <= "Ω") and (item.text.isascii() or item.text >= "\u0500")


def _spaced(items: list[MathTree], script: bool) -> Iterator[MathTree]:
    """Yield *items* with the spaces TeX puts between them; the written ones take their place."""
    roles = _resolved_roles(items)
    depth = 0
    for index, item in enumerate(items):
        yield _as_sign(item, roles[index])
        depth += {"opening": 1, "closing": -1}.get(roles[index], 0)
        if index + 1 == len(items) or isinstance(item, Space) or isinstance(items[index + 1], Space):
            continue
        if width := _gap(roles[index], roles[index + 1], script, depth):
            yield Space(width)


def _as_sign(item: MathTree, role: Role) -> MathTree:
    # The sign of a number clings to it, and says so.
    if isinstance(item, Operator) and item.role == "binary" and role == "ordinary":
        return Operator(item.text)
    return item


def _resolved_roles(items: list[MathTree]) -> list[Role]:
    """Return the role of each item; a binary sign with nothing to its left or right is an ordinary one."""
    roles = [_item_role(item) for item in items]
    for index, role in enumerate(roles):
        before = roles[index - 1] if index else "opening"
        after = roles[index + 1] if index + 1 < len(roles) else "closing"
        alone = before in ("opening", "relation", "punctuation", "binary", "function", "large")
        if role == "binary" and (alone or after in ("closing", "relation", "punctuation")):
            roles[index] = "ordinary"
    return roles


def _item_role(item: MathTree) -> Role:
    if isinstance(item, Operator):
        return item.role
    if isinstance(item, Scripts | Over):
        return _item_role(item.base)
    return "ordinary"


def _gap(left: Role, right: Role, script: bool, depth: int) -> Width | None:
    """Return TeX's space between two roles (The TeXbook, chapter 18), in scripts only that of functions."""
    named = ("function", "large")
    if (left in named and right not in ("opening", "closing", "punctuation")) or (
        right in named and left not in ("opening", "binary", "relation", "punctuation")
    ):
        return "thin" if script or "relation" not in (left, right) else _relation_gap(left)
    if script:
        return None
    if "relation" in (left, right):
        return None if left == right else _relation_gap(left)
    if "binary" in (left, right):
        return "medium"
    if left == "punctuation":
        # A list of formulas in one pair of dollars reads as words do; arguments stand closer.
        return "thin" if depth else "break"
    return None


def _relation_gap(left: Role) -> Width:
    return "break" if left == "relation" else "thick"
