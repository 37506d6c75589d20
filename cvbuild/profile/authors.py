"""Author lists: marks of equal contribution, and the person's own name among others."""

from __future__ import annotations

import re

from msgspec import Struct

MARKS = "†‡*§¶#"
ME = "me"
ET_AL = ("et al.", "et al")


class Author(Struct, frozen=True):
    """One name of an author list; `me` says that it is the person's own, `marks` are † ‡ * § ¶ # as written."""

    name: str
    marks: str = ""
    me: bool = False

    @property
    def truncation(self) -> bool:
        """Whether this is `et al.`, which stands for the authors left out."""
        return self.name in ET_AL


def parse(text: str, own_names: tuple[str, ...]) -> Author:
    """Return the author that *text* writes; own is `me` or exactly one of *own_names*."""
    name = text.rstrip(MARKS + " ,")
    return Author(name, re.sub(r"[\s,]", "", text[len(name) :]), name == ME or name in own_names)
