"""The text layer of a finished PDF: what is shown on each page, where and in which font, in the order of the file.

This is a reader of our own beside those of pypdf and PDFium, for what they do not tell: which texts stand apart, which
are bold, what lies over what. It reads what engines write (text operators, forms), and no more.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Iterable, Iterator
from functools import cached_property
from typing import Any

from msgspec import Struct, field
from msgspec.structs import replace

from cvbuild.checks.typefaces import Typeface, typeface

Matrix = tuple[float, float, float, float, float, float]
_UNIT: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
# A gap wider than this parts words, and one wider than that texts, in sizes of the font.
WORD_GAP, TEXT_GAP = 0.15, 0.7
_DEEPEST = 8


class Run(Struct, frozen=True):
    """Characters shown at once: from `x0` to `x1` on the baseline `y`, in points from the page's lower left corner."""

    text: str
    font: str
    is_bold: bool
    size: float
    x0: float
    x1: float
    y: float
    is_hidden: bool = False


class Item(Struct, frozen=True):
    """A text with nothing but white space around it: runs that touch, or stand a space apart."""

    runs: tuple[Run, ...]

    @property
    def text(self) -> str:
        return _joined(self.runs)

    @property
    def is_bold(self) -> bool:
        return all(run.is_bold for run in self.runs if any(c.isalnum() for c in run.text))

    @property
    def x0(self) -> float:
        return min(run.x0 for run in self.runs)

    @property
    def x1(self) -> float:
        return max(run.x1 for run in self.runs)

    @property
    def y(self) -> float:
        return max(self.runs, key=lambda run: run.size).y

    @property
    def size(self) -> float:
        return max(run.size for run in self.runs)


class Line(Struct, frozen=True, dict=True):
    """Items on one baseline, in the order of the file."""

    items: tuple[Item, ...]

    @cached_property
    def text(self) -> str:
        return " ".join(item.text for item in self.items)

    @cached_property
    def y(self) -> float:
        return self.items[0].y


class Page(Struct, frozen=True, dict=True):
    """One page, its size in points."""

    width: float
    height: float
    runs: tuple[Run, ...]
    images: int = 0

    @cached_property
    def lines(self) -> tuple[Line, ...]:
        return tuple(_lines(run for run in self.runs if run.text.strip()))

    @cached_property
    def text(self) -> str:
        return "\n".join(line.text for line in self.lines)


def pages(reader: Any) -> tuple[Page, ...]:
    """Return the pages of what pypdf has opened."""
    faces: dict[int, Typeface] = {}
    return tuple(_page(page, faces) for page in reader.pages)


def _page(page: Any, faces: dict[int, Typeface]) -> Page:
    box = page.mediabox
    contents = page.get_contents()
    show = _Show(faces)
    if contents is not None:
        origin = (1.0, 0.0, 0.0, 1.0, -float(box.left), -float(box.bottom))
        show.stream(contents.get_data(), page.get("/Resources", {}), origin, 0)
    return Page(float(box.width), float(box.height), tuple(show.runs), show.images)


# --- Lines.


def _lines(runs: Iterable[Run]) -> Iterator[Line]:
    line: list[list[Run]] = []
    last: Run | None = None
    for run in runs:
        if last is None or not _continues(last, run):
            if line:
                yield Line(tuple(Item(tuple(item)) for item in line))
            line = [[run]]
        elif run.x0 - last.x1 > TEXT_GAP * max(last.size, run.size):
            line.append([run])
        else:
            line[-1].append(run)
        last = run
    if line:
        yield Line(tuple(Item(tuple(item)) for item in line))


def _continues(last: Run, run: Run) -> bool:
    """Tell whether *run* goes on in the line of *last*: raised and lowered marks do, a new column above does not."""
    return abs(run.y - last.y) < 0.55 * max(last.size, run.size) and run.x0 > last.x1 - 0.5 * last.size


def _joined(runs: Iterable[Run]) -> str:
    text, last = "", None
    for run in runs:
        if last and run.x0 - last.x1 > WORD_GAP * max(last.size, run.size):
            text += " "
        text += run.text
        last = run
    return " ".join(text.split())


# --- Operators.

