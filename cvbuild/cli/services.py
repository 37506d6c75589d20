"""What a CI service shows of a run: each problem at its line, and what was built.

GitHub reads workflow commands among the output, and a summary in Markdown; GitLab a report on the quality of code.
Whatever a person wrote is data in either: it begins no command, ends no cell and links to nothing.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from pathlib import Path

from msgspec import Struct

from cvbuild.errors import Problem, visible

FORMS = ("github", "gitlab")
GITLAB_REPORT = "gl-code-quality-report.json"
_COMMANDS = {"error": "error", "warning": "warning", "note": "notice"}
_GITLAB = {"error": "major", "warning": "minor", "note": "info"}
_SIGNS = {"error": "❌", "warning": "⚠️", "note": "ℹ️"}
# GitHub takes a mebibyte for each step.
_MOST_LINES = 200
_MOST_CHARACTERS = 500


class Told(Struct, frozen=True):
    """A problem with its severity: error, warning or note."""

    severity: str
    problem: Problem


def command(told: Told) -> str:
    """Return the workflow command, on one line, by which GitHub shows a problem at its place."""
    mark = told.problem.mark
    places = {"file": _path(mark.file), "line": mark.line, "col": mark.column} if mark.line else {}
    if mark.file and not mark.line and Path(mark.file).is_file():
        places = {"file": _path(mark.file)}
    said = ",".join(f"{name}={_property(str(value))}" for name, value in {**places, "title": "cvbuild"}.items())
    return f"::{_COMMANDS[told.severity]} {said}::{_data(_message(told.problem, whole=not places))}"


def harmless(text: str) -> str:
    """Return *text*, which is printed among commands, so that nothing in it is one."""
    return text.replace("##[", "## [").replace("::", ": :")


def summary(artifacts: Sequence[Mapping[str, object]], told: Sequence[Told]) -> str:
    """Return what was built and what was found as Markdown; *artifacts* are as the manifest has them."""
    lines = []
    if artifacts:
        lines = ["| document | pages | theme | language | as of |", "| --- | ---: | --- | --- | --- |"]
        lines += (_row(artifact) for artifact in artifacts[:_MOST_LINES])
        lines.append("")
    lines += (_item(one) for one in told[:_MOST_LINES])
    rest = len(told) - _MOST_LINES
    return "\n".join([*lines, *([f"- … and {rest} more"] if rest > 0 else []), ""])


def quality(told: Iterable[Told]) -> bytes:
    """Return what was found as GitLab's report on the quality of code."""
    return (json.dumps([_issue(one) for one in told], indent=2, ensure_ascii=False) + "\n").encode()


def _issue(told: Told) -> dict[str, object]:
    mark, message = told.problem.mark, _message(told.problem, whole=False)
    print_of = f"{_path(mark.file)}\0{told.problem.where}\0{told.problem.message}"
    return {
        "description": message,
        "check_name": "cvbuild",
        "fingerprint": sha256(print_of.encode("utf-8", "backslashreplace")).hexdigest(),
        "severity": _GITLAB[told.severity],
        "location": {"path": _path(mark.file) or "cv.yaml", "lines": {"begin": max(mark.line, 1)}},
    }


def _message(problem: Problem, *, whole: bool) -> str:
    place = str(problem.mark) if whole else ""
    text = ": ".join(filter(None, [place, problem.where, problem.message]))
    return visible(text + (f"\nhint: {problem.hint}" if problem.hint else ""))


def _path(file: str) -> str:
    """Return the name of a file as it is called from the top of the repository, where commands run."""
    path = Path(file)
    if path.is_absolute() and path.is_relative_to(Path.cwd()):
        path = path.relative_to(Path.cwd())
    return visible(os.path.normpath(path)) if file else ""


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def _row(artifact: Mapping[str, object]) -> str:
    facts = (artifact.get(name) for name in ("pages", "theme", "language", "as_of"))
    cells = (Path(str(artifact["path"])).name, *facts)
    return "| " + " | ".join(_plain(str(cell or "")) for cell in cells) + " |"


def _item(told: Told) -> str:
    mark = _plain(str(told.problem.mark))
    text = _plain(_message(told.problem, whole=False))
    return "- " + " ".join(filter(None, [_SIGNS[told.severity], f"<code>{mark}</code>" if mark else "", text]))


def _plain(text: str) -> str:
    """Return *text* as Markdown that shows it and does nothing: all that could be a sign as an entity."""
    short = visible(text[:_MOST_CHARACTERS]) + ("…" if len(text) > _MOST_CHARACTERS else "")
    return re.sub(r"[!-/:-@\[-`{-~]", lambda match: f"&#{ord(match[0])};", " ".join(short.split()))
