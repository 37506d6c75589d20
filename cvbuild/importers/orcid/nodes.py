"""Objects of ORCID as nodes that the other importers know, each where its object stands."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from cvbuild.errors import Mark
from cvbuild.importers.works.jsontext import Object
from cvbuild.importers.works.jsonwork import inner, text
from cvbuild.source import Mapping, Node, Scalar, Sequence

# What databases tell each other of everything that they hold.
FOR_DATABASES = frozenset([
    "created-date", "last-modified-date", "source", "put-code", "path", "display-index", "visibility", "verified",
    "primary", "verified-date", "verified-primary-domain", "on-behalf-of", "disambiguated-organization",
])  # fmt: skip


def node_of(value: Any, mark: Mark) -> Node:
    """Return a value of JSON as a node; what is in an object stands where that begins."""
    match value:
        case Object():
            pairs = ((Scalar(key, value.mark, False), node_of(inside, value.mark)) for key, inside in value.items())
            return Mapping(tuple(pairs), value.mark)
        case list():
            return Sequence(tuple(node_of(item, mark) for item in value), mark)
        case None:
            return Scalar("null", mark, True)
        case bool():
            return Scalar(str(value).lower(), mark, True)
        case _:
            return Scalar(str(value), mark, False)


def words(value: Any) -> str:
    """Return the text that *value* is, or has under `value`."""
    return text(value) or text(inner(value, "value"))


def said(item: Any, *path: str) -> str:
    """Return the words at *path*."""
    return words(inner(item, *path))


def preference(version: Any) -> int:
    """Return a number that is the higher, the rather the owner of the record wants *version* to be shown."""
    index = said(version, "display-index")
    return int(index) if index.isdecimal() and len(index) < 10 else 0


def is_private(item: Any) -> bool:
    """Tell whether ORCID does not show *item* to everybody."""
    return said(item, "visibility").casefold() in ("limited", "private")


def leaves(value: Any) -> Iterator[str]:
    """Yield each text in *value* but those for databases."""
    match value:
        case str():
            yield value
        case list():
            for item in value:
                yield from leaves(item)
        case dict():
            for key, item in value.items():
                if key not in FOR_DATABASES:
                    yield from leaves(item)
