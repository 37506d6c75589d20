"""Languages: the words a CV needs in each, and how each writes dates, lists and quotation marks.

A language is a BCP 47 tag; one without words of its own borrows those of its base, then the English ones.
Babel is imported for other languages than English only, since its import costs as much as a small build.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import cache, lru_cache
from itertools import pairwise
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

from msgspec import Struct

from cvbuild.dates import PartialDate, Term
from cvbuild.errors import listed, nearest
from cvbuild.shipped import package

if TYPE_CHECKING:
    from babel import Locale

DATE_STYLES = ("ap", "short", "long", "numeric")
JoinStyle = Literal["comma", "and", "ampersand"]
When = PartialDate | Term | str

_PREFIXES = {"sections": "section.", "contacts": "contact.", "words": "", "terms": "term."}
_MONTHS = ("January", "February", "March", "April", "May", "June",
           "July", "August", "September", "October", "November", "December")  # fmt: skip
_AP_MONTHS = ("Jan.", "Feb.", "March", "April", "May", "June",
              "July", "Aug.", "Sept.", "Oct.", "Nov.", "Dec.")  # fmt: skip
# One pattern for each precision (year, month, day): written out here so that English needs no Babel.
_ENGLISH = {"short": ("y", "MMM y", "MMM d, y"), "long": ("y", "MMMM y", "MMMM d, y")}
_SKELETONS = {"short": ("y", "yMMM", "yMMMd"), "long": ("y", "yMMMM", "yMMMMd")}
# Where Chinese is written in traditional characters.
_TRADITIONAL = frozenset({"hant", "tw", "hk", "mo"})
# Han characters, kana and the signs among them.
_UNSPACED = re.compile(
    "[\u2e80-\u312f\u3190-\u4dbf\u4e00-\u9fff\uf900-\ufaff\ufe30-\ufe4f\uff01-\uffef\U00020000-\U0003ffff]"
)
_FIELDS = {"y": 0, "M": 1, "L": 1, "d": 2, "E": 2}
_LONGEST = {"y": 4, "M": 4, "L": 4, "d": 2, "E": 4}
_PATTERN_TOKEN = re.compile(r"'((?:[^']|'')*)'|(([A-Za-z])\3*)|([^A-Za-z']+)|(')")


def words(language: str) -> Mapping[str, str]:
    """Return every word of *language* by its key: `section.education`, `contact.email`, `present` …"""
    return _words(known(language))


def known(language: str) -> str:
    """Return the nearest language with words of its own: *language*, what it is a form of, or English."""
    return next((tag for tag in _tags(language) if tag in _languages()), "en")


def has_words(language: str) -> bool:
    """Tell whether *language* or its base has words of its own, not borrowed English ones."""
    return any(tag in _languages() for tag in _tags(language))


def quotes(language: str) -> tuple[str, str, str, str]:
    """Return the quotation marks of *language*: opening and closing double, opening and closing single.

    French ones stand without inner spaces: no-break spaces come out of a PDF as any of five characters.
    """
    style = _table(known(language))["style"]
    double, single = style["double_quotes"], style["single_quotes"]
    return double[0], double[1], single[0], single[1]


def is_unspaced(text: str) -> bool:
    """Tell whether *text* has characters of Chinese or Japanese, which have no spaces between words."""
    return _UNSPACED.search(text) is not None


def own_name(language: str) -> str:
    """Return what *language* is called by those who speak it, or its tag where nobody has said."""
    found = _locale(language)
    return (found.get_display_name() if found.language == _base(language) else None) or language


def check_pattern(pattern: str) -> None:
    """Raise `ValueError`, with a message fit to show, unless *pattern* can write a date.

    It can if it is one of `DATE_STYLES`, or a CLDR pattern of years, months, days and weekdays with a year.
    """
    if pattern in DATE_STYLES:
        return
    if re.fullmatch(r"[a-z]+", pattern) and not re.fullmatch(r"y+", pattern):
        hint = nearest(pattern, DATE_STYLES) or f"it is one of {listed(DATE_STYLES)}, or a pattern like MMM yyyy"
        raise ValueError(f"'{pattern}' is no date format; {hint}")
    if not any(field.letter == "y" for field in _fields(pattern)):
        raise ValueError(f"the date pattern '{pattern}' shows no year; write y or yyyy")


def format_date(value: When, pattern: str, language: str) -> str:
    """Return *value* as *pattern* writes it in *language*; what it does not know is left out.

    Terms are said in the language's own way, in English as written. Words are returned as they are; so is a lone year
    under a named style.
    """
    if isinstance(value, Term):
        phrase = words(language)[f"term.{'autumn' if value.season == 'fall' else value.season}"]
        return phrase.format(value.year) if phrase else value.text
    if not isinstance(value, PartialDate):
        return str(value)
    if pattern == "ap" and _base(language) == "en":
        return _ap(value)
    if pattern in DATE_STYLES:
        if len(value.parts) == 1:
            return str(value)
        pattern = _named_pattern("short" if pattern == "ap" else pattern, len(value.parts), language)
    return _fill(pattern, value, language)


def format_range(start: When | None, end: When | None, pattern: str, language: str) -> str:
    """Return `start – end`; words such as `Present` stand as they are, equal or missing ends stand once."""
    ends = [format_date(when, pattern, language) for when in (start, end) if when]
    return " – ".join(dict.fromkeys(ends))


def join(items: Sequence[str], style: JoinStyle, language: str) -> str:
    """Return *items* as one list: `A, B, C`, `A, B, and C` or `A, B & C`; the Oxford comma is English."""
    separators = join_separators(len(items), style, language, comma(items))
    return "".join(part for pair in zip(items, (*separators, ""), strict=True) for part in pair) if items else ""


def join_separators(count: int, style: JoinStyle, language: str, comma: str = ", ") -> tuple[str, ...]:
    """Return what stands between *count* items of a list, for those whose items are more than text."""
    if count < 2:
        return ()
    # East Asian names are listed with commas only: 및 before the last one reads as translated.
    if style == "comma" or (style == "and" and _base(language) in ("ja", "ko", "zh")):
        return (comma,) * (count - 1)
    joiner = "&" if style == "ampersand" else words(language)["and"]
    oxford = "," if count > 2 and style == "and" and _base(language) == "en" else ""
    return (*(comma,) * (count - 2), f"{oxford} {joiner} ")


def comma(items: Sequence[str]) -> str:
    """Return what stands between *items* of a list: where most are Chinese or Japanese, the comma of those."""
    return "、" if items and 2 * sum(map(is_unspaced, items)) >= len(items) else ", "


def _base(language: str) -> str:
    return re.split(r"[-_]", language)[0].lower()


def _tags(language: str) -> tuple[str, ...]:
    """Return *language*, then what it is a form of, the nearest first: `zh-hant-hk`, `zh-hant`, `zh`."""
    parts = language.replace("_", "-").lower().split("-")
    tags = ["-".join(parts[:count]) for count in range(len(parts), 0, -1)]
    # Where it does not say in which script, the place does.
    if parts[0] == "zh" and "hans" not in parts and _TRADITIONAL.intersection(parts):
        tags.insert(-1, "zh-hant")
    return tuple(tags)


@cache
def _languages() -> frozenset[str]:
    files = (package() / "words").iterdir()
    return frozenset(file.name.removesuffix(".toml") for file in files if file.name.endswith(".toml"))


@cache
def _table(language: str) -> dict[str, dict[str, str]]:
    return tomllib.loads((package() / "words" / f"{language}.toml").read_text("utf-8"))


@cache
def _words(language: str) -> Mapping[str, str]:
    table = _table(language)
    return MappingProxyType(
        {prefix + key: word for name, prefix in _PREFIXES.items() for key, word in table[name].items()}
    )


def _ap(value: PartialDate) -> str:
    year, *rest = value.parts
    if not rest:
        return str(year)
    month = _AP_MONTHS[rest[0] - 1]
    return f"{month} {rest[1]}, {year}" if len(rest) > 1 else f"{month} {year}"


def _named_pattern(style: str, precision: int, language: str) -> str:
    if style == "numeric":
        return _numeric_pattern(language)
    if _base(language) == "en":
        return _ENGLISH[style][precision - 1]
    locale = _locale(language)
    skeleton = _SKELETONS[style][precision - 1]
    found = locale.datetime_skeletons.get(skeleton)
    # Most languages leave the long month out of the skeletons with a day: theirs is the long date.
    if found is None and precision == 3:
        found = locale.date_formats["long" if style == "long" else "medium"]
    return str(found.pattern) if found else _ENGLISH[style][precision - 1]


def _numeric_pattern(language: str) -> str:
    if not has_words(language):
        return "yyyy-MM-dd"
    # English has two orders, and figures do not say which: only the United States put the month first.
    if _base(language) == "en" and _tags(language)[0] not in ("en", "en-us"):
        return "dd/MM/yyyy"
    return _table(known(language))["style"]["numeric_date"]


@lru_cache(maxsize=32)
def _locale(language: str) -> Locale:
    """Return Babel's locale for *language*, for its base, or for English."""
    from babel import Locale, UnknownLocaleError

    for tag in (language.replace("_", "-"), _base(language)):
        try:
            return Locale.parse(tag, sep="-")
        except (UnknownLocaleError, ValueError):
            continue
    return Locale("en")


