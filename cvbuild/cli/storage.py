"""`cvbuild cache`."""

from __future__ import annotations

import argparse

from cvbuild import cli
from cvbuild.cli import report, surroundings
from cvbuild.errors import one_line
from cvbuild.kept.store import Store


def cache(options: argparse.Namespace) -> int:
    """Say what is kept of earlier builds, and where; or remove it."""
    store = surroundings.artifacts() or Store(surroundings.cache().absolute() / "artifacts")
    if options.clear:
        store.clear()
    entries, size = store.size()
    refused = store.refused() or ("" if surroundings.artifacts() else "CVBUILD_CACHE is empty")
    if options.json:
        report.as_json({"folder": str(store.folder), "entries": entries, "bytes": size, "max_bytes": store.max_bytes,
                        "unused": refused})  # fmt: skip
        return cli.OK
    of = f"{_megabytes(size)} of {_megabytes(store.max_bytes)} MB"
    print(f"{one_line(str(store.folder))}: {entries} entries, {of}{f'; not used: {refused}' if refused else ''}")
    return cli.OK


def _megabytes(size: int) -> str:
    return f"{size / 1024 / 1024:.1f}".removesuffix(".0")
