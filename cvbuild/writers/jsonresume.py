"""JSON Resume: the facts of a view under the keys that other tools know.

What was imported from a JSON Resume comes out as it was, where it is still the same: its names, its order of keys, its
dates as written.
"""

from __future__ import annotations

from cvbuild.errors import NOWHERE
from cvbuild.interchange.basics import basics
from cvbuild.interchange.entries import given, mapping
from cvbuild.interchange.parts import ROOT, SECTIONS
from cvbuild.interchange.parts import Section as Part
from cvbuild.interchange.texts import unmarked
from cvbuild.profile import Collection, Profile, Record
from cvbuild.source import Mapping, Node, Scalar, Sequence, json_text

_SCHEMA = "https://raw.githubusercontent.com/jsonresume/resume-schema/v1.0.0/schema.json"
_BY_NAME = {section.name: section for section in SECTIONS.values()}
# Interests are told as skills are, and come after them.
_BY_KIND = {section.kind: section for section in reversed(tuple(SECTIONS.values()))}
_NO_TREE = Mapping((), NOWHERE)
_OWN = ("as", "keys", "names", "orders", "empty")


def write(profile: Profile) -> str:
    """Return a selected *profile* as JSON Resume, in lines of two spaces a level."""
    return json_text(_Writing(profile).root()) + "\n"


class _Writing:
    """A view on its way out, with what is kept of the file it came from."""

    def __init__(self, profile: Profile) -> None:
        self.profile = profile
        self.written = profile.written if isinstance(profile.written, Mapping) else _NO_TREE
        forms = profile.person.texts("cite_as") or profile.person.texts("name")
        self.me = forms[0] if forms else ""

    def root(self) -> Mapping:
        pairs: dict[str, Node] = {}
        if self.written.get("as") is None:
            pairs["$schema"] = Scalar(_SCHEMA, NOWHERE, False)
        for key, node in _items(self.profile.extras):
            pairs[key] = node
        summaries = [c for c in self.profile.collections if c.name == "summary" and c.type == "text"]
        about = "\n\n".join(entry.text("text") for c in summaries for entry in c.entries)
        person = basics(self.profile.person, self.profile.contacts, about)
        keys = [item.text for item in _texts(self.written.get("keys"))]
        if person.items or (not keys and self.written.get("as") is None):
            pairs["basics"] = person
        for collection in self.profile.collections:
            if collection not in summaries:
                self._collection(collection, pairs)
        for section, _ in _items(self.written.get("empty")):
            pairs.setdefault(section, self._with_empty(section, ()))
        for key, node in _items(self.written):
            if key not in _OWN:
                pairs.setdefault(key.removeprefix("="), node)
        return mapping(pairs, keys or ROOT)

    def _collection(self, collection: Collection, pairs: dict[str, Node]) -> None:
        """Put *collection* among *pairs*: under the key of its name, or of its type where there is no more to it."""
        section = _BY_NAME.get(collection.name)
        if collection.type == "other":
            key, node = self._other(collection)
        elif section and collection.type in (section.kind, "interests"):
            key, node = section.key, self._with_empty(section.key, self._entries(section, collection))
        elif collection.type in _BY_KIND:
            part = _BY_KIND[collection.type]
            key = part.key if part.key == "publications" else collection.name
            node = Sequence(self._entries(part, collection), NOWHERE)
        else:
            key, node = collection.name, Sequence(tuple(map(_plain, collection.entries)), NOWHERE)
        before = pairs.get(key)
        if isinstance(before, Sequence) and isinstance(node, Sequence):
            node = Sequence((*before.items, *node.items), NOWHERE)
        pairs[key] = node

    def _entries(self, section: Part, collection: Collection) -> tuple[Node, ...]:
        orders = self.written.get("orders")
        order = [item.text for item in _texts(orders.get(section.key) if isinstance(orders, Mapping) else None)]
        canonical = [part.keys[0] for part in section.parts]
        named = (_named(entry) if collection.type == "interests" else entry for entry in collection.entries)
        each = (one for entry in named for one in _positions(entry))
        return tuple(given(section, entry, order or canonical, self.me) for entry in each)

    def _with_empty(self, key: str, entries: tuple[Node, ...]) -> Node:
        """Return *entries* with those that said nothing in their old places."""
        empty = self.written.get("empty")
        items = list(entries)
        for place, node in _items(empty.get(key) if isinstance(empty, Mapping) else None):
            items.insert(int(place) if place.isdecimal() else len(items), node)
        return Sequence(tuple(items), NOWHERE)

    def _other(self, collection: Collection) -> tuple[str, Node]:
        names = self.written.get("names")
        said = names.get(collection.name) if isinstance(names, Mapping) else None
        texts = {key: node.text for key, node in _items(said) if isinstance(node, Scalar)}
        values = (entry.get("extras") for entry in collection.entries)
        nodes = tuple(value for value in values if isinstance(value, Scalar | Sequence | Mapping))
        whole = texts.get("form") == "value" and len(nodes) == 1
        return texts.get("key", collection.name), nodes[0] if whole else Sequence(nodes, NOWHERE)


def _items(node: Node | None) -> list[tuple[str, Node]]:
    return [(key.text, value) for key, value in node.items] if isinstance(node, Mapping) else []


def _texts(node: Node | None) -> list[Scalar]:
    return [item for item in node.items if isinstance(item, Scalar)] if isinstance(node, Sequence) else []


def _named(entry: Record) -> Record:
    """Return an interest as it stands beside those with a name."""
    return Record("skills", {**entry.fields, "name": entry.text("text")}, entry.marks, entry.mark)


def _positions(entry: Record) -> tuple[Record, ...]:
    """Return *entry* once for each position that it holds."""
    held = entry.records("positions")
    outer = {name: value for name, value in entry.fields.items() if name not in ("positions", "summary", "highlights")}
    return tuple(Record(entry.kind, {**outer, **one.fields}, one.marks, one.mark) for one in held) or (entry,)


def _plain(entry: Record) -> Node:
    """Return an entry of a type that JSON Resume does not know: a text, or its fields under their names."""
    fields = {name: value for name, value in entry.fields.items() if name in ("text", "label", "value")}
    nodes = {name: Scalar(unmarked(str(value)), NOWHERE, False) for name, value in fields.items()}
    return nodes["text"] if list(nodes) == ["text"] else mapping(dict(nodes), ())
