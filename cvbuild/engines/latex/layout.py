"""Where TeX has put things: what it is asked to say in its log, and what it says.

What is put into a source for that stands on no line of its own, makes no mark on any page, and is in no file that
leaves this process.
"""

from __future__ import annotations

import re

from msgspec.structs import replace

from cvbuild.rendered import Position, Rendered, Sheet

# TeX's longest length is a little more; whoever has more text than that gets several such pages.
TALL_PT = 16_000.0
_PT = 72 / 72.27
_SP = _PT / 65536
_END = re.compile(r"^\\end\{document\}", re.MULTILINE)
_BEGIN = re.compile(r"^\\begin\{document\}", re.MULTILINE)
# How far down the last page is filled: a theme that fills its pages by itself says so in \cvfilled.
_SAY_END = (
    r"\par\penalty0 \immediate\write-1{cvbuild-end "
    r"\ifcsname cvfilled\endcsname\csname cvfilled\endcsname\else\the\pagetotal\fi"
    r"\space\the\textheight\space\the\topskip\space\the\baselineskip"
    r"\space\the\paperwidth\space\the\paperheight"
    r"\space\the\dimexpr1in+\voffset+\topmargin+\headheight+\headsep\relax\space\the\value{page}}"
)
_TALL = (
    r"\AddToHook{begindocument}{\ifdefined\pdfstringdefDisableCommands"
    r"\pdfstringdefDisableCommands{\expandafter\let\expandafter\cvat\csname @gobble\endcsname}\fi}"
    rf"\advance\textheight by\dimexpr{TALL_PT}pt-\paperheight\relax\paperheight={TALL_PT}pt"
    r"\ifdefined\pageheight\pageheight=\paperheight\else\pdfpageheight=\paperheight\fi"
    r"\ifdefined\savepos\let\cvsavepos\savepos\let\cvxpos\lastxpos\let\cvypos\lastypos"
    r"\else\let\cvsavepos\pdfsavepos\let\cvxpos\pdflastxpos\let\cvypos\pdflastypos\fi"
    r"\protected\def\cvat#1{\leavevmode\cvsavepos\begingroup\edef\cvsay{\endgroup\write-1{cvbuild-at #1 "
    r"\noexpand\the\cvxpos\space\noexpand\the\cvypos\space\noexpand\the\noexpand\value{page}\space\the\baselineskip}}"
    r"\cvsay}"
)
_LENGTH = r"(-?[\d.]+)pt(?: plus \S+| minus \S+)* "
_SAID_END = re.compile(rf"^cvbuild-end {_LENGTH * 7}(\d+)$", re.MULTILINE)
_SAID_AT = re.compile(r"^cvbuild-at (\d+) (-?\d+) (-?\d+) (\d+) (\S+?)pt", re.MULTILINE)


def asked(rendered: Rendered) -> Rendered:
    """Return *rendered* so that a run of it says how full its last page is."""
    return replace(rendered, source=_before(_END, rendered.source, _SAY_END))


def asked_all(rendered: Rendered) -> Rendered:
    r"""Return *rendered* so that a run says where each of its marks (`\cvat{1}`) is if its page never ends."""
    return replace(asked(rendered), source=_before(_BEGIN, asked(rendered).source, _TALL))


def _before(pattern: re.Pattern[str], source: str, inserted: str) -> str:
    found = list(pattern.finditer(source))
    return f"{source[: found[-1].start()]}{inserted}{source[found[-1].start() :]}" if found else source


def sheets(log: str) -> tuple[Sheet, ...]:
    """Return the pages that a run has made: of all but the last it is only known that they are full."""
    said = _SAID_END.search(log)
    if said is None:
        return ()
    filled, text, top, line, width, height = (float(value) * _PT for value in said.groups()[:6])
    # A line more than the first one on a page takes as much room as a line is high.
    room, end = text - top + line, filled - top + line if filled > 0 else 0.0
    full = Sheet(width, height, room, room, round(room / line) if line else 0)
    return (*[full] * (int(said[8]) - 1), Sheet(width, height, room, end, round(end / line) if line else 0))


def positions(log: str) -> tuple[Position, ...]:
    """Return where a run has put each mark: one on the first line is as far down as a line is high."""
    said = _SAID_END.search(log)
    if said is None:
        return ()
    skip, usual, origin = (float(said[index]) for index in (3, 4, 7))
    found = []
    for mark, x, y, page, line in _SAID_AT.findall(log):
        below_pt = (int(page) * TALL_PT - origin - skip + usual) * _PT - int(y) * _SP
        found.append(Position(int(mark), int(x) * _SP, below_pt, float(line) * _PT))
    return tuple(found)
