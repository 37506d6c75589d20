"""Building whenever what is read has changed, and telling only of what was built from files at rest."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event
from typing import Generic, TypeVar

from msgspec import Struct

# How often is looked; how long files must have stayed as they are before they are read, which is longer than the
# clock of any file system stands still; and how long before it is said that something is wrong with them.
POLL_S, STILL_S, SETTLED_S = 0.01, 0.012, 0.15
# Looking takes no more than one part in so many of a processor, however many files there are.
_LEISURE = 40
# A build that was overtaken counts for nothing, unless files have not been at rest for so long.
PATIENCE_S = 1.5
# After so long at rest there is time for what takes longer.
IDLE_S = 0.2

T = TypeVar("T")


class Following(Struct, Generic[T], frozen=True):
    """What is done about changes.

    `look` tells the state that everything is in, any value; `build` makes something of it, and `has_failed` tells
    whether that came to nothing. `tell` gets each outcome whose files stayed as they were while it was made. `idle` is
    called once when nothing has happened for a while. `glance` tells the state of what changes most, and costs little.
    """

    look: Callable[[], object]
    build: Callable[[], T]
    has_failed: Callable[[T], bool]
    tell: Callable[[T], None]
    idle: Callable[[], None] = lambda: None
    glance: Callable[[], object] = lambda: None

    def run(self, over: Event) -> None:
        """Build at once, and after every change, until *over* is set."""
        last: object = None
        while not over.is_set():
            state = self.look()
            if state == last:
                self._rest(state, over)
                continue
            with _no_collection():
                if made := self._made(state, over):
                    last, outcome = made
                    self.tell(outcome)

    def _made(self, state: object, over: Event) -> tuple[object, T] | None:
        """Return what is built of the last of the states to come, with that; nothing where it is *over* before."""
        deadline = time.monotonic() + PATIENCE_S
        while not over.is_set():
            over.wait(STILL_S)
            state, before = self.look(), state
            if state != before:
                continue
            outcome = self.build()
            if self._stays(state, SETTLED_S if self.has_failed(outcome) else 0, over) or time.monotonic() > deadline:
                return state, outcome
            state = self.look()
        return None

    def _stays(self, state: object, seconds: float, over: Event) -> bool:
        end = time.monotonic() + seconds
        while self.look() == state:
            if time.monotonic() >= end or over.wait(STILL_S):
                return True
        return False

    def _rest(self, state: object, over: Event) -> None:
        """Return when something has changed."""
        seen, look_at, idle_at = self.glance(), 0.0, time.monotonic() + IDLE_S
        while not over.wait(POLL_S) and self.glance() == seen:
            if (started := time.monotonic()) >= look_at:
                if self.look() != state:
                    return
                look_at = time.monotonic() + _LEISURE * (time.monotonic() - started)
            if idle_at and time.monotonic() > idle_at:
                idle_at = 0
                self.idle()


@contextmanager
def _no_collection() -> Iterator[None]:
    """Keep Python from looking for garbage until all has been said."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
        gc.collect()
