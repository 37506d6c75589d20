"""What WeasyPrint need not do twice: a process that sets one document after another meets the same style and fonts.

Nothing here changes a byte of what is made.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from typing import Any

# A sheet that changes more than its own rules is read each time.
_REACHES_OUT = re.compile(r"@(?:font-face|counter-style|color-profile|import|layer|namespace)", re.IGNORECASE)
_MOST_SHEETS = 8


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
