"""What came of a run: a finished file, or the reason why there is none."""

from __future__ import annotations

import re

from cvbuild.engines.latex import log
from cvbuild.engines.latex.build import JOB, Build
from cvbuild.engines.process import Outcome
from cvbuild.errors import EngineError, LimitError, Mark, Problem

# What a shell says of a program that died of these signals.
_CPU, _KILLED, _TOO_LARGE = 128 + 24, 128 + 9, 128 + 25
_NO_MEMORY = re.compile(r"not enough memory|annot allocate memory|virtual memory exhausted|bad_alloc")

# The name of a setting of TeX's, which it says only where a line of a file is too long for it.
_LONG_LINE = "buf_size"


def judge(build: Build, outcome: Outcome) -> None:
    """Raise what a run failed of, unless it ended well and lacked no character."""
    said = outcome.said.decode(errors="replace")
    text = build.log() or said
    megabytes = build.limits.file_bytes // 1024 // 1024
    if outcome.status == _CPU:
        raise _limit(build, f"it took more than {build.limits.cpu_s} s of computing", text)
    if outcome.status == _TOO_LARGE:
        raise _limit(build, f"a file grew larger than {megabytes} MiB", text)
    if outcome.status == _KILLED or (outcome.status and _NO_MEMORY.search(said)):
        raise _limit(build, "it ran out of memory", text)
    if outcome.status and _LONG_LINE in said:
        message = "the text is longer than any that TeX can read"
        raise LimitError(Problem(*build.places.longest(), message, "make paragraphs of it, or leave it out"), log=text)
    if problems := log.missing_characters(text, build.places):
        raise EngineError(*problems, log=text)
    if outcome.status:
        # What xelatex makes a PDF with does not write into its log.
        told = log.errors(text, build.places) or log.errors(said, build.places)
        raise EngineError(*(told or [_unexplained(build, outcome.status, said)]), log=text)


def pdf(build: Build) -> bytes:
    """Return the finished file. Raises `EngineError` where there is none, or not all of one."""
    path = build.folder / f"{JOB}.pdf"
    data = path.read_bytes() if path.is_file() and not path.is_symlink() else b""
    text = build.log()
    if not data:
        message = "the document has no page" if "No pages of output" in text else "it ended without a PDF"
        problems = log.errors(text, build.places) or [Problem(Mark(build.name), "", message)]
        raise EngineError(*problems, log=text)
    if not data.startswith(b"%PDF-") or b"startxref" not in data[-1024:] or b"%%EOF" not in data[-1024:]:
        raise EngineError(Problem(Mark(build.name), "", "what it made is no PDF, or not all of one"), log=text)
    return data


def _limit(build: Build, message: str, text: str) -> LimitError:
    hint = "a theme asks for too much, or the text is far longer than that of a CV"
    return LimitError(Problem(Mark(build.name), "", f"the document cannot be set: {message}", hint), log=text)


def _unexplained(build: Build, status: int, said: str) -> Problem:
    lines = said.strip().splitlines()
    return Problem(Mark(build.name), "", f"it failed with status {status}", log.short(lines[-1]) if lines else "")
