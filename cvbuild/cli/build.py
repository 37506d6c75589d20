"""`cvbuild build`."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import replace

from cvbuild import cli, pipeline
from cvbuild.cli import batch, fitting
from cvbuild.cli.again import Memory
from cvbuild.cli.finished import Told, collision, destination, finish
from cvbuild.cli.jobs import Job
from cvbuild.cli.wishes import UsageError, load, overrides, place
from cvbuild.errors import CvError, Problem, listed
from cvbuild.orders import Order
from cvbuild.reader import Source
from cvbuild.view import Overrides
from cvbuild.view.resolve import COMMAND_LINE, shows_private


def build(options: argparse.Namespace, memory: Memory | None = None) -> int:
    """Make every artifact asked for; report each, go on after a failure, and return the first failure's status.

    What is made of public facts is kept in *memory*, if there is one.
    """
    if memory is None:
        return _build(options, None, Told())
    told = Told()
    with memory.watching(options.profiles):
        status = _build(options, memory, told)
    if status == cli.OK:
        memory.keep(told.made)
    return status


def _build(options: argparse.Namespace, memory: Memory | None, told: Told) -> int:
    wishes = overrides(options)
    formats = _formats(options.format)
    sources = []
    for name in options.profiles:
        try:
            sources.append(load(name))
        except CvError as error:
            told.fail(error)
    pairs = list(_jobs(options, sources, formats, wishes))
    jobs = [job for job, _ in pairs]
    _refuse_collisions(jobs, options)
    is_private = wishes.private or any(_is_private(source, job.variant) for job, source in pairs)
    # Nobody here knows what an engine elsewhere has read.
    if memory and (is_private or options.scheduler):
        memory.forget()

    orders = []
    for job, source in pairs:
        where = replace(place(source), trusts_themes=options.trust_theme, checks=not options.no_check,
                        kept=memory.documents if memory else None)  # fmt: skip
        lock = fitting.lock_of(source, job.variant, options)
        orders.append(Order(source, job.variant, job.format, wishes, where, lock))
    shown = not (options.quiet or options.json)
    if options.scheduler:
        from cvbuild.cli import cluster

        made = batch.run(jobs, orders, cluster.executor(options.scheduler), cluster.LOST, afar=True, shown=shown)
    else:
        made = batch.run(jobs, orders, batch.Local(min(options.jobs, len(jobs) or 1)), shown=shown)
    return finish(made, options, told)


def _is_private(source: Source, variant: str) -> bool:
    # One that is not there is told of when it is to be built.
    return (not variant or variant in source.profile.variants) and shows_private(source.profile, variant)


def _formats(text: str) -> tuple[str, ...]:
    formats = tuple(dict.fromkeys(text.split(",")))
    unknown = [name for name in formats if name not in pipeline.FORMATS]
    if unknown:
        raise UsageError(Problem(COMMAND_LINE, "--format", f"'{unknown[0]}'; expected {listed(pipeline.FORMATS)}"))
    return formats


def _jobs(
    options: argparse.Namespace, sources: list[Source], formats: tuple[str, ...], wishes: Overrides
) -> Iterator[tuple[Job, Source]]:
    pairs = [(source, variant) for source in sources for variant in _variants(source, options, wishes)]
    single = len(pairs) * len(formats) == 1
    for source, variant in pairs:
        for name in formats:
            file, suffix = source.profile.file, pipeline.FORMATS[name]
            path = destination(options.output, file, variant, suffix, single=single)
            yield Job(file, source.files, variant, name, suffix, path), source


def _refuse_collisions(jobs: list[Job], options: argparse.Namespace) -> None:
    """Refuse two artifacts for one place, and an artifact in the place of a profile."""
    if options.output == "-" and options.json:
        raise UsageError(Problem(COMMAND_LINE, "--json", "the artifact goes to standard output; expected one of them"))
    if options.output == "-" and any(job.format == "tex" for job in jobs):
        raise UsageError(Problem(COMMAND_LINE, "--output", "LaTeX is a folder of files; expected the name of one"))
    if options.output == "-" and len(jobs) > 1:
        raise UsageError(Problem(COMMAND_LINE, "--output", f"{len(jobs)} artifacts for standard output; expected one"))
    if wrong := collision(jobs):
        raise UsageError(Problem(COMMAND_LINE, "--output", wrong))


def _variants(source: Source, options: argparse.Namespace, wishes: Overrides) -> list[str]:
    if options.all:
        return public_variants(source) if not wishes.private else list(source.profile.variants) or [""]
    return options.variant or [""]


def public_variants(source: Source) -> list[str]:
    """Return the variants that show nothing private; of a profile without variants, the default view."""
    names = [name for name in source.profile.variants if not shows_private(source.profile, name)]
    return names if source.profile.variants else [""]


