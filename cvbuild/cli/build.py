"""`cvbuild build`."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from cvbuild import cli, pipeline
from cvbuild.artifact import Artifact, publish, publish_files
from cvbuild.cli import batch, fitting, manifest, report
from cvbuild.cli.batch import Done, Job
from cvbuild.cli.wishes import UsageError, load, overrides, place
from cvbuild.errors import CvError, Mark, OutputError, Problem, ProfileError, listed, one_line
from cvbuild.reader import Source
from cvbuild.view import Overrides
from cvbuild.view.resolve import COMMAND_LINE, shows_private


def build(options: argparse.Namespace) -> int:
    """Make every artifact asked for; report each, go on after a failure, and return the first failure's status."""
    jobs, failures = planned(options)
    for error in failures:
        report.errors(error)
    told: set[Problem] = set()
    finished: list[tuple[Done, Artifact]] = []
    workers = min(options.jobs, len(jobs) or 1)
    for done in batch.run(jobs, making(options), workers, shown=not (options.quiet or options.json)):
        try:
            finished.append((done, _finished(done, options, told)))
        except CvError as error:
            report.errors(error)
            failures.append(error)
    filed = [(done, artifact) for done, artifact in finished if done.job.path is not None]
    entries = [manifest.entry(done.job, artifact) for done, artifact in filed]
    report.built(entries)
    if options.manifest:
        manifest.write(entries, Path(options.manifest))
    if options.json:
        problems = (problem for error in failures for problem in error.problems)
        rows = [_row(done, artifact) for done, artifact in filed]
        report.as_json({"artifacts": rows, "problems": report.described(problems)})
    return cli.status_of(failures[0]) if failures else cli.OK


def planned(options: argparse.Namespace) -> tuple[list[Job], list[CvError]]:
    """Return the artifacts asked for of the profiles that can be read, and what is wrong with the others.

    Raises `UsageError` where they cannot be made side by side.
    """
    wishes = overrides(options)
    formats = formats_of(options.format)
    sources, failures = [], []
    for name in options.profiles:
        try:
            sources.append(load(name))
        except CvError as error:
            failures.append(error)
    jobs = list(_jobs(options, sources, formats, wishes))
    _refuse_collisions(jobs, options)
    return jobs, failures


def making(options: argparse.Namespace) -> Callable[[Job], Artifact]:
    """Return what makes an artifact as *options* say."""
    wishes = overrides(options)

    def make(job: Job) -> Artifact:
        where = replace(place(job.source), trusts_themes=options.trust_theme, checks=not options.no_check)
        lock = fitting.lock_of(job.source, job.variant, options)
        return pipeline.build(job.source, job.variant, job.format, wishes, where, lock)

    return make


def formats_of(wished: list[str]) -> tuple[str, ...]:
    """Return the formats that options name, a PDF by default. Raises `UsageError` where one is none."""
    formats = tuple(dict.fromkeys(wished)) or ("pdf",)
    unknown = [name for name in formats if name not in pipeline.FORMATS]
    if unknown:
        raise UsageError(Problem(COMMAND_LINE, "--format", f"'{unknown[0]}'; expected {listed(pipeline.FORMATS)}"))
    return formats


def _jobs(
    options: argparse.Namespace, sources: list[Source], formats: tuple[str, ...], wishes: Overrides
) -> Iterator[Job]:
    pairs = [(source, variant) for source in sources for variant in _variants(source, options, wishes)]
    single = len(pairs) * len(formats) == 1
    for source, variant in pairs:
        for name in formats:
            yield Job(source, variant, name, _path(options.output, source, variant, name, single))


def _variants(source: Source, options: argparse.Namespace, wishes: Overrides) -> list[str]:
    if options.all:
        return public_variants(source) if not wishes.private else list(source.profile.variants) or [""]
    return options.variant or [""]


def public_variants(source: Source) -> list[str]:
    """Return the variants that show nothing private; of a profile without variants, the default view."""
    names = [name for name in source.profile.variants if not shows_private(source.profile, name)]
    return names if source.profile.variants else [""]


def file_name(source: Source, variant: str, suffix: str) -> str:
    """Return the name of an artifact: the profile's, the variant's if any, and the suffix of its format.

    It is no option, no hidden file, and on one line, whatever the profile is called.
    """
    stem = re.sub(r"[^\w.+@ -]", "_", Path(source.profile.file).stem.strip("<>")).lstrip("-. ") or "cv"
    return "-".join(filter(None, [stem, variant])) + suffix


def _path(output: str | None, source: Source, variant: str, name: str, single: bool) -> Path | None:
    if output == "-":
        return None
    folder = Path(output or "build")
    if output and single and not output.endswith("/") and (name in pipeline.FOLDERS or not folder.is_dir()):
        return folder
    return folder / file_name(source, variant, pipeline.FORMATS[name])


def _refuse_collisions(jobs: list[Job], options: argparse.Namespace) -> None:
    """Refuse two artifacts for one place, and an artifact in the place of a profile."""
    if options.output == "-" and options.annotations:
        message = "the artifact goes to standard output, where a service reads commands; expected one of them"
        raise UsageError(Problem(COMMAND_LINE, "--annotations", message))
    if options.output == "-" and options.json:
        raise UsageError(Problem(COMMAND_LINE, "--json", "the artifact goes to standard output; expected one of them"))
    folders = [job.format for job in jobs if job.format in pipeline.FOLDERS]
    if options.output == "-" and folders:
        message = f"{folders[0]} is a folder of files; expected the name of one"
        raise UsageError(Problem(COMMAND_LINE, "--output", message))
    if options.output == "-" and len(jobs) > 1:
        raise UsageError(Problem(COMMAND_LINE, "--output", f"{len(jobs)} artifacts for standard output; expected one"))
    seen: dict[Path, Job] = {}
    inputs = {file.resolve() for job in jobs for file in job.source.files}
    for job in jobs:
        if job.path is None:
            continue
        if job.path.resolve() in inputs:
            raise UsageError(Problem(COMMAND_LINE, "--output", f"'{job.path}' is a profile; it would be overwritten"))
        if job.path in seen:
            message = f"two artifacts for '{job.path}'; expected a folder for each, or profiles of different names"
            raise UsageError(Problem(COMMAND_LINE, "--output", message))
        seen[job.path] = job


def _finished(done: Done, options: argparse.Namespace, told: set[Problem]) -> Artifact:
    """Return the artifact of *done*, put in its place and told of; raise what kept it from being made."""
    job, artifact = done.job, accepted(done, options, told)
    if options.lock and artifact.format == "pdf":
        fitting.write_lock(job.source, job.variant, artifact)
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
        report.line("\n".join(f"  {line}" for line in fitting.lines(artifact.fit)))


def _with_log(job: Job, error: CvError) -> CvError:
    """Return *error*, which says where all of the engine's log is now, if there was one and it could be written."""
    path = Path("build") / ".logs" / file_name(job.source, job.variant, ".log")
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
        entry["fit"] = fitting.described(artifact.fit)
    return {**entry, "seconds": round(done.seconds, 3), "warnings": report.described(artifact.warnings)}


def _line(artifact: Artifact, path: Path, seconds: float) -> str:
    pages = f"  {artifact.pages} page{'s' if artifact.pages != 1 else ''}" if artifact.pages else ""
    return f"{one_line(str(path))}{pages}  {seconds:.2f} s"
