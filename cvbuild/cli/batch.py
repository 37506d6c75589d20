"""Several artifacts at once: made side by side, told in the order in which they were asked for."""

from __future__ import annotations

import gc
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

from cvbuild.artifact import Artifact
from cvbuild.cli.jobs import Done, Job
from cvbuild.engines.closing import closed
from cvbuild.errors import CvError

_BAR = 24
# So many documents leave too little garbage to be looked for.
_FEW = 4


def run(jobs: Sequence[Job], make: Callable[[Job], Artifact], workers: int, *, shown: bool) -> Iterator[Done]:
    """Yield what comes of each of *jobs*, in their order; *workers* of them are at work at a time.

    Where *shown*, and on a terminal, a bar says how far it is.
    """
    if len(jobs) > _FEW:
        # What is there stays, and need not be looked at again.
        gc.freeze()
        gc.enable()
    bar = _Bar(len(jobs)) if shown and len(jobs) > 1 and sys.stderr.isatty() else None
    with ThreadPoolExecutor(workers) as pool:
        try:
            for number, done in enumerate(pool.map(lambda job: _timed(job, make), jobs), 1):
                if bar:
                    bar.clear()
                yield done
                if bar:
                    bar.show(number)
        except BaseException:
            # Whoever interrupts a build does not want to wait for its end.
            with closed():
                pool.shutdown(wait=True, cancel_futures=True)
            raise
        finally:
            if bar:
                bar.clear()


def _timed(job: Job, make: Callable[[Job], Artifact]) -> Done:
    started = time.perf_counter()
    try:
        made: Artifact | CvError = make(job)
    except CvError as error:
        made = error
    return Done(job, made, time.perf_counter() - started)


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
