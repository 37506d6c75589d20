"""The finished PDF: its text layer, fonts, tags, geometry and bytes, and what must never be in it."""

from __future__ import annotations

import hashlib
import io
import logging
import os
import re
import subprocess
import sys
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pypdfium2
import pytest
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from pypdf.generic import DictionaryObject
from typeset import EXAMPLE, Pdf, broken_words, draft, mismatch, pdf, pieces, place, profile, squeezed

from cvbuild import reader
from cvbuild.artifact import opened
from cvbuild.document import Entry, Link, Section, walk
from cvbuild.engines import finish, fontconfig, weasyprint
from cvbuild.errors import EngineError, ProfileError
from cvbuild.pipeline import Place, build, html_page
from cvbuild.rendered import Asset, Rendered
from cvbuild.theme import builtin
from cvbuild.view import Overrides

pytestmark = pytest.mark.pdf

VARIANTS = ("academic-2024", "academic-2026", "industry", "korean", "application", "papers")
PROGRAMS = ("pypdf", "pdfium", "poppler")
SQUARE = Asset(
    b"<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'><rect width='9' height='9'/></svg>", "image/svg+xml"
)
PAGELLA = (builtin() / "fonts" / "pagella",)


@pytest.fixture(scope="module")
def where(tmp_path_factory: pytest.TempPathFactory) -> Place:
    return place(tmp_path_factory.mktemp("engines"))


@pytest.fixture(scope="module")
def examples(where: Place) -> dict[str, Pdf]:
    source = reader.read(EXAMPLE)
    return {variant: pdf(source, variant, where) for variant in VARIANTS}


@pytest.fixture(scope="module")
def europe(where: Place) -> Pdf:
    """One document with every script and sign that a CV from Europe or Korea may need."""
    return pdf(profile(EUROPE), "", where)


NAMES = [
    "Łukasz Żółć-Święcki",
    "Jiří Dvořák, Žďár nad Sázavou",
    "Gülşah Çağlayan İnönü, Diyarbakır",
    "Þórður Æsir Guðmundsson",
    "Ștefan Țuțuianu, Brașov",
    "Ġwann Ħaġar Żebbuġ",
    "Siân Llŷr ap Gwŷdd",
    "Ελένη Παπαδοπούλου, Θεσσαλονίκη",
    "Ярослав Їжакевич, Київ",
    "Người Việt Nguyễn",
    "Ødegård, Åse Lærke",
    "Őrsi Ferenc, Győr",
    "서미나, 한국과학기술원",
    "“quoted”, ‘single’, „deutsch“, «français»: it’s 1990–2020 — done…",
    "office, affluent, fjord, Effizienz, Auflage, first-class efficient flow",
    "anne-marie.o-neill@uni-example.example.org",
    "§ 4, 5 % ± 2 °C, ½ × 3 = 1½, €500, £20, † ‡ © ® ™",
]
EUROPE = "\n".join(
    [
        "person:",
        "  name: Zoë Šťastná-Ångström",
        "  contact:",
        "    - email: anne-marie.o-neill@uni-example.example.org",
        "    - website: https://example.org/a-b_c~d/",
        "experience:",
        "  - organization: Testing",
        "    highlights:",
        *(f'      - "{name}"' for name in NAMES),
        r"      - Bounds of $O(n \log n)$ and $\varepsilon^{-7/2}$, $\hat{x}_i \in \mathbb{R}^d$, $\sqrt{N}$.",
        "view: {style: {paper: a4}}",
    ]
)


# --- Text.


@pytest.mark.parametrize("program", PROGRAMS)
@pytest.mark.parametrize("variant", VARIANTS)
def test_the_text_of_a_pdf_is_that_of_the_document_in_its_order(
    examples: dict[str, Pdf], variant: str, program: str
) -> None:
    made = examples[variant]

    assert mismatch(made.document, squeezed(made.texts[program], made.document.title)) == ""


