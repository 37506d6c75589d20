"""Chinese and Japanese: the face of each language, wide marks, lines without spaces, and text that reads back."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

import pytest
import texfonts
from hypothesis import given
from hypothesis import strategies as st
from typeset import Pdf, draft, pdf, place, profile

from cvbuild import eastern, fonts, formats, pipeline, theme
from cvbuild.document import Text
from cvbuild.drafts import Draft, Place
from cvbuild.engines import latex
from cvbuild.errors import ProfileError
from cvbuild.view import Overrides
from cvbuild.writers import html
from cvbuild.writers import text as plain_text
from cvbuild.writers.breaks import unspaced_pieces
from cvbuild.writers.docx_styles import look

FONTS = theme.load("brief").fonts

# Long enough for several lines, with marks that may begin or end none.
TEXTS = {
    "zh-Hans": "陈晓岚在“江心”研究所主持地下水模型的工作——从数据采集、建模到发布，前后七年；她写的程序（开源）被十二座"
    "城市使用。她说：“模型要让人看得懂”，因此每一版都附有说明、例子与测试……同事称赞她细心、可靠，善于与人合作。",
    "zh-Hant": "林語晴於「海岸」實驗室負責潮汐觀測，參與儀器設計、校正及資料分析，歷時九年；所撰程式（開放原始碼）已由"
    "十個港口採用。她認為：「觀測須經得起檢驗」，故每年公布誤差、方法與原始資料，並為學生開設講座，深獲好評。",
    "ja": "「潮位」研究室において観測装置の設計・校正からデータ解析までを担当し、九年間で十港に導入された（オープン"
    "ソース）。チームのメンバーとともに、誤差ヲ公開スル方針を定め、ユーザー向けの講習会を年三回、開催している。",
}
NAMES = {"zh-Hans": "陈晓岚", "zh-Hant": "林語晴", "ja": "髙橋 しおり"}
CODES = {"zh-Hans": "SC", "zh-Hant": "TC", "ja": "JP"}


def source(language: str) -> str:
    said = TEXTS[language]
    return (
        f"translations: [{language}]\nperson: {{name: {NAMES[language]}}}\nstatement: {said}\n"
        f"skills: [{{name: {said[:4]}, items: [{said[10:13]}, Python, {said[20:23]}]}}]\n"
        f"experience: [{{organization: {said[4:10]}, position: 研究, start: 2019-04, highlights: [{said}]}}]\n"
    )


def made(language: str, folder: Path) -> Draft:
    return draft(profile(source(language)), "", place(folder))


@pytest.fixture(scope="module")
def where(tmp_path_factory: pytest.TempPathFactory) -> Place:
    return place(tmp_path_factory.mktemp("eastern"))


@pytest.mark.parametrize(
    ("text", "own", "language"),
    [
        ("王小明", "en", "zh"),
        ("张伟", "en", "zh"),
        ("陳", "en", "zh-hant"),
        ("渋沢栄", "en", "ja"),
        ("国 さん", "en", "ja"),
        ("國 한국", "en", "ko"),
        ("①", "en", "ko"),
        ("さん", "ko", "ko"),
        ("張 張", "zh-CN", "zh"),
        ("张", "zh-TW", "zh-hant"),
        ("张", "zh-hant-hk", "zh-hant"),
        ("張", "ja-JP", "ja"),
    ],
)
def test_forms_are_those_of_the_language_or_of_what_is_written(text: str, own: str, language: str) -> None:
    assert eastern.language(text, own) == language


@pytest.mark.parametrize(
    ("text", "own", "codes"),
    [
        ("Zoë – a ‘b’ …", "en", ()),
        ("Zoë", "ja", ()),
        ("한글", "en", ("kr",)),
        ("①", "en", ("kr",)),
        ("王小明", "en", ("sc",)),
        ("김 王", "ko", ("kr",)),
        ("东京 한글", "zh", ("sc", "kr")),
        ("渋谷", "zh", ("sc", "jp")),
        ("𠮷野家", "ja", ("jp",)),
        ("国", "ja", ("jp",)),
    ],
)
def test_a_document_has_the_faces_that_it_needs(text: str, own: str, codes: tuple[str, ...]) -> None:
    found = eastern.needed(FONTS, text, own)

    assert eastern.codes(found) == codes
    assert list(fonts.missing(text, found)) == []
    assert [folder for folder in found if not folder.name.startswith("cv-")] == [
        folder for folder in FONTS if not folder.name.startswith("cv-")
    ]


@given(st.text(st.sampled_from("aé王国陳渋한ア①Ꭰ"), max_size=6), st.sampled_from(["en", "ja", "zh", "zh-TW", "ko"]))
def test_what_any_font_shows_the_needed_ones_show(text: str, own: str) -> None:
    assert list(fonts.missing(text, eastern.needed(FONTS, text, own))) == list(fonts.missing(text, FONTS))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("“江心”", "[“]江心[”]"),
        ("称“Excel”为", "称[“]Excel[”]为"),
        ("“Excel”为", "[“]Excel[”]为"),
        ("“a ‘b’ c”", "“a ‘b’ c”"),
        ("说：“他‘很’好”", "说：[“]他[‘]很[’]好[”]"),
        ("She’s 王", "She’s 王"),
        ("前——后……", "前[—][—]后[…][…]"),
        ("A – B — C", "A – B — C"),
        ("卡尔·马克思", "卡尔[·]马克思"),
        ("“한글”", "“한글”"),
        ("the “江心” institute", "the “江心” institute"),
        ("陈 — see 王国维’s", "陈 — see 王国维’s"),
        ("说：“‘很’好”", "说：[“][‘]很[’]好[”]"),
        ("“", "“"),
        ("“”", "“”"),
    ],
)
def test_marks_are_wide_within_chinese_and_japanese(text: str, shown: str) -> None:
    places = eastern.wide_marks(text)

    assert "".join(f"[{char}]" if place in places else char for place, char in enumerate(text)) == shown


@given(st.text(st.sampled_from("“”‘’·—…a王 "), max_size=12))
def test_wide_marks_change_no_text(text: str) -> None:
    assert str(html.inline((Text(text),)).striptags()) == " ".join(text.split())
    assert all(text[place] in "“”‘’·—…" for place in eastern.wide_marks(text))


def test_a_character_that_no_face_has_is_an_error_that_says_what_would_help(tmp_path: Path) -> None:
    with pytest.raises(ProfileError) as caught:
        draft(profile("{person: {name: 王𪚥}, statement: x}"), "", place(tmp_path))

    assert "U+2A6A5" in str(caught.value)
    assert "add a font that has it under style.fonts" in str(caught.value)


def squeezed(text: str) -> str:
    return re.sub(r"\s", "", unicodedata.normalize("NFC", text))


def assert_lines_begin_and_end_right(page: str) -> None:
    lines = [line.strip() for line in page.splitlines() if line.strip()]

    assert len(lines) > 6
    assert [line for line in lines if line[0] in "、，。；：”）」…—・ーァィゥェォャュョぁっゃゅょ"] == []
    assert [line for line in lines if line[-1] in "“（「"] == []


@pytest.mark.pdf
@pytest.mark.parametrize("language", TEXTS)
def test_weasyprint_sets_each_language_in_its_face(language: str, where: Place) -> None:
    found = pdf(profile(source(language)), "", where)
    names = " ".join(str(font["/BaseFont"]) for page in found.reader.pages for font in _fonts(page))

    assert set(re.findall(r"CV-Serif-(\w\w)", names)) == {CODES[language]}
    assert found.log == ()
    for pages in found.texts.values():
        assert squeezed(TEXTS[language]) in squeezed("".join(pages))
    assert_lines_begin_and_end_right(found.texts["poppler"][0])


@pytest.mark.tex
@texfonts.needed("lualatex")
@pytest.mark.parametrize(
    ("language", "look"), [("ja", "classic"), pytest.param("zh-Hant", "column", marks=pytest.mark.slow)]
)
def test_lualatex_sets_lines_without_spaces(language: str, look: str, where: Place) -> None:
    text = f"{source(language)}view: {{style: {{theme: {look}}}}}\n"
    made = draft(profile(text), "", where)
    compiled = latex.compile(formats.latex_document(made), "lualatex", where.cache, where.limits, lambda: None)
    found = Pdf(compiled.data, made, compiled.log)

    assert found.log == ()
    for pages in found.texts.values():
        assert squeezed("".join(pages)).count(squeezed(TEXTS[language])) == 2
    assert_lines_begin_and_end_right(found.texts["poppler"][0])


def _fonts(page: object) -> list[dict[str, object]]:
    return [font.get_object() for font in page["/Resources"]["/Font"].values()]  # type: ignore[index]


def test_only_those_who_write_it_carry_the_fonts_of_a_script(where: Place) -> None:
    plain = draft(profile("{person: {name: Zoë}, statement: x, view: {style: {theme: classic}}}"), "", where)
    japanese = draft(profile("{person: {name: しおり}, statement: x, view: {style: {theme: classic}}}"), "", where)
    files = [
        {name for name in formats.written(made, "tex", where).files if name.startswith("CV")}
        for made in (plain, japanese)
    ]

    assert files == [set(), {"CVSansJP-Bold.otf", "CVSansJP-Regular.otf", "CVSerifJP-Regular.otf"}]


@pytest.mark.parametrize("language", TEXTS)
def test_lines_of_plain_text_end_between_characters(language: str, tmp_path: Path) -> None:
    written = plain_text.write(made(language, tmp_path).document)

    assert squeezed(written).count(squeezed(TEXTS[language])) == 2
    assert all(70 < plain_text.columns(line) <= plain_text.WIDTH for line in written.splitlines() if len(line) > 44)
    assert_lines_begin_and_end_right(written.replace("- ", ""))


@pytest.mark.parametrize(
    ("word", "pieces"),
    [
        ("abc-d", "abc-d"),
        ("한국어로", "한국어로"),
        ("国立「研究」所。", "国|立|「研|究」|所。"),
        ("SaaS营销", "SaaS|营|销"),
        ("徐(서)家", "徐|(서)|家"),
        ("データ", "デー|タ"),
        ("3.5億円", "3.5|億|円"),
    ],
)
def test_a_line_ends_where_the_language_lets_it(word: str, pieces: str) -> None:
    assert unspaced_pieces(word) == pieces.split("|")


@pytest.mark.parametrize(
    ("language", "face", "tongue"),
    [("zh-Hans", "SimSun", "zh-CN"), ("zh-Hant", "PMingLiU", "zh-TW"), ("ja", "Yu Mincho", "ja-JP")],
)
def test_word_is_told_the_language_and_a_face_that_it_has(
    language: str, face: str, tongue: str, tmp_path: Path
) -> None:
    found = made(language, tmp_path)
    asked = look(found.theme, found.style, found.options)

    assert (asked.eastern, asked.eastern_language) == (face, tongue)


@pytest.mark.parametrize("language", TEXTS)
def test_a_web_page_carries_the_glyphs_in_both_weights(language: str, where: Place) -> None:
    page = formats.web_page(made(language, where.cache), cache=where.cache)
    code = CODES[language]

    for weight in (400, 700):
        assert f'@font-face {{ font-family: "CV Serif {code}"; font-weight: {weight}' in page
    assert len(page) < 400_000


@pytest.mark.tex
@texfonts.needed("lualatex")
def test_code_between_chinese_is_no_text_under_another(where: Place) -> None:
    """The space behind code is wider than the gap that TeX leaves there."""
    text = "translations: [zh]\nperson: {name: 林}\nstatement: 中 `driftgauge` 的名\nview: {style: {theme: classic}}\n"

    assert pipeline.build(profile(text), "", "pdf", Overrides(), where).warnings == ()
