"""Lists of works: what each format comes to, what is said of bad files, and laws for whatever stands in one."""

from __future__ import annotations

import json
import re
import socket
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from cvbuild import markup
from cvbuild.errors import CvError, LimitError, ProfileError
from cvbuild.importers.works import FORMATS, Own, Work, fold, format_of, read, records
from cvbuild.importers.works.html import prose as html_prose
from cvbuild.importers.works.names import own_place, whole
from cvbuild.importers.works.tex import escaped, prose
from cvbuild.profile.types import ENTRY_TYPES
from cvbuild.schema import Reading
from cvbuild.schema import read as read_field
from cvbuild.source import dump, parse

_CASES = Path(__file__).parent / "cases" / "works"
_OWN = Own(("I. Valadeiro", "Inês Valadeiro"), "0000-0000-1618-0334", frozenset({"doi:10.5555/namesake"}))
_NAMES = ("bibtex", "csl", "ris", "atom", "openalex", "orcid", "crossref")


def cases(*names: str) -> list[Any]:
    """Return the cases of some files as test parameters."""
    found = [(name, case) for name in names for case in yaml.safe_load((_CASES / f"{name}.yaml").read_text("utf-8"))]
    return [pytest.param(case, id=f"{name}: {case.get('case', case['file'])}") for name, case in found]


def lines(problems: Any) -> list[str]:
    return [str(problem).partition("\n")[0] for problem in problems]


@pytest.fixture(autouse=True)
def _no_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    """No importer opens a connection, whatever a file names."""

    def connect(*_: object, **__: object) -> None:
        raise AssertionError("a connection")

    monkeypatch.setattr(socket, "socket", connect)


@pytest.mark.parametrize("case", cases(*_NAMES))
def test_a_file_comes_to_what_its_case_says(case: dict[str, Any]) -> None:
    works = read(case["file"], case["text"].encode())
    one_each, told = fold(works.works)
    found = records(one_each, _OWN)

    assert list(found.entries) == case["records"]
    assert [dict(work.extras) for work in found.works] == case.get("extras", [{} for _ in found.works])
    assert found.venues == case.get("venues", {})
    assert lines(works.problems) == case.get("problems", [])
    assert lines((*works.guesses, *told, *found.guesses)) == case.get("guesses", [])


@pytest.mark.parametrize("case", cases(*_NAMES))
def test_an_entry_is_one_of_the_profile_s_schema(case: dict[str, Any]) -> None:
    found = records(fold(read(case["file"], case["text"].encode()).works)[0], _OWN)
    for entry in (*found.entries, *found.flat):
        reading = Reading()
        read_field(ENTRY_TYPES["publications"], parse(dump(entry), "cv.yaml"), "", reading)

        assert not reading.problems


def test_every_format_has_a_case() -> None:
    found = {format_of(c.values[0]["file"], c.values[0]["text"].encode()) for c in cases(*_NAMES)}

    assert found == set(FORMATS)


@pytest.mark.parametrize("case", cases("bad"))
def test_a_bad_file_is_told_in_one_problem_with_its_place(case: dict[str, Any]) -> None:
    try:
        problems = read(case["file"], case["text"].encode()).problems
    except ProfileError as error:
        problems = error.problems

    # Python 3.13 says more of a comma than those before it.
    older = ("comma.json:2:13: not JSON: expecting property name enclosed in double quotes",)
    assert lines(problems) in ([case["said"]], list(older) if case["file"] == "comma.json" else [])


_BOMBS = {
    "deep lists": ("x.json", b"[" * 100_000),
    "deep objects": ("x.json", b'[{"id":' * 100_000),
    "deep elements": ("x.xml", b"<feed>" * 100_000),
    "many elements": ("x.xml", b"<feed>" + b"<a/>" * 250_000 + b"</feed>"),
    "strings that double": ("x.bib", b"@string{a={xxxxxxxx}}" + b"@string{a = a # a}\n" * 60),
    "strings many times": ("x.bib", b"@string{a={%s}}@book{b, title = a%s}" % (b"x" * 9000, b" # a" * 3000)),
    "many entries": ("x.bib", b"".join(b"@a{k%d,}" % i for i in range(20_002))),
    "too large": ("x.ris", b"TY  - JOUR\n" + b"x" * (8 * 1024 * 1024)),
    "many in RIS": ("x.ris", b"TY  - JOUR\nER  -\n" * 20_002),
}


_LARGE = ("many elements", "many in RIS", "many entries")


@pytest.mark.parametrize("name", [pytest.param(n, marks=pytest.mark.slow if n in _LARGE else ()) for n in _BOMBS])
def test_a_bomb_is_a_limit_that_was_reached(name: str) -> None:
    with pytest.raises(LimitError) as caught:
        read(*_BOMBS[name])

    (problem,) = caught.value.problems
    assert problem.mark.line or name == "too large"


