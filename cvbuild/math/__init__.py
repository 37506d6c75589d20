r"""Inline mathematics: the tree of a formula, made from its TeX, and its form as plain text.

latex2mathml reads the TeX; what it cannot read, and what it must not (definitions, files), stands as the words of
its source, which `faults` reports.
"""

from __future__ import annotations

import re
from functools import lru_cache

from cvbuild.math.converter import convert
from cvbuild.math.linear import accented, characters, is_line, over_middle, plain
from cvbuild.math.mathml import read
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

__all__ = [
    "PRIMES",
    "Fraction",
    "Identifier",
    "MathTree",
    "Number",
    "Operator",
    "Over",
    "Root",
    "Row",
    "Scripts",
    "Space",
    "Words",
    "accented",
    "characters",
    "faults",
    "is_line",
    "over_middle",
    "parse",
    "plain",
]


def parse(tex: str) -> MathTree:
    """Return the tree of *tex*; of what is no mathematics, its source as `Words`. Never raises."""
    return _read(tex)[0]


def faults(tex: str) -> tuple[str, ...]:
    """Return messages about what of *tex* `parse` could not read as mathematics."""
    return _read(tex)[1]


# Longer than any formula that fits a line, and short enough for the converter's recursion.
_LONGEST = 2000
_DEEPEST = 12
# These change what later macros mean, read files, or take arguments that are not shown.
_REFUSED = re.compile(
    r"\\(?:[egx]?def|let|(?:re)?newcommand|providecommand|DeclareMathOperator|newenvironment|input|include"
    r"|require|href|url|class|style|cssId|htmlData|includegraphics|verb|tag|label|ref|eqref|rule|hskip|hspace|kern"
    r"|mkern)(?![A-Za-z])"
)


@lru_cache(maxsize=1024)
def _read(tex: str) -> tuple[MathTree, tuple[str, ...]]:
    source = " ".join(tex.split())
    if not source:
        return Row(()), ()
    words = Words(source), (f"'{_shortened(source)}' cannot be read as mathematics",)
    if len(source) > _LONGEST or _REFUSED.search(source) or _depth(source) > _DEEPEST:
        return words
    try:
        return read(convert(_normalised(source)))
    # The converter raises some twenty kinds of errors, IndexError and RecursionError among them, for bad TeX.
    except Exception:
        return words


def _shortened(source: str) -> str:
    return source if len(source) <= 60 else source[:59] + "…"


def _depth(source: str) -> int:
    """Return how deep braces nest in *source*; a macro without braces counts as a level of its own."""
    depth = deepest = run = 0
    for match in re.finditer(r"\\(?:[A-Za-z]+|.)|\S", source):
        depth += {"{": 1, "}": -1}.get(match[0], 0)
        run = run + 1 if match[0] in (r"\frac", r"\sqrt", r"\left", "^", "_", r"\begin") else 0
        deepest = max(deepest, depth, run)
    return deepest


_THOUSANDS = re.compile(r"(?<![\d.,])\d{1,3}(?:(?:,|\{,\})\d{3})+(?![\d,])")


def _normalised(source: str) -> str:
    """Return *source* with what people paste written as TeX wants it."""
    # A comment would swallow the rest; nobody writes one in a CV.
    source = re.sub(r"(?<!\\)([%#])", r"\\\1", source)
    source = source.replace("~", r"\ ")
    # A comma between thousands parts no list.
    source = _THOUSANDS.sub(lambda match: r"\text{" + re.sub(r"[{}]", "", match[0]) + "}", source)
    source = re.sub(r"\\not\s*=", r"\\neq ", source)
    source = re.sub(r"\\not\s*\\in(?![A-Za-z])", r"\\notin ", source)
    # The converter hangs the scripts of a binomial on its closing parenthesis, and loses it.
    source = re.sub(r"(\\[dt]?binom\s*(?:\{[^{}]*\}|\w)\s*(?:\{[^{}]*\}|\w))(?=\s*[_^])", r"{\1}", source)
    return re.sub(r"\\text(?:sc|sl)(?=\{)", r"\\text", source)
