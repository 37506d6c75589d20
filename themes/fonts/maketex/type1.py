"""Type 1 fonts from glyphs of a face."""

from __future__ import annotations

import re
import subprocess
import tempfile
from collections import Counter
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
    charstrings[".notdef"] = T2CharStringPen(500, None).getCharString()
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
    builder.setupCFF(name, information, charstrings, {"nominalWidthX": 0, "defaultWidthX": 0})
    builder.setupHorizontalMetrics(dict.fromkeys(order, (500, 0)))
    builder.setupHorizontalHeader(ascent=800, descent=-200)
    builder.setupNameTable({"familyName": family, "styleName": style, "psName": name})
    builder.setupOS2()
    builder.setupPost()
    with tempfile.TemporaryDirectory() as folder:
        source, plain, words = (Path(folder, f"font.{suffix}") for suffix in ("otf", "pfb", "txt"))
        builder.save(source)
        subprocess.run(["cfftot1", "--pfb", "-q", source, plain], check=True)
        subprocess.run(["t1disasm", plain, words], check=True)
        words.write_text(_shared(words.read_text("latin-1")), "latin-1")
        subprocess.run(["t1asm", "--pfb", words, path], check=True)


_CONTOUR = re.compile(r"(?<=moveto\n)(.*?\tclosepath\n)", re.DOTALL)
#: A contour of fewer commands takes no more room than the call of a routine.
_SHORTEST = 4


def _shared(font: str) -> str:
    """Return the disassembled *font* with each contour that comes again, as do those of é and e, written once.

    Without hints, of which such contours would be full, and without the program that a printer needs for them.
    """
    head, start, glyphs = font.partition("/CharStrings")
    times = Counter(match[1] for match in _CONTOUR.finditer(glyphs))
    shared = [body for body, count in times.items() if count > 1 and body.count("\n") >= _SHORTEST]
    # Five are there already, which Type 1 has for hints.
    routines = {body: 5 + index for index, body in enumerate(shared)}
    written = "".join(f"dup {number} {{\n{body}\treturn\n\t}} |\n" for body, number in routines.items())
    before, _, standard = head.partition("% Copyright 1987-1990 Adobe")
    standard = re.sub(r".*?/Subrs 5 ", f"/Subrs {5 + len(shared)} ", standard, count=1, flags=re.DOTALL)
    end = standard.rindex("|-\n")
    head = before + standard[:end] + written + standard[end:]
    glyphs = _CONTOUR.sub(
        lambda match: f"\t{routines[match[1]]} callsubr\n" if match[1] in routines else match[1], glyphs
    )
    return head + start + glyphs
