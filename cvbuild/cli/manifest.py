"""The manifest of a build: what each artifact is, so that whoever publishes them need not ask."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from cvbuild.artifact import Artifact, publish
from cvbuild.cli import report
from cvbuild.cli.jobs import Job
from cvbuild.errors import CvError


def entry(job: Job, artifact: Artifact) -> dict[str, object]:
    """Return what the manifest says of one artifact; its path is as it was asked for."""
    return {
        "path": str(job.path),
        "format": artifact.format,
        "profile": job.profile,
        "variant": job.variant,
        "theme": artifact.theme,
        "engine": artifact.engine or None,
        "language": artifact.language,
        "as_of": artifact.as_of,
        "pages": artifact.pages or None,
        "sha256": artifact.digest(),
    }


def failure(job: Job, error: CvError) -> dict[str, object]:
    """Return what the manifest says of an artifact that could not be made."""
    return {
        "path": str(job.path),
        "format": job.format,
        "profile": job.profile,
        "variant": job.variant,
        "problems": report.described(error.problems),
    }


def write(entries: Sequence[dict[str, object]], failures: Sequence[dict[str, object]], path: Path) -> None:
    """Put the manifest of *entries*, and of *failures* if there are any, at *path*, as JSON."""
    said = {"artifacts": entries, **({"failures": failures} if failures else {})}
    publish((json.dumps(said, indent=2, ensure_ascii=False) + "\n").encode(), path)
