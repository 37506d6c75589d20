"""How much a build may use."""

from __future__ import annotations

from msgspec import Struct


class Limits(Struct, frozen=True):
    """What one build may use; a CV takes about a hundredth of it.

    Templates are told so when they have computed for `writing_s`, while there is a line to name.
    """

    cpu_s: int = 20
    writing_s: float = 5.0
    wall_s: float = 40.0
    memory_bytes: int = 1536 * 1024 * 1024
    file_bytes: int = 64 * 1024 * 1024
    pages: int = 200
