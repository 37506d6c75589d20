"""Targets of fuzzing, a layer each: what to throw at it, and what must hold of whatever becomes of that.

A target raises for a bug, and for nothing else: input that is wrong is refused with a `CvError`.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from composing import TODAY, choose, composed, read
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from strategies import TAGS, Tree, days, profiles

from cvbuild import markup, math, pipeline, view
from cvbuild.dates import PartialDate
from cvbuild.document import Document, Header, Inline, Math, Paragraph, Text, walk
from cvbuild.errors import CvError
from cvbuild.profile.plain import plain as as_tree
from cvbuild.reader import Source, read_text
from cvbuild.source import dump
from cvbuild.view import Overrides
from cvbuild.writers import native, text

ROOT = Path(__file__).parents[2]
MOST_DEEP = 8
# Far more than anything takes on a machine that has other work.
MOST_S = 10.0


@dataclass(frozen=True, slots=True)
class Target:
    """What is thrown, and what is called with it."""

    thrown: st.SearchStrategy[Any]
    law: Callable[[Any], None]


# --- The reader: bytes that were a profile once.

_FILES = [path.read_bytes() for path in sorted((ROOT / "profiles").glob("*.yaml"))]
_FILES += [path.read_bytes() for path in sorted((ROOT / "tests" / "cases").glob("*/*.yaml"))]
_ODD = [
    b"*a", b"&a ", b"!!set ", b"'", b'"', b"{", b"}", b"[", b"]", b": ", b" #x", b"\t", b"- ", b"? ", b"| ",
    b">-\n", b"---\n", b"%YAML 9\n", b"null", b"~", b"\xff", b"\0", b"\x1b", b"\xc2\x85", b"\xe2\x80\xa8",
    b"\xef\xbb\xbf", b"\xed\xa0\x80", b"\r", b"extends: view\n", b"as_of: 9999\n", b"2024-13", b"2020..2019",
    b"<accepted", b"{en: a, ko: b}", b"{2020: a, 2021: }", b"$\\frac{", b"\\href{", b"**", b"[a](",
    b"private: true\n", b"priority: 99999999999999999999\n", b"-1", b"1e9", b".nan",
]  # fmt: skip


@st.composite
def mutated(draw: st.DrawFn) -> bytes:
    """One of our files with some bytes gone, doubled, moved or put in, now and then from another file."""
    data = bytearray(draw(st.sampled_from(_FILES)))
    for _ in range(draw(st.integers(1, 8))):
        place = draw(st.integers(0, len(data)))
        length = draw(st.integers(0, 40))
        match draw(st.integers(0, 4)):
            case 0:
                del data[place : place + length]
            case 1:
                data[place:place] = data[place : place + length]
            case 2:
                other = draw(st.sampled_from(_FILES))
                start = draw(st.integers(0, len(other)))
                data[place:place] = other[start : start + length]
            case 3:
                data[place:place] = draw(st.sampled_from(_ODD))
            case _:
                data[place : place + 1] = draw(st.binary(max_size=4))
    return bytes(data)


def reader(data: bytes) -> None:
    """Bytes are refused, each problem with its place, or become documents of every variant, in little time."""
    began = time.process_time()
    where = pipeline.Place(date(2026, 1, 1), ROOT)
    try:
        source = read_text(data, "cv.yaml")
    except CvError as error:
        _told(error, data)
        return
    for variant in ("", *source.profile.variants):
        _composed(source, variant, where, data)
    assert time.process_time() - began < MOST_S


def _composed(source: Source, variant: str, where: pipeline.Place, data: bytes) -> None:
    try:
        made = pipeline.draft(source, variant, Overrides(), where)
    except CvError as error:
        _told(error, data)
        return
    assert text.write(made.document).strip()
    native.write(made.document)


def _told(error: CvError, data: bytes) -> None:
    """See that every problem says something, on a line that there is."""
    lines = data.count(b"\n") + data.count(b"\r") + 1
    assert error.problems
    for problem in error.problems:
        assert problem.message
        assert problem.mark.line <= lines
        assert "\x1b" not in str(problem)


# --- Markup: what a person may write in a text.

_MARKS = [
    "*", "**", "***", "_", "$", "$$", "`", "``", "[", "](", ")", "{", "}", "<", ">", "{\\it ", "\\", "\\'",
    "\\'e", "\\c{", "\\foo{", "\\textbf{", "\\href{", "\\url{", "\\frac{", "\\sqrt[", "^", "_{", "\\left(",
    "\\right", "\\begin{", "\\mathbb{R}", "\\in", "&", "'", "''", '"', "--", "---", "...", "\n", "\n\n", " ",
    "\u00a0", "a", "é", "e\u0301", "5", "한", "ß", "ﬁ", "\u200b", "\u202e", "https://a.org", "mailto:",
    "tel:+1", "javascript:", "x:y", "LaTeX", "\\LaTeX", "~", "#", "%", "!", "&amp;", "\ud800", "\U0001f469",
]  # fmt: skip


def inline(said: str) -> None:
    """A text becomes inlines that are never deep and say nothing that is not in it; formulas become trees."""
    began = time.process_time()
    found = markup.parse(said)
    assert max(map(_depth, found), default=0) <= MOST_DEEP
    assert all(fault.message for fault in markup.check(said))
    if not set(said) & set("\\$&"):
        assert not Counter(filter(str.isalnum, markup.plain_text(said))) - Counter(filter(str.isalnum, said))
    for formula in (each for node in found for each in walk(node) if isinstance(each, Math)):
        tree = math.parse(formula.tex)
        assert len(math.characters(tree)) >= bool(math.plain(tree).strip())
    text.write(Document(Header((Text("x"),)), (Paragraph(found),), "en", "", ""))
    assert time.process_time() - began < MOST_S


def _depth(node: Inline) -> int:
    return 1 + max(map(_depth, getattr(node, "content", ())), default=0)


# --- Selection: views of profiles.


@dataclass(frozen=True, slots=True)
class Asked:
    """A profile, and what the command line asks of its view."""

    tree: Tree
    wishes: Overrides


_tags = st.lists(st.sampled_from(TAGS), max_size=2, unique=True).map(tuple)
_wishes = st.builds(
    Overrides, as_of=st.none() | days.map(PartialDate.parse), private=st.booleans(), include=_tags, exclude=_tags
)


def select(asked: Asked) -> None:
    """A selection composes as what is printed of it does; no public one has anything private."""
    profile = read(asked.tree).profile
    try:
        once = view.select(view.resolve(profile, "", asked.wishes), TODAY).profile
    except CvError as error:
        _told(error, dump(asked.tree).encode())
        return
    again = choose(read(as_tree(once)).profile, private=asked.wishes.private).profile
    document = composed(once)
    assert native.write(composed(again)) == native.write(document)
    if not asked.wishes.private:
        for written in (native.write(document), text.write(document), dump(as_tree(once))):
            assert "secret" not in written
            assert "555" not in written


TARGETS: Mapping[str, Target] = {
    "reader": Target(mutated() | st.binary(max_size=200), reader),
    "markup": Target(st.lists(st.sampled_from(_MARKS) | st.text(max_size=3), max_size=60).map("".join), inline),
    "select": Target(st.builds(Asked, profiles(), _wishes), select),
}


def fuzz(name: str, seconds: float = 0) -> int:
    """Throw at the target *name* for so long, or 500 inputs that are always the same; return how many that were.

    Raises what a bug raises.
    """
    target, end, count = TARGETS[name], time.monotonic() + seconds, 0

    def law(thrown: Any) -> None:
        nonlocal count
        count += 1
        target.law(thrown)

    hard = settings(max_examples=500, derandomize=not seconds, deadline=None, database=None,
                    suppress_health_check=list(HealthCheck))  # fmt: skip
    while not count or time.monotonic() < end:
        hard(given(target.thrown)(law))()
    return count