@pytest.mark.parametrize("program", PROGRAMS)
@pytest.mark.parametrize("variant", VARIANTS)
def test_words_are_whole_and_parted_by_spaces(examples: dict[str, Pdf], variant: str, program: str) -> None:
    made = examples[variant]

    assert broken_words(made.document, made.texts[program]) == []


def test_a_text_that_is_not_the_documents_is_noticed(examples: dict[str, Pdf]) -> None:
    """The tests above would be worth nothing else."""
    made = examples["papers"]
    text = squeezed(made.texts["pypdf"], made.document.title)

    assert mismatch(made.document, text.replace("e", "f", 1))
    assert mismatch(made.document, text + "more")
    assert mismatch(made.document, text[:300] + text[310:])
    assert broken_words(made.document, [page.replace(" ", "") for page in made.texts["pypdf"]])


@pytest.mark.parametrize("program", PROGRAMS)
@pytest.mark.parametrize("variant", VARIANTS)
def test_no_character_is_one_that_nobody_types(examples: dict[str, Pdf], variant: str, program: str) -> None:
    odd = {
        f"U+{ord(char):04X}"
        for page in examples[variant].texts[program]
        for char in page
        if char in "\0\u00a0\u00ad\u2010\u2011\u2009\u202f\ufffd"
        or unicodedata.category(char) in ("Co", "Cn")
        or "\ufb00" <= char <= "\ufb06"
    }

    assert odd == set()


@pytest.mark.parametrize("program", PROGRAMS)
@pytest.mark.parametrize("name", NAMES)
def test_names_of_all_europe_and_ligatures_come_out_as_they_went_in(europe: Pdf, name: str, program: str) -> None:
    assert name in " ".join(" ".join(europe.texts[program]).split())


@pytest.mark.parametrize("program", PROGRAMS)
def test_formulas_are_text(europe: Pdf, program: str) -> None:
    text = "".join("".join(europe.texts[program]).split())

    assert "BoundsofO(nlogn)andε−7/2," in text
    assert "∈ℝd" in text
    assert "√N." in text


def test_a_running_name_and_the_number_of_the_page_stand_from_page_two_on(examples: dict[str, Pdf]) -> None:
    first, *others = examples["academic-2026"].texts["pypdf"]
    total = len(others) + 1

    assert f"1 / {total}" not in first
    assert first.count("Mina Seo") == 1 + sum("Mina Seo" in piece for piece in _pieces_on(first, examples))
    for number, text in enumerate(others, 2):
        assert f"{number} / {total}" in text
        assert "Mina Seo" in text


def _pieces_on(page: str, examples: dict[str, Pdf]) -> list[str]:
    found = [piece for piece in pieces(examples["academic-2026"].document) if piece and piece in page]
    return [piece for piece in found if piece != "Mina Seo"]


# --- Fonts.


@pytest.mark.parametrize("variant", VARIANTS)
def test_every_font_is_embedded_subset_and_says_its_characters(examples: dict[str, Pdf], variant: str) -> None:
    fonts = dict(_fonts(examples[variant]))

    assert fonts
    for name, font in fonts.items():
        assert re.match(r"/[A-Z]{6}\+", name)
        assert font["/Subtype"] == "/Type0"
        assert font["/Encoding"] == "/Identity-H"
        assert font["/ToUnicode"]
        descriptor = font["/DescendantFonts"][0].get_object()["/FontDescriptor"].get_object()
        assert {"/FontFile2", "/FontFile3"} & descriptor.keys()


def _fonts(made: Pdf) -> Iterator[tuple[str, DictionaryObject]]:
    for page in made.reader.pages:
        for reference in page["/Resources"].get("/Font", {}).values():
            font = reference.get_object()
            yield str(font["/BaseFont"]), font


@pytest.mark.parametrize("variant", VARIANTS)
def test_no_font_is_the_systems(examples: dict[str, Pdf], variant: str) -> None:
    bundled = {"TeX-Gyre-Pagella", "STIX-Two-Text", "STIX-Two-Math", "CV-Serif-KR", "Source-Code-Pro"}
    names = {name[8:] for name, _ in _fonts(examples[variant])}

    assert {name.removesuffix("-Italic").removesuffix("-Bold") for name in names} <= bundled


