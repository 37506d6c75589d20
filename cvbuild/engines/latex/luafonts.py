"""Fonts as lualatex has taken them apart: that takes it a second for each, and is kept."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from cvbuild.engines.latex import store
from cvbuild.engines.latex.build import Build

MAX_KEPT_BYTES = 128 * 1024 * 1024
# As `environment` names them: where lualatex writes, and where it looks besides.
_WRITTEN, _KEPT = ".var", ".kept"
_NAMES, _FONTS = "luatex-cache/generic/names", "luatex-cache/generic/fonts"
# Fonts are found by their files. A list of all on this machine would take long to make, and the document would depend
# on where it is set.
_CONFIGURATION = "[db]\n  location-precedence = local\n  scan-local = false\n"


def prepare(build: Build, cache: Path, scope: str) -> Path:
    """Return the folder, for the builds of a *scope*, with the fonts taken apart before; it is in the build's, too."""
    key = hashlib.sha256(repr((scope, store.stamp(build.program), list(map(str, build.fonts)))).encode())
    kept = store.Folders(cache.absolute() / "latex" / "luafonts", MAX_KEPT_BYTES)
    place = kept.get(key.hexdigest()[:32]) or kept.put(key.hexdigest()[:32], lambda folder: None)
    (build.folder / "luaotfload.conf").write_text(_CONFIGURATION, "utf-8")
    if place is None:
        return build.folder
    (build.folder / _KEPT).symlink_to(place)
    for path in _files(place):
        if not _is_whole(path):
            path.unlink(missing_ok=True)
    names = place / _NAMES
    if names.is_dir():
        with suppress(OSError):
            shutil.copytree(names, build.folder / _WRITTEN / _NAMES)
    return place


def keep(build: Build, place: Path) -> None:
    """Keep in *place* what the build has taken apart."""
    written = build.folder / _WRITTEN
    for path in _files(written):
        target = place / path.relative_to(written)
        if not target.exists() and not path.is_symlink():
            with suppress(OSError):
                target.parent.mkdir(parents=True, exist_ok=True)
                data = path.read_bytes()
                _write(_digest(target), hashlib.sha256(data).hexdigest().encode())
                _write(target, data)


def _files(root: Path) -> Iterator[Path]:
    for folder in (_NAMES, _FONTS):
        for pattern in ("*.luc", "*.luc.gz"):
            yield from sorted((root / folder).rglob(pattern))


def _digest(path: Path) -> Path:
    return path.with_name(f"{path.name}.sha256")


def _is_whole(path: Path) -> bool:
    try:
        return _digest(path).read_bytes().decode() == hashlib.sha256(path.read_bytes()).hexdigest()
    except (OSError, ValueError):
        return False


def _write(path: Path, data: bytes) -> None:
    new = path.with_name(f".new-{path.name}-{id(data):x}")
    new.write_bytes(data)
    new.replace(path)
