"""What is to be made, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from cvbuild.artifact import Artifact
from cvbuild.errors import CvError


@dataclass(frozen=True, slots=True)
class Job:
    """One artifact to be made: of which profile and view, in which format, and where it goes (`None`: standard output).

    `files` are those that the profile was read from; the `suffix` of a format that is a folder has no dot.
    """

    profile: str
    files: tuple[Path, ...]
    variant: str
    format: str
    suffix: str
    path: Path | None


@dataclass(frozen=True, slots=True)
class Done:
    """What came of a job: the artifact, or why there is none."""

    job: Job
    made: Artifact | CvError
    seconds: float
