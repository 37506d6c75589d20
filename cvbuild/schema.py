"""Fields: what a value may be, how it is read from a node, and how JSON Schema says so.

A field never coerces in silence and never stops at the first fault: it reports each on the `Reading`, with its
place, and returns what could be read. What a value means is decided here, never by YAML.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from cvbuild import dates, markup
from cvbuild.dates import PartialDate, Term
from cvbuild.errors import NOWHERE, Mark, Problem, listed, nearest
from cvbuild.source import Mapping as MappingNode
from cvbuild.source import Node, Scalar, Sequence, clean, describe, invisible


@dataclass(frozen=True, slots=True)
class Dated:
    """A value that changes: pairs of the day from which it holds and what it is, oldest first."""

    steps: tuple[tuple[PartialDate, Value], ...]


@dataclass(frozen=True, slots=True)
class Translated:
    """A value said in several languages, in the order written."""

    versions: tuple[tuple[str, Value], ...]


@dataclass(frozen=True, slots=True)
class Record:
    """Named values of a known type, with their places. Absent values have no field."""

    kind: str
    fields: Mapping[str, Value]
    marks: Mapping[str, Mark] = field(default_factory=dict, compare=False, repr=False)
    mark: Mark = field(default=NOWHERE, compare=False, repr=False)

    def get(self, name: str) -> Value | None:
        return self.fields.get(name)

    def text(self, name: str) -> str:
        """Return the field as text: '' where it is absent."""
        value = self.fields.get(name)
        return "" if value is None else str(value)

    def items(self, name: str) -> tuple[Value, ...]:
        """Return the field as items: none where it is absent, one where it is not a list."""
        value = self.fields.get(name)
        return value if isinstance(value, tuple) else () if value is None else (value,)

    def texts(self, name: str) -> tuple[str, ...]:
        return tuple(str(item) for item in self.items(name))

    def records(self, name: str) -> tuple[Record, ...]:
        return tuple(item for item in self.items(name) if isinstance(item, Record))

    def flag(self, name: str) -> bool:
        return self.fields.get(name) is True

    def mark_of(self, name: str) -> Mark:
        return self.marks.get(name, self.mark)

    def replace(self, **fields: Value | None) -> Record:
        """Return the record with *fields* set, or absent where they are `None`."""
        merged = {**self.fields, **fields}
        kept = {name: value for name, value in merged.items() if value is not None}
        return Record(self.kind, kept, self.marks, self.mark)


Value = str | bool | int | PartialDate | Term | Dated | Translated | Record | Node | tuple["Value", ...]


@dataclass(slots=True)
class Reading:
    """What is known while a file is read, and what was found wrong with it."""

    languages: tuple[str, ...] = ("en",)
    problems: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)

    def fail(self, mark: Mark, where: str, message: str, hint: str = "") -> None:
        self.problems.append(Problem(mark, where, message, hint))

    def warn(self, mark: Mark, where: str, message: str, hint: str = "") -> None:
        self.warnings.append(Problem(mark, where, message, hint))


class Field(ABC):
    """What one value may be."""

    expected = "a value"

    @abstractmethod
    def read(self, node: Node, where: str, reading: Reading) -> Value | None:
        """Return the value of *node*, which is not absent; nothing, after a report, where it has none."""

    @abstractmethod
    def schema(self) -> dict[str, object]:
        """Return the field as JSON Schema (draft 2020-12)."""

    def refuse(self, node: Node, where: str, reading: Reading, hint: str = "") -> None:
        reading.fail(node.mark, where, f"{describe(node)}; expected {self.expected}", hint)


def read(field_: Field, node: Node | None, where: str, reading: Reading) -> Value | None:
    """Return what *field_* makes of *node*; nothing where the node is absent."""
    if node is None or (isinstance(node, Scalar) and node.absent):
        return None
    return field_.read(node, where, reading)


class ScalarField(Field):
    """A field whose value is one scalar."""

    json: dict[str, object] = {"type": "string"}  # noqa: RUF012 (read, never written)

    def read(self, node: Node, where: str, reading: Reading) -> Value | None:
        if not isinstance(node, Scalar):
            self.refuse(node, where, reading)
            return None
        try:
            return self.value(node, where, reading)
        except ValueError as error:
            reading.fail(node.mark, where, str(error))
            return None

    @abstractmethod
    def value(self, node: Scalar, where: str, reading: Reading) -> Value | None:
        """Return the value, or raise `ValueError` with a message fit to show."""

    def schema(self) -> dict[str, object]:
        return dict(self.json)


class Word(ScalarField):
    """Text that is matched, not printed as prose: NFC, on one line."""

    expected = "text"

    def value(self, node: Scalar, where: str, reading: Reading) -> str:
        for char in invisible(node.text):
            reading.warn(node.mark, where, f"invisible character U+{ord(char):04X}; it is left out")
        text = clean(node.text)
        if not text.strip():
            raise ValueError(f"empty text; expected {self.expected}, or leave the field out")
        return text.strip()


class Text(Word):
    """Prose in the Markdown subset; paragraphs may be parted by blank lines."""

    def value(self, node: Scalar, where: str, reading: Reading) -> str:
        text = super().value(node, where, reading)
        for fault in markup.check(text):
            report = reading.fail if fault.fatal else reading.warn
            report(node.mark, where, fault.message)
        return text


class Pattern(Word):
    """A word of a given form."""

    def __init__(self, pattern: str, expected: str) -> None:
        self.pattern, self.expected = re.compile(pattern), expected

    def value(self, node: Scalar, where: str, reading: Reading) -> str:
        if not self.pattern.fullmatch(node.text):
            raise ValueError(f"{describe(node)}; expected {self.expected}")
        return node.text

    def schema(self) -> dict[str, object]:
        return {"type": "string", "pattern": f"^(?:{self.pattern.pattern})$"}


class Choice(ScalarField):
    """One of a few words."""

    def __init__(self, *words: str) -> None:
        self.words = words
        self.expected = listed(words)

    def value(self, node: Scalar, where: str, reading: Reading) -> str | None:
        if node.text in self.words:
            return node.text
        self.refuse(node, where, reading, nearest(node.text, self.words))
        return None

    def schema(self) -> dict[str, object]:
        return {"enum": list(self.words)}


class Bool(ScalarField):
    expected = "true or false"
    json = {"enum": ["true", "false", True, False]}  # noqa: RUF012

    def value(self, node: Scalar, where: str, reading: Reading) -> bool | None:
        if node.text in ("true", "false"):
            return node.text == "true"
        self.refuse(node, where, reading)
        return None


class Number(ScalarField):
    """A whole number between two bounds, both included."""

    def __init__(self, low: int, high: int) -> None:
        self.low, self.high = low, high
        self.expected = f"a whole number from {low} to {high}"

    def value(self, node: Scalar, where: str, reading: Reading) -> int | None:
        if re.fullmatch(r"\d{1,9}", node.text, re.ASCII) and self.low <= int(node.text) <= self.high:
            return int(node.text)
        self.refuse(node, where, reading)
        return None

    def schema(self) -> dict[str, object]:
        return {"type": ["integer", "string"], "minimum": self.low, "maximum": self.high}


class Share(ScalarField):
    """A part of one, such as 0.8, kept as written."""

    expected = "a number from 0 to 1"
    json = {"type": ["number", "string"]}  # noqa: RUF012

    def value(self, node: Scalar, where: str, reading: Reading) -> str | None:
        if re.fullmatch(r"0(\.\d+)?|1(\.0+)?|\.\d+", node.text, re.ASCII):
            return node.text
        self.refuse(node, where, reading)
        return None


class Date(ScalarField):
    """A calendar date, nothing looser."""

    expected = "a date: YYYY, YYYY-MM or YYYY-MM-DD"
    json = {"type": ["string", "integer"], "pattern": r"^\d{4}(-\d{2}(-\d{2})?)?$"}  # noqa: RUF012

    def value(self, node: Scalar, where: str, reading: Reading) -> PartialDate:
        return PartialDate.parse(node.text)


class LooseDate(ScalarField):
    """A date, an academic term, or, with a warning, words that stand for one."""

    expected = "a date: YYYY, YYYY-MM or YYYY-MM-DD"
    json = {"type": ["string", "integer"]}  # noqa: RUF012

    def value(self, node: Scalar, where: str, reading: Reading) -> Value:
        text = Word().value(node, where, reading)
        found = dates.parse(text)
        if isinstance(found, str):
            reading.warn(
                node.mark,
                where,
                f"'{text}' is not a date; it is printed as it stands, and no day is known from it",
                "write YYYY, YYYY-MM or YYYY-MM-DD",
            )
        return found


class EndDate(LooseDate):
    """The end of a period; `present` says that there is none yet."""

    def value(self, node: Scalar, where: str, reading: Reading) -> Value:
        return "present" if node.text == "present" else super().value(node, where, reading)


SCHEMES = ("https", "http", "mailto", "tel")
_HOST = re.compile(r"(?:[\w-]+\.)+[^\W\d_]{2,}(?::\d+)?(?:[/?#]\S*)?")


class Url(Word):
    """An address: https, http, mailto or tel; without a scheme it is taken as https."""

    expected = "an address such as https://example.org/page"
    json = {"type": "string"}  # noqa: RUF012

    def value(self, node: Scalar, where: str, reading: Reading) -> str:
        return address(super().value(node, where, reading))


def address(text: str) -> str:
    """Return *text* as an absolute address. Raises `ValueError` where it is none, or of a scheme refused."""
    scheme, colon, rest = text.partition(":")
    if colon and re.fullmatch(r"[A-Za-z][A-Za-z0-9+.-]*", scheme) and not re.match(r"\d+(/|$)", rest):
        if scheme.lower() not in SCHEMES:
            raise ValueError(f"'{text}' has the scheme '{scheme}'; expected {listed(SCHEMES)}")
        if re.search(r"\s", text) or not rest.strip("/"):
            raise ValueError(f"'{text}' is not an address; expected one such as https://example.org/page")
        return text
    if not _HOST.fullmatch(text):
        raise ValueError(f"'{text}' is not an address; expected one such as https://example.org/page")
    return f"https://{text}"


class ListOf(Field):
    """A list of one kind of item; with *single*, one item may stand without the list."""

    def __init__(self, item: Field, *, single: bool = False) -> None:
        self.item, self.single = item, single
        self.expected = f"a list of items, each {item.expected}"

    def read(self, node: Node, where: str, reading: Reading) -> tuple[Value, ...] | None:
        if not isinstance(node, Sequence):
            if not self.single:
                hint = "begin each item with '- ', or write [a, b]"
                self.refuse(node, where, reading, hint)
                return None
            value = read(self.item, node, where, reading)
            return None if value is None else (value,)
        values = []
        for index, item in enumerate(node.items):
            if isinstance(item, Scalar) and item.absent:
                reading.fail(item.mark, f"{where}[{index}]", f"an empty item; expected {self.item.expected}")
                continue
            value = self.item.read(item, f"{where}[{index}]", reading)
            if value is not None:
                values.append(value)
        return tuple(values)

    def schema(self) -> dict[str, object]:
        several: dict[str, object] = {"type": "array", "items": self.item.schema()}
        return {"anyOf": [self.item.schema(), several]} if self.single else several


class Varied(Field):
    """A value that may be constant, dated or translated (or dated, and translated within)."""

    def __init__(self, inner: Field) -> None:
        self.inner = inner
        self.expected = inner.expected

    def read(self, node: Node, where: str, reading: Reading) -> Value | None:
        if not isinstance(node, MappingNode):
            return self.inner.read(node, where, reading)
        if not node.items:
            self.refuse(node, where, reading)
            return None
        if is_translated(node, reading.languages):
            versions = ((key.text, read(self, value, f"{where}.{key.text}", reading)) for key, value in node.items)
            return Translated(tuple((name, value) for name, value in versions if value is not None))
        if is_dated(node):
            return self._dated(node, where, reading)
        self._mixed(node, where, reading)
        return None

    def _dated(self, node: MappingNode, where: str, reading: Reading) -> Value | None:
        steps = []
        for key, value in node.items:
            try:
                day = PartialDate.parse(key.text)
            except ValueError as error:
                reading.fail(key.mark, where, str(error))
                continue
            found = read(self, value, f"{where}.{key.text}", reading)
            if found is not None:
                steps.append((day, found))
        firsts = [day.first_day for day, _ in steps]
        if len(set(firsts)) < len(firsts):
            reading.fail(node.mark, where, "two values from one day; expected one a day")
        return Dated(tuple(sorted(steps, key=lambda step: step[0].first_day))) if steps else None

    def _mixed(self, node: MappingNode, where: str, reading: Reading) -> None:
        odd = next(
            key
            for key, _ in node.items
            if (key.text not in reading.languages and not re.match(r"\d{4}", key.text))
            or not is_translated(node, reading.languages)
        )
        hint = (
            "declare a language under 'translations:'"
            if re.fullmatch(r"[a-z]{2}(-\w+)?", odd.text)
            else ("text with ': ' in it must stand in quotes")
        )
        reading.fail(
            odd.mark,
            where,
            f"a mapping with the key '{odd.text}'; expected {self.expected}, or a mapping whose keys are all "
            f"dates or all declared languages ({', '.join(reading.languages)})",
            hint,
        )

    def schema(self) -> dict[str, object]:
        inner = self.inner.schema()
        varied = {"type": "object", "minProperties": 1, "not": {"required": ["id"]}}
        return {"anyOf": [inner, {**varied, "description": "dated or translated"}]}


def is_dated(node: Node) -> bool:
    """Tell whether every key of *node* has the form of a date."""
    return isinstance(node, MappingNode) and all(
        re.fullmatch(r"\d{4}(-\d{1,2}){0,2}", key.text) for key, _ in node.items
    )


def is_translated(node: Node, languages: Iterable[str]) -> bool:
    return isinstance(node, MappingNode) and all(key.text in languages for key, _ in node.items)


class Raw(Field):
    """A node kept as it is, for a schema that is known only later."""

    def read(self, node: Node, where: str, reading: Reading) -> Value | None:
        return node

    def schema(self) -> dict[str, object]:
        return {}


class RecordOf(Field):
    """A mapping with known keys; where *main* is given, its value may stand alone for the whole."""

    def __init__(self, kind: str, fields: Mapping[str, Field], required: tuple[str, ...] = (), main: str = "") -> None:
        self.kind, self.fields, self.required, self.main = kind, fields, required, main
        self.expected = f"{fields[main].expected} or a mapping" if main else "a mapping"

    def read(self, node: Node, where: str, reading: Reading) -> Record | None:
        if self.main and self._stands_alone(node, reading):
            value = self.fields[self.main].read(node, where, reading)
            return None if value is None else Record(self.kind, {self.main: value}, {}, node.mark)
        if not isinstance(node, MappingNode):
            self.refuse(node, where, reading, self._hint(node))
            return None
        values: dict[str, Value] = {}
        marks: dict[str, Mark] = {}
        for key, item in node.items:
            known = self.fields.get(key.text)
            if known is None:
                self._unknown(key, where, reading)
                continue
            marks[key.text] = item.mark
            value = read(known, item, _join(where, key.text), reading)
            if value is not None:
                values[key.text] = value
        self._complete(node, marks, values, where, reading)
        return Record(self.kind, values, marks, node.mark)

    def _stands_alone(self, node: Node, reading: Reading) -> bool:
        if not isinstance(node, MappingNode):
            return not isinstance(node, Sequence) or isinstance(self.fields[self.main], ListOf)
        return bool(node.items) and (is_dated(node) or is_translated(node, reading.languages))

    def _hint(self, node: Node) -> str:
        if isinstance(node, Sequence):
            return "remove the '- ' in front of the keys"
        first = self.required[0] if self.required else next(iter(self.fields))
        return f"write '{first}: …'"

    def _unknown(self, key: Scalar, where: str, reading: Reading) -> None:
        hint = nearest(key.text, self.fields) or f"known here: {', '.join(sorted(self.fields))}"
        reading.fail(key.mark, _join(where, key.text), f"no such field '{key.text}'", hint)

    def _complete(
        self,
        node: MappingNode,
        marks: Mapping[str, Mark],
        values: Mapping[str, Value],
        where: str,
        reading: Reading,
    ) -> None:
        for name in self.required:
            present = name in values or (name in marks and any(p.mark == marks[name] for p in reading.problems))
            if not present:
                mark = marks.get(name, node.mark)
                reading.fail(mark, where, f"the field '{name}' is missing; expected {self.fields[name].expected}")

    def schema(self) -> dict[str, object]:
        record: dict[str, object] = {
            "type": "object",
            "properties": {name: known.schema() for name, known in self.fields.items()},
            "additionalProperties": False,
        }
        if self.required:
            record["required"] = list(self.required)
        return {"anyOf": [self.fields[self.main].schema(), record]} if self.main else record


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


def _join(where: str, name: str) -> str:
    return f"{where}.{name}" if where else name
