"""The fonts of mathematics, in the layouts of Computer Modern, for which LaTeX's own commands are made.

The glyphs come from an OpenType font of mathematics. A letter is named by the plain letter that people type.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

from cvbuild.writers.latex_symbols import COMMANDS, Class
from maketex import metrics, type1
from maketex.faces import Face

_OML_GREEK = "ΓΔΘΛΞΠΣΥΦΨΩαβγδϵζηθικλμνξπρστυϕχψωεϑϖϱςφ"
_OML_SIGNS = {0x28: "↼", 0x29: "↽", 0x2A: "⇀", 0x2B: "⇁", 0x2E: "▷", 0x2F: "◁", 0x3A: ".", 0x3B: ",", 0x3C: "<",
              0x3D: "/", 0x3E: ">", 0x3F: "⋆", 0x40: "∂", 0x5B: "♭", 0x5C: "♮", 0x5D: "♯", 0x5E: "⌣", 0x5F: "⌢",
              0x60: "ℓ", 0x7B: "ı", 0x7C: "ȷ", 0x7D: "℘"}  # fmt: skip
_OMS = (
    "−⋅×∗÷⋄±∓⊕⊖⊗⊘⊙◯∘∙≍≡⊆⊇≤≥⪯⪰∼≈⊂⊃≪≫≺≻←→↑↓↔↗↘≃⇐⇒⇑⇓⇔↖↙∝′∞∈∋△▽\0\0∀∃¬∅ℜℑ⊤⊥ℵ"
    "𝒜ℬ𝒞𝒟ℰℱ𝒢ℋℐ𝒥𝒦ℒℳ𝒩𝒪𝒫𝒬ℛ𝒮𝒯𝒰𝒱𝒲𝒳𝒴𝒵∪∩⊎∧∨⊢⊣⌊⌋⌈⌉{}⟨⟩|‖↕⇕\\≀√⨿∇∫⊔⊓⊑⊒§†‡¶♣♢♡♠"
)
#: Delimiters in OMX: the slots of four sizes, then of top, bottom, middle and repeated part.
_DELIMITERS: dict[str, tuple[tuple[int, ...], tuple[int, ...]]] = {
    "(": ((0, 16, 18, 32), (48, 64, 0, 66)), ")": ((1, 17, 19, 33), (49, 65, 0, 67)),
    "[": ((2, 104, 20, 34), (50, 52, 0, 54)), "]": ((3, 105, 21, 35), (51, 53, 0, 55)),
    "⌊": ((4, 106, 22, 36), ()), "⌋": ((5, 107, 23, 37), ()), "⌈": ((6, 108, 24, 38), ()),
    "⌉": ((7, 109, 25, 39), ()), "{": ((8, 110, 26, 40), (56, 58, 60, 62)), "}": ((9, 111, 27, 41), (57, 59, 61, 63)),
    "⟨": ((10, 68, 28, 42), ()), "⟩": ((11, 69, 29, 43), ()), "/": ((14, 46, 30, 44), ()),
    "\\": ((15, 47, 31, 45), ()),
}  # fmt: skip
#: Operators in OMX: the slots in text and in display.
_OPERATORS = {
    "∮": (72, 73), "⨀": (74, 75), "⨁": (76, 77), "⨂": (78, 79), "∑": (80, 88), "∏": (81, 89), "∫": (82, 90),
    "⋃": (83, 91), "⋂": (84, 92), "⨄": (85, 93), "⋀": (86, 94), "⋁": (87, 95), "∐": (96, 97), "⨆": (70, 71),
    "∬": (128, 129), "∭": (130, 131),
}  # fmt: skip
#: Primes in OMS, one to four; they join as letters do.
PRIMES = (48, 55, 128, 129)
_ROOTS = (112, 113, 114, 115)
_ROOT_PARTS = (118, 116, 0, 117)
_BARS = {"|": 12, "‖": 13}
_ACCENTS = {
    "grave": 0x300, "acute": 0x301, "hat": 0x302, "tilde": 0x303, "bar": 0x304, "breve": 0x306, "dot": 0x307,
    "ddot": 0x308, "mathring": 0x30A, "check": 0x30C, "vec": 0x20D7,
}  # fmt: skip
_MATH_CLASS: dict[Class, str] = {"ord": "ord", "op": "op", "bin": "bin", "rel": "rel", "open": "open",
                                 "close": "close", "punct": "punct"}  # fmt: skip
#: Commands that kernel and packages make of several glyphs, or that are no commands of their own.
_SET_BY_LATEX = (
    r"\{ \} \langle \rangle \lfloor \rfloor \lceil \rceil \| \backslash \% \# \& \$ \_ "
    r"\ldots \cdots \imath \jmath \prime"
)
_KEPT = frozenset(_SET_BY_LATEX.split())


@dataclass
class _Font:
    """One Type 1 font in the making, and its metrics by the end of their names."""

    face: Face
    glyphs: dict[str, str] = field(default_factory=dict)

    def name(self, glyph: str, code: int) -> str:
        """Return the name of *glyph*, which is to be copied as the character *code*."""
        plain = f"uni{code:04X}" if code < 0x10000 else f"u{code:05X}"
        name = plain
        number = 1
        while self.glyphs.get(name, glyph) != glyph:
            name = f"{plain}.{number}"
            number += 1
        self.glyphs[name] = glyph
        return name


def make(source: Path, target: Path, family: str, postscript: str, notice: str) -> Iterator[str]:
    """Write the fonts of *family* from *source* into *target*; yield their lines for the map."""
    face = Face(source)
    font = _Font(face)
    bold = _Font(face)
    fonts = {
        "ml": (font, _letters(face, False), metrics_of_text(face, True)),
        "mb": (bold, _letters(face, True), metrics_of_text(face, True)),
        "sy": (font, _symbols(face), _symbol_parameters(face)),
        "sa": (font, _further(face), metrics_of_text(face, False)),
        "bb": (font, _alphabet(face, "𝔸", "𝕒", "𝟘"), metrics_of_text(face, False)),
        "ca": (font, _alphabet(face, "𝒜", "𝒶", ""), metrics_of_text(face, False)),
        "fr": (font, _alphabet(face, "𝔄", "𝔞", ""), metrics_of_text(face, False)),
    }
    outlines = {id(font): f"{family}-r", id(bold): f"{family}-b"}
    styles = {id(font): "Regular", id(bold): "Bold"}
    for end, (owner, slots, parameters) in fonts.items():
        names = {slot: owner.name(glyph, code) for slot, (glyph, code) in slots.items()}
        _vector(target / f"{family}-{end}.enc", f"{postscript}{end}", names)
        glyphs = {slot: glyph for slot, (glyph, _) in slots.items()}
        metrics.write(target / f"{family}-{end}.tfm", metrics.Metrics(
            face, glyphs, kerned=False, ligatures=_joined(end), parameters=parameters, math=True))  # fmt: skip
        stem = outlines[id(owner)]
        yield f"{family}-{end} {postscript}-{styles[id(owner)]} <{family}-{end}.enc <{stem}.pfb"
    _extensions(target, family, postscript, font)
    yield f"{family}-ex {postscript}-Regular <{family}-ex.enc <{family}-r.pfb"
    for owner in (font, bold):
        name = f"{postscript}-{styles[id(owner)]}"
        type1.write(target / f"{outlines[id(owner)]}.pfb", name, f"{name}: {notice}", face, owner.glyphs)


def _joined(end: str) -> dict[tuple[int, int], int]:
    pairs = ((first, PRIMES[0]) for first in PRIMES[:3])
    return dict(zip(pairs, PRIMES[1:], strict=True)) if end == "sy" else {}


def metrics_of_text(face: Face, is_slanted: bool) -> tuple[float, ...]:
    """Return the parameters of a font whose letters are mathematics: without a space."""
    return 0.25 if is_slanted else 0.0, 0.0, 0.0, 0.0, face.x_height / 1000, 1.0, 0.0


Slots = dict[int, tuple[str, int]]


def _letters(face: Face, is_bold: bool) -> Slots:
    """Return the layout OML: Greek, slanted but for the capitals, and Latin letters."""
    lower, upper = (0x1D736, 0x1D6A8) if is_bold else (0x1D6FC, 0x391)
    special = dict(zip("∂ϵϑϰϕϱϖ", range(lower + 25, lower + 32), strict=True))
    slots: Slots = {}
    for slot, char in enumerate(_OML_GREEK):
        code = special.get(char) or (lower + ord(char) - 0x3B1 if char >= "α" else upper + ord(char) - 0x391)
        slots[slot] = face.cmap[code], ord(char)
    slots[0x40] = face.cmap[special["∂"]], ord("∂")
    for first, start in ((0x41, 0x1D468 if is_bold else 0x1D434), (0x61, 0x1D482 if is_bold else 0x1D44E)):
        for index in range(26):
            code = 0x210E if start + index == 0x1D455 else start + index
            slots[first + index] = face.cmap[code], first + index
    if not is_bold:
        for slot, char in _OML_SIGNS.items():
            slots.setdefault(slot, (face.cmap[ord(char)], ord(char)))
        slots[0x80] = face.cmap[special["ϰ"]], ord("ϰ")
    return slots


def _symbols(face: Face) -> Slots:
    slots = {slot: (face.cmap[ord(char)], ord(char)) for slot, char in enumerate(_OMS) if char != "\0"}
    rule = face.constant("RadicalRuleThickness")
    for slot, code in zip(PRIMES, (0x2032, 0x2033, 0x2034, 0x2057), strict=True):
        slots[slot] = face.for_scripts(face.cmap[code]), code
    slots[112] = face.hung(face.cmap[0x221A], rule), 0x221A
    # What TeX lays over a sign to negate it.
    slots[54] = face.cmap[0x338], 0x338
    return slots


def _further(face: Face) -> Slots:
    """Return the signs that commands stand for, in their order, the accents and the dots; some fonts lack a few."""
    signs = [ord(sign) for sign, *_ in symbols()]
    # The difference of sets looks like the reverse solidus, and one font has it under that name only.
    drawn = [code if code in face.cmap else {0x29F5: 0x2216}.get(code, code) for code in signs]
    slots = {slot: (face.cmap[shown], code) for slot, (code, shown) in enumerate(zip(signs, drawn, strict=True))}
    accents = [(face.centred(face.cmap[code]), code) for code in _ACCENTS.values()]
    dots = [(face.cmap[code], code) for code in (0x2026, 0x22EF)]
    return slots | dict(enumerate((*accents, *dots), len(signs)))


def symbols() -> list[tuple[str, str, Class]]:
    """Return the signs of the further font, in the order of its slots, with commands and classes."""
    greek = frozenset(_OML_GREEK) | {"ϰ", "ο"}
    found: dict[str, tuple[str, str, Class]] = {}
    for sign, (command, kind) in COMMANDS.items():
        is_command = command.startswith("\\") and command not in _KEPT
        if is_command and sign not in greek and sign not in _OPERATORS and command not in found:
            found[command] = sign, command, kind
    return list(found.values())


def _alphabet(face: Face, capital: str, small: str, zero: str) -> Slots:
    """Return an alphabet of the mathematical block at the places of plain letters; holes there are filled from BMP."""
    slots: Slots = {}
    holes = {0x1D49D: 0x212C, 0x1D4A0: 0x2130, 0x1D4A1: 0x2131, 0x1D4A3: 0x210B, 0x1D4A4: 0x2110, 0x1D4A7: 0x2112,
             0x1D4A8: 0x2133, 0x1D4AD: 0x211B, 0x1D4BA: 0x212F, 0x1D4BC: 0x210A, 0x1D4C4: 0x2134, 0x1D506: 0x212D,
             0x1D50B: 0x210C, 0x1D50C: 0x2111, 0x1D515: 0x211C, 0x1D51D: 0x2128, 0x1D53A: 0x2102, 0x1D53F: 0x210D,
             0x1D545: 0x2115, 0x1D547: 0x2119, 0x1D548: 0x211A, 0x1D549: 0x211D, 0x1D551: 0x2124}  # fmt: skip
    for first, start, count in ((0x41, capital, 26), (0x61, small, 26), (0x30, zero, 10)):
        for index in range(count if start else 0):
            code = holes.get(ord(start) + index, ord(start) + index)
            if code in face.cmap:
                slots[first + index] = face.cmap[code], code
    return slots


def _symbol_parameters(face: Face) -> tuple[float, ...]:
    """Return the 22 parameters of TeX's symbol font. A fraction in a line is closer than the font says, as in HTML."""
    up, cramped = face.constant("SuperscriptShiftUp"), face.constant("SuperscriptShiftUpCramped")
    down = face.constant("SubscriptShiftDown")
    values = (
        250, 0, 0, 0, face.x_height, 1000, 0, face.constant("FractionNumeratorDisplayStyleShiftUp"), 400, 420,
        face.constant("FractionDenominatorDisplayStyleShiftDown"), 350, up, up, cramped, down, down,
        face.constant("SuperscriptBaselineDropMax"), face.constant("SubscriptBaselineDropMin"), 2390, 1010,
        face.constant("AxisHeight"),
    )  # fmt: skip
    return tuple(value / 1000 for value in values)


