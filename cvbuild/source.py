"""YAML text as nodes with positions, and back. The only module that knows PyYAML.

Scalars stay text: what a scalar means is for a schema to decide. Nothing that YAML can do beyond mappings, lists
and text (anchors, tags, merge keys, several documents) gets through, and every budget is checked on the stream of
events, before a tree exists.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from typing import Any

import yaml

from cvbuild.errors import LimitError, Mark, Problem, ProfileError

MAX_BYTES = 8 * 1024 * 1024
MAX_NODES = 500_000
MAX_DEPTH = 32

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
# C0 and C1 controls but line breaks and tabs (tabs have a message of their own), surrogates, noncharacters.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
# Bidirectional controls, zero-width and soft-hyphen characters: invisible, and poison to whoever searches the PDF.
_INVISIBLE = re.compile("[\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]")


@dataclass(frozen=True, slots=True)
class Scalar:
    text: str
    mark: Mark = field(compare=False)
    plain: bool = True

    @property
    def absent(self) -> bool:
        """A plain `null`, `~` or nothing at all."""
        return self.plain and self.text in ("", "~", "null")


@dataclass(frozen=True, slots=True)
class Sequence:
    items: tuple[Node, ...]
    mark: Mark = field(compare=False)


@dataclass(frozen=True, slots=True)
class Mapping:
    """Pairs in file order; keys are unique."""

    items: tuple[tuple[Scalar, Node], ...]
    mark: Mark = field(compare=False)

    def get(self, key: str) -> Node | None:
        return next((value for name, value in self.items if name.text == key), None)


Node = Scalar | Sequence | Mapping


def describe(node: Node) -> str:
    """Return how to name *node* in a message: its kind, with its text where it has one."""
    match node:
        case Scalar() if node.absent:
            return "nothing"
        case Scalar(text):
            return f"'{text if len(text) <= 60 else text[:57] + '…'}'"
        case Sequence():
            return "a list"
        case Mapping():
            return "a mapping"


def decode(data: bytes, file: str) -> str:
    """Return the text of *data*, which is UTF-8 with or without a byte-order mark.

    Raises `LimitError` and `ProfileError`; every forbidden character is named with its place.
    """
    if len(data) > MAX_BYTES:
        raise LimitError(Problem(Mark(file), "", f"the file has {len(data)} bytes; at most {MAX_BYTES} are read"))
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line, column = _place(data[: error.start].decode("utf-8", errors="replace"))
        raise ProfileError(
            Problem(
                Mark(file, line, column),
                "",
                f"byte 0x{data[error.start]:02x} is not UTF-8",
                "save the file with the encoding UTF-8",
            )
        ) from None
    bad = [
        Problem(
            Mark(file, *_place(text[: match.start()])),
            "",
            f"control character U+{ord(match[0]):04X}; expected text",
            "delete the invisible character",
        )
        for match in _FORBIDDEN.finditer(text)
    ][:20]
    if bad:
        raise ProfileError(*bad)
    return text


def _place(before: str) -> tuple[int, int]:
    return before.count("\n") + 1, len(before) - before.rfind("\n")


def invisible(text: str) -> tuple[str, ...]:
    """Return the invisible characters in *text* that `clean` takes out."""
    return tuple(dict.fromkeys(_INVISIBLE.findall(text)))


def clean(text: str) -> str:
    """Return *text* in NFC, without invisible characters."""
    return unicodedata.normalize("NFC", _INVISIBLE.sub("", text))


def parse(text: str, file: str, at: Mark | None = None) -> Node | None:
    """Return the one document in *text*, or nothing where the text holds none.

    *at*, when given, is the mark of every node (for text that is not from a file).
    Raises `ProfileError` for whatever is not plain YAML and `LimitError` past a budget.
    """
    tabs = [
        Problem(Mark(file, number, line.index("\t") + 1), "", "a tab; expected spaces", "indent with spaces only")
        for number, line in enumerate(text.split("\n"), 1)
        if "\t" in line
    ][:20]
    if tabs:
        raise ProfileError(*tabs)
    builder = _Builder(text, file, at)
    try:
        for event in yaml.parse(text, Loader=_Loader):
            builder.take(event)
    except yaml.MarkedYAMLError as error:
        raise ProfileError(*builder.problems, _slip(error, text, file)) from None
    except yaml.YAMLError as error:
        raise ProfileError(*builder.problems, Problem(Mark(file), "", f"not YAML: {error}")) from None
    if builder.problems:
        raise ProfileError(*builder.problems)
    return builder.root


class _Open:
    """A list or mapping being read: its nodes so far."""

    def __init__(self, mark: Mark, is_mapping: bool) -> None:
        self.mark, self.is_mapping, self.nodes = mark, is_mapping, list[Node]()


class _Builder:
    """Turns parser events into nodes without recursion, counting as it goes."""

    def __init__(self, text: str, file: str, at: Mark | None) -> None:
        self.text, self.file, self.at = text, file, at
        self.lines = text.split("\n")
        self.stack: list[_Open] = []
        self.root: Node | None = None
        self.problems: list[Problem] = []
        self.count = 0
        self.documents = 0

    def take(self, event: yaml.Event) -> None:
        if isinstance(event, yaml.DocumentStartEvent):
            self.documents += 1
            if self.documents > 1:
                self._fail(event, "a second document; expected one to a file", "remove the line '---'")
        elif isinstance(event, yaml.AliasEvent):
            self._fail(event, f"an alias '*{event.anchor}'; expected text", _QUOTE.format("*"))
            self._add(Scalar("", self._mark(event)))
        elif isinstance(event, yaml.NodeEvent):
            self._node(event)
        elif isinstance(event, yaml.CollectionEndEvent):
            self._close()

    def _mark(self, event: Any) -> Mark:
        return self.at or Mark(self.file, event.start_mark.line + 1, event.start_mark.column + 1)

    def _fail(self, event: yaml.Event, message: str, hint: str = "") -> None:
        self.problems.append(Problem(self._mark(event), "", message, hint))

    def _node(self, event: Any) -> None:
        self.count += 1
        if self.count > MAX_NODES:
            raise LimitError(Problem(self._mark(event), "", f"more than {MAX_NODES} values"))
        if event.anchor is not None:
            self._fail(event, f"an anchor '&{event.anchor}'; expected text", _QUOTE.format("&"))
        if event.tag is not None and event.tag != "!":
            self._fail(event, f"a tag '{event.tag}'; expected text", _QUOTE.format("!"))
        if isinstance(event, yaml.ScalarEvent):
            plain = event.style in (None, "")
            if plain:
                self._cut_off(event)
            self._add(Scalar(event.value, self._mark(event), plain))
            return
        if len(self.stack) >= MAX_DEPTH:
            raise LimitError(Problem(self._mark(event), "", f"nested deeper than {MAX_DEPTH} levels"))
        self.stack.append(_Open(self._mark(event), isinstance(event, yaml.MappingStartEvent)))

    def _cut_off(self, event: Any) -> None:
        """Refuse `ranked #1 of 40`, of which YAML keeps `ranked`: a comment has a space after its `#`."""
        end = event.end_mark
        rest = self.lines[end.line][end.column :] if end.line < len(self.lines) else ""
        comment = re.match(r"\s*(#[^\s#].*)", rest)
        if comment:
            mark = Mark(self.file, end.line + 1, end.column + 1 + comment.start(1))
            self.problems.append(
                Problem(
                    self.at or mark,
                    "",
                    f"the text is cut off at '{comment[1][:40]}'; expected it in quotes",
                    "quote the text; or, if it is a comment, put a space after '#'",
                )
            )

    def _close(self) -> None:
        done = self.stack.pop()
        if not done.is_mapping:
            self._add(Sequence(tuple(done.nodes), done.mark))
            return
        pairs: dict[str, tuple[Scalar, Node]] = {}
        for key, value in zip(done.nodes[::2], done.nodes[1::2], strict=True):
            if not isinstance(key, Scalar):
                self.problems.append(Problem(key.mark, "", f"{describe(key)} as a key; expected a word"))
            elif key.text in pairs:
                self.problems.append(
                    Problem(
                        key.mark,
                        "",
                        f"the key '{key.text}' stands twice: here and in line {pairs[key.text][0].mark.line}",
                        "merge the two, or rename one",
                    )
                )
            else:
                pairs[key.text] = (key, value)
        self._add(Mapping(tuple(pairs.values()), done.mark))

    def _add(self, node: Node) -> None:
        if self.stack:
            self.stack[-1].nodes.append(node)
        elif self.root is None:
            self.root = node


_QUOTE = "text that begins with '{}' must stand in quotes"

# What the parser says, or what stands at the place it names, and what people did to get there.
_SLIPS = (
    (r"mapping values are not allowed", "an unquoted ': ' inside a text", "put the whole text in quotes"),
    (r"found unexpected end of stream", "a quote that is never closed", "close the quote"),
    (
        r"did not find expected '-' indicator|block sequence",
        "a line that does not fit the list it stands in",
        "indent every '-' of a list alike, and quote texts that hold ': '",
    ),
    (
        r"could not find expected ':'",
        "a line that is neither 'key: value' nor '- item'",
        "write 'key: value'",
    ),
    (r"flow sequence", "a '[' that is never closed, or text that begins with '['", _QUOTE.format("[")),
    (r"flow mapping", "a '{' that is never closed, or text that begins with '{'", _QUOTE.format("{")),
    (
        r"did not find expected key|block mapping",
        "a line that does not fit the mapping it stands in",
        "indent the keys of a mapping alike; text after a closing quote must be inside it",
    ),
    (r"escape", "an unknown escape in double quotes", "write '\\\\' for a backslash, or use single quotes"),
    (r"block scalar", "text that begins with '|' or '>'", "put the text in quotes"),
)


def _slip(error: yaml.MarkedYAMLError, text: str, file: str) -> Problem:
    """Name the classic slip behind a syntax error, at the place where the person made it."""
    place = error.problem_mark or error.context_mark
    said = f"{error.context or ''} {error.problem or ''}"
    if error.context_mark and re.search(r"alias|anchor|tag|quoted scalar|flow", said):
        place = error.context_mark
    line, column = (place.line, place.column) if place else (0, 0)
    lines = text.split("\n")
    at = lines[line][column : column + 1] if line < len(lines) else ""
    if at and at in "@`%*&!" and re.search(r"cannot start|alias|anchor|tag|directive", said):
        return Problem(Mark(file, line + 1, column + 1), "", f"text that begins with '{at}'", _QUOTE.format(at))
    opened = re.match(r"""\s*(?:- +)*(?:[^\s:]+: +)?(["'[{])""", lines[line]) if line < len(lines) else None
    if opened and opened.end() <= column and re.search(r"expected (key|'-' indicator)", said):
        mark = Mark(file, line + 1, opened.end())
        return Problem(mark, "", f"text goes on after what '{opened[1]}' opened has closed", _QUOTE.format(opened[1]))
    for pattern, message, hint in _SLIPS:
        if re.search(pattern, said):
            return Problem(Mark(file, line + 1, column + 1), "", message, hint)
    return Problem(Mark(file, line + 1, column + 1), "", f"not YAML: {said.strip()}")


class _Dumper(yaml.SafeDumper):
    """Writes what `parse` reads back: only an absent value needs telling from text."""

    yaml_implicit_resolvers: dict[str, Any] = {}  # noqa: RUF012 (PyYAML's own protocol)

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        return super().increase_indent(flow, False)


_Dumper.add_implicit_resolver("tag:yaml.org,2002:null", re.compile(r"~|null|$"), ["~", "n", ""])


def dump(tree: object) -> str:
    """Return YAML that `parse` reads as *tree* (mappings, lists, text, nothing), keys in their order."""
    return yaml.dump(tree, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=100)
