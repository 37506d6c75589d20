"""What a command has read, in full: enough to tell later whether it would read the same.

Python itself tells which files and folders are opened, so no stage can forget to. What other programs read, and what
is only looked for, is noted by whoever asks them to.
"""

from __future__ import annotations

import os
import stat
import sys
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from itertools import islice
from pathlib import Path

from msgspec import Struct, field

Prints = dict[str, dict[str, str]]
# What one process has read, told to another: the prints of it, and whether that is not all.
News = tuple[list[tuple[str, str, str]], bool]

# Files up to this size are known by what is in them, others by what their file system says of them.
_READ_BYTES = 4 * 1024 * 1024
_MOST_FILES = 2000
# A file system's clock may not tell changes apart that follow each other faster.
RACY_S = 2.0
_ENDLESS = ("/dev/null/", "/dev/urandom/", "/proc/", "/sys/")
# The print of what cannot be known; no other is like it.
DOUBTFUL = "?"


class Watch(Struct):
    """What has been read while this was watching: `prints`, by kind and name; `doubt` where that is not all.

    What lies in one of the folders `known` is left out: somebody else vouches for it.
    """

    known: tuple[str, ...]
    prints: Prints = field(default_factory=lambda: {"file": {}, "folder": {}, "tree": {}, "stamp": {}, "program": {}})
    doubt: bool = False
    told: dict[str, int] = field(default_factory=dict)

    def saw(self, kind: str, name: str) -> None:
        """Take the print of what is about to be read, unless it is known."""
        path = os.path.abspath(name)  # noqa: PTH100 (a name may be anything)
        # Modules are looked for there: what else comes and goes changes nothing.
        if kind == "folder" and path in map(os.path.abspath, sys.path):
            return
        if f"{path}{os.sep}".startswith((*self.known, *_own, *_ENDLESS)) or path in self.prints[kind]:
            return
        _here.busy = True
        try:
            found = PRINTS[kind](path)
            # What is in a folder is read by listing it.
            if (kind, found) != ("file", "folder"):
                self.prints[kind][path] = found
        finally:
            _here.busy = False

    def settled(self) -> Prints | None:
        """Return the prints, if nothing was doubtful and nothing has changed since it was read.

        To be asked when nobody watches any more.
        """
        everything = [text for prints in self.prints.values() for text in prints.values()]
        if self.doubt or DOUBTFUL in everything or not unchanged(self.prints):
            return None
        return self.prints


def unchanged(prints: Prints) -> bool:
    """Tell whether everything in *prints* is as it was when they were taken."""
    return all(PRINTS[kind](path) == text for kind, found in prints.items() for path, text in found.items())


@contextmanager
def watched(known: Iterable[str]) -> Iterator[Watch]:
    """Give a watch over all that this process reads until the end, but for what lies in the folders *known*."""
    global _active
    if not _hooked:
        # There is no way to take it back; it does nothing while nobody watches.
        sys.addaudithook(_hook)
        _hooked.append(True)
    _active = watch = Watch(tuple(f"{Path(folder).absolute()}{os.sep}" for folder in known))
    try:
        yield watch
    finally:
        _active = None


def note(kind: str, paths: Iterable[Path]) -> None:
    """Tell whoever watches that what is at *paths* is read, or looked for, by other means than Python's."""
    if watch := _active:
        for path in paths:
            watch.saw(kind, str(path))


def note_program(name: str) -> None:
    """Tell whoever watches that the program *name* was looked for."""
    if watch := _active:
        watch.prints["program"][name] = _program(name)


def stamps(paths: Iterable[str]) -> dict[str, str]:
    """Return the stamps of the files at *paths*, of which whoever watches is told; none where one is doubtful.

    Without paths it is not known what was read.
    """
    found = {path: _stamp(path) for path in paths}
    if not found or DOUBTFUL in found.values() or "absent" in found.values():
        found = {}
    if watch := _active:
        watch.doubt |= not found
        watch.prints["stamp"].update(found)
    return found


