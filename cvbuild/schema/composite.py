"""Fields made of fields: lists, records, and values that vary by day or language."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from cvbuild import dates
from cvbuild.dates import PartialDate
from cvbuild.errors import Mark, closest, quoted
from cvbuild.schema import aliases
from cvbuild.schema.fields import Field, Reading, join, json_of, read
from cvbuild.schema.scalars import Pattern
from cvbuild.schema.values import Dated, Record, Translated, Value
from cvbuild.source import Mapping as MappingNode
from cvbuild.source import Node, Scalar, Sequence

QUOTE_COLON = "text with ': ' in it must stand in quotes"
_LANGUAGE = r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*"


class ListOf(Field):
    """A list of one kind of item; with *single*, one item may stand without the list."""

    def __init__(self, item: Field, *, single: bool = False) -> None:
        self.item, self.single = item, single
        self.expected = item.expected if single else f"a list, each item {item.expected}"

    def read(self, node: Node, where: str, reading: Reading) -> tuple[Value, ...] | None:
        if isinstance(node, Sequence):
            return tuple(self._items(node, where, reading))
        if not self.single:
            self.refuse(node, where, reading, self._hint(node))
            return None
        if isinstance(self.item, Pattern) and isinstance(node, Scalar) and "," in node.text:
            self.refuse(node, where, reading, f"for several write [{node.text}]")
            return None
        value = read(self.item, node, where, reading)
        return None if value is None else (value,)

    def _items(self, node: Sequence, where: str, reading: Reading) -> Iterable[Value]:
        for index, item in enumerate(node.items):
            at = f"{where}[{index}]"
            if isinstance(item, Scalar) and item.absent:
                reading.fail(item.mark, at, f"an empty item; expected {self.item.expected}")
                continue
            value = self.item.read(item, at, reading)
            if value is not None:
                yield value

    def _hint(self, node: Node) -> str:
        if isinstance(node, MappingNode) and isinstance(self.item, RecordOf):
            if any(key.text.startswith(("-", "–", "—")) for key, _ in node.items):
                return "begin each item with '- ', a hyphen and a space"
            return "put '- ' in front of the first key of each item"
        if isinstance(node, Scalar) and ", " in node.text:
            return f"write [{node.text}]"
        return "begin each item with '- ', or write [a, b]"

    def schema(self) -> dict[str, object]:
        several: dict[str, object] = {"type": "array", "items": json_of(self.item)}
        return {"anyOf": [json_of(self.item), several]} if self.single else several


class Varied(Field):
    """A value that may be constant, dated or translated; or one of the two, with the other within."""

    def __init__(self, inner: Field) -> None:
        self.inner = inner
        self.expected = inner.expected

    def read(self, node: Node, where: str, reading: Reading) -> Value | None:
        return self._read(node, where, reading, "")

    def _read(self, node: Node, where: str, reading: Reading, outer: str) -> Value | None:
        if not isinstance(node, MappingNode):
            return read(self.inner, node, where, reading)
        if not node.items:
            self.refuse(node, where, reading)
            return None
        kind = "languages" if is_translated(node, reading.languages) else "dates" if is_dated(node) else ""
        if kind and kind == outer:
            reading.fail(node.mark, where, f"{kind} within {kind}; expected {self.expected}")
            return None
        match kind:
            case "languages":
                return self._translated(node, where, reading, kind)
            case "dates":
                return self._dated(node, where, reading, kind)
            case _:
                self._mixed(node, where, reading)
                return None

    def _translated(self, node: MappingNode, where: str, reading: Reading, kind: str) -> Value | None:
        versions = ((key.text, self._read(value, f"{where}.{key.text}", reading, kind)) for key, value in node.items)
        said = tuple((name, value) for name, value in versions if value is not None)
        return Translated(said) if said else None

    def _dated(self, node: MappingNode, where: str, reading: Reading, kind: str) -> Value | None:
        steps: dict[PartialDate, Value | None] = {}
        for key, value in node.items:
            try:
                day = PartialDate.parse(key.text)
            except ValueError as error:
                reading.fail(key.mark, where, str(error))
                continue
            if any(day.first_day == known.first_day for known in steps):
                reading.fail(key.mark, where, f"a second value from {day.first_day}; expected one a day")
            steps[day] = self._read(value, f"{where}.{key.text}", reading, kind)
        ordered = sorted(steps.items(), key=lambda step: step[0].first_day)
        return Dated(tuple(ordered)) if any(value is not None for value in steps.values()) else None

    def _mixed(self, node: MappingNode, where: str, reading: Reading) -> None:
        """Say which key keeps *node* from being dated or translated, once for each language not declared."""
        keys = [key for key, _ in node.items]
        days = [key for key in keys if _is_day(key.text)]
        foreign = [key for key in keys if key not in days and key.text not in reading.languages]
        odd = next((key for key in foreign if not re.fullmatch(_LANGUAGE, key.text)), None)
        declared = ", ".join(reading.languages)
        if odd:
            message = f"a mapping with the key {quoted(odd.text)}; expected {self.expected}"
            varied = f", or keys that are all dates or all declared languages ({declared})"
            meant = dates.meant(odd.text)
            reading.fail(odd.mark, where, message + varied, f"did you mean {meant}?" if meant else QUOTE_COLON)
        elif days:
            other = next(key for key in keys if _is_day(key.text) != _is_day(keys[0].text))
            found = f"dates and languages side by side ('{keys[0].text}', '{other.text}')"
            message = f"{found}; expected one within the other"
            reading.fail(other.mark, where, message, "write {2024: {en: …, ko: …}}")
        for key in foreign if not odd and not days else ():
            if key.text not in reading.undeclared:
                reading.undeclared.add(key.text)
                message = f"the language '{key.text}' is not declared; expected {declared}"
                reading.fail(key.mark, where, message, "declare it under 'translations:', here and wherever it stands")

    def schema(self) -> dict[str, object]:
        inner = json_of(self.inner)
        dated = _under(_DATES_JSON, {"anyOf": [inner, _under(_LANGUAGES_JSON, inner)]})
        translated = _under(_LANGUAGES_JSON, {"anyOf": [inner, _under(_DATES_JSON, inner)]})
        return {"anyOf": [inner, dated, translated]}


_DATES_JSON = r"^\d{4}(-\d{2}(-\d{2})?)?$"
_LANGUAGES_JSON = f"^{_LANGUAGE}$"


def _under(keys: str, inner: dict[str, object]) -> dict[str, object]:
    """Return the schema of a mapping whose keys have the pattern *keys*, and *inner* as values."""
    return {"type": "object", "patternProperties": {keys: inner}, "additionalProperties": False, "minProperties": 1}


def _is_day(key: str) -> bool:
    return re.fullmatch(r"\d{4}(-\d{1,2}){0,2}", key) is not None


def _is_daylike(key: str) -> bool:
    return re.fullmatch(r"[\d./ -]+", key) is not None


def is_dated(node: Node) -> bool:
    """Tell whether every key of *node* has the form of a date."""
    return isinstance(node, MappingNode) and all(_is_day(key.text) for key, _ in node.items)


def is_translated(node: Node, languages: Iterable[str]) -> bool:
    return isinstance(node, MappingNode) and all(key.text in languages for key, _ in node.items)


class RecordOf(Field):
    """A mapping with known keys; where *main* is given, its value may stand alone for the whole.

    *refused* says of a key that people try why there is none; *found_by* are the keys by which what is required may
    come from elsewhere before the mapping is read.
    """

    def __init__(
        self,
        kind: str,
        fields: Mapping[str, Field],
        required: tuple[str, ...] = (),
        main: str = "",
        refused: Mapping[str, str] | None = None,
        found_by: tuple[str, ...] = (),
    ) -> None:
        self.kind, self.fields, self.required, self.main = kind, fields, required, main
        self.refused, self.found_by = refused or {}, found_by
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
        accounted: set[str] = set()
        for key, item in node.items:
            known = self.fields.get(key.text)
            if known is None:
                accounted.add(self._unknown(key, item, where, reading))
                continue
            marks[key.text] = item.mark
            problems = len(reading.problems)
            value = read(known, item, join(where, key.text), reading)
            if value is not None:
                values[key.text] = value
            if len(reading.problems) > problems or reading.undeclared:
                accounted.add(key.text)
        for name in self.required:
            if name not in values and name not in accounted:
                message = f"the field '{name}' is missing; expected {self.fields[name].expected}"
                reading.fail(marks.get(name, node.mark), where, message)
        return Record(self.kind, values, marks, node.mark)

    def _stands_alone(self, node: Node, reading: Reading) -> bool:
        if not isinstance(node, MappingNode):
            return not isinstance(node, Sequence) or isinstance(self.fields[self.main], ListOf)
        if is_dated(node) or is_translated(node, reading.languages):
            return bool(node.items)
        keys = [key.text for key, _ in node.items]
        if len(keys) == 1 and " " in keys[0]:
            return True
        return not any(self._meant(key) for key in keys) and (
            len(keys) == 1 or all(_is_daylike(key) or re.fullmatch(_LANGUAGE, key) for key in keys)
        )

    def _meant(self, key: str) -> str:
        """Return the field that *key* is, or is a slip of; '' where it is none."""
        return key if key in self.fields else closest(key, self.fields) or aliases.meant(key, self.fields)

    def _hint(self, node: Node) -> str:
        if isinstance(node, Sequence):
            return "remove the '- ' in front of the keys"
        if isinstance(node, Scalar) and re.match(r"[\w-]+:\S", node.text):
            return "put a space after the ':'"
        first = self.required[0] if self.required else next(iter(self.fields))
        return f"write '{first}: …'"

    def _unknown(self, key: Scalar, item: Node, where: str, reading: Reading) -> str:
        """Report *key*; return the field that may have been meant."""
        meant = "" if key.text in self.refused else self._meant(key.text)
        hint = f"did you mean '{meant}'?" if meant else f"known here: {', '.join(sorted(self.fields))}"
        if not meant and isinstance(item, Scalar) and item.plain and not item.text:
            hint = "between braces, text with a ',' in it must stand in quotes"
        hint = self.refused.get(key.text, hint)
        reading.fail(key.mark, join(where, key.text), f"no such field {quoted(key.text)}", hint)
        return meant

    def schema(self) -> dict[str, object]:
        record: dict[str, object] = {
            "type": "object",
            "properties": {name: json_of(known) for name, known in self.fields.items()},
            "additionalProperties": False,
        }
        if self.found_by:
            record["anyOf"] = [{"required": [name]} for name in (*self.required, *self.found_by)]
        elif self.required:
            record["required"] = list(self.required)
        return {"anyOf": [json_of(self.fields[self.main]), record]} if self.main else record
