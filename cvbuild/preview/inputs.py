"""The files that a build reads, those that are not there yet among them, and what state they are in.

Files are looked at, and looked at again: however an editor saves, in whatever file system, what counts is what lies
there afterwards. There are few of them, and looking at one takes some millionths of a second.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from pathlib import Path

from msgspec import Struct

from cvbuild import reader, source
from cvbuild.errors import CvError

# Fields whose texts are names of files beside the profile.
_NAMING = frozenset({"photo", "logo", "fonts", "bibliography", "file"})
_MAX_FILES = 4000
_MAX_DEPTH = 8

# What tells one state of a file from another: its number, length and times; nothing where it is not there.
State = Mapping[str, tuple[int, ...]]


class Inputs(Struct, frozen=True):
    """Profiles with the folders of their variants, other files, and folders that count with all below them.

    Some may not be there.
    """

    profiles: tuple[Path, ...]
    files: tuple[Path, ...]
    folders: tuple[Path, ...]

    def profiles_state(self) -> State:
        """Return the state of the profiles alone, to which most changes are made."""
        return _state(self.profiles, [])

    def state(self) -> State:
        """Return the state of every file there is now."""
        variants = [profile.with_suffix(".variants") for profile in self.profiles]
        return {**_state(self.profiles, variants), **self.beside_profiles()}

    def beside_profiles(self) -> State:
        """Return the state of every file that is no profile or a part of one."""
        return _state(self.files, self.folders)


def of(profiles: Iterable[Path], themes: Iterable[Path]) -> Inputs:
    """Return what builds of *profiles* read that look for *themes* in those folders.

    A profile that cannot be read is known by its name, and by what can be told of it.
    """
    own = tuple(dict.fromkeys(profiles))
    files: dict[Path, None] = {}
    folders = dict.fromkeys(themes)
    for profile in own:
        folders[profile.with_suffix(".fit")] = None
        for path in _named(profile):
            (folders if path.is_dir() else files)[path] = None
    return Inputs(own, tuple(files), tuple(folders))


def _state(files: Iterable[Path], folders: Iterable[Path]) -> dict[str, tuple[int, ...]]:
    found = {path: seen for path in map(os.fspath, files) if (seen := _stamp(path))}
    for folder in folders:
        found.update(islice(_below(os.fspath(folder), 0), _MAX_FILES))
    return found


def _named(profile: Path) -> Iterator[Path]:
    """Yield the files that *profile*, or a variant beside it, names."""
    beside = profile.with_suffix(".variants")
    try:
        files = [profile, *(path for path in beside.iterdir() if path.suffix in reader.SUFFIXES)]
    except OSError:
        files = [profile]
    for file in files:
        try:
            root, _ = source.survey(source.decode(reader.contents(file, str(file)), str(file)), str(file))
        except CvError:
            continue
        names = (scalar.text for key, scalar in source.scalars(root) if key in _NAMING)
        yield from (profile.parent / name for name in names if name and "\0" not in name)


def _stamp(path: str) -> tuple[int, ...]:
    try:
        found = os.stat(path)  # noqa: PTH116 (twenty times a second for each file)
    except (OSError, ValueError):
        return ()
    return (found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns)


def _below(folder: str, depth: int) -> Iterator[tuple[str, tuple[int, ...]]]:
    """Yield the files below *folder* with their states, but for what is hidden, as an editor's own files are."""
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                if entry.name.startswith(".") or entry.name.endswith("~") or entry.name == "__pycache__":
                    continue
                if entry.is_dir() and depth < _MAX_DEPTH:
                    yield from _below(entry.path, depth + 1)
                elif seen := _stamp(entry.path):
                    yield entry.path, seen
    except OSError:
        return
