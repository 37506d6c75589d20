"""Artifacts: finished files, put in their place whole or not at all; and what a finished PDF says of itself."""

from __future__ import annotations

import errno
import io
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from cvbuild.errors import EngineError, Mark, OutputError, Problem

_STREAMS = (Path("/dev"), Path("/dev/fd"), Path("/proc/self/fd"))


@dataclass(frozen=True, slots=True)
class Artifact:
    """A finished file in memory. `pages` is 0 for formats without pages."""

    format: str
    data: bytes
    pages: int = 0
    warnings: tuple[Problem, ...] = ()


def load() -> None:
    """Load what reads a PDF, for those who will soon have one."""
    import pypdf  # noqa: F401


def page_count(pdf: bytes) -> int:
    """Return the number of pages of *pdf*. Raises `EngineError` where it is no PDF that can be read."""
    import pypdf

    try:
        return len(pypdf.PdfReader(io.BytesIO(pdf)).pages)
    except (pypdf.errors.PyPdfError, ValueError, KeyError) as error:
        raise EngineError(Problem(Mark("pdf"), "", f"the finished PDF cannot be read: {error}")) from None


def publish(data: bytes, path: Path) -> None:
    """Put *data* at *path*: whoever looks finds the old file or the new one, and after a failure the old one.

    Missing folders are made. A link stays, and what it leads to is replaced; an old file's permissions stay.
    A device or a pipe is written to. Raises `OutputError` where that cannot be done.
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
        return path.resolve()
    except RuntimeError:  # what a link that leads to itself was until Python 3.13
        raise OSError(errno.ELOOP, os.strerror(errno.ELOOP)) from None


def _replace(data: bytes, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with _unnamed(path.parent) as new:
        with new.open("xb") as stream:
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
def _unnamed(folder: Path) -> Iterator[Path]:
    """Give a path in *folder* that nobody uses, and leave nothing there."""
    path = folder / f".cvbuild-{secrets.token_hex(8)}"
    try:
        yield path
    finally:
        path.unlink(missing_ok=True)
