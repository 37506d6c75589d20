"""Which TeX engines this machine has, and how it gets one that it lacks."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from cvbuild.errors import EngineError, Mark, Problem, listed
from cvbuild.kept import inputs

PROGRAMS = ("pdflatex", "lualatex", "xelatex")

# As .ci/system-packages has them: the manager, its command, the packages that all themes need, and what each of the
# engines besides pdflatex needs more.
MANAGERS: tuple[tuple[str, str, str, dict[str, str]], ...] = (
    (
        "apt-get",
        "apt-get install --no-install-recommends",
        "texlive-latex-base texlive-latex-recommended texlive-fonts-recommended lmodern",
        {"lualatex": "texlive-luatex", "xelatex": "texlive-xetex"},
    ),
    (
        "dnf",
        "dnf install",
        "texlive-collection-latexrecommended texlive-collection-fontsrecommended",
        {"lualatex": "texlive-collection-luatex", "xelatex": "texlive-collection-xetex"},
    ),
    (
        "apk",
        "apk add",
        "texlive texmf-dist-latexrecommended texmf-dist-fontsrecommended",
        {"lualatex": "texlive-luatex", "xelatex": "texlive-xetex"},
    ),
    ("brew", "brew install", "texlive", {}),
)


def available(program: str) -> bool:
    """Tell whether *program* can be run here."""
    return shutil.which(program) is not None


def found(program: str) -> Path:
    """Return where *program* is. Raises `EngineError`, with what to install or to use, where it is not."""
    if path := shutil.which(program):
        return Path(path).absolute()
    raise EngineError(Problem(Mark(program), "", "not found", f"{missing(program)}; or {_instead()}"))


def _instead() -> str:
    """Return which engine to ask for rather than one that is not there."""
    if there := [program for program in PROGRAMS if available(program)]:
        return f"say --style engine={listed(there)}, which this machine has"
    return "say --style engine=weasyprint, for which all themes but those for LaTeX alone have a look"


def program(name: str) -> str:
    """Return the file that is run for the program *name*. Raises `EngineError` where there is none."""
    inputs.note_program(name)
    return str(found(name).resolve())


def missing(program: str) -> str:
    """Return what to install so that *program* is there, in one line."""
    command = remedy(program)
    return f"to install it: {command}" if command else "install TeX Live with the package manager of this system"


def remedy(program: str) -> str:
    """Return the command that installs *program*, by the package manager at hand; '' where none is known."""
    for manager, install, packages, more in MANAGERS:
        if shutil.which(manager):
            is_root = manager == "brew" or not hasattr(os, "geteuid") or os.geteuid() == 0
            wanted = " ".join(filter(None, [packages, more.get(program, "")])) if program != "bwrap" else "bubblewrap"
            # Only Linux has what a sandbox is made of.
            return f"{'' if is_root else 'sudo '}{install} {wanted}" if (manager, program) != ("brew", "bwrap") else ""
    return ""
