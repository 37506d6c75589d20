"""The checks of a finished PDF: what is right passes, and each fault is found under its name.

A fault is put into the page before it is set, or into the PDF afterwards; what a check would not notice it could not
promise.
"""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from types import SimpleNamespace
from zipfile import ZIP_DEFLATED, ZipFile

import pypdf
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from pypdf.generic import (
    ArrayObject,
    DecodedStreamObject,
    DictionaryObject,
    NameObject,
    TextStringObject,
)
from typeset import TODAY, place, profile

from cvbuild import cli, pipeline, reader
from cvbuild.artifact import opened
from cvbuild.checks import actions, alignment, ats, privacy, proof, text
from cvbuild.checks.alignment import compare
from cvbuild.checks.expected import FORMULA, Expected, squeezed, unbroken
from cvbuild.checks.finished import Pdf, Wanted
from cvbuild.checks.privacy import secrets
from cvbuild.drafts import Draft
from cvbuild.engines import weasyprint
from cvbuild.errors import CheckError, EngineError
from cvbuild.findings import Finding
from cvbuild.pipeline import Place
from cvbuild.schema import Record
from cvbuild.view import Overrides

pytestmark = pytest.mark.pdf

PROFILES = sorted((Path(__file__).parents[1] / "profiles").glob("*.yaml"))
FACTS = r"""
person:
  name: Ada Example
  contact:
    - email: ada@example.org
    - phone: {value: +44 20 7946 0018, private: true}
    - website: https://example.org/ada
experience:
  - id: first
    organization: Example Instruments
    position: Engineer
    start: 2019-03
    end: 2022-08
    highlights:
      - Led the move of forty services to one build
      - {id: second, text: Wrote bounds of $O(n \log n)$ for the office}
      - {text: Earned a bonus nobody knows of, private: true}
  - organization: Sample Works
    position: Senior Engineer
    start: 2022-09
    highlights: [Measures rivers]
skills: [{name: Languages, items: [Python, Rust]}]
view:
  sections: [experience, skills: {title: What I Know}]
  style: {theme: brief, paper: a4}
"""


@pytest.fixture(scope="module")
def where(tmp_path_factory: pytest.TempPathFactory) -> Place:
    return place(tmp_path_factory.mktemp("check"))


class Made:
    """A small CV, and what checks say of it when something is done to its page or its PDF."""

    def __init__(self, where: Place) -> None:
        self.where = where
        self.source = profile(FACTS)
        self.draft: Draft = pipeline.draft(self.source, "", Overrides(), where)
        self.wanted: Wanted = pipeline.wanted(self.draft, self.source.profile)

    def set(self, change: Callable[[str], str] = lambda page: page) -> bytes:
        rendered = pipeline.html_page(self.draft)
        changed = change(rendered.source)
        return weasyprint.compile(replace(rendered, source=changed), self.where.cache).data

    def quick(self, data: bytes) -> dict[str, Finding]:
        return {f.rule: f for f in proof.quick(Pdf.of(data), self.wanted) if f.severity != "note"}

    def whole(self, data: bytes) -> dict[str, Finding]:
        return {f.rule: f for f in proof.whole(Pdf.of(data), self.wanted) if f.severity != "note"}


@pytest.fixture(scope="module")
def made(where: Place) -> Made:
    return Made(where)


@pytest.fixture(scope="module")
def sound(made: Made) -> bytes:
    return made.set()


def test_what_is_right_passes(made: Made, sound: bytes) -> None:
    assert made.quick(sound) == {}
    assert made.whole(sound) == {}


# --- Faults of the page: what is replaced, by what, and the rules that must say so.

