"""Compiled templates, kept: compiling those of a theme takes longer than filling them in."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from pathlib import Path
from types import CodeType

import jinja2
from jinja2.bccache import Bucket

_DIGEST_BYTES = 32
_memory: dict[tuple[str, str], CodeType] = {}


class Compiled(jinja2.BytecodeCache):
    """Keeps compiled templates as long as this process runs, and in a folder in *place* for those that come.

    It is for templates that come with cvbuild: what lies in the folder is run.
    """

    def __init__(self, place: Path) -> None:
        self.folder = place / "templates" / _compiler()

    def load_bytecode(self, bucket: Bucket) -> None:
        """Give *bucket* the code of its template, if that is kept as it was made."""
        bucket.code = _memory.get((_name(bucket), bucket.checksum))
        if bucket.code is None:
            with suppress(OSError):
                kept = (self.folder / _name(bucket)).read_bytes()
                if _digest(kept[_DIGEST_BYTES:]) == kept[:_DIGEST_BYTES]:
                    bucket.bytecode_from_string(kept[_DIGEST_BYTES:])
                    _remember(bucket)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep the code of *bucket*; in memory only where nothing can be written."""
        _remember(bucket)
        made = bucket.bytecode_to_string()
        with suppress(OSError):
            if not self.folder.exists():
                shutil.rmtree(self.folder.parent, ignore_errors=True)
            self.folder.mkdir(parents=True, exist_ok=True)
            descriptor, name = tempfile.mkstemp(dir=self.folder)
            with os.fdopen(descriptor, "wb") as stream:
                stream.write(_digest(made) + made)
            Path(name).replace(self.folder / _name(bucket))


def _name(bucket: Bucket) -> str:
    """Return a name for the template of *bucket*; what is escaped has another than what is not."""
    return f"{bucket.key}-{'escaped' if bucket.environment.autoescape else 'plain'}"


def _remember(bucket: Bucket) -> None:
    if bucket.code is not None:
        _memory[_name(bucket), bucket.checksum] = bucket.code


def _digest(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


@cache
def _compiler() -> str:
    """Return a name for all that decides what becomes of a template's text: another compiler has another."""
    told = "".join(f"{path.name} {path.stat().st_size} {path.stat().st_mtime_ns}\n" for path in _sources())
    return hashlib.sha256(told.encode()).hexdigest()[:16]


def _sources() -> Iterator[Path]:
    for module in (__file__, jinja2.__file__):
        yield from sorted(Path(module).parent.glob("*.py"))
