"""What builds leave for later ones: folders by key, put there whole, and no more of them than there is room for."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from msgspec import Struct

_NEW = ".new-"
# Nobody needs that long to fill a folder.
_ABANDONED_S = 3600.0


def stamp(path: Path) -> list[int] | None:
    """Return what changes when the file at *path* does, `None` where there is none."""
    try:
        found = path.stat()
    except OSError:
        return None
    return [found.st_size, found.st_mtime_ns]


class Folders(Struct, frozen=True):
    """Folders by key in the folder *root*; those used last stay where all would be more than *max_bytes*."""

    root: Path
    max_bytes: int

    def get(self, key: str) -> Path | None:
        """Return the folder of *key*, which counts as used now."""
        place = self.root / key
        try:
            os.utime(place)
        except OSError:
            return place if place.is_dir() else None
        return place

    def put(self, key: str, fill: Callable[[Path], None]) -> Path | None:
        """Return the folder of *key*, as *fill* fills it or somebody else has; `None` where nothing can be kept."""
        place = self.root / key
        try:
            self.root.mkdir(parents=True, exist_ok=True)
            new = Path(tempfile.mkdtemp(prefix=_NEW, dir=self.root))
        except OSError:
            return None
        try:
            fill(new)
            with suppress(OSError):
                new.replace(place)
            self._prune(key)
        except OSError:
            return None
        finally:
            shutil.rmtree(new, ignore_errors=True)
        return place if place.is_dir() else None

    def drop(self, key: str) -> None:
        """Leave no folder of *key*; whoever uses its files goes on doing so."""
        gone = self.root / f"{_NEW}{key}-{os.getpid()}"
        with suppress(OSError):
            (self.root / key).replace(gone)
        shutil.rmtree(gone, ignore_errors=True)

    def _prune(self, kept: str) -> None:
        used = 0
        folders = [(path.stat().st_mtime, path) for path in self.root.iterdir() if path.is_dir()]
        for when, path in sorted(folders, reverse=True):
            if path.name.startswith(_NEW):
                if time.time() - when > _ABANDONED_S:
                    shutil.rmtree(path, ignore_errors=True)
                continue
            used += sum(file.stat().st_size for file in path.rglob("*") if file.is_file())
            if used > self.max_bytes and path.name != kept:
                self.drop(path.name)
