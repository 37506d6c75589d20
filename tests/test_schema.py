"""JSON Schema: what the reader takes, an editor takes, and a misspelt key is marked at every level."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from cvbuild.profile.jsonschema import schema
from cvbuild.reader import PARTS, VENUE

_EXAMPLE = Path(__file__).parents[1] / "profiles" / "mina-seo.yaml"
SCHEMA: dict[str, Any] = json.loads(json.dumps(schema(PARTS, VENUE)))
_TYPES = {"object": dict, "array": list, "string": str, "null": type(None), "boolean": bool, "integer": int,
          "number": (int, float)}  # fmt: skip


def valid(value: Any, rule: Any) -> bool:
    """Tell whether *value* meets *rule*, by those keywords of JSON Schema that ours uses."""
    if isinstance(rule, bool):
        return rule
    assert rule.keys() <= _KEYWORDS, f"not checked by this test: {rule.keys() - _KEYWORDS}"
    types = [rule["type"]] if isinstance(rule.get("type"), str) else rule.get("type", list(_TYPES))
    return (
        any(isinstance(value, _TYPES[name]) for name in types)
        and ("$ref" not in rule or valid(value, SCHEMA["$defs"][rule["$ref"].rpartition("/")[2]]))
        and ("anyOf" not in rule or any(valid(value, option) for option in rule["anyOf"]))
        and ("enum" not in rule or value in rule["enum"])
        and ("const" not in rule or value == rule["const"])
        and (not isinstance(value, str) or re.search(rule.get("pattern", ""), value) is not None)
        and (not isinstance(value, list) or all(valid(item, rule.get("items", True)) for item in value))
        and (not isinstance(value, dict) or _valid_object(value, rule))
    )


_KEYWORDS = {"$schema", "$defs", "$ref", "title", "type", "anyOf", "enum", "const", "pattern", "items", "required",
             "properties", "additionalProperties", "patternProperties", "propertyNames", "minProperties",
             "maxProperties", "minimum", "maximum"}  # fmt: skip


def _valid_object(value: dict[str, Any], rule: Any) -> bool:
    properties, patterns = rule.get("properties", {}), rule.get("patternProperties", {})

    def of(key: str) -> Any:
        matching = [inner for pattern, inner in patterns.items() if re.search(pattern, key)]
        return properties.get(key, matching[0] if matching else rule.get("additionalProperties", True))

    return (
        rule.get("minProperties", 0) <= len(value) <= rule.get("maxProperties", len(value))
        and value.keys() >= set(rule.get("required", ()))
        and all(valid(key, rule.get("propertyNames", True)) and valid(item, of(key)) for key, item in value.items())
    )


def example() -> Any:
    return yaml.load(_EXAMPLE.read_text("utf-8"), Loader=yaml.BaseLoader)


def test_every_reference_leads_somewhere() -> None:
    references = re.findall(r'"#/\$defs/(\w+)"', json.dumps(SCHEMA))

    assert set(references) <= SCHEMA["$defs"].keys()


def test_every_pattern_is_one_in_javascript_too() -> None:
    patterns = re.findall(r'"pattern": "((?:[^"\\]|\\.)*)"', json.dumps(SCHEMA))

    assert patterns
    assert not [pattern for pattern in patterns if re.search(r"\(\?[^:]|\\\\[wAZz]", pattern)]


def test_the_example_is_valid_with_all_scalars_as_text() -> None:
    assert valid(example(), SCHEMA)


def test_the_example_is_valid_as_an_editor_reads_it() -> None:
    """Editors know YAML's numbers, booleans and nulls; keys are text to them."""

    def resolved(tree: Any) -> Any:
        match tree:
            case dict():
                return {key: resolved(value) for key, value in tree.items()}
            case list():
                return [resolved(item) for item in tree]
            case str() if re.fullmatch(r"true|false|null|\d+(\.\d+)?", tree):
                return json.loads(tree.lstrip("0") or "0")
        return tree

    assert valid(resolved(example()), SCHEMA)


def places(tree: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Yield every key in *tree* with the path of the mapping that it stands in."""
    match tree:
        case dict():
            for key, value in tree.items():
                yield path, key
                yield from places(value, (*path, key))
        case list():
            for index, item in enumerate(tree):
                yield from places(item, (*path, index))


def kind(path: tuple[str | int, ...], key: str) -> tuple[str, ...]:
    return (*("#" if isinstance(step, int) else step for step in path), key)


# Names that only the profile itself knows, and labels of one's own.
FREE = (
    r"outreach|variants/[^/]+|venues/[^/]+|(view|variants/[^/]+)/sections/#/[^/]+|.*/set/[^/]+|.*/links/[^/]+"
    r"|(view|variants/[^/]+)/style/(words|options|heads)/[^/]+|.*/where/.*|person/contact/#/[^/]+"
)


def test_a_misspelt_key_is_marked_at_every_level() -> None:
    tree = example()
    found = {kind(path, key): (path, key) for path, key in places(tree)}
    missed = []
    for name, (path, key) in found.items():
        broken = copy.deepcopy(tree)
        mapping = broken
        for step in path:
            mapping = mapping[step]
        pairs = [(f"{other}qz" if other == key else other, value) for other, value in mapping.items()]
        mapping.clear()
        mapping.update(pairs)
        if valid(broken, SCHEMA):
            missed.append("/".join(name))

    assert len(found) > 300
    assert [name for name in missed if not re.fullmatch(FREE, name)] == []


@pytest.mark.parametrize(
    "text",
    [
        "person: Ada",
        "person: {headline: Analyst}",
        "person: {name: Ada, contact: {email: ada@example.org}}",
        "person: {name: Ada, contact: [emial: ada@example.org]}",
        "person: {name: Ada}\nawards: {title: A}",
        "person: {name: Ada}\nawards: [{title: A, private: yes}]",
        "person: {name: Ada}\nawards: [{title: A, since: 2024/10}]",
        "person: {name: Ada}\nexperience: [{organization: A, highlights: did}]",
        "person: {name: Ada}\npublications: [{title: A, status: acepted}]",
        "person: {name: Ada}\nview: {style: {paper: a5}}",
        "person: {name: Ada}\nhobbies: [{name: Chess}]",
        "person: {name: Ada}\nhobbies: {type: skills, entries: [{nam: Chess}]}",
    ],
)
def test_what_the_reader_refuses_by_its_form_an_editor_marks(text: str) -> None:
    assert not valid(yaml.load(text, Loader=yaml.BaseLoader), SCHEMA)
