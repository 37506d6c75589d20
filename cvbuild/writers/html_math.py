"""Formulas as HTML whose text is real text: italic letters, raised and lowered parts, stacks.

`math.css` sets them. Spaces are ordinary ones, made as wide as they should be by CSS, so that copied text
keeps them; a line may end after a relation and between the formulas of a list, and nowhere else.
"""

from __future__ import annotations

from itertools import groupby

from markupsafe import Markup

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
    accented,
    is_line,
    over_middle,
)

_UNDERLINE = "\u0332"
# Every text face has these, and they fit its figures better than those of a mathematical one.
_TEXT_SIGNS = frozenset("−×±·÷°…")


def render(tree: MathTree) -> Markup:
    """Return *tree* as one `span.math`, its unbreakable parts in spans of their own."""
    items = tree.items if isinstance(tree, Row) else (tree,)
    parts = [
        Markup("<span>{}</span>").format(_joined(tuple(run)))
        for is_break, run in groupby(items, key=lambda item: item == Space("break"))
        if not is_break
    ]
    return Markup('<span class="math">{}</span>').format(Markup(" ").join(parts))


def _joined(items: tuple[MathTree, ...]) -> Markup:
    return Markup("").join(_render(item) for item in items)


def _render(tree: MathTree) -> Markup:
    match tree:
        case Identifier():
            return _identifier(tree)
        case Number(text):
            return Markup("{}").format(text)
        case Operator(text):
            return _sign(text)
        case Words(text, emphasised):
            return Markup('<i class="words">{}</i>' if emphasised else '<span class="words">{}</span>').format(text)
        case Space(width):
            # Where no line may end, a break is no more than a space.
            return Markup(" ") if width in ("thick", "break") else Markup('<span class="{}"> </span>').format(width)
        case Row(items):
            return _joined(items)
        case Scripts():
            return _scripts(tree)
        case Fraction(above, below, line):
            kind = "frac" if line else "frac bare"
            stack = '<span class="{}"><span>{}</span><span>{}</span></span>'
            return Markup(stack).format(kind, _render(above), _render(below))
        case Root(radicand, degree):
            index = Markup("<sup>{}</sup>").format(_render(degree)) if degree else Markup("")
            root = '<span class="root">{}<span class="sym">√</span><span>{}</span></span>'
            return Markup(root).format(index, _render(radicand))
        case Over(base, mark):
            return _over(base, mark)


def _identifier(identifier: Identifier) -> Markup:
    text = identifier.text
    match identifier.style:
        case "italic":
            greek = "" if text[0].isascii() else Markup(' class="greek"')
            return Markup("<i{}>{}</i>").format(greek, text)
        case "bold":
            return Markup("<b>{}</b>").format(text)
        case "bold-italic":
            return Markup("<b><i>{}</i></b>").format(text)
        case _:
            return _sign(text) if len(text) == 1 else Markup("{}").format(text)


def _sign(text: str) -> Markup:
    if text.isascii() or text in _TEXT_SIGNS or (text[0] >= "\u2e80" and text[0] < "\U0001d400"):
        return Markup("{}").format(text)
    return Markup('<span class="sym">{}</span>').format(text)


def _scripts(scripts: Scripts) -> Markup:
    base = _render(scripts.base)
    sup = scripts.sup
    sub_html = Markup("<sub>{}</sub>").format(_render(scripts.sub)) if scripts.sub else Markup("")
    if sup is None:
        return base + sub_html
    if isinstance(sup, Operator | Identifier) and set(sup.text) <= PRIMES:
        # A prime is raised as it is.
        return base + sub_html + _sign(sup.text)
    if isinstance(sup, Operator) and sup.text == "∗":
        sup_html = Markup('<sup class="star">*</sup>')
    else:
        sup_html = Markup("<sup>{}</sup>").format(_render(sup))
    if not scripts.sub:
        return base + sup_html
    return base + Markup('<span class="scripts">{}{}</span>').format(sup_html, sub_html)


def _over(base: MathTree, mark: str) -> Markup:
    if isinstance(base, Identifier) and len(base.text) == 1:
        # One letter and its accent are one character, or at least one glyph in one font.
        return _identifier(Identifier(accented(base.text, mark), base.style))
    if is_line(base, mark):
        kind = "underline" if mark == _UNDERLINE else "overline"
        return Markup('<span class="{}">{}</span>').format(kind, _render(base))
    # By itself a mark would stand on a dotted circle.
    middle = over_middle(base, mark)
    return _render(middle) if middle else _render(base) + mark
