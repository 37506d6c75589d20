"""Folders that are published whole: whoever looks finds all of the old one or all of the new one."""

from __future__ import annotations

import ctypes
import errno
import json
import os
import shutil
from collections.abc import Iterator, Mapping
from hashlib import sha256
from pathlib import Path

from cvbuild.artifact.publishing import turn
from cvbuild.errors import Mark, OutputError, Problem, one_line

_AT_FDCWD, _EXCHANGE = -100, 2


def publish_folder(files: Mapping[str, bytes], folder: Path, marker: str) -> None:
    """Put *files*, by their names, at *folder*, and nothing else; a file *marker* says that this made it, and what of.

    A folder that stands there is replaced only if this made it, and nobody has put anything into it since. After a
    failure it is the old one. Raises `OutputError`.
    """
    said = {"made_by": "cvbuild", "files": {name: sha256(data).hexdigest() for name, data in sorted(files.items())}}
    try:
        _check_ours(folder, marker)
        folder.parent.mkdir(parents=True, exist_ok=True)
        with turn(folder) as lock:
            new = lock.with_name(f"{lock.name}-new")
            _remove(new)  # of a build that was killed
            try:
                _write({**files, marker: (json.dumps(said, indent=2, ensure_ascii=False) + "\n").encode()}, new)
                _check_ours(folder, marker)
                _put(new, folder)
            finally:
                _remove(new)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise OutputError(Problem(Mark(str(folder)), "", f"cannot be written: {reason}")) from None


def _check_ours(folder: Path, marker: str) -> None:
    """Raise `OutputError` unless *folder* is not there, is empty, or holds what its marker says and nothing else."""
    if not os.path.lexists(folder):
        return
    hint = "expected a new folder, an empty one, or one that this command made"
    if folder.is_symlink() or not folder.is_dir():
        raise OutputError(Problem(Mark(str(folder)), "", "is a link, or no folder", hint))
    found = sorted(_files(folder))
    strange = [name for name in found if name not in {*_marked(folder / marker), marker}]
    if strange:
        message = f"holds '{one_line(strange[0])}', which cvbuild did not put there; it would be lost"
        raise OutputError(Problem(Mark(str(folder)), "", message, hint))


def _files(folder: Path) -> Iterator[str]:
    """Yield what is in *folder*, folders below it with what is in them; those in it that are empty, too."""
    for path in folder.iterdir():
        inner = sorted(_files(path)) if path.is_dir() and not path.is_symlink() else []
        yield from (f"{path.name}/{name}" for name in inner)
        if not inner:
            yield path.name


def _marked(marker: Path) -> set[str]:
    try:
        said = json.loads(marker.read_text("utf-8"))
        return set(said["files"]) if said["made_by"] == "cvbuild" else set()
    except (OSError, ValueError, TypeError, KeyError):
        return set()


def _write(files: Mapping[str, bytes], folder: Path) -> None:
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())


def _put(new: Path, folder: Path) -> None:
    """Have *folder* name what *new* does now; what it named before, if anything, is then at *new*, or nowhere."""
    if not folder.is_dir() or not any(folder.iterdir()):
        new.rename(folder)
    elif not _exchanged(new, folder):
        # Between two renames there is a moment with no folder; what fails in it is undone.
        old = new.with_name(f"{new.name}-old")
        _remove(old)
        folder.rename(old)
        try:
            new.rename(folder)
        except OSError:
            old.rename(folder)
            raise
        _remove(old)


def _exchanged(one: Path, other: Path) -> bool:
    """Exchange two names at once; tell whether this system and its disk can do so."""
    rename = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if rename is None:
        return False
    if rename(_AT_FDCWD, os.fsencode(one), _AT_FDCWD, os.fsencode(other), _EXCHANGE) == 0:
        return True
    number = ctypes.get_errno()
    if number in (errno.ENOSYS, errno.EINVAL, errno.ENOTSUP):
        return False
    raise OSError(number, os.strerror(number))


def _remove(path: Path) -> None:
    if path.is_symlink() or path.is_file():
        path.unlink()
    elif path.is_dir():
        shutil.rmtree(path)