def test_a_font_of_the_system_is_not_found_even_if_asked_for(where: Place, examples: dict[str, Pdf]) -> None:
    page = Rendered("<html lang=en><title>x</title><p style='font-family: DejaVu Sans, Arial, serif'>text", {}, PAGELLA)
    made = Pdf(weasyprint.compile(page, where.cache).data, examples["papers"].draft)

    assert [name[8:] for name, _ in _fonts(made)] == ["TeX-Gyre-Pagella"]


@pytest.fixture(scope="module")
def cherokee(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A font with the one letter Ꭰ, in a folder full of other things."""
    folder = tmp_path_factory.mktemp("fonts")
    pen = TTGlyphPen(None)
    for point in ((50, 0), (450, 0), (250, 700)):
        (pen.lineTo if point != (50, 0) else pen.moveTo)(point)
    pen.closePath()
    builder = FontBuilder(1000, isTTF=True)
    builder.setupGlyphOrder([".notdef", "space", "a"])
    builder.setupCharacterMap({32: "space", 0x13A0: "a"})
    builder.setupGlyf({".notdef": TTGlyphPen(None).glyph(), "space": TTGlyphPen(None).glyph(), "a": pen.glyph()})
    builder.setupHorizontalMetrics({".notdef": (500, 0), "space": (300, 0), "a": (500, 50)})
    builder.setupHorizontalHeader(ascent=800, descent=-200)
    builder.setupNameTable({"familyName": "Invented Cherokee", "styleName": "Regular"})
    builder.setupOS2(sTypoAscender=800, sTypoDescender=-200, usWinAscent=800, usWinDescent=200)
    builder.setupPost()
    builder.save(folder / "invented.ttf")
    (folder / "broken.ttf").write_bytes(b"not a font")
    return folder / "invented.ttf"


def test_a_font_beside_the_profile_brings_another_script(where: Place, cherokee: Path) -> None:
    source = profile(
        'person: {name: "Ꭰ ᎠᎠ Smith"}\nstatement: Word.\nview: {style: {fonts: [invented.ttf]}}', cherokee.parent
    )
    made = pdf(source, "", where)

    assert all("Ꭰ ᎠᎠ Smith" in " ".join(" ".join(pages).split()) for pages in made.texts.values())
    assert "Invented-Cherokee" in {name[8:] for name, _ in _fonts(made)}


def test_a_character_without_a_glyph_is_an_error_at_its_field(where: Place) -> None:
    with pytest.raises(ProfileError) as caught:
        draft(profile("person: {name: Ada}\nskills:\n  - name: ok\n    items: [fine, Ꭰ]"), "", where)

    (problem,) = caught.value.problems
    assert (problem.mark.line, problem.where) == (4, "skills[0].items")
    assert "'Ꭰ' (U+13A0 CHEROKEE LETTER A)" in problem.message


def test_a_missing_glyph_of_a_title_is_told_at_its_section(where: Place) -> None:
    with pytest.raises(ProfileError) as caught:
        draft(profile("person: {name: Ada}\nown:\n  type: text\n  title: Ꭰ\n  entries: x"), "", where)

    assert [(found.mark.line, found.where) for found in caught.value.problems] == [(2, "sections.own.title")]


@pytest.mark.parametrize("text", [r"$\not\Vvdash \mathbin{\unicode{x1F600}}$ 🎉", "☃︎ \N{DESERET SMALL LETTER YEE}"])
def test_a_missing_glyph_is_found_among_others(where: Place, text: str) -> None:
    with pytest.raises(ProfileError, match="has no glyph"):
        draft(profile(f"person: {{name: Ada}}\nstatement: {text!r}"), "", where)


@pytest.mark.parametrize("variant", ["korean", "academic-2026"])
def test_the_glyphs_of_a_font_are_numbered_as_the_text_calls_them(examples: dict[str, Pdf], variant: str) -> None:
    """Fonts for Korean number their glyphs as they like, and readers may go by that."""
    numbered = 0
    for font in dict(_fonts(examples[variant])).values():
        descriptor = font["/DescendantFonts"][0].get_object()["/FontDescriptor"]
        if "/FontFile3" in descriptor:
            outlines = TTFont(io.BytesIO(descriptor["/FontFile3"].get_data()))["CFF "].cff.topDictIndex[0]
            if hasattr(outlines, "ROS"):
                numbered += 1
                assert outlines.charset[1:] == [f"cid{number:05}" for number in range(1, len(outlines.charset))]

    assert numbered == (2 if variant == "korean" else 0)


@pytest.mark.parametrize("count", [1, 2, 3, 257, 258, 300])
def test_as_many_glyphs_as_there_are_get_their_numbers(count: int) -> None:
    subset = Subsetter(Options(notdef_outline=True, layout_features=[]))
    font = TTFont(builtin() / "fonts" / "cv-serif-kr" / "CVSerifKR-Regular.otf")
    subset.populate(gids=range(500, 500 + count - 1))
    subset.subset(font)
    before = io.BytesIO()
    font.save(before)
    after = TTFont(io.BytesIO(finish._in_order(before.getvalue())))["CFF "].cff.topDictIndex[0]

    assert after.charset == [".notdef", *(f"cid{number:05}" for number in range(1, count))]
    assert len(after.CharStrings) == count


# --- Structure and metadata.


@pytest.mark.parametrize(("variant", "language"), [("academic-2026", "en"), ("korean", "ko")])
def test_a_pdf_says_its_language_title_and_author(examples: dict[str, Pdf], variant: str, language: str) -> None:
    made = examples[variant]
    root = made.reader.trailer["/Root"]

    assert root["/Lang"] == language
    assert root["/ViewerPreferences"]["/DisplayDocTitle"].value is True
    assert root["/MarkInfo"]["/Marked"].value is True
    assert made.reader.metadata is not None
    assert made.reader.metadata.title == made.document.title
    assert made.reader.metadata.author == made.document.author


@pytest.mark.parametrize("variant", ["academic-2026", "korean"])
def test_a_pdf_says_which_standards_it_keeps_and_no_day(examples: dict[str, Pdf], variant: str) -> None:
    made = examples[variant]
    packet = made.reader.trailer["/Root"]["/Metadata"].get_data().decode()
    (intent,) = made.reader.trailer["/Root"]["/OutputIntents"]

    assert packet.count("<rdf:RDF") == packet.count("</rdf:RDF>") == 1
    for said in ('pdfaid:part="3"', 'pdfaid:conformance="A"', 'pdfuaid:part="1"', "<pdfaSchema:prefix>pdfuaid<"):
        assert packet.count(said) == 1
    assert f">{made.document.title}<" in packet
    assert "sRGB" in intent["/OutputConditionIdentifier"]
    assert "Date" not in packet
    assert not {"/CreationDate", "/ModDate"} & made.reader.metadata.keys()


@pytest.mark.parametrize("variant", VARIANTS)
def test_the_tags_say_what_is_a_heading_and_what_a_list(examples: dict[str, Pdf], variant: str) -> None:
    made = examples[variant]
    tags = list(made.tags())
    kinds = [kind for _, kind in tags]

    assert kinds.count("/H1") == 1
    assert kinds.count("/H2") == sum(isinstance(block, Section) for block in made.document.blocks)
    assert kinds.count("/L") > 0
    parents: list[str] = []
    for depth, kind in tags:
        parents[depth:] = [kind]
        if parents[depth - 1] == "/L":
            assert kind in ("/LI", "/L")
        if kind == "/LI":
            assert parents[depth - 1] == "/L"


@pytest.mark.parametrize("variant", VARIANTS)
def test_every_link_stands_in_its_tag(examples: dict[str, Pdf], variant: str) -> None:
    root = examples[variant].reader.trailer["/Root"]["/StructTreeRoot"]
    numbers = root["/ParentTree"]["/Nums"]
    owners = {int(key): value.get_object() for key, value in zip(numbers[::2], numbers[1::2], strict=True)}
    links = [a.get_object() for page in examples[variant].reader.pages for a in page.get("/Annots", ())]

    assert links
    for link in links:
        owner = owners[link["/StructParent"]]
        assert owner["/S"] == "/Link"
        objects = [kid.get_object() for kid in owner["/K"] if not isinstance(kid, int)]
        assert link in [kid["/Obj"].get_object() for kid in objects if kid.get("/Type") == "/OBJR"]


@pytest.mark.parametrize("variant", VARIANTS)
def test_there_is_nothing_active_or_attached(examples: dict[str, Pdf], variant: str) -> None:
    forbidden = ("/JavaScript", "/JS", "/Launch", "/OpenAction", "/AA", "/EmbeddedFile", "/RichMedia", "/AcroForm")
    # Object streams would hide names from a search.
    with pypdfium2.PdfDocument(examples[variant].data) as document:
        assert document.get_formtype() == 0
    plain = b"".join(examples[variant].data.split(b"stream")[::2])
    assert [name for name in forbidden if re.search(name.encode() + rb"\b", plain)] == []


@pytest.mark.parametrize("variant", VARIANTS)
def test_links_are_exactly_those_of_the_variant(examples: dict[str, Pdf], variant: str) -> None:
    made = examples[variant]

    assert made.links() == {node.url for node in walk(made.document) if isinstance(node, Link)}
    assert {url.partition(":")[0] for url in made.links()} <= {"http", "https", "mailto", "tel"}


# --- Geometry.


@pytest.mark.parametrize(("variant", "size"), [("industry", (612, 792)), ("academic-2026", (595.3, 841.9))])
def test_the_paper_is_the_one_asked_for(examples: dict[str, Pdf], variant: str, size: tuple[float, float]) -> None:
    for page in examples[variant].reader.pages:
        assert (float(page.mediabox.width), float(page.mediabox.height)) == pytest.approx(size, abs=0.1)


@pytest.mark.parametrize("variant", VARIANTS)
def test_nothing_leaves_the_margins(examples: dict[str, Pdf], variant: str) -> None:
    """Running feet stand in the bottom margin, but a centimetre from the edge."""
    with pypdfium2.PdfDocument(examples[variant].data) as document:
        for page in document:
            width, height = page.get_size()
            for left, bottom, right, top, text in _lines(page):
                assert left > 28, text
                assert right < width - 28, text
                assert bottom > 14, text
                assert top < height - 28, text


@pytest.mark.parametrize(("margin", "label"), [(17, 30), (21, 26), (22, 28), (19, 30)])
def test_an_entry_begins_beside_its_label_whatever_the_margins(margin: int, label: int, where: Place) -> None:
    """Lengths whose sum is rounded up left no room for a head beside its label, by a billionth of a pixel."""
    style = f"{{theme: letterpress, paper: a4, options: {{margin: {margin}mm, label: {label}mm}}}}"
    made = pdf(profile(f"person: {{name: Ada}}\ntalks: [{{title: One}}]\nview: {{style: {style}}}\n"), "", where)

    with pypdfium2.PdfDocument(made.data) as document:
        places = {text.strip(): bottom for _, bottom, _, _, text in _lines(document[0])}
    assert abs(places["TALKS"] - places["One"]) < 4


@pytest.mark.parametrize("variant", VARIANTS)
def test_no_heading_is_the_last_line_of_a_page(examples: dict[str, Pdf], variant: str) -> None:
    made = examples[variant]
    titles = {"".join(title.split()).casefold() for title in _titles(made)}
    with pypdfium2.PdfDocument(made.data) as document:
        for page in list(document)[:-1]:
            body = [line for line in _lines(page) if line[1] > 60]
            lowest = min(line[1] for line in body)
            last = "".join("".join(line[4] for line in body if line[1] < lowest + 5).split())
            assert last.casefold() not in titles


def _titles(made: Pdf) -> Iterator[str]:
    for node in walk(made.document):
        if isinstance(node, Section):
            yield next(pieces(node))
        elif isinstance(node, Entry) and node.blocks:
            yield "".join(pieces(node.rows[-1]))


def _lines(page: pypdfium2.PdfPage) -> list[tuple[float, float, float, float, str]]:
    text = page.get_textpage()
    boxes = [text.get_rect(i) for i in range(text.count_rects())]
    return [(*box, text.get_text_bounded(*box)) for box in boxes]


# --- Bytes.


def test_two_builds_are_the_same_bytes_wherever_and_whenever(examples: dict[str, Pdf], tmp_path: Path) -> None:
    """Another process, hash seed, time zone, locale, folder and cache."""
    script = (
        "import sys; from pathlib import Path; from typeset import EXAMPLE, pdf, place; from cvbuild import reader\n"
        "made = pdf(reader.read(EXAMPLE), 'industry', place(Path('x')))\n"
        "sys.stdout.buffer.write(made.data)"
    )
    tests = Path(__file__).parent
    environment = {
        **os.environ, "PYTHONHASHSEED": "123", "TZ": "Asia/Seoul", "LC_ALL": "C", "HOME": str(tmp_path),
        "PYTHONPATH": f"{tests}:{tests.parent}",
    }  # fmt: skip
    run = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", script], cwd=tmp_path, env=environment, capture_output=True, check=True
    )

    assert hashlib.sha256(run.stdout).digest() == hashlib.sha256(examples["industry"].data).digest()


def test_a_relative_cache_is_in_the_working_folder(
    where: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """fontconfig would look for it in /etc, and take the machine's fonts."""
    monkeypatch.chdir(tmp_path)

    assert fontconfig.configure(PAGELLA, Path("cache")).is_relative_to(tmp_path)


def test_other_fonts_in_between_change_nothing(examples: dict[str, Pdf], where: Place) -> None:
    sans = (builtin() / "fonts" / "source-sans-3",)
    page = "<html lang=en><title>x</title><p>text"
    first = weasyprint.compile(Rendered(page, {}, PAGELLA), where.cache)
    other = weasyprint.compile(Rendered(page, {}, sans), where.cache)

    assert [name[8:].rstrip(",") for name, _ in _fonts(Pdf(other.data, examples["papers"].draft))] == ["Source-Sans-3"]
    assert weasyprint.compile(Rendered(page, {}, PAGELLA), where.cache) == first


def test_a_pdf_does_not_say_where_it_was_made(examples: dict[str, Pdf], tmp_path: Path) -> None:
    for made in examples.values():
        assert str(Path.home()).encode() not in made.data or Path.home() == Path("/root")
        assert str(EXAMPLE.parent).encode() not in made.data
        assert b"pytest" not in made.data


# --- The engine: what it refuses, and how it fails.


@pytest.mark.parametrize("variant", VARIANTS)
def test_the_engine_has_nothing_to_say_about_our_own_themes(examples: dict[str, Pdf], variant: str) -> None:
    assert examples[variant].log == ()


@pytest.mark.parametrize(
    "page",
    [
        "<img src='file:///etc/hostname'>",
        "<link rel=attachment href='file:///etc/hostname'>",
        "<a rel=attachment href='file:///etc/hostname'>cv</a>",
        "<style>@import url('http://127.0.0.1:9/x.css');</style>",
        "<style>p { background: url('HTTP://127.0.0.1:9/x.png') }</style><p>x</p>",
        "<style>@font-face { font-family: x; src: url('file:///etc/hostname') } p { font-family: x }</style><p>x</p>",
        "<style>@color-profile --x { src: url('http://127.0.0.1:9/i') }</style><p style='color: color(--x 0 0 0 1)'>x",
        "<img src='cv-asset:///other.png'>",
        "<object data='file:///etc/hostname'></object>",
    ],
)
def test_a_page_gets_nothing_but_its_assets(page: str, where: Place) -> None:
    with pytest.raises(EngineError, match="the page asked for"):
        weasyprint.compile(Rendered(f"<html lang=en><title>x</title>{page}", {}, PAGELLA), where.cache)


def test_an_asset_is_served(where: Place) -> None:
    page = "<html lang=en><title>x</title><img src='cv-asset:///a.svg' alt='a'>"

    assert weasyprint.compile(Rendered(page, {"cv-asset:///a.svg": SQUARE}, PAGELLA), where.cache).log == ()


def test_a_picture_without_words_is_an_ornament_and_one_with_words_a_figure(where: Place) -> None:
    page = "<html lang=en><title>x</title><img src='cv-asset:///a.svg' alt=''><img src='cv-asset:///a.svg' alt='Ada'>"
    compiled = weasyprint.compile(Rendered(page, {"cv-asset:///a.svg": SQUARE}, PAGELLA), where.cache)
    tags = [kind for _, kind in Pdf(compiled.data, SimpleNamespace()).tags()]  # type: ignore[arg-type]

    assert tags.count("/Figure") == 1
    assert compiled.log == ()


@pytest.mark.parametrize("page", ["<div>" * 1500, "<p style='font-size: 1000000000px'>x", "<p>\ud800"])
def test_what_weasyprint_cannot_set_is_an_engine_error(page: str, where: Place) -> None:
    with pytest.raises(EngineError, match="Error: "):
        weasyprint.compile(Rendered(f"<html lang=en><title>x</title>{page}", {}, PAGELLA), where.cache)


def test_a_bug_of_our_own_keeps_its_traceback(where: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(weasyprint, "finish", lambda document, pdf, stamp: document.no_such_thing)

    with pytest.raises(AttributeError, match="no_such_thing"):
        weasyprint.compile(Rendered("<html lang=en><title>x</title>", {}, PAGELLA), where.cache)


def test_without_pango_the_error_says_what_to_install(
    where: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "weasyprint.py").write_text("raise OSError(\"cannot load library 'libpango-1.0-0'\")")
    script = (
        "import sys; from pathlib import Path; from cvbuild.cli import main\n"
        f"sys.exit(main(['build', {str(EXAMPLE)!r}, '--output', 'out.pdf']))"
    )
    environment = {**os.environ, "PYTHONPATH": f"{tmp_path}:{Path(__file__).parents[1]}", "HOME": str(tmp_path)}
    run = subprocess.run(
        [sys.executable, "-c", script], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )

    assert run.returncode == 5
    assert "cannot load library 'libpango-1.0-0'" in run.stderr
    assert "hint: install Pango: " in run.stderr
    assert "Traceback" not in run.stderr
    assert not (tmp_path / "out.pdf").exists()


def test_without_fonts_there_is_an_error_and_no_crash(where: Place, tmp_path: Path) -> None:
    for places in ((), (tmp_path,), (tmp_path / "none",)):
        with pytest.raises(EngineError, match="no fonts"):
            weasyprint.compile(Rendered("<p>text", {}, places), where.cache)


def test_a_cache_that_cannot_be_written_is_done_without(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    kept = fontconfig.configure(PAGELLA, tmp_path / "cache")
    passing = fontconfig.configure(PAGELLA, tmp_path / "file" / "cache")

    assert kept.is_relative_to(tmp_path)
    assert not passing.is_relative_to(tmp_path)
    assert fontconfig.configure(PAGELLA, tmp_path / "cache") == kept
    assert weasyprint.compile(Rendered("<html lang=en><title>x</title>x", {}, PAGELLA), tmp_path / "file").data


def test_a_font_that_changes_in_its_place_is_noticed(tmp_path: Path, cherokee: Path) -> None:
    font = tmp_path / "a.ttf"
    font.write_bytes(cherokee.read_bytes())
    before = fontconfig.configure((font,), tmp_path)
    os.utime(font, (1, 1))

    assert fontconfig.configure((font,), tmp_path) != before
    assert [link.name for link in (before.parent / "fonts").iterdir()] == ["00-a.ttf"]


# --- Subsetting by the wheel, where the system cannot.


def test_the_wheel_subsets_as_the_system_does(examples: dict[str, Pdf], tmp_path: Path) -> None:
    """The pages look the same to the last pixel, and read the same."""
    pytest.importorskip("uharfbuzz")
    script = (
        "import sys; from pathlib import Path\n"
        "import weasyprint.text.ffi as ffi, weasyprint.pdf.fonts as fonts\n"
        "ffi.harfbuzz_subset = fonts.harfbuzz_subset = None\n"
        "from typeset import EXAMPLE, pdf, place; from cvbuild import reader\n"
        "made = pdf(reader.read(EXAMPLE), 'korean', place(Path('x')))\n"
        "assert made.log == (), made.log\n"
        "sys.stdout.buffer.write(made.data)"
    )
    tests = Path(__file__).parent
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(tests), str(tests.parent), *sys.path])}
    run = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", script], cwd=tmp_path, env=environment, capture_output=True, check=True
    )
    other = Pdf(run.stdout, examples["korean"].draft)

    assert other.texts == examples["korean"].texts
    assert len(other.data) < 1.2 * len(examples["korean"].data)
    assert _pixels(other) == _pixels(examples["korean"])


