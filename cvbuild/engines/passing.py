"""Folders for a while: each goes when whoever made it is done; what is left of builds that were killed goes later.

A folder is somebody's as long as they hold its lock, in whatever container they run.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import stat
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path

from cvbuild.kept.inputs import own, unwatched

_PREFIX = "cvbuild-"
_LOCK = ".lock"
# A new folder has no lock for a moment, one that is this old without has been left by a version that knew of none.
_NEW_S, _OLD_S = 60.0, 24 * 3600.0


@contextmanager
def passing() -> Iterator[Path]:
    """Give a folder of one's own among the system's temporary files, and remove it."""
    with unwatched():
        _sweep_once()
    folder = Path(tempfile.mkdtemp(prefix=_PREFIX)).resolve()
    with own(folder):
        yield from _locked(folder)


def _locked(folder: Path) -> Iterator[Path]:
    """Give *folder* with its lock held, and remove it."""
    try:
        lock = os.open(folder / _LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            # Where the file system has no locks, nobody takes the folder for left.
            with suppress(OSError):
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            yield folder
        finally:
            os.close(lock)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def sweep(place: Path) -> None:
    """Remove the folders in *place* that builds of this user have left that were killed."""
    for folder in place.glob(f"{_PREFIX}*"):
        with suppress(OSError):
            found = folder.lstat()
            age_s = time.time() - found.st_mtime
            if stat.S_ISDIR(found.st_mode) and found.st_uid == os.getuid() and age_s > _NEW_S:
                _remove(folder, age_s)


def _remove(folder: Path, age_s: float) -> None:
    """Remove *folder* unless somebody has it. Raises `OSError` where somebody does, or may."""
    try:
        lock = os.open(folder / _LOCK, os.O_RDWR | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except FileNotFoundError:
        if age_s > _OLD_S:
            shutil.rmtree(folder, ignore_errors=True)
        return
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        shutil.rmtree(folder, ignore_errors=True)
    finally:
        os.close(lock)


@cache
def _sweep_once() -> None:
    sweep(Path(tempfile.gettempdir()))
