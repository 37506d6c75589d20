"""A CV as the system of a recruiter reads it: from the page alone, by rules of thumb, knowing nothing of its source.

The rules are those of the parsers in use: the text in the order of the file; headings are bold, in capitals and alone
on their line, or one or two words of which one is usual; a new entry begins after a wider gap; the best of the first
lines is the name; addresses and dates are what looks like them.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from msgspec import Struct

from cvbuild.checks.layer import Item, Line, Page

BULLETS = "⋅∙•⦁⚫●⬤⚬○▪◦"
# A gap this much wider than the usual one parts entries.
ENTRY_GAP = 1.4
_USUAL = (
    "experience", "education", "project", "skill", "job", "course", "extracurricular", "objective", "summary", "award",
    "honor",
)  # fmt: skip
_EMAIL = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+")
_PHONE = re.compile(r"\+?\(?\d[\d ().\-/]{5,}\d")
_ADDRESS = re.compile(r"(?:https?://|www\.)\S+|[\w.-]+\.\w{2,}(?:/\S*)?")
# What names an address or a number: `Phone: `, `Personal website: `.
_LABEL = re.compile(r"[^\W\d_][^:/@]{0,30}: (?=\S)")
_CONTACT = "contact"
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_MAX_NAME_WORDS = 5


class Part(Struct, frozen=True):
    """What stands under one heading: the texts of each entry, in their order."""

    title: str
    entries: tuple[tuple[str, ...], ...]

    @property
    def texts(self) -> tuple[str, ...]:
        return tuple(text for entry in self.entries for text in entry)


class Resume(Struct, frozen=True):
    """What a system fills its form with."""

    name: str
    emails: tuple[str, ...]
    phones: tuple[str, ...]
    addresses: tuple[str, ...]
    profile: tuple[str, ...]
    parts: tuple[Part, ...]

    def part(self, key: str) -> Part | None:
        """Return the part whose heading reads *key*, in whatever case."""
        return next((part for part in self.parts if part.title.casefold() == key.casefold()), None)


class _Placed(Struct, frozen=True):
    """A line, and how far below the one before it stands; 0 for the first of a page."""

    line: Line
    gap: float


def read(pages: Sequence[Page]) -> Resume:
    """Return what a recruiter's system takes from *pages*."""
    lines = [placed for number, page in enumerate(pages) for placed in _placed(page, number)]
    starts = [i for i, placed in enumerate(lines) if i > 1 and is_heading(placed.line)]
    head = [placed.line for placed in lines[: starts[0] if starts else len(lines)]]
    ends = [*starts[1:], len(lines)] if starts else []
    for start, end in zip(starts, ends, strict=True):
        if _CONTACT in lines[start].line.text.casefold():
            head += [placed.line for placed in lines[start + 1 : end]]
    texts = tuple(text for line in head for item in line.items for text in dict.fromkeys((item.text, said(item.text))))
    found = [token for text in texts for token in (_EMAIL.findall(text))]
    parts = (
        Part(lines[start].line.text, tuple(_entries(lines[start + 1 : end])))
        for start, end in zip(starts, ends, strict=True)
    )
    return Resume(
        name=_name([item for line in head for item in line.items]),
        emails=tuple(found),
        phones=tuple(text for text in texts if _PHONE.fullmatch(text)),
        addresses=tuple(text for text in texts if "@" not in text and _ADDRESS.fullmatch(text)),
        profile=texts,
        parts=tuple(parts),
    )


def said(text: str) -> str:
    """Return *text* without the label before it."""
    return _LABEL.sub("", text, count=1) if _LABEL.match(text) else text


def is_heading(line: Line) -> bool:
    """Tell whether a system takes *line* for the heading of a section."""
    if len(line.items) != 1 or not any(map(str.isalpha, line.text)):
        return False
    if line.items[0].is_bold and line.text == line.text.upper():
        return True
    words = line.text.split()
    plain = len(words) <= 2 and line.text[:1].isupper() and bool(re.fullmatch(r"[A-Za-z &]+", line.text))
    return plain and any(usual in line.text.lower() for usual in _USUAL)


def is_date(text: str) -> bool:
    """Tell whether *text* looks like a date, or a range of dates."""
    return bool(_YEAR.search(text)) and len(text) <= 80


def _placed(page: Page, number: int) -> Iterator[_Placed]:
    """Yield the lines of *page* but for what repeats at the foot or head of later pages."""
    before: float | None = None
    for line in page.lines:
        if number and line.y < 0.06 * page.height:
            continue
        yield _Placed(line, 0.0 if before is None else before - line.y)
        before = line.y


def usual_gap(gaps: Iterable[float]) -> float:
    """Return the most frequent of *gaps* between lines, to the half point; the smaller of two, 0 of none."""
    counted = Counter(round(gap * 2) / 2 for gap in gaps if gap > 2)
    return min(counted, key=lambda gap: (-counted[gap], gap), default=0.0)


def _entries(lines: Sequence[_Placed]) -> Iterator[tuple[str, ...]]:
    """Yield the texts of each entry: parted by wide gaps or, where there are none, by bold lines."""
    usual = usual_gap(placed.gap for placed in lines)
    wide = [i for i, placed in enumerate(lines) if i and usual and placed.gap > ENTRY_GAP * usual]
    if not wide:
        bold = [_begins_bold(placed.line) for placed in lines]
        wide = [i + 1 for i, (before, here) in enumerate(pairwise(bold)) if here and not before]
    for start, end in zip([0, *wide], [*wide, len(lines)], strict=True):
        if texts := tuple(text for placed in lines[start:end] for text in _texts(placed.line)):
            yield texts


def _begins_bold(line: Line) -> bool:
    return line.items[0].is_bold


def _texts(line: Line) -> Iterator[str]:
    """Yield the texts of *line*, a bullet apart from what it stands before."""
    for item in line.items:
        text = item.text
        if text[:1] in BULLETS or text[:2] in ("– ", "- "):
            yield text[0]
            text = text[1:].strip()
        if text:
            yield text


def _name(items: Sequence[Item]) -> str:
    """Return the text that looks most like a name: letters only, bold, large, few words."""
    best = max(items[:8], key=_like_a_name, default=None)
    return best.text if best else ""


def _like_a_name(item: Item) -> float:
    text = item.text
    points = 3.0 if all(c.isalpha() or c in " .'’-·" for c in text) else 0.0
    points += 2.0 if item.is_bold else 0.0
    points -= 4.0 if re.search(r"[@\d,/]", text) else 0.0
    points -= 2.0 if len(text.split()) > _MAX_NAME_WORDS else 0.0
    return points + item.size / 100