def test_the_wheel_is_used_only_where_the_system_lacks_a_subsetter(monkeypatch: pytest.MonkeyPatch) -> None:
    loaded = weasyprint.load()
    own = loaded.pdf.fonts.Font.subset
    monkeypatch.setattr(loaded.text.ffi, "harfbuzz_subset", SimpleNamespace())
    weasyprint._subset_by_uharfbuzz()
    assert loaded.pdf.fonts.Font.subset is own

    monkeypatch.setattr(loaded.pdf.fonts.Font, "subset", own)
    monkeypatch.setattr(loaded.text.ffi, "harfbuzz_subset", None)
    monkeypatch.setitem(sys.modules, "uharfbuzz", SimpleNamespace())
    weasyprint._subset_by_uharfbuzz()
    assert loaded.pdf.fonts.Font.subset is not own


def _pixels(made: Pdf) -> list[bytes]:
    with pypdfium2.PdfDocument(made.data) as document:
        return [bytes(page.render(scale=1.5).buffer) for page in document]


def test_the_log_is_not_printed(where: Place, capfd: pytest.CaptureFixture[str]) -> None:
    page = Rendered("<html lang=en><title>x</title><style>p { no-such: 1 }</style><p>x", {}, PAGELLA)
    compiled = weasyprint.compile(page, where.cache)

    assert any("no-such" in line for line in compiled.log)
    assert capfd.readouterr() == ("", "")
    assert logging.getLogger("weasyprint").propagate is False


