"""What is to be made, and what came of it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from msgspec import Struct

from cvbuild.artifact import Artifact
from cvbuild.errors import CvError, Placed

# What was kept of an earlier command is told of without it.
if TYPE_CHECKING:
    from cvbuild.reader import Source


class Job(Placed, frozen=True, eq=False):
    """One artifact to be made: of which profile and view, in which format, and where it goes (`None`: standard output).

    `files` are those that the profile was read from, `read` is what was read; the `suffix` of a format that is a folder
    has no dot.
    """

    profile: str
    files: tuple[Path, ...]
    variant: str
    format: str
    suffix: str
    path: Path | None
    read: Source | None = None

    aside: ClassVar[frozenset[str]] = frozenset({"read"})

    @classmethod
    def of(cls, source: Source, variant: str, format: str, suffix: str, path: Path | None) -> Job:
        """Return the job of making a view of *source*."""
        return cls(source.profile.file, source.files, variant, format, suffix, path, source)

    @property
    def source(self) -> Source:
        assert self.read is not None, "it was made long ago"
        return self.read


class Done(Struct, frozen=True):
    """What came of a job: the artifact, or why there is none."""

    job: Job
    made: Artifact | CvError
    seconds: float
