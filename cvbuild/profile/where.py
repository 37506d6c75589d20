"""Conditions: which entries of a collection a section takes."""

from __future__ import annotations

import re
from collections.abc import Mapping

from msgspec import Struct

from cvbuild import dates
from cvbuild.dates import PartialDate, Term
from cvbuild.errors import NOWHERE, Mark, nearest, quoted
from cvbuild.profile import Profile, Value
from cvbuild.profile.types import STATUSES
from cvbuild.schema import Choice, Custom, Field, ListOf, Reading, Record, RecordOf, Varied
from cvbuild.source import Mapping as MappingNode
from cvbuild.source import Node, Scalar, Sequence, describe

DEFAULT_PRIORITY = 50
_DATES = ("date", "start", "end", "since", "until")
_LAST = PartialDate((9999, 12, 31))


class Bound(Struct, frozen=True):
    """What a value is measured against, and how: `=`, `<`, `<=`, `>` or `>=`."""

    operator: str
    text: str


class Condition(Struct, frozen=True):
    """A field meets one of `bounds`; or the tags of an entry meet all that `tags` (any, all, none) asks of them."""

    field: str
    bounds: tuple[Bound, ...] = ()
    tags: tuple[tuple[str, frozenset[str]], ...] = ()
    mark: Mark = NOWHERE

    def holds(self, entry: Record) -> bool:
        """Tell whether *entry*, whose values are constant, meets the condition. An absent field meets none."""
        if self.field == "tags":
            own = frozenset(entry.texts("tags"))
            return all(_tagged(own, word, tags) for word, tags in self.tags)
        ranked = entry.kind == "publications" and self.field == "status"
        return any(_stands(value, bound, ranked) for value in _values(entry, self.field) for bound in self.bounds)

    def unmet(self, entry: Record) -> str:
        """Say what *entry* has and what was asked for, where the condition does not hold."""
        held = ", ".join(map(str, _values(entry, self.field))) or "absent"
        asked = [b.text if b.operator == "=" else f"{b.operator}{b.text}" for b in self.bounds]
        asked += [f"{word} of {', '.join(sorted(tags))}" for word, tags in self.tags]
        return f"{self.field} is {held}; expected {', '.join(asked) if self.tags else ' or '.join(asked)}"


def _tagged(own: frozenset[str], word: str, tags: frozenset[str]) -> bool:
    return {"any": bool(own & tags), "all": tags <= own, "none": not own & tags}[word]


def _values(entry: Record, field: str) -> tuple[Value, ...]:
    """Return what *field* of *entry* comes to: what is said, or what holds where nothing is said."""
    if field in entry.fields:
        return entry.items(field)
    match field:
        case "status" if entry.kind == "publications":
            return ("published",)
        case "priority":
            return (DEFAULT_PRIORITY,)
        case "date" if "start" in entry.fields:
            # A period meets what its start or its end meets; no end is later than any day.
            return (*entry.items("start"), *(entry.items("end") or (_LAST,)))
        case _:
            return ()


def _stands(value: Value, bound: Bound, ranked: bool) -> bool:
    if value == "present":
        value = _LAST
    if isinstance(value, PartialDate | Term):
        known = dates.parse(bound.text)
        return not isinstance(known, str) and dates.compare(value, bound.operator, known)
    text = str(value).lower() if isinstance(value, bool) else str(value)
    if bound.operator == "=":
        return text == bound.text
    left, right = _rank(text, ranked), _rank(bound.text, ranked)
    if left is None or right is None:
        return False
    return {"<": left < right, "<=": left <= right, ">": left > right, ">=": left >= right}[bound.operator]


def _rank(text: str, ranked: bool) -> float | None:
    if ranked:
        return STATUSES.index(text) if text in STATUSES else None
    try:
        return float(text)
    except ValueError:
        return None


