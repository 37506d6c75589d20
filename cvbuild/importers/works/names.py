"""Names in author lists: their parts, the marks stuck to them, and which of them is the person's own."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from msgspec import Struct
from msgspec.structs import replace

from cvbuild.importers.works.work import Name
from cvbuild.profile.authors import MARKS

_TEX_MARKS = {"dagger": "†", "dag": "†", "ddagger": "‡", "ddag": "‡", "ast": "*", "star": "*", "S": "§", "P": "¶"}
_SIGNS = re.escape(MARKS)
# A mark in TeX: $^{\dagger}$, \textsuperscript{*}; or one that is typed. A number is somebody's affiliation, and none
# of a CV's business.
_MARK = re.compile(
    rf"\s*(?:\$\s*\^?\s*\{{?((?:\\(?:dagger|ddagger|dag|ddag|ast|star|S|P)\b\s*|[{_SIGNS},\s\d])++)\}}?\s*\$"
    rf"|\\textsuperscript\{{((?:\\(?:dagger|ddagger|dag|ddag|ast|star|S|P)\b\s*|[{_SIGNS},\s\d])++)\}}"
    rf"|((?:\\(?:dagger|ddagger|dag|ddag|textdagger)\b(?:\{{\}})?\s*|\\?[{_SIGNS}])+))\s*(?=$|[\s,}}])"
)
_PARTICLE = re.compile(r"(?:[a-zà-ÿ][\w’'-]*\s+)+")
_INITIALS = re.compile(r"[A-Z](?:[.-]?[A-Z]){0,3}\.?")


def marks_of(text: str) -> tuple[str, str]:
    """Return a name as a file writes it, TeX and all, without its marks, and the marks."""
    found: list[str] = []

    def take(match: re.Match[str]) -> str:
        said = match[1] or match[2] or match[3]
        for macro in re.findall(rf"\\([A-Za-z]+)|([{_SIGNS}])", said):
            found.append(_TEX_MARKS.get(macro[0], "†") if macro[0] else macro[1])
        return ""

    left = _MARK.sub(take, text)
    return left, "".join(dict.fromkeys(found))


def whole(text: str) -> Name:
    """Return the parts of a name that is written in one: `Sarrazola, B.`, `Johann van der Berg`, `Oh R`."""
    text, marks = marks_of(" ".join(text.split()))
    family, comma, given = (part.strip() for part in text.partition(","))
    if comma:
        suffix, second, rest = (part.strip() for part in given.partition(","))
        suffix, given = (suffix, rest) if second else ("", given)
        particle = _PARTICLE.match(family)
        cut = particle.end() if particle and particle.end() < len(family) else 0
        return Name(family[cut:], given, family[:cut].strip(), suffix, marks=marks)
    words = text.split()
    if len(words) < 2:
        return Name(literal=text.strip(), marks=marks)
    if _INITIALS.fullmatch(words[-1]) and words[-1].isupper() and len(words[0]) > 1 and not words[0].endswith("."):
        return Name(" ".join(words[:-1]), words[-1], marks=marks)
    lower = next((i for i, word in enumerate(words) if i and word[:1].islower() and i < len(words) - 1), None)
    start = next((i for i in range(lower, len(words)) if not words[i][:1].islower()), len(words) - 1) if lower else -1
    if lower:
        return Name(" ".join(words[start:]), " ".join(words[:lower]), " ".join(words[lower:start]), marks=marks)
    return Name(words[-1], " ".join(words[:-1]), marks=marks)


class Own(Struct, frozen=True):
    """The forms of the person's name, and their ORCID iD ('' where not known)."""

    forms: tuple[str, ...] = ()
    orcid: str = ""
    refused: frozenset[str] = frozenset()


