"""What every importer hands over, and what it must offer to be one."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping

from msgspec import Struct

from cvbuild.errors import Mark, Problem, ProfileError
from cvbuild.importers.works.names import Own
from cvbuild.profile.plain import Plain
from cvbuild.source import Mapping as MappingNode
from cvbuild.source import Node, describe, scalars

Tree = dict[str, Plain]


class Imported(Struct, frozen=True):
    """The facts of a file as a profile writes them, and what was guessed or could not be kept in its place."""

    tree: Tree
    notes: tuple[Problem, ...] = ()


class Known(Struct, frozen=True):
    """What a profile knows already: the person's name, its venues with the names that each goes by, its ids."""

    own: Own
    venues: Mapping[str, Collection[str]]
    ids: frozenset[str]


class Format(Struct, frozen=True):
    """A format that can be imported.

    `sniff` tells from 0 to 1 how sure it is that bytes are of this format; it raises nothing and takes next to no time.
    `read` returns what a file holds, which is named in messages; it opens nothing else, and raises `ProfileError` with
    the place of what is wrong, or `LimitError`. What goes into a profile is read with what that knows.
    """

    name: str
    title: str
    sniff: Callable[[bytes], float]
    read: Callable[[str, bytes, Known | None], Imported]


_TAG = re.compile(r"</?(?:a|b|br|div|em|i|li|ol|p|span|strong|sub|sup|u|ul)\b[^<>]*>", re.IGNORECASE)


def noticed(found: Imported, root: Node) -> Imported:
    """Return *found* with what is odd about the texts of the file *root*: tags of HTML are printed as they stand."""
    tagged = [scalar for key, scalar in scalars(root, "-") if key and _TAG.search(scalar.text)]
    if not tagged:
        return found
    also = f", and in {len(tagged) - 1} more" if len(tagged) > 1 else ""
    message = f"tags of HTML in this text{also}; they are printed as they stand"
    return Imported(found.tree, (*found.notes, Problem(tagged[0].mark, "", message, "write **strong** or *emphasis*")))


def root_of(node: Node | None, file: str, title: str) -> MappingNode:
    """Return *node*, the root of a file. Raises `ProfileError` where it is no mapping."""
    if isinstance(node, MappingNode):
        return node
    found = describe(node) if node else "nothing"
    raise ProfileError(Problem(node.mark if node else Mark(file), "", f"{found}; expected {title}, a mapping of keys"))
