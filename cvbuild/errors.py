"""What can be wrong, and where: problems with positions, and the errors that carry them.

Every stage collects its problems and raises once. Whatever is raised that is not a `CvError` is a bug.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from typing import ClassVar

from msgspec import Struct


class Mark(Struct, frozen=True, order=True):
    """A place in a file: lines and columns count characters from 1; a line of 0 means the file as a whole."""

    file: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}" if self.line else self.file


NOWHERE = Mark("")


class Placed(Struct, frozen=True, eq=False):
    """A value that equals another by all that it says, wherever the two of them stand."""

    # The fields that do not count.
    aside: ClassVar[frozenset[str]] = frozenset({"mark", "marks"})

    def __eq__(self, other: object) -> bool:
        return self is other or (type(self) is type(other) and self.said() == other.said())

    def __hash__(self) -> int:
        return hash((type(self), self.said()))

    def said(self) -> tuple[object, ...]:
        """Return the fields that count."""
        return tuple(getattr(self, name) for name in self.__struct_fields__ if name not in self.aside)


class Problem(Placed, frozen=True, eq=False):
    """One thing that is wrong: its place, the path of the value, what was found and what would be right."""

    mark: Mark
    where: str
    message: str
    hint: str = ""

    aside: ClassVar[frozenset[str]] = frozenset({"hint"})

    def __lt__(self, other: Problem) -> bool:
        return (self.mark, self.where, self.message) < (other.mark, other.where, other.message)

    def __str__(self) -> str:
        parts = [one_line(str(self.mark)), *(visible(part) for part in (self.where, self.message))]
        parts = [part for part in parts if part]
        return ": ".join(parts) + (f"\n  hint: {visible(self.hint)}" if self.hint else "")


class CvError(Exception):
    """The person's files, wishes or machine are at fault; `problems` says how, all at once, in file order.

    `log` is all that an engine said before it failed, '' where none did.
    """

    def __init__(self, *problems: Problem, log: str = "") -> None:
        self.problems = tuple(sorted(dict.fromkeys(problems)))
        self.log = log
        super().__init__("\n".join(map(str, self.problems)))

    def __reduce__(self) -> tuple[object, ...]:
        return _again, (type(self), self.problems, self.log)


def _again(kind: type[CvError], problems: tuple[Problem, ...], log: str) -> CvError:
    """Return the error that comes out of a process as it went in."""
    return kind(*problems, log=log)


class ProfileError(CvError):
    """A profile, or a file that belongs to it, cannot be read as one."""


class VariantError(CvError):
    """A view asks for what the profile does not have, or contradicts itself."""


class ThemeError(CvError):
    """A theme is missing, broken, or does not offer what a style asks of it."""


class EngineError(CvError):
    """An engine is missing or failed."""


class LimitError(CvError):
    """A limit that protects the machine was reached."""


class CheckError(CvError):
    """A finished file does not show what it must, or shows what it must not; it is not published."""


class OutputError(CvError):
    """The artifact could not be written; whatever stood in its place is unharmed."""


# What a terminal would obey and nobody can see: controls, line separators, directions of writing, surrogates.
_UNSEEN = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
# Comparing with more names than any profile has would take its time.
_MAX_KNOWN = 3000


def visible(text: str) -> str:
    """Return *text* with escapes for what cannot be seen."""
    return _UNSEEN.sub(lambda match: match[0].encode("unicode_escape").decode(), text)


def one_line(name: str) -> str:
    """Return the name of a file as it is printed: with escapes for what cannot be seen, and for line ends."""
    return visible(name).replace("\n", "\\n")


def quoted(text: str) -> str:
    """Return *text* as a message quotes it: on one line, and no longer than that."""
    line = text[:200].replace("\n", " ")
    return f"'{line if len(line) <= 60 else line[:59] + '…'}'"


def closest(name: str, known: Iterable[str]) -> str:
    """Return the one of *known* that *name* is a slip of, '' where none is close."""
    folded = {known_name.casefold(): known_name for known_name in sorted(known)}
    if len(folded) > _MAX_KNOWN or len(name) > 200:
        return ""
    close = difflib.get_close_matches(name.casefold(), folded, n=1, cutoff=0.6)
    return folded[close[0]] if close else ""


def nearest(name: str, known: Iterable[str]) -> str:
    """Return a hint that names the closest of *known*, or nothing where none is close."""
    found = closest(name, known)
    return f"did you mean '{found}'?" if found else ""


def listed(names: Iterable[str], joiner: str = "or") -> str:
    """Return *names* as a person lists them: `a, b or c`."""
    known = list(names)
    return f" {joiner} ".join([", ".join(known[:-1]), known[-1]] if len(known) > 1 else known)
