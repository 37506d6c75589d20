"""Fonts: what the bundled ones can show, and whether each of their glyphs says what it is."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont
from typeset import draft, place, profile

from cvbuild import fonts, theme
from cvbuild.characters import characters
from cvbuild.errors import ProfileError

BUNDLED = sorted(path for path in (theme.builtin() / "fonts").glob("*/*") if path.suffix in fonts.SUFFIXES)
# Pairs that the font itself draws alike; in a PDF the first that is used names both.
KNOWN_TWINS = {"\u00b5\u03bc", "\u02ed\u207c", "\u0394\u2206", "\u03c6\u03d5", "\u2044\u2215", "\u2003\u3000"}


@pytest.mark.parametrize("path", BUNDLED, ids=lambda path: path.stem)
def test_no_two_characters_share_a_glyph_but_those_we_know(path: Path) -> None:
    """WeasyPrint writes one character for a glyph: the first that used it."""
    by_glyph: dict[str, set[str]] = defaultdict(set)
    with TTFont(path, lazy=True) as font:
        for code, name in font.getBestCmap().items():
            # What is not NFC never gets there; spaces and hyphens are made plain by the engine.
            char = chr(code)
            if unicodedata.is_normalized("NFC", char) and char not in "\u00a0\u00ad\u2010\u2011":
                by_glyph[name].add(char)
    twins = {"".join(sorted(chars)) for chars in by_glyph.values() if len(chars) > 1}

    assert twins <= KNOWN_TWINS


@pytest.mark.parametrize("path", BUNDLED, ids=lambda path: path.stem)
def test_every_font_has_a_family_and_may_be_embedded(path: Path) -> None:
    with TTFont(path, lazy=True) as font:
        assert fonts.family(path)
        # 2: restricted licence embedding
        assert not font["OS/2"].fsType & 0x0002
        assert "fvar" not in font
    assert any(path.parent.glob("*OFL*")) or any(path.parent.glob("*LICENSE*"))


@pytest.mark.parametrize(
    "text",
    [
        "ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÐÑÒÓÔÕÖØÙÚÛÜÝÞßàáâãäåæçèéêëìíîïðñòóôõöøùúûüýþÿ",
        "ĀāĂăĄąĆćĊċČčĎďĐđĒēĖėĘęĚěĞğĠġĢģĦħĪīĮįİıĶķĹĺĻļĽľŁłŃńŅņŇňŌōŐőŒœŔŕŘřŚśŞşŠšŢţŤťŪūŮůŰűŲųŴŵŶŷŸŹźŻżŽžȘșȚț",
        "ΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩάέήίόύώϊϋΐΰαβγδεζηθικλμνξοπρσςτυφχψω",
        "АБВГДЕЁЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯабвгдеёжзийклмнопрстуфхцчшщъыьэюяІіЇїЄєҐґЂђЈјЉљЊњЋћЏџЎў",
        "ẠạẢảẤấẦầẨẩẪẫẬậẮắẰằẲẳẴẵẶặẸẹẺẻẼẽẾếỀềỂểỄễỆệỈỉỊịỌọỎỏỐốỒồỔổỖỗỘộỚớỜờỞởỠỡỢợỤụỦủỨứỪừỬửỮữỰựỲỳỴỵỶỷỸỹ",
        "“”‘’„‚«»‹›–—…•·†‡§¶©®™°±×÷−≤≥≠≈∞√∑∏∫∂∇∈∉⊂∪∩→←↔⇒ℝℕℤℚℂℓ½¼¾€£¥₩",
        "가각홍서미나학과연구원",
        "国务院教育部东软镕喆珺玥淼堃曌簪昶〇，。；：？！（）《》“”‘’—…·￥％",
        "國務院教育部恒鰂淼堃喆珺峯嘅咗啲，。；：？！（）《》「」『』—…·",
        "国務院教育部渋沢髙﨑德𠮷々〆ヶあいうアイウー、。・「」『』（）〜～…―①㈱",
    ],
)
def test_the_bundled_fonts_show_what_europe_and_east_asia_write(text: str) -> None:
    assert list(fonts.missing(text, theme.load("letterpress").fonts)) == []


def test_what_is_missing_is_said_once_and_in_order() -> None:
    assert list(fonts.missing("aᎠbᎡ ᎠᎠ\n", theme.load("letterpress").fonts)) == ["Ꭰ", "Ꭱ"]
    assert list(fonts.missing("ab", ())) == ["a", "b"]
    assert list(fonts.missing(" \t\n", ())) == []


def test_a_place_is_a_file_or_a_folder_of_files(tmp_path: Path) -> None:
    for name in ("b.TTF", "a.otf", "c.txt"):
        (tmp_path / name).write_bytes(b"")
    (tmp_path / "folder.ttf").mkdir()

    assert [path.name for path in fonts.files(tmp_path)] == ["a.otf", "b.TTF"]
    assert fonts.files(tmp_path / "c.txt") == (tmp_path / "c.txt",)
    assert fonts.files(tmp_path / "none") == ()
    assert fonts.files(Path("/dev/null")) == ()


@pytest.mark.parametrize(
    "data", [b"", b"no font", b"\0\1\0\0" + b"\xff" * 40, b"OTTO" + b"\0" * 8, b"ttcf" + b"\xff" * 30]
)
def test_a_broken_font_is_an_error_with_its_name(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "x.ttf").write_bytes(data)

    for ask in (fonts.coverage, fonts.family):
        with pytest.raises(ProfileError, match=r"x\.ttf: is not a font"):
            ask(tmp_path / "x.ttf")


# --- Glyphs: every character that is printed has one.


def problems(text: str, folder: Path) -> list[tuple[int, str, str]]:
    with pytest.raises(ProfileError) as caught:
        draft(profile(text), "", place(folder))
    return [(problem.mark.line, problem.where, problem.message.split("'")[1]) for problem in caught.value.problems]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("person:\n  name: A\n  headline: Ꭰ\nstatement: x", [(3, "person.headline", "Ꭰ")]),
        ("person: {name: A}\nstatement: a 🎉 Ꭰ", [(2, "statement", "Ꭰ"), (2, "statement", "🎉")]),
        ("person: {name: A}\nawards:\n- title: x\n  issuer: Ꭰ\n- title: Ꭰ",
         [(4, "awards[0].issuer", "Ꭰ"), (5, "awards[1].title", "Ꭰ")]),
        (
            "person: {name: A}\nexperience:\n- organization: x\n  highlights:\n  - text: x\n    highlights: [Ꭰ]",
            [(6, "experience[0].highlights[0].highlights[0].text", "Ꭰ")],
        ),
        ("person: {name: A}\nstatement: x\nview: {sections: [statement: {title: Ꭰ}]}",
         [(3, "sections.statement.title", "Ꭰ")]),
    ],
)  # fmt: skip
def test_each_place_of_a_character_without_a_glyph_is_said(
    tmp_path: Path, text: str, found: list[tuple[int, str, str]]
) -> None:
    said = problems(text, tmp_path)

    assert [(line, char) for line, _, char in said] == [(line, char) for line, _, char in sorted(found)]
    assert {where.split("[")[0] for _, where, _ in said} == {where.split("[")[0] for _, where, _ in found}


@pytest.mark.parametrize("text", [r"$\tilde{\mathfrak{Ꭰ}}$", r"\textbf{Ꭰ}", "$x_{Ꭰ}$", r"$\sqrt[Ꭰ]{x}$"])
def test_what_markup_and_mathematics_make_of_a_text_counts(tmp_path: Path, text: str) -> None:
    assert problems(f"person: {{name: A}}\nstatement: '{text}'", tmp_path)[0][0] == 2


def test_what_is_not_printed_needs_no_glyph(tmp_path: Path) -> None:
    """A tag, an id, a fact of another variant, TeX whose result has a glyph."""
    draft(
        profile(
            "person: {name: A}\n"
            "awards:\n- {title: x, id: a, tags: [b]}\n- {title: Ꭰ, id: gone}\nstatement: $\\alpha$\n"
            "view: {omit: [gone]}"
        ),
        "",
        place(tmp_path),
    )


def test_the_words_of_a_style_count(tmp_path: Path) -> None:
    text = "person: {name: A}\nexperience: [{organization: x, start: 2020}]\nview: {style: {words: {present: Ꭰ}}}"

    assert [where for _, where, _ in problems(text, tmp_path)] == ["style.words.present"]


def test_a_month_that_only_the_language_knows_counts(tmp_path: Path) -> None:
    """Georgian dates are written by the locale; no field holds their letters."""
    text = (
        "translations: [ka]\nperson: {name: A}\nawards: [{title: x, date: 2020-05}]\nview: {style: {date_format: long}}"
    )

    assert {line for line, _, _ in problems(text, tmp_path)} == {0}


@pytest.mark.parametrize("path", BUNDLED, ids=lambda path: path.name)
def test_the_characters_of_a_bundled_font_are_what_fonttools_finds(path: Path) -> None:
    with TTFont(path, lazy=True) as font:
        assert characters(path.read_bytes()) == frozenset(font.getBestCmap())
