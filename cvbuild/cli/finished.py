"""Finished artifacts: put in their places, and told of. What makes them is not known here."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterable
from pathlib import Path

from msgspec import Struct, field
from msgspec.structs import replace

from cvbuild import cli
from cvbuild.artifact import Artifact, publish, publish_files
from cvbuild.cli import budgets, manifest, report
from cvbuild.cli.jobs import Done, Job
from cvbuild.errors import CvError, Mark, OutputError, Problem, ProfileError, one_line


class Told(Struct):
    """What was published or printed, what `failed` of it and what did before, and which warnings were told."""

    made: list[tuple[Done, Artifact]] = field(default_factory=list)
    failures: list[CvError] = field(default_factory=list)
    failed: list[tuple[Job, CvError]] = field(default_factory=list)
    warnings: set[Problem] = field(default_factory=set)

    def fail(self, error: CvError) -> None:
        """Tell of *error*."""
        report.errors(error)
        self.failures.append(error)


def finish(made: Iterable[Done], options: argparse.Namespace, told: Told) -> int:
    """Put each artifact of *made* in its place and tell of it, go on after a failure; return the first one's status."""
    for done in made:
        try:
            told.made.append((done, _finished(done, options, told.warnings)))
        except CvError as error:
            told.fail(error)
            told.failed.append((done.job, error))
    filed = [(done, artifact) for done, artifact in told.made if done.job.path is not None]
    entries = [manifest.entry(done.job, artifact) for done, artifact in filed]
    report.built(entries)
    if options.manifest:
        manifest.write(entries, [manifest.failure(job, error) for job, error in told.failed], Path(options.manifest))
    if options.json:
        problems = (problem for error in told.failures for problem in error.problems)
        rows = [_row(done, artifact) for done, artifact in filed]
        report.as_json({"artifacts": rows, "problems": report.described(problems)})
    return cli.status_of(told.failures[0]) if told.failures else cli.OK


def file_name(profile: str, variant: str, suffix: str) -> str:
    """Return the name of an artifact: the profile's, the variant's if any, and the suffix of its format.

    It is no option, no hidden file, and on one line, whatever the profile is called.
    """
    stem = re.sub(r"[^\w.+@ -]", "_", Path(profile).stem.strip("<>")).lstrip("-. ") or "cv"
    return "-".join(filter(None, [stem, variant])) + suffix


def destination(output: str | None, profile: str, variant: str, suffix: str, *, single: bool) -> Path | None:
    """Return where an artifact goes that is asked for at *output*, be it the *single* one; `None`: standard output."""
    if output == "-":
        return None
    folder, is_folder = Path(output or "build"), not suffix.startswith(".")
    if output and single and not output.endswith("/") and (is_folder or not folder.is_dir()):
        return folder
    return folder / file_name(profile, variant, suffix)


def collision(jobs: list[Job]) -> str:
    """Say what is wrong with the places of *jobs*: two artifacts for one, or one in the place of a profile."""
    seen = set()
    inputs = {file.resolve() for job in jobs for file in job.files}
    for job in jobs:
        if job.path is None:
            continue
        if job.path.resolve() in inputs:
            return f"'{job.path}' is a profile; it would be overwritten"
        if job.path in seen:
            return f"two artifacts for '{job.path}'; expected a folder for each, or profiles of different names"
        seen.add(job.path)
    return ""


def _finished(done: Done, options: argparse.Namespace, told: set[Problem]) -> Artifact:
    """Return the artifact of *done*, put in its place and told of; raise what kept it from being made."""
    job, artifact = done.job, accepted(done, options, told)
    if options.lock:
        from cvbuild.cli import fitting

        fitting.write_lock(job.profile, job.variant, artifact)
    if job.path is None:
        sys.stdout.buffer.write(artifact.data)
        return artifact
    put(artifact, job.path)
    if not (options.quiet or options.json):
        tell(artifact, job.path, done.seconds)
    return artifact


def accepted(done: Done, options: argparse.Namespace, told: set[Problem]) -> Artifact:
    """Return the artifact of *done*, having told of warnings that were not yet *told*.

    Raises what kept it from being made, and `ProfileError` for warnings that count as errors.
    """
    if isinstance(done.made, CvError):
        raise _with_log(done.job, done.made)
    artifact = done.made
    report.warnings((w for w in artifact.warnings if w not in told), strict=options.strict)
    told.update(artifact.warnings)
    if options.strict and artifact.warnings:
        name = done.job.path or "standard output"
        count = len(artifact.warnings)
        raise ProfileError(Problem(Mark(str(name)), "", f"not built: {count} warnings under --strict"))
    return artifact


def put(artifact: Artifact, path: Path) -> None:
    """Put *artifact* in its place."""
    if artifact.files:
        publish_files(artifact.files, path)
    else:
        publish(artifact.data, path)


def tell(artifact: Artifact, path: Path, seconds: float) -> None:
    """Print where *artifact* is, and what its page budget came to."""
    report.line(_line(artifact, path, seconds))
    if artifact.fit and (artifact.fit.tightened or artifact.fit.dropped):
        told = budgets.lines(artifact.fit) if artifact.pages else budgets.left_out(artifact.fit)
        for line in told:
            report.line(f"  {line}")


def _with_log(job: Job, error: CvError) -> CvError:
    """Return *error*, which says where all of the engine's log is now, if there was one and it could be written."""
    path = Path("build") / ".logs" / file_name(job.profile, job.variant, ".log")
    if not error.log:
        return error
    try:
        publish(error.log.encode("utf-8", "replace"), path)
    except OutputError:
        return error
    *others, last = error.problems
    hint = "\n".join(filter(None, [last.hint, f"the whole log: {one_line(str(path))}"]))
    return type(error)(*others, replace(last, hint=hint), log=error.log)


def _row(done: Done, artifact: Artifact) -> dict[str, object]:
    """Return what `--json` says of one artifact."""
    entry = manifest.entry(done.job, artifact)
    if artifact.fit:
        entry["fit"] = budgets.described(artifact.fit)
    return {**entry, "seconds": round(done.seconds, 3), "warnings": report.described(artifact.warnings)}


def _line(artifact: Artifact, path: Path, seconds: float) -> str:
    pages = f"  {artifact.pages} page{'s' if artifact.pages != 1 else ''}" if artifact.pages else ""
    return f"{one_line(str(path))}{pages}  {seconds:.2f} s"
