"""What WeasyPrint need not do twice: a process that sets one document after another meets the same style and fonts.

Nothing here changes a byte of what is made.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from functools import lru_cache
from pathlib import Path
from typing import Any

# A sheet that changes more than its own rules is read each time.
_REACHES_OUT = re.compile(r"@(?:font-face|counter-style|color-profile|import|layer|namespace)", re.IGNORECASE)
_MOST_SHEETS, _MOST_FONTS = 8, 2
# What adds fonts of its own; with a backslash anything may be meant.
_BRINGS_FONTS = re.compile(r"@font-face|@import|<link|\\", re.IGNORECASE)


def keep_sheets() -> None:
    """Have style sheets read once that stand in pages; reading one takes longer than reading all the rest of a page."""
    from weasyprint import css

    real = css.CSS
    kept: OrderedDict[tuple[object, ...], tuple[Any, list[Any]]] = OrderedDict()

    def sheet(string: str | None = None, page_rules: list[Any] | None = None, **named: Any) -> Any:
        if string is None or page_rules is None or _REACHES_OUT.search(string) or "\\" in string:
            return real(string=string, page_rules=page_rules, **named)
        key = string, named.get("base_url"), named.get("media_type")
        if key not in kept:
            rules: list[Any] = []
            kept[key] = real(string=string, page_rules=rules, **named), rules
            while len(kept) > _MOST_SHEETS:
                kept.popitem(last=False)
        made, rules = kept[key]
        # Those of all sheets of a page are gathered in one list, which each of them has.
        page_rules.extend(rules)
        made.page_rules = page_rules
        return made

    css.CSS = sheet


def fonts(configuration: Path, source: str) -> Any:
    """Return the fonts of *configuration*, fontconfig's as it is set, for a document of *source*.

    Documents that bring none of their own have them together, with what Pango remembers of them.
    """
    kept = _fonts.__wrapped__(configuration) if _BRINGS_FONTS.search(source) else _fonts(configuration)
    # What was drawn is of one document.
    kept.__dict__.pop("drawn", None)
    return kept


@lru_cache(maxsize=_MOST_FONTS)
def _fonts(configuration: Path) -> Any:
    from weasyprint.text.fonts import FontConfiguration

    return FontConfiguration()
