"""Work shared out among forks of this process: each begins with all that this one has loaded and read.

What is asked for goes to them by the fork itself, so none of it is sent: only its number goes there, and what came of
it back. Nobody here has a thread, which a fork would have half of.
"""

from __future__ import annotations

import os
import pickle
import signal
import sys
import time
import traceback
from collections import deque
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, Executor, Future
from contextlib import suppress
from functools import partial
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from multiprocessing.context import ForkProcess
from pathlib import Path
from typing import Any, Literal, NoReturn, ParamSpec, TypeVar

from msgspec import Struct, field

from cvbuild.engines import closing
from cvbuild.kept import inputs

P = ParamSpec("P")
T = TypeVar("T")
# A fork has something to go on with while what it has made is taken from it.
_AHEAD = 2
# What takes two forks with it is not tried again.
_TRIES = 2
_GRACE_S = 5.0
_HANDLED = (signal.SIGINT, signal.SIGTERM)


def are_safe() -> bool:
    """Tell whether this process may be forked: on Linux, where it has no other thread."""
    try:
        return sys.platform == "linux" and len(list(Path("/proc/self/task").iterdir())) == 1
    except OSError:
        return False


class Forks(Executor):
    """Has *number* forks at work on what was asked for before the first result was.

    A fork that dies is replaced, and what it was at is given to another one, once: then it counts as broken. Whoever is
    interrupted ends them all.
    """

    def __init__(self, number: int) -> None:
        self._number = number
        self._asked: list[_Asked[Any]] = []
        self._waiting: deque[int] = deque()
        self._forks: dict[Connection, _Fork] = {}

    def submit(self, fn: Callable[P, T], /, *arguments: P.args, **named: P.kwargs) -> Future[T]:
        """Note what is to be done; it is begun when the first result is asked for."""
        assert not self._forks, "forks know what was asked for before they were there"
        asked = _Asked(partial(fn, *arguments, **named), self)
        self._waiting.append(len(self._asked))
        self._asked.append(asked)
        return asked

    def work(self, until: Future[Any]) -> None:
        """Have forks at work, and take what they have made, *until* that is done."""
        while not until.done():
            self._share_out()
            for connection in wait(list(self._forks)):
                assert isinstance(connection, Connection)
                try:
                    self._take(self._forks[connection], connection.recv())
                except (EOFError, OSError):
                    self._lose(connection)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """End all forks, at once where they are to *cancel_futures*."""
        for fork in self._forks.values():
            if cancel_futures:
                fork.process.terminate()
            fork.connection.close()
        end = time.monotonic() + _GRACE_S
        for fork in self._forks.values():
            fork.process.join(max(end - time.monotonic(), 0))
            fork.process.kill()
            fork.process.join()
        self._forks.clear()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> Literal[False]:
        self.shutdown(cancel_futures=kind is not None)
        return False

    def _share_out(self) -> None:
        """Give each fork something to do, and something to go on with."""
        while len(self._forks) < min(self._number, len(self._forks) + len(self._waiting)):
            if not self._fork():
                break
        for ahead in range(1, _AHEAD + 1):
            for fork in self._forks.values():
                if len(fork.given) < ahead and self._waiting:
                    fork.give(self._waiting.popleft())

    def _fork(self) -> bool:
        """Have one fork more, if there is room for one. Raises `MemoryError` where there is for none."""
        ours, theirs = get_context("fork").Pipe()
        others = [ours, *self._forks]
        process = get_context("fork").Process(target=_serve, args=(self._asked, theirs, others, os.getpid()))
        # Until it has handlers of its own, a signal that is meant for all would end it with a traceback.
        signal.pthread_sigmask(signal.SIG_BLOCK, _HANDLED)
        try:
            process.start()
        except OSError as error:
            ours.close()
            if not self._forks:
                raise MemoryError from error
            return False
        finally:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, _HANDLED)
            theirs.close()
        self._forks[ours] = _Fork(process, ours)
        return True

    def _take(self, fork: _Fork, answer: _Answer) -> None:
        asked = self._asked[fork.given.popleft()]
        inputs.hear(answer.seen)
        if answer.error is None:
            asked.set_result(answer.result)
        else:
            asked.set_exception(answer.error)

    def _lose(self, connection: Connection) -> None:
        """Have somebody else go on with what a fork was at that has died."""
        fork = self._forks.pop(connection)
        connection.close()
        fork.process.join()
        for number in reversed(fork.given):
            self._waiting.appendleft(number)
        if fork.given:
            asked = self._asked[fork.given[0]]
            asked.tries += 1
            if asked.tries == _TRIES:
                self._waiting.popleft()
                asked.set_exception(BrokenExecutor(f"{_TRIES} processes died of it{_of(fork.process.exitcode)}"))


def _of(status: int | None) -> str:
    return f", by {signal.Signals(-status).name}" if status and status < 0 else ""


class _Asked(Future[T]):
    """What is to be done, and what has come of it."""

    def __init__(self, make: Callable[[], T], forks: Forks) -> None:
        super().__init__()
        self.make = make
        self.tries = 0
        self._forks = forks

    def result(self, timeout: float | None = None) -> T:
        """Return what came of it, having had the forks work until it was there."""
        self._forks.work(self)
        return super().result(timeout)

    def exception(self, timeout: float | None = None) -> BaseException | None:
        """Return what it raised, in the same way."""
        self._forks.work(self)
        return super().exception(timeout)


class _Fork(Struct):
    """A process, the way to it, and the numbers of what it was given and has not done."""

    process: ForkProcess
    connection: Connection
    given: deque[int] = field(default_factory=deque)

    def give(self, number: int) -> None:
        # Of one that has died is heard when it is waited for.
        self.given.append(number)
        with suppress(OSError):
            self.connection.send(number)


class _Answer(Struct, frozen=True):
    """What came of something: its result or what it raised; and what was read for it."""

    result: object
    error: BaseException | None
    seen: inputs.News


# --- In the forks.


def _serve(asked: list[_Asked[Any]], connection: Connection, others: list[Connection], parent: int) -> None:
    """Do what the numbers that come stand for, until no more come."""
    # Whoever is interrupted ends us; a handler of our own, for programs that we start would go on ignoring it.
    signal.signal(signal.SIGINT, lambda *_: None)
    signal.signal(signal.SIGTERM, _end)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, _HANDLED)
    closing.end_with_parent(signal.SIGTERM, parent)
    for other in others:
        other.close()
    try:
        with suppress(EOFError, OSError):
            while True:
                connection.send_bytes(_answered(asked[connection.recv()]))
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        closing.stop()


def _end(*_: object) -> NoReturn:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    raise SystemExit(128 + signal.SIGTERM)


def _answered(asked: _Asked[Any]) -> bytes:
    result, error = None, None
    try:
        result = asked.make()
    except Exception as raised:
        raised.add_note("".join(traceback.format_tb(raised.__traceback__)))
        error = raised
    try:
        return pickle.dumps(_Answer(result, error, inputs.news()))
    except Exception:
        # What cannot be sent is said.
        told = "".join(traceback.format_exception(error)) if error else traceback.format_exc()
        return pickle.dumps(_Answer(None, RuntimeError(told), inputs.news()))
