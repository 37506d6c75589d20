"""Names for collections that a profile has no name for."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container
from itertools import count

from cvbuild.profile.types import TYPE_OF


def collection_name(key: str, taken: Container[str]) -> str:
    """Return a name, made of *key*, that no collection has and that no type has for its own."""
    plain = unicodedata.normalize("NFC", key).strip().casefold()
    stem = re.sub(r"[^\w-]+", "_", plain).strip("_-") or "section"
    if not re.match(r"[a-z0-9]", stem):
        stem = f"section_{stem}"
    names = (stem if number == 1 else f"{stem}_{number}" for number in count(1))
    return next(n for n in names if n not in taken and n not in TYPE_OF and n not in _WORDS)


# Words of the format.
_WORDS = ("translations", "tags", "person", "contact", "bibliography", "venues", "view", "variants",
          "extras", "written")  # fmt: skip