def read_where(
    node: Value | None, fields: Mapping[str, Field], where: str, profile: Profile, reading: Reading
) -> tuple[Condition, ...]:
    """Return the conditions that *node* writes, having reported those that can never hold.

    A field whose condition is null has none: so a variant takes back what it inherits.
    """
    if not isinstance(node, MappingNode):
        mark, said = (node.mark, describe(node)) if isinstance(node, Scalar | Sequence) else (NOWHERE, "a value")
        message = f"{said}; expected a mapping of fields to conditions"
        reading.fail(mark, where, message, "write {status: accepted}")
        return ()
    found: list[Condition] = []
    for key, item in node.items:
        at = f"{where}.{key.text}"
        field = fields.get(key.text)
        if field is None:
            hint = nearest(key.text, fields) or f"known: {', '.join(fields)}"
            reading.fail(key.mark, at, f"no field {quoted(key.text)} in this collection", hint)
        elif holds_records(field):
            reading.fail(key.mark, at, f"'{key.text}' is no single value; expected a field that can be compared")
        elif isinstance(item, Scalar) and item.absent:
            continue
        elif key.text == "tags":
            found.append(_tags(item, at, profile, reading))
        else:
            found += _plain(key.text, field, item, at, reading)
    return tuple(found)


def holds_records(field: Field) -> bool:
    """Tell whether *field* is a list of records, such as highlights, which no value compares with."""
    return isinstance(field, Custom) or (isinstance(field, ListOf) and isinstance(field.item, RecordOf))


def _words(node: Node, where: str, reading: Reading) -> tuple[Scalar, ...]:
    items = node.items if isinstance(node, Sequence) else (node,)
    for item in items:
        if not isinstance(item, Scalar):
            message = f"{describe(item)}; expected a value, a list of values or a comparison"
            reading.fail(item.mark, where, message, "write a comparison as one text: '>=2019'")
    return tuple(item for item in items if isinstance(item, Scalar))


def _tags(node: Node, where: str, profile: Profile, reading: Reading) -> Condition:
    """Return what the tags must meet; an empty list asks for nothing."""
    if not isinstance(node, MappingNode):
        node = MappingNode(((Scalar("any", node.mark), node),), node.mark)
    found = []
    for key, item in node.items:
        if key.text not in ("any", "all", "none"):
            reading.fail(key.mark, where, f"'{key.text}'; expected any, all or none")
            continue
        words = _words(item, where, reading)
        for word in words:
            if word.text not in profile.known_tags() and word.text not in reading.lost:
                hint = nearest(word.text, profile.known_tags())
                reading.fail(word.mark, where, f"no tag {quoted(word.text)} in this profile", hint)
        if words:
            found.append((key.text, frozenset(word.text for word in words)))
    return Condition("tags", tags=tuple(found), mark=node.mark)


def _plain(name: str, field: Field, node: Node, where: str, reading: Reading) -> list[Condition]:
    words = _words(node, where, reading)
    bounds = tuple(_bound(word.text) for word in words)
    ranked = name == "status" and isinstance(field, Varied) and isinstance(field.inner, Choice)
    for word, bound in zip(words, bounds, strict=True):
        _check(name, bound, ranked, word, where, reading)
    return [Condition(name, bounds, mark=node.mark)] if bounds else []


def _bound(text: str) -> Bound:
    compared = re.fullmatch(r"(<=|>=|<|>)\s*(.+)", text)
    return Bound(compared[1], compared[2]) if compared else Bound("=", text)


def _check(name: str, bound: Bound, ranked: bool, word: Scalar, where: str, reading: Reading) -> None:
    """Report a *bound* that no value of the field *name* can meet."""
    compared = bound.operator != "="
    if bound.text.startswith(("=", "!")):
        hint = "name the value itself, or several as a list"
        reading.fail(word.mark, where, f"'{word.text}' is no comparison; expected <, <=, > or >=", hint)
    elif ranked and bound.text not in STATUSES:
        hint = nearest(bound.text, STATUSES) or f"known: {', '.join(STATUSES)}"
        reading.fail(word.mark, where, f"'{bound.text}' is no status", hint)
    elif name in _DATES:
        try:
            if isinstance(dates.parse(bound.text), str) and compared:
                reading.fail(word.mark, where, f"'{bound.text}' is not a date; write YYYY, YYYY-MM or YYYY-MM-DD")
        except ValueError as error:
            reading.fail(word.mark, where, str(error))
    elif compared and not ranked and _rank(bound.text, ranked) is None:
        reading.fail(word.mark, where, f"{quoted(word.text)} compares text; expected a date, a status or a number")
