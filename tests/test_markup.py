"""Markup: the cases in `cases/markup`, and laws for every text."""

from __future__ import annotations

import time
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cvbuild import markup
from cvbuild.document import (
    Code,
    Emph,
    Inline,
    Inlines,
    LineBreak,
    Link,
    Logo,
    Math,
    Span,
    Strong,
    Text,
    walk,
)

_CASES = Path(__file__).parent / "cases" / "markup"
_MARKERS = ["*", "**", "$", "`", "``", "[", "](", ")", "{", "}", "{\\it ", "\\", "\\'", "\\'e", "\\c{",
            "\\foo{",
            "\\textbf{", "\\href{", "\\url{", "'", "''", '"', "--", "\n", " ", "a", "é", "5",
            "https://a.org", "x:y",
            "LaTeX", "\\LaTeX", "_", "~", "<", "&amp;", "\x00", "\ud800", "한"]  # fmt: skip

marked = st.lists(st.sampled_from(_MARKERS), max_size=40).map("".join)


def cases() -> list[tuple[str, str]]:
    lines = [line for path in sorted(_CASES.glob("*.txt")) for line in path.read_text("utf-8").splitlines()]
    written = [line for line in lines if line and not line.startswith("# ")]
    return [(text, meant.removeprefix("=> ")) for text, meant in zip(written[::2], written[1::2], strict=True)]


def shown(inlines: Inlines) -> str:
    return "".join(map(_shown, inlines))


def _shown(inline: Inline) -> str:
    match inline:
        case Text(text):
            return text
        case Link(content, url):
            return f"[link {url}:{shown(content)}]"
        case Span(kind, content):
            return f"[{kind}:{shown(content)}]"
        case Strong(content):
            return f"[strong:{shown(content)}]"
        case Emph(content):
            return f"[em:{shown(content)}]"
        case Code(words) | Math(words) | Logo(words):
            return f"[{type(inline).__name__.lower()}:{words}]"
        case _:
            raise AssertionError(inline)


@pytest.mark.parametrize(("text", "meant"), cases())
def test_a_text_means_what_its_case_says(text: str, meant: str) -> None:
    assert shown(markup.parse(text)) == meant


@pytest.mark.parametrize(
    ("language", "quoted"),
    [("en", "“a ‘b’ c”"), ("ko", "“a ‘b’ c”"), ("de", "„a ‚b‘ c“"), ("fr", "«a “b” c»"), ("xx", "“a ‘b’ c”")],
)
def test_quotation_marks_are_those_of_the_language(language: str, quoted: str) -> None:
    assert markup.plain_text("\"a 'b' c\"", language=language) == quoted


def test_a_line_end_is_a_space_in_mathematics_too() -> None:
    assert shown(markup.parse("one\ntwo $a\nb$\r\nthree")) == "one two [math:a b] three"


def test_plain_text_shows_mathematics_as_people_type_it() -> None:
    assert markup.plain_text(r"**At most** $O(\sqrt{n})$ [steps](https://example.org)") == "At most O(√n) steps"


@pytest.mark.parametrize("scheme", ["javascript:alert(1)", "JaVaScript:x", "data:text/html,x", "file:///etc/passwd"])
def test_a_link_of_another_scheme_is_fatal(scheme: str) -> None:
    faults = markup.check(f"[x]({scheme}) \\href{{{scheme}}}{{y}}")

    assert [fault.fatal for fault in faults] == [True]
    assert not any(isinstance(inline, Link) for inline in markup.parse(f"[x]({scheme})"))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (r"\wild{x}", r"unknown TeX macro '\wild'"),
        (r"$\wild{x}$", r"unknown TeX macro '\wild' in mathematics"),
        (r"$\frac$", r"'\frac' cannot be read as mathematics"),
        ("[x](y)", "'y'; expected an address such as https://example.org/page"),
    ],
)
def test_what_is_only_odd_is_a_warning(text: str, message: str) -> None:
    assert markup.check(text) == (markup.Fault(message),)


