"""`python -m maketex`: write all fonts for TeX into themes/fonts/tex."""

from __future__ import annotations

from pathlib import Path

from maketex import formulas, logo, text
from maketex.faces import Face

fonts = Path(__file__).resolve().parent.parent
target = fonts / "tex"
maps, places = text.make(fonts, target)
for name, kind, outlines, path in (
    ("cvserif-mi", "CVSerif-Italic", "cvserif-i", "pagella/texgyrepagella-italic.otf"),
    ("cvserif-mb", "CVSerif-BoldItalic", "cvserif-bi", "pagella/texgyrepagella-bolditalic.otf"),
    ("cvsans-mi", "CVSans-Italic", "cvsans-i", "source-sans-3/SourceSans3-Italic.ttf"),
    ("cvsans-mb", "CVSans-BoldItalic", "cvsans-bi", "source-sans-3/SourceSans3-BoldItalic.ttf"),
):
    formulas.letters(Face(fonts / path), target / f"{name}.tfm")
    maps.append(f"{name} {kind} <{name}.enc <{outlines}.pfb")
for source, family, postscript, notice in (
    ("stix-two-math/STIXTwoMath-Regular.ttf", "cvmath", "CVMath",
     "glyphs of STIX Two Math, for TeX. SIL Open Font License 1.1."),
    ("latinmodern-math.otf", "cvlmmath", "CVRomanMath", "glyphs of Latin Modern Math, for TeX. GUST Font License."),
):  # fmt: skip
    maps += formulas.make(text.found(fonts, source), target, family, postscript, notice)
maps += logo.make(fonts, target)
(target / "cv-fonts.map").write_text("\n".join(maps) + "\n", "ascii")
(target / "cv-symbols.def").write_text("\n".join(formulas.declarations(places)) + "\n", "ascii")
