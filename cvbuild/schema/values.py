"""What a profile's fields hold once they are read: values, whole."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct, field

from cvbuild.dates import PartialDate, Term
from cvbuild.errors import NOWHERE, Mark, Placed
from cvbuild.source import Node


class Dated(Struct, frozen=True):
    """A value that changes: pairs of the day from which it holds and what it is (or is no more), oldest first."""

    steps: tuple[tuple[PartialDate, Value | None], ...]


class Translated(Struct, frozen=True):
    """A value said in several languages, in the order written."""

    versions: tuple[tuple[str, Value], ...]


class Record(Placed, frozen=True, eq=False):
    """Named values of a known type, with their places. Absent values have no field."""

    kind: str
    fields: Mapping[str, Value]
    marks: Mapping[str, Mark] = field(default_factory=dict)
    mark: Mark = NOWHERE

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
