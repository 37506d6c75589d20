"""JSON → mappings and lists with positions; numbers stay text, as a profile's values do."""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from typing import Any, NoReturn

from cvbuild.errors import LimitError, Mark, Problem, ProfileError, quoted
from cvbuild.importers.works.decoded import decoded
from cvbuild.source import forbidden

MAX_DEPTH = 64
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*+"|[\[\]{}]|NaN|-?Infinity', re.DOTALL)


class Object(dict[str, Any]):
    """A JSON object, and where its brace stands."""

    mark: Mark


def parse(data: bytes, file: str) -> Any:
    """Return what *data* says.

    Raises `ProfileError` and `LimitError`, with the place, for what is not strict JSON in UTF-8 or is nested too deep.
    """
    text = decoded(data, file)
    place = _Places(text, file)
    starts = iter(_starts(text, place))

    def made(pairs: list[tuple[str, Any]]) -> Object:
        start = next(starts)
        found = Object(pairs)
        found.mark = place(start)
        if len(found) < len(pairs):
            _twice(text, start, pairs, place)
        return found

    try:
        tree = json.loads(text, object_pairs_hook=made, parse_int=str, parse_float=str, parse_constant=str)
    except json.JSONDecodeError as error:
        raise ProfileError(Problem(place(error.pos), "", f"not JSON: {error.msg[:1].lower()}{error.msg[1:]}")) from None
    if "\\u" in text:
        _check_escapes(tree, place(0))
    return tree


def _check_escapes(tree: Any, mark: Mark) -> None:
    """Refuse what an escape can say and no text may hold: control characters, halves of characters."""
    pending = [(tree, mark)]
    while pending:
        value, near = pending.pop()
        if isinstance(value, Object):
            pending += [(item, value.mark) for pair in value.items() for item in pair]
        elif isinstance(value, list):
            pending += [(item, near) for item in value]
        elif isinstance(value, str) and (char := forbidden(" ".join(value.split()))):
            message = f"U+{ord(char):04X}, a control character, in {quoted(value.replace(char, '…'))}; expected text"
            raise ProfileError(Problem(near, "", message))


class _Places:
    def __init__(self, text: str, file: str) -> None:
        self.file = file
        self.breaks = [match.start() for match in re.finditer("\n", text)]

    def __call__(self, offset: int) -> Mark:
        line = bisect_right(self.breaks, offset - 1)
        return Mark(self.file, line + 1, offset - (self.breaks[line - 1] if line else -1))


def _starts(text: str, place: _Places) -> list[int]:
    """Return where the objects of *text* begin, in the order in which they end."""
    opened: list[int] = []
    closed: list[int] = []
    for match in _TOKEN.finditer(text):
        sign = match[0]
        if sign in "[{":
            opened.append(match.start())
            if len(opened) > MAX_DEPTH:
                raise LimitError(Problem(place(match.start()), "", f"nested deeper than {MAX_DEPTH} levels"))
        elif sign in "]}":
            start = opened.pop() if opened else 0
            if sign == "}":
                closed.append(start)
        elif sign[0] != '"':
            raise ProfileError(Problem(place(match.start()), "", f"'{sign}' is not JSON; expected a value"))
    return closed


def _twice(text: str, start: int, pairs: list[tuple[str, Any]], place: _Places) -> NoReturn:
    names = [name for name, _ in pairs]
    name = next(name for index, name in enumerate(names) if name in names[:index])
    found = [m.start() for m in re.finditer(re.escape(json.dumps(name, ensure_ascii=False)) + r"\s*:", text[start:])]
    at = start + (found[1] if len(found) > 1 else 0)
    raise ProfileError(Problem(place(at), "", f"the key {quoted(name)} stands twice in one object; expected it once"))
