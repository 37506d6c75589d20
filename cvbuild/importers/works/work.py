"""Works as a file tells of them, before they become entries of a profile."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from cvbuild.errors import Mark, Placed, Problem


class Name(Struct, frozen=True):
    """A person, or a group under its `literal` name; `marks` are † ‡ * § ¶ # as they stood behind the name."""

    family: str = ""
    given: str = ""
    particle: str = ""
    suffix: str = ""
    literal: str = ""
    orcid: str = ""
    marks: str = ""

    @property
    def written(self) -> str:
        """The name as an author list has it: `Johann van der Berg Jr.`"""
        return self.literal or " ".join(filter(None, (self.given, self.particle, self.family, self.suffix)))


class Work(Placed, frozen=True, eq=False):
    """One work. Texts are prose of the profile: Markdown, with mathematics between dollars.

    `ids` are pairs of a kind (`doi`, `arxiv`, `pmid`, `openreview`, `isbn` …) and an identifier; `date` is written as a
    profile writes it, to the precision known. `kind` is `journal`, `conference`, `chapter`, `book`, `thesis`, `report`,
    `preprint`, `manuscript` or `other`. `truncated` says that there are more authors than told. `extras` are the texts
    that a profile has no field for, under the names the file gives them. What the file shows to nobody is `private`.
    """

    mark: Mark
    title: str = ""
    key: str = ""
    kind: str = "other"
    authors: tuple[Name, ...] = ()
    truncated: bool = False
    ids: tuple[tuple[str, str], ...] = ()
    venue: str = ""
    short_venue: str = ""
    volume: str = ""
    issue: str = ""
    pages: str = ""
    date: str = ""
    status: str = ""
    url: str = ""
    links: tuple[tuple[str, str], ...] = ()
    badge: str = ""
    abstract: str = ""
    subjects: tuple[str, ...] = ()
    note: str = ""
    extras: tuple[tuple[str, str], ...] = ()
    versions: tuple[Work, ...] = ()
    private: bool = False

    def id_of(self, kind: str) -> str:
        """Return the identifier of *kind*, '' where there is none."""
        return next((value for name, value in self.ids if name == kind), "")


class Works(Struct, frozen=True):
    """What a file holds: its `works` in file order.

    `problems` are its faults, each of which may have cost something; `guesses` are what was taken to be meant.
    """

    format: str
    works: tuple[Work, ...]
    problems: tuple[Problem, ...] = ()
    guesses: tuple[Problem, ...] = ()


class Notes:
    """What is noticed while a file is read."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self.guesses: list[Problem] = []

    def fault(self, mark: Mark, where: str, message: str, hint: str = "") -> None:
        self.problems.append(Problem(mark, where, message, hint))

    def guess(self, mark: Mark, where: str, message: str, hint: str = "") -> None:
        self.guesses.append(Problem(mark, where, message, hint))

    def works(self, kind: str, found: Iterable[Work]) -> Works:
        """Return *found* with all that was noticed."""
        told = tuple(found)
        return Works(kind, told, tuple(dict.fromkeys(self.problems)), tuple(dict.fromkeys(self.guesses)))
