"""Formulas as LaTeX."""

from collections.abc import Callable

from cvbuild import math
from cvbuild.math import MathTree


def render(tree: MathTree, escape: Callable[[str], str]) -> str:
    return r"\text{" + escape(math.plain(tree)) + "}"
