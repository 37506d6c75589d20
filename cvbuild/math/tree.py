"""The tree of a formula, small enough for every writer to render all of it.

Spaces are nodes, put where TeX would put them, so that no writer needs to know which character is a relation.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Style = Literal["italic", "upright", "bold", "bold-italic"]
Role = Literal["ordinary", "relation", "binary", "punctuation", "opening", "closing", "function", "large"]
Width = Literal["thin", "medium", "thick", "quad", "break"]


@dataclass(frozen=True, slots=True)
class Identifier:
    """A letter (`x`, `ε`, `ℝ`), or several that name one thing (`KL`)."""

    text: str
    style: Style = "italic"


@dataclass(frozen=True, slots=True)
class Number:
    text: str


@dataclass(frozen=True, slots=True)
class Operator:
    """A sign or the name of a function; writers need its role for no spaces, these are nodes."""

    text: str
    role: Role = "ordinary"


@dataclass(frozen=True, slots=True)
class Words:
    r"""Text inside a formula, as `\text` writes it."""

    text: str
    emphasised: bool = False


@dataclass(frozen=True, slots=True)
class Space:
    """White space between two parts; at a `break`, as wide as a `thick` one, a line may end."""

    width: Width


@dataclass(frozen=True, slots=True)
class Row:
    items: tuple[MathTree, ...]


@dataclass(frozen=True, slots=True)
class Scripts:
    base: MathTree
    sub: MathTree | None = None
    sup: MathTree | None = None


@dataclass(frozen=True, slots=True)
class Fraction:
    """`above` over `below`, with a line between unless it is a binomial."""

    above: MathTree
    below: MathTree
    line: bool = True


@dataclass(frozen=True, slots=True)
class Root:
    radicand: MathTree
    degree: MathTree | None = None


@dataclass(frozen=True, slots=True)
class Over:
    """`base` under an accent; `mark` is a combining character."""

    base: MathTree
    mark: str


MathTree = Identifier | Number | Operator | Words | Space | Row | Scripts | Fraction | Root | Over

PRIMES = frozenset("′″‴⁗")
