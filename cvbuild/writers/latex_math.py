r"""Formulas as LaTeX, to stand between `\(` and `\)`: what a person would write, and nothing that a person wrote."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from msgspec import Struct

from cvbuild.math import (
    PRIMES,
    Fraction,
    Identifier,
    MathTree,
    Number,
    Operator,
    Over,
    Root,
    Row,
    Scripts,
    Space,
    Words,
)
from cvbuild.writers.latex_symbols import ACCENTS, COMMANDS, FUNCTIONS, Class, styled

Escape = Callable[[str], str]

_SPACES = {"thin": r"\,", "medium": r"\:", "thick": r"\;", "quad": r"\quad", "break": r"\;"}
_PRIMES = "′″‴⁗"
_CLASSES: dict[str, Class] = {
    "ordinary": "ord", "relation": "rel", "binary": "bin", "punctuation": "punct", "opening": "open",
    "closing": "close", "function": "op", "large": "op",
}  # fmt: skip
_MADE = {"ord": "", "rel": r"\mathrel", "bin": r"\mathbin", "punct": r"\mathpunct", "open": r"\mathopen",
         "close": r"\mathclose", "op": r"\mathop"}  # fmt: skip
# After these a sign is no longer between two things: TeX sees that by itself.
_NOTHING_BEFORE = frozenset(("", "bin", "op", "rel", "open", "punct"))
# In text as people type them, though no command of mathematics.
_TEXT_SIGNS = frozenset("°€£¥§¶©®™–—“”‘’•ο")


def render(tree: MathTree, escape: Escape) -> str:
    r"""Return *tree* as LaTeX, its words by *escape*. The parts of a list stand in formulas of their own.

    A character that has no command raises `ValueError`; `unknown` tells beforehand.
    """
    return _Writing(escape).top(tree)


def unknown(tree: MathTree) -> tuple[str, ...]:
    """Return each character of *tree* for which there is no command, once."""
    return tuple(dict.fromkeys(_unknown(tree)))


def _unknown(tree: MathTree) -> Iterator[str]:
    match tree:
        case Identifier(text) if len(text) > 1 and _is_word(text):
            return
        case Identifier(text) | Operator(text):
            if text not in PRIMES and not (isinstance(tree, Operator) and _is_word(text)):
                yield from (char for char in text if not _sign(char))
        case Number(text):
            yield from (char for char in text if not (char.isascii() and char.isprintable()))
        case Row(items):
            for item in items:
                yield from _unknown(item)
        case Scripts(base, sub, sup):
            for part in (base, sub, sup):
                yield from _unknown(part) if part else ()
        case Fraction(first, second):
            yield from _unknown(first)
            yield from _unknown(second)
        case Root(radicand, degree):
            yield from _unknown(radicand)
            yield from _unknown(degree) if degree else ()
        case Over(base, mark):
            yield from _unknown(base)
            yield from () if mark in ACCENTS else (mark,)


def _is_word(text: str) -> bool:
    return len(text) > 1 and text.isascii() and text.replace(" ", "").isalnum()


def _sign(char: str) -> str:
    if char in _TEXT_SIGNS or (char.isascii() and char.isalnum()):
        return char
    return COMMANDS[char][0] if char in COMMANDS else styled(char)


def _gap(left: str, right: str, in_script: bool) -> str:
    """Return the width of what TeX puts between two atoms by itself; '' for nothing."""
    if "op" in (left, right) and {left, right} <= {"op", "ord", "close"} and right != "close":
        return "thin"
    if in_script or left == "open" or right in ("close", "punct"):
        return ""
    if left == "punct":
        return "thin"
    if "rel" in (left, right):
        return "" if left == right else "thick"
    return "medium" if "bin" in (left, right) else ""


class _Writing(Struct, frozen=True):
    escape: Escape

    def top(self, tree: MathTree) -> str:
        """Return a whole formula; where a list may be broken, one formula ends and another begins."""
        items = tree.items if isinstance(tree, Row) else (tree,)
        parts: list[str] = []
        start = 0
        for index, item in enumerate(items):
            before = items[index - 1] if index else None
            if item == Space("break") and isinstance(before, Operator) and before.role == "punctuation":
                parts.append(self._row(items[start : index - 1]) + rf"\){before.text} \(")
                start = index + 1
        return "".join(parts) + self._row(items[start:])

    def _row(self, items: Sequence[MathTree], in_script: bool = False) -> str:
        written = ""
        before = ""
        for index, item in enumerate(items):
            if isinstance(item, Space):
                following = _class(items[index + 1]) if index + 1 < len(items) else ""
                width = "thick" if item.width == "break" else item.width
                piece = " " if width == _gap(before, following, in_script) else _SPACES[width]
            else:
                piece = self._atom(item, before, in_script)
                before = _class(item)
            written = _joined(written, piece)
        return written

    def _atom(self, tree: MathTree, before: str, in_script: bool) -> str:
        """Return *tree* as an atom after one of the class *before*."""
        match tree:
            case Identifier():
                return self._identifier(tree)
            case Number(text):
                return "".join("{,}" if char == "," else _known(char) for char in text)
            case Operator():
                return self._operator(tree, before)
            case Words(text, emphasised):
                return (r"\textit" if emphasised else r"\text") + f"{{{self.escape(text)}}}"
            case Row(items):
                return f"{{{self._row(items, in_script)}}}"
            case Scripts():
                return self._scripts(tree, before, in_script)
            case Fraction(above, below, line):
                first, second = self._part(above, True), self._part(below, True)
                return rf"\frac{{{first}}}{{{second}}}" if line else rf"{{{first} \atop {second}}}"
            case Root(radicand, degree):
                written = self._part(degree, True) if degree else ""
                index = f"[{{{written}}}]" if "]" in written else f"[{written}]" if written else ""
                return rf"\sqrt{index}{{{self._part(radicand, in_script)}}}"
            case Over(base, mark):
                if mark not in ACCENTS:
                    raise ValueError(f"no command for the accent U+{ord(mark):04X}")
                return f"{ACCENTS[mark][not _is_narrow(base)]}{{{self._part(base, in_script)}}}"
        raise TypeError(tree)

    def _part(self, tree: MathTree, in_script: bool) -> str:
        """Return *tree* as what stands between braces."""
        return self._row(tree.items if isinstance(tree, Row) else (tree,), in_script)

    def _identifier(self, identifier: Identifier) -> str:
        text, style = identifier.text, identifier.style
        if not all(char.isascii() and char.isalnum() for char in text):
            if len(text) > 1:
                return rf"\text{{{self.escape(text)}}}"
            sign = self._char(text)
            return rf"\boldsymbol{{{sign}}}" if style.startswith("bold") else sign
        match style:
            case "bold":
                return rf"\mathbf{{{text}}}"
            case "bold-italic":
                return rf"\boldsymbol{{{text}}}"
            case "upright":
                return text if text.isdigit() else rf"\mathrm{{{text}}}"
            case _:
                return text if len(text) == 1 else rf"\mathit{{{text}}}"

    def _operator(self, operator: Operator, before: str) -> str:
        text = operator.text
        if text in PRIMES:
            return r"\prime" * (_PRIMES.index(text) + 1)
        if len(text) > 1 and text.isascii() and text[0].isalpha():
            if text == "mod":
                return r"\bmod"
            return f"\\{text}" if text in FUNCTIONS else rf"\operatorname{{{self.escape(text)}}}"
        if len(text) != 1:
            return rf"\text{{{self.escape(text)}}}"
        sign = self._char(text)
        natural = COMMANDS[text][1] if text in COMMANDS else "ord"
        wanted = _CLASSES[operator.role]
        demoted = wanted == "ord" and natural == "bin" and before in _NOTHING_BEFORE
        return sign if natural == wanted or demoted else f"{_MADE[wanted]}{{{sign}}}"

    def _char(self, char: str) -> str:
        return rf"\text{{{self.escape(char)}}}" if char in _TEXT_SIGNS else _known(char)

    def _scripts(self, scripts: Scripts, before: str, in_script: bool) -> str:
        simple = isinstance(scripts.base, Identifier | Number | Operator | Over | Words)
        base = self._atom(scripts.base, before, in_script) if simple else f"{{{self._part(scripts.base, in_script)}}}"
        sub = f"_{self._script(scripts.sub)}" if scripts.sub else ""
        if isinstance(scripts.sup, Operator) and scripts.sup.text in PRIMES:
            # In a group of its own a lowered part is read before the prime, and stands before it.
            primed = f"{{{base}{sub}}}" if sub else base
            return primed + "'" * (_PRIMES.index(scripts.sup.text) + 1)
        return base + sub + (f"^{self._script(scripts.sup)}" if scripts.sup else "")

    def _script(self, tree: MathTree) -> str:
        script = self._part(tree, True)
        return script if len(script) == 1 or re.fullmatch(r"\\[A-Za-z]+", script) else f"{{{script}}}"


def _is_narrow(tree: MathTree) -> bool:
    """Tell whether an accent over *tree* is one over a letter."""
    return _is_narrow(tree.base) if isinstance(tree, Over) else isinstance(tree, Identifier) and len(tree.text) == 1


def _class(tree: MathTree) -> str:
    match tree:
        case Operator(_, role):
            return _CLASSES[role]
        case Scripts(base):
            return _class(base)
        case Space():
            return ""
        case _:
            return "ord"


def _known(char: str) -> str:
    if sign := _sign(char):
        return sign
    raise ValueError(f"no command for the character U+{ord(char):04X}")


def _joined(before: str, after: str) -> str:
    """Return two pieces side by side, a space between them where they would run into one command."""
    if re.search(r"(\\[A-Za-z]+|[_^]\w)$", before) and after[:1].isalpha():
        return f"{before} {after}"
    return before + after
