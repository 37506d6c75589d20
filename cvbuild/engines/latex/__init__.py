"""LaTeX → PDF by pdflatex, lualatex or xelatex, contained; see `compile`."""

from cvbuild.engines.latex.compiler import PROGRAMS, compile, measure
from cvbuild.engines.latex.installed import available, missing, program

__all__ = ["PROGRAMS", "available", "compile", "measure", "missing", "program"]
