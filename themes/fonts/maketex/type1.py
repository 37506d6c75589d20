"""Type 1 fonts from glyphs of a face."""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path

from fontTools.fontBuilder import FontBuilder
from fontTools.pens.t2CharStringPen import T2CharStringPen

from maketex.faces import Face


def write(path: Path, name: str, notice: str, face: Face, glyphs: dict[str, str]) -> None:
    """Write a Type 1 font of *glyphs* (the face's own by new name) to *path*, whose PostScript name is *name*.

    `cfftot1`, of Debian's lcdf-typetools, turns CFF into Type 1.
    """
    order = [".notdef", *sorted(glyphs)]
    builder = FontBuilder(1000, isTTF=False)
    builder.setupGlyphOrder(order)
    builder.setupCharacterMap({})
    charstrings = {new: face.charstring(old) for new, old in glyphs.items()}
    private = face.private()
    pen = T2CharStringPen(500 - private["nominalWidthX"], None)
    charstrings[".notdef"] = pen.getCharString()
    boxes = [face.glyph(old) for old in glyphs.values()]
    family, _, style = name.partition("-")
    information = {
        "version": "1.000", "Notice": notice, "FullName": f"{family} {style}", "FamilyName": family,
        "Weight": "Bold" if "Bold" in style else "Regular", "ItalicAngle": face.font["post"].italicAngle,
        "isFixedPitch": bool(face.font["post"].isFixedPitch),
        "UnderlinePosition": face.font["post"].underlinePosition,
        "UnderlineThickness": face.font["post"].underlineThickness,
        "FontBBox": [-300, -max(box.depth for box in boxes), max(box.right for box in boxes),
                     max(box.height for box in boxes)],
    }  # fmt: skip
    builder.setupCFF(name, information, charstrings, private)
    builder.setupHorizontalMetrics({glyph: (500, 0) for glyph in order})
    builder.setupHorizontalHeader(ascent=800, descent=-200)
    builder.setupNameTable({"familyName": family, "styleName": style, "psName": name})
    builder.setupOS2()
    builder.setupPost()
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder, "font.otf")
        builder.save(source)
        subprocess.run(["cfftot1", "--pfb", "-q", source, path], check=True)
