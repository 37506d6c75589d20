"""Facts put into a profile: no byte of it changes, and what it says wins."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cvbuild import source
from cvbuild.importers.merging import keys, merged, plain_words
from cvbuild.profile.plain import Plain
from cvbuild.source import Mapping, Node, Scalar, Sequence, dump
from tests import strategies
from tests.test_importers import cases


def plain(node: Node | None) -> Plain:
    match node:
        case Sequence(items):
            return [plain(item) for item in items]
        case Mapping(pairs):
            return {key.text: plain(value) for key, value in pairs}
        case Scalar(text):
            return None if node.absent else text
        case _:
            return None


@pytest.mark.parametrize("case", cases("merging"))
def test_only_lines_that_are_new_come(case: dict[str, Any]) -> None:
    result = merged(case["old"], plain(source.parse(case["old"], "cv.yaml")), case["new"])

    assert result.text == case["text"]
    again = merged(result.text, plain(source.parse(result.text, "cv.yaml")), case["new"])
    if "interests" not in case["new"]:
        assert (again.text, again.added) == (result.text, {})


_entries = st.fixed_dictionaries({"title": strategies.texts("fresh"), "issuer": strategies.text})


@settings(max_examples=15, deadline=None)
@given(strategies.profiles(), st.lists(_entries, min_size=1, max_size=2), st.booleans())
def test_what_was_there_stays_and_what_is_new_stands_behind(profile: Any, entries: Any, flow: bool) -> None:
    old = f"# first\n{source.dump_flow(profile) if flow else dump(profile)}"
    before = plain(source.parse(old, "cv.yaml"))
    result = merged(old, before, {"awards": entries})
    after = plain(source.parse(result.text, "cv.yaml"))

    assert isinstance(before, dict)
    assert isinstance(after, dict)
    kept = before.get("awards")
    known = kept if isinstance(kept, list) else []
    assert after["awards"] == [*known, *entries]
    assert {**after, "awards": None} == {**before, "awards": None}
    left = iter(result.text)
    assert all(char in left for char in old), "a character of the old text is gone"


def test_titles_are_the_same_whatever_their_signs() -> None:
    assert plain_words("Über-Sums: ﬁne") == plain_words("Uber‐Sums   Fine") == "ubersumsfine"
    assert list(keys({"title": "T", "links": {"arXiv": "arXiv:2405.16002v2"}}, "publications")) == [
        "arxiv:2405.16002",
        "title:t",
    ]
