"""What a run of TeX leaves for the next one, kept from build to build: then one run is mostly enough."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from contextlib import suppress
from pathlib import Path

MAX_BYTES = 256 * 1024
_MAX_FILES = 200


def load(cache: Path, key: str) -> dict[str, bytes]:
    """Return what was kept under *key*, by names of files; nothing where that is not as it was written."""
    try:
        digest, _, text = _path(cache, key).read_bytes().partition(b"\n")
        if digest.decode() == hashlib.sha256(text).hexdigest():
            return {name: content.encode("latin-1") for name, content in json.loads(text).items()}
    except (OSError, ValueError, AttributeError):
        pass
    return {}


def save(cache: Path, key: str, files: dict[str, bytes]) -> None:
    """Keep *files* under *key*, if they can be kept and are no more than such files are."""
    text = json.dumps({name: content.decode("latin-1") for name, content in files.items()}).encode()
    path = _path(cache, key)
    if len(text) > MAX_BYTES:
        return
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        number, new = tempfile.mkstemp(prefix=".new-", dir=path.parent)
        try:
            with os.fdopen(number, "wb") as stream:
                stream.write(hashlib.sha256(text).hexdigest().encode() + b"\n" + text)
            Path(new).replace(path)
        finally:
            Path(new).unlink(missing_ok=True)
        _prune(path.parent)


def _path(cache: Path, key: str) -> Path:
    return cache / "latex" / "auxiliary" / hashlib.sha256(key.encode()).hexdigest()[:32]


def _prune(folder: Path) -> None:
    files = sorted(folder.iterdir(), key=lambda path: path.stat().st_mtime, reverse=True)
    for path in files[_MAX_FILES:]:
        path.unlink(missing_ok=True)
