"""Formulas as LaTeX: the cases, and that every engine sets each sign as the character that it is."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given

from cvbuild import math, tex_characters
from cvbuild.math import Identifier, Operator, Row, Scripts, Space, Words
from cvbuild.writers import latex_escape, latex_math
from cvbuild.writers.latex_symbols import ACCENTS, COMMANDS
from tests import texfonts as tex
from tests.test_math import hostile

_CASES = Path(__file__).parent / "cases" / "latex" / "math.txt"


def cases() -> list[tuple[str, str]]:
    lines = _CASES.read_text("utf-8").splitlines()
    return [tuple(line.split(" => ", 1)) for line in lines if not line.startswith("# ")]  # type: ignore[misc]


def _render(formula: str) -> str:
    return latex_math.render(math.parse(formula), latex_escape.text)


@pytest.mark.parametrize(("formula", "latex"), cases())
def test_cases(formula: str, latex: str) -> None:
    assert _render(formula) == latex


def test_words_go_through_the_escaper_that_is_given() -> None:
    tree = Row((Words("a%b"), Space("thick"), Operator("x y", "function")))

    assert latex_math.render(tree, str.upper) == r"\text{A%B}\;\operatorname{X Y}"


def test_unknown_characters_are_told_beforehand() -> None:
    tree = Row((Identifier("x"), Scripts(Operator("⨶"), Identifier("ꭥ"), Operator("′"))))

    assert latex_math.unknown(tree) == ("⨶", "ꭥ")
    with pytest.raises(ValueError, match=r"U\+2A36"):
        latex_math.render(tree, latex_escape.text)


@given(hostile)
def test_nothing_a_person_wrote_is_a_command(formula: str) -> None:
    """Whatever the formula, braces match and no command is there that this writer does not write."""
    tree = math.parse(formula)
    try:
        made = latex_math.render(tree, lambda text: "W" * len(text))
    except ValueError:
        assert latex_math.unknown(tree)
        return
    left = made.replace(r"\{", "").replace(r"\}", "")
    commands = set(re.findall(r"\\[A-Za-z]+|\\.", left))

    assert left.count("{") == left.count("}")
    assert not commands - _OURS


_STRUCTURE = (
    r"\, \: \; \quad \text \textit \frac \atop \sqrt \operatorname \bmod \mathbf \mathrm \mathit \boldsymbol \mathbb "
    r"\mathcal \mathfrak \mathsf \mathtt \mathrel \mathbin \mathpunct \mathopen \mathclose \mathop \( \)"
)
_OURS = (
    {command for command, _ in COMMANDS.values()}
    | {command for pair in ACCENTS.values() for command in pair}
    | {f"\\{name}" for name in latex_math.FUNCTIONS}
    | set(_STRUCTURE.split())
)


@pytest.mark.parametrize("engine", tex.engines())
@pytest.mark.parametrize("family", tex_characters.FAMILIES)
def test_each_sign_is_extracted_as_itself(engine: str, family: str) -> None:
    # Poppler takes two accents of a kind, one on the other, for one.
    formulas = [formula for formula, _ in cases() if formula != r"\bar{\bar{h}}"] + _signs()
    body = "".join(f"\\({_render(formula)}\\)\\par\n" for formula in formulas)
    pdf, log = tex.compile(engine, tex.document(family, body))
    wanted = Counter("".join(_apart(_printed(formula)) for formula in formulas))

    for pages in (tex.pypdf_pages(pdf), tex.poppler_pages(pdf)):
        read = Counter(_apart("".join(pages)))
        assert (wanted - read, read - wanted) == ({}, {})
    assert "Missing character" not in log


def _apart(text: str) -> str:
    """Return *text* without white space, letters and their accents as characters of their own."""
    return unicodedata.normalize("NFD", tex.squeezed(text))


def _printed(formula: str) -> str:
    # A line over or under a part is drawn.
    return math.characters(math.parse(formula)).translate({0x305: None, 0x332: None})


def _signs() -> list[str]:
    """Return each sign that has a command as a formula of its own, but for those that TeX reads as something else."""
    return [sign for sign in COMMANDS if not sign.isascii() and math.characters(math.parse(sign)) == sign]
