"""The tree itself, for eyes and golden tests: one node a line, indented by depth."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields

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
    for item in fields(node):
        value = getattr(node, item.name)
        if isinstance(value, str | bool | int) and value != item.default:
            yield repr(value) if item.name in ("text", "tex", "word") else f"{item.name}={value!r}"
