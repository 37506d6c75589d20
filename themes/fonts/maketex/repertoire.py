"""Which characters the fonts hold, and in which encoding each is found.

T1 is LaTeX's; those whose names begin with LC are ours: whatever else the fonts have that a CV may need. They are the
same for every family; a family lacks some of them.
"""

from __future__ import annotations

from collections.abc import Iterator

SIZE = 256
#: In each font the slot of a space, which LuaTeX puts between words.
_SPACE = 0x20

_T1_LOW = (
    "\u02cb\u00b4\u02c6\u02dc\u00a8\u02dd\u02da\u02c7\u02d8\u00af\u02d9\u00b8\u02db\u201a\u2039\u203a"
    "\u201c\u201d\u201e\u00ab\u00bb\u2013\u2014\0\0\u0131\u0237\0\0\0\0\0 "
)
_T1_HIGH = (
    "ĂĄĆČĎĚĘĞĹĽŁŃŇŊŐŔŘŚŠŞŤŢŰŮŸŹŽŻĲİđ§ăąćčďěęğĺľłńňŋőŕřśšşťţűůÿźžżĳ¡¿£"
    "ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÐÑÒÓÔÕÖŒØÙÚÛÜÝÞẞàáâãäåæçèéêëìíîïðñòóôõöœøùúûüýþß"
)
#: Slots of T1 where ligatures stand; LaTeX has no command for any of them.
LIGATURE_SLOTS = (27, 28, 29, 30, 31, 23, 24)


def t1() -> dict[int, int]:
    """Return the code point of each slot of T1, ligatures aside; it has a space in place of a visible one."""
    ascii_part = "".join({"'": "\u2019", "`": "\u2018"}.get(char, char) for char in map(chr, range(33, 127)))
    slots = dict(enumerate(_T1_LOW + ascii_part + "-" + _T1_HIGH))
    return {slot: ord(char) for slot, char in slots.items() if char != "\0"}


_GROUPS: dict[str, tuple[tuple[int, int], ...]] = {
    # Signs, and what T1 has not of Latin-1 and Latin Extended-A.
    "LCA": (
        (0x0022, 0x0022), (0x0027, 0x0027), (0x0060, 0x0060), (0x00A1, 0x017F), (0x0218, 0x021B),
        (0x02B9, 0x02BF), (0x2002, 0x200A), (0x202F, 0x202F), (0x2010, 0x2026), (0x2030, 0x2044),
        (0x2070, 0x2090), (0x20A0, 0x20BF), (0x2103, 0x2103), (0x2116, 0x2117), (0x2120, 0x2122),
        (0x2150, 0x215E), (0x2190, 0x2199), (0x2212, 0x2212), (0x2248, 0x2248), (0x2260, 0x2260),
        (0x2264, 0x2265), (0x2423, 0x2423), (0x2713, 0x2717),
    ),
    # Vietnamese, Pinyin, and the letters of Azerbaijani, Livonian, Skolt Sami, Yoruba, Igbo.
    "LCB": ((0x018F, 0x018F), (0x01A0, 0x01A1), (0x01AF, 0x01B0), (0x01CD, 0x01DC), (0x01E4, 0x01F0), (0x01FA, 0x01FF),
            (0x0226, 0x0233), (0x0259, 0x0259), (0x1E9E, 0x1EF9)),
    "LCG": ((0x0370, 0x03FF), (0x0400, 0x045F), (0x0490, 0x0493), (0x049A, 0x049B), (0x04A2, 0x04A3),
            (0x04AE, 0x04B1), (0x04BA, 0x04BB), (0x04D8, 0x04D9), (0x04E8, 0x04E9)),
    # Mathematics, arrows and pictures, as people put them between words.
    "LCM": (
        (0x2102, 0x2102), (0x210F, 0x210F), (0x2113, 0x2113), (0x2115, 0x2115), (0x211A, 0x211A), (0x211D, 0x211E),
        (0x2124, 0x2124), (0x2126, 0x2126), (0x212B, 0x212B), (0x212E, 0x212E), (0x2135, 0x2135), (0x21A6, 0x21A6),
        (0x21A9, 0x21AA), (0x21B5, 0x21B5), (0x21CC, 0x21CC), (0x21D0, 0x21D4), (0x2200, 0x220C), (0x220F, 0x221E),
        (0x2220, 0x2220), (0x2223, 0x2223), (0x2225, 0x222B), (0x222E, 0x222E), (0x2234, 0x2237), (0x223C, 0x223C),
        (0x2243, 0x2243), (0x2245, 0x2245), (0x224D, 0x224D), (0x2254, 0x2254), (0x2261, 0x2261), (0x226A, 0x226B),
        (0x2282, 0x2287), (0x2295, 0x2299), (0x22A2, 0x22A5), (0x22C5, 0x22C6), (0x2308, 0x230B), (0x25A0, 0x25A1),
        (0x25AA, 0x25AB), (0x25B2, 0x25B9), (0x25BC, 0x25BF), (0x25C0, 0x25C6), (0x25C7, 0x25CB), (0x25CF, 0x25CF),
        (0x25E6, 0x25E6), (0x25EF, 0x25EF), (0x2605, 0x2606), (0x2640, 0x2642), (0x2660, 0x2667), (0x2669, 0x266F),
        (0x27E8, 0x27E9),
    ),
}  # fmt: skip
#: Too rare to be worth their bytes, or better not offered: the historic and the deprecated.
_LEFT_OUT = frozenset((0x0132, 0x0133, 0x0149, 0x017F, 0x00A0, 0x00AD, 0x200B, 0x2011, 0x2028, 0x2029))


def layout(available: frozenset[int]) -> dict[str, dict[int, int]]:
    """Return the encodings: the code point of each slot, of those *available* in some family."""
    encodings = {"T1": t1()}
    placed = set(encodings["T1"].values())
    for name, ranges in _GROUPS.items():
        found = [
            code for code in _expanded(ranges)
            if code in available and code not in placed and code not in _LEFT_OUT and not _is_mark(code)
        ]  # fmt: skip
        if len(found) >= SIZE:
            raise SystemExit(f"maketex: {name} has {len(found)} characters")
        encodings[name] = dict(enumerate((*found[:_SPACE], _SPACE, *found[_SPACE:])))
        placed |= set(found)
    return encodings


def _expanded(ranges: tuple[tuple[int, int], ...]) -> Iterator[int]:
    for first, last in ranges:
        yield from range(first, last + 1)


def _is_mark(code: int) -> bool:
    return 0x0300 <= code <= 0x036F or 0x0483 <= code <= 0x0489
