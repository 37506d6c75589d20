"""Source: text stays text, at its place, and what is written reads back."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cvbuild.errors import CvError, Mark, Problem, ProfileError
from cvbuild.source import Mapping, Node, Scalar, Sequence, clean, decode, dump, parse

texts = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cn", "Co", "Zl", "Zp")), max_size=12)
texts = texts.filter(lambda text: text == clean(text).strip())
trees = st.recursive(
    texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts.filter(bool), inner, max_size=3),
    max_leaves=12,
)


def plain(node: Node | None) -> object:
    match node:
        case Scalar(text):
            return text
        case Sequence(items):
            return [plain(item) for item in items]
        case Mapping(pairs):
            return {key.text: plain(value) for key, value in pairs}
    return None


def problems_in(text: str) -> tuple[Problem, ...]:
    try:
        parse(text, "cv.yaml")
    except CvError as error:
        return error.problems
    return ()


@given(trees)
def test_what_is_written_reads_back(tree: object) -> None:
    assert plain(parse(dump(tree), "cv.yaml")) == tree


@given(st.text() | st.text("ab:-#[]{}'\"|>&*!%@` \n\t\\,?"))
def test_any_text_is_read_or_refused(text: str) -> None:
    assert not [problem for problem in problems_in(text) if not problem.message or "not YAML" in problem.message]


@given(st.binary())
def test_any_bytes_are_text_or_refused(data: bytes) -> None:
    with suppress(CvError):
        assert "\r" not in decode(data, "cv.yaml")


@pytest.mark.parametrize("text", ["no", "3.10", "0123", "1_000", "12:30:45", ".nan", "2024-10", "1e3", "+1", "Null"])
def test_scalars_stay_as_they_are_written(text: str) -> None:
    node = parse(f"key: {text}", "cv.yaml")

    assert isinstance(node, Mapping)
    value = node.get("key")
    assert isinstance(value, Scalar)
    assert (value.text, value.absent) == (text, False)


@pytest.mark.parametrize(("text", "absent"), [("", True), ("~", True), ("null", True), ("''", False), ("'~'", False)])
def test_only_a_plain_null_is_absent(text: str, absent: bool) -> None:
    node = parse(f"key: {text}", "cv.yaml")

    assert isinstance(node, Mapping)
    value = node.get("key")
    assert isinstance(value, Scalar)
    assert value.absent is absent


def test_marks_count_characters_from_one() -> None:
    """A character beyond the BMP and one of two letters are one character, as editors count."""
    node = parse("a:\n  - 𝔸é: [x, y]\n", "cv.yaml")

    assert isinstance(node, Mapping)
    items = node.items[0][1]
    assert isinstance(items, Sequence)
    inner = items.items[0]
    assert isinstance(inner, Mapping)
    assert inner.items[0][0].mark == Mark("cv.yaml", 2, 5)
    assert inner.items[0][1].mark == Mark("cv.yaml", 2, 9)


def test_decomposed_text_is_composed_everywhere() -> None:
    assert plain(parse("e\u0301: e\u0301", "cv.yaml")) == {"é": "é"}


def test_long_lines_and_files_without_a_last_line_end_are_read() -> None:
    assert plain(parse(f"key: {'x' * 20_000}", "cv.yaml")) == {"key": "x" * 20_000}


def test_line_ends_of_every_system_are_one() -> None:
    assert decode(b"\xef\xbb\xbfa\r\nb\rc\nd", "cv.yaml") == "a\nb\nc\nd"


def test_a_value_of_the_command_line_has_its_mark() -> None:
    here = Mark("command line")

    for text in ("{a: b: c}", "{a: *b}", "{a: a, a: b}", "{a: \t}", "{a: '"):
        with pytest.raises(ProfileError) as caught:
            parse(text, "--set", here)
        assert {problem.mark for problem in caught.value.problems} == {here}
