"""Dates: what is one, what is meant by what is none, and how dates compare."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cvbuild.dates import PartialDate, Term, compare, meant, parse

days = st.dates(min_value=date(1, 1, 1))
partial_dates = st.builds(lambda d, n: PartialDate((d.year, d.month, d.day)[:n]), days, st.integers(1, 3))


@given(partial_dates)
def test_a_date_reads_back_as_it_is_written(known: PartialDate) -> None:
    assert parse(str(known)) == known


@given(partial_dates)
def test_a_date_begins_before_it_ends(known: PartialDate) -> None:
    assert known.first_day <= known.last_day
    assert compare(known, "=", PartialDate((known.year,)))


@given(partial_dates, partial_dates)
def test_one_of_two_dates_is_earlier_or_they_overlap(one: PartialDate, other: PartialDate) -> None:
    assert not (compare(one, "<", other) and compare(one, ">=", other))
    assert not (compare(one, ">", other) and compare(one, "<=", other))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("2024-13", "a month from 01 to 12"),
        ("2023-02-29", "a day from 01 to 28"),
        ("2024-04-31", "a day from 01 to 30"),
        ("0000", "a year from 0001 on"),
        ("2024/10", "write YYYY, YYYY-MM or YYYY-MM-DD"),
        ("٢٠٢٤", "write YYYY, YYYY-MM or YYYY-MM-DD"),
        ("24", "write YYYY, YYYY-MM or YYYY-MM-DD"),
    ],
)
def test_a_date_gone_wrong_says_what_would_be_right(text: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        PartialDate.parse(text)


@pytest.mark.parametrize(
    ("text", "date_meant"),
    [
        ("2024/10", "2024-10"),
        ("10/2024", "2024-10"),
        ("2024.10.3", "2024-10-03"),
        ("2024-1", "2024-01"),
        ("Oct 2024", "2024-10"),
        ("October, 2024", "2024-10"),
        ("Sept 2024", "2024-09"),
        ("2024 May", "2024-05"),
        ("5 Oct 2024", "2024-10-05"),
        ("Oct 5, 2024", "2024-10-05"),
        ("05/10/2024", ""),
        ("2024/13", ""),
        ("Ma 2024", ""),
        ("Spring term", ""),
    ],
)
def test_a_date_meant_is_named_where_it_is_clear(text: str, date_meant: str) -> None:
    assert meant(text) == date_meant


@given(st.text(max_size=20))
def test_whatever_is_meant_is_a_date(text: str) -> None:
    assert meant(text) == "" or isinstance(parse(meant(text)), PartialDate)


def test_a_term_is_known_from_its_first_month_and_printed_as_written() -> None:
    term = parse("2021 Fall")

    assert isinstance(term, Term)
    assert (str(term), term.first_day, term.last_day) == ("2021 Fall", date(2021, 8, 1), date(2021, 12, 31))
    assert parse("Fall 2021") != term
    assert parse("2021 Monsoon") == "2021 Monsoon"
