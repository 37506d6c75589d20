"""Publishing: files are put in their place whole or not at all."""

from __future__ import annotations

import errno
import fcntl
import os
import re
import stat
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO

from cvbuild.errors import Mark, OutputError, Problem

MAX_WAIT_S = 30.0
_PAGE = re.compile(r"page-\d+\.png")
_STREAMS = (Path("/dev"), Path("/dev/fd"), Path("/proc/self/fd"))


def publish_files(files: Mapping[str, bytes], folder: Path) -> None:
    """Put each of *files* into *folder*, as `publish` does.

    What else is there stays, but for pictures of pages that a longer edition had and this one has not.
    """
    for name, data in files.items():
        publish(data, folder / name)
    if any(_PAGE.fullmatch(name) for name in files):
        for path in folder.iterdir():
            if _PAGE.fullmatch(path.name) and path.name not in files:
                with suppress(OSError):
                    path.unlink()


def publish(data: bytes, path: Path) -> None:
    """Put *data* at *path*: whoever looks finds the old file or the new one, and after a failure the old one.

    Missing folders are made. A link stays, and what it leads to is replaced, unless that lies neither in the link's
    folder nor in the current one; an old file's permissions stay. A device or a pipe is written to. Raises
    `OutputError` where that cannot be done.
    """
    try:
        if path.parent in _STREAMS or (path.exists() and not path.is_file()):
            # There is no old file to keep, and what a shell has opened for appending is appended to.
            with path.open("ab") as stream:
                stream.write(data)
        else:
            _replace(data, _target(path))
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise OutputError(Problem(Mark(str(path)), "", f"cannot be written: {reason}")) from None


def _target(path: Path) -> Path:
    try:
        found = path.resolve()
    except RuntimeError:  # what a link that leads to itself was until Python 3.13
        raise OSError(errno.ELOOP, os.strerror(errno.ELOOP)) from None
    # Somebody else may have put the link into a project that is built here.
    if path.is_symlink() and not any(found.is_relative_to(own) for own in (path.parent.resolve(), Path.cwd())):
        raise OSError(errno.EPERM, f"it is a link that leads elsewhere, to {found}")
    return found


def _replace(data: bytes, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with _turn(path) as (new, stream):
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())
        with suppress(FileNotFoundError):
            new.chmod(path.stat().st_mode & 0o777)
        new.replace(path)
    # The file is in place now; whether its name outlives a power cut is for the disk to say.
    with suppress(OSError):
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


@contextmanager
def turn(path: Path) -> Iterator[Path]:
    """Give the name of a file beside *path* that is there as long as nobody else is about to put something there."""
    with _turn(path) as (lock, _):
        yield lock


@contextmanager
def _turn(path: Path) -> Iterator[tuple[Path, BinaryIO]]:
    """Give the file, empty, that will take the place of *path*, once nobody else has it; leave nothing there.

    That file is the lock, too. Its name follows from that of *path*, so what a build left that was killed is used by
    the next one.
    """
    new = path.parent / f".cvbuild-{sha256(os.fsencode(path.name)).hexdigest()[:16]}"
    end = time.monotonic() + MAX_WAIT_S
    while (stream := _locked(new)) is None:
        if time.monotonic() > end:
            raise OSError(errno.EBUSY, "another build is writing there")
        time.sleep(0.01)
    with stream:
        try:
            yield new, stream
        finally:
            # What bears the name after the file has taken its place is the next build's. What cannot be removed is
            # used by that one; nothing of this changes whether the file has taken its place.
            with suppress(OSError):
                if _is_at(stream, new):
                    new.unlink(missing_ok=True)


def _locked(path: Path) -> BinaryIO | None:
    """Return the file at *path*, locked and empty, or `None` if somebody else had it, or put it in its place."""
    # Somebody else may own the folder, and have put a link or a pipe there.
    flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW | os.O_NONBLOCK
    stream = os.fdopen(os.open(path, flags, 0o666), "ab")
    try:
        _lock(stream)
        if _is_at(stream, path):
            stream.truncate(0)
            return stream
    except BlockingIOError:
        pass
    except BaseException:
        stream.close()
        raise
    stream.close()
    return None


def _lock(stream: BinaryIO) -> None:
    try:
        fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        # A disk in the network may have no locks; then the last build to write there wins.
        if error.errno not in (errno.ENOLCK, errno.ENOTSUP, errno.ENOSYS):
            raise


def _is_at(stream: BinaryIO, path: Path) -> bool:
    """Tell whether *stream* is the one regular file at *path*, and has no other name."""
    ours = os.fstat(stream.fileno())
    with suppress(FileNotFoundError):
        theirs = path.lstat()
        return os.path.samestat(ours, theirs) and stat.S_ISREG(ours.st_mode) and ours.st_nlink == 1
    return False