# Those that move text, set how it is written, or write it; colours, tags and lines are most of the others.
_OPERATORS = frozenset(b"cm BT Tm Td TD T* Tf Tc Tw Tz TL Ts Tr Tj TJ ' \"".split())
_TOKEN = re.compile(
    rb"[\[\]]|<<|>>|<[0-9A-Fa-f\s]*>|\((?:[^()\\]|\\.|\((?:[^()\\]|\\.|\([^()]*\))*\))*\)"
    rb"|/[^\s<>\[\](){}/%]*|[+-]?(?:\d+\.?\d*|\.\d+)|[A-Za-z'\"][A-Za-z0-9*'\"]*|%[^\r\n]*",
    re.DOTALL,
)
_NUMBER = frozenset(b"+-.0123456789")
Operand = float | bytes | list["float | bytes"]


class _State(Struct):
    """What text operators depend on; `Tz` and the spacings are in their own units."""

    ctm: Matrix
    face: Typeface | None = None
    size: float = 0.0
    spacing: float = 0.0
    word_spacing: float = 0.0
    scale: float = 1.0
    leading: float = 0.0
    rise: float = 0.0
    mode: int = 0


class _Show(Struct):
    """Follows the operators of a stream, and notes what they show."""

    faces: dict[int, Typeface]
    runs: list[Run] = field(default_factory=list)
    images: int = 0
    state: _State = field(default_factory=lambda: _State(_UNIT))
    text: Matrix = _UNIT
    line: Matrix = _UNIT

    def stream(self, data: bytes, resources: Any, origin: Matrix, depth: int) -> None:
        """Follow *data*, drawn at *origin*."""
        before, self.state = self.state, _State(origin)
        saved: list[_State] = []
        for operator, operands in _operations(data):
            if operator == b"q":
                saved.append(replace(self.state))
            elif operator == b"Q" and saved:
                self.state = saved.pop()
            elif operator == b"Do":
                self._draw(operands, resources, depth)
            elif operator in _OPERATORS:
                self._operate(operator, operands, resources)
        self.state = before

    def _draw(self, operands: list[Operand], resources: Any, depth: int) -> None:
        drawn = resources.get("/XObject", {}).get(_name(operands[-1])) if operands else None
        if drawn is None:
            return
        drawn = drawn.get_object()
        if drawn.get("/Subtype") == "/Image":
            self.images += 1
        elif drawn.get("/Subtype") == "/Form" and depth < _DEEPEST:
            values = [float(value) for value in drawn.get("/Matrix", _UNIT)]
            origin = _times((values[0], values[1], values[2], values[3], values[4], values[5]), self.state.ctm)
            self.stream(drawn.get_data(), drawn.get("/Resources", resources), origin, depth + 1)

    def _operate(self, operator: bytes, operands: list[Operand], resources: Any) -> None:
        state, numbers = self.state, [value for value in operands if isinstance(value, float)]
        match operator, numbers:
            case b"cm", [a, b, c, d, e, f]:
                state.ctm = _times((a, b, c, d, e, f), state.ctm)
            case b"BT", _:
                self.text = self.line = _UNIT
            case b"Tm", [a, b, c, d, e, f]:
                self.text = self.line = (a, b, c, d, e, f)
            case (b"Td" | b"TD"), [x, y]:
                state.leading = -y if operator == b"TD" else state.leading
                self._move(x, y)
            case b"T*", _:
                self._move(0.0, -state.leading)
            case b"Tf", [size]:
                state.face, state.size = self._face(_name(operands[0]), resources), size
            case b"Tc", [state.spacing]:
                pass
            case b"Tw", [state.word_spacing]:
                pass
            case b"Tz", [percent]:
                state.scale = percent / 100
            case b"TL", [state.leading]:
                pass
            case b"Ts", [state.rise]:
                pass
            case b"Tr", [mode]:
                state.mode = int(mode)
            case (b"Tj" | b"TJ"), _ if operands:
                self._shown(operands[-1])
            case (b"'" | b'"'), _ if operands:
                if operator == b'"' and len(numbers) == 2:
                    state.word_spacing, state.spacing = numbers
                self._move(0.0, -state.leading)
                self._shown(operands[-1])

    def _move(self, x: float, y: float) -> None:
        self.text = self.line = _times((1.0, 0.0, 0.0, 1.0, x, y), self.line)

    def _face(self, name: str, resources: Any) -> Typeface | None:
        font = resources.get("/Font", {}).get(name)
        if font is None:
            return None
        font = font.get_object()
        if id(font) not in self.faces:
            self.faces[id(font)] = typeface(font)
        return self.faces[id(font)]

    def _shown(self, shown: Operand) -> None:
        """Note the text of one operator; a gap as wide as a space is one, and one that parts texts starts a new run."""
        state, face = self.state, self.state.face
        if face is None or isinstance(shown, float):
            return
        text, begun, start, here, end = list[str](), False, 0.0, 0.0, 0.0
        for part in shown if isinstance(shown, list) else [shown]:
            if isinstance(part, float):
                gap = -part / 1000
                if begun and gap > TEXT_GAP:
                    self._note("".join(text), start, end if begun else here)
                    text, begun = [], False
                elif gap > WORD_GAP and text and text[-1] != " ":
                    text.append(" ")
                here += gap * state.size * state.scale
                continue
            for characters, width, space in face.glyphs(part):
                if not begun:
                    text, start, begun = [], here, bool(characters.strip())
                if characters:
                    text.append(characters)
                extra = state.spacing + (state.word_spacing if space else 0.0)
                here += (width / 1000 * state.size + extra) * state.scale
                # A space at the end may have any width: TeX goes back over it.
                end = here if characters.strip() else end
        self._note("".join(text), start, end if begun else here)
        self.text = _times((1.0, 0.0, 0.0, 1.0, here, 0.0), self.text)

    def _note(self, text: str, start: float, end: float) -> None:
        state, face = self.state, self.state.face
        if not text or face is None:
            return
        a, b, c, d, e, f = _times(self.text, state.ctm)
        size = state.size * (c * c + d * d) ** 0.5
        x0, x1 = (a * x + c * state.rise + e for x in (start, end))
        hidden = state.mode in (3, 7) or size < 1
        y = b * start + d * state.rise + f
        self.runs.append(Run(text, face.name, face.is_bold, size, min(x0, x1), max(x0, x1), y, hidden))


