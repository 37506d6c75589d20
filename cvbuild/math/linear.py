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
            if is_line(base, mark):
                return characters(base)
            middle = over_middle(base, mark)
            return characters(middle) if middle else accented(characters(base), mark)


def accented(letters: str, mark: str) -> str:
    """Return *letters* with *mark*, a combining character, over the last: as one character where texts' fonts have it.

    They have those of Latin-1, Latin Extended-A and Additional; `ȳ` and `ᾱ` few have, but letter and mark most.
    """
    whole = unicodedata.normalize("NFC", letters + mark)
    last = ord(whole[-1])
    return whole if last < 0x180 or 0x1E00 <= last < 0x1F00 else letters + mark


# Over more than one letter these are lines as long as what is below, or above it.
_LINES = frozenset("\u0304\u0305\u0332")


def is_line(base: MathTree, mark: str) -> bool:
    """Tell whether *mark* at *base* is drawn as a line, not set as a character."""
    return mark in _LINES and not (isinstance(base, Identifier) and len(base.text) == 1)


def over_middle(base: MathTree, mark: str) -> MathTree | None:
    """Return *base* with *mark* over the letter in its middle, or nothing where it has but one letter, or none."""
    match base:
        case Identifier(text, style) if len(text) > 1:
            return over_middle(Row(tuple(Identifier(letter, style) for letter in text)), mark)
        case Scripts(inner, sub, sup):
            return Scripts(over_middle(inner, mark) or Over(inner, mark), sub, sup)
        case Row(items):
            letters = [place for place, item in enumerate(items) if isinstance(item, Identifier)]
            if letters:
                place = letters[(len(letters) - 1) // 2]
                inner = over_middle(items[place], mark) or Over(items[place], mark)
                return Row((*items[:place], inner, *items[place + 1 :]))
    return None


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
