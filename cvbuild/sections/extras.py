"""Extras: what an entry holds beyond the fields of its type, told under the names it came with."""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec.structs import replace

from cvbuild import addresses
from cvbuild.document import Block, BulletList, Entry, Inlines, Link, ListItem, Row, Span
from cvbuild.profile import Collection, Record, SectionSpec, Value
from cvbuild.sections.prose import Context, enumerated, joined, words
from cvbuild.source import Mapping, Node, Scalar, Sequence, cleaned, is_plain

# Keys that name what they stand in, wherever they come from.
_TITLES = ("name", "title", "label", "organization", "institution", "event", "position", "role")
# Keys for which every language has a word.
_NOUNS = frozenset({"amount", "courses", "gpa", "honors", "keywords", "level", "minor", "number", "relationship",
                    "subjects", "thesis"})  # fmt: skip
_ADDRESS = re.compile(r"https?://\S+")


def compose(collection: Collection, spec: SectionSpec, context: Context) -> tuple[tuple[Block, ...], Inlines]:
    """Return what stands in a collection of no known type: an entry for each mapping, a point for each text."""
    blocks: list[Block] = []
    for record in collection.entries:
        value = record.get("extras")
        if isinstance(value, Mapping):
            blocks += _entry(value, record.text("id"), context)
        elif isinstance(value, Scalar | Sequence) and (content := told(value, context)):
            item = ListItem(content, (), record.text("id"))
            last = blocks[-1] if blocks else None
            items = last.items if isinstance(last, BulletList) else ()
            blocks = [*(blocks[:-1] if items else blocks), BulletList((*items, item))]
    return tuple(blocks), ()


def _entry(tree: Mapping, id: str, context: Context) -> Iterator[Block]:
    """Yield an entry under the name that the mapping says; without a name, a list of what it says."""
    title = next((key for key in _TITLES if isinstance(node := tree.get(key), Scalar) and told(node, context)), "")
    rest = Mapping(tuple(pair for pair in tree.items if not title or pair[0].text != title), tree.mark)
    found = tuple(items(rest, context))
    head = tree.get(title) if title else None
    if head:
        yield Entry("other", (Row(told(head, context)),), (BulletList(found, "facts"),) if found else (), id)
    elif found:
        yield BulletList((replace(found[0], id=id), *found[1:]), "facts")


def items(value: Value | None, context: Context) -> Iterator[ListItem]:
    """Yield a point for each text in *value*, the extras of a record, under its label."""
    for label, content in pairs(value, context):
        yield ListItem((Span("label", words(f"{label}:")), *words(" "), *content))


def line(record: Record, context: Context) -> Inlines:
    """Return the extras of *record* as one run of text."""
    return joined(((*words(f"{label}: "), *content) for label, content in pairs(record.get("extras"), context)), "; ")


def pairs(value: Value | None, context: Context) -> Iterator[tuple[str, Inlines]]:
    """Yield the label and the words of each of the extras that has any."""
    for key, node in value.items if isinstance(value, Mapping) else ():
        if content := told(node, context):
            own = context.style.words.get(key.text) if key.text in _NOUNS else None
            yield own or label(key.text), content


def label(key: str) -> str:
    """Return a key as words: `startDate` and `start_date` are `Start date`."""
    parted = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", " ".join(cleaned(key).split())).replace("_", " ").strip() or "–"
    return parted[:1].upper() + (parted[1:].lower() if parted[1:2].islower() and " " in parted else parted[1:])


def told(node: Node, context: Context) -> Inlines:
    """Return the words in *node*: texts and numbers as they are, lists with commas, mappings under their labels."""
    match node:
        case Scalar():
            return _scalar(node)
        case Sequence(inner):
            parts = [told(item, context) for item in inner]
            return enumerated(parts) if all(isinstance(item, Scalar) for item in inner) else joined(parts, "; ")
        case Mapping():
            return joined(((*words(f"{name}: "), *content) for name, content in pairs(node, context)), "; ")


def _scalar(node: Scalar) -> Inlines:
    if is_plain(node) and node.text in ("true", "false", "null", "~", ""):
        return ()
    text = " ".join(cleaned(node.text).split())
    if _ADDRESS.fullmatch(text):
        try:
            return (Link(words(text.partition("://")[2]), addresses.address(text)),)
        except ValueError:
            return words(text)
    return words(text)