def _extensions(target: Path, family: str, postscript: str, font: _Font) -> None:
    """Write the layout OMX: delimiters of several sizes, operators, roots."""
    face = font.face
    slots: Slots = {}
    larger: dict[int, int] = {}
    pieces: dict[int, tuple[int, int, int, int]] = {}
    for char, (places, parts) in _DELIMITERS.items():
        glyph = face.cmap[ord(char)]
        for place, height in zip(places, (1200, 1800, 2400, 3000), strict=True):
            slots[place] = min(face.sizes(glyph), key=lambda size: abs(size[1] - height))[0], ord(char)
        larger |= dict(pairwise(places))
        if parts and (made := face.parts(glyph)):
            # From below: bottom, repeated part, perhaps middle and repeated part, top.
            fixed = [part for part, repeats in made if not repeats]
            repeated = next(part for part, repeats in made if repeats)
            top, bottom, middle, repeat = parts
            slots[top], slots[bottom], slots[repeat] = ((g, ord(char)) for g in (fixed[-1], fixed[0], repeated))
            if middle:
                slots[middle] = fixed[1], ord(char)
            larger[places[-1]] = top
            pieces[top] = top, middle, bottom, repeat
    for char, (inline, display) in _OPERATORS.items():
        forms = face.sizes(face.cmap[ord(char)])
        slots[inline], slots[display] = (forms[0][0], ord(char)), (forms[min(1, len(forms) - 1)][0], ord(char))
        larger[inline] = display
    for char, slot in _BARS.items():
        slots[slot] = face.cmap[ord(char)], ord(char)
        pieces[slot] = 0, 0, 0, slot
    _roots(face, slots, larger, pieces)
    names = {slot: font.name(glyph, code) for slot, (glyph, code) in slots.items()}
    _vector(target / f"{family}-ex.enc", f"{postscript}ex", names)
    rule = face.constant("FractionRuleThickness") / 1000
    parameters = (0, 0, 0, 0, face.x_height / 1000, 1, 0, rule, 0.111, 0.167, 0.2, 0.6, 0.1)
    glyphs = {slot: glyph for slot, (glyph, _) in slots.items()}
    metrics.write(target / f"{family}-ex.tfm", metrics.Metrics(
        face, glyphs, kerned=False, parameters=parameters, larger=larger, pieces=pieces, math=True))  # fmt: skip


