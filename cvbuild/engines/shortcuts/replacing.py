"""How a function of WeasyPrint gets another in its place."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any


def replace(real: Callable[..., Any], new: Callable[..., Any]) -> None:
    """Put *new* in the place of a function of WeasyPrint, wherever a module has taken that by its name."""
    for name, module in list(sys.modules.items()):
        if name.startswith("weasyprint") and getattr(module, real.__name__, None) is real:
            setattr(module, real.__name__, new)
