"""The text families: fonts, encodings, and the LaTeX that declares them."""

from __future__ import annotations

import subprocess
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from maketex import metrics, repertoire, type1
from maketex.faces import Face

_OFL = "SIL Open Font License 1.1"
_GREEK = range(0x0370, 0x0400)


@dataclass(frozen=True)
class Family:
    """A text family: its name in LaTeX and in PostScript, its faces, and whose outlines it has.

    Of a `fallback`, only the characters are kept which no family before it has.
    """

    name: str
    postscript: str
    origin: str
    licence: str
    faces: tuple[tuple[str, str], ...]
    left_out: range = range(0)
    fallback: bool = False
    encodings: tuple[str, ...] = ("T1", "LCA", "LCB", "LCG", "LCM")
    scale: str = ""


FAMILIES = (
    Family("cvserif", "CVSerif", "TeX Gyre Pagella", "GUST Font License", (
        ("Regular", "pagella/texgyrepagella-regular.otf"),
        ("Italic", "pagella/texgyrepagella-italic.otf"),
        ("Bold", "pagella/texgyrepagella-bold.otf"),
        ("BoldItalic", "pagella/texgyrepagella-bolditalic.otf"),
    ), left_out=_GREEK),
    Family("cvsans", "CVSans", "Source Sans 3", _OFL, (
        ("Regular", "source-sans-3/SourceSans3-Regular.ttf"),
        ("Italic", "source-sans-3/SourceSans3-Italic.ttf"),
        ("Bold", "source-sans-3/SourceSans3-Bold.ttf"),
        ("BoldItalic", "source-sans-3/SourceSans3-BoldItalic.ttf"),
    )),
    Family("cvmono", "CVMono", "Source Code Pro", _OFL, (
        ("Regular", "source-code-pro/SourceCodePro-Regular.ttf"),
        ("Bold", "source-code-pro/SourceCodePro-Bold.ttf"),
    ), encodings=("T1", "LCA"), scale="0.92"),
    Family("cvstix", "CVStix", "STIX Two Text", _OFL, (
        ("Regular", "stix-two-text/STIXTwoText-Regular.ttf"),
        ("Italic", "stix-two-text/STIXTwoText-Italic.ttf"),
        ("Bold", "stix-two-text/STIXTwoText-Bold.ttf"),
        ("BoldItalic", "stix-two-text/STIXTwoText-BoldItalic.ttf"),
    ), fallback=True, encodings=("LCA", "LCB", "LCG", "LCM")),
    Family("cvlm", "CVRoman", "Latin Modern Roman", "GUST Font License", (
        ("Regular", "lmroman10-regular.otf"), ("Italic", "lmroman10-italic.otf"),
        ("Bold", "lmroman10-bold.otf"), ("BoldItalic", "lmroman10-bolditalic.otf"),
        # Drawings for larger sizes.
        ("Regular12", "lmroman12-regular.otf"), ("Regular17", "lmroman17-regular.otf"),
        ("Bold12", "lmroman12-bold.otf"),
    ), encodings=("T1", "LCA", "LCB")),
    Family("cvlmmono", "CVTypewriter", "Latin Modern Mono", "GUST Font License", (
        ("Regular", "lmmono10-regular.otf"), ("Bold", "lmmonolt10-bold.otf"),
    ), encodings=("T1", "LCA")),
)  # fmt: skip

_SHORT = {"Regular": "r", "Italic": "i", "Bold": "b", "BoldItalic": "bi", "Regular12": "r12", "Regular17": "r17",
          "Bold12": "b12"}  # fmt: skip
#: Those which only the commonest of sizes has.
_ONCE = ("LCB",)


def make(fonts: Path, target: Path) -> tuple[list[str], dict[int, tuple[str, int]]]:
    """Write every text font into *target*, and `cv-encodings.def`, which declares encodings and families.

    Return the lines of the fonts for the map, and where each character is.
    """
    faces = {path: Face(found(fonts, path)) for family in FAMILIES for _, path in family.faces}
    coverage = {family.name: _coverage(family, faces) for family in FAMILIES}
    encodings = repertoire.layout(frozenset().union(*coverage.values()))
    lines = list(_encodings(encodings))
    maps: list[str] = []
    for family in FAMILIES:
        lines += _family(target, family, faces, encodings, coverage[family.name], maps)
    (target / "cv-encodings.def").write_text("\n".join(lines) + "\n", "ascii")
    return maps, _places(encodings)