def test_the_draft_and_its_page_are_the_same_twice(where: Place) -> None:
    source = reader.read(EXAMPLE)

    assert html_page(draft(source, "industry", where)) == html_page(draft(source, "industry", where))


def test_a_label_of_one_long_word_stays_in_its_column(where: Place) -> None:
    title = "Donaudampfschifffahrtsgesellschaften"
    text = f"person: {{name: Ada}}\ntools: {{type: skills, title: {title}, entries: [{{name: Tools, items: [Git]}}]}}\n"
    source = profile(f"{text}view: {{style: {{theme: letterpress, engine: weasyprint}}}}\n")
    made = build(source, "", "pdf", Overrides(), where)

    assert made.warnings == ()


@pytest.mark.parametrize("theme", ["letterpress", "brief"])
@pytest.mark.parametrize(("language", "shown"), [("tr", "EĞİTİM IRMAK"), ("el", "Εκπαίδευση"), ("lt", "VEIKLA ŲŽ")])
def test_headings_in_capitals_stay_what_they_say_in_each_language(
    where: Place, theme: str, language: str, shown: str
) -> None:
    title = {"tr": "Eğitim ırmak", "el": "Εκπαίδευση", "lt": "Veikla ųž"}[language]
    view = f"view: {{style: {{theme: {theme}, engine: weasyprint}}}}"
    text = f"translations: [{language}]\nperson: {{name: Ada}}\n{view}\n"
    source = profile(f"{text}tools: {{type: skills, title: {title}, entries: [{{name: Git}}]}}\n")
    made = build(source, "", "pdf", Overrides(), where)

    assert shown in " ".join(opened(made.data).pages[0].extract_text().split())
