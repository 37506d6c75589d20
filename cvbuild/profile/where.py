"""Conditions: which entries of a collection a section takes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from cvbuild import dates
from cvbuild.dates import PartialDate, Term
from cvbuild.errors import NOWHERE, Mark, nearest
from cvbuild.profile import Profile, Value
from cvbuild.profile.types import STATUSES
from cvbuild.schema import Field, Reading, Record
from cvbuild.source import Mapping as MappingNode
from cvbuild.source import Node, Scalar, Sequence, describe

_DATES = ("date", "start", "end", "since", "until")


@dataclass(frozen=True, slots=True)
class Condition:
    """A field stands as `operator` says to one of `bounds`; for tags the operator is any, all or none."""

    field: str
    operator: str
    bounds: tuple[str, ...]
    mark: Mark = NOWHERE

    def holds(self, entry: Record) -> bool:
        """Tell whether *entry*, whose values are constant, meets the condition. An absent field meets none."""
        if self.field == "tags":
            tags = set(entry.texts("tags"))
            shared = tags & set(self.bounds)
            return {"any": bool(shared), "all": shared == set(self.bounds), "none": not shared}[self.operator]
        values = entry.items(self.field) or (("published",) if self.field == "status" else ())
        return any(_stands(self.field, value, self.operator, bound) for value in values for bound in self.bounds)


def _stands(field: str, value: Value, operator: str, bound: str) -> bool:
    if isinstance(value, PartialDate | Term):
        known = dates.parse(bound)
        return not isinstance(known, str) and dates.compare(value, operator, known)
    if operator == "=":
        return str(value) == bound or (isinstance(value, bool) and str(value).lower() == bound)
    left, right = _rank(field, str(value)), _rank(field, bound)
    if left is None or right is None:
        return False
    return {"<": left < right, "<=": left <= right, ">": left > right, ">=": left >= right}[operator]


def _rank(field: str, text: str) -> float | None:
    if field == "status":
        return STATUSES.index(text) if text in STATUSES else None
    try:
        return float(text)
    except ValueError:
        return None


def read_where(
    node: Value | None, fields: Mapping[str, Field], where: str, profile: Profile, reading: Reading
) -> tuple[Condition, ...]:
    """Return the conditions that *node* writes, having reported those that can never hold."""
    if not isinstance(node, MappingNode):
        mark = node.mark if isinstance(node, Scalar | Sequence) else NOWHERE
        reading.fail(mark, where, "expected a mapping of fields to conditions", "write {status: accepted}")
        return ()
    found: list[Condition] = []
    for key, item in node.items:
        at = f"{where}.{key.text}"
        if key.text not in fields:
            hint = nearest(key.text, fields) or f"known: {', '.join(fields)}"
            reading.fail(key.mark, at, f"no field '{key.text}' in this collection", hint)
        elif key.text == "tags":
            found += _tags(item, at, profile, reading)
        else:
            found += _plain(key.text, item, at, reading)
    return tuple(found)


def _words(node: Node, where: str, reading: Reading) -> tuple[Scalar, ...]:
    items = node.items if isinstance(node, Sequence) else (node,)
    for item in items:
        if not isinstance(item, Scalar):
            reading.fail(item.mark, where, f"{describe(item)}; expected a value, a list of values or a comparison")
    return tuple(item for item in items if isinstance(item, Scalar))


def _tags(node: Node, where: str, profile: Profile, reading: Reading) -> list[Condition]:
    if not isinstance(node, MappingNode):
        node = MappingNode(((Scalar("any", node.mark), node),), node.mark)
    found = []
    for key, item in node.items:
        if key.text not in ("any", "all", "none"):
            reading.fail(key.mark, where, f"'{key.text}'; expected any, all or none")
            continue
        words = _words(item, where, reading)
        for word in words:
            if word.text not in profile.known_tags():
                hint = nearest(word.text, profile.known_tags())
                reading.fail(word.mark, where, f"no tag '{word.text}' in this profile", hint)
        found.append(Condition("tags", key.text, tuple(word.text for word in words), key.mark))
    return found


def _plain(field: str, node: Node, where: str, reading: Reading) -> list[Condition]:
    words = _words(node, where, reading)
    single = words[0].text if len(words) == 1 else ""
    compared = re.fullmatch(r"(<=|>=|<|>)\s*(.+)", single)
    bounds = (compared[2],) if compared else tuple(word.text for word in words)
    for word, bound in zip(words, bounds, strict=True):
        _known_bound(field, bound, bool(compared), word, where, reading)
    return [Condition(field, compared[1] if compared else "=", bounds, node.mark)] if bounds else []


def _known_bound(field: str, bound: str, compared: bool, word: Scalar, where: str, reading: Reading) -> None:
    if field == "status" and bound not in STATUSES:
        hint = nearest(bound, STATUSES) or f"known: {', '.join(STATUSES)}"
        reading.fail(word.mark, where, f"'{bound}' is no status", hint)
    elif field in _DATES:
        try:
            dates.parse(bound)
        except ValueError as error:
            reading.fail(word.mark, where, str(error))
    elif compared and field != "status" and _rank(field, bound) is None:
        reading.fail(word.mark, where, f"'{word.text}' compares text; expected a date, a status or a number")
