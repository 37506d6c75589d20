"""What decides, besides its input, how an artifact comes out: this program, its libraries and where it finds others."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator, Mapping
from functools import cache
from hashlib import sha256
from pathlib import Path

from cvbuild.kept.inputs import RACY_S
from cvbuild.shipped import builtin
from cvbuild.version import VERSION

# Where programs and libraries are looked for.
_TOLD = ("PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "DYLD_FALLBACK_LIBRARY_PATH")
_PACKAGES = ("site-packages", "dist-packages")


def name(environment: Mapping[str, str]) -> str:
    """Return what is different for every state of cvbuild, its themes, Python and the packages that it has.

    '' where some of it has changed a moment ago: then nobody knows which state is the one that runs.
    """
    lines = [VERSION, sys.version, *(f"{key}={environment.get(key, '')}" for key in _TOLD)]
    newest = 0.0
    for path, about in _states():
        lines.append(f"{path} {about.st_ino} {about.st_size} {about.st_mtime_ns} {about.st_ctime_ns}")
        newest = max(newest, about.st_mtime, about.st_ctime)
    if time.time() - newest < RACY_S:
        return ""
    return sha256("\0".join(lines).encode("utf-8", "surrogateescape")).hexdigest()


@cache
def known() -> tuple[str, ...]:
    """Return the folders for whose content `name` vouches."""
    return (os.path.dirname(os.__file__), *_package_folders(), str(_package()), str(builtin()))  # noqa: PTH120


def _package() -> Path:
    return Path(__file__).parents[1]


def _package_folders() -> tuple[str, ...]:
    return tuple(path for path in dict.fromkeys(sys.path) if os.path.basename(path) in _PACKAGES)  # noqa: PTH119


def _states() -> Iterator[tuple[str, os.stat_result]]:
    for folder in dict.fromkeys((str(_package()), str(builtin()))):
        yield from _files(folder)
    for folder in _package_folders():
        try:
            # A package that comes or goes, or comes again, brings a folder of its own.
            entries = [entry for entry in os.scandir(folder) if entry.name.endswith("-info")]
        except OSError:
            continue
        yield from ((entry.path, entry.stat()) for entry in sorted(entries, key=lambda entry: entry.name))


def _files(folder: str) -> Iterator[tuple[str, os.stat_result]]:
    for entry in sorted(os.scandir(folder), key=lambda entry: entry.name):
        if entry.is_dir():
            if entry.name != "__pycache__":
                yield from _files(entry.path)
        else:
            yield entry.path, entry.stat()
