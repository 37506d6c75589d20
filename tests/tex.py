"""LaTeX documents made for tests."""

from __future__ import annotations

import re
import shutil
import time
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from cvbuild.engines import latex
from cvbuild.engines.contained import Limits
from cvbuild.rendered import PREAMBLE_ENDS, Asset, Compiled, Origin, Rendered

TEMPLATE = "themes/odd/document.tex.j2"
# xelatex is for those who ask for it: where the others are, it may not be.
ENGINES = [
    pytest.param(name, marks=[] if name != "xelatex" or shutil.which(name) else pytest.mark.skip("no xelatex here"))
    for name in latex.PROGRAMS
]
# The same, for what takes long: by pdflatex at once, by the others in the long run.
BY_TIME = [
    pytest.param(*engine.values, marks=[*engine.marks, *([pytest.mark.slow] if engine.values[0] != "pdflatex" else [])])
    for engine in ENGINES
]


def document(body: str, preamble: str = "", own: str = "", **assets: str) -> Rendered:
    """Return a document with *preamble*, of which *own* is not for the format; each line says that it is a node."""
    parts = ("\\documentclass{article}", preamble, PREAMBLE_ENDS, own, "\\begin{document}", body, "\\end{document}", "")
    source = "\n".join(parts)
    lines = source.count("\n") + 1
    origins = tuple(Origin(TEMPLATE, number, f"n{number}") for number in range(1, lines + 1))
    named = {name.replace("_", "."): Asset(text.encode(), "text/x-tex") for name, text in assets.items()}
    return Rendered(source, named, origins=origins)


def set_by(program: str, rendered: Rendered, cache: Path, limits: Limits = Limits(), epoch_s: int = 0) -> Compiled:  # noqa: B008 (frozen)
    return latex.compile(rendered, program, cache, limits, epoch_s=epoch_s)


def streams(data: bytes) -> Iterator[bytes]:
    """Yield *data*, and what is compressed in it."""
    yield data
    for match in re.finditer(rb"stream\r?\n", data):
        try:
            yield zlib.decompressobj().decompress(data[match.end() :])
        except zlib.error:
            continue


def processes(epoch_s: int) -> list[int]:
    """Return the programs still running of builds at that time, a moment after the build."""
    end = time.monotonic() + 2
    while (found := running(epoch_s)) and time.monotonic() < end:
        time.sleep(0.02)
    return found


def running(epoch_s: int) -> list[int]:
    """Return the programs that run now of builds at that time."""
    mark, found = f"SOURCE_DATE_EPOCH={epoch_s}".encode(), []
    for path in Path("/proc").glob("[0-9]*/environ"):
        try:
            if mark in path.read_bytes().split(b"\0"):
                found.append(int(path.parent.name))
        except OSError:
            continue
    return found


COLOURS = "\\usepackage{xcolor}\\usepackage[hidelinks]{hyperref}\\color{black}\\usepackage{own}"
OWN = "\\newcommand\\own{own text}"
BODY = "Hello \\textbf{office} \\own\\section{One}\\newpage Two\\label{a} \\pageref{a}"
SAMPLE = document(BODY, COLOURS, own_sty=OWN)
# In a format of xelatex there can be no font of its own, which a theme therefore sets after the mark.
FONTS = "\\setmainfont{lmsans10-regular.otf}[BoldFont=lmsans10-bold.otf]"
SET_LATE = document(BODY, f"\\usepackage[no-math]{{fontspec}}{COLOURS}", FONTS, own_sty=OWN)
SAMPLES = {"pdflatex": SAMPLE, "lualatex": SET_LATE, "xelatex": SET_LATE}