_SLOW = {
    "fields without a brace": b"@a{k" + b',x="y"' * 150_000,
    "braces": b"@a{k, title={" + b"{" * 300_000,
    "entries without an end": b"@a{k, title={x\n" * 20_000,
    "names in braces": b"@a{k, author={" + b"{a} and " * 25_000 + b"b}}",
    "dollars": b"@a{k, title={" + b"$" * 200_001 + b"}}",
    "mathematics without an end": b"@a{k, title={" + rb"\(" * 100_000 + b"}}",
    "stars and brackets": b"@a{k, title={" + b"[*](`" * 60_000 + b"}}",
    "commas": b"@a{k, author={" + b"a, " * 60_000 + b"}}",
    "spaces": b"@a{k, note={submitted" + b" " * 200_000 + b"x}, author={a" + b" " * 100_000 + b"}}",
}


@pytest.mark.slow
@pytest.mark.parametrize("name", _SLOW)
def test_time_grows_with_the_file_and_no_faster(name: str) -> None:
    start = time.process_time()
    with suppress(CvError):
        records(fold(read("x.bib", _SLOW[name]).works)[0], _OWN)

    assert time.process_time() - start < 4


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ("@book{b, title = {Zoë}}".encode("latin-1"), "x.bib:1:21: the byte 0xeb is not UTF-8; expected UTF-8"),
        ("@book{b}".encode("utf-16"), "x.bib:1:1: the file is UTF-16; expected text in UTF-8"),
        (b"PK\x03\x04zip", "x.bib:1:1: the file is a ZIP archive; expected text in UTF-8"),
        (b"\x1f\x8b\x08gzip", "x.bib:1:1: the file is compressed; expected text in UTF-8"),
        (b"@book{b, title = {a\x00b}}", "x.bib:1:20: U+0000, a control character; expected text"),
    ],
)
def test_bytes_that_are_no_text_are_told_in_one_message(data: bytes, said: str) -> None:
    with pytest.raises(ProfileError) as caught:
        read("x.bib", data)

    assert lines(caught.value.problems) == [said]


def generated(count: int) -> bytes:
    """Return so many entries of BibTeX, all different, with what makes them dear: TeX, names, abstracts."""
    names = [
        "Valadeiro, In{\\^e}s",
        '{\\"O}zg{\\"u}r, M.',
        "van der Berg, Jan",
        "Quiroga-Stahl, M.",
        "Else, B.$^\\dagger$",
    ]
    abstract = "A bound on $\\mathbb{E}[X]$ with \\emph{no} 5\\% loss. " * 15
    return "".join(
        f"@article{{k{i},\n  author = {{{' and '.join(names[i % 5 :] + names[: i % 5])}}},\n"
        f"  title = {{{{On}} the $\\alpha_{{{i}}}$-mixing of \\textbf{{arrays}}, part {i}}},\n"
        f"  journal = {{Journal of Things {i % 40}}}, volume = {i % 90}, pages = {{{i}--{i + 9}}},\n"
        f"  year = {1990 + i % 35}, month = mar, doi = {{10.5555/x.{i}}},\n  abstract = {{{abstract}}},\n}}\n"
        for i in range(count)
    ).encode()


def test_1400_entries_take_less_than_two_seconds() -> None:
    data = generated(1400)
    start = time.process_time()
    found = records(fold(read("works.bib", data).works)[0], _OWN)

    assert time.process_time() - start < 2
    assert len(found.entries) == 1400
    assert not found.guesses


# Laws

_words = st.lists(st.from_regex(r"[A-Za-zäéłßØ0-9.,:;!?'+=<>/-]{1,9}", fullmatch=True), min_size=1, max_size=6).map(
    " ".join
)
_fields = st.sampled_from(
    ["title", "subtitle", "journal", "booktitle", "note", "publisher", "volume", "number", "pages", "year", "month",
     "type", "school", "howpublished", "addendum", "abstract", "keywords", "doi", "eprint", "url", "pubstate", "date",
     "award", "code", "address", "series", "x-own"]
)  # fmt: skip
_types = st.sampled_from(
    ["article", "inproceedings", "misc", "book", "phdthesis", "techreport", "unpublished", "online"]
)


def texts_of(work: Work) -> str:
    """Return all that a work says, as letters and figures."""
    told = [
        work.title,
        work.venue,
        work.short_venue,
        work.volume,
        work.issue,
        work.pages,
        work.date,
        work.status,
        work.url,
    ]
    told += [work.badge, work.abstract, work.note, *work.subjects]
    told += [text for pair in (*work.ids, *work.links, *work.extras) for text in pair]
    return re.sub(r"[^\w]", "", " ".join([*told, *(name.written for name in work.authors)])).casefold()


