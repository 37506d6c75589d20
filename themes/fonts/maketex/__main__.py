"""`python -m maketex`: write all fonts for TeX into themes/fonts/tex."""

from __future__ import annotations

from pathlib import Path

from maketex import text

fonts = Path(__file__).resolve().parent.parent
target = fonts / "tex"
target.mkdir(exist_ok=True)
text.make(fonts, target)
