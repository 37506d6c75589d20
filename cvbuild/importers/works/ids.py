"""Identifiers, addresses and dates, as files write them and as a profile does."""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import unquote

from cvbuild import addresses
from cvbuild.dates import PartialDate

_DOI = re.compile(r"(?:https?://(?:dx\.)?doi\.org/|doi:\s*)?(10\.\d{4,9}/\S+)", re.IGNORECASE)
_ARXIV = re.compile(
    r"(?:https?://(?:www\.|export\.)?arxiv\.org/(?:abs|pdf)/|arxiv[:.]\s*"
    r"|(?:https?://(?:dx\.)?doi\.org/)?10\.48550/arxiv\.)?"
    r"(\d{4}\.\d{4,5}|[a-z-]+(?:\.[A-Z]{2})?/\d{7})(?:v\d+)?(?:\.pdf)?(?=$|[\s\]),;.])",
    re.IGNORECASE,
)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_SEASONS = {"1": "Spring", "2": "Summer", "3": "Fall", "4": "Winter", "21": "Spring", "22": "Summer", "23": "Fall",
            "24": "Winter"}  # fmt: skip


def doi(text: str) -> str:
    """Return the DOI that *text* is, or the address of; '' where it is none."""
    found = _DOI.fullmatch(text.strip().rstrip("."))
    return (unquote(found[1]) if text.lower().startswith("http") else found[1]) if found else ""


def arxiv(text: str) -> str:
    """Return the identifier of arXiv, without a version, that *text* is, or the address or DOI of; '' where none."""
    found = _ARXIV.match(text.strip())
    return found[1] if found and found.end() == len(text.strip()) else ""


def arxiv_within(text: str) -> str:
    """Return the first identifier of arXiv in *text* that says what it is."""
    found = re.search(r"arxiv(?:\.org/(?:abs|pdf)/|[:.\s]\s*)(\d{4}\.\d{4,5}|[a-z-]+(?:\.[A-Z]{2})?/\d{7})", text, re.I)
    return found[1] if found else ""


def url(text: str) -> str:
    """Return *text* where it is an address that a CV may carry, '' where not."""
    try:
        return addresses.address(text.strip()) if text.strip() else ""
    except ValueError:
        return ""


def date(year: str, month: str = "", day: str = "") -> str:
    """Return a date as far as its parts are one: a month or day of 0, or of no calendar, is left out."""
    numbers = [part.strip().lstrip("0") for part in (year, month, day)]
    for count in (3, 2, 1):
        if all(part.isdecimal() and len(part) <= 4 for part in numbers[:count]):
            text = "-".join(f"{int(part):0{4 if index == 0 else 2}d}" for index, part in enumerate(numbers[:count]))
            try:
                return str(PartialDate.parse(text))
            except ValueError:
                continue
    return ""


def month(text: str) -> str:
    """Return the number of a month that is named or numbered, '' where *text* is none; of two, the first."""
    first = text.strip().lower().lstrip("0")
    number = re.match(r"\d{1,2}(?!\d)", first)
    if number:
        return number[0]
    return str(_MONTHS.index(first[:3]) + 1) if first[:3] in _MONTHS else ""


def day(text: str) -> str:
    """Return the date that *text* begins with, in any of the forms that registries write; '' where it is none."""
    found = re.match(r"\s*\[?(\d{4})(?:[-/](\d{1,2})(?:[-/](\d{1,2}))?)?(?![\d])", text)
    if found:
        return date(found[1], found[2] or "", found[3] or "")
    words = re.fullmatch(r"\s*(?:(\d{1,2})\s+)?([A-Za-z]{3,9})\.?\s+(?:(\d{1,2}),\s*)?(\d{4})\s*", text)
    return date(words[4], month(words[2]), words[1] or words[3] or "") if words and month(words[2]) else ""


def season(year: str, number: str) -> str:
    """Return a term: `2021 Fall`."""
    return f"{year} {_SEASONS[number]}" if number in _SEASONS else year


def folded(text: str) -> str:
    """Return the letters and figures of *text*, without accents, in one case: what two forms of a title share."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(char for char in decomposed if char.isalnum())
