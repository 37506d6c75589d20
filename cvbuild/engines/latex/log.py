"""TeX's log, read: what went wrong and where, in the terms of whoever wrote the theme and the profile."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from msgspec import Struct

from cvbuild.errors import Mark, Problem, visible
from cvbuild.rendered import Origin, Rendered

MAX_OVERFULL_PT = 1.0
_MAX_TOLD = 8
_MAX_WIDTH = 200
# With -file-line-error an error begins with its place; those without one begin with an exclamation mark.
_PLACED = re.compile(r"^(?:\./)?([^:()\n]+\.[A-Za-z]{1,4}):(\d+): (.+)$")
_UNPLACED = re.compile(r"^! ?(.+)$")
_LINE = re.compile(r"^l\.(\d+) ?(.*)$")
_MISSING = re.compile(r"Missing character: There is no (.+?) in font ([^!\n]+?)(?:!|$)")
_OVERFULL = re.compile(r"^Overfull \\([hv])box \((\d+(?:\.\d+)?)pt too (?:wide|high)\) (.*)$")
_LINES = re.compile(r"at lines? (\d+)(?:--(\d+))?")
_OTHER_FAILURES = re.compile(r"^(?:xdvipdfmx:(?:fatal|error): .+|.*==> Fatal error.*)$")
# What says nothing that the lines before it have not said.
_IDLE = re.compile(r"^!? *(?:==> Fatal error|.*no output PDF file produced)")
# What TeX would say to somebody sitting in front of it.
_ASKING = (
    "See the LaTeX manual", "Type  H", "Type H", " ...", "Type X to quit", "or enter new name", "Enter file name:",
)  # fmt: skip
_WRITTEN = re.compile(r"^Output written on .* \((\d+) pages?\b", re.MULTILINE)
_END = "Here is how much of TeX's memory"


class Places(Struct, frozen=True):
    """Where the lines of the main file, `name`, and of the files beside it come from."""

    source: tuple[str, ...]
    origins: Mapping[str, tuple[Origin, ...]]
    name: str

    @classmethod
    def of(cls, rendered: Rendered, name: str) -> Places:
        beside = {asset: content.origins for asset, content in rendered.assets.items()}
        return cls(tuple(rendered.source.split("\n")), {**beside, name: rendered.origins}, name)

    def of_line(self, line: int, file: str = "") -> tuple[Mark, str]:
        """Return the place of a line of *file*, by default the main file, and the id of the node it stands in."""
        name = file or self.name
        origins = self.origins.get(name, ())
        if 1 <= line <= len(origins) and origins[line - 1].file:
            origin = origins[line - 1]
            return Mark(origin.file, origin.line), origin.node
        return Mark(name, line), ""

    def longest(self) -> tuple[Mark, str]:
        """Return the place of the longest line of the main file, and the id of the node it stands in."""
        return self.of_line(1 + max(range(len(self.source)), key=lambda number: len(self.source[number])))

    def with_text(self, text: str) -> list[int]:
        """Return the lines in which *text* stands, none where that is unknown."""
        return [number for number, line in enumerate(self.source, 1) if text in line]


def errors(log: str, places: Places) -> tuple[Problem, ...]:
    """Return each error that *log* tells of; its lines that tell more are the hint."""
    lines = log.splitlines()
    found = list(_errors(lines, places))
    told = [problem for problem in found if not _IDLE.match(problem.message)]
    telling = [problem for problem in told if problem.message != "Emergency stop."]
    return tuple(dict.fromkeys(telling or told or found))


def _errors(lines: list[str], places: Places) -> Iterator[Problem]:
    for index, line in enumerate(lines):
        after = lines[index + 1 : index + 1 + 60]
        if placed := _PLACED.match(line):
            mark, node = places.of_line(int(placed[2]), placed[1])
            yield Problem(mark, node, short(placed[3]), _hint(after))
        elif unplaced := _UNPLACED.match(line):
            number = next((int(match[1]) for text in after if (match := _LINE.match(text))), 0)
            mark, node = places.of_line(number) if number else (Mark(places.name), "")
            yield Problem(mark, node, short(unplaced[1]), _hint(after))
        elif _OTHER_FAILURES.match(line):
            yield Problem(Mark(places.name), "", short(line))


def _hint(lines: list[str]) -> str:
    """Return the lines up to the one that shows where TeX stood, and the one after it."""
    told: list[str] = []
    for index, line in enumerate(lines):
        if _PLACED.match(line) or _UNPLACED.match(line) or _IDLE.match(line) or line.startswith(_END):
            break
        if line.strip() and not line.startswith(_ASKING):
            told.append(short(line.rstrip()))
        if _LINE.match(line):
            told += [short(text.rstrip()) for text in lines[index + 1 : index + 2] if text.strip()]
            break
    return "\n".join(told[:_MAX_TOLD])


def short(text: str) -> str:
    """Return a line as a message has room for it."""
    return visible(text if len(text) <= _MAX_WIDTH else text[: _MAX_WIDTH - 1] + "…")


def missing_characters(log: str, places: Places) -> tuple[Problem, ...]:
    """Return an error for each character that a font lacks, at each place where the source has it."""
    found = dict.fromkeys((_character(match[1]), match[2]) for match in _MISSING.finditer(log))
    return tuple(dict.fromkeys(problem for pair in found for problem in _lacks(*pair, places)))


def _lacks(character: str, font: str, places: Places) -> Iterable[Problem]:
    code = f" (U+{ord(character):04X})" if len(character) == 1 else ""
    message = f"the font {font.strip()} has no '{visible(character)}'{code}"
    hint = "use another font, another engine or another character"
    for mark, node in [places.of_line(line) for line in places.with_text(character)] or [(Mark(places.name), "")]:
        yield Problem(mark, node, message, hint)


def _character(text: str) -> str:
    """Return the character that a log names: itself, with its number, or by TeX's own spelling of bytes."""
    if code := re.search(r"\((?:U\+|\")([0-9A-F]{2,6})\)", text):
        return chr(int(code[1], 16))
    if code := re.fullmatch(r"\^\^([0-9a-f]{2})", text):
        return f"^^{code[1]}"
    return text.split(" ")[0] or " "


def overfull(log: str, places: Places) -> tuple[Problem, ...]:
    """Return a warning for each box that is more than `MAX_OVERFULL_PT` too large for its place."""
    found = []
    for match in map(_OVERFULL.match, log.splitlines()):
        if match and float(match[2]) > MAX_OVERFULL_PT:
            lines = _LINES.search(match[3])
            mark, node = _first_known(lines, places) if lines else (Mark(places.name), "")
            side = "the line" if match[1] == "h" else "the page"
            message = f"{float(match[2]):.1f} pt more than {side} has room for"
            found.append(Problem(mark, node, message))
    return tuple(dict.fromkeys(found))


def _first_known(lines: re.Match[str], places: Places) -> tuple[Mark, str]:
    first, last = int(lines[1]), int(lines[2] or lines[1])
    known = [places.of_line(line) for line in range(first, min(last, first + 1000) + 1)]
    return next((place for place in known if place[1]), known[0])


def pages(log: str) -> int:
    """Return how many pages the file has that a run has written, 0 where it does not say."""
    said = _WRITTEN.findall(log)
    return int(said[-1]) if said else 0
