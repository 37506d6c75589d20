"""Shortcuts through the reading of a page: patterns that tinyhtml5 makes anew each time, and means to keep."""

from __future__ import annotations

import re
from typing import Any


class _Patterns(dict[Any, Any]):
    """What ends a run of characters, as a pattern: tinyhtml5 keeps those that it made where it does not find them."""

    def __missing__(self, key: tuple[frozenset[str], bool]) -> re.Pattern[str]:
        characters, opposite = key
        listed = "".join(f"\\x{ord(character):02x}" for character in characters)
        pattern = self[key] = re.compile(f"[{'' if opposite else '^'}{listed}]+")
        return pattern


def take() -> None:
    """Have what ends a run of characters made a pattern once."""
    from tinyhtml5 import inputstream

    inputstream.characters_until_regex = _Patterns()
