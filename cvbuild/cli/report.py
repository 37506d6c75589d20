"""How problems are shown: as compilers do, so that editors jump to them; in colour on a terminal that wants it.

Where a CI service is to show them, they are told in its form instead: see `begin`.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import TextIO

from msgspec import Struct, field

from cvbuild.cli import services
from cvbuild.errors import CvError, Mark, Problem, one_line, visible
from cvbuild.findings import SEVERITIES, Finding

_BOLD, _RED, _YELLOW, _PLAIN = "\x1b[1m", "\x1b[31m", "\x1b[33m", "\x1b[0m"
_COLOURS = {"bold": _BOLD, "red": _RED, "green": "\x1b[32m", "yellow": _YELLOW}


class _Run(Struct):
    """What a command has told so far, for a service of the form `form`."""

    form: str = ""
    told: list[services.Told] = field(default_factory=list)
    artifacts: list[Mapping[str, object]] = field(default_factory=list)


_run = _Run()


def begin(form: str) -> None:
    """Have all that is told from now on told in *form*, one of `services.FORMS`, or to people where it is empty."""
    global _run
    _run = _Run(form)


def end() -> None:
    """Write what the service of the form reads when a command has ended; what cannot be written is left out."""
    run = _run
    begin("")
    with suppress(OSError):
        if run.form == "gitlab":
            Path(services.GITLAB_REPORT).write_bytes(services.quality(run.told))
        elif run.form == "github" and (page := os.environ.get("GITHUB_STEP_SUMMARY")):
            with Path(page).open("a", encoding="utf-8", errors="backslashreplace") as stream:
                stream.write(services.summary(run.artifacts, run.told))


def built(artifacts: Iterable[Mapping[str, object]]) -> None:
    """Note *artifacts*, as the manifest has them, for a summary."""
    _run.artifacts += artifacts


def line(text: str) -> None:
    """Print a result on standard output; among the commands of a service it is none of them."""
    print(services.harmless(text) if _run.form == "github" else text, flush=True)


def painted(text: str, colour: str) -> str:
    """Return *text* in a colour of `_COLOURS` where standard output wants it."""
    return f"{_COLOURS[colour]}{text}{_PLAIN}" if _coloured(sys.stdout) else text


def as_json(tree: object) -> None:
    """Print *tree* as JSON on standard output."""
    text = json.dumps(tree, indent=2, ensure_ascii=False)
    # The same text to whoever reads JSON, and no command.
    print(text.replace("##[", "#\\u0023[") if _run.form == "github" else text)


def position(mark: Mark) -> dict[str, object]:
    """Return *mark* as reports in JSON have it; a line of 0 is none."""
    return {"file": mark.file, "line": mark.line, "column": mark.column}


def described(problems: Iterable[Problem]) -> list[dict[str, object]]:
    """Return *problems* as reports in JSON have them."""
    return [{**position(p.mark), "where": p.where, "message": p.message, "hint": p.hint} for p in problems]


def errors(error: CvError) -> None:
    """Print the problems of *error* on standard error, each once."""
    for problem in error.problems:
        _print(problem, "")


def warnings(problems: Iterable[Problem], *, strict: bool) -> None:
    """Print *problems* as warnings, or, where *strict*, as the errors they count as."""
    for problem in problems:
        _print(problem, "" if strict else "warning")


def described_findings(found: Iterable[Finding]) -> list[dict[str, object]]:
    """Return findings as reports in JSON have them."""
    return [{"rule": f.rule, "severity": f.severity, **described([f.problem])[0]} for f in found]


def counted(found: Iterable[Finding]) -> str:
    """Return how many findings there are of each severity, in words."""
    severities = [finding.severity for finding in found]
    counts = [(severities.count(severity), severity) for severity in SEVERITIES]
    return ", ".join(f"{n} {name}{'s' if n != 1 else ''}" for n, name in counts if n) or "nothing found"


def findings(found: Iterable[Finding], *, strict: bool) -> None:
    """Print findings on standard error, each with the name of its rule; where *strict*, warnings as errors."""
    for finding in found:
        told = finding.severity
        _print(finding.told(), "" if told == "error" or (strict and told == "warning") else told)


def _print(problem: Problem, severity: str) -> None:
    told = services.Told(severity or "error", problem)
    _run.told.append(told)
    if _run.form == "github":
        print(services.command(told), file=sys.stderr, flush=True)
        return
    place, kind = one_line(str(problem.mark)), severity and f"{severity}: "
    rest = visible(": ".join(filter(None, [problem.where, problem.message])))
    if _coloured(sys.stderr):
        place, kind = f"{_BOLD}{place}{_PLAIN}", f"{_YELLOW}{kind}{_PLAIN}" if kind else ""
        rest = rest if severity else f"{_RED}{rest}{_PLAIN}"
    print(f"{place}: {kind}{rest}" if str(problem.mark) else f"{kind}{rest}", file=sys.stderr)
    if problem.hint:
        print(f"  hint: {visible(problem.hint)}", file=sys.stderr)


def _coloured(stream: TextIO) -> bool:
    """Tell whether colour is wanted: on a terminal, unless NO_COLOR is set (no-color.org) or it is a dumb one."""
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
