"""FRESH, the format of HackMyResume and FluentCV; what is private in it stays private."""

from __future__ import annotations

import re

from cvbuild.importers.facts import Facts, mapping_of
from cvbuild.importers.imported import Format, Imported, Known, noticed, root_of
from cvbuild.interchange.forms import is_empty
from cvbuild.interchange.parts import Part, Section
from cvbuild.source import Mapping, Node, Scalar, Sequence, held, parse_json

_PERIOD = (Part("start", ("start",), "date"), Part("end", ("end",), "end"), Part("date", ("date",), "date"))
_BODY = (Part("url", ("url",), "url"), Part("location", ("location",)), *_PERIOD, Part("summary", ("summary",)),
         Part("highlights", ("highlights",), "highlights"))  # fmt: skip
_HELD = (Part("organization", ("organization", "employer")), Part("position", ("position", "role")), *_BODY)
_TITLED = (Part("name", ("title", "name")), Part("role", ("role",)), Part("keywords", ("keywords",), "texts"),
           Part("note", ("description",)), *_BODY)  # fmt: skip
_SECTIONS = {
    "employment": Section("", "", "experience", (Part("organization", ("employer", "organization")), *_HELD[1:])),
    "service": Section("", "", "volunteering", _HELD),
    "governance": Section("", "", "experience", _HELD),
    "affiliation": Section("", "", "experience", _HELD),
    "education": Section("", "", "education", (
        Part("institution", ("institution",)), Part("degree", ("title",)), Part("area", ("area",)),
        Part("gpa", ("grade",)), Part("courses", ("curriculum",), "texts"), *_BODY)),
    "projects": Section("", "", "projects", _TITLED),
    "samples": Section("", "", "projects", _TITLED),
    "extracurricular": Section("", "", "projects", _TITLED),
    "reading": Section("", "", "projects", _TITLED),
    "recognition": Section("", "", "awards", (Part("title", ("title",)), Part("issuer", ("from",)), *_BODY)),
    "writing": Section("", "", "publications", (
        Part("title", ("title",)), Part("venue", ("publisher",)), Part("date", ("date",), "date"),
        Part("url", ("url",), "url"), Part("note", ("summary",)))),
    "speaking": Section("", "", "talks", (Part("title", ("title",)), Part("event", ("event",)), *_BODY)),
    "languages": Section("", "", "languages", (Part("name", ("language",)), Part("level", ("level",)))),
    "interests": Section("", "", "skills", (Part("name", ("name",)), Part("items", ("keywords",), "texts"))),
    "sets": Section("", "", "skills", (Part("name", ("name",)), Part("items", ("skills",), "texts"),
                                       Part("level", ("level",)))),
    "references": Section("", "", "references", (
        Part("name", ("name",)), Part("position", ("role",)), Part("relationship", ("category",)),
        Part("reference", ("summary",)), Part("url", ("url",), "url"))),
    "testimonials": Section("", "", "references", (
        Part("name", ("name",)), Part("relationship", ("flavor",)), Part("reference", ("quote",)))),
}  # fmt: skip
_PERSON = ("name", "meta", "info", "contact", "location", "social")


def sniff(data: bytes) -> float:
    """Tell how sure it is that *data* is a FRESH resume."""
    head = data[:65536].lstrip(b"\xef\xbb\xbf \t\r\n")
    if not head.startswith(b"{"):
        return 0.0
    if re.search(rb'"format"\s*:\s*"FRES[HC]', head):
        return 0.95
    return 0.8 if re.search(rb'"employment"\s*:\s*\{', head) and b'"history"' in head else 0.0


def read(file: str, data: bytes, known: Known | None = None) -> Imported:
    """Return the facts of a FRESH resume. Raises `ProfileError` or `LimitError`."""
    root = root_of(parse_json(data, file), file, FORMAT.title)
    facts = Facts()
    facts.person(_basics(root), "")
    for key, node in root.items:
        if key.text in ("meta", "$schema"):
            facts.extras[key.text] = held(node)
        elif key.text == "skills" and isinstance(node, Mapping):
            _skills(facts, node)
        elif key.text in _SECTIONS:
            _section(facts, key.text, node)
        elif key.text not in _PERSON:
            facts.other(key.text, node)
    return noticed(facts.imported(), root)


def _basics(root: Mapping) -> Mapping:
    """Return the person under the keys of JSON Resume."""
    names = {"brief": "summary", "website": "url"}
    pairs: list[tuple[str, Node | None]] = [("name", root.get("name"))]
    for part in ("info", "contact"):
        node = root.get(part)
        pairs += [(names.get(key.text, key.text), value) for key, value in node.items] if isinstance(
            node, Mapping) else [(part, node)]  # fmt: skip
    location, social = root.get("location"), root.get("social")
    if isinstance(location, Mapping):
        location = mapping_of(("postalCode" if key.text == "code" else key.text, node) for key, node in location.items)
    if isinstance(social, Sequence):
        social = Sequence(tuple(map(_account, social.items)), social.mark)
    return mapping_of((*pairs, ("location", location), ("profiles", social)))


def _account(node: Node) -> Node:
    if not isinstance(node, Mapping):
        return node
    return mapping_of(("username" if key.text == "user" else key.text, value) for key, value in node.items)


def _section(facts: Facts, key: str, node: Node) -> None:
    """Take a list of entries, or one under `history` with what is said of the whole beside it."""
    if isinstance(node, Mapping) and isinstance(history := node.get("history"), Sequence):
        facts.entries(key, _SECTIONS[key], _prepared(history), f"{key}.history")
        rest = Mapping(tuple(pair for pair in node.items if pair[0].text != "history"), node.mark)
        facts.other(f"about {key}", rest)
    else:
        facts.entries(key, _SECTIONS[key], _prepared(node), key)


def _skills(facts: Facts, node: Mapping) -> None:
    for key, value in node.items:
        if not is_empty(value):
            facts.entries("skills" if key.text == "sets" else f"skills {key.text}", _SECTIONS["sets"], value,
                          f"skills.{key.text}")  # fmt: skip


def _prepared(node: Node) -> Node:
    """Return entries whose publisher is told by its name; where it leads stays beside it."""
    if not isinstance(node, Sequence):
        return node
    return Sequence(tuple(_published(item) if isinstance(item, Mapping) else item for item in node.items), node.mark)


def _published(node: Mapping) -> Mapping:
    publisher = node.get("publisher")
    if not isinstance(publisher, Mapping) or not isinstance(publisher.get("name"), Scalar):
        return node
    pairs: list[tuple[str, Node | None]] = []
    for key, value in node.items:
        if key.text != "publisher":
            pairs.append((key.text, value))
            continue
        rest = tuple(pair for pair in publisher.items if pair[0].text != "name")
        pairs += [("publisher", publisher.get("name")), ("publisher url", Mapping(rest, value.mark) if rest else None)]
    return mapping_of(pairs)


FORMAT = Format("fresh", "a FRESH resume", sniff, read)
