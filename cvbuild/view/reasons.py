"""Reasons: what a rule of selection said of one thing, in words, and where the rule stands."""

from __future__ import annotations

from msgspec import Struct

from cvbuild.errors import NOWHERE, Mark


class Reason(Struct, frozen=True):
    """The rule that decided, what it came to, the key under which it is written, and the place of that."""

    rule: str
    words: str
    where: str = ""
    mark: Mark = NOWHERE

    def __str__(self) -> str:
        place = ", ".join(filter(None, [self.where, str(self.mark)]))
        return f"{self.words} ({place})" if place else self.words


# What goes because what it stands in goes; that has a reason of its own.
OUTER = Reason("outer", "what it stands in is left out")
