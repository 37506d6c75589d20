"""TeX font metrics: a property list, which `pltotf` packs."""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from maketex.faces import Face

_EM = 1000
#: Kerns smaller than this, in thousandths of an em, nobody sees; TeX walks through all of a letter's at each pair.
_LEAST_KERN = 4


@dataclass(frozen=True)
class Metrics:
    """What a TFM holds: `glyphs` by slot, and the pairs of slots that join or stand closer."""

    face: Face
    glyphs: dict[int, str]
    kerned: bool = True
    ligatures: dict[tuple[int, int], int] = field(default_factory=dict)
    parameters: tuple[float, ...] = ()
    scheme: str = "UNSPECIFIED"
    #: The next larger form of a sign; or its top, middle, bottom and repeated part, 0 for none.
    larger: dict[int, int] = field(default_factory=dict)
    pieces: dict[int, tuple[int, int, int, int]] = field(default_factory=dict)
    #: For mathematics: letters keep their italic correction, and none is a space.
    math: bool = False


def write(path: Path, metrics: Metrics) -> None:
    """Write *metrics* as a TFM file."""
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder, "font.pl")
        source.write_text("\n".join(_property_list(metrics)) + "\n", "ascii")
        subprocess.run(["pltotf", source, path], check=True, capture_output=True)


def text_parameters(face: Face) -> tuple[float, ...]:
    """Return the parameters of a text font: spaces stretch by half and shrink by a third, as in the other engines."""
    space = face.glyph(face.cmap[ord(" ")]).width / _EM
    return face.slant, space, space / 2, space / 3, face.x_height / _EM, 1.0, space / 3


def _property_list(metrics: Metrics) -> Iterator[str]:
    yield f"(CODINGSCHEME {metrics.scheme})"
    yield "(DESIGNSIZE R 10.0)"
    yield "(FONTDIMEN"
    for number, value in enumerate(metrics.parameters, 1):
        yield f"   (PARAMETER D {number} R {value:.6f})"
    yield "   )"
    yield from _pairs(metrics)
    for slot, name in sorted(metrics.glyphs.items()):
        glyph = metrics.face.glyph(name)
        yield f"(CHARACTER O {slot:o}"
        yield f"   (CHARWD R {glyph.width / _EM:.4f})"
        yield f"   (CHARHT R {glyph.height / _EM:.4f})"
        yield f"   (CHARDP R {glyph.depth / _EM:.4f})"
        italic = max(0, glyph.right - glyph.width)
        if italic and (metrics.face.slant or metrics.math):
            yield f"   (CHARIC R {italic / _EM:.4f})"
        if slot in metrics.larger:
            yield f"   (NEXTLARGER O {metrics.larger[slot]:o})"
        if slot in metrics.pieces:
            named = zip(("TOP", "MID", "BOT", "REP"), metrics.pieces[slot], strict=True)
            yield "   (VARCHAR " + " ".join(f"({part} O {piece:o})" for part, piece in named if piece) + ")"
        yield "   )"


def _pairs(metrics: Metrics) -> Iterator[str]:
    """Yield the table of ligatures and kerns; letters which are kerned alike share their part of it."""
    rows: dict[tuple[str, ...], list[int]] = {}
    slots = {name: slot for slot, name in sorted(metrics.glyphs.items(), reverse=True)}
    names = set(metrics.glyphs.values())
    kerns = metrics.face.kerns(names, names) if metrics.kerned else {}
    for slot, name in sorted(metrics.glyphs.items()):
        row = [
            f"   (LIG O {right:o} O {made:o})" for (left, right), made in metrics.ligatures.items() if left == slot
        ]
        pairs = sorted((slots[right], kern) for right, kern in kerns.get(name, {}).items())
        row += [f"   (KRN O {right:o} R {kern / _EM:.4f})" for right, kern in pairs if abs(kern) >= _LEAST_KERN]
        if row:
            rows.setdefault(tuple(row), []).append(slot)
    if not rows:
        return
    yield "(LIGTABLE"
    for row, lefts in rows.items():
        for left in lefts:
            yield f"   (LABEL O {left:o})"
        yield from row
        yield "   (STOP)"
    yield "   )"
