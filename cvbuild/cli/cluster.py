"""Builds on a Dask cluster that is there already: `cvbuild build --scheduler`."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor
from functools import partial
from typing import Any

from cvbuild.cli.surroundings import UsageError
from cvbuild.errors import EngineError, Mark, Problem

# Workers die, are cut off, or are not what they should be: whatever comes of that is the failure of one document.
LOST = (Exception,)
# How often a document is given to another worker after one has died of it, or with it.
_RETRIES = 3
_WAIT_S = "30s"


Share = Callable[[object], object]


def connected(address: str) -> tuple[Executor, Share]:
    """Return what has the workers of the cluster at *address* work, and what gives them a value for several of them.

    Raises `UsageError` where what it takes is not installed, and `EngineError` where nobody answers.
    """
    try:
        import distributed
    except ImportError:
        hint = "pip install 'cvbuild[cluster]', here and for the workers"
        raise UsageError(Problem(Mark("command line"), "--scheduler", "distributed is not installed", hint)) from None
    # Its functions have no types.
    connect: Any = distributed.Client
    try:
        client = connect(address, timeout=_WAIT_S, set_as_default=False)
    except (OSError, TimeoutError, ValueError) as error:
        raise EngineError(Problem(Mark(address), "", f"no scheduler answers: {type(error).__name__}")) from None
    # The same document twice is made twice: nothing is sent to the cluster's memory for good.
    found: Executor = client.get_executor(pure=False, retries=_RETRIES)
    # A task of its own: a worker that has its result hands it on, and if that one dies it is done again.
    return found, partial(client.submit, _held, pure=False, retries=_RETRIES)


def _held(value: object) -> object:
    return value
