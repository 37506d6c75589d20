"""What a command finds around it: the day, the folder for caches, and what was kept there."""

from __future__ import annotations

import os
import re
from datetime import UTC, date, datetime
from pathlib import Path

from cvbuild.errors import CvError, Mark, Problem
from cvbuild.kept.store import Store


class UsageError(CvError):
    """The command line contradicts itself or cannot be understood."""


def today() -> date:
    """Return the day of SOURCE_DATE_EPOCH, or else today. Raises `UsageError` where that is no time."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    if not epoch:
        return date.today()
    try:
        if not re.fullmatch(r"\d{1,12}", epoch, re.ASCII):
            raise ValueError(epoch)
        return datetime.fromtimestamp(int(epoch), UTC).date()
    except (ValueError, OverflowError, OSError):
        message = f"'{epoch}' is not a time; expected seconds since 1970"
        raise UsageError(Problem(Mark("environment"), "SOURCE_DATE_EPOCH", message)) from None


def cache() -> Path:
    """Return the folder for caches: that of CVBUILD_CACHE, or the user's, by the rules of the XDG."""
    if own := os.environ.get("CVBUILD_CACHE"):
        return Path(own)
    named = os.environ.get("XDG_CACHE_HOME")
    if named:
        return Path(named) / "cvbuild"
    try:
        home = Path.home() if os.environ.get("HOME", "?") else None
    except RuntimeError:
        home = None
    # Where nothing can be kept, an engine keeps it as long as it runs.
    return (home or Path(os.devnull)) / ".cache" / "cvbuild"


def artifacts() -> Store | None:
    """Return where finished artifacts are kept; nothing where CVBUILD_CACHE is there and empty."""
    return None if os.environ.get("CVBUILD_CACHE") == "" else Store(cache().absolute() / "artifacts")