@given(_types, st.dictionaries(_fields, _words, max_size=8))
def test_nothing_of_an_entry_is_lost(kind: str, fields: dict[str, str]) -> None:
    """Every text of an entry is in its work, but for a status, a month or a thesis put in the profile's words."""
    body = "".join(f", {name} = {{{text.replace('--', '-')}}}" for name, text in fields.items())
    (work,) = read("works.bib", f"@{kind}{{key{body}}}".encode()).works
    told = texts_of(work)

    for name, text in fields.items():
        plain = re.sub(r"[^\w]", "", prose(text.replace("--", "-"))).casefold()
        assert plain in told or name in ("pubstate", "month", "note"), name


@given(st.text(st.characters(exclude_categories=("Cs", "Co", "Cc", "Cf", "Zl", "Zp")), max_size=40))
def test_plain_text_reads_as_it_was(text: str) -> None:
    """Of text without TeX, markup makes what it was; typography aside, and with it the quotation marks of TeX."""
    plain = re.sub(r"`(?=[^\W\d_])", "‘", " ".join(text.replace("\\", "").replace("$", "").split()))

    assert _kept(markup.plain_text(escaped(plain))) == _kept(plain)


def _kept(text: str) -> str:
    """Return what no typography touches: letters, figures, the signs of Markdown."""
    return re.sub(r"[^\w*`\[\]()_~^#&<>{}]", "", text)


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    for name in ("x.bib", "x.json", "x.xml", "x.ris"):
        with suppress(CvError):
            assert read(name, data).works


_keys = st.sampled_from(
    ["id", "type", "title", "author", "issued", "DOI", "indexed", "message", "message-type", "items", "results",
     "date-parts", "authorships", "primary_location", "source", "abstract_inverted_index", "ids", "group",
     "work-summary", "put-code", "external-ids", "external-id", "publication-date", "year", "value", "bulk", "work",
     "contributors", "relation", "family"]
)  # fmt: skip
_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_keys, inner, max_size=5),
    max_leaves=12,
)


@given(_json)
def test_json_of_any_shape_is_read_or_refused(tree: Any) -> None:
    try:
        works = read("x.json", json.dumps(tree).encode())
    except CvError:
        return
    dump(list(records(fold(works.works)[0], _OWN).entries))


# Names and texts


@pytest.mark.parametrize(
    ("authors", "place"),
    [
        (["Inês Valadeiro", "B. Else"], 0),
        (["B. Else", "Valadeiro, I. M."], 1),
        (["Valadeiro I"], 0),
        (["INÊS VALADEIRO"], 0),
        (["Ines Valadeiro"], 0),
        (["Isabel Valadeiro"], None),
        (["I. Valadeiro-Costa"], None),
        (["J. Valadeiro", "I. Valadeiro"], 1),
        (["I. Valadeiro", "Inês Valadeiro"], None),
        (["Valadeiro"], None),
        (["B. Else"], None),
    ],
)
def test_the_own_name_is_told_from_others(authors: list[str], place: int | None) -> None:
    assert own_place(map(whole, authors), _OWN)[0] == place


def test_hyphens_and_spaces_of_any_kind_are_one() -> None:
    assert own_place([whole("Soo\u2010Min\u00a0Oh")], Own(("Soo-Min Oh",)))[0] == 0
    assert own_place([whole("Oh SM")], Own(("Soo-Min Oh",)))[0] == 0


@pytest.mark.parametrize(
    ("tex", "text"),
    [
        (r"Erd{\H o}s, \v{C}ech, \AA{}ngstr\"om, \c{S}\u{g}\i", "Erdős, Čech, Ångström, Şğı"),
        (r"{\em never} \textbf{ever}", "*never* **ever**"),
        (r"a \& b \% c \_ d \# e \$5", r"a & b % c _ d # e \$5"),
        (r"\foo{bar} and \baz", r"\foo{bar} and \baz"),
        (r"$\alpha$ and \(x_1\) and $ x $", r"$\alpha$ and $x_1$ and $x$"),
        (r"2\textsuperscript{nd} x\textsuperscript{2} H\textsubscript{2}O", "2nd x² H₂O"),
        ("a~b -- c --- d", "a b – c — d"),
        (r"{{Nested} {BRACES}}", "Nested BRACES"),
        (r"unclosed {brace and } stray", "unclosed brace and stray"),
        (r"2 * 3 [a](b)", r"2 \* 3 [a]\(b)"),
    ],
)
def test_tex_becomes_prose(tex: str, text: str) -> None:
    assert prose(tex) == text


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<i>E. coli</i> &amp; H<sub>2</sub>O", "*E. coli* & H₂O"),
        ("a < b > c <img src=x>", "a < b > c <img src=x>"),
        ("&lt;i&gt;x&lt;/i&gt;", "<i>x</i>"),
        ("<jats:p>One.</jats:p><jats:p>Two <jats:bold>2</jats:bold>.</jats:p>", "One. Two **2**."),
        ("unclosed <i>here", "unclosed *here*"),
        ("stray</i> end", "stray end"),
    ],
)
def test_tags_become_prose(html: str, text: str) -> None:
    assert html_prose(html) == text
