"""What a page in a browser shows, and what was wished for on it: one view of one profile, for whoever looks."""

from __future__ import annotations

import threading
from collections.abc import Mapping

from msgspec import Struct, field

Json = Mapping[str, object]


class Wish(Struct, frozen=True):
    """What the pickers say; '' leaves it to the profile, as does an option that is not named.

    A theme may be named with its engine: `letterpress@latex`.
    """

    variant: str = ""
    theme: str = ""
    as_of: str = ""
    language: str = ""
    options: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, said: object) -> Wish:
        """Return the wish that a page sends. Raises `ValueError` for anything else."""
        if not isinstance(said, dict) or not set(said) <= {*cls.__struct_fields__}:
            raise ValueError("no wish")
        options = said.pop("options", {})
        if not isinstance(options, dict) or not all(map(_is_text, [*said.values(), *options, *options.values()])):
            raise ValueError("no wish")
        return cls(**said, options=options)


def _is_text(value: object) -> bool:
    return isinstance(value, str) and len(value) <= 200 and "\n" not in value


class Shown(Struct, frozen=True):
    """What is shown: the last good PDF, by its digest, and all that is said of it or of what came after it."""

    said: Json = field(default_factory=dict)
    digest: str = ""
    pdf: bytes = b""
    name: str = "cv.pdf"


class Session:
    """Where those who build and those who look meet; both may wait for the other."""

    def __init__(self, wish: Wish) -> None:
        self._changed = threading.Condition()
        self._wish, self._wishes = wish, 0
        self._shown, self._version = Shown(), 0
        self._is_over = False

    @property
    def wish(self) -> tuple[int, Wish]:
        """Return what is wished for now, and how many times it has changed."""
        with self._changed:
            return self._wishes, self._wish

    def ask(self, wish: Wish) -> None:
        """Wish for another view."""
        with self._changed:
            if wish != self._wish:
                self._wish, self._wishes = wish, self._wishes + 1

    @property
    def shown(self) -> Shown:
        """Return what is shown now."""
        with self._changed:
            return self._shown

    def show(self, shown: Shown) -> None:
        """Show something else, to everybody."""
        with self._changed:
            self._shown, self._version = shown, self._version + 1
            self._changed.notify_all()

    def after(self, version: int, seconds: float) -> tuple[int, Shown | None]:
        """Return what is shown once that is newer than *version*, with its own; nothing after so many *seconds*."""
        with self._changed:
            self._changed.wait_for(lambda: self._version > version or self._is_over, seconds)
            return self._version, self._shown if self._version > version else None

    def end(self) -> None:
        """Let nobody wait any more."""
        with self._changed:
            self._is_over = True
            self._changed.notify_all()

    @property
    def is_over(self) -> bool:
        return self._is_over
