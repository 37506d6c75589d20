"""The command line: the only place that prints, reads the clock and the environment, or sets an exit status.

Results go to standard output, problems to standard error. Commands are imported when they run.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from cvbuild.cli import report
from cvbuild.cli.parser import parser
from cvbuild.errors import (
    CheckError,
    CvError,
    EngineError,
    LimitError,
    OutputError,
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
    try:
        options = parser().parse_args(arguments)
        status: int = options.run(options)
        sys.stdout.flush()
        return status
    except CvError as error:
        report.errors(error)
        return status_of(error)
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return INTERRUPTED
    except MemoryError:
        print("out of memory", file=sys.stderr)
        return LIMIT
    except BrokenPipeError:
        # The reader has gone, as `head` does; nobody is left to tell.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return OK


def status_of(error: CvError) -> int:
    """Return the exit status for *error*."""
    return STATUS.get(type(error), USAGE)
