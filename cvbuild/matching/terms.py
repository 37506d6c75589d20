"""Terms: words that name a skill, folded so that `CI-CD`, `ci/cd` and `continuous integration` are one."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator
from functools import cache
from importlib import resources

from msgspec import Struct

Key = tuple[str, ...]

# Letters with what names of technologies have in and behind them; a full stop only inside, or before a name.
_TOKEN = re.compile(r"(?<!\w)\.?[^\W_][\w]*(?:[.'’][\w]+)*[+#]{0,2}")
_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
MAX_WORDS = 5
# Shorter names are also words, or parts of them: they count only as they are written.
_SHORT = 2


class Term(Struct, frozen=True):
    """One thing by all its names; the first is shown."""

    names: tuple[str, ...]

    @property
    def name(self) -> str:
        return self.names[0]


def tokens(text: str) -> list[str]:
    """Return the words of *text*, as they are written."""
    return [match[0].rstrip(".") for match in _TOKEN.finditer(text)]


def folded(word: str) -> str:
    """Return *word* in one case, and of a plural the singular."""
    key = word.casefold().replace("’", "'")
    key = key.removesuffix("'s")
    if len(key) > 4 and key.endswith("ies"):
        return key[:-3] + "y"
    return key[:-1] if len(key) > 3 and key.endswith("s") and not key.endswith(("ss", "us", "is", ".js")) else key


def key_of(name: str) -> Key:
    return tuple(map(folded, tokens(name)))


class Text:
    """A text, ready to be asked which names stand in it."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.words = tokens(text)
        keys = [folded(word) for word in self.words]
        self.counts: dict[Key, int] = {}
        for start in range(len(keys)):
            for end in range(start + 1, min(start + MAX_WORDS, len(keys)) + 1):
                run = tuple(keys[start:end])
                self.counts[run] = self.counts.get(run, 0) + 1

    def count(self, name: str) -> int:
        """Return how often *name* stands in the text."""
        if _CJK.search(name):
            # Such texts have no spaces between words.
            return "".join(self.text.split()).count("".join(name.split()))
        if len(name) <= _SHORT:
            return self.words.count(name)
        key = key_of(name)
        joined = ("".join(key),) if len(key) > 1 else ()
        return self.counts.get(key, 0) + (self.counts.get(joined, 0) if joined else 0)

    def mentions(self, term: Term) -> int:
        """Return how often *term* stands in the text, under whichever of its names."""
        return sum(self.count(name) for name in term.names)


@cache
def table() -> tuple[tuple[Term, ...], frozenset[str]]:
    """Return the known names of things, and the words that name none."""
    data = tomllib.loads((resources.files("cvbuild") / "matching" / "aliases.toml").read_text("utf-8"))
    return tuple(Term(tuple(names)) for names in data["names"]), frozenset(data["ordinary"].split())


class Vocabulary:
    """The terms there are: those of the table, with what a profile calls them besides."""

    def __init__(self, own: Iterable[str]) -> None:
        self.by_key: dict[Key | str, Term] = {}
        known, self.ordinary = table()
        for term in known:
            for name in term.names:
                self.by_key.setdefault(_identity(name), term)
        for name in own:
            if name.strip() and _identity(name):
                self.by_key.setdefault(_identity(name), Term((name,)))

    def term(self, name: str) -> Term:
        """Return the term that *name* is a name of, if need be one of its own."""
        return self.by_key.get(_identity(name), Term((name,)))

    def __iter__(self) -> Iterator[Term]:
        return iter(dict.fromkeys(self.by_key.values()))

    def is_ordinary(self, word: str) -> bool:
        return folded(word) in self.ordinary or word.casefold() in self.ordinary


def _identity(name: str) -> Key | str:
    """Return what two writings of a name have in common."""
    if _CJK.search(name):
        return "".join(name.split())
    return name if len(name) <= _SHORT else key_of(name)


_TECHNICAL = re.compile(r"[^\W\d_][\d+#]|[a-z][A-Z]|[A-Z]{2}|\.\w")


def technical(line: str, vocabulary: Vocabulary, *, capitals: bool) -> Iterator[str]:
    """Yield words of *line* that are written as names of technologies are: `FastAPI`, `S3`, `C++`.

    With *capitals*, also those that have one inside a sentence, unless most words have: so titles are written.
    """
    words = tokens(line)
    titled = sum(word[:1].isupper() for word in words) > 0.6 * len(words) and len(words) > 1
    for sentence in re.split(r"(?<=[.!?:;])\s+", line):
        for index, word in enumerate(tokens(sentence)):
            capital = capitals and not titled and index > 0 and word[:1].isupper() and len(word) > _SHORT
            named = _TECHNICAL.search(word) or capital
            if named and not vocabulary.is_ordinary(word) and not word.isdigit():
                yield word
