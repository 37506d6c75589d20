"""Any JSON, in JSON and in YAML: it reads as what it was, to the last character."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from cvbuild.interchange.texts import cleaned, marked, unmarked
from cvbuild.markup import plain_text
from cvbuild.source import dump, dump_prose, held, json_text, loose, parse, parse_json, same
from tests.importing import letters

_words = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=12),
    st.sampled_from(["=json", "null", "~", "5", "true", "1e5", "- a", " # b", "a\n\n  b\n", "\te\u0301", "'", "\\n"]),
)
_json = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False), _words),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(_words, inner, max_size=3)),
    max_leaves=8,
)


@settings(max_examples=200, deadline=None)
@given(_json)
def test_json_is_read_as_it_is(value: Any) -> None:
    assert json.loads(json_text(parse_json(json.dumps(value, indent=1).encode(), "f"))) == value


@settings(max_examples=200, deadline=None)
@given(_json)
def test_yaml_holds_any_json(value: Any) -> None:
    node = parse_json(json.dumps(value).encode(), "f")
    for write in (dump, dump_prose):
        read = parse(write({"extras": held(node)}), "f")
        assert read is not None
        found = read.get("extras")  # type: ignore[union-attr]
        assert found is not None
        assert same(loose(found), node)


@settings(max_examples=300, deadline=None)
@given(st.text(st.sampled_from("a1 *`$\\[](){}_~^.'\"-<\n"), max_size=14))
def test_marking_a_text_loses_no_letter_and_can_be_undone(text: str) -> None:
    plain = cleaned(text)

    assert unmarked(marked(plain)) == plain
    assert letters(plain_text(marked(plain))) == letters(plain)


def test_a_text_reads_as_it_was_meant() -> None:
    texts = {
        "2*3*4 = 24": "2*3*4 = 24",
        "**bold** and *slant*": "bold and slant",
        "costs $5, not $6": "costs $5, not $6",
        "C:\\new\\'etude": "C:\\new\\’etude",
        "a $x$ b": "a $x$ b",
        "in $$n^2$$ steps": "in n² steps",
        "see [x](javascript:y)": "see [x](javascript:y)",
    }
    assert {text: plain_text(marked(text)) for text in texts} == texts
