"""JSON Resume, 1.x and the names of before 1.0: nothing is dropped, and `--format jsonresume` gives it back."""

from __future__ import annotations

import re

from cvbuild.errors import Problem
from cvbuild.importers.facts import INTERESTS
from cvbuild.importers.imported import Format, Imported, Known, Tree, noticed, root_of
from cvbuild.importers.names import collection_name
from cvbuild.interchange.basics import person
from cvbuild.interchange.entries import NOTHING, Taken, common_order, taken
from cvbuild.interchange.forms import is_empty
from cvbuild.interchange.parts import ROOT, SECTIONS, Section
from cvbuild.profile.plain import Plain
from cvbuild.sections.extras import label
from cvbuild.source import Mapping, Node, Sequence, held, parse_json

# What tools say to each other; it is kept, and is no part of a CV.
_FOR_TOOLS = ("$schema", "meta")


def sniff(data: bytes) -> float:
    """Tell how sure it is that *data* is a JSON Resume."""
    head = data[:65536].lstrip(b"\xef\xbb\xbf \t\r\n")
    if not head.startswith(b"{"):
        return 0.0
    if re.search(rb'"basics"\s*:', head):
        return 0.9
    return 0.5 if re.search(rb'"(work|education|volunteer|skills|publications)"\s*:\s*\[', head) else 0.1


def read(file: str, data: bytes, known: Known | None = None) -> Imported:
    """Return the facts of a JSON Resume. Raises `ProfileError` or `LimitError`."""
    root = root_of(parse_json(data, file), file, FORMAT.title)
    return noticed(_Resume(root).imported(), root)


class _Resume:
    """A file being read, key by key."""

    def __init__(self, root: Mapping) -> None:
        self.root = root
        self.tree: Tree = {"person": {"name": NOTHING}}
        self.extras: Tree = {}
        self.written: Tree = {}
        self.names: Tree = {}
        self.orders: Tree = {}
        self.empty: Tree = {}
        self.notes: list[Problem] = []

    def imported(self) -> Imported:
        keys = [key.text for key, _ in self.root.items]
        for key, node in self.root.items:
            self._take(key.text, node)
        if "basics" not in keys:
            self.notes.append(Problem(self.root.mark, "", f"no 'basics'; '{NOTHING}' stands for the name"))
        if keys != [key for key in ROOT if key in keys]:
            self.written["keys"] = list(keys)
        for name, found in (("names", self.names), ("orders", self.orders), ("empty", self.empty)):
            if found:
                self.written[name] = found
        if self.extras:
            self.tree["extras"] = self.extras
        self.tree["written"] = {"as": "jsonresume", **self.written}
        return Imported(self.tree, tuple(self.notes))

    def _take(self, key: str, node: Node) -> None:
        if key == "basics" and isinstance(node, Mapping) and not is_empty(node):
            self._person(node)
        elif key in _FOR_TOOLS:
            self.extras[key] = held(node)
        elif is_empty(node):
            self.written[key if key not in ("as", "keys", "names", "orders", "empty") else f"={key}"] = held(node)
        elif key not in SECTIONS or not isinstance(node, Sequence) or not self._section(SECTIONS[key], node):
            self._other(key, node)

    def _person(self, node: Mapping) -> None:
        found = person(node, "basics")
        self.tree["person"] = {**found.tree, **({"contact": found.contacts} if found.contacts else {})}
        inner = self.tree["person"]
        assert isinstance(inner, dict)
        # The contacts are what a person looks for; what only tools read stands last.
        self.tree["person"] = {k: inner[k] for k in ("name", "headline", "contact", "extras", "written") if k in inner}
        if found.summary:
            self.tree["summary"] = found.summary
        self.notes += found.notes

    def _section(self, section: Section, node: Sequence) -> bool:
        """Take a list of entries; tell whether all of it could be taken."""
        canonical = [part.keys[0] for part in section.parts]
        order = common_order(node.items, section)
        entries: list[Taken] = []
        empty: Tree = {}
        for index, item in enumerate(node.items):
            if is_empty(item):
                empty[str(index)] = held(item)
                continue
            found = taken(section, item, f"{section.key}[{index}]", order or canonical)
            if found is None:
                return False
            entries.append(found)
        if order:
            self.orders[section.key] = list(order)
        if empty:
            self.empty[section.key] = empty
        self.notes += (note for entry in entries for note in entry.notes)
        self.tree[section.name] = _collection(section, [entry.tree for entry in entries])
        return True

    def _other(self, key: str, node: Node) -> None:
        """Take what has no place in the format as a collection of its own."""
        name = collection_name(key, self.tree)
        plain = node.items if isinstance(node, Sequence) else ()
        several = bool(plain) and not any(is_empty(item) for item in plain)
        entries: list[Plain] = [{"extras": held(item)} for item in plain] if several else [{"extras": held(node)}]
        self.tree[name] = {"type": "other", "title": label(key), "entries": entries}
        self.names[name] = {"key": key, "form": "list" if several else "value"}


def _collection(section: Section, entries: list[Tree]) -> Plain:
    if section.name == section.kind:
        return list(entries)
    return {"type": section.kind, "title": INTERESTS["en"], "entries": list(entries)}


FORMAT = Format("jsonresume", "a JSON Resume", sniff, read)
