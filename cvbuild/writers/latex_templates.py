r"""Templates that read as LaTeX: `\VAR{…}` prints, `\BLOCK{…}` and lines that begin with `%%` decide, `%#` comments.

What they make remembers where it came from: every line carries the template and the line that it stands on, and the
node that it belongs to, so that an error of TeX can be told where somebody can mend it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from pylatex import NoEscape
from pylatex.base_classes import LatexObject

from cvbuild.rendered import Origin
from cvbuild.theme import Theme
from cvbuild.writers import latex_escape
from cvbuild.writers.templates import Environment

_TAG = re.compile(r"\\(?:VAR|BLOCK|#)\{")
_DECIDES = re.compile(r"\s*%%|.*\\(?:BLOCK|#)\{")
# Between these stand marks in what a template makes: a template's file and line, an id that begins, or nothing where
# one ends. No text of a person has them, for it has no controls.
_OPEN, _CLOSE = "\x02", "\x03"
_MARK = re.compile(rf"{_OPEN}([<>]?)([^{_CLOSE}]*){_CLOSE}")


class LatexEnvironment(Environment):
    """The sandbox for LaTeX: whatever is neither markup nor a component is escaped as it is printed."""

    def __init__(self, theme: Theme, put: Callable[[LatexObject], NoEscape], cache: Path | None = None) -> None:
        def finalize(value: Any) -> NoEscape:
            if isinstance(value, LatexObject):
                return put(value)
            if isinstance(value, NoEscape):
                return value
            return NoEscape("" if value is None else latex_escape.text(str(value)))

        super().__init__(
            theme,
            cache,
            block_start_string=r"\BLOCK{",
            block_end_string="}",
            variable_start_string=r"\VAR{",
            variable_end_string="}",
            comment_start_string=r"\#{",
            comment_end_string="}",
            line_statement_prefix="%%",
            line_comment_prefix="%#",
            finalize=finalize,
        )

    @staticmethod
    def concat(parts: Iterable[str]) -> NoEscape:
        """Return what a template or a macro has printed: all of it is markup by now."""
        return NoEscape("".join(parts))

    def source(self, name: str) -> tuple[str, str, None] | None:
        """Return the text of the template *name* with a mark on each line that prints, and its path."""
        found = super().source(name)
        return found and ("".join(_marked(found[0], found[1])), found[1], None)

    def rendered(self, name: str, names: Any) -> NoEscape:
        return NoEscape(super().rendered(name, names))

    def within(self, node: str, made: str) -> NoEscape:
        """Return *made* marked as what became of the node with the id *node*."""
        return NoEscape(f"{_OPEN}<{node}{_CLOSE}{made}{_OPEN}>{_CLOSE}" if node else made)


def _marked(text: str, path: str) -> Iterator[str]:
    """Yield the lines of *text*, which stands in the file *path*, each with a mark if it prints."""
    inside = _tags(text)
    start = 0
    for number, line in enumerate(text.splitlines(keepends=True), 1):
        if not line.strip() or _DECIDES.match(line) or any(begin < start < end for begin, end in inside):
            yield line
        else:
            yield f"{_OPEN}{path}:{number}{_CLOSE}{line}"
        start += len(line)


def _tags(text: str) -> list[tuple[int, int]]:
    """Return where each tag of *text* begins and ends; braces inside it are balanced."""
    found = []
    for match in _TAG.finditer(text):
        depth, end = 1, match.end()
        while depth and end < len(text):
            depth += {"{": 1, "}": -1}.get(text[end], 0)
            end += 1
        found.append((match.start(), end))
    return found


def located(text: str) -> tuple[str, tuple[Origin, ...]]:
    """Return *text* without its marks, and where each line of it comes from."""
    lines, origins = [], []
    nodes: list[str] = []
    place = Origin("", 0)
    for line in text.split("\n"):
        # A line belongs to the last node that it enters, be that over by its end, or to the one in which it begins.
        node = nodes[-1] if nodes else ""
        for kind, said in _MARK.findall(line):
            if kind == "<":
                nodes.append(said)
                node = said or node
            elif kind == ">":
                nodes.pop()
            else:
                file, _, number = said.rpartition(":")
                place = Origin(file, int(number))
        lines.append(_MARK.sub("", line))
        origins.append(Origin(place.file, place.line, node))
    return "\n".join(lines), tuple(origins)


_EDGE = re.compile(r"\\(begin|end)\{")


def indented(text: str) -> str:
    """Return *text* with each line as far in as there are environments around it, the document itself not counted."""
    lines, depth = [], 0
    for line in text.split("\n"):
        bare = line.strip(" ")
        steps = [1 if kind == "begin" else -1 for kind in _EDGE.findall(bare)]
        closes = bare.startswith("\\end{")
        lines.append("  " * max(depth - closes - 1, 0) + bare if bare else "")
        depth += sum(steps)
    return "\n".join(lines)
