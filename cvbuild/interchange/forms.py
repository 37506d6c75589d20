"""Values of JSON as those of a profile's fields, and back."""

from __future__ import annotations

import re

from cvbuild import dates
from cvbuild.dates import PartialDate
from cvbuild.errors import NOWHERE
from cvbuild.interchange.texts import cleaned, marked, unmarked
from cvbuild.profile import Record, Value
from cvbuild.profile.plain import Plain
from cvbuild.schema import Field, Reading, read
from cvbuild.source import Exact, Mapping, Node, Scalar, Sequence, is_literal, is_plain, text_node

_PRESENT = ("present", "now", "today", "current", "currently", "ongoing", "till now", "to date")
_MOMENT = re.compile(r"(\d{4}-\d\d-\d\d)[T ]\d\d:\d\d.*")
# What databases write for a month or day that nobody knows.
_ZEROS = re.compile(r"(\d{4})(?:-(\d\d))?-00")


def is_empty(node: Node) -> bool:
    """Tell whether *node* says nothing: null, or text, a list or a mapping with nothing in it."""
    match node:
        case Scalar(text):
            return (is_plain(node) and node.absent) or not cleaned(text)
        case Sequence(items):
            return all(is_empty(item) for item in items)
        case Mapping(pairs):
            return all(is_empty(value) for _, value in pairs)


def normal(form: str, node: Node) -> Plain:
    """Return what a profile writes for *node*, nothing where it says nothing or has another form."""
    if form == "links":
        return _links(node)
    if form in ("texts", "highlights", "words", "joined") and isinstance(node, Sequence):
        return _list(form, node)
    if not isinstance(node, Scalar) or form == "words":
        return None
    text = _text(node)
    match form:
        case "date" | "end":
            return day(text, end=form == "end") or None
        case "word" | "url":
            return text or None
        case "texts" | "highlights":
            return [marked(text)] if text else None
        case _:
            return marked(text) or None


def _links(node: Node) -> Plain:
    if not isinstance(node, Mapping) or not node.items:
        return None
    found: dict[str, Plain] = {key.text: _text(value) for key, value in node.items}
    return found if all(found.values()) else None


def _list(form: str, node: Sequence) -> Plain:
    if not all(isinstance(item, Scalar) for item in node.items):
        return None
    found = [text for item in node.items if (text := _text(item))]
    if form == "words":
        return list(found) or None
    if form == "joined":
        return marked(", ".join(found)) or None
    return [marked(text) for text in found] or None


def _text(node: Node) -> str:
    if not isinstance(node, Scalar) or (is_plain(node) and node.text in ("true", "false")):
        return ""
    return "" if is_plain(node) and node.absent else cleaned(node.text)


def day(text: str, *, end: bool = False) -> str:
    """Return the date that *text* means, as a profile writes it, or the words it has instead; '' for no date at all."""
    text = " ".join(text.split())
    if end and text.casefold() in _PRESENT:
        return "present"
    if moment := _MOMENT.fullmatch(text):
        text = moment[1]
    if zeros := _ZEROS.fullmatch(text):
        text = "-".join(part for part in zeros.groups() if part and part != "00")
    if said := re.fullmatch(r"([A-Za-z]+)\. ?(\d{4})", text):
        text = f"{said[1]} {said[2]}"
    for candidate in (text, dates.meant(text)):
        try:
            return str(PartialDate.parse(candidate))
        except ValueError:
            continue
    try:
        return str(dates.parse(text))
    except ValueError:
        return ""


def is_plainly(text: str, read_as: str) -> bool:
    """Tell whether nobody could take *text*, written as it may be, for another date than *read_as*."""
    return read_as in ("present", dates.meant(" ".join(text.split())), cleaned(text))


def noded(tree: Plain) -> Node:
    """Return a tree as the nodes that a reader finds in a profile."""
    match tree:
        case None:
            return Scalar("null", NOWHERE, True)
        case str():
            is_number = is_literal(tree) and tree != "null" and not isinstance(tree, Exact)
            return Scalar(tree, NOWHERE, is_number)
        case list():
            return Sequence(tuple(noded(item) for item in tree), NOWHERE)
        case dict():
            return Mapping(tuple((Scalar(key, NOWHERE), noded(item)) for key, item in tree.items()), NOWHERE)


def value_of(field: Field, tree: Plain) -> Value | None:
    """Return what *field* reads from *tree*; nothing where it takes offence."""
    reading = Reading()
    value = read(field, noded(tree), "", reading)
    return None if reading.problems else value


def back(form: str, value: Value) -> Node:
    """Return the *value* of a field as JSON."""
    match form:
        case "texts" | "highlights" | "words":
            items = value if isinstance(value, tuple) else (value,)
            return Sequence(tuple(node for item in items for node in _items(item)), NOWHERE)
        case "joined":
            return Sequence((text_node(unmarked(str(value))),), NOWHERE)
        case "links":
            links = (link for link in value if isinstance(link, Record)) if isinstance(value, tuple) else ()
            pairs = ((Scalar(link.text("label"), NOWHERE, False), text_node(link.text("url"))) for link in links)
            return Mapping(tuple(pairs), NOWHERE)
        case "date" | "end":
            said = value if isinstance(value, tuple) else (value,)
            return text_node(", ".join(map(str, said)))
        case "word" | "url":
            return text_node(str(value))
        case _:
            return text_node(unmarked(str(value)))


def _items(item: Value) -> tuple[Node, ...]:
    """Return a text, or a highlight with those below it, as texts one after another."""
    if not isinstance(item, Record):
        return (text_node(unmarked(str(item))),)
    inner = (node for below in item.records("highlights") for node in _items(below))
    return (text_node(unmarked(item.text("text"))), *inner)
