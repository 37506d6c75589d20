"""Artifacts: finished files, put in their place whole or not at all; and what a finished PDF says of itself."""

from __future__ import annotations

import io
import os
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from cvbuild.errors import EngineError, Mark, OutputError, Problem


@dataclass(frozen=True, slots=True)
class Artifact:
    """A finished file in memory. `pages` is 0 for formats without pages."""

    format: str
    data: bytes
    pages: int = 0
    warnings: tuple[Problem, ...] = ()


def page_count(pdf: bytes) -> int:
    """Return the number of pages of *pdf*. Raises `EngineError` where it is no PDF that can be read."""
    import pypdf

    try:
        return len(pypdf.PdfReader(io.BytesIO(pdf)).pages)
    except (pypdf.errors.PyPdfError, ValueError, KeyError) as error:
        raise EngineError(Problem(Mark("pdf"), "", f"the finished PDF cannot be read: {error}")) from None


def publish(data: bytes, path: Path) -> None:
    """Put *data* at *path*: whoever looks finds the old file or the new one, and after a failure the old one.

    Raises `OutputError` where that cannot be done.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.exists() and not path.is_file():
            # A device or a pipe is written to; there is no old file to keep.
            path.write_bytes(data)
            return
        descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    except OSError as error:
        raise _unwritable(path, error) from None
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        Path(name).chmod(0o666 & ~_umask())
        Path(name).replace(path)
    except OSError as error:
        raise _unwritable(path, error) from None
    finally:
        with suppress(FileNotFoundError):
            Path(name).unlink()


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _unwritable(path: Path, error: OSError) -> OutputError:
    return OutputError(Problem(Mark(str(path)), "", f"cannot be written: {(error.strerror or str(error)).lower()}"))
