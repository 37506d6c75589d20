"""Formulas as plain text, on one line."""

from __future__ import annotations

import re
import unicodedata

from cvbuild.math.tree import (
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


def characters(tree: MathTree) -> str:
    """Return every character that a writer sets for *tree*, white space aside, in reading order."""
    match tree:
        case Identifier(text) | Number(text) | Words(text) | Operator(text):
            return text
        case Space():
            return ""
        case Row(items):
            return "".join(map(characters, items))
        case Scripts(base, sub, sup):
            return "".join(characters(part) for part in (base, sub, sup) if part)
        case Fraction(above, below):
            return characters(above) + characters(below)
        case Root(radicand, degree):
            return (characters(degree) if degree else "") + "√" + characters(radicand)
        case Over(base, mark):
            return unicodedata.normalize("NFC", characters(base) + mark)


_RAISED = str.maketrans("0123456789−", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")
_LOWERED = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


def plain(tree: MathTree) -> str:
    """Return *tree* as people type it: `ε^(−7/2)`, `x²`, `ε_stat(N)`, `y*(x)`, `O(n log n)`, `√N`, `a/b`.

    Only whole numbers are raised and lowered characters: others are hard to read, or missing from fonts.
    """
    match tree:
        case Identifier(text) | Number(text) | Words(text):
            return text
        case Operator(text):
            return "*" if text == "∗" else text
        case Space():
            return " "
        case Row(items):
            return _plain_row(items)
        case Scripts(base, sub, sup):
            return plain(base) + _lowered(sub) + _raised(sup)
        case Fraction(above, below, line):
            return f"{_grouped(above)}{'/' if line else ' choose '}{_grouped(below, whole=True)}"
        case Root(radicand, degree):
            sign = {None: "√", "3": "∛", "4": "∜"}.get(plain(degree) if degree else None, "√")
            return sign + _grouped(radicand, whole=True)
        case Over(base, mark):
            words = plain(base)
            letters = [letter for letter in words if not unicodedata.combining(letter)]
            return unicodedata.normalize("NFC", words + mark) if len(letters) == 1 else words


def _plain_row(items: tuple[MathTree, ...]) -> str:
    written = ""
    for before, item in zip((None, *items), items, strict=False):
        words = plain(item)
        # ∂_t u, not ∂_tu.
        ends_in_script = isinstance(before, Scripts) and written[-1:].isalpha()
        written += f" {words}" if ends_in_script and words[:1].isalnum() else words
    return written


def _grouped(tree: MathTree, whole: bool = False) -> str:
    """Return *tree* in parentheses where they are needed, as around a product that stands below a line as a *whole*."""
    words = plain(tree)
    if whole and isinstance(tree, Row) and len(tree.items) > 1:
        return f"({words})"
    return words if len(words) == 1 or words.isalnum() or isinstance(tree, Root | Over) else f"({words})"


def _raised(tree: MathTree | None) -> str:
    words = plain(tree) if tree else ""
    if not words or words in ("*", "†", "‡", "∘", "°") or set(words) <= PRIMES:
        return "°" if words == "∘" else words
    if re.fullmatch(r"−?\d+", words):
        return words.translate(_RAISED)
    return f"^{words}" if words.isalnum() or words == "⊤" or re.fullmatch(r"\([^()]*\)", words) else f"^({words})"


def _lowered(tree: MathTree | None) -> str:
    words = plain(tree) if tree else ""
    if not words:
        return ""
    if re.fullmatch(r"\d+", words):
        return words.translate(_LOWERED)
    return f"_{words}" if words.isalnum() else f"_({words})"
