"""The texts of a document against the text of its pages: what is there, what is not, what else is."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence

from msgspec import Struct, field

from cvbuild.checks.expected import FORMULA, Expected, squeezed

# What themes put between texts: bullets, and what a label or a note stands in.
DECORATION = re.compile(r"[•–—\-:;,.()\[\]·|/▪■◦○●*›»]*")
# Below so many letters a text may stand anywhere by chance.
_TELLING = 4


class Differences(Struct, frozen=True):
    """How a page differs from its document; `lost` and `moved` are indices of expected texts.

    `invented` is what stands there and is nobody's text; `formulas` are pairs of what a formula is and what is there.
    """

    lost: tuple[int, ...] = ()
    moved: tuple[int, ...] = ()
    invented: tuple[str, ...] = ()
    formulas: tuple[tuple[int, str, str], ...] = ()


class _Match(Struct):
    """Where an expected text stands."""

    index: int
    start: int
    end: int
    formulas: tuple[str, ...] = field(default=())


def compare(texts: Sequence[Expected], page: str) -> Differences:
    """Return how *page*, squeezed, differs from *texts* one after another with decoration between them."""
    found = _in_order(texts, page)
    if found is not None:
        return Differences(formulas=tuple(_unlike(texts, found)))
    return _apart(texts, page)


def _in_order(texts: Sequence[Expected], page: str) -> list[_Match] | None:
    """Return where each of *texts* stands, or nothing where one is not where it must be, or where more is there."""
    place, found = 0, []
    for index, text in enumerate(texts):
        gap = DECORATION.match(page, place)
        end = gap.end() if gap else place
        # A label that is not printed may be how its value begins: GitHub, github.com/ada.
        if text.optional and index + 1 < len(texts) and _at(index + 1, texts[index + 1], page, end):
            continue
        match = next((m for at in range(end, place - 1, -1) if (m := _at(index, text, page, at))), None)
        if match is None:
            if text.optional:
                continue
            return None
        found.append(match)
        place = match.end
    return found if not DECORATION.sub("", page[place:]) else None


def _at(index: int, text: Expected, page: str, place: int) -> _Match | None:
    if not text.formulas:
        return _Match(index, place, place + len(text.key)) if page.startswith(text.key, place) else None
    match = pattern(text, whole=True).match(page, place) or pattern(text).match(page, place)
    return _Match(index, match.start(), match.end(), match.groups()) if match else None


def pattern(text: Expected, *, whole: bool = False) -> re.Pattern[str]:
    """Return a pattern of *text* in which anything may stand for a formula that is about as long.

    If they are *whole*, each has at least as many characters as there are letters in it: the comma that follows it may
    be in it, too. One that ends a text, or that another one follows, has just as many characters in any case: there is
    nothing to tell its end by.
    """
    first, *parts = text.key.split(FORMULA)
    pattern = re.escape(first)
    for formula, part in zip(map(squeezed, text.formulas), parts, strict=True):
        letters = _letters(formula).total()
        length = f"{{{letters if whole else 0},{4 * len(formula) + 8}}}?" if part else f"{{{letters},{len(formula)}}}"
        pattern += f"(.{length}){re.escape(part)}"
    return re.compile(pattern, re.DOTALL)


def _letters(formula: str) -> Counter[str]:
    """Return the letters and figures of *formula*, whatever their style and order."""
    return Counter(c for c in unicodedata.normalize("NFKC", formula).casefold() if c.isalnum())


def _unlike(texts: Sequence[Expected], found: Sequence[_Match]) -> Iterator[tuple[int, str, str]]:
    for match in found:
        for formula, there in zip(texts[match.index].formulas, match.formulas, strict=False):
            if _letters(formula) != _letters(there):
                yield match.index, formula, there


# --- Where something is wrong.


def _apart(texts: Sequence[Expected], page: str) -> Differences:
    """Return what is lost, moved and invented: each text is looked for on its own, the longest first."""
    places: dict[int, _Match] = {}
    taken = _Taken()
    for index in sorted(range(len(texts)), key=lambda i: (-len(texts[i].key), i)):
        if match := _found(index, texts[index], page, places, taken):
            places[index] = match
            taken.add(match.start, match.end)
    lost = tuple(i for i, text in enumerate(texts) if i not in places and not text.optional)
    matches = [places[i] for i in sorted(places)]
    steady = _longest_rising([match.start for match in matches])
    moved = tuple(match.index for i, match in enumerate(matches) if i not in steady)
    rest = [_bare(page[start:end]) for start, end in taken.gaps(len(page))]
    return Differences(lost, moved, tuple(filter(None, rest)), tuple(_unlike(texts, matches)))


def _bare(text: str) -> str:
    """Return *text* without the decoration around it."""
    return _bare_end(_bare_end(text)[::-1])[::-1]


def _bare_end(text: str) -> str:
    decorated = DECORATION.match(text[::-1])
    return text[: len(text) - decorated.end()] if decorated else text


def _found(index: int, text: Expected, page: str, places: dict[int, _Match], taken: _Taken) -> _Match | None:
    """Return a free place for *text*: between its neighbours if there is one, else any, if it is a telling one."""
    before = max((places[i].end for i in places if i < index), default=0)
    after = min((places[i].start for i in places if i > index), default=len(page))
    anywhere = None
    for match in _places(index, text, page):
        if not taken.is_free(match.start, match.end):
            continue
        if before <= match.start and match.end <= after:
            return match
        anywhere = anywhere or match
    return anywhere if len(text.key) >= _TELLING else None


def _places(index: int, text: Expected, page: str) -> Iterator[_Match]:
    if text.formulas:
        for match in (*pattern(text, whole=True).finditer(page), *pattern(text).finditer(page)):
            yield _Match(index, match.start(), match.end(), match.groups())
        return
    place = page.find(text.key)
    while place >= 0:
        yield _Match(index, place, place + len(text.key))
        place = page.find(text.key, place + 1)


class _Taken:
    """Stretches that are taken, in their order."""

    def __init__(self) -> None:
        self.starts: list[int] = []
        self.ends: list[int] = []

    def is_free(self, start: int, end: int) -> bool:
        index = bisect_left(self.starts, start)
        before_is_free = index == 0 or self.ends[index - 1] <= start
        return before_is_free and (index == len(self.starts) or end <= self.starts[index])

    def add(self, start: int, end: int) -> None:
        index = bisect_left(self.starts, start)
        self.starts.insert(index, start)
        self.ends.insert(index, end)

    def gaps(self, length: int) -> Iterator[tuple[int, int]]:
        yield from zip([0, *self.ends], [*self.starts, length], strict=True)


def _longest_rising(numbers: Sequence[int]) -> set[int]:
    """Return the indices of a longest rising part of *numbers*."""
    tails: list[int] = []
    last: list[int] = []
    before: list[int] = []
    for index, number in enumerate(numbers):
        length = bisect_left(tails, number)
        before.append(last[length - 1] if length else -1)
        if length == len(tails):
            tails.append(number)
            last.append(index)
        else:
            tails[length], last[length] = number, index
    found, index = set(), last[-1] if last else -1
    while index >= 0:
        found.add(index)
        index = before[index]
    return found
