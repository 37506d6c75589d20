"""What this machine has of TeX, and what it lacks for LaTeX themes."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from cvbuild.engines.finding import Finding
from cvbuild.engines.latex import installed, sandbox

_TIMEOUT_S = 10
_USES = {
    "pdflatex": "sets LaTeX themes",
    "lualatex": "sets LaTeX themes in every script",
    "xelatex": "sets LaTeX themes where a style asks for it",
}
# One file of each collection that LaTeX themes build on.
_FILES = ("hyperref.sty", "microtype.sty", "lmodern.sty")


def findings() -> Iterator[Finding]:
    """Yield what there is of TeX, and of what contains it; PDFs are built without any of it."""
    for program, use in _USES.items():
        path = shutil.which(program)
        if not path:
            yield Finding(program, True, f"not found; {use}; {installed.missing(program)}", needed=False)
            continue
        # A TeX that is asked for its version reads no file and writes none.
        lines = _said([path, "--version"])
        lacks = _lacks(Path(path)) if program == "pdflatex" else ""
        found = f"{lines[0].removeprefix('This is ')}; {use}" if lines else f"{path} does not answer; {use}"
        yield Finding(program, True, f"{found}; {lacks}" if lacks else found, needed=False)
    yield _sandbox()


def _lacks(pdflatex: Path) -> str:
    """Return which packages are not there, and the command that installs them; '' where all are."""
    finder = pdflatex.with_name("kpsewhich")
    if not finder.exists():
        return ""
    there = {Path(line).name for line in _said([str(finder), *_FILES])}
    missing = [name for name in _FILES if name not in there]
    return f"without {', '.join(missing)}; {installed.missing('pdflatex')}" if missing else ""


def _sandbox() -> Finding:
    use = "keeps TeX away from your files"
    if sandbox.works():
        lines = _said(["bwrap", "--version"])
        return Finding("bwrap", True, f"{lines[0] if lines else 'bubblewrap'}; {use}", needed=False)
    if shutil.which("bwrap"):
        return Finding("bwrap", True, f"cannot make a sandbox on this system; {use}", needed=False)
    remedy = installed.remedy("bwrap")
    hint = f"; to install it: {remedy}" if remedy else ""
    return Finding("bwrap", True, f"not found; {use}{hint}", needed=False)


def _said(command: list[str]) -> list[str]:
    try:
        done = subprocess.run(command, capture_output=True, timeout=_TIMEOUT_S, stdin=subprocess.DEVNULL)
    except (OSError, subprocess.TimeoutExpired):
        return []
    return done.stdout.decode("utf-8", "replace").splitlines()
