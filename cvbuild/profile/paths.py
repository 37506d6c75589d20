"""Paths: how a view names one thing of the whole profile, and how a value is put at a path.

A path is `ID`, `ID.FIELD`, `ID.APPEARANCE`, `ID.APPEARANCE.FIELD`, `contact.KIND`, `person.FIELD`, or a
collection's name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from msgspec import Struct
from msgspec.structs import replace

from cvbuild.errors import closest, nearest
from cvbuild.profile import Collection, Profile
from cvbuild.profile.contacts import ContactValue
from cvbuild.profile.types import APPEARANCE, ENTRY_TYPES, FLAGS, HIGHLIGHT, POSITION, TEXT, TEXTS, URL
from cvbuild.schema import Field, ListOf, Reading, Record, Value, Varied, Word, read
from cvbuild.source import Node

FIELDS: Mapping[str, Mapping[str, Field]] = {
    **{name: type_.fields for name, type_ in ENTRY_TYPES.items()},
    "highlight": HIGHLIGHT.fields,
    "position": POSITION.fields,
    "appearance": {**FLAGS, **APPEARANCE},
    "link": {**FLAGS, "url": URL},
}
REQUIRED: Mapping[str, tuple[str, ...]] = {
    **{name: type_.required for name, type_ in ENTRY_TYPES.items()},
    "highlight": HIGHLIGHT.required,
    "position": POSITION.required,
    "link": ("url",),
}
PERSON: Mapping[str, Field] = {"name": TEXT, "headline": TEXT, "cite_as": Varied(ListOf(Word(), single=True)),
                               "photo": Word()}  # fmt: skip


class Target(Struct, frozen=True):
    """What a path leads to: `field` is how a value there is read, where one may be `set`."""

    path: str
    present: bool
    field: Field | None = None
    required: bool = False


def targets(profile: Profile) -> dict[str, Target]:
    """Return every path of the whole profile."""
    found: dict[str, Target] = {}
    for name, field in PERSON.items():
        found[f"person.{name}"] = Target(f"person.{name}", name in profile.person.fields, field, name == "name")
    for contact in profile.contacts:
        path = f"contact.{contact.text('kind')}"
        found[path] = Target(path, True, Varied(ContactValue(contact.text("kind"))))
    for collection in profile.collections:
        settable = {"text": TEXT, "interests": TEXTS}.get(collection.type)
        found[collection.name] = Target(collection.name, True, settable)
    for path, record in addressed(profile):
        found[path] = Target(path, True)
        for name, field in FIELDS[record.kind].items():
            if name not in ("id", "written"):
                required = name in REQUIRED.get(record.kind, ())
                found[f"{path}.{name}"] = Target(f"{path}.{name}", name in record.fields, field, required)
    return found


def addressed(profile: Profile) -> Iterator[tuple[str, Record]]:
    """Yield the path and record of all that has an id, in file order."""
    for collection in profile.collections:
        for entry in collection.entries:
            yield from _below(entry, "")


def path_of(record: Record, outer: str) -> str:
    """Return the path of *record*, '' where it has no id; *outer* is the path of the work it appears from."""
    name = record.text("id")
    return f"{outer}.{name}" if record.kind == "appearance" and outer and name else name


def _below(record: Record, outer: str) -> Iterator[tuple[str, Record]]:
    path = path_of(record, outer)
    if path and not (record.kind == "appearance" and not outer):
        yield path, record
    for name in record.fields:
        for inner in record.records(name):
            yield from _below(inner, path)


def suggest(path: str, known: Mapping[str, Target]) -> str:
    """Return a hint for a *path* that leads nowhere."""
    head, _, name = path.rpartition(".")
    fields = [other.rpartition(".")[2] for other in known if head and other.startswith(f"{head}.")]
    if fields:
        found = closest(name, fields)
        return f"did you mean '{head}.{found}'?" if found else f"'{head}' has {', '.join(sorted(fields)[:30])}"
    return nearest(path, known) or "a path begins with an id, see 'id:'"


def put(profile: Profile, target: Target, node: Node, reading: Reading) -> Profile:
    """Return *profile* with the value of *node* at *target*, or without one where the node is absent."""
    assert target.field is not None
    value = read(target.field, node, target.path, reading)
    if len(reading.problems):
        return profile
    head, _, name = target.path.rpartition(".")
    if head == "person":
        return replace(profile, person=profile.person.replace(**{name: value}))
    if head == "contact":
        contacts = (c.replace(value=value) if c.text("kind") == name else c for c in profile.contacts)
        return replace(profile, contacts=tuple(c for c in contacts if c.get("value") is not None))
    if not head:
        return _with_collection(profile, name, value, node)
    return replace(
        profile,
        collections=tuple(
            replace(
                c,
                entries=tuple(_rewritten(e, head, "", lambda r: r.replace(**{name: value})) for e in c.entries),
            )
            for c in profile.collections
        ),
    )


def _with_collection(profile: Profile, name: str, value: Value | None, node: Node) -> Profile:
    def changed(collection: Collection) -> Collection:
        said = value if isinstance(value, tuple) else () if value is None else (value,)
        entries = tuple(Record(collection.type, {"text": text}, {}, node.mark) for text in said)
        return replace(collection, entries=entries)

    return replace(profile, collections=tuple(changed(c) if c.name == name else c for c in profile.collections))


def _rewritten(record: Record, path: str, outer: str, change: Callable[[Record], Record]) -> Record:
    here = path_of(record, outer)
    if here == path:
        return change(record)
    fields: dict[str, Value] = {}
    for name, value in record.fields.items():
        if isinstance(value, tuple) and any(isinstance(item, Record) for item in value):
            inner = (_rewritten(i, path, here, change) if isinstance(i, Record) else i for i in value)
            fields[name] = tuple(inner)
    return record.replace(**fields) if fields else record
