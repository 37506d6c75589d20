"""What a writer hands to an engine, source text and every file that it may need; and what comes back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Asset:
    data: bytes
    media_type: str


@dataclass(frozen=True, slots=True)
class Rendered:
    """A document's source. `assets` are by address; an engine opens nothing but them and the `fonts` folders."""

    source: str
    assets: Mapping[str, Asset] = field(default_factory=dict)
    fonts: tuple[Path, ...] = ()


@dataclass(frozen=True, slots=True)
class Compiled:
    """A finished PDF; `log` is what the engine complained of."""

    data: bytes
    log: tuple[str, ...] = ()
