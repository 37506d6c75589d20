"""The tree itself, for eyes and golden tests: one node a line, indented by depth."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from msgspec import NODEFAULT

from cvbuild.document import Document, Node, children


def write(document: Document) -> str:
    """Return every node of *document* with its values, in reading order."""
    return "\n".join(_lines(document, 0)) + "\n"


def _lines(node: Node, depth: int) -> Iterator[str]:
    yield "  " * depth + " ".join([type(node).__name__, *_values(node)])
    for child in children(node):
        yield from _lines(child, depth + 1)


def _values(node: Node) -> Iterator[str]:
    """Yield the values of *node* that are no nodes themselves, defaults left out."""
    for name, default in defaults(type(node)):
        value = getattr(node, name)
        if isinstance(value, str | bool | int) and value != default:
            yield repr(value) if name in ("text", "tex", "word") else f"{name}={value!r}"


@cache
def defaults(kind: type[Node]) -> tuple[tuple[str, object], ...]:
    """Return the fields of a *kind* of nodes, each with its default, `NODEFAULT` where it has none."""
    names, given = kind.__struct_fields__, kind.__struct_defaults__
    return tuple(zip(names, (NODEFAULT,) * (len(names) - len(given)) + given, strict=True))
