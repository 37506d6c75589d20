"""What the JSON of registries has in common: objects of unknown shape, of which nothing is to be lost."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from msgspec.structs import replace

from cvbuild.importers.works.jsontext import Object
from cvbuild.importers.works.work import Work

# Longer than anything a person would want back: lists of references, of licences, of citing works.
_MAX_EXTRA = 4000


def text(value: Any) -> str:
    """Return *value* where it is text (a number is), the first of a list, '' for anything else."""
    if isinstance(value, list):
        return text(value[0]) if value else ""
    return " ".join(value.split()) if isinstance(value, str) else ""


def kept(value: Any) -> list[Any]:
    """Return *value* where it is a list, without what is null."""
    return [item for item in value if item is not None] if isinstance(value, list) else []


def inner(value: Any, *path: str) -> Any:
    """Return what stands at *path* in nested objects; nothing where any of them is missing."""
    for name in path:
        value = value.get(name) if isinstance(value, dict) else None
    return value


def objects(tree: Any) -> list[Object]:
    """Return the objects of a list, or the one that *tree* is."""
    found = tree if isinstance(tree, list) else [tree]
    return [item for item in found if isinstance(item, Object)]


class Taker:
    """Takes fields of an object, and remembers which are left."""

    def __init__(self, item: Object) -> None:
        self.item, self.left = item, dict(item)

    def __call__(self, *names: str) -> str:
        """Return the text of the first of these fields that has one; it is taken, the others stay."""
        name = next((name for name in names if text(self.item.get(name))), "")
        if not name:
            return ""
        value = self.left.pop(name, None)
        if isinstance(value, list) and len(value) > 1:
            self.left[name] = value[1:]
        return text(self.item.get(name))

    def finished(self, work: Work, **more: str) -> Work:
        """Return *work* with whatever was not taken as its extras."""
        found = dict(more)
        for name, value in self.left.items():
            told = "; ".join(_leaves(value)) if not isinstance(value, dict | list) else _dumped(value)
            if told:
                found[name] = told
        return replace(work, extras=(*work.extras, *found.items()))


def _dumped(value: Any) -> str:
    leaves = list(_leaves(value))
    if not any(leaves):
        return ""
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return "; ".join(leaves)
    told = json.dumps(value, ensure_ascii=False)
    return told if len(told) <= _MAX_EXTRA else ""


def _leaves(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    for part in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _leaves(part)