def found(fonts: Path, path: str) -> Path:
    """Return the font file at *path*, or TeX's own of that name."""
    if (fonts / path).exists():
        return fonts / path
    return Path(subprocess.run(["kpsewhich", path], check=True, capture_output=True, text=True).stdout.strip())


def _coverage(family: Family, faces: dict[str, Face]) -> frozenset[int]:
    """Return the characters which all faces of *family* have."""
    shared = frozenset.intersection(*(frozenset(faces[path].cmap) for _, path in family.faces))
    return shared - frozenset(family.left_out)


def _family(
    target: Path, family: Family, faces: dict[str, Face], encodings: dict[str, dict[int, int]], known: frozenset[int],
    maps: list[str],
) -> Iterator[str]:
    """Write the fonts of *family*; yield its declarations."""
    wanted = {
        name: {slot: code for slot, code in encodings[name].items() if code in known}
        for name in family.encodings
    }
    if family.fallback:
        serif = _coverage(FAMILIES[0], faces)
        wanted = {
            name: {slot: code for slot, code in slots.items() if code not in serif}
            for name, slots in wanted.items()
        }
    wanted = {name: slots for name, slots in wanted.items() if slots}
    yield f"% {family.postscript}: outlines of {family.origin}."
    italic = "i" if len(family.faces) > 2 else "r"
    for name in wanted:
        yield f"\\cvf@family{{{name}}}{{{family.name}}}{{{name.lower()}}}{{{italic}}}{{{family.scale}}}"
    vectors = {
        name: _vectors(target, family, name, slots, faces[family.faces[0][1]]) for name, slots in wanted.items()
    }
    for style, path in family.faces:
        stem = f"{family.name}-{_SHORT[style]}"
        kept: dict[str, str] = {}
        for encoding, codes in wanted.items():
            if encoding in _ONCE and style[-1].isdigit():
                continue
            kept |= _metrics(target / f"{stem}-{encoding.lower()}.tfm", faces[path], encoding, codes)
            maps.append(f"{stem}-{encoding.lower()} {family.postscript}-{style} <{vectors[encoding]} <{stem}.pfb")
        _outlines(target / f"{stem}.pfb", family, style, faces[path], kept)


def _outlines(path: Path, family: Family, style: str, face: Face, kept: dict[str, str]) -> None:
    name = f"{family.postscript}-{style}"
    notice = f"{name}: glyphs of {family.origin}, for TeX. {face.copyright} {family.licence}."
    type1.write(path, name, notice, face, kept)


def _metrics(path: Path, face: Face, encoding: str, codes: dict[int, int]) -> dict[str, str]:
    """Write the metrics of one font; return its glyphs by the names that they get."""
    glyphs = {slot: face.cmap[code] for slot, code in codes.items() if code in face.cmap}
    names = {slot: f"uni{codes[slot]:04X}" for slot in glyphs}
    joined = _ligatures(face, glyphs, names) if encoding == "T1" else {}
    parameters = metrics.text_parameters(face)
    metrics.write(path, metrics.Metrics(face, glyphs, encoding != "LCA", joined, parameters, encoding))
    return {names[slot]: glyphs[slot] for slot in glyphs}


def _vectors(target: Path, family: Family, encoding: str, codes: dict[int, int], face: Face) -> str:
    """Write the vector of the names of glyphs in a family's encoding; return its file's name."""
    glyphs = {slot: face.cmap[code] for slot, code in codes.items()}
    names = {slot: f"uni{code:04X}" for slot, code in codes.items()}
    if encoding == "T1":
        _ligatures(face, glyphs, names)
    listed = [f"/{names.get(slot, '.notdef')}" for slot in range(repertoire.SIZE)]
    rows = [" ".join(listed[start : start + 8]) for start in range(0, repertoire.SIZE, 8)]
    name = f"{family.name}-{encoding.lower()}.enc"
    (target / name).write_text(f"/{family.postscript}{encoding} [\n" + "\n".join(rows) + "\n] def\n", "ascii")
    return name