LINE = '<li data-entry="first.highlights[0]">Led the move of forty services to one build</li>'
PAGE = {
    "a line dropped": (LINE, "", {"text-lost"}),
    "a word dropped": ("forty services", "services", {"text-lost", "text-invented"}),
    "a letter changed": ("Measures rivers", "Measures rivets", {"text-lost", "text-invented"}),
    "a word added": ("Senior Engineer", "Very Senior Engineer", {"text-invented"}),
    "a line added": ("<main>", "<main><p>Confidential</p>", {"text-invented"}),
    "a formula changed": (">log<", ">lag<", {"text-formula"}),
    "another address": ("https://example.org/ada", "https://example.org/eve", {"link-lost", "link-invented"}),
    "off the page": ("<main>", "<style>h2 { text-indent: 200mm }</style><main>", {"page-edge"}),
    "one over the other": ("<main>", "<style>ul { margin-top: -9pt !important }</style><main>", {"page-overlap"}),
    "too small to be seen": ("<main>", "<style>.highlights { font-size: 0.2pt }</style><main>", {"text-hidden"}),
    "a private text": ("<main>", "<main><p>Earned a bonus nobody knows of</p>", {"private-text", "text-invented"}),
    "a private number": ("<main>", "<main><p>020-7946 0018</p>", {"private-phone", "text-invented"}),
    "another title": ("<title>Ada Example</title>", "<title>CV</title>", {"meta-title"}),
    "another language": ('<html lang="en">', '<html lang="de">', {"meta-language"}),
    "a heading at the foot": (
        "<main>",
        "<style>h2 { break-after: auto !important } section:last-child { padding-top: 197mm }"
        "section:last-child h2 { margin-bottom: 40mm; break-after: page !important }</style><main>",
        {"page-heading"},
    ),
}


@pytest.mark.parametrize("fault", PAGE)
def test_each_fault_of_a_page_is_found_by_its_name(made: Made, fault: str) -> None:
    old, new, rules = PAGE[fault]
    page = pipeline.html_page(made.draft).source
    assert old in page

    assert made.quick(made.set(lambda text: text.replace(old, new, 1))).keys() == rules


def test_what_is_lost_is_told_with_its_line(made: Made) -> None:
    found = made.quick(made.set(lambda text: text.replace(LINE, "")))

    problem = found["text-lost"].problem
    assert problem.where == "first.highlights[0].text"
    assert FACTS.splitlines()[problem.mark.line - 1].strip() == "- Led the move of forty services to one build"


def test_two_lines_swapped_are_out_of_order(made: Made) -> None:
    one, other = "Led the move of forty services to one build", "Measures rivers"

    def swap(page: str) -> str:
        return page.replace(one, "?").replace(other, one).replace("?", other)

    assert made.quick(made.set(swap)).keys() == {"text-order"}


def test_headings_that_are_no_headings_break_the_tags(made: Made) -> None:
    data = made.set(lambda text: text.replace("<h2", "<h4").replace("</h2", "</h4"))

    assert "tags" in made.whole(data)


# --- Faults of the file.

Fault = Callable[[pypdf.PdfWriter], None]


def spoilt(data: bytes, fault: Fault) -> bytes:
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(data))
    fault(writer)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def fonts_of(writer: pypdf.PdfWriter) -> list[DictionaryObject]:
    return [f.get_object() for page in writer.pages for f in page["/Resources"]["/Font"].values()]


def unembedded(writer: pypdf.PdfWriter) -> None:
    inner = fonts_of(writer)[0]["/DescendantFonts"][0].get_object()
    descriptor = inner["/FontDescriptor"].get_object()
    for name in ("/FontFile2", "/FontFile3"):
        descriptor.pop(name, None)


def unsubset(writer: pypdf.PdfWriter) -> None:
    font = fonts_of(writer)[0]
    font[NameObject("/BaseFont")] = NameObject("/" + font["/BaseFont"].split("+")[1])


def drawn(writer: pypdf.PdfWriter) -> None:
    font = fonts_of(writer)[0]
    font[NameObject("/Subtype")] = NameObject("/Type3")
    font[NameObject("/FontMatrix")] = ArrayObject(map(pypdf.generic.FloatObject, (0.001, 0, 0, 0.001, 0, 0)))


def unmapped(writer: pypdf.PdfWriter) -> None:
    del fonts_of(writer)[0]["/ToUnicode"]


