"""Facts being gathered from a file: what every importer of whole CVs does with its lists."""

from __future__ import annotations

import re
from collections.abc import Iterable

from cvbuild import locale
from cvbuild.errors import NOWHERE, Problem
from cvbuild.importers.imported import Imported, Tree
from cvbuild.importers.names import collection_name, title_of
from cvbuild.interchange.basics import person
from cvbuild.interchange.entries import NOTHING, taken
from cvbuild.interchange.forms import held_pairs, is_empty
from cvbuild.interchange.parts import Section
from cvbuild.profile.types import ENTRY_TYPES, TYPE_OF
from cvbuild.source import Mapping, Node, Plain, Scalar, Sequence, held

# What others call the collections that a profile has a name for.
_NAMES = {"work": "experience", "employment": "experience", "volunteer": "volunteering", "writing": "publications",
          "recognition": "awards", "speaking": "talks"}  # fmt: skip
# A profile's `interests` are a scholar's; other tools mean what people do in the evening.
INTERESTS = {"en": "Interests", "de": "Interessen", "es": "Intereses", "fr": "Centres d’intérêt", "it": "Interessi",
             "ja": "趣味・関心", "ko": "관심사", "zh": "兴趣爱好", "zh-hant": "興趣"}  # fmt: skip
_POINT = re.compile(r"( *)(?:[-*•]|\d{1,2}[.)]) +(.*)")


class Facts:
    """The tree of a profile, filled key by key; nothing that is given to it is lost."""

    def __init__(self, language: str = "") -> None:
        self.language = language
        self.tree: Tree = {"person": {"name": NOTHING}}
        self.extras: Tree = {}
        self.notes: list[Problem] = []

    def imported(self) -> Imported:
        languages: Plain = [self.language] if self.language else None
        tree: Tree = {"translations": languages, **self.tree, "extras": held_pairs(self.extras)}
        return Imported({name: value for name, value in tree.items() if value}, tuple(self.notes))

    def person(self, basics: Mapping, where: str) -> None:
        """Take who it is, told by the keys of JSON Resume."""
        found = person(basics, where)
        contacts = [_unwritten(contact) for contact in found.contacts]
        written = found.tree.get("written")
        if isinstance(written, dict) and (picture := written.get("image") or written.get("picture")):
            self.extras["image"] = picture
        tree = {**found.tree, "contact": contacts or None}
        keys = ("name", "headline", "contact", "extras")
        self.tree["person"] = {key: tree[key] for key in keys if tree.get(key)}
        if found.summary:
            self.tree["summary"] = texts_of(str(found.summary))
        self.notes += found.notes

    def entries(self, key: str, section: Section, node: Node, where: str) -> None:
        """Take a list of entries under the section's own name where that is free, else under *key*."""
        found = self.taken(section, node, where)
        if found is None:
            self.other(key, node)
        elif found:
            self.put(key, section.kind, found)

    def taken(self, section: Section, node: Node, where: str) -> list[Tree] | None:
        """Return the entries in a list, but those that say nothing; nothing where one is none of *section*."""
        items = node.items if isinstance(node, Sequence) else ()
        full = [(index, item) for index, item in enumerate(items) if not is_empty(item)]
        found = [taken(section, _public(item), f"{where}[{index}]") for index, item in full]
        if not isinstance(node, Sequence) or any(entry is None for entry in found):
            return None
        trees = []
        for entry, (_, item) in zip(found, full, strict=True):
            assert entry is not None
            self.notes += entry.notes
            tree = {name: value for name, value in entry.tree.items() if name != "written"}
            trees.append(_pointed({**tree, "private": "true"} if _is_private(item) else tree, section.kind))
        return trees

    def put(self, key: str, kind: str, entries: Iterable[Plain], title: str = "") -> None:
        """Put *entries* under the name that a profile has for *key*, if it is free, else under one of their own."""
        name = _NAMES.get(key.casefold(), key.casefold())
        if name not in TYPE_OF or name in self.tree:
            name = collection_name(key, self.tree)
            self.tree[name] = {"type": kind, "title": title or title_of(key), "entries": list(entries)}
        elif TYPE_OF[name] != kind:
            own = INTERESTS.get(locale.known(self.language), "") if name == "interests" else ""
            title = title or own or title_of(key)
            self.tree[name] = {"type": kind, "title": title, "entries": list(entries)}
        else:
            self.tree[name] = list(entries)

    def other(self, key: str, node: Node) -> None:
        """Take what has no place in the format as a collection of its own."""
        if is_empty(node):
            return
        items = node.items if isinstance(node, Sequence) else (node,)
        entries: list[Plain] = []
        for item in items:
            if not is_empty(item):
                entry: Tree = {"extras": held(_public(item))}
                entries.append({**entry, "private": "true"} if _is_private(item) else entry)
        self.tree[collection_name(key, self.tree)] = {"type": "other", "title": title_of(key), "entries": entries}


