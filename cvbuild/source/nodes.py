"""Nodes: text, lists and mappings as they stand in a file, each with its place."""

from __future__ import annotations

from collections.abc import Iterator

from cvbuild.errors import Mark, Placed, quoted


class Scalar(Placed, frozen=True, eq=False):
    text: str
    mark: Mark
    plain: bool = True

    @property
    def absent(self) -> bool:
        """A plain `null`, `~` or nothing at all."""
        return self.plain and self.text in ("", "~", "null")


class Sequence(Placed, frozen=True, eq=False):
    items: tuple[Node, ...]
    mark: Mark


class Mapping(Placed, frozen=True, eq=False):
    """Pairs in file order; keys are unique."""

    items: tuple[tuple[Scalar, Node], ...]
    mark: Mark

    def get(self, key: str) -> Node | None:
        return next((value for name, value in self.items if name.text == key), None)


Node = Scalar | Sequence | Mapping


def describe(node: Node) -> str:
    """Return how to name *node* in a message: its kind, with its text where it has one."""
    match node:
        case Scalar() if node.absent:
            return "nothing"
        case Scalar(text):
            return quoted(text)
        case Sequence():
            return "a list"
        case Mapping():
            return "a mapping"


def scalars(node: Node | None, key: str = "") -> Iterator[tuple[str, Scalar]]:
    """Yield every scalar in *node* under the key it stands below, and every key of a mapping under ''."""
    match node:
        case Scalar():
            yield key, node
        case Sequence(items):
            for item in items:
                yield from scalars(item, key)
        case Mapping(pairs):
            for name, value in pairs:
                yield "", name
                yield from scalars(value, name.text)