def remapped(character: str) -> Fault:
    """Have one of the glyphs say *character*."""

    def fault(writer: pypdf.PdfWriter) -> None:
        for font in fonts_of(writer):
            stream = font["/ToUnicode"].get_object()
            wanted = "".join(f"{unit:04x}" for unit in (ord(character),))
            stream.set_data(stream.get_data().replace(b"<0065>", f"<{wanted}>".encode()))

    return fault


def hidden_in_a_stream(text: bytes) -> Fault:
    def fault(writer: pypdf.PdfWriter) -> None:
        stream = DecodedStreamObject()
        stream.set_data(b"nothing to see: " + text)
        writer.root_object[NameObject("/PieceInfo")] = writer._add_object(stream.flate_encode())

    return fault


def said(name: str, text: str) -> Fault:
    return lambda writer: writer.add_metadata({name: text})


def claimed(old: bytes, new: bytes) -> Fault:
    def fault(writer: pypdf.PdfWriter) -> None:
        packet = writer.root_object["/Metadata"].get_object()
        assert old in packet.get_data()
        packet.set_data(packet.get_data().replace(old, new))

    return fault


def acting(writer: pypdf.PdfWriter) -> None:
    script = {"/Type": "/Action", "/S": "/JavaScript"}
    action = DictionaryObject({NameObject(key): NameObject(value) for key, value in script.items()})
    action[NameObject("/JS")] = TextStringObject("app.alert('hello')")
    writer.root_object[NameObject("/OpenAction")] = action


FILE: dict[str, tuple[Fault, set[str]]] = {
    "a font left out": (unembedded, {"font-embedded"}),
    "a whole font": (unsubset, {"font-subset"}),
    "a drawn font": (drawn, {"font-type3", "glyph-missing"}),
    "no characters": (unmapped, {"font-unicode", "glyph-missing"}),
    "private use": (remapped("\ue001"), {"glyph-private"}),
    "a ligature": (remapped("\ufb01"), {"glyph-ligature"}),
    "a NUL": (remapped("\0"), {"glyph-control"}),
    "a number in a stream": (hidden_in_a_stream(b"+44 (20) 7946.0018"), {"private-phone"}),
    "a text in a stream": (hidden_in_a_stream(b"Earned a bonus nobody knows of"), {"private-text"}),
    "a text of two bytes": (hidden_in_a_stream("Earned a bonus nobody knows of".encode("utf-16-be")), {"private-text"}),
    "a text in the metadata": (said("/Keywords", "earned a bonus nobody knows of"), {"private-text"}),
    "another author": (said("/Author", "root"), {"meta-author"}),
    "no title": (said("/Title", ""), {"meta-title"}),
    "a script": (acting, {"active-content"}),
}


@pytest.mark.parametrize("fault", FILE)
def test_each_fault_of_a_file_is_found_by_its_name(made: Made, sound: bytes, fault: str) -> None:
    change, rules = FILE[fault]
    found = made.quick(spoilt(sound, change))

    assert found.keys() - {"text-lost", "text-invented"} == rules


def test_strings_are_found_without_their_objects(sound: bytes) -> None:
    """What is packed in streams of objects is looked through as it is written, which takes a fifth of the time."""
    reader = opened(sound)
    packed = reader.object_streams()
    objects = [found for _, found in privacy._objects(reader, packed=True)]
    strings = {text for found in objects for text in privacy._strings(found)}

    assert packed
    assert len(strings) > 10
    assert strings <= {text for data in [*packed, sound] for text in privacy.written(data)} | {
        text for _, found in privacy._objects(reader, packed=False) for text in privacy._strings(found)
    }


@pytest.mark.parametrize(
    ("written", "strings"),
    [
        (rb"<< /A (one \(two\) (three)) /B <6F6E65> >>", ["one (two) (three)", "one"]),
        (rb"[(\376\377\000n\000o) <FEFF00790065>]", ["no", "ye"]),
        (rb"(never closed", []),
        (rb"<< /K [<</S /P>> (s)] >>", ["s"]),
    ],
)
def test_a_string_is_read_however_it_is_written(written: bytes, strings: list[str]) -> None:
    assert list(privacy.written(written)) == strings