def _unwritten(contact: Plain) -> Plain:
    assert isinstance(contact, dict)
    ((kind, said),) = contact.items()
    if not isinstance(said, dict):
        return contact
    left = {name: value for name, value in said.items() if name != "written"}
    return {kind: left["value"] if list(left) == ["value"] else left}


def _is_private(node: Node) -> bool:
    said = node.get("private") if isinstance(node, Mapping) else None
    return isinstance(said, Scalar) and said.text == "true"


def _public(node: Node) -> Node:
    """Return *node* without the word that says whether it is private."""
    if not isinstance(node, Mapping) or not isinstance(said := node.get("private"), Scalar):
        return node
    kept = (pair for pair in node.items if pair[0].text != "private" or said.text not in ("true", "false"))
    return Mapping(tuple(kept), node.mark)


def renamed(node: Node, keys: dict[str, str]) -> Node:
    """Return a mapping with *keys* under other names; a key whose name comes to '' is left out."""
    if not isinstance(node, Mapping):
        return node
    pairs = ((Scalar(keys.get(k.text, k.text), k.mark, k.plain), value) for k, value in node.items)
    return Mapping(tuple(pair for pair in pairs if pair[0].text), node.mark)


def mapping_of(pairs: Iterable[tuple[str, Node | None]]) -> Mapping:
    """Return the *pairs* that have a value as a mapping."""
    found = [(Scalar(key, node.mark), node) for key, node in pairs if node is not None]
    return Mapping(tuple(found), found[0][1].mark if found else NOWHERE)


def points(text: str) -> tuple[str, list[Plain]]:
    """Return what stands before the list that *text* ends in, and its points; no points where it ends in none."""
    lines = [line for line in text.split("\n") if line.strip()]
    first = next((i for i, line in enumerate(lines) if _POINT.match(line)), len(lines))
    found: list[Plain] = []
    for line in lines[first:]:
        match = _POINT.match(line)
        if match and match[1] and found:
            found[-1] = _deeper(found[-1], match[2])
        elif match:
            found.append(match[2])
        elif line.startswith(" ") and isinstance(found[-1], str):
            found[-1] += f" {line.strip()}"
        else:
            return text, []
    before = text[: text.index(lines[first])].strip() if found else text
    return before, found


def _deeper(point: Plain, text: str) -> Plain:
    inner = point.get("highlights") if isinstance(point, dict) else None
    said = point.get("text") if isinstance(point, dict) else point
    return {"text": said, "highlights": [*(inner if isinstance(inner, list) else []), text]}


def texts_of(text: str) -> Plain:
    """Return *text*, or its paragraphs and points where it has a list in it."""
    before, found = points(text)
    flat = [each for point in found for each in _flat(point)]
    return [*([before] if before else []), *flat] if found else text


def _flat(point: Plain) -> list[Plain]:
    if not isinstance(point, dict):
        return [point]
    inner = point.get("highlights")
    return [point.get("text"), *(inner if isinstance(inner, list) else [])]


def _pointed(tree: Tree, kind: str) -> Tree:
    """Return an entry whose summary, a list in Markdown, is told point by point."""
    known = ENTRY_TYPES[kind].fields
    for name in ("summary", "note", "reference"):
        text = tree.get(name)
        before, found = points(text) if isinstance(text, str) else ("", [])
        if not found:
            continue
        if name == "summary" and "highlights" in known:
            old = tree.get("highlights")
            tree = {**tree, "summary": before, "highlights": [*found, *(old if isinstance(old, list) else [])]}
        else:
            flat = [each for point in found for each in _flat(point)]
            tree = {**tree, name: " ".join(map(_sentence, [*([before] if before else []), *flat]))}
    return {name: value for name, value in tree.items() if value}


def _sentence(text: Plain) -> str:
    said = str(text)
    return said if re.search(r"[.!?;:,]$", said) else f"{said};"
