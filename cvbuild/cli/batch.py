"""Several artifacts at once: made side by side, told in the order in which they were asked for."""

from __future__ import annotations

import gc
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from functools import partial
from typing import Literal, ParamSpec, TypeVar

from cvbuild.artifact import Artifact
from cvbuild.cli.jobs import Done, Job
from cvbuild.engines import closing
from cvbuild.errors import CvError
from cvbuild.orders import Outcome

P = ParamSpec("P")
T = TypeVar("T")
_BAR = 24
# So many documents leave too little garbage to be looked for.
_FEW = 4


def run(jobs: Sequence[Job], make: Callable[[Job], Artifact], executor: Executor, *, shown: bool) -> Iterator[Done]:
    """Yield what comes of each of *jobs*, in their order.

    Where *shown*, and on a terminal, a bar says how far it is.
    """
    with executor:
        yield from _shown(jobs, executor.map(partial(_timed, make), jobs), shown)


def ordered(
    jobs: Sequence[Job], outcomes: Iterable[Outcome], executor: Executor, *, shown: bool
) -> Iterator[Done]:
    """Yield what comes of each of *jobs*, in their order, as *outcomes* tell, for which *executor* works."""
    if len(jobs) > _FEW:
        # What is there stays, and need not be looked at again.
        gc.freeze()
        gc.enable()
    with executor:
        yield from _shown(jobs, outcomes, shown)


def _timed(make: Callable[[Job], Artifact], job: Job) -> Outcome:
    started = time.perf_counter()
    try:
        made: Artifact | CvError = make(job)
    except CvError as error:
        made = error
    return Outcome(made, time.perf_counter() - started)


def _shown(jobs: Sequence[Job], outcomes: Iterable[Outcome], shown: bool) -> Iterator[Done]:
    bar = _Bar(len(jobs)) if shown and len(jobs) > 1 and sys.stderr.isatty() else None
    try:
        for number, (job, outcome) in enumerate(zip(jobs, outcomes, strict=True), 1):
            if bar:
                bar.clear()
            yield Done(job, outcome.made, outcome.seconds)
            if bar:
                bar.show(number)
    finally:
        if bar:
            bar.clear()


def local(number: int, documents: int) -> Executor:
    """Return what makes *number* of so many *documents* at a time on this machine.

    Many are made by forks, for Python runs but one thread at a time. Few are done before forks had engines of their
    own, and one has been loaded for this process.
    """
    number = min(number, documents)
    if number > 1 and documents > _FEW:
        from cvbuild.cli import forks

        if forks.are_safe():
            _load()
            return forks.Forks(number)
    return threads(number)


def threads(number: int) -> Executor:
    """Return what makes *number* documents at a time in this process."""
    return _Threads(number) if number > 1 else _Here()


def _load() -> None:
    """Load what most documents need, and end what forks would load for themselves."""
    from cvbuild import artifact
    from cvbuild.checks import proof  # noqa: F401
    from cvbuild.writers import html, latex  # noqa: F401

    artifact.load()
    closing.stop()


class _Here(Executor):
    """Makes what is asked for when its result is, in the thread that waits for it.

    A contained engine ends with the thread that started it, and whoever builds again and again has one that goes on.
    """

    def submit(self, fn: Callable[P, T], /, *arguments: P.args, **named: P.kwargs) -> Future[T]:
        return _Later(partial(fn, *arguments, **named))


class _Later(Future[T]):
    def __init__(self, make: Callable[[], T]) -> None:
        super().__init__()
        self._make = make

    def result(self, timeout: float | None = None) -> T:
        if not self.done():
            self.set_result(self._make())
        return super().result(timeout)


class _Threads(ThreadPoolExecutor):
    """Threads that serve an executor's purpose here: engines have processes of their own.

    Whoever interrupts a build does not want to wait for its end.
    """

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> Literal[False]:
        if kind is None:
            self.shutdown()
        else:
            with closing.closed():
                self.shutdown(cancel_futures=True)
        return False


class _Bar:
    """A line on standard error that goes when anything else is printed."""

    def __init__(self, total: int) -> None:
        self.total = total
        self.show(0)

    def show(self, number: int) -> None:
        filled = _BAR * number // self.total
        print(f"\r{'━' * filled}{'─' * (_BAR - filled)} {number}/{self.total}", end="", file=sys.stderr, flush=True)

    def clear(self) -> None:
        print("\r\x1b[K", end="", file=sys.stderr, flush=True)
