"""`cvbuild watch`."""

from __future__ import annotations

import argparse
import operator
import sys
import time
import traceback
from collections.abc import Callable, Iterable
from pathlib import Path
from threading import Event

from msgspec import Struct
from msgspec.structs import replace

from cvbuild import cli, pipeline
from cvbuild.artifact import Artifact
from cvbuild.cli import batch, report
from cvbuild.cli.build import formats_of, making, planned
from cvbuild.cli.finished import accepted, put, tell
from cvbuild.cli.jobs import Done, Job
from cvbuild.cli.wishes import UsageError, overrides, place
from cvbuild.engines import contained
from cvbuild.errors import CvError, Mark, OutputError, Problem
from cvbuild.preview import inputs
from cvbuild.preview.follow import Following
from cvbuild.preview.memory import Grounds, Memory
from cvbuild.view.resolve import COMMAND_LINE


class Round(Struct, frozen=True):
    """What came of building everything once: each artifact or why there is none, and what else is wrong."""

    done: tuple[Done, ...] = ()
    failures: tuple[CvError, ...] = ()

    @property
    def has_failed(self) -> bool:
        return bool(self.failures) or any(isinstance(done.made, CvError) for done in self.done)


def watch(options: argparse.Namespace, over: Event | None = None) -> int:
    """Build, and again whenever a file is saved that is read for it, until it is interrupted or *over*."""
    overrides(options)
    formats_of(options.format)
    _refuse_streams(options)
    watcher = Watcher(options)
    has_failed = operator.attrgetter("has_failed")
    following = Following(watcher.look, watcher.build, has_failed, watcher.tell, glance=watcher.glance)
    try:
        following.run(over or Event())
    except KeyboardInterrupt:
        print(file=sys.stderr)
    return cli.OK


def _refuse_streams(options: argparse.Namespace) -> None:
    if "-" in options.profiles or options.output == "-":
        raise UsageError(Problem(COMMAND_LINE, "watch", "standard input and output have no versions; expected files"))


class Watcher:
    """What was built last, and what was said of it."""

    def __init__(self, options: argparse.Namespace) -> None:
        self.options = argparse.Namespace(**{"lock": False, "json": False, **vars(options)})
        self.inputs = self._inputs()
        self.memory = Memory()
        # How many documents WeasyPrint has set in one round.
        self.set_by_weasyprint = 0
        self.wrong: dict[Problem, None] = {}
        self.warned: set[Problem] = set()
        self.kept: dict[Path, str] = {}

    def look(self) -> object:
        """Return the state of all that is read."""
        return self.inputs.state()

    def glance(self) -> object:
        """Return the state of the profiles."""
        return self.inputs.profiles_state()

    def build(self) -> Round:
        """Return what comes of building everything as it is now."""
        try:
            jobs, failures = planned(self.options)
            make = making(self.options) if len(jobs) == 1 else self._remembering(making(self.options))
            made = batch.run(jobs, make, batch.threads(min(self.options.jobs, len(jobs))), shown=False)
            return Round(tuple(made), tuple(failures))
        except CvError as error:
            return Round(failures=(error,))
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            return Round(failures=(OutputError(Problem(Mark(str(error.filename or "")), "", reason)),))
        except Exception:
            # Whoever writes goes on writing, and the next save may build; a bug is told with all that is known of it.
            return Round(failures=(CvError(Problem(Mark("cvbuild"), "", traceback.format_exc().strip())),))

    def tell(self, made: Round) -> None:
        """Put what was built in its place, and say what is new, what is wrong, and what is no more."""
        failures, told = list(made.failures), set(self.warned)
        self.warned = set()
        for done in made.done:
            try:
                artifact = accepted(done, self.options, told)
                self.warned.update(artifact.warnings)
                self._put(done, artifact)
            except CvError as error:
                failures.append(error)
        self._report(problem for error in failures for problem in error.problems)
        artifacts = (done.made for done in made.done if isinstance(done.made, Artifact))
        self.set_by_weasyprint = max(self.set_by_weasyprint, sum(made.engine == "weasyprint" for made in artifacts))
        # Those that have died, or have served long enough, are loaded again before they are wanted.
        contained.start(contained.Limits(), min(self.set_by_weasyprint, self.options.jobs))
        # A profile may name other files now; if there are any, what is looked at has changed, and is built from again.
        self.inputs = self._inputs()

    def _remembering(self, make: Callable[[Job], Artifact]) -> Callable[[Job], Artifact]:
        """Return what makes an artifact as *make* does, unless it would be the last one again."""
        files = self.inputs.beside_profiles()

        def made(job: Job) -> Artifact:
            source, wishes = job.source, overrides(self.options)
            grounds = Grounds.of(pipeline.draft(source, job.variant, wishes, place(source)), source.profile, files)
            artifact = self.memory.recall(job.path, grounds) or make(job)
            self.memory.keep(job.path, grounds, artifact)
            return artifact

        return made

    def _put(self, done: Done, artifact: Artifact) -> None:
        path, digest = done.job.path, artifact.digest()
        assert path is not None
        if self.kept.get(path) == digest and path.exists():
            return
        put(artifact, path)
        self.kept[path] = digest
        if not self.options.quiet:
            print(time.strftime("%H:%M:%S "), end="")
            tell(artifact, path, done.seconds)

    def _report(self, problems: Iterable[Problem]) -> None:
        wrong = dict.fromkeys(problems)
        known = {_said(problem) for problem in self.wrong}
        if new := [problem for problem in wrong if _said(problem) not in known]:
            report.errors(CvError(*new))
        left = {_said(problem) for problem in wrong}
        for problem in self.wrong:
            if _said(problem) not in left:
                print(f"mended: {replace(problem, hint='')}", file=sys.stderr)
        sys.stderr.flush()
        self.wrong = wrong

    def _inputs(self) -> inputs.Inputs:
        profiles = [Path(name) for name in self.options.profiles]
        themes = dict.fromkeys(folder for path in profiles for folder in (path.parent / "themes", Path("themes")))
        return inputs.of(profiles, themes)


def _said(problem: Problem) -> tuple[str, str, str]:
    """Return what tells *problem* from others, wherever it moves in its file."""
    return problem.mark.file, problem.where, problem.message