def own_place(authors: Iterable[Name], own: Own) -> tuple[int | None, str]:
    """Return which of *authors* is the person, if one surely is; else why that cannot be said ('' where nobody is)."""
    listed = tuple(authors)
    by_id = [i for i, name in enumerate(listed) if own.orcid and name.orcid == own.orcid]
    if by_id:
        return by_id[0], ""
    others = {i for i, name in enumerate(listed) if name.orcid and own.orcid}
    alike = [_likeness(name, own) if i not in others else 0 for i, name in enumerate(listed)]
    sure = [i for i, degree in enumerate(alike) if degree == 2]
    if len(sure) == 1:
        return sure[0], ""
    names = ", ".join(listed[i].written for i, degree in enumerate(alike) if degree)
    if sure:
        return None, f"{names}: more than one of the authors may be you"
    return None, f"{names} has your last name, and nothing says that it is you" if names else ""


def _likeness(name: Name, own: Own) -> int:
    """Return 2 where *name* may well be the person's, 1 where only the last name surely is, 0 where it is another's.

    `I. Valadeiro` may be Isabel; she is not where the person is also known to be Inês.
    """
    degrees = [(_compared(name, form), form) for form in own.forms]
    if _tokens(name.given) and len(_tokens(name.given)[0]) > 1:
        written_out = [degree for degree, form in degrees if degree is not None and len(_tokens(form)[0]) > 1]
        degrees = [(degree and min(degree, 1), form) if len(_tokens(form)[0]) == 1 else (degree, form)
                   for degree, form in degrees]  # fmt: skip
        if written_out and not any(written_out):
            return 0
    return max((degree or 0 for degree, _ in degrees), default=0)


def _compared(name: Name, form: str) -> int | None:
    """Return how like *name* is to one form of the person's; nothing where not even the last name is."""
    if not _tokens(form):
        return None
    if name.literal:
        if _folded(name.literal) == _folded(form):
            return 2
        return 1 if len(_tokens(name.literal)) == 1 and _tokens(form)[-1:] == _tokens(name.literal) else None
    family, particle, given = (_tokens(part) for part in (name.family, name.particle, name.given))
    for own_given, own_family in _readings(form):
        if own_family in (family, particle + family):
            if not given or not own_given:
                return 1
            return 2 if _compatible(given, own_given) else 0
    return None


@lru_cache(maxsize=256)
def _readings(form: str) -> tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]:
    """Return the given and the family names that *form* may have: any of its words may begin the family's."""
    family, comma, given = form.partition(",")
    if comma:
        return ((_tokens(given), _tokens(family)),)
    words = _tokens(form)
    return tuple((words[:i], words[i:]) for i in range(1 if len(words) > 1 else 0, len(words)))


def _compatible(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Tell whether two given names may be of one person: each word the same, or the initial of the other."""
    return all(a == b or (min(len(a), len(b)) == 1 and a[0] == b[0]) for a, b in zip(one, other, strict=False))


@lru_cache(maxsize=4096)
def _tokens(text: str) -> tuple[str, ...]:
    """Return the words of a name without accents, in one case; `SM` and `S.-M.` are two initials."""
    spaced = re.sub(r"[\u2010-\u2015\u2212.\s\u00a0-]+", " ", text)
    words = (list(word) if _are_initials(word, spaced) else [word] for word in spaced.split())
    return tuple(filter(None, (_folded(part) for parts in words for part in parts)))


def _are_initials(word: str, text: str) -> bool:
    """Tell whether *word* is initials: `SM`, and no word of a *text* that is all in capitals."""
    return word.isascii() and word.isupper() and len(word) <= 3 and (not text.isupper() or text == word)


def _folded(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(char for char in decomposed if char.isalnum())


def without_marks(name: Name) -> Name:
    """Return *name* with the marks that stand in any of its parts taken out, and kept."""
    marks = name.marks
    parts = {}
    for part in ("family", "given", "suffix", "literal"):
        parts[part], more = marks_of(getattr(name, part))
        marks += more
    return replace(name, **parts, marks="".join(dict.fromkeys(marks)))