@pytest.mark.parametrize("hidden", ["/JS (x)", "/AA << >>", "/EF 3 0 R", "/J#53 (x)", "/EmbeddedFiles 1 0 R"])
def test_tags_are_looked_through_where_a_name_tells_of_a_fault(hidden: str, sound: bytes) -> None:
    reader = opened(sound)
    assert actions.quick(sound, reader) == actions.faults(reader) == ()
    seen: list[set[str]] = []
    told = SimpleNamespace(object_streams=lambda: [f"<< /S /P {hidden} >>".encode()], trailer={})
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(actions, "_faults", lambda _, without: seen.append(without) or ())
        actions.quick(sound, told)  # type: ignore[arg-type]
        actions.quick(sound, SimpleNamespace(object_streams=lambda: None))  # type: ignore[arg-type]
        actions.quick(sound, reader)

    assert seen == [set(), set(), {"/StructTreeRoot"}]


@pytest.mark.parametrize(
    ("fault", "rule"),
    [
        (claimed(b'pdfaid:part="3"', b'pdfaid:part="2"'), "standard-archive"),
        (claimed(b'pdfuaid:part="1"', b""), "standard-access"),
        (lambda writer: writer.root_object.pop("/MarkInfo"), "tags"),
        (hidden_in_a_stream(b"see file:///home/ada/cv"), "machine-path"),
    ],
)
def test_the_whole_check_finds_more(made: Made, sound: bytes, fault: Fault, rule: str) -> None:
    assert made.whole(spoilt(sound, fault)).keys() == {rule}


def test_a_file_does_not_tell_of_the_machine_that_made_it(made: Made, sound: bytes) -> None:
    names = {"home folder": "/home/wizard/", "user": "wizard", "host": "tower"}
    told = spoilt(spoilt(sound, hidden_in_a_stream(b"/home/wizard/cv.yaml")), said("/Creator", "wizard at tower"))

    assert [f.rule for f in proof.whole(Pdf.of(sound), made.wanted, names) if f.severity == "error"] == []
    assert [f.rule for f in proof.whole(Pdf.of(told), made.wanted, names) if f.severity == "error"] == [
        "machine-path", "machine-name", "machine-name",
    ]  # fmt: skip


def test_an_earlier_revision_is_found(made: Made, sound: bytes) -> None:
    assert "old-revision" in made.quick(sound + b"\nstartxref\n16\n%%EOF\n")


def test_more_pages_than_asked_for_are_told(made: Made, sound: bytes) -> None:
    asked = profile(FACTS.replace("view:", "view:\n  pages: 1"))
    wanted = pipeline.wanted(pipeline.draft(asked, "", Overrides(), made.where), asked.profile)
    two = spoilt(sound, lambda writer: writer.add_blank_page() and None)

    assert "page-count" in {f.rule for f in proof.whole(Pdf.of(two), wanted)}


# --- Files that cannot be read, and files of others.


@pytest.mark.parametrize("data", [b"", b"no PDF", b"%PDF-1.7\n%%EOF"])
def test_what_is_no_pdf_is_refused(data: bytes) -> None:
    with pytest.raises(EngineError, match="cannot be read"):
        Pdf.of(data)


@given(st.integers(0, 20_000), st.binary(min_size=1, max_size=40))
def test_a_damaged_file_is_judged_or_refused(sound: bytes, place: int, noise: bytes) -> None:
    """Whatever a file is, a check says so; it does not fall over."""
    data = sound[:place] + noise + sound[place + len(noise) :]
    with suppress(EngineError):
        proof.whole(Pdf.of(data), None)


# --- What is private.


def test_what_is_private_and_public_is_no_secret() -> None:
    whole = profile("person: {name: Ada}\nskills: [{name: Public words, private: true}, {name: Others}]\n").profile

    assert [secret.text for secret in secrets(whole, ["Others"])] == ["Public words"]
    assert secrets(whole, ["All public  WORDS here"]) == ()


