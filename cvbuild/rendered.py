"""What a writer hands to an engine, source text and every file that it may need; and what comes back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from cvbuild.errors import Problem

# A line of LaTeX: all before it is the theme's, the same for every document that it sets, and may be kept prepared;
# what follows, up to \begin{document}, is read for each document. Fonts of lualatex and xelatex belong after it.
PREAMBLE_ENDS = "% ---- this document ----"


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a line of the source comes from: a template's file and line, and the id of the node it stands in."""

    file: str
    line: int
    node: str = ""


@dataclass(frozen=True, slots=True)
class Asset:
    """A file; `origins` say of each line where it comes from, if it was made from templates."""

    data: bytes
    media_type: str
    origins: tuple[Origin, ...] = ()


@dataclass(frozen=True, slots=True)
class Rendered:
    """A document's source. `assets` are by address; an engine opens nothing but them and the `fonts` folders.

    `origins` say of each line of the source where it comes from; empty where nobody will ask.
    """

    source: str
    assets: Mapping[str, Asset] = field(default_factory=dict)
    fonts: tuple[Path, ...] = ()
    origins: tuple[Origin, ...] = ()


@dataclass(frozen=True, slots=True)
class Compiled:
    """A finished PDF; `log` is what the engine complained of, and `problems` what of that has a place.

    The `where` of a problem is the id of a node, which stands for an entry of the profile.
    """

    data: bytes
    log: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()