def _roots(
    face: Face, slots: Slots, larger: dict[int, int], pieces: dict[int, tuple[int, int, int, int]]
) -> None:
    """Add the roots, which hang from the rule above what stands under them."""
    rule = face.constant("RadicalRuleThickness")
    forms = face.sizes(face.cmap[0x221A])
    for slot, (glyph, _) in zip(_ROOTS, forms[1:5], strict=False):
        slots[slot] = face.hung(glyph, rule), 0x221A
    used = [slot for slot in _ROOTS if slot in slots]
    larger |= dict(pairwise(used))
    top, bottom, _, repeat = _ROOT_PARTS
    made = face.parts(face.cmap[0x221A])
    slots[bottom], slots[repeat] = (made[0][0], 0x221A), (made[1][0], 0x221A)
    slots[top] = face.hung(made[2][0], rule), 0x221A
    larger[used[-1]] = top
    pieces[top] = top, 0, bottom, repeat


def _vector(path: Path, name: str, names: dict[int, str]) -> None:
    listed = [f"/{names.get(slot, '.notdef')}" for slot in range(256)]
    rows = [" ".join(listed[start : start + 8]) for start in range(0, 256, 8)]
    path.write_text(f"/{name} [\n" + "\n".join(rows) + "\n] def\n", "ascii")


