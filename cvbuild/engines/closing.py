"""The end of every engine at work, of whatever kind: what an interruption needs."""

from __future__ import annotations

import atexit
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

_PR_SET_PDEATHSIG = 1
_stops: list[Callable[[], None]] = []
_closed = threading.Event()


def on_stop(stop: Callable[[], None]) -> Callable[[], None]:
    """Have *stop* called whenever engines are to end, and when this process does."""
    _stops.append(stop)
    return stop


def is_closed() -> bool:
    """Tell whether no engine may start."""
    return _closed.is_set()


def stop() -> None:
    """End every engine there is, also those at work."""
    for end in _stops:
        end()


def end_with_parent(sent: signal.Signals, parent: int) -> None:
    """Have Linux send this process a signal when *parent*, which has started it, ends; elsewhere its pipes tell."""
    if sys.platform == "linux":
        import ctypes

        with suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, sent)
        if os.getppid() != parent:
            os.kill(os.getpid(), sent)


@contextmanager
def closed() -> Iterator[None]:
    """End every engine, and let builds that are under way have none while this lasts."""
    _closed.set()
    stop()
    try:
        yield
    finally:
        _closed.clear()


atexit.register(stop)
