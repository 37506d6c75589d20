"""What every field has, and what is known while a file is read."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import TypeVar

from msgspec import Struct, field

from cvbuild.errors import Mark, Problem, ProfileError
from cvbuild.schema.values import Value
from cvbuild.source import Mapping, Node, Scalar, describe, loose

MAX_PROBLEMS = 500


class Reading(Struct):
    """What is known while a file is read, and what was found wrong with it.

    `lost` are names that a fault may have kept from being read: whoever misses one of them keeps quiet.
    `undeclared` are the languages already reported.
    """

    languages: tuple[str, ...] = ("en",)
    problems: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)
    lost: frozenset[str] = frozenset()
    undeclared: set[str] = field(default_factory=set)

    def fail(self, mark: Mark, where: str, message: str, hint: str = "") -> None:
        self.problems.append(Problem(mark, where, message, hint))
        if len(self.problems) == MAX_PROBLEMS:
            last = Problem(Mark(mark.file), "", f"these are the first {MAX_PROBLEMS} problems; there are more")
            raise ProfileError(*self.problems, last)

    def warn(self, mark: Mark, where: str, message: str, hint: str = "") -> None:
        self.warnings.append(Problem(mark, where, message, hint))


class Refusal(ValueError):
    """A value that a field does not take: a message fit to show, and a hint."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


class Field(ABC):
    """What one value may be. A field with a `name` is defined once in the JSON Schema, and referred to."""

    expected = "a value"
    name = ""

    @abstractmethod
    def read(self, node: Node, where: str, reading: Reading) -> Value | None:
        """Return the value of *node*, which is not absent; nothing, after a report, where it has none."""

    @abstractmethod
    def schema(self) -> dict[str, object]:
        """Return the field as JSON Schema (draft 2020-12)."""

    def refuse(self, node: Node, where: str, reading: Reading, hint: str = "") -> None:
        reading.fail(node.mark, where, f"{describe(node)}; expected {self.expected}", hint)


F = TypeVar("F", bound=Field)


def shared(name: str, field_: F) -> F:
    """Return *field_*, which from now on JSON Schema defines once, under *name*."""
    field_.name = name
    return field_


def json_of(field_: Field) -> dict[str, object]:
    """Return *field_* as JSON Schema, by reference where it is shared."""
    return {"$ref": f"#/$defs/{field_.name}"} if field_.name else field_.schema()


def read(field_: Field, node: Node | None, where: str, reading: Reading) -> Value | None:
    """Return what *field_* makes of *node*; nothing where the node is absent."""
    if node is None or (isinstance(node, Scalar) and node.absent):
        return None
    return field_.read(node, where, reading)


def join(where: str, name: str) -> str:
    """Return the path of *name* below *where*."""
    return f"{where}.{name}" if where else name


class Anything(Field):
    """Any value of JSON: numbers, truth values and null are told from texts, which are quoted where they look alike."""

    def read(self, node: Node, where: str, reading: Reading) -> Value | None:
        try:
            return loose(node)
        except ProfileError as error:
            reading.fail(node.mark, where, error.problems[0].message)
            return None

    def schema(self) -> dict[str, object]:
        return {}


class Raw(Field):
    """A node kept as it is, for a schema that is known only later."""

    def __init__(self, json: dict[str, object] | None = None) -> None:
        self.json = json or {}

    def read(self, node: Node, where: str, reading: Reading) -> Value | None:
        return node

    def schema(self) -> dict[str, object]:
        return dict(self.json)


class Keys(Anything):
    """A mapping of any keys, each with any value of JSON."""

    expected = "a mapping"

    def read(self, node: Node, where: str, reading: Reading) -> Value | None:
        if not isinstance(node, Mapping):
            self.refuse(node, where, reading)
            return None
        return super().read(node, where, reading)

    def schema(self) -> dict[str, object]:
        return {"type": ["object", "null"]}


class Custom(Field):
    """A field read by a function of its own."""

    def __init__(
        self, function: Callable[[Node, str, Reading], Value | None], expected: str, schema: dict[str, object]
    ) -> None:
        self.function, self.expected, self.json = function, expected, schema

    def read(self, node: Node, where: str, reading: Reading) -> Value | None:
        return self.function(node, where, reading)

    def schema(self) -> dict[str, object]:
        return dict(self.json)
