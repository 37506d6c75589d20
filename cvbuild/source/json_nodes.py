"""JSON text as nodes with positions, and back.

A string is a scalar that is not plain; a number, `true`, `false` or `null` is a plain one, its figures as written. What
JSON does not know (comments, NaN, a key that stands twice, half a surrogate pair) is refused.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_right

from cvbuild.errors import LimitError, Mark, Problem, ProfileError, quoted
from cvbuild.source.characters import decode
from cvbuild.source.nodes import Mapping, Node, Scalar, Sequence

MAX_JSON_BYTES = 4 * 1024 * 1024
# Fewer than YAML may have: what is read here stands some levels down in a profile.
MAX_JSON_DEPTH = 20
MAX_JSON_NODES = 100_000
_MAX_FIGURES = 100

_SPACE = re.compile(r"[ \t\n\r]*")
_STRING = re.compile(r'"((?:[^"\\\x00-\x1f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*)"')
_LITERAL = re.compile(r"true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?", re.ASCII)
_WORD = re.compile(r"[\w.+-]+|.", re.DOTALL)
_HALF = re.compile("[\ud800-\udfff]")


def is_literal(text: str) -> bool:
    """Tell whether JSON would take *text* for a number, a truth value or null."""
    return _LITERAL.fullmatch(text) is not None


def parse_json(data: bytes, file: str) -> Node:
    """Return the value that *data* holds. Raises `ProfileError` with the first fault, `LimitError` past a budget."""
    if len(data) > MAX_JSON_BYTES:
        limit = f"{MAX_JSON_BYTES // 1024 // 1024} MiB"
        raise LimitError(Problem(Mark(file), "", f"the file is too large; at most {limit} of JSON are read"))
    return _Parser(decode(data, file), file).document()


class _Open:
    """A list or an object being read; `key` waits for its value."""

    def __init__(self, mark: Mark, is_mapping: bool) -> None:
        self.mark, self.is_mapping = mark, is_mapping
        self.items: list[Node] = []
        self.pairs: list[tuple[Scalar, Node]] = []
        self.lines: dict[str, int] = {}
        self.key: Scalar | None = None

    def add(self, node: Node) -> None:
        if self.key is not None:
            self.pairs.append((self.key, node))
            self.key = None
        else:
            self.items.append(node)

    def done(self) -> Node:
        return Mapping(tuple(self.pairs), self.mark) if self.is_mapping else Sequence(tuple(self.items), self.mark)


class _Parser:
    """Reads without recursion, counting as it goes."""

    def __init__(self, text: str, file: str) -> None:
        self.text, self.file, self.at, self.count = text, file, 0, 0
        self.starts = [0, *(match.end() for match in re.finditer("\n", text))]

    def mark(self, at: int) -> Mark:
        line = bisect_right(self.starts, at)
        return Mark(self.file, line, at - self.starts[line - 1] + 1)

    def fail(self, expected: str, hint: str = "") -> ProfileError:
        word = _WORD.match(self.text, self.at)
        found = quoted(word[0]) if word else "the end of the file"
        return ProfileError(Problem(self.mark(self.at), "", f"{found}; expected {expected}", hint))

    def document(self) -> Node:
        stack: list[_Open] = []
        node = self._value(stack)
        while stack:
            node = self._next(stack) if node is None else self._added(node, stack)
        self._skip()
        if self.at < len(self.text):
            raise self.fail("nothing after the end of the JSON")
        assert node is not None
        return node

    def _added(self, node: Node, stack: list[_Open]) -> Node | None:
        stack[-1].add(node)
        return self._after(stack)

    def _skip(self) -> str:
        space = _SPACE.match(self.text, self.at)
        self.at = space.end() if space else self.at
        return self.text[self.at : self.at + 1]

    def _value(self, stack: list[_Open]) -> Node | None:
        """Return the scalar here; nothing, after putting it on the stack, where a list or an object begins."""
        char = self._skip()
        self.count += 1
        if self.count > MAX_JSON_NODES:
            raise LimitError(Problem(self.mark(self.at), "", f"more than {MAX_JSON_NODES} values"))
        if char in ("[", "{") and char:
            if len(stack) >= MAX_JSON_DEPTH:
                raise LimitError(Problem(self.mark(self.at), "", f"nested deeper than {MAX_JSON_DEPTH} levels"))
            stack.append(_Open(self.mark(self.at), char == "{"))
            self.at += 1
            return None
        if char == '"':
            return self._string()
        match = _LITERAL.match(self.text, self.at)
        word = _WORD.match(self.text, self.at)
        if not match or not word or match.end() < word.end():
            raise self.fail("a value", "texts and names stand in double quotes; NaN is no JSON")
        if len(match[0]) > _MAX_FIGURES:
            raise LimitError(Problem(self.mark(self.at), "", f"a number of more than {_MAX_FIGURES} characters"))
        found = Scalar(match[0], self.mark(self.at), True)
        self.at = match.end()
        return found

    def _string(self) -> Scalar:
        match = _STRING.match(self.text, self.at)
        mark = self.mark(self.at)
        if not match:
            hint = "close the quote on the same line; a line break is \\n, a backslash \\\\"
            raise ProfileError(Problem(mark, "", "a text that never ends, or with an escape that is none", hint))
        text: str = json.loads(match[0])
        if half := _HALF.search(text):
            raise ProfileError(Problem(mark, "", f"U+{ord(half[0]):04X}, half of a character; expected text"))
        self.at = match.end()
        return Scalar(text, mark, False)

    def _next(self, stack: list[_Open]) -> Node | None:
        """Read what follows an opening bracket: the first item, the first key, or the end."""
        top = stack[-1]
        if self._skip() == ("}" if top.is_mapping else "]"):
            return self._closed(stack)
        return self._keyed(stack) if top.is_mapping else self._value(stack)

    def _after(self, stack: list[_Open]) -> Node | None:
        """Read what follows an item: a comma and the next one, or the end."""
        top, char = stack[-1], self._skip()
        if char == ("}" if top.is_mapping else "]"):
            return self._closed(stack)
        if char != ",":
            raise self.fail(f"',' or '{'}' if top.is_mapping else ']'}'")
        self.at += 1
        return self._keyed(stack) if top.is_mapping else self._value(stack)

    def _closed(self, stack: list[_Open]) -> Node | None:
        self.at += 1
        node = stack.pop().done()
        return self._added(node, stack) if stack else node

    def _keyed(self, stack: list[_Open]) -> Node | None:
        if self._skip() != '"':
            raise self.fail("a key in double quotes", "no comma stands after the last item")
        key, top = self._string(), stack[-1]
        if key.text in top.lines:
            message = f"the key {quoted(key.text)} stands twice: here and in line {top.lines[key.text]}"
            raise ProfileError(Problem(key.mark, "", message, "merge the two, or rename one"))
        top.lines[key.text] = key.mark.line
        if self._skip() != ":":
            raise self.fail("':'")
        self.at += 1
        top.key = key
        return self._value(stack)


def json_text(node: Node, indent: str = "\n") -> str:
    """Return *node* as JSON, two spaces a level; *indent* is the line break before what is in it."""
    deeper = indent + "  "
    match node:
        case Scalar(text, plain=plain):
            return ("null" if node.absent else text) if plain and is_plain(node) else _quoted(text)
        case Sequence(items):
            inner = ",".join(deeper + json_text(item, deeper) for item in items)
            return f"[{inner}{indent}]" if items else "[]"
        case Mapping(pairs):
            inner = ",".join(f"{deeper}{_quoted(k.text)}: {json_text(v, deeper)}" for k, v in pairs)
            return f"{{{inner}{indent}}}" if pairs else "{}"


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def is_plain(node: Scalar) -> bool:
    """Tell whether *node* is a number, a truth value or null, not text."""
    return node.plain and (node.absent or is_literal(node.text))
