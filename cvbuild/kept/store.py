"""Bytes by key, in a folder that is its user's alone: as they were put there, or not at all."""

from __future__ import annotations

import os
import stat
import time
from collections.abc import Iterator
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

from msgspec import Struct

MAX_BYTES = 256 * 1024 * 1024
_NEW = ".new-"
# Nobody needs that long to write a file.
_ABANDONED_S = 3600.0


class Store(Struct, frozen=True):
    """Bytes by key (a SHA-256, in figures); where all would be more than *max_bytes*, those used last stay.

    Any number of processes may use one *folder* at a time.
    """

    folder: Path
    max_bytes: int = MAX_BYTES

    def get(self, key: str) -> bytes | None:
        """Return what was put under *key*, which counts as used now; `None` where it is not there as it was put."""
        path = self._path(key)
        try:
            if self.refused():
                return None
            # It may be a link, or a pipe: then it is not ours.
            with open(os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK), "rb") as stream:  # noqa: PTH123
                about = os.fstat(stream.fileno())
                if not stat.S_ISREG(about.st_mode) or about.st_uid != os.geteuid():
                    return None
                head, _, data = stream.read(self.max_bytes + 1024).partition(b"\n")
        except OSError:
            return None
        if head != _head(key, data):
            with suppress(OSError):
                path.unlink()
            return None
        with suppress(OSError):
            os.utime(path)
        return data

    def put(self, key: str, data: bytes) -> bool:
        """Keep *data* under *key*, whole; tell whether that was possible."""
        if len(data) > self.max_bytes // 8:
            return False
        path = self._path(key)
        new = path.parent / f"{_NEW}{os.urandom(8).hex()}"
        try:
            self.folder.parent.mkdir(parents=True, exist_ok=True)
            self.folder.mkdir(mode=0o700, exist_ok=True)
            if self.refused():
                return False
            path.parent.mkdir(mode=0o700, exist_ok=True)
            try:
                with open(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as stream:  # noqa: PTH123
                    stream.write(_head(key, data) + b"\n" + data)
                new.replace(path)
            finally:
                new.unlink(missing_ok=True)
        except OSError:
            return False
        # Keys are evenly spread: that is now and then.
        if key.startswith("0"):
            self.prune()
        return True

    def put_named(self, data: bytes) -> str:
        """Keep *data* under its own hash, and return that; '' where it cannot be kept."""
        key = sha256(data).hexdigest()
        return key if self.put(key, data) else ""

    def refused(self) -> str:
        """Say why the folder is not used although it is there; '' where it may be.

        What others can write is not trusted, and what they can read is no place for a CV.
        """
        try:
            about = self.folder.lstat()
        except FileNotFoundError:
            return ""
        if not stat.S_ISDIR(about.st_mode):
            return "it is no folder"
        if about.st_uid != os.geteuid():
            return "it belongs to somebody else"
        return "others may read or write there" if stat.S_IMODE(about.st_mode) & 0o077 else ""

    def prune(self) -> None:
        """Leave no more than *max_bytes*, of what was used last, and nothing of what others began and did not end."""
        used, now = 0, time.time()
        for when, size, path in sorted(self._files(), reverse=True):
            if path.name.startswith(_NEW):
                gone = now - when > _ABANDONED_S
            else:
                used += size
                gone = used > self.max_bytes
            if gone:
                with suppress(OSError):
                    path.unlink()

    def size(self) -> tuple[int, int]:
        """Return how many entries there are, and how many bytes they have together."""
        sizes = [size for _, size, path in self._files() if not path.name.startswith(_NEW)]
        return len(sizes), sum(sizes)

    def clear(self) -> None:
        """Remove every entry. Raises `OSError` where that cannot be done."""
        for _, _, path in self._files():
            path.unlink(missing_ok=True)

    def _files(self) -> Iterator[tuple[float, int, Path]]:
        """Yield when each file was last used, its size and its path; of those that vanish meanwhile nothing."""
        if not self.folder.is_dir() or self.folder.is_symlink():
            return
        for path in self.folder.glob("*/*"):
            with suppress(OSError):
                about = path.lstat()
                if not stat.S_ISDIR(about.st_mode):
                    yield about.st_mtime, about.st_size, path

    def _path(self, key: str) -> Path:
        return self.folder / key[:2] / key


def _head(key: str, data: bytes) -> bytes:
    """Return the first line of an entry: whatever is changed in it, or put under another name, shows."""
    return f"cvbuild 1 {key} {sha256(data).hexdigest()}".encode()
