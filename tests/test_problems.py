"""Problems: what is wrong with each profile in `cases/problems`, all at once, each at its place, and nothing else."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from cvbuild.errors import CvError, LimitError, Mark, Problem, ProfileError, listed, nearest
from cvbuild.reader import read_text

_CASES = Path(__file__).parent / "cases" / "problems"


def profiles() -> list[tuple[str, str]]:
    """Return the title and text of every profile in the case files."""
    parts = [
        (f"{path.stem}: {part.partition(chr(10))[0]}", f"# ==== {part}")
        for path in sorted(_CASES.glob("*.yaml"))
        for part in path.read_text("utf-8").split("# ==== ")[1:]
    ]
    assert len(parts) > 80
    return parts


def expected(text: str) -> list[str]:
    """Return the problems that the comments in *text* tell, as `line:column: message`."""
    return [
        comment.strip() if re.match(r"\d+:\d+: ", comment) else f"{number}:{comment.strip()}"
        for number, line in enumerate(text.split("\n"), 1)
        for comment in line.split("# problem: ")[1:]
    ]


def told(problem: Problem) -> str:
    """Return *problem* on one line, its hint after a semicolon."""
    parts = filter(None, [f"{problem.mark.line}:{problem.mark.column}", problem.where, problem.message])
    return "; ".join(filter(None, [": ".join(parts), problem.hint]))


@pytest.mark.parametrize(("title", "text"), profiles(), ids=lambda value: value if "\n" not in value else "")
def test_the_comments_tell_all_that_is_wrong(title: str, text: str) -> None:
    try:
        read_text(text.encode(), "cv.yaml")
        found = []
    except CvError as error:
        found = [told(problem) for problem in error.problems]

    assert sorted(found) == sorted(expected(text))


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "cv.yaml: the file is empty; expected a profile"),
        (b"# nothing\n", "cv.yaml: the file is empty; expected a profile"),
        ("person: {name: Zoë}".encode("latin-1"), "cv.yaml:1:18: the byte 0xeb is not UTF-8; expected UTF-8"),
        ("person: {name: Zoë}".encode("utf-16"), "cv.yaml: the file is UTF-16; expected YAML in UTF-8"),
        ("person: {name: Zoe}".encode("utf-16-le"), "cv.yaml: the file is UTF-16; expected YAML in UTF-8"),
        (b"\xef\xbb\xbfperson: \xff", "cv.yaml:1:9: the byte 0xff is not UTF-8; expected UTF-8"),
        (b"%PDF-1.7\n%\xe2\xe3", "cv.yaml: the file is a PDF; expected YAML in UTF-8"),
        (b"PK\x03\x04\x14\x00", "cv.yaml: the file is a ZIP or Word file; expected YAML in UTF-8"),
        (b"person: {name: A\0da}", "cv.yaml:1:17: U+0000, a control character; expected text"),
        (b"person: {name: \x1b[31mAda}", "cv.yaml:1:16: U+001B, a control character; expected text"),
        (b"person: {nmae: Ada}\r\n", "cv.yaml:1:10: person.nmae: no such field 'nmae'"),
        (b"person:\r  nmae: Ada\r", "cv.yaml:2:3: person.nmae: no such field 'nmae'"),
        (b"\xef\xbb\xbfpersn: {name: Ada}", "cv.yaml:1:1: persn: no such field 'persn'"),
    ],
)
def test_bytes_that_are_no_profile_are_told_in_one_message(data: bytes, said: str) -> None:
    with pytest.raises(ProfileError) as caught:
        read_text(data, "cv.yaml")

    assert [str(problem).partition("\n")[0] for problem in caught.value.problems] == [said]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"person: {name: " + b"x" * 9_000_000 + b"}", "too large; at most 4 MiB"),
        (b"a: " + b"[" * 40 + b"]" * 40, "nested deeper than 32 levels"),
        (b"[" * 1_000_000, "nested deeper than 32 levels"),
        (b"- " * 3000 + b"x", "nested deeper than 32 levels"),
        (b"{a: " * 5000 + b"}" * 5000, "nested deeper than 32 levels"),
        (b"[" + b"a," * 500_001 + b"]", "more than 500000 values"),
    ],
)
def test_a_limit_is_told_as_one(data: bytes, said: str) -> None:
    with pytest.raises(LimitError, match=said):
        read_text(data, "cv.yaml")


def test_more_problems_than_anyone_reads_are_not_all_told() -> None:
    keys = "".join(f"key{number}: x\n" for number in range(2000))

    with pytest.raises(ProfileError) as caught:
        read_text(f"person: {{name: Ada}}\n{keys}".encode(), "cv.yaml")

    assert len(caught.value.problems) == 501
    assert "there are more" in str(caught.value)


def test_a_bomb_of_aliases_is_told_before_it_goes_off() -> None:
    levels = "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 10))

    with pytest.raises(ProfileError, match="an anchor '&a0'; expected text"):
        read_text(f"a0: &a0 lol\n{levels}".encode(), "cv.yaml")


def test_a_problem_prints_as_compilers_print() -> None:
    problem = Problem(Mark("cv.yaml", 12, 5), "experience[0].strat", "no such field 'strat'", "did you mean 'start'?")

    assert str(problem) == ("cv.yaml:12:5: experience[0].strat: no such field 'strat'\n  hint: did you mean 'start'?")
    assert str(Problem(Mark("cv.yaml"), "", "the file is empty")) == "cv.yaml: the file is empty"


def test_a_message_shows_what_a_terminal_would_obey() -> None:
    assert str(Problem(Mark("a\x1b[31m.yaml"), "", "'\u202eb'")) == r"a\x1b[31m.yaml: '\u202eb'"


def test_problems_stand_in_file_order_and_once() -> None:
    first, second = Problem(Mark("a", 2, 1), "", "x"), Problem(Mark("a", 10, 1), "", "x")

    assert ProfileError(second, first, second).problems == (first, second)


def test_hints_name_the_nearest() -> None:
    assert nearest("Publicatons", ["publications", "awards"]) == "did you mean 'publications'?"
    assert nearest("zzz", ["publications"]) == ""
    assert listed(["a", "b", "c"]) == "a, b or c"
    assert listed(["a"]) == "a"
