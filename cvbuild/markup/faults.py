"""What can be wrong with a text."""

from __future__ import annotations

from msgspec import Struct


class Fault(Struct, frozen=True):
    """Something wrong with a text; `fatal` if a CV must not be built from it."""

    message: str
    fatal: bool = False
