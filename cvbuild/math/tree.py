"""The tree of a formula, small enough for every writer to render all of it.

Spaces are nodes, put where TeX would put them, so that no writer needs to know which character is a relation.
"""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

Style = Literal["italic", "upright", "bold", "bold-italic"]
Role = Literal["ordinary", "relation", "binary", "punctuation", "opening", "closing", "function", "large"]
Width = Literal["thin", "medium", "thick", "quad", "break"]


class Identifier(Struct, frozen=True):
    """A letter (`x`, `ε`, `ℝ`), or several that name one thing (`KL`)."""

    text: str
    style: Style = "italic"


class Number(Struct, frozen=True):
    text: str


class Operator(Struct, frozen=True):
    """A sign or the name of a function; writers need its role for no spaces, these are nodes."""

    text: str
    role: Role = "ordinary"


class Words(Struct, frozen=True):
    r"""Text inside a formula, as `\text` writes it."""

    text: str
    emphasised: bool = False


class Space(Struct, frozen=True):
    """White space between two parts; at a `break`, as wide as a `thick` one, a line may end."""

    width: Width


class Row(Struct, frozen=True):
    items: tuple[MathTree, ...]


class Scripts(Struct, frozen=True):
    base: MathTree
    sub: MathTree | None = None
    sup: MathTree | None = None


class Fraction(Struct, frozen=True):
    """`above` over `below`, with a line between unless it is a binomial."""

    above: MathTree
    below: MathTree
    line: bool = True


class Root(Struct, frozen=True):
    radicand: MathTree
    degree: MathTree | None = None


class Over(Struct, frozen=True):
    """`base` under an accent; `mark` is a combining character."""

    base: MathTree
    mark: str


MathTree = Identifier | Number | Operator | Words | Space | Row | Scripts | Fraction | Root | Over

PRIMES = frozenset("′″‴⁗")