class _Field(Struct, frozen=True):
    """A field of a pattern with the literals around it.

    `before` and `after` belong to the field and go with it (`월`, the comma of `d, yyyy`); `gap` stands
    between the field and the next one, and goes if either is left out.
    """

    written: str
    before: str = ""
    after: str = ""
    gap: str = ""

    @property
    def letter(self) -> str:
        return self.written[0]


@lru_cache(maxsize=64)
def _fields(pattern: str) -> tuple[_Field, ...]:
    """Return the fields of a CLDR date pattern. Raises `ValueError` for what is none."""
    literals, written = [""], []
    for literal, field in _pattern_tokens(pattern):
        if field:
            written.append(field)
            literals.append("")
        else:
            literals[-1] += literal
    if not written:
        raise ValueError(f"the date pattern '{pattern}' shows no year; write y or yyyy")
    inner = [_split_literal(literal) for literal in literals[1:-1]]
    afters = [*(after for after, _ in inner), literals[-1]]
    gaps = [*(gap for _, gap in inner), ""]
    befores = [literals[0], *[""] * (len(written) - 1)]
    return tuple(_Field(*parts) for parts in zip(written, befores, afters, gaps, strict=True))


def _pattern_tokens(pattern: str) -> Iterator[tuple[str, str]]:
    """Yield each part of *pattern* as a literal or a field, the other one empty."""
    for match in _PATTERN_TOKEN.finditer(pattern):
        quoted, field, letter, other, stray = match.groups()
        if stray:
            raise ValueError(f"the date pattern '{pattern}' has a ' that is not closed; write '' for an apostrophe")
        if field and (letter not in _FIELDS or len(field) > _LONGEST[letter]):
            raise ValueError(
                f"the date pattern '{pattern}' has '{field}', which is no field of a date; "
                "use y, M, d and E, and put words in 'quotes'"
            )
        yield ((quoted.replace("''", "'") or "'") if quoted is not None else other or ""), field or ""