#: Signs which every text face has: they fit its figures better than those of a mathematical one.
_TEXT_SIGNS = {"-": "−", "\\pm": "±", "\\times": "×", "\\div": "÷", "\\cdot": "·"}


def letters(face: Face, path: Path) -> None:
    """Write the letters of a slanted text *face* as letters of mathematics.

    They have an encoding of their own: dvipdfmx takes fonts of the same outlines and encoding for one, and asks the
    metrics of either for the characters of both.
    """
    names = {code: f"uni{code:04X}" for code in (*range(0x41, 0x5B), *range(0x61, 0x7B))}
    _vector(path.with_suffix(".enc"), path.stem.replace("-", ""), names)
    glyphs = {code: face.cmap[code] for code in (*range(0x41, 0x5B), *range(0x61, 0x7B))}
    parameters = metrics_of_text(face, True)
    metrics.write(path, metrics.Metrics(face, glyphs, kerned=False, parameters=parameters, math=True))


def declarations(places: dict[int, tuple[str, int]]) -> Iterator[str]:
    """Yield what LaTeX has to know of the signs, the same for every family; *places* are those of the text fonts."""
    yield "% Made by themes/fonts/maketex: the signs of mathematics, and where they are."
    found = symbols()
    for slot, (_, command, kind) in enumerate(found):
        yield f"\\cvf@symbol{command}{{{_MATH_CLASS[kind]}}}{{{slot}}}"
    for slot, accent in enumerate(_ACCENTS, len(found)):
        yield f"\\cvf@accent\\{accent}{{{slot}}}"
    yield f"\\cvf@dots{{{len(found) + len(_ACCENTS)}}}{{{len(found) + len(_ACCENTS) + 1}}}"
    for command, sign in _TEXT_SIGNS.items():
        yield f"\\cvf@textsign{{{command}}}{{{places[ord(sign)][1]}}}"
    for sign, (inline, _) in _OPERATORS.items():
        yield f"\\cvf@operator{COMMANDS[sign][0]}{{{inline}}}{{{'n' if sign in '∮∫∬∭' else 'l'}}}"
