"""Dates as precise as the person remembers them, academic terms, and how both compare with a day."""

from __future__ import annotations

import calendar
import re
from datetime import date

from msgspec import Struct

_WRITTEN = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")
_TERM = re.compile(r"(?:(\d{4})\s+([A-Za-z]+)|([A-Za-z]+)\s+(\d{4}))")

# First and last month of a term, wide enough for both hemispheres' names of it in the north: a spring term
# that begins in January is known in January.
TERMS = {"winter": (1, 3), "spring": (1, 6), "summer": (6, 8), "autumn": (8, 12), "fall": (8, 12)}


class PartialDate(Struct, frozen=True, order=True):
    """A date as precise as the person remembers: a year, a month or a day.

    `parts` holds one to three numbers (year, month, day), so dates compare as tuples do:
    2019 < 2019-05 < 2019-05-03. The written form is level 0 of EDTF (ISO 8601-2), dates only.
    """

    parts: tuple[int, ...]

    @classmethod
    def parse(cls, text: str) -> PartialDate:
        """Read `YYYY`, `YYYY-MM` or `YYYY-MM-DD`.

        Raises `ValueError`, with a message fit to show the person, for anything else.
        """
        match = _WRITTEN.fullmatch(text)
        if not match or not text.isascii():
            raise ValueError(f"'{text[:60]}' is not a date; write YYYY, YYYY-MM or YYYY-MM-DD")
        parts = tuple(int(part) for part in match.groups() if part)
        year, month, day = (*parts, 1, 1)[:3]
        if year == 0:
            raise ValueError(f"'{text}' is not in the calendar; expected a year from 0001 on")
        if not 1 <= month <= 12:
            raise ValueError(f"'{text}' is not in the calendar; expected a month from 01 to 12")
        last = calendar.monthrange(year, month)[1]
        if not 1 <= day <= last:
            raise ValueError(f"'{text}' is not in the calendar; expected a day from 01 to {last}")
        return cls(parts)

    @property
    def year(self) -> int:
        return self.parts[0]

    @property
    def first_day(self) -> date:
        """The day from which the date counts as a start."""
        return date(*(*self.parts, 1, 1)[:3])

    @property
    def last_day(self) -> date:
        """The day to which the date counts as an end."""
        year, month = (*self.parts, 12)[:2]
        return date(year, month, self.parts[2] if len(self.parts) > 2 else calendar.monthrange(year, month)[1])

    def __str__(self) -> str:
        return "-".join(f"{part:0{width}d}" for part, width in zip(self.parts, (4, 2, 2), strict=False))


class Term(Struct, frozen=True):
    """An academic term such as `2021 Fall`; `text` is what the person wrote, and what is printed."""

    text: str
    year: int
    season: str

    @classmethod
    def parse(cls, text: str) -> Term:
        """Read a year and a season in either order. Raises `ValueError` for anything else."""
        match = _TERM.fullmatch(text)
        season = (match[2] or match[3]).lower() if match else ""
        if not match or season not in TERMS:
            raise ValueError(f"'{text[:60]}' is not a term; write a year and one of {', '.join(TERMS)}")
        PartialDate.parse(match[1] or match[4])
        return cls(text, int(match[1] or match[4]), season)

    @property
    def first_day(self) -> date:
        return PartialDate((self.year, TERMS[self.season][0])).first_day

    @property
    def last_day(self) -> date:
        return PartialDate((self.year, TERMS[self.season][1])).last_day

    def __str__(self) -> str:
        return self.text


Known = PartialDate | Term


_MONTHS = ("", "january", "february", "march", "april", "may", "june",
           "july", "august", "september", "october", "november", "december")  # fmt: skip
_HABITS = (
    r"(?P<y>\d{4})\W(?P<m>\d{1,2})(?:\W(?P<d>\d{1,2}))?",
    r"(?P<m>\d{1,2})\W(?P<y>\d{4})",
    r"(?P<b>[a-z]{3,9})\W{1,2}(?P<y>\d{4})",
    r"(?P<y>\d{4})\W{1,2}(?P<b>[a-z]{3,9})",
    r"(?P<d>\d{1,2})\W{1,2}(?P<b>[a-z]{3,9})\W{1,2}(?P<y>\d{4})",
    r"(?P<b>[a-z]{3,9})\W{1,2}(?P<d>\d{1,2})\W{1,2}(?P<y>\d{4})",
)


def meant(text: str) -> str:
    """Return the date that *text*, which is none, can only mean (`10/2024`, `Oct 2024`), '' where that is unclear."""
    found = next((match for form in _HABITS if (match := re.fullmatch(form, text.lower(), re.ASCII))), None)
    if not found:
        return ""
    parts = {"m": "", "d": "", "b": "", **{name: said or "" for name, said in found.groupdict().items()}}
    months = [i for i, name in enumerate(_MONTHS) if name and parts["b"] and name.startswith(parts["b"])]
    month = parts["m"] or "".join(map(str, months))
    written = "-".join(part.zfill(2) for part in (parts["y"], month, parts["d"]) if part)
    try:
        return str(PartialDate.parse(written)) if month else ""
    except ValueError:
        return ""


def parse(text: str) -> PartialDate | Term | str:
    """Return the date or term that *text* writes, or *text* itself where it is words.

    Raises `ValueError` for what can only be a date gone wrong: figures and separators with no words.
    """
    if re.fullmatch(r"[\d\s./:-]+", text):
        return PartialDate.parse(text)
    try:
        return Term.parse(text)
    except ValueError:
        return text


def compare(value: Known, operator: str, bound: Known) -> bool:
    """Tell whether *value* stands as *operator* says to *bound*; `=` means "lies within"."""
    match operator:
        case "<":
            return value.first_day < bound.first_day
        case "<=":
            return value.first_day <= bound.last_day
        case ">":
            return value.first_day > bound.last_day
        case ">=":
            return value.first_day >= bound.first_day
        case _:
            return bound.first_day <= value.first_day and value.last_day <= bound.last_day
