"""`cvbuild build`."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator

from msgspec.structs import replace

from cvbuild import cli, pipeline
from cvbuild.artifact import Artifact
from cvbuild.cli import batch, fitting
from cvbuild.cli.again import Memory
from cvbuild.cli.finished import Told, collision, destination, finish
from cvbuild.cli.jobs import Job
from cvbuild.cli.wishes import UsageError, load, overrides, place
from cvbuild.errors import CvError, Problem, listed
from cvbuild.orders import Order, build_all
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
    jobs, failures = planned(options)
    for error in failures:
        told.fail(error)
    is_private = options.private or any(_is_private(job.source, job.variant) for job in jobs)
    # Nobody here knows what an engine elsewhere has read.
    if memory and (is_private or options.scheduler):
        memory.forget()
    orders = [_order(job, options, memory) for job in jobs]
    shown = not (options.quiet or options.json)
    if options.scheduler:
        from cvbuild.cli import cluster

        executor, share = cluster.connected(options.scheduler)
        outcomes = build_all(orders, executor, cluster.LOST, afar=True, share=share)
    else:
        executor = batch.local(options.jobs, len(jobs))
        outcomes = build_all(orders, executor)
    made = batch.ordered(jobs, outcomes, executor, shown=shown)
    return finish(made, options, told)


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

    def make(job: Job) -> Artifact:
        order = _order(job, options)
        return pipeline.build(order.source, order.variant, order.format, order.overrides, order.place, order.lock)

    return make


def _order(job: Job, options: argparse.Namespace, memory: Memory | None = None) -> Order:
    where = replace(place(job.source), trusts_themes=options.trust_theme, checks=not options.no_check,
                    kept=memory.documents if memory else None)  # fmt: skip
    lock = fitting.lock_of(job.source, job.variant, options)
    return Order(job.source, job.variant, job.format, overrides(options), where, lock)


def _is_private(source: Source, variant: str) -> bool:
    # One that is not there is told of when it is to be built.
    return (not variant or variant in source.profile.variants) and shows_private(source.profile, variant)


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
            suffix = pipeline.FORMATS[name]
            path = destination(options.output, source.profile.file, variant, suffix, single=single)
            yield Job.of(source, variant, name, suffix, path)


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


