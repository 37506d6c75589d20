"""latex2mathml's converter, loaded without what it takes along and never uses."""

from __future__ import annotations

import html
import sys
from functools import cache
from importlib import import_module
from importlib.util import find_spec, module_from_spec
from types import ModuleType
from typing import Any
from xml.etree.ElementTree import Element

_PACKAGE, _SAX = "latex2mathml", "xml.sax.saxutils"


def convert(tex: str) -> Element:
    """Return *tex* as MathML. Raises errors of some twenty kinds for what is no mathematics."""
    element: Element = _converter().Converter().convert_to_element(tex)
    return element


@cache
def _converter() -> Any:
    """Return the module, in two thirds of the time, by keeping all of mail, HTTP and TLS out.

    The package would look up its own version, for which Python reads it as a mail; and it wants a function, for what
    is not asked of it here, from beside another that opens addresses.
    """
    spec = find_spec(_PACKAGE)
    if spec and _PACKAGE not in sys.modules:
        sys.modules[_PACKAGE] = module_from_spec(spec)
    if _SAX in sys.modules:
        return import_module(f"{_PACKAGE}.converter")
    stand_in = ModuleType(_SAX)
    stand_in.__dict__["unescape"] = html.unescape
    sys.modules[_SAX] = stand_in
    try:
        return import_module(f"{_PACKAGE}.converter")
    finally:
        del sys.modules[_SAX]
