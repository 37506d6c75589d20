"""A source font: its glyphs as Type 2 charstrings with their boxes, its kerning and its ligatures."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from fontTools.misc.psCharStrings import T2CharString
from fontTools.pens.basePen import AbstractPen
from fontTools.pens.boundsPen import BoundsPen
from fontTools.pens.qu2cuPen import Qu2CuPen
from fontTools.pens.recordingPen import DecomposingRecordingPen
from fontTools.pens.t2CharStringPen import T2CharStringPen
from fontTools.pens.transformPen import TransformPen
from fontTools.ttLib import TTFont

#: How far, in thousandths of an em, an outline may move when its curves change kind.
_TOLERANCE = 0.4

@dataclass(frozen=True)
class Glyph:
    """The width of a glyph, how far it reaches to the right, above and below the line, in units of its font."""

    width: int
    right: int
    height: int
    depth: int


class Face:
    """One font file, 1000 units to the em."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.font = TTFont(path, recalcTimestamp=False)
        if self.font["head"].unitsPerEm != 1000:
            raise SystemExit(f"maketex: {path.name} has not 1000 units to the em")
        self.cmap: dict[int, str] = self.font.getBestCmap()
        self._glyphs = self.font.getGlyphSet()
        self._moved: dict[str, tuple[str, int, int]] = {}

    @cached_property
    def slant(self) -> float:
        """The tangent of the slope of the letters."""
        from math import radians, tan

        return round(tan(radians(-self.font["post"].italicAngle)), 4)

    @property
    def copyright(self) -> str:
        """What the font says of its authors, in ASCII."""
        text = str(self.font["name"].getDebugName(0)).translate({0x2018: "'", 0x2019: "'", 0xA9: "(c)", 0x2122: ""})
        return text.encode("ascii", "ignore").decode()

    @property
    def x_height(self) -> int:
        return self.glyph(self.cmap[ord("x")]).height

    @property
    def cap_height(self) -> int:
        return self.glyph(self.cmap[ord("H")]).height

    def hung(self, name: str, height: int) -> str:
        """Return the name of the glyph *name* moved so that it reaches *height* above the line."""
        new = f"{name}.hung"
        self._moved[new] = name, 0, height - self.glyph(name).height
        return new

    def centred(self, name: str) -> str:
        """Return the name of the mark *name* moved so that its middle is above where the pen stands."""
        pen = BoundsPen(None)
        self._draw(name, pen)
        left, _, right, _ = pen.bounds
        self._moved[f"{name}.centred"] = name, -round((left + right) / 2), 0
        return f"{name}.centred"

    def _draw(self, name: str, pen: AbstractPen) -> int:
        """Draw the glyph *name*, without components; return its width."""
        original, right, up = self._moved.get(name, (name, 0, 0))
        whole = DecomposingRecordingPen(self._glyphs)
        self._glyphs[original].draw(whole)
        whole.replay(TransformPen(pen, (1, 0, 0, 1, right, up)))
        return 0 if right else round(self._glyphs[original].width)

    def glyph(self, name: str) -> Glyph:
        """Return the metrics of the glyph *name*."""
        pen = BoundsPen(None)
        width = self._draw(name, pen)
        _, low, right, high = pen.bounds or (0, 0, 0, 0)
        return Glyph(width, round(right), max(0, round(high)), max(0, -round(low)))

    def charstring(self, name: str) -> T2CharString:
        """Return the outline of the glyph *name*, of a TrueType font the nearest cubic one, without hints."""
        pen = T2CharStringPen(self.glyph(name).width, None, roundTolerance=0.5)
        is_cubic = "CFF " in self.font
        self._draw(name, pen if is_cubic else Qu2CuPen(pen, _TOLERANCE, all_cubic=True, reverse_direction=True))
        return pen.getCharString()

    def ligatures(self) -> dict[tuple[str, ...], str]:
        """Return the ligatures which every text has, by their parts."""
        found: dict[tuple[str, ...], str] = {}
        for subtable in self._subtables("GSUB", "liga", 4):
            for first, ligatures in subtable.ligatures.items():
                found |= {(first, *ligature.Component): ligature.LigGlyph for ligature in ligatures}
        return found

    def kerns(self, lefts: set[str], rights: set[str]) -> dict[str, dict[str, int]]:
        """Return how much closer the pairs of *lefts* and *rights* stand; a pair's first rule holds."""
        pairs: dict[str, dict[str, int]] = {left: {} for left in lefts}
        seen: set[tuple[str, str]] = set()
        for subtable in self._subtables("GPOS", "kern", 2):
            for left in lefts & set(subtable.Coverage.glyphs):
                for right, kern in _pairs(subtable, left, rights):
                    if (left, right) not in seen:
                        seen.add((left, right))
                        pairs[left][right] = kern
        return {left: {right: kern for right, kern in row.items() if kern} for left, row in pairs.items()}

    def sizes(self, name: str) -> list[tuple[str, int]]:
        """Return the taller forms of a sign, each with its height; first itself."""
        variants = self.font["MATH"].table.MathVariants
        glyphs = variants.VertGlyphCoverage.glyphs
        if name not in glyphs:
            return [(name, 0)]
        records = variants.VertGlyphConstruction[glyphs.index(name)].MathGlyphVariantRecord
        return [(record.VariantGlyph, record.AdvanceMeasurement) for record in records]

    def parts(self, name: str) -> list[tuple[str, bool]]:
        """Return the parts, from below, of which a sign of any height is made, and whether each may repeat."""
        variants = self.font["MATH"].table.MathVariants
        assembly = variants.VertGlyphConstruction[variants.VertGlyphCoverage.glyphs.index(name)].GlyphAssembly
        return [(part.glyph, bool(part.PartFlags & 1)) for part in assembly.PartRecords] if assembly else []

    def constant(self, name: str) -> int:
        """Return a constant of the MATH table."""
        return int(getattr(self.font["MATH"].table.MathConstants, name).Value)

    def for_scripts(self, name: str) -> str:
        """Return the form of a sign for raised and lowered parts."""
        for kind in (1, 3):
            for subtable in self._subtables("GSUB", "ssty", kind):
                table = getattr(subtable, "alternates", None) or getattr(subtable, "mapping", {})
                if name in table:
                    return table[name] if isinstance(table[name], str) else table[name][0]
        return name

    def _subtables(self, tag: str, feature: str, kind: int) -> Iterator[Any]:
        """Yield the subtables of a *feature* for Latin in its default language, if of this *kind*."""
        if tag not in self.font:
            return
        table = self.font[tag].table
        scripts = {record.ScriptTag: record.Script for record in table.ScriptList.ScriptRecord}
        script = scripts.get("latn") or scripts.get("DFLT") or next(iter(scripts.values()))
        features = [table.FeatureList.FeatureRecord[index] for index in script.DefaultLangSys.FeatureIndex]
        lookups = sorted({
            index for record in features if record.FeatureTag == feature for index in record.Feature.LookupListIndex
        })
        for index in lookups:
            for subtable in table.LookupList.Lookup[index].SubTable:
                inner = getattr(subtable, "ExtSubTable", subtable)
                if inner.LookupType == kind:
                    yield inner


def _pairs(subtable: Any, left: str, rights: set[str]) -> Iterator[tuple[str, int]]:
    if subtable.Format == 1:
        index = subtable.Coverage.glyphs.index(left)
        for record in subtable.PairSet[index].PairValueRecord:
            if record.SecondGlyph in rights:
                yield record.SecondGlyph, _advance(record.Value1)
        return
    classes = subtable.Class1Record[subtable.ClassDef1.classDefs.get(left, 0)].Class2Record
    for right in rights:
        yield right, _advance(classes[subtable.ClassDef2.classDefs.get(right, 0)].Value1)


def _advance(value: Any) -> int:
    return int(getattr(value, "XAdvance", 0) or 0) if value else 0
