"""Runs of TeX over the bundled fonts, for tests of what it makes of text."""

from __future__ import annotations

import io
import os
import re
import shutil
import subprocess
import tempfile
import unicodedata
from collections.abc import Sequence
from pathlib import Path

import pytest

ENGINES = ("pdflatex", "lualatex", "xelatex")
_FONTS = Path(__file__).parent.parent / "themes" / "fonts"
_VARIABLES = ("TEXINPUTS", "TFMFONTS", "T1FONTS", "ENCFONTS", "TEXFONTMAPS", "OPENTYPEFONTS", "TTFONTS")


def needed(engine: str) -> pytest.MarkDecorator:
    """Skip a test where *engine* is missing, unless CVBUILD_REQUIRE_TEX forbids that; xelatex is never required."""
    is_required = engine != "xelatex" and os.environ.get("CVBUILD_REQUIRE_TEX") == "1"
    return pytest.mark.skipif(shutil.which(engine) is None and not is_required, reason=f"no {engine}")


def engines() -> list[object]:
    """Return the engines as parameters of a test, those that are missing skipped."""
    return [pytest.param(engine, marks=(pytest.mark.tex, needed(engine))) for engine in ENGINES]


def document(package: str, body: str, preamble: str = "") -> str:
    """Return a document of *body* in a family of the bundled fonts, with unbroken lines and nothing beside it."""
    return (
        "\\documentclass{article}\n"
        f"\\usepackage{{cv-{package}}}\n{preamble}\n"
        "\\paperwidth=10000pt \\paperheight=800pt \\hoffset=-1in \\voffset=-1in \\textwidth=9900pt \\textheight=780pt\n"
        "\\topmargin=0pt \\headheight=0pt \\headsep=0pt \\oddsidemargin=9pt \\parindent=0pt \\pagestyle{empty}\n"
        "\\ifdefined\\pagewidth\\pagewidth=\\paperwidth \\pageheight=\\paperheight"
        "\\else\\pdfpagewidth=\\paperwidth \\pdfpageheight=\\paperheight\\fi\n"
        f"\\begin{{document}}\n{body}\n\\end{{document}}\n"
    )


def compile(engine: str, source: str) -> tuple[bytes, str]:
    """Return the PDF that *engine* makes of *source*, and its log; fails the test where there is none."""
    places = f".:{_FONTS / 'tex'}:{_FONTS}//:"
    with tempfile.TemporaryDirectory(prefix="cvbuild-tex-") as name:
        folder = Path(name)
        (folder / "cv.tex").write_text(source, "utf-8")
        environment = os.environ | dict.fromkeys(_VARIABLES, places) | {"MKTEXTFM": "0", "max_print_line": "10000"}
        run = subprocess.run(
            [engine, "-interaction=nonstopmode", "cv.tex"],
            cwd=folder,
            env=environment,
            capture_output=True,
            timeout=300,
        )
        log = run.stdout.decode(errors="replace")
        assert (folder / "cv.pdf").exists(), log[-3000:]
        return (folder / "cv.pdf").read_bytes(), log


def pypdf_pages(pdf: bytes) -> list[str]:
    """Return the text of each page as pypdf reads it."""
    from pypdf import PdfReader

    return [page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages]


def poppler_pages(pdf: bytes) -> list[str]:
    """Return the text of each page as poppler reads it."""
    run = subprocess.run(["pdftotext", "-enc", "UTF-8", "-", "-"], input=pdf, capture_output=True, check=True)
    return run.stdout.decode().split("\f")[:-1]


def numbered(lines: Sequence[str]) -> str:
    """Return LaTeX that sets each of *lines* in a line of its own, after its number and before a full stop.

    For the stop poppler does not take a hyphen at the end for one that parts a word.
    """
    return "".join(f"{number}: {line}{{}} .\\par\n" for number, line in enumerate(lines))


def lines(pages: Sequence[str]) -> dict[int, str]:
    """Return the lines that `numbered` numbered, by their numbers, without white space, in NFC."""
    found = re.findall(r"^(\d+):([^\n]*)\.\s*$", "\n".join(pages), re.MULTILINE)
    return {int(number): squeezed(line) for number, line in found}


def squeezed(text: str) -> str:
    """Return *text* in NFC, without white space: readers take every kind for a space."""
    return re.sub(r"\s", "", unicodedata.normalize("NFC", text))
