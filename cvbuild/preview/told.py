"""What is said to the page, in the shapes of JSON: problems with the lines they are about, choices, the document."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from cvbuild import theme
from cvbuild.artifact import Artifact
from cvbuild.drafts import Draft
from cvbuild.errors import CvError, Mark, Problem, one_line, visible
from cvbuild.findings import Finding
from cvbuild.preview import pictures
from cvbuild.profile import Profile
from cvbuild.theme import Option

Json = dict[str, object]
_AROUND = 2
_MAX_BYTES, _MAX_LINE = 1024 * 1024, 300


def problems(found: Iterable[Problem], severity: str) -> list[Json]:
    """Return *found*, each with the lines of its file about it."""
    return [_problem(problem, severity, "") for problem in found]


def findings(found: Iterable[Finding]) -> list[Json]:
    """Return *found*, as `problems` does, with their rules."""
    return [_problem(finding.problem, finding.severity, finding.rule) for finding in found]


def _problem(problem: Problem, severity: str, rule: str) -> Json:
    mark = problem.mark
    # A PDF that has no name yet is the one that is shown.
    file = "" if mark == Mark("pdf") else one_line(mark.file)
    return {
        "severity": severity, "rule": rule, "file": file, "line": mark.line, "column": mark.column,
        "where": visible(problem.where), "message": visible(problem.message), "hint": visible(problem.hint),
        "excerpt": excerpt(mark),
    }  # fmt: skip


def excerpt(mark: Mark) -> list[tuple[int, str]]:
    """Return the line of *mark* and some around it, with their numbers; none where there is none."""
    if not mark.line:
        return []
    try:
        with Path(mark.file).open("rb") as stream:
            lines = stream.read(_MAX_BYTES).decode(errors="replace").splitlines()
    except (OSError, ValueError):
        return []
    first = max(mark.line - _AROUND, 1)
    shown = lines[first - 1 : mark.line + _AROUND]
    return [(number, visible(line[:_MAX_LINE])) for number, line in enumerate(shown, first)]


def document(made: Artifact, name: str) -> Json:
    """Return what is said of a finished PDF that would be called *name*."""
    return {
        "digest": made.digest(), "pages": pictures.sizes(made.data), "name": name, "theme": made.theme,
        "engine": made.engine, "language": made.language, "as_of": made.as_of,
    }  # fmt: skip


def choices(profile: Profile, made: Draft, places: tuple[Path, ...]) -> Json:
    """Return what there is to choose from: variants, themes with their engines, languages, options of the theme."""
    options = [
        {"name": option.name, "type": option.type, "help": _help(option),
         "values": list(option.values), "value": _plain(made.options[option.name])}
        for option in made.theme.options.values()
    ]  # fmt: skip
    return {"variants": list(profile.variants), "languages": list(profile.translations),
            "themes": list(themes(places)), "options": options}  # fmt: skip


def themes(places: tuple[Path, ...]) -> Iterator[tuple[str, str]]:
    """Yield each theme that a CV can have, with its engine where that is not its first, and what it is called."""
    for folder in theme.available(places):
        try:
            found = theme.load(folder.name, places)
        except CvError:
            continue
        if not found.abstract:
            yield found.name, found.name
            for engine in found.engines[1:]:
                yield f"{found.name}@{engine}", f"{found.name}, by {engine}"


def _help(option: Option) -> str:
    """Return what *option* does, and what may be said where that is not to be seen."""
    return option.help if option.type in ("bool", "choice") else f"{option.help} ({option.expected})"


def _plain(value: str | bool) -> str:
    return value if isinstance(value, str) else str(value).lower()