def _ligatures(face: Face, glyphs: dict[int, str], names: dict[int, str]) -> dict[tuple[int, int], int]:
    """Add the ligatures of *face* to *glyphs* and *names*; return them as pairs of slots, as TeX knows them."""
    slots = {glyph: slot for slot, glyph in sorted(glyphs.items(), reverse=True)}
    letters = {slot: names[slot].removeprefix("uni") for slot in glyphs}
    free = list(repertoire.LIGATURE_SLOTS)
    pairs: dict[tuple[int, int], int] = {}
    for parts, made in sorted(face.ligatures().items(), key=lambda item: (len(item[0]), item)):
        if not set(parts) <= set(slots):
            continue
        if made not in slots:
            slot = free.pop(0)
            glyphs[slot], slots[made] = made, slot
            letters[slot] = "".join(letters[slots[part]] for part in parts)
            names[slot] = f"uni{letters[slot]}"
        left = slots[parts[0]]
        for right in parts[1:-1]:
            left = pairs.get((left, slots[right]), -1)
        if left >= 0:
            pairs[left, slots[parts[-1]]] = slots[made]
    return pairs


def _places(encodings: dict[str, dict[int, int]]) -> dict[int, tuple[str, int]]:
    """Return encoding and slot of each character."""
    return {code: (name, slot) for name, slots in reversed(encodings.items()) for slot, code in slots.items()}


#: Commands for characters which T1 does not have; LaTeX itself would take them from a TS1 that is not here.
_COMMANDS = {
    "quotesingle": 0x27, "asciigrave": 0x60, "bullet": 0x2022, "euro": 0x20AC, "degree": 0xB0,
    "copyright": 0xA9, "registered": 0xAE, "trademark": 0x2122, "ellipsis": 0x2026, "dagger": 0x2020,
    "daggerdbl": 0x2021, "periodcentered": 0xB7, "times": 0xD7, "minus": 0x2212, "pm": 0xB1, "div": 0xF7,
    "onehalf": 0xBD, "onequarter": 0xBC, "threequarters": 0xBE, "onesuperior": 0xB9, "twosuperior": 0xB2,
    "threesuperior": 0xB3, "ordfeminine": 0xAA, "ordmasculine": 0xBA, "paragraph": 0xB6, "numero": 0x2116,
    "perthousand": 0x2030, "leftarrow": 0x2190, "rightarrow": 0x2192, "uparrow": 0x2191, "downarrow": 0x2193,
    "yen": 0xA5, "cent": 0xA2, "currency": 0xA4, "mu": 0xB5, "fractionsolidus": 0x2044, "lnot": 0xAC,
    "brokenbar": 0xA6, "openbullet": 0x25E6,
}  # fmt: skip


def _encodings(encodings: dict[str, dict[int, int]]) -> Iterator[str]:
    yield "% Made by themes/fonts/maketex: which fonts there are, and where in them each character is."
    for name, slots in encodings.items():
        if name == "T1":
            listed = [f"{code:04X}:{slot}" for slot, code in sorted(slots.items()) if code > 126]
            rows = [",".join(listed[start : start + 12]) for start in range(0, len(listed), 12)]
            yield "\\cvf@letters{%"
            yield ",%\n".join(rows) + "}"
            continue
        yield f"\\DeclareFontEncoding{{{name}}}{{}}{{}}"
        yield f"\\DeclareFontSubstitution{{{name}}}{{cvstix}}{{m}}{{n}}"
        codes = [f"{code:04X}" for _, code in sorted(slots.items())]
        rows = [",".join(codes[start : start + 20]) for start in range(0, len(codes), 20)]
        yield f"\\cvf@characters{{{name}}}{{%"
        yield ",%\n".join(rows) + "}"
    places = _places(encodings)
    for command, code in _COMMANDS.items():
        name, slot = places[code]
        yield f"\\cvf@command\\text{command}{{{name}}}{{{slot}}}{{{code:04X}}}"
    # Those with a mark, which LaTeX would put together from two glyphs.
    composed = [code for code in range(0x00A0, 0x1F00) if code not in places and unicodedata.decomposition(chr(code))]
    listed = [f"{code:04X}" for code in composed if code < 0x0250 or code >= 0x1E00]
    yield "\\cvf@refused{%"
    yield ",%\n".join(",".join(listed[start : start + 20]) for start in range(0, len(listed), 20)) + "}"
