"""Identity: the name that each record of a selected profile has in the document made from it, and the way back.

It is the id that the person gave. A record without one is named after what it stands in: `experience[0]` is the first
entry of a section, `amazon.highlights[2]` the third highlight of the entry `amazon`. So an edit changes no names but
those of what stands behind it in the same list.
"""

from __future__ import annotations

from collections.abc import Collection as Names
from collections.abc import Iterator, Mapping

from msgspec import Struct
from msgspec.structs import replace

from cvbuild.errors import Mark
from cvbuild.profile import Profile, Record, Value

# The fields whose records have nodes of their own.
_INNER = ("positions", "highlights")
# Several records that became one node: it bears all their names.
SEPARATOR = " "


class Named(Struct, frozen=True):
    """A record under its identity, with the identity of what it stands in: an entry's is its section."""

    id: str
    record: Record
    within: str

    @property
    def mark(self) -> Mark:
        return self.record.mark


def identified(profile: Profile) -> Profile:
    """Return a selected *profile* in which every entry, position and highlight has its identity for an id."""
    collections = (
        replace(c, entries=tuple(_identified(e, f"{c.name}[{i}]") for i, e in enumerate(c.entries)))
        for c in profile.collections
    )
    return replace(profile, collections=tuple(collections))


def _identified(record: Record, name: str) -> Record:
    own = record.text("id") or name
    fields: dict[str, Value] = {"id": own}
    for field in _INNER:
        if inner := record.records(field):
            fields[field] = tuple(_identified(item, f"{own}.{field}[{i}]") for i, item in enumerate(inner))
    return record.replace(**fields)


def named(profile: Profile) -> Mapping[str, Named]:
    """Return every record of a selected *profile* that has a node, by its identity, in the order of the document."""
    found = (n for c in identified(profile).collections for e in c.entries for n in _named(e, c.name))
    return {one.id: one for one in found}


def _named(record: Record, within: str) -> Iterator[Named]:
    own = record.text("id")
    yield Named(own, record, within)
    for field in _INNER:
        for inner in record.records(field):
            yield from _named(inner, own)


def place(profile: Profile, node: str) -> tuple[Mark, str] | None:
    """Return where the record of the node with the id *node* stands in its file, and its name; of several, the first.

    Nothing where no record has that name.
    """
    known = named(profile)
    first = next((known[name] for name in node.split(SEPARATOR) if name in known), None)
    return (first.mark, first.id) if first else None


def without(profile: Profile, dropped: Names[str]) -> Profile:
    """Return a selected *profile* without the records whose identities are *dropped*, nor the sections left empty."""
    kept = [
        replace(c, entries=_left(c.entries, [f"{c.name}[{i}]" for i in range(len(c.entries))], dropped))
        for c in profile.collections
    ]
    gone = {c.name for c in kept if not c.entries}
    specs = tuple(spec for spec in profile.view.sections or () if spec.name not in gone)
    view = replace(profile.view, sections=specs)
    return replace(profile, collections=tuple(c for c in kept if c.name not in gone), view=view)


def _left(records: tuple[Record, ...], names: list[str], dropped: Names[str]) -> tuple[Record, ...]:
    pairs = ((record, record.text("id") or name) for record, name in zip(records, names, strict=True))
    return tuple(_less(record, name, dropped) for record, name in pairs if name not in dropped)


def _less(record: Record, own: str, dropped: Names[str]) -> Record:
    fields: dict[str, Value | None] = {}
    for field in _INNER:
        if inner := record.records(field):
            fields[field] = _left(inner, [f"{own}.{field}[{i}]" for i in range(len(inner))], dropped) or None
    return record.replace(**fields)