def _split_literal(literal: str) -> tuple[str, str]:
    """Return the part of a literal that clings to the field before it, and the part that parts two fields."""
    match = re.fullmatch(r"(\S*)(\s.*)", literal, re.DOTALL) or re.fullmatch(r"([^\W\d_]*)(.*)", literal, re.DOTALL)
    return (match[1], match[2]) if match else ("", literal)


def _fill(pattern: str, value: PartialDate, language: str) -> str:
    fields = _fields(pattern)
    kept = [index for index, field in enumerate(fields) if _FIELDS[field.letter] < len(value.parts)]
    if not kept:
        return str(value)
    # A bracket in front embraces the whole date; words in front are the first field's.
    opening = fields[0].before
    written = opening if 0 not in kept and not any(map(str.isalnum, opening)) else ""
    for index, following in pairwise((*kept, len(fields))):
        is_last = index == kept[-1]
        gap = "" if is_last else min((field.gap for field in fields[index:following]), key=len)
        field = fields[index]
        after = _end(field, fields[-1], len(kept)) if is_last and field is not fields[-1] else field.after
        written += field.before + _field_text(field.written, value, language) + after + gap
    return written


def _end(field: _Field, last: _Field, kept: int) -> str:
    """Return what follows *field* where the pattern goes on and the date does not: words stay, commas go."""
    if kept > 1 and field.after == last.after:
        return field.after
    return "".join(character for character in field.after if character.isalnum())


def _field_text(field: str, value: PartialDate, language: str) -> str:
    letter, width = field[0], len(field)
    if letter == "y":
        return f"{value.year % 100:02d}" if width == 2 else str(value.year)
    if letter in "MLd" and width < 3:
        return f"{value.parts[_FIELDS[letter]]:0{width}d}"
    if _base(language) == "en" and letter in "ML":
        month = _MONTHS[value.parts[1] - 1]
        return month if width > 3 else month[:3]
    from babel.dates import format_date

    return format_date(date(*(*value.parts, 1)[:3]), format=field, locale=_locale(language))
