"""What a writer hands to an engine, source text and every file that it may need; and what comes back."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct, field

from cvbuild.errors import Problem

# A line of LaTeX: all before it is the theme's, the same for every document that it sets, and may be kept prepared;
# what follows, up to \begin{document}, is read for each document. Fonts of lualatex and xelatex belong after it.
PREAMBLE_ENDS = "% ---- this document ----"


class Origin(Struct, frozen=True):
    """Where a line of the source comes from: a template's file and line, and the id of the node it stands in."""

    file: str
    line: int
    node: str = ""


class Asset(Struct, frozen=True):
    """A file; `origins` has one place for each line of it, or is empty."""

    data: bytes
    media_type: str
    origins: tuple[Origin, ...] = ()


class Stamp(Struct, frozen=True):
    """What a PDF says of where it comes from: the variant ('' for the default view), the day that it shows, the first
    figures of the hash of all that it was made from, the version of cvbuild, and the theme, as `--theme` has it.
    """

    variant: str
    as_of: str
    content: str
    version: str
    theme: str = ""


class Enclosure(Struct, frozen=True):
    """A file that a PDF carries: a part of its source."""

    name: str
    data: bytes
    media_type: str
    description: str


class Rendered(Struct, frozen=True):
    """A document's source. `assets` are by address; an engine opens nothing but them and the `fonts` folders.

    `origins` has one place for each line of the source, or is empty. The finished file bears `stamp`, and carries what
    is `enclosed`.
    """

    source: str
    assets: Mapping[str, Asset] = field(default_factory=dict)
    fonts: tuple[Path, ...] = ()
    origins: tuple[Origin, ...] = ()
    stamp: Stamp | None = None
    enclosed: tuple[Enclosure, ...] = ()


class Row(Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """What no page break parts: a line of text, or a table of several, from `top_pt` to `bottom_pt` of the document.

    `node` is the id of the innermost node that it belongs to. `joined`: it stands on the page of the row before it.
    Rows of another `flow` stand beside these, not below.
    """

    top_pt: float
    bottom_pt: float
    node: str = ""
    joined: bool = False
    lines: int = 1
    flow: int = 0


class Position(Struct, frozen=True):
    """Where a mark in the text came to stand: `y_pt` is that of its line's foot, from the top of the first page.

    `line_pt` is how high a line is there.
    """

    mark: int
    x_pt: float
    y_pt: float
    line_pt: float


class Sheet(Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """A page: the room that it has for text, how far down that is filled, and with how many lines."""

    width_pt: float
    height_pt: float
    room_pt: float
    end_pt: float
    lines: int

    @property
    def fill(self) -> float:
        """Return which part of its room is filled."""
        return self.end_pt / self.room_pt if self.room_pt else 0.0


class Measured(Struct, frozen=True):
    """A document on one page without end: its rows, and the room that a page of ordinary height has for them.

    `inputs` are the engine's own files, as those of a `Compiled` are.
    """

    rows: tuple[Row, ...]
    room_pt: float
    inputs: tuple[str, ...] = ()


class Compiled(Struct, frozen=True):
    """A finished PDF; `log` is what the engine complained of, and `problems` what of that has a place.

    The `where` of a problem is the id of a node, which stands for an entry of the profile. `sheets` are its pages, none
    where the engine cannot tell. `inputs` are the files of its own that the engine was made of, or has read: libraries,
    packages, metrics; none where it is not known which.
    """

    data: bytes
    log: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()
    sheets: tuple[Sheet, ...] = ()
    pages: int = 0
    inputs: tuple[str, ...] = ()