def _times(left: Matrix, right: Matrix) -> Matrix:
    a, b, c, d, e, f = left
    g, h, i, j, k, m = right
    return a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j, e * g + f * i + k, e * h + f * j + m


def _operations(data: bytes) -> Iterator[tuple[bytes, list[Operand]]]:
    place = 0
    while place < len(data):
        place = yield from _operations_from(data, place)


def _operations_from(data: bytes, place: int) -> Generator[tuple[bytes, list[Operand]], None, int]:
    """Yield the operations from *place* on, up to the end or a picture among them; return the place behind that."""
    operands: list[Operand] = []
    array: list[float | bytes] | None = None
    for match in _TOKEN.finditer(data, place):
        token = match[0]
        first = token[0]
        if first in _NUMBER or first in b"(</":
            if token in (b"<<",):
                continue
            value = float(token) if first in _NUMBER else token if first == 47 else _string(token)
            (operands if array is None else array).append(value)
        elif first == 91:
            array = []
        elif first == 93:
            operands.append(array or [])
            array = None
        elif token == b"ID":
            end = re.compile(rb"\sEI\b").search(data, match.end())
            return end.end() if end else len(data)
        elif first not in b">%":
            yield token, operands
            operands = []
    return len(data)


def _name(operand: Operand) -> str:
    return operand.decode("latin-1") if isinstance(operand, bytes) else ""


_ESCAPE = re.compile(rb"\\([0-7]{1,3}|\r\n|.)", re.DOTALL)
_ESCAPES = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f", b"\n": b"", b"\r": b"", b"\r\n": b""}


def _string(token: bytes) -> bytes:
    if token.startswith(b"<"):
        figures = bytes(token[1:-1].translate(None, b" \t\r\n\f\0"))
        return bytes.fromhex((figures + b"0" * (len(figures) % 2)).decode("ascii"))
    if b"\\" not in token:
        return token[1:-1]

    def unescaped(match: re.Match[bytes]) -> bytes:
        escaped = match[1]
        return bytes([int(escaped, 8) & 255]) if escaped[:1].isdigit() else _ESCAPES.get(escaped, escaped)

    return _ESCAPE.sub(unescaped, token[1:-1])