def test_a_private_build_may_show_what_is_private(where: Place) -> None:
    artifact = pipeline.build(profile(FACTS), "", "pdf", Overrides(private=True), where)

    assert "7946" in "".join(page.text for page in Pdf.of(artifact.data).pages)


@pytest.mark.parametrize("format", ["html", "docx", "markdown", "text", "native"])
def test_no_public_artifact_of_text_tells_a_secret(format: str, made: Made) -> None:
    output = pipeline.written(made.draft, format, made.where)

    assert proof.plain({"the file": output.data}, made.wanted) == ()
    leak = output.data + b"\ncall 020 7946 0018"
    assert [f.rule for f in proof.plain({"the file": leak}, made.wanted)] == ["private-phone"]
    assert proof.plain({"a table of places": b"0000079460 01865 n"}, made.wanted) == ()


@pytest.mark.parametrize(
    ("leak", "rule"),
    [
        ("Earned a bonus <b>nobody</b> knows of", "private-text"),
        ("Earned a bonus nobo&#100;y knows of", "private-text"),
        (r"call 020\-7946\-0018", "private-phone"),
    ],
)
def test_no_markup_and_no_package_hides_a_secret(leak: str, rule: str, made: Made) -> None:
    package = io.BytesIO()
    with ZipFile(package, "w", ZIP_DEFLATED) as members:
        members.writestr("word/document.xml", leak)

    for data in (leak.encode(), package.getvalue()):
        assert {finding.rule for finding in proof.plain({"the file": data}, made.wanted)} == {rule}


# --- The build.


