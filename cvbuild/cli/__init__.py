"""The command line: the only place that prints, reads the clock and the environment, or sets an exit status.

Results go to standard output, problems to standard error. Commands are imported when they run.
"""

from __future__ import annotations

import gc
import io
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from cvbuild.cli import report
from cvbuild.cli.parser import parser
from cvbuild.errors import (
    CheckError,
    CvError,
    EngineError,
    LimitError,
    Mark,
    OutputError,
    Problem,
    ProfileError,
    ThemeError,
    VariantError,
)

# What an exit status means; documented in the README.
OK, BUG, USAGE, INPUT, THEME, ENGINE, LIMIT, OUTPUT, CHECK, INTERRUPTED = 0, 1, 2, 3, 4, 5, 6, 7, 8, 130
STATUS: dict[type[CvError], int] = {
    ProfileError: INPUT,
    VariantError: INPUT,
    ThemeError: THEME,
    EngineError: ENGINE,
    LimitError: LIMIT,
    OutputError: OUTPUT,
    CheckError: CHECK,
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status."""
    with _no_collection():
        return _run(arguments)


@contextmanager
def _no_collection() -> Iterator[None]:
    """Keep Python from looking for garbage, of which one command makes little: that takes a tenth of the time."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _run(arguments: Sequence[str] | None) -> int:
    for stream in (sys.stdout, sys.stderr):
        # What is printed is to be read back as the files are, whatever the locale; and a file's name may be no text.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    try:
        words = sys.argv[1:] if arguments is None else arguments
        options = parser(words).parse_args(words)
        report.begin(getattr(options, "annotations", None) or "")
        status: int = options.run(options)
        sys.stdout.flush()
        return status
    except CvError as error:
        report.errors(error)
        return status_of(error)
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return INTERRUPTED
    except (MemoryError, RuntimeError) as error:
        # So Python says that there was no room for the stack of a thread.
        if not isinstance(error, MemoryError) and "start new thread" not in str(error):
            raise
        print("out of memory", file=sys.stderr)
        return LIMIT
    except BrokenPipeError:
        # The reader has gone, as `head` does; nobody is left to tell.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return OK
    except OSError as error:
        # A disk or a file system that fails where nobody could expect it to.
        reason = (error.strerror or str(error)).lower()
        report.errors(OutputError(Problem(Mark(str(error.filename or "")), "", reason)))
        return OUTPUT
    finally:
        report.end()


def status_of(error: CvError) -> int:
    """Return the exit status for *error*."""
    return STATUS.get(type(error), USAGE)
