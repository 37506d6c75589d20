"""`cvbuild extract` and `merge`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from cvbuild import cli
from cvbuild.artifact import opened, publish
from cvbuild.artifact.packets import merged, source_of, stamp_of
from cvbuild.cli.check import contents
from cvbuild.cli.wishes import UsageError
from cvbuild.errors import Problem, one_line
from cvbuild.view.resolve import COMMAND_LINE


def extract(options: argparse.Namespace) -> int:
    """Put the source that a PDF carries into a folder. Overwrites nothing."""
    reader = opened(contents(options.pdf), options.pdf)
    files = source_of(reader, options.pdf)
    folder = Path(options.output or (Path(options.pdf).stem if options.pdf != "-" else "source"))
    taken = [name for name in files if (folder / name).exists()]
    if taken:
        raise UsageError(Problem(COMMAND_LINE, "--output", f"there is a file '{folder / taken[0]}' already"))
    for name, data in files.items():
        publish(data, folder / name)
        print(one_line(str(folder / name)))
    if stamp := stamp_of(reader):
        name = stamp.variant or "the default view"
        print(f"{name}, as of {stamp.as_of}, built by cvbuild {stamp.version} from {stamp.content}")
    return cli.OK


def merge(options: argparse.Namespace) -> int:
    """Join PDFs into one."""
    pdfs = [(name, contents(name)) for name in options.pdfs]
    if options.output != "-" and any(Path(options.output).resolve() == Path(name).resolve() for name in options.pdfs):
        message = f"'{options.output}' is one of the files to join; it would be overwritten"
        raise UsageError(Problem(COMMAND_LINE, "OUT", message))
    data = merged(pdfs)
    if options.output == "-":
        sys.stdout.buffer.write(data)
        return cli.OK
    publish(data, Path(options.output))
    print(f"{one_line(options.output)}  {len(opened(data).pages)} pages")
    return cli.OK