def test_what_fails_its_check_is_not_published(where: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    theme = tmp_path / "themes" / "lossy"
    theme.mkdir(parents=True)
    (theme / "theme.yaml").write_text("extends: brief\nsummary: It loses all but the heads.\n")
    (theme / "blocks").mkdir()
    (theme / "blocks" / "bulletlist.html.j2").write_text("<p>A motto</p>")
    (tmp_path / "cv.yaml").write_text(FACTS.replace("theme: brief", "theme: lossy"))
    monkeypatch.chdir(tmp_path)

    assert cli.main(["build", "cv.yaml"]) == cli.CHECK
    assert not Path("build").exists()
    assert cli.main(["build", "cv.yaml", "--no-check"]) == cli.OK


def test_a_theme_from_outside_may_have_words_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    theme = tmp_path / "themes" / "motto"
    theme.mkdir(parents=True)
    (theme / "theme.yaml").write_text("extends: brief\nsummary: It has a motto.\n")
    (theme / "extra.css.j2").write_text("header::after { content: 'Per aspera'; display: block }\n")
    (tmp_path / "cv.yaml").write_text(FACTS.replace("theme: brief", "theme: motto"))
    monkeypatch.chdir(tmp_path)

    assert cli.main(["build", "cv.yaml"]) == cli.OK
    assert "warning: 'Per aspera' is in the text of the PDF" in capsys.readouterr().err


def test_a_text_may_go_on_over_a_page_and_around_a_sign(made: Made, sound: bytes) -> None:
    pdf, title = Pdf.of(sound), made.wanted.document.title
    (page,) = pdf.pages
    for before, after in (("Led the move of", f"Led the move of\n{title}\n1/2\f"), ("Rust", "Rust"), ("Led ", "Led")):
        pages = page.text.replace(before, after).split("\f")
        told = [finding.rule for finding in text._run_together("any", pages, made.wanted)]

        assert told == (["text-words"] if after == "Led" else [])
    assert unbroken("A. Quill†\n, B. Foo") == unbroken("A. Quill†, B. Foo")


def test_a_check_failed_says_the_rule(made: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pipeline, "written", lambda *_: pipeline.Output(b"Earned a bonus nobody knows of"))

    with pytest.raises(CheckError, match=r"experience\[0\].highlights\[2\].text: .* \[private-text\]"):
        pipeline.build(made.source, "", "text", Overrides(), made.where)


# --- The recruiter's reader.


@pytest.mark.slow
@pytest.mark.parametrize("file", PROFILES, ids=lambda file: file.stem)
def test_a_recruiters_system_gets_all_of_brief(file: Path, where: Place) -> None:
    source = reader.read(file)
    for name in ("", *source.profile.variants):
        draft = pipeline.draft(source, name, Overrides(style=Record("style", {"theme": "brief"})), where)
        pdf = Pdf.of(pipeline.written(draft, "pdf", where).data)
        wanted = pipeline.wanted(draft, source.profile)
        if draft.profile.language == "en":
            missed = [field for field in ats.score(pdf, wanted).fields if not field.found]
            assert (name, missed) == (name, [])
        assert [f for f in proof.whole(pdf, wanted) if f.severity == "error"] == []


BROKEN_FOR_SYSTEMS = {
    "headings that are not bold": ("h2 { font-weight: normal }", "ats-heading"),
    "headings as typed": ("h2 { text-transform: none !important }", "ats-heading"),
    "no bullets": ("li::before { content: '' !important }", "ats-bullet"),
    "no gaps": (".entry { margin-top: 0 !important }", "ats-gap"),
    "bold titles": (".main { font-weight: bold }", "ats-bold"),
    "dates on two lines": (".aside { display: block; width: 12mm } .when { white-space: normal }", "ats-dates"),
    "contacts in one": (".contact li { margin: 0 !important }", "ats-contact"),
}


@pytest.mark.parametrize("fault", BROKEN_FOR_SYSTEMS)
def test_what_systems_do_not_like_is_told(made: Made, fault: str) -> None:
    style, rule = BROKEN_FOR_SYSTEMS[fault]
    pdf = Pdf.of(made.set(lambda page: page.replace("</style>", f"{style}</style>", 1)))

    assert rule in {f.rule for f in ats.check(pdf, made.wanted)}
    assert {f.severity for f in ats.check(pdf, made.wanted)} == {"note"}


def test_a_system_that_gets_too_little_is_an_error(made: Made) -> None:
    pdf = Pdf.of(made.set(lambda page: page.replace("<h2", "<p").replace("</h2", "</p")))

    assert ats.score(pdf, made.wanted).percent < 90
    assert "ats-score" in {f.rule for f in ats.check(pdf, made.wanted, 90) if f.severity == "error"}


# --- Texts against a page.

words = st.lists(st.text(st.sampled_from("abcdefgh"), min_size=4, max_size=12), min_size=2, max_size=12, unique=True)


@given(words)
def test_texts_in_their_order_are_no_difference(texts: list[str]) -> None:
    expected = [Expected(text) for text in texts]

    assert compare(expected, "•".join(texts)) == alignment.Differences()


def test_a_label_that_is_not_printed_takes_nothing_of_its_value() -> None:
    texts = [Expected("GitHub", optional=True), Expected("github.com/ada"), Expected("GitHub")]

    assert compare(texts, "github.com/adagithub") == alignment.Differences()


@pytest.mark.parametrize("title", ["Istanbul ve Kırım", "İzmir", "straße µ", "ŉ ſ ς ΐ"])
def test_a_title_may_be_printed_in_capitals(title: str) -> None:
    assert compare([Expected(title)], squeezed(title.upper())) == alignment.Differences()


@given(words, st.data())
def test_whatever_is_left_out_is_lost(texts: list[str], data: st.DataObject) -> None:
    gone = data.draw(st.integers(0, len(texts) - 1))
    rest = [text for index, text in enumerate(texts) if index != gone]
    found = compare([Expected(text) for text in texts], "·".join(rest))

    assert found.lost or texts[gone] in "·".join(rest)
    assert found.lost


@given(words, st.text(st.sampled_from("xyz"), min_size=1, max_size=9))
def test_whatever_is_put_in_is_invented(texts: list[str], more: str) -> None:
    found = compare([Expected(text) for text in texts], f"{texts[0]}{more}{''.join(texts[1:])}")

    assert found == alignment.Differences(invented=(more,))


@pytest.mark.parametrize(
    ("page", "formulas"),
    [("O(nlogn)bound", 0), ("O(logn·n)bound", 0), ("O(nlagn)bound", 1)],
)
def test_the_letters_of_a_formula_may_stand_in_any_order(page: str, formulas: int) -> None:
    text = Expected(f"{FORMULA} bound", ("O(nlogn)",))

    assert len(compare([text], squeezed(page)).formulas) == formulas
    assert not compare([text], squeezed(page)).lost


@pytest.mark.parametrize("page", ["see a,b, c, x and y", "see b,a,c,x and y"])
def test_a_comma_may_stand_in_a_formula_and_behind_it(page: str) -> None:
    text = Expected(f"see {FORMULA}, {FORMULA}, {FORMULA} and y", ("a,b", "c", "x"))

    assert compare([text], squeezed(page)) == alignment.Differences()


# --- The command.


@pytest.fixture
def built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "cv.yaml").write_text(FACTS + "variants:\n  short: {omit: [skills], as_of: 2025-02}\n")
    assert cli.main(["build", "cv.yaml", "--variant", "short", "-o", "cv.pdf", "--quiet"]) == cli.OK
    return tmp_path