def test_good_text_has_no_faults() -> None:
    assert markup.check(r"*a* $x^2$ \'e {\it b} [c](https://example.org) `\d` costs \$5") == ()


@given(st.text() | marked)
def test_every_text_is_read(text: str) -> None:
    """Nothing raises, neighbouring texts are one, and only links of known schemes are links."""
    nodes = [node for inline in markup.parse(text) for node in walk(inline)]

    assert all(node.url.split(":")[0] in ("https", "http", "mailto", "tel") for node in nodes if isinstance(node, Link))
    assert not any(isinstance(node, LineBreak) or node == Text("") for node in nodes)
    markup.check(text)
    markup.plain_text(text)


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\\*`$[]{}")))
def test_text_without_markup_keeps_its_words(text: str) -> None:
    """All that changes is quotes and dashes."""
    straight = str.maketrans({"“": '"', "”": '"', "‘": "'", "’": "'", "–": "-", "—": "-"})

    def without_dashes(words: str) -> str:
        return words.translate(straight).replace("-", "")

    assert without_dashes(markup.plain_text(text)) == without_dashes(text)


@given(st.text(st.sampled_from("!#$%&()*+,-/:;<>?@[]_{|}\\")))
def test_an_escaped_sign_is_itself(text: str) -> None:
    assert markup.plain_text("".join(f"\\{sign}" for sign in text)) == text


@given(marked)
def test_reading_is_never_deep(text: str) -> None:
    def depth(inline: Inline) -> int:
        return 1 + max(map(depth, getattr(inline, "content", ())), default=0)

    assert max(map(depth, markup.parse(text)), default=0) <= 5


@pytest.mark.parametrize("marker", [*_MARKERS, "[a](", "{\\it *", "**a ", "*a ", "![", "[*a", "\\foo[", "`a ``b "])
def test_no_marker_takes_long(marker: str) -> None:
    """100 kB of it; the bound leaves room for slow and busy machines."""
    text = marker * (100_000 // len(marker))
    began = time.process_time()

    markup.parse(text)

    assert time.process_time() - began < 10


@pytest.mark.parametrize(("opener", "closer"), [("{\\it ", "}"), ("[", "](a.org)"), ("**a ", " b**"), ("\\foo{", "}")])
def test_deep_nesting_is_text(opener: str, closer: str) -> None:
    assert "x" in markup.plain_text(opener * 3000 + "x" + closer * 3000)


@pytest.mark.parametrize(
    ("written", "url"),
    [
        ("example.org", "https://example.org"),
        ("//example.org/x", "https://example.org/x"),
        ("a@example.org", "mailto:a@example.org"),
        ("HTTPS://example.org/a b", "https://example.org/a%20b"),
        ("localhost.test:80/x", "https://localhost.test:80/x"),
    ],
)
def test_an_address_may_lack_its_scheme(written: str, url: str) -> None:
    assert markup.link_url(written) == url


@pytest.mark.parametrize("written", ["", "x", "#here", "/x/y.pdf", "https:", "mailto:", "a b", "java\tscript:alert(1)"])
def test_what_is_no_address_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match="address"):
        markup.link_url(written)


def test_accents_compose() -> None:
    """The text is NFC, as the reader's is."""
    text = markup.plain_text(r"\'e\v{s}\H{o}")

    assert text == unicodedata.normalize("NFC", text)


_UNMARKED = st.text(
    st.sampled_from("ab TeX LaTeX-–()/:.,!<>&^_~|=#%@0]é한") | st.characters(exclude_categories=["Cs"])
).filter(lambda text: not markup._MARKER.search(text))


@given(_UNMARKED)
def test_text_without_markers_reads_as_the_rules_read_it(text: str) -> None:
    line = text.replace("\r\n", " ").replace("\r", " ").replace("\n", " ")
    assert markup._read(text, "en") == markup._with_markers(line, "en")
