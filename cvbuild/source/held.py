"""Any JSON in YAML: a tree that reads as the same value, to the last character."""

from __future__ import annotations

import json
import unicodedata

from cvbuild.errors import NOWHERE
from cvbuild.source.characters import forbidden
from cvbuild.source.json_nodes import is_literal, is_plain, json_text, parse_json
from cvbuild.source.nodes import Mapping, Node, Scalar, Sequence
from cvbuild.source.parser import Exact

Plain = str | None | dict[str, "Plain"] | list["Plain"]
# The key of what YAML could not hold as it is; its value is the JSON itself, in plain ASCII.
JSON = "=json"


def held(node: Node) -> Plain:
    """Return *node*, a value of JSON, as a tree to be written in a profile."""
    match node:
        case Scalar(text):
            if is_plain(node):
                return None if node.absent else text
            if not _fits(text):
                return _as_json(node)
            return Exact(text) if is_literal(text) or text in ("", "~") else text
        case Sequence(items):
            return [held(item) for item in items]
        case Mapping(pairs):
            keys = [key.text for key, _ in pairs]
            if not all(_is_key(key) for key in keys) or keys == [JSON]:
                return _as_json(node)
            return {key.text: held(value) for key, value in pairs}


def _as_json(node: Node) -> Plain:
    return {JSON: json.dumps(json.loads(json_text(node)))}


def _fits(text: str) -> bool:
    return not forbidden(text) and unicodedata.is_normalized("NFC", text)


def _is_key(key: str) -> bool:
    return _fits(key) and key.strip() == key and 0 < len(key) < 100 and "\n" not in key


def loose(node: Node) -> Node:
    """Return what *node*, read from YAML, is as JSON: the way back from `held`."""
    match node:
        case Scalar(text):
            return node if is_plain(node) else Scalar(text, node.mark, False)
        case Sequence(items):
            return Sequence(tuple(loose(item) for item in items), node.mark)
        case Mapping(((key, Scalar(text)),)) if key.text == JSON:
            return parse_json(text.encode(), node.mark.file)
        case Mapping(pairs):
            return Mapping(tuple((Scalar(k.text, k.mark, False), loose(v)) for k, v in pairs), node.mark)


def text_node(text: str) -> Scalar:
    """Return *text* as a string of JSON."""
    return Scalar(text, NOWHERE, False)


def same(one: Node, other: Node) -> bool:
    """Tell whether two values of JSON are the same, keys in the same order."""
    match one, other:
        case Scalar(), Scalar():
            if is_plain(one) != is_plain(other):
                return False
            both_absent = one.absent and other.absent
            return one.text == other.text or (is_plain(one) and both_absent)
        case Sequence(first), Sequence(second):
            return len(first) == len(second) and all(same(a, b) for a, b in zip(first, second, strict=True))
        case Mapping(first), Mapping(second):
            return [k.text for k, _ in first] == [k.text for k, _ in second] and all(
                same(a, b) for (_, a), (_, b) in zip(first, second, strict=True)
            )
        case _:
            return False