def test_a_pdf_is_checked_against_the_variant_it_shows(built: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["check", "cv.pdf", "cv.yaml", "--json", "--min-ats", "100"]) == cli.OK
    told = json.loads(capsys.readouterr().out)

    assert told["stamp"]["variant"] == "short"
    assert told["stamp"]["as_of"] == "2025-02-28"
    assert told["ats"]["percent"] == 100
    assert [row for row in told["findings"] if row["severity"] != "note"] == []


def test_a_pdf_is_checked_as_it_was_built_in_another_theme(built: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for theme in ("brief", "letterpress@weasyprint"):
        assert cli.main(["build", "cv.yaml", "--theme", theme, "-o", "cv.pdf", "--quiet"]) == cli.OK
        capsys.readouterr()
        assert cli.main(["check", "cv.pdf", "cv.yaml", "--strict"]) == cli.OK
    assert cli.main(["check", "cv.pdf", "cv.yaml", "--theme", "brief"]) == cli.CHECK
    assert "[stamp]" in capsys.readouterr().err


def test_a_pdf_that_shows_something_else_is_a_status_of_its_own(
    built: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["check", "cv.pdf", "cv.yaml", "--variant", "view"]) == cli.INPUT
    assert cli.main(["check", "cv.pdf", "cv.yaml", "--set", "person.name=Eve"]) == cli.CHECK
    printed = capsys.readouterr()
    assert "person.name: 'Eve' is not in the text of the PDF [text-lost]" in printed.err
    assert "cv.pdf: " in printed.out


def test_a_profile_that_has_changed_since_is_told(built: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = built / "cv.yaml"
    path.write_text(path.read_text().replace("id: second", "id: other"))

    assert cli.main(["check", "cv.pdf", "cv.yaml"]) == cli.OK
    assert "no longer what it was" in capsys.readouterr().err
    assert cli.main(["check", "cv.pdf", "cv.yaml", "--strict"]) == cli.CHECK


def test_a_pdf_alone_is_checked_for_what_can_be_told(built: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["check", "cv.pdf"]) == cli.OK
    assert "nothing found" in capsys.readouterr().out
    assert cli.main(["check", "none.pdf"]) == cli.USAGE
    assert cli.main(["check", "cv.yaml"]) == cli.ENGINE
    assert cli.main(["check", "cv.pdf", "--min-ats", "50"]) == cli.USAGE


def test_today_is_not_in_the_file(made: Made, sound: bytes) -> None:
    """The stamp says the day that is shown; that it was this one is for whoever asks for it."""
    assert str(TODAY).encode() in Pdf.of(sound).xmp
    assert b"CreateDate" not in Pdf.of(sound).xmp


def test_readers_are_told_by_their_text(sound: bytes) -> None:
    names = [name for name, _ in Pdf.of(sound).texts()]
    assert names == ["cvbuild", "pypdf", "PDFium"]


