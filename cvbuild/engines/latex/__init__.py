"""LaTeX → PDF by pdflatex, lualatex or xelatex, contained; see `compile`."""

from cvbuild.engines.latex.compiler import compile, measure
from cvbuild.engines.latex.installed import PROGRAMS, available, missing, program

__all__ = ["PROGRAMS", "available", "compile", "measure", "missing", "program"]
