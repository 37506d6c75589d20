"""The same command once more: where nothing that it reads has changed, what it made is taken from where it was kept.

No engine is needed for that, and nothing that reads profiles or themes.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any

from msgspec import Struct, to_builtins

from cvbuild.artifact import Artifact, Dropped, Fit
from cvbuild.cli.finished import Told, collision, destination, finish
from cvbuild.cli.jobs import Done, Job
from cvbuild.cli.surroundings import artifacts, cache, today
from cvbuild.errors import Mark, Problem
from cvbuild.kept import builder, inputs
from cvbuild.kept.documents import Kept
from cvbuild.kept.inputs import Watch
from cvbuild.kept.store import Store

_VERSION = "1"
# What changes nothing of what is made.
_IDLE = {"run", "output", "jobs", "quiet", "json", "manifest", "strict", "no_cache", "scheduler", "annotations"}


def memory(options: argparse.Namespace) -> Memory | None:
    """Return what is kept of commands such as the one with *options*; nothing where nothing may be kept."""
    store = artifacts()
    if options.no_cache or store is None:
        return None
    made_by = builder.name(os.environ)
    if not made_by:
        return None
    said = sorted((name, value) for name, value in vars(options).items() if name not in _IDLE)
    # Standard input is read but once, and a lock is another file that has its say.
    repeats = not (options.lock or options.locked or "-" in options.profiles)
    digest = sha256(repr((_VERSION, made_by, str(Path.cwd()), str(today()), said)).encode("utf-8", "surrogateescape"))
    return Memory(store, Kept(store, made_by), digest.hexdigest() if repeats else "")


class Memory(Struct):
    """What is kept of one command, under *key* ('': nothing), and of the `documents` that engines have set."""

    store: Store
    documents: Kept | None
    key: str
    watch: Watch | None = None

    def repeated(self, options: argparse.Namespace) -> int | None:
        """Publish what the command has made before, and return its status; `None` if it may come out differently."""
        started = time.perf_counter()
        data = self.store.get(self.key) if self.key else None
        said = json.loads(data) if data else None
        if said is None or not inputs.unchanged(said["prints"]):
            return None
        seconds = time.perf_counter() - started
        done = []
        for row in said["jobs"]:
            made = self.store.get(row["data"])
            if made is None:
                return None
            done.append(Done(_job(row, options, len(said["jobs"])), _artifact(row, made), seconds))
        is_refused = options.output == "-" and (options.json or options.annotations or len(done) > 1)
        if is_refused or collision([each.job for each in done]):
            return None
        return finish(done, options, Told())

    @contextmanager
    def watching(self, profiles: Sequence[str]) -> Iterator[None]:
        """Watch what is read until the end."""
        with inputs.watched([*builder.known(), str(cache())]) as self.watch:
            # Themes are looked for there first, also where there are none.
            beside = [Path(name).parent / "themes" for name in profiles]
            inputs.note("tree", dict.fromkeys([*beside, Path("themes")]))
            yield

    def forget(self) -> None:
        """Keep nothing: what is made is private."""
        self.key, self.documents = "", None

    def keep(self, made: Sequence[tuple[Done, Artifact]]) -> None:
        """Keep all that was *made*, if it is known what of."""
        prints = self.watch.settled() if self.watch and self.key else None
        if prints is None or not made or any(artifact.files for _, artifact in made):
            return
        rows = [self._row(done.job, artifact) for done, artifact in made]
        if all(row["data"] for row in rows):
            self.store.put(self.key, json.dumps({"prints": prints, "jobs": rows}).encode())

    def _row(self, job: Job, artifact: Artifact) -> dict[str, Any]:
        told = {name: getattr(artifact, name) for name in ("format", "pages", "theme", "language", "as_of", "engine")}
        return {
            "profile": job.profile,
            "files": [str(file) for file in job.files],
            "variant": job.variant,
            "suffix": job.suffix,
            "told": told,
            "warnings": [_flat(problem) for problem in artifact.warnings],
            "fit": to_builtins(artifact.fit) if artifact.fit else None,
            "data": self.store.put_named(artifact.data),
        }


def _job(row: dict[str, Any], options: argparse.Namespace, count: int) -> Job:
    profile, variant, suffix = row["profile"], row["variant"], row["suffix"]
    path = destination(options.output, profile, variant, suffix, single=count == 1)
    return Job(profile, tuple(map(Path, row["files"])), variant, row["told"]["format"], suffix, path)


def _artifact(row: dict[str, Any], data: bytes) -> Artifact:
    warnings = tuple(Problem(Mark(*flat[:3]), *flat[3:]) for flat in row["warnings"])
    return Artifact(data=data, warnings=warnings, fit=_fit(row["fit"]) if row["fit"] else None, **row["told"])


def _flat(problem: Problem) -> list[object]:
    mark = problem.mark
    return [mark.file, mark.line, mark.column, problem.where, problem.message, problem.hint]


def _fit(said: dict[str, Any]) -> Fit:
    lists = {name: tuple(_dropped(one) for one in said[name]) for name in ("dropped", "near")}
    return Fit(**{**said, **lists, "tightened": tuple(map(tuple, said["tightened"]))})


def _dropped(said: dict[str, Any]) -> Dropped:
    return Dropped(**{**said, "mark": Mark(**said["mark"])})
