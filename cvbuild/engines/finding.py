"""What is found when this machine is looked over."""

from __future__ import annotations

from msgspec import Struct


class Finding(Struct, frozen=True):
    """One thing looked for: what was found, whether that will do, and the command that would help where not.

    Where it is not `needed`, PDFs are built without it; `lack` says in a word what is so without it.
    """

    name: str
    ok: bool
    found: str
    needed: bool = True
    remedy: str = ""
    lack: str = "slow"
