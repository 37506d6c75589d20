"""Escaping for LaTeX: the cases, and that what is extracted is what was written, through every engine."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from cvbuild import tex_characters
from cvbuild.addresses import encoded
from cvbuild.writers import latex_escape
from tests import texfonts as tex

_CASES = Path(__file__).parent / "cases" / "latex" / "escape.txt"
_TRICKS = ["--", "---", "''", "``", "`", "'", '"', "<<", ">>", ",,", "?`", "!`", "[", "]", "*", "\\", "{", "}", "%",
           "#", "&", "$", "_", "^", "~", "^^M", "^^41", "\\par", "\\end{document}", "ffi", "fl", "fft", " ", "\n",
           "\n\n", "\t", "e\u0301", "-", "--\n--", "TeX", "@", "|", "=", ":", ";", "…", "²", "½", "≥", "−", "ạ", "Ω",
           "я"]  # fmt: skip


def cases() -> list[tuple[str, str]]:
    lines = _CASES.read_text("utf-8").splitlines()
    return [tuple(line.split(" => ", 1)) for line in lines if not line.startswith("# ")]  # type: ignore[misc]


@pytest.mark.parametrize(("written", "latex"), cases())
def test_cases(written: str, latex: str) -> None:
    assert latex_escape.text(written) == latex


@pytest.mark.parametrize(
    ("written", "latex"),
    [(" a \n\n b\t", " a b "), ("e\u0301", "é"), ("10\u00a0000", "10~000"), ("co\u00adop", r"co\-op"),
     ("x\u2011y", r"x\mbox{-}y"), (" [a]", " {[}a]"), ("", "")],
)  # fmt: skip
def test_white_space_and_marks(written: str, latex: str) -> None:
    assert latex_escape.text(written) == latex


@pytest.mark.parametrize("char", ["\x00", "\x07", "\x1b", "\x7f", "\x9f", "\ud800"])
def test_a_control_character_is_refused(char: str) -> None:
    with pytest.raises(ValueError, match=f"U\\+{ord(char):04X}"):
        latex_escape.text(f"a{char}b")


def test_an_address_keeps_its_characters() -> None:
    address = encoded("https://a.org/~x_y/%C3%A9?q=1&b=2#top")

    assert latex_escape.url(address) == r"https://a.org/\~x\_y/\%C3\%A9?q=1\&b=2\#top"


@pytest.mark.parametrize("address", ["https://a.org/é", "https://a.org/{", "https://a.org/\\x", "a b", "a^b"])
def test_an_address_that_is_not_encoded_is_refused(address: str) -> None:
    with pytest.raises(ValueError, match="not percent-encoded"):
        latex_escape.url(address)


@given(st.text())
def test_only_our_own_commands_come_out(words: str) -> None:
    """Without the escapes that we write, nothing is left that TeX would take for a command."""
    try:
        made = latex_escape.text(words)
    except ValueError:
        return
    for escape in sorted((value for value in latex_escape._TEXT.values() if value != "~"), key=len, reverse=True):
        made = made.replace(escape, "")
    for group in ("{[}", "{*}", "{}"):
        made = made.replace(group, "")

    assert not set(made) & set("\\{}$&#_%^\"'`<>|\n")


pieces = st.one_of(
    st.sampled_from(_TRICKS),
    st.text(st.sampled_from(sorted(frozenset.intersection(*map(tex_characters.covered, tex_characters.FAMILIES)))),
            min_size=1, max_size=6),
)  # fmt: skip
texts = st.lists(pieces, min_size=1, max_size=12).map("".join)


@pytest.mark.parametrize("engine", tex.engines())
@pytest.mark.parametrize("family", tex_characters.FAMILIES)
def test_what_is_extracted_is_what_was_written(engine: str, family: str) -> None:
    """Hypothesis gathers the texts, for one run of TeX: a single one takes as long as all."""
    written: list[str] = []

    @settings(max_examples=250, phases=[Phase.generate], database=None)
    @given(texts)
    def gather(words: str) -> None:
        written.append(words)

    gather()
    pdf, _ = tex.compile(engine, tex.document(family, tex.numbered([latex_escape.text(words) for words in written])))

    for pages in (tex.pypdf_pages(pdf), tex.poppler_pages(pdf)):
        read = tex.lines(pages)
        wanted = {number: tex.squeezed(_spelt(words)) for number, words in enumerate(written)}
        assert {n: (words, read.get(n)) for n, words in wanted.items() if read.get(n) != words} == {}


def _spelt(words: str) -> str:
    return unicodedata.normalize("NFC", words).replace("\u2011", "-")


@pytest.mark.parametrize("engine", tex.engines())
def test_capitals_of_any_letter_and_letters_of_formulas_beside_slanted_text(engine: str) -> None:
    """A formula may come first: xdvipdfmx would take its letters and those of the text for one font, with a hole."""
    body = "\\(x\\) \\textit{(fine)} \\MakeUppercase{éa ő straße ǎ ș α я ı ñ œ \\textbf{ü}}"
    pdf, log = tex.compile(engine, tex.document("pagella", body))

    for (page,) in (tex.pypdf_pages(pdf), tex.poppler_pages(pdf)):
        assert tex.squeezed(page) == "x(fine)ÉAŐSTRASSEǍȘΑЯIÑŒÜ"
    assert "Missing character" not in log


@pytest.mark.parametrize("engine", tex.engines())
def test_addresses_arrive(engine: str) -> None:
    """Also where the address is in an argument of another command."""
    addresses = [encoded(url) for url in ("https://a.org/~x_y/é?q=1&b=2%25#t$", "mailto:a_b@c.org", "tel:+1-2")]
    links = "".join(rf"\textbf{{\mbox{{\href{{{latex_escape.url(url)}}}{{x}}}}}}" for url in addresses)
    pdf, _ = tex.compile(engine, tex.document("pagella", links, r"\usepackage{hyperref}"))

    for url in addresses:
        assert f"/URI({url.replace('$', '%24')})".encode() in _plain(pdf)


def _plain(pdf: bytes) -> bytes:
    import io

    from pypdf import PdfReader

    page = PdfReader(io.BytesIO(pdf)).pages[0]
    return b"".join(f"/URI({a.get_object()['/A']['/URI']})".encode() for a in page["/Annots"])
