"""Shorter ways through WeasyPrint 70.0, which is all Python, for what it does most: each gives the same, box by box.

What depends on nothing but a style is found out once for each, and kept with it; what a page has none of is not looked
for. Of other versions nothing is known, and they go their own ways.
"""

from __future__ import annotations

from cvbuild.engines.shortcuts import boxes, drawing, reading, styles, text

_KNOWN = "70.0"


def take() -> None:
    """Have WeasyPrint take every shortcut, if it is the one that they were made for."""
    import weasyprint

    if weasyprint.__version__ == _KNOWN:
        for module in (reading, styles, text, boxes, drawing):
            module.take()
