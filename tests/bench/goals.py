"""What cvbuild ought to cost beside what one would run in its place."""

from __future__ import annotations

import shutil
import subprocess

from rows import Row

# Beside a whole TeX Live a plain run has to look through many more names of files.
_FULL_TREE = "fontawesome5.sty"


def two_pages() -> list[Row]:
    """Return the rows of the two-page CV."""
    return [
        Row("--version", "--version", "RenderCV", "rendercv --version", 0.15),
        Row("--help", "--help", "RenderCV", "rendercv --help", 0.15),
        Row("--version", "--version", "an empty Python process", "python"),
        Row("validate, every view", "validate", "a build of RenderCV, which validates", "rendercv", 0.3),
        Row("validate, every view", "validate", "YAMLResume", "yamlresume validate", 0.4),
        Row("one PDF, cold, LaTeX theme", "latex", "RenderCV", "rendercv", 0.4),
        Row("one PDF, cold, LaTeX theme", "latex", "plain pdflatex", "plain pdflatex", 0.8 if _full_tex() else 1.1,
            note="a full TeX tree" if _full_tex() else "a lean TeX tree"),
        Row("one PDF, cold, LaTeX theme", "latex", "plain lualatex", "plain lualatex"),
        Row("one PDF, cold, LaTeX theme", "latex", "YAMLResume", "yamlresume"),
        Row("one PDF, cold, LaTeX theme", "latex", "Typst alone, the limit", "typst"),
        Row("one PDF, cold, HTML theme", "html", "RenderCV", "rendercv", 0.9),
        Row("one PDF, cold, HTML theme", "html", "stock WeasyPrint", "stock weasyprint", 0.9),
        Row("one PDF, cold, HTML theme", "html", "cvloom", "cvloom"),
        Row("one page of HTML", "page", "resumed", "resumed"),
        Row("the quick check, LaTeX theme", "latex, checked", "RenderCV", "rendercv", 0.2, less="latex"),
        Row("the quick check, HTML theme", "html, checked", "RenderCV", "rendercv", 0.2, less="html"),
        Row("same again, nothing changed, LaTeX theme", "latex, again", "RenderCV", "rendercv", 0.2),
        Row("same again, nothing changed, HTML theme", "html, again", "RenderCV", "rendercv", 0.2),
        Row("page budget, 2 pages on 1, LaTeX theme", "latex, budget", "one build", "latex", 4),
        Row("page budget, 2 pages on 1, HTML theme", "html, budget", "one build", "html", 4),
    ]  # fmt: skip


def long() -> list[Row]:
    """Return the rows of long documents: time and memory, and how time grows."""
    rows = []
    for engine in ("latex", "html"):
        rows += [
            Row(f"500 entries, {engine}", f"long, {engine}", "RenderCV", "long, rendercv", 1.0),
            Row(f"500 entries, {engine}, memory", f"long, {engine}", "RenderCV", "long, rendercv", 1.0, "peak_mb"),
            Row(f"2,500 entries, {engine}", f"2500, {engine}", "five times 500", f"500, {engine}", 1.1, peers=5),
            Row(f"500 entries, {engine}", f"500, {engine}", "five times 100", f"100, {engine}", 1.1, peers=5),
        ]
    return rows


def batch(documents: int) -> list[Row]:
    """Return the row of many documents at once."""
    note = f"of RenderCV one run, times {documents}"
    return [Row("24 variants × 4 themes", "batch", "RenderCV", "rendercv", 0.35, peers=documents, note=note)]


def _full_tex() -> bool:
    if not shutil.which("kpsewhich"):
        return False
    return subprocess.run(["kpsewhich", _FULL_TREE], capture_output=True).returncode == 0
