"""Mathematics: its tree, its plain form and its HTML, and that no TeX can do harm."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from cvbuild import math
from cvbuild.math import (
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
from cvbuild.writers.html_math import render

_HOSTILE = ["{", "}", "\\frac", "\\frac{", "\\sqrt{", "^", "_", "x^", "\\left(", "\\begin{matrix}",
            "\\text{", "&",
            "\\hat", "\\over ", "'", "\\def\\x{\\x}", "\\\\", "\\not", "\\sum_", "\\newcommand",
            "\\input{/etc/passwd}",
            "\\href{javascript:x}{y}", "%", "#", "$", "&lt;", "<b>", "\\color{red}", "\x00", "\ud800",
            "한", "x", "1",
            " ", "\\rule", "\\genfrac", "\\kern", "\\verb", "\\mathbf", "\\operatorname",
            "\\unknown"]  # fmt: skip

hostile = st.lists(st.sampled_from(_HOSTILE), max_size=30).map("".join)


@pytest.mark.parametrize(
    ("tex", "plain"),
    [
        ("ε^{-7/2}, ε^{-5/2}", "ε^(−7/2), ε^(−5/2)"),
        (r"m=Θ(\sqrt{N})", "m = Θ(√N)"),
        ("y^*(x)", "y*(x)"),
        ("σ> 0", "σ > 0"),
        (r"\varepsilon \downarrow 0", "ε ↓ 0"),
        (r"\varepsilon_{\mathrm{stat}}(N)", "ε_stat(N)"),
        (r"\textit{so}", "so"),
        (r"O(n\log n)", "O(n log n)"),
        (r"\operatorname{argmin}_x f(x)", "argmin_x f(x)"),
        (r"\left(\frac{a+b}{c}\right)", "((a+b)/c)"),
        (r"\frac ab", "a/b"),
        ("f'(x), f''", "f′(x), f″"),
        (r"x_1'", "x₁′"),
        (r"\mathbb{R}^d", "ℝ^d"),
        (r"x^2+y^{10}\le 10^{-3}", "x² + y¹⁰ ≤ 10⁻³"),
        (r"x_i^*", "x_i*"),
        (r"\|x\|_2", "‖x‖₂"),
        ("x=-1", "x = −1"),
        ("a-b", "a − b"),
        ("p(x,y)", "p(x, y)"),
        ("10,000", "10,000"),
        (r"\tilde O(\sqrt[3]{T})", "Õ(∛T)"),
        (r"D_{\mathrm{KL}}(p\,\|\,q)", "D_KL(p ‖ q)"),
        (r"\partial_t u", "∂_t u"),
        (r"\frac{a}{bc} + \sqrt{ab}c + \frac{1}{10}", "a/(bc) + √(ab)c + 1/10"),
        (r"\binom{n}{2}^{-1}\binom n2", "(n choose 2)⁻¹(n choose 2)"),
        (r"X \sim N, \tilde{x}", "X ∼ N, x̃"),
        (r"P^{(m)} = A^\top A", "P^(m) = A^⊤A"),
        (r"\bar{\bar{h}}", "h\u0304\u0304"),
        (r"90^\circ", "90°"),
        (r"\not= \not\in", "≠∉"),
        (r"50% \%", "50%%"),
        (r"\mathbf{x}^T\bm{y}", "x^T y"),
        ("", ""),
    ],
)
def test_plain_form(tex: str, plain: str) -> None:
    assert math.plain(math.parse(tex)) == plain
    assert math.faults(tex) == ()


@pytest.mark.parametrize(
    ("tex", "set"),
    [
        (r"\hat{e}\dot{x}", "êẋ"),
        (r"\bar{y}\dot{a}\bar{\alpha}", "y\u0304a\u0307α\u0304"),
        (r"\widehat{abc}", "ab\u0302c"),
        (r"\hat{f(x)}", "f\u0302(x)"),
        (r"\tilde{x_i}", "x\u0303i"),
        (r"\widehat{\mathrm{MSE}}", "MŜE"),
        (r"\bar{xa}\underline{ab}", "xaab"),
    ],
)
def test_accents_stand_over_a_letter_in_characters_that_fonts_have(tex: str, set: str) -> None:
    """Over the one in the middle, where it is none: a mark by itself would stand on a dotted circle."""
    assert math.characters(math.parse(tex)) == set
    assert Markup(render(math.parse(tex))).striptags() == set


@pytest.mark.parametrize(
    ("tex", "plain"),
    [
        (r"\wild{ab}+c", "ab + c"),
        (r"\wild", r"\wild"),
        (r"\frac", r"\frac"),
        (r"\left(", r"\left("),
        (r"\def\x{\x}\x", r"\def\x{\x}\x"),
        (r"\input{/etc/passwd}", r"\input{/etc/passwd}"),
        (r"\href{javascript:x}{y}", r"\href{javascript:x}{y}"),
    ],
)
def test_what_is_no_mathematics_keeps_its_words_and_is_reported(tex: str, plain: str) -> None:
    assert math.plain(math.parse(tex)) == plain
    assert len(math.faults(tex)) == 1


def test_spaces_are_where_tex_puts_them() -> None:
    n, log = Identifier("n"), Operator("log", "function")

    assert math.parse(r"n\log n") == Row((n, Space("thin"), log, Space("thin"), n))
    assert math.parse("n=1") == Row((n, Space("thick"), Operator("=", "relation"), Space("break"), Number("1")))
    assert math.parse("x^{n=1}") == Scripts(Identifier("x"), sup=Row((n, Operator("=", "relation"), Number("1"))))


def test_a_line_may_end_after_a_relation_only() -> None:
    html = render(math.parse("a = b"))

    assert html == '<span class="math"><span><i>a</i> =</span> <span><i>b</i></span></span>'


@pytest.mark.parametrize(
    ("tex", "html"),
    [
        ("x^2", "<i>x</i><sup>2</sup>"),
        ("y^*", '<i>y</i><sup class="star">*</sup>'),
        ("ε_i", '<i class="greek">ε</i><sub><i>i</i></sub>'),
        ("x_i^2", '<i>x</i><span class="scripts"><sup>2</sup><sub><i>i</i></sub></span>'),
        (r"\frac12", '<span class="frac"><span>1</span><span>2</span></span>'),
        (r"\sqrt N", '<span class="root"><span class="sym">√</span><span><i>N</i></span></span>'),
        (r"\text{a<b}", '<span class="words">a&lt;b</span>'),
    ],
)
def test_html(tex: str, html: str) -> None:
    assert render(math.parse(tex)) == f'<span class="math"><span>{html}</span></span>'


@given(st.text() | hostile)
def test_any_tex_is_read_and_rendered(tex: str) -> None:
    """Whatever the TeX, there are only our nodes in the tree and only our tags in the HTML."""
    tree = math.parse(tex)

    check_tree(tree)
    math.plain(tree)
    assert set(re.findall(r"<[^>]*>", render(tree))) <= _TAGS


_KINDS = (
    "math",
    "sym",
    "words",
    "thin",
    "medium",
    "quad",
    "frac",
    "root",
    "scripts",
    "overline",
    "underline",
)
_TAGS = {f"<{end}{tag}>" for tag in ("i", "b", "sub", "sup", "span") for end in ("", "/")}
_TAGS |= {f'<span class="{kind}">' for kind in (*_KINDS, "frac bare")}
_TAGS |= {'<i class="greek">', '<i class="words">', '<sup class="star">'}


def check_tree(tree: MathTree | None, depth: int = 0) -> None:
    assert depth < 100
    match tree:
        case Row(items):
            parts: tuple[MathTree | None, ...] = items
        case Scripts(base, sub, sup):
            parts = (base, sub, sup)
        case Fraction(above, below):
            parts = (above, below)
        case Root(radicand, degree):
            parts = (radicand, degree)
        case Over(base):
            parts = (base,)
        case None | Identifier() | Number() | Operator() | Words() | Space():
            parts = ()
        case _:
            raise AssertionError(tree)
    for part in parts:
        check_tree(part, depth + 1)


@pytest.mark.parametrize("size", [300, 1900, 10_000])
@pytest.mark.parametrize("piece", _HOSTILE)
def test_no_tex_takes_long(piece: str, size: int) -> None:
    tex = (piece * size)[:size]
    began = time.process_time()

    render(math.parse(tex))

    assert time.process_time() - began < 10