def news() -> News:
    """Return what this process, a fork of the one that watches, has read since it told of it last."""
    watch = _active
    if watch is None:
        return [], False
    found: list[tuple[str, str, str]] = []
    for kind, prints in watch.prints.items():
        found += ((kind, path, text) for path, text in islice(prints.items(), watch.told.get(kind, 0), None))
        watch.told[kind] = len(prints)
    return found, watch.doubt


def hear(said: News) -> None:
    """Tell whoever watches what a fork of this process has read."""
    found, doubt = said
    if watch := _active:
        for kind, path, text in found:
            doubt |= watch.prints[kind].setdefault(path, text) != text
        watch.doubt |= doubt


@contextmanager
def own(folder: Path) -> Iterator[None]:
    """Let nobody care for what is in *folder*: it is made on the way, and goes again."""
    name = f"{folder.absolute()}{os.sep}"
    _own.append(name)
    try:
        yield
    finally:
        _own.remove(name)


@contextmanager
def unwatched() -> Iterator[None]:
    """Let nobody care for what this thread reads: it is nothing that anything is made of."""
    _here.busy = True
    try:
        yield
    finally:
        _here.busy = False


def _hook(event: str, arguments: tuple[object, ...]) -> None:
    watch = _active
    if watch is None or event not in ("open", "os.listdir", "os.scandir"):
        return
    if getattr(_here, "busy", False):
        # It is for a print.
        return
    try:
        name = arguments[0]
        flags = arguments[2] if event == "open" else 0
        if isinstance(flags, int) and (flags & os.O_ACCMODE == os.O_WRONLY or flags & os.O_EXCL):
            return
        if isinstance(name, str | bytes | os.PathLike):
            watch.saw("file" if event == "open" else "folder", os.fsdecode(name))
    except Exception:
        # Nothing may fail of being watched.
        watch.doubt = True


def _file(path: str) -> str:
    """Return the print of the file at *path*: a hash of what is in it, or a stamp."""
    try:
        about = os.stat(path)  # noqa: PTH116
        if stat.S_ISDIR(about.st_mode):
            return "folder"
        if not stat.S_ISREG(about.st_mode):
            return DOUBTFUL
        if about.st_size > _READ_BYTES:
            return _stamped(about)
        with open(path, "rb") as stream:  # noqa: PTH123
            return sha256(stream.read()).hexdigest()
    except (OSError, ValueError):
        return "absent"


def _folder(path: str) -> str:
    """Return the print of the names in the folder at *path*."""
    try:
        return _digest(sorted(os.listdir(path)))  # noqa: PTH208
    except (OSError, ValueError):
        return "absent"


def _tree(path: str) -> str:
    """Return the print of all that is in the folder at *path* and below."""
    found: list[str] = []
    for folder, folders, files in os.walk(path, followlinks=True):
        folders.sort()
        files.sort()
        prints = [_file(os.path.join(folder, name)) for name in files]  # noqa: PTH118
        found += [folder, *files, *prints]
        # A link may lead in a circle.
        if len(found) > _MOST_FILES or DOUBTFUL in prints:
            return DOUBTFUL
    return _digest(found) if found else "absent"


def _program(name: str) -> str:
    """Return where the program *name* is found."""
    places = (os.path.join(folder, name) for folder in os.get_exec_path())  # noqa: PTH118
    return next((os.path.realpath(path) for path in places if os.access(path, os.X_OK)), "absent")


def _stamp(path: str) -> str:
    """Return the stamp of the file at *path*, which changes when anything is written to it, or put in its place."""
    try:
        return _stamped(os.stat(path))  # noqa: PTH116
    except (OSError, ValueError):
        return "absent"


def _stamped(about: os.stat_result) -> str:
    if time.time() - max(about.st_mtime, about.st_ctime) < RACY_S:
        return DOUBTFUL
    return f"{about.st_ino} {about.st_size} {about.st_mtime_ns} {about.st_ctime_ns}"


def _digest(lines: Iterable[str]) -> str:
    return sha256("\0".join(lines).encode("utf-8", "surrogateescape")).hexdigest()


PRINTS = {"file": _file, "folder": _folder, "tree": _tree, "stamp": _stamp, "program": _program}
_active: Watch | None = None
_hooked: list[bool] = []
_own: list[str] = []
_here = threading.local()
