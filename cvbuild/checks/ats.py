"""What applicant-tracking systems look for: each rule on its own, and what a reader like theirs takes from the file."""

from __future__ import annotations

from collections.abc import Iterator

from cvbuild.checks.finished import Pdf, Wanted
from cvbuild.findings import Finding


def check(pdf: Pdf, wanted: Wanted) -> Iterator[Finding]:
    yield from ()
