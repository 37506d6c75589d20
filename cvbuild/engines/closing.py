"""The end of every engine at work, of whatever kind: what an interruption needs."""

from __future__ import annotations

import atexit
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

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
