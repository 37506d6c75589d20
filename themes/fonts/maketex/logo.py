"""TeX's logos as letters: a raised `a` and a lowered `e` that look like capitals, so that programs read plain words."""

from __future__ import annotations

from pathlib import Path

from fontTools.pens.basePen import AbstractPen
from fontTools.pens.recordingPen import DecomposingRecordingPen
from fontTools.pens.transformPen import TransformPen

from maketex import metrics, type1
from maketex.faces import Face
from maketex.text import found

NAME, POSTSCRIPT = "cvlmlogo", "CVLogo"
#: The faces, and from what the small letter is drawn: a design for small sizes is as dark as the letters around it.
_FACES = (
    ("r", "Regular", "lmroman10-regular.otf", "lmroman7-regular.otf"),
    ("i", "Italic", "lmroman10-italic.otf", "lmroman7-italic.otf"),
    ("b", "Bold", "lmroman10-bold.otf", "lmroman7-bold.otf"),
    ("bi", "BoldItalic", "lmroman10-bolditalic.otf", "lmroman10-bolditalic.otf"),
)
_SMALL = 0.7
#: As LaTeX sets its name: how much closer the next letter stands, in thousandths of an em; and how far down `e` is, of
#: an x. They are so much narrower, for a step back is where some programs end a word.
_CLOSER = {"L": 360, "a": 150, "T": 167, "e": 125, "X": 0}
_LOWERED = 0.5


class LogoFace(Face):
    """A face of the letters of the logos."""

    def __init__(self, path: Path, small: Path) -> None:
        super().__init__(path)
        self.small = Face(small)
        self.cmap = {ord(letter): letter for letter in _CLOSER}

    def _draw(self, name: str, pen: AbstractPen) -> int:
        return self._drawn(name, pen) - _CLOSER.get(name, 0)

    def _drawn(self, name: str, pen: AbstractPen) -> int:
        if name == "a":
            whole = DecomposingRecordingPen(self.small._glyphs)
            self.small._glyphs["A"].draw(whole)
            raised = super().glyph("T").height - _SMALL * self.small.glyph("A").height
            whole.replay(TransformPen(pen, (_SMALL, 0, 0, _SMALL, self.slant * raised, raised)))
            return round(_SMALL * self.small._glyphs["A"].width)
        if name == "e":
            down = _LOWERED * self.glyph("x").height
            return super()._draw("E", TransformPen(pen, (1, 0, 0, 1, -self.slant * down, -down)))
        return super()._draw(name, pen)


def make(fonts: Path, target: Path) -> list[str]:
    """Write the fonts into *target*; return their lines for the map."""
    slots = {ord(letter): letter for letter in _CLOSER}
    names = {letter: f"uni{ord(letter):04X}" for letter in _CLOSER}
    listed = [f"/{names.get(chr(slot), '.notdef')}" for slot in range(256)]
    rows = [" ".join(listed[start : start + 8]) for start in range(0, 256, 8)]
    (target / f"{NAME}-t1.enc").write_text(f"/{POSTSCRIPT} [\n" + "\n".join(rows) + "\n] def\n", "ascii")
    for short, style, path, small in _FACES:
        face = LogoFace(found(fonts, path), found(fonts, small))
        metrics.write(
            target / f"{NAME}-{short}-t1.tfm",
            metrics.Metrics(face, slots, False, parameters=metrics.text_parameters(Face(face.path)), scheme="T1"),
        )
        name = f"{POSTSCRIPT}-{style}"
        notice = f"{name}: glyphs of Latin Modern Roman, for TeX. {face.copyright} GUST Font License."
        type1.write(target / f"{NAME}-{short}.pfb", name, notice, face, {names[letter]: letter for letter in _CLOSER})
    return [f"{NAME}-{short}-t1 {POSTSCRIPT}-{style} <{NAME}-t1.enc <{NAME}-{short}.pfb" for short, style, *_ in _FACES]
