"""The stream of YAML events as nodes, and a tree as YAML."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Any

import yaml

from cvbuild.errors import LimitError, Mark, Problem, ProfileError, quoted
from cvbuild.source import slips
from cvbuild.source.characters import check, code, forbidden
from cvbuild.source.nodes import Mapping, Node, Scalar, Sequence, describe

MAX_NODES = 500_000
MAX_DEPTH = 32
# An abstract has two thousand, a statement of purpose ten; lines of text without end take engines hours.
MAX_CHARACTERS = 20_000
_MAX_PROBLEMS = 50

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def parse(text: str, file: str, at: Mark | None = None) -> Node | None:
    """Return the one document in *text*, or nothing where the text holds none.

    *at*, when given, is the mark of every node (for text that is not from a file).
    Raises `ProfileError` for whatever is not plain YAML and `LimitError` past a budget.
    """
    root, problems = survey(text, file, at)
    if problems:
        raise ProfileError(*problems)
    return root


def survey(text: str, file: str, at: Mark | None = None) -> tuple[Node | None, tuple[Problem, ...]]:
    """Return what `parse` does, with the problems that leave a tree to be read on (a key that stands twice).

    Raises `ProfileError` where there is no tree.
    """
    bad = tuple(check(text, file))
    if bad:
        raise ProfileError(*(Problem(at, "", p.message, p.hint) if at else p for p in bad))
    builder = _Builder(text, file, at)
    try:
        for event in yaml.parse(text, Loader=_Loader):
            builder.take(event)
    except yaml.YAMLError as error:
        slip = _slip(error, text, file)
        known = {problem.mark.line for problem in builder.problems}
        found = [Problem(at or slip.mark, "", slip.message, slip.hint)] if slip.mark.line not in known else []
        raise ProfileError(*builder.problems, *found) from None
    return builder.root, tuple(builder.problems)


def _slip(error: yaml.YAMLError, text: str, file: str) -> Problem:
    if not isinstance(error, yaml.MarkedYAMLError):
        return Problem(Mark(file), "", f"not YAML: {error}")
    began, stopped = ((m.line, m.column) if m else None for m in (error.context_mark, error.problem_mark))
    return slips.name(f"{error.context or ''} {error.problem or ''}", began, stopped, text.split("\n"), file)


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
            if self.documents == 2:
                self._fail(self._mark(event), "a second document; expected one to a file", "remove the line '---'")
        elif self.documents > 1:
            return
        elif isinstance(event, yaml.AliasEvent):
            message = f"an alias '*{event.anchor}'; expected text"
            self._fail(self._mark(event), message, slips.QUOTE.format("*"))
            self._add(Scalar(f"*{event.anchor}", self._mark(event), False))
        elif isinstance(event, yaml.NodeEvent):
            self._node(event)
        elif isinstance(event, yaml.CollectionEndEvent):
            self._close()

    def _mark(self, event: Any) -> Mark:
        return self.at or Mark(self.file, event.start_mark.line + 1, event.start_mark.column + 1)

    def _fail(self, mark: Mark, message: str, hint: str = "") -> None:
        self.problems.append(Problem(self.at or mark, "", message, hint))
        if len(self.problems) >= _MAX_PROBLEMS:
            raise ProfileError(*self.problems)

    def _node(self, event: Any) -> None:
        self.count += 1
        mark = self._mark(event)
        if self.count > MAX_NODES:
            raise LimitError(Problem(mark, "", f"more than {MAX_NODES} values"))
        if event.anchor is not None:
            self._fail(mark, f"an anchor '&{event.anchor}'; expected text", slips.QUOTE.format("&"))
        if event.tag is not None:
            tag = event.tag.replace("tag:yaml.org,2002:", "!!")
            self._fail(mark, f"a tag {quoted(tag)}; expected text", slips.QUOTE.format("!"))
        if isinstance(event, yaml.ScalarEvent):
            self._scalar(event, mark)
            return
        if len(self.stack) >= MAX_DEPTH:
            raise LimitError(Problem(mark, "", f"nested deeper than {MAX_DEPTH} levels"))
        self.stack.append(_Open(mark, isinstance(event, yaml.MappingStartEvent)))

    def _scalar(self, event: Any, mark: Mark) -> None:
        if len(event.value) > MAX_CHARACTERS:
            message = f"a text of {len(event.value)} characters; at most {MAX_CHARACTERS} are read"
            raise LimitError(Problem(mark, "", message))
        plain = event.style in (None, "")
        if plain:
            self._cut_off(event)
        elif event.style == '"':
            self._escapes(event, mark)
        self._add(Scalar(unicodedata.normalize("NFC", event.value), mark, plain))

    def _cut_off(self, event: Any) -> None:
        """Refuse `ranked #1 of 40`, of which YAML keeps `ranked`: a comment has a space after its `#`."""
        end = event.end_mark
        comment = _COMMENT.match(self.lines[end.line], end.column) if end.line < len(self.lines) else None
        if comment:
            mark = Mark(self.file, end.line + 1, comment.start(1) + 1)
            message = f"the text is cut off at {quoted(comment[1])}; expected it in quotes"
            self._fail(mark, message, "quote the text; or, if it is a comment, put a space after '#'")

    def _escapes(self, event: Any, mark: Mark) -> None:
        """Refuse what double quotes make of a backslash: `"\\beta"` would be a control character and `eta`."""
        raw = self.text[event.start_mark.index : event.end_mark.index] if "\\" in self.text else ""
        for offset, message in slips.escapes(raw):
            before = raw[:offset]
            line = event.start_mark.line + before.count("\n")
            column = offset - before.rfind("\n") - 1 if "\n" in before else event.start_mark.column + offset
            self._fail(Mark(self.file, line + 1, column + 1), message, slips.BACKSLASH)
            return
        if char := forbidden(event.value):
            self._fail(mark, f"{code(char)}, a control character; expected text", "delete its escape")

    def _close(self) -> None:
        done = self.stack.pop()
        if not done.is_mapping:
            self._add(Sequence(tuple(done.nodes), done.mark))
            return
        self._add(Mapping(tuple(self._pairs(done.nodes)), done.mark))

    def _pairs(self, nodes: list[Node]) -> Iterator[tuple[Scalar, Node]]:
        lines: dict[str, int] = {}
        for key, value in zip(nodes[::2], nodes[1::2], strict=True):
            if not isinstance(key, Scalar):
                self._fail(key.mark, f"{describe(key)} as a key; expected a word")
            elif key.plain and not key.text:
                self._fail(key.mark, "nothing in front of ':'; expected a key", slips.QUOTE.format(":"))
            elif key.text in lines:
                message = f"the key {quoted(key.text)} stands twice: here and in line {lines[key.text]}"
                self._fail(key.mark, message, "merge the two, or rename one")
            else:
                lines[key.text] = key.mark.line
                yield key, value

    def _add(self, node: Node) -> None:
        if self.stack:
            self.stack[-1].nodes.append(node)
        elif self.root is None:
            self.root = node


_COMMENT = re.compile(r" *(#[^\s#].*)")


class _Dumper(yaml.SafeDumper):
    """Writes what `parse` reads back: only an absent value needs telling from text."""

    yaml_implicit_resolvers: dict[str, Any] = {}  # noqa: RUF012 (PyYAML's own protocol)

    def ignore_aliases(self, data: object) -> bool:
        return True

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        return super().increase_indent(flow, False)


_Dumper.add_implicit_resolver("tag:yaml.org,2002:null", re.compile(r"~|null|$"), ["~", "n", ""])


class Exact(str):
    """Text that is to stay text where a plain `5` or `true` would be a number or a truth value: it is quoted."""

    __slots__ = ()


class _Prose(_Dumper):
    """Writes a file for people: text of several lines as it stands."""


def _exact(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", str(text), style="'")


def _lines(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


_Dumper.add_representer(Exact, _exact)
_Prose.add_representer(Exact, _exact)
_Prose.add_representer(str, _lines)


def dump_prose(tree: object) -> str:
    """Return what `dump` does, in a form that people go on with: text of several lines keeps its lines."""
    return yaml.dump(tree, Dumper=_Prose, allow_unicode=True, sort_keys=False, width=100)


def dump_flow(tree: object) -> str:
    """Return what `dump` does on one line, in braces and brackets."""
    return yaml.dump(tree, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=10**9,
                     default_flow_style=True).removesuffix("...\n").strip()  # fmt: skip


def dump(tree: object) -> str:
    """Return YAML that `parse` reads as *tree* (mappings, lists, text, nothing), keys in their order."""
    return yaml.dump(tree, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=100)
