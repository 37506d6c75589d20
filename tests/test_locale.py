"""Languages: their words, dates, ranges and lists."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import cvbuild.locale
from cvbuild.dates import PartialDate, Term
from cvbuild.locale import (
    DATE_STYLES,
    check_pattern,
    format_date,
    format_range,
    has_words,
    join,
    join_separators,
    quotes,
    words,
)

_FILES = sorted((Path(cvbuild.locale.__file__).parent / "words").glob("*.toml"))
_PRECISIONS = [PartialDate.parse(text) for text in ("2022", "2022-09", "2022-09-03")]

partial_dates = st.builds(
    lambda day, precision: PartialDate((day.year, day.month, day.day)[:precision]),
    st.dates(min_value=date(1900, 1, 1)),
    st.integers(1, 3),
)


@pytest.mark.parametrize("file", _FILES, ids=lambda file: file.stem)
def test_every_language_has_the_same_words(file: Path) -> None:
    def keys(path: Path) -> set[tuple[str, str]]:
        return {(table, key) for table, entries in tomllib.loads(path.read_text("utf-8")).items() for key in entries}

    assert keys(file) == keys(file.with_name("en.toml"))


def test_words_have_flat_keys() -> None:
    english = words("en")

    assert english["section.education"] == "Education"
    assert english["contact.scholar"] == "Google Scholar"
    assert english["present"] == "Present"


@pytest.mark.parametrize(
    ("language", "present", "own"),
    [
        ("en-GB", "Present", True),
        ("ko-KR", "현재", True),
        ("ja-JP", "現在", True),
        ("zh-hans", "至今", True),
        ("de_AT", "heute", True),
        ("tlh", "Present", False),
    ],
)
def test_a_language_without_words_borrows_them(language: str, present: str, own: bool) -> None:
    assert words(language)["present"] == present
    assert has_words(language) is own
    assert len(quotes(language)) == 4


@pytest.mark.parametrize(
    ("language", "known"),
    [
        ("zh", "zh"),
        ("zh-CN", "zh"),
        ("zh-Hans-HK", "zh"),
        ("zh-Hant", "zh-hant"),
        ("zh_hant_hk", "zh-hant"),
        ("zh-TW", "zh-hant"),
        ("zh-HK", "zh-hant"),
        ("ja-Hrkt", "ja"),
        ("en-TW", "en"),
        ("tlh", "en"),
    ],
)
def test_a_language_is_a_form_of_the_nearest_that_has_words(language: str, known: str) -> None:
    assert cvbuild.locale.known(language) == known


@pytest.mark.parametrize(
    ("items", "comma"),
    [
        ([], ", "),
        (["A", "B"], ", "),
        (["一", "B"], "、"),
        (["ア", "イ"], "、"),
        (["A", "B", "一"], ", "),
        (["가"], ", "),
    ],
)
def test_lists_have_the_comma_of_what_is_listed(items: list[str], comma: str) -> None:
    assert cvbuild.locale.comma(items) == comma


@pytest.mark.parametrize(
    ("pattern", "language", "written"),
    [
        ("ap", "en", ["2022", "Sept. 2022", "Sept. 3, 2022"]),
        ("ap", "ko", ["2022", "2022년 9월", "2022년 9월 3일"]),
        ("short", "en", ["2022", "Sep 2022", "Sep 3, 2022"]),
        ("short", "de", ["2022", "Sept. 2022", "3. Sept. 2022"]),
        ("long", "en", ["2022", "September 2022", "September 3, 2022"]),
        ("long", "fr", ["2022", "septembre 2022", "3 septembre 2022"]),
        ("long", "es", ["2022", "septiembre de 2022", "3 de septiembre de 2022"]),
        ("long", "ko", ["2022", "2022년 9월", "2022년 9월 3일"]),
        ("numeric", "en", ["2022", "09/2022", "09/03/2022"]),
        ("numeric", "en-GB", ["2022", "09/2022", "03/09/2022"]),
        ("numeric", "de", ["2022", "09.2022", "03.09.2022"]),
        ("numeric", "ko", ["2022", "2022.09", "2022.09.03"]),
        ("short", "ja", ["2022", "2022年9月", "2022年9月3日"]),
        ("long", "zh-Hans", ["2022", "2022年9月", "2022年9月3日"]),
        ("ap", "zh-hant-hk", ["2022", "2022年9月", "2022年9月3日"]),
        ("numeric", "ja", ["2022", "2022/09", "2022/09/03"]),
        ("numeric", "zh-TW", ["2022", "2022/09", "2022/09/03"]),
        ("numeric", "tlh", ["2022", "2022-09", "2022-09-03"]),
        ("MMM yyyy", "en", ["2022", "Sep 2022", "Sep 2022"]),
        ("MMM d, yyyy", "en", ["2022", "Sep 2022", "Sep 3, 2022"]),
        ("d. MMMM yyyy", "de", ["2022", "September 2022", "3. September 2022"]),
        ("yyyy년 M월 d일", "ko", ["2022년", "2022년 9월", "2022년 9월 3일"]),
        ("dd/MM/yyyy", "en", ["2022", "09/2022", "03/09/2022"]),
        ("yyyy-MM-dd", "en", ["2022", "2022-09", "2022-09-03"]),
        ("yyyy. M. d.", "ko", ["2022", "2022. 9.", "2022. 9. 3."]),
        ("EEEE, d MMMM y", "en", ["2022", "September 2022", "Saturday, 3 September 2022"]),
        ("d 'de' MMMM 'de' y", "es", ["2022", "septiembre de 2022", "3 de septiembre de 2022"]),
        ("(MMM yy)", "en", ["(22)", "(Sep 22)", "(Sep 22)"]),
        ("MMM ''yy", "en", ["22", "Sep '22", "Sep '22"]),
    ],
)
def test_a_date_is_written_as_far_as_it_is_known(pattern: str, language: str, written: list[str]) -> None:
    check_pattern(pattern)

    assert [format_date(value, pattern, language) for value in _PRECISIONS] == written


def test_english_months_follow_the_ap_stylebook() -> None:
    months = [format_date(PartialDate((2020, month)), "ap", "en").removesuffix(" 2020") for month in range(1, 13)]

    assert " ".join(months) == "Jan. Feb. March April May June July Aug. Sept. Oct. Nov. Dec."


def test_terms_and_words_stand_as_they_are() -> None:
    assert format_date(Term.parse("Fall 2021"), "ap", "en") == "Fall 2021"
    assert format_date("in press", "numeric", "de") == "in press"


@given(
    partial_dates,
    st.sampled_from(DATE_STYLES),
    st.sampled_from(["en", "ko", "de", "fr", "es", "it", "ja", "xx"]),
)
def test_every_style_shows_the_year_whole(value: PartialDate, style: str, language: str) -> None:
    written = format_date(value, style, language)

    assert str(value.year) in re.findall(r"\d{4}", written)
    assert written == written.strip()


@pytest.mark.parametrize(
    ("pattern", "message"),
    [
        ("shrt", "did you mean 'short'"),
        ("iso", "it is one of ap, short, long or numeric"),
        ("", "shows no year"),
        ("MMM", "shows no year"),
        ("Hello", "'H', which is no field"),
        ("MMMMMM y", "'MMMMMM', which is no field"),
        ("yyyy 'x", "not closed"),
    ],
)
def test_what_is_no_date_pattern_is_refused(pattern: str, message: str) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        check_pattern(pattern)


@given(st.text(st.sampled_from("yMdEL '.,/-x월한()\n")), partial_dates)
def test_an_accepted_pattern_writes_every_date(pattern: str, value: PartialDate) -> None:
    try:
        check_pattern(pattern)
    except ValueError:
        return

    assert str(value.year)[2:] in format_date(value, pattern, "en")


@pytest.mark.parametrize(
    ("start", "end", "written"),
    [
        ("2022-09", "2026-05", "Sept. 2022 – May 2026"),
        ("2022-09", "2022-09", "Sept. 2022"),
        ("2020", None, "2020"),
        (None, "2020", "2020"),
        (None, None, ""),
    ],
)
def test_a_range_has_an_en_dash(start: str | None, end: str | None, written: str) -> None:
    ends = [PartialDate.parse(text) if text else None for text in (start, end)]

    assert format_range(ends[0], ends[1], "ap", "en") == written


def test_a_range_may_end_in_words() -> None:
    assert format_range(PartialDate((2022,)), "Present", "ap", "en") == "2022 – Present"


@pytest.mark.parametrize(
    ("style", "language", "joined"),
    [
        ("comma", "en", ["", "A", "A, B", "A, B, C"]),
        ("and", "en", ["", "A", "A and B", "A, B, and C"]),
        ("ampersand", "en", ["", "A", "A & B", "A, B & C"]),
        ("and", "de", ["", "A", "A und B", "A, B und C"]),
        ("and", "ko", ["", "A", "A, B", "A, B, C"]),
    ],
)
def test_lists(style: cvbuild.locale.JoinStyle, language: str, joined: list[str]) -> None:
    assert [join("ABC"[:count], style, language) for count in range(4)] == joined
    assert len(join_separators(3, style, language)) == 2


def test_english_needs_no_babel() -> None:
    """Its import costs as much as a small build."""
    code = (
        "import sys; from cvbuild.locale import *; from cvbuild.dates import PartialDate;"
        "[format_date(PartialDate((2022, 9, 3)), style, 'en') for style in (*DATE_STYLES, 'MMM d, yyyy')];"
        "sys.exit('babel' in sys.modules)"
    )

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
