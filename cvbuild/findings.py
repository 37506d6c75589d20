"""Findings: what a check has to say of a finished file, or of the facts of a profile, each by the name of its rule."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from cvbuild.errors import Mark, Problem

Severity = Literal["error", "warning", "note"]
SEVERITIES: tuple[Severity, ...] = ("error", "warning", "note")


class Finding(Struct, frozen=True):
    """One thing that was found, under the name of the `rule` that found it.

    An error says that the file or the fact is wrong, a warning that it seems so, a note what was not looked at.
    """

    rule: str
    severity: Severity
    problem: Problem

    def told(self) -> Problem:
        """Return the problem with the name of the rule behind what it says."""
        return replace(self.problem, message=f"{self.problem.message} [{self.rule}]")


def ordered(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return *findings*, each once: errors first, then by their places."""
    return tuple(sorted(dict.fromkeys(findings), key=lambda f: (SEVERITIES.index(f.severity), f.problem)))


def error(rule: str, message: str, mark: Mark, where: str = "", hint: str = "") -> Finding:
    return Finding(rule, "error", Problem(mark, where, message, hint))


def warning(rule: str, message: str, mark: Mark, where: str = "", hint: str = "") -> Finding:
    return Finding(rule, "warning", Problem(mark, where, message, hint))


def note(rule: str, message: str, mark: Mark, where: str = "", hint: str = "") -> Finding:
    return Finding(rule, "note", Problem(mark, where, message, hint))
