"""Rebuild the subset fonts of this folder from their complete source fonts.

The profiles are:

``korean``
    Keeps the repertoire of KS X 1001 (2350 Hangul syllables, 4888 hanja, jamo, kana and symbols), adds the
    modern conjoining jamo and the spaces, and leaves out every script and sign which the Latin and
    mathematical fonts of a theme supply, so that an e-mail address in a Korean CV is set in the Latin font
    wherever the Korean font stands in the font stack.

``simplified``, ``traditional``, ``japanese``
    Keep the characters of Chinese and Japanese that people are called by and write about themselves in: GB 2312
    and the Table of General Standard Chinese Characters; the first level of Big5, what IICore has for Taiwan,
    Hong Kong and Macao, and the list of Hong Kong's schools; JIS X 0208 with the additions of Windows, and the
    characters for general use and for names.  Kana and fullwidth signs come along; other scripts are left out as
    in ``korean``, but for the marks that Chinese and Japanese have in forms of their own.  They need ``--unihan``,
    a folder of the Unihan database.

``math``
    Keeps what formulae inside running text need: Latin, Greek, mathematical alphanumerics, operators, arrows,
    delimiters, accents, superscripts and subscripts.  The variants and assemblies of the ``MATH`` table are
    kept for the characters which remain, so the font still serves as a mathematical font.

The result depends on the source font, the options and the version of fontTools only: no time stamp of the
run is written.  A subset whose source has a Reserved Font Name must be given another name with ``--family``;
the copyright, licence and trademark records of the source are always kept.

Examples::

    python subset.py korean NotoSerifCJK-Regular.ttc out.otf --face NotoSerifCJKkr-Regular --family "My Serif"
    python subset.py japanese NotoSansCJK-Bold.ttc out.otf --face NotoSansCJKjp-Bold --family "My Sans" --unihan ucd
    python subset.py math STIXTwoMath-Regular.ttf out.ttf
"""

from __future__ import annotations

import argparse
import copy
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTCollection, TTFont

#: Bytes of one character of an East Asian set; ASCII has one, and the Hangul beside KS X 1001 eight.
DOUBLE = 2

#: What the Korean subset leaves to the other fonts of a stack (first and last code point of each range).
NOT_KOREAN: tuple[tuple[int, int], ...] = (
    (0x0000, 0x10FF),  # Latin, IPA, Greek, Cyrillic
    (0x2000, 0x203A),  # general punctuation up to the reference mark U+203B, which is Korean
    (0x203C, 0x215F),  # rest of punctuation, scripts, currency, letterlike signs, fractions
    (0x2190, 0x22FF),  # arrows, mathematical operators
)

#: Quotation marks, dashes and dots, which are as wide as a character in Chinese and Japanese.
WIDE_MARKS: tuple[tuple[int, int], ...] = (
    (0x00B7, 0x00B7),
    (0x2014, 0x2015),
    (0x2018, 0x2019),
    (0x201C, 0x201D),
    (0x2025, 0x2026),
)

#: What all of Chinese and Japanese has: marks, kana, fullwidth letters and signs.
IDEOGRAPHIC: tuple[tuple[int, int], ...] = ((0x3000, 0x30FF), (0xFF01, 0xFF5E), (0xFFE0, 0xFFE6), *WIDE_MARKS)

#: The signs by which Taiwan spells.
BOPOMOFO: tuple[tuple[int, int], ...] = ((0x3105, 0x3129),)

#: Katakana of half the width, which old forms ask for.
HALFWIDTH_KATAKANA: tuple[tuple[int, int], ...] = ((0xFF61, 0xFF9F),)

#: The middle dot and the fullwidth tilde, which some fonts draw as they do the katakana dot and the wave dash.
TWINS = (0x00B7, 0xFF5E)

#: Letters of names which are beyond what two bytes can say: the 吉 of some who are called Yoshida.
YOSHI = 0x20BB7

#: The last byte with which a character of the first level of Big5 begins.
BIG5_LEVEL_1 = 0xC6

#: Modern conjoining jamo, for text which was decomposed (NFD).
CONJOINING_JAMO: tuple[tuple[int, int], ...] = ((0x1100, 0x1112), (0x1161, 0x1175), (0x11A8, 0x11C2))

#: Spaces.  Pango sets a space in the font of the run which it follows, whether or not that font has one:
#: without these, a space between two Korean words is printed as a missing glyph.
SPACES: tuple[tuple[int, int], ...] = ((0x0020, 0x0020), (0x00A0, 0x00A0), (0x2000, 0x200F), (0x202F, 0x202F))

#: The repertoire of the mathematical subset.
MATH: tuple[tuple[int, int], ...] = (
    (0x0020, 0x007E),  # Basic Latin
    (0x00A0, 0x00FF),  # Latin-1
    (0x0131, 0x0131),  # dotless i
    (0x0237, 0x0237),  # dotless j
    (0x02B0, 0x02FF),  # spacing modifiers
    (0x0300, 0x036F),  # combining accents
    (0x0370, 0x03FF),  # Greek
    (0x2000, 0x206F),  # punctuation, primes, spaces, invisible operators
    (0x2070, 0x209F),  # superscripts and subscripts
    (0x20D0, 0x20FF),  # combining marks for symbols
    (0x2100, 0x214F),  # letterlike
    (0x2190, 0x21FF),  # arrows
    (0x2200, 0x22FF),  # operators
    (0x2308, 0x230B),  # ceilings, floors
    (0x2310, 0x2322),  # turned not, corners, integrals, frown
    (0x2323, 0x2323),  # smile
    (0x2329, 0x232A),  # angle brackets
    (0x239B, 0x23B3),  # parts of brackets and sums
    (0x23B4, 0x23E1),  # horizontal brackets
    (0x25A0, 0x25FF),  # geometric shapes
    (0x2605, 0x2606),  # stars
    (0x2660, 0x266F),  # suits, musical accidentals
    (0x2713, 0x2717),  # check marks, crosses
    (0x27C0, 0x27EF),  # symbols A, white and angle brackets
    (0x27F5, 0x27FF),  # long arrows
    (0x2980, 0x299A),  # bars, brackets
    (0x29B5, 0x29B9),  # circled operators
    (0x29EB, 0x29EB),  # black lozenge
    (0x29F5, 0x29FD),  # solidi, curved brackets
    (0x2A00, 0x2A3F),  # n-ary operators, sums, products
    (0x2A70, 0x2ABA),  # relations: slanted inequalities, precedence
    (0x2AAF, 0x2AD8),  # relations: precedence, subsets
    (0x1D400, 0x1D7FF),  # mathematical alphanumerics
)


@dataclass(frozen=True)
class Profile:
    """What a subset keeps: its characters, its layout features, and the tables which it drops.

    `twins` are the characters which get a glyph of their own where they share that of another one.
    """

    unicodes: frozenset[int]
    features: tuple[str, ...]
    drop_tables: tuple[str, ...]
    twins: tuple[int, ...] = ()


def expand(ranges: Iterable[tuple[int, int]]) -> Iterator[int]:
    """Yield every code point of *ranges*, whose bounds are inclusive."""
    for first, last in ranges:
        yield from range(first, last + 1)


def encoded(codec: str, last_lead: int = 0xFF) -> frozenset[int]:
    """Return the code points of Unicode that *codec* writes in two bytes, of which the first is *last_lead* at most."""
    found = set()
    for code_point in (*range(0x80, 0xD800), *range(0xF900, 0x10000)):
        try:
            written = chr(code_point).encode(codec)
        except UnicodeEncodeError:
            continue
        if len(written) == DOUBLE and written[0] <= last_lead:
            found.add(code_point)
    return frozenset(found)


def unihan(folder: Path, name: str, regions: str = "") -> frozenset[int]:
    """Return the code points which have the property *name*, with one of the letters *regions* in it if given."""
    line = re.compile(rf"U\+([0-9A-F]+)\t{name}\t(.*)")
    found = set()
    for path in sorted(folder.glob("Unihan_*.txt")):
        matches = map(line.match, path.read_text("utf-8").splitlines())
        found |= {int(m[1], 16) for m in matches if m and (not regions or set(m[2]) & set(regions))}
    if not found:
        raise SystemExit(f"subset.py: no {name} in {folder}; expected the files Unihan_*.txt there")
    return frozenset(found)


def eastern(characters: frozenset[int]) -> Profile:
    """Return the profile of a font which keeps *characters*, without those of other scripts, and the spaces."""
    return Profile(
        unicodes=characters - frozenset(expand(NOT_KOREAN)) | frozenset(expand(SPACES)),
        features=("ccmp", "ljmo", "vjmo", "tjmo", "kern", "palt", "halt"),
        drop_tables=("BASE", "VORG", "vhea", "vmtx", "DSIG"),
    )


def ideographic(characters: frozenset[int]) -> Profile:
    """Return the profile of a font for Chinese or Japanese with *characters*."""
    profile = eastern(characters | frozenset(expand(IDEOGRAPHIC)))
    return replace(profile, unicodes=profile.unicodes | frozenset(expand(WIDE_MARKS)), twins=TWINS)


def simplified(folder: Path) -> Profile:
    return ideographic(encoded("gb2312") | unihan(folder, "kTGH"))


def traditional(folder: Path) -> Profile:
    named = unihan(folder, "kIICore", "THM") | unihan(folder, "kHKGlyph")
    return ideographic(encoded("big5", BIG5_LEVEL_1) | frozenset(expand(BOPOMOFO)) | named)


def japanese(folder: Path) -> Profile:
    lists = unihan(folder, "kJoyoKanji") | unihan(folder, "kJinmeiyoKanji")
    return ideographic(encoded("cp932") | lists | frozenset(expand(HALFWIDTH_KATAKANA)) | {YOSHI})


def korean(_: Path) -> Profile:
    return eastern(encoded("euc_kr") | frozenset(expand(CONJOINING_JAMO)))


def math(_: Path) -> Profile:
    return Profile(
        unicodes=frozenset(expand(MATH)),
        features=("ccmp", "locl", "kern", "mark", "mkmk", "ssty", "dtls", "flac"),
        drop_tables=("DSIG",),
    )


#: The profiles by name, each made with the folder of Unihan.
PROFILES: dict[str, Callable[[Path], Profile]] = {
    profile.__name__: profile for profile in (japanese, korean, math, simplified, traditional)
}


def open_face(path: Path, face: str | None) -> TTFont:
    """Open the font at *path*; in a collection, the one whose PostScript name is *face*.

    Raises:
        SystemExit: if a collection has no such face.
    """
    if path.suffix.lower() not in {".ttc", ".otc"}:
        return TTFont(path, recalcTimestamp=False)
    with TTCollection(path, lazy=True) as collection:
        names = [str(font["name"].getDebugName(6)) for font in collection.fonts]
    if face not in names:
        raise SystemExit(f"subset.py: {path.name}: give one of these with --face: {', '.join(names)}")
    return TTFont(path, fontNumber=names.index(face), recalcTimestamp=False)


def has_reserved_name(font: TTFont) -> bool:
    """Tell whether the copyright record of *font* declares a Reserved Font Name."""
    return "reserved font name" in str(font["name"].getDebugName(0)).lower()


def rename(font: TTFont, family: str) -> None:
    """Give *font* the family name *family*, in the name table and in the CFF table."""
    names = font["name"]
    style = str(names.getDebugName(2))
    postscript = f"{family.replace(' ', '')}-{style.replace(' ', '')}"
    full = f"{family} {style}"
    for name_id in (16, 17, 18, 20, 21, 22, 25):
        names.removeNames(nameID=name_id)
    for name_id, text in ((1, family), (3, postscript), (4, full), (6, postscript)):
        names.removeNames(nameID=name_id)
        names.setName(text, name_id, 3, 1, 0x409)
    if "CFF " in font:
        cff = font["CFF "].cff
        cff.fontNames[0] = postscript
        top = cff.topDictIndex[0]
        top.FullName = full
        top.FamilyName = family


def part_twins(font: TTFont, twins: Iterable[int]) -> None:
    """Give each of the characters *twins* a glyph of its own, if another character of *font* has the same.

    Programs that make a PDF may know but one character for each glyph.
    """
    characters = font.getBestCmap()
    for code_point in twins:
        shared = characters.get(code_point, "")
        if list(characters.values()).count(shared) > 1:
            name = copy_glyph(font, shared)
            for table in font["cmap"].tables:
                if code_point in table.cmap:
                    table.cmap[code_point] = name
            characters = font["cmap"].getBestCmap()


def copy_glyph(font: TTFont, name: str) -> str:
    """Add a glyph drawn like the one called *name* to *font*, whose outlines are those of CFF, and return its name."""
    top = font["CFF "].cff.topDictIndex[0]
    taken = set(top.charset)
    new = next(new for number in range(65534, 0, -1) if (new := f"cid{number:05}") not in taken)
    strings = top.CharStrings
    strings.charStringsIndex.append(copy.deepcopy(strings[name]))
    strings.charStrings[new] = len(strings.charStringsIndex) - 1
    top.FDSelect.append(top.FDSelect[font.getGlyphID(name)])
    top.charset.append(new)
    font.setGlyphOrder(top.charset)
    font["hmtx"][new] = font["hmtx"][name]
    return new


def add_family(font: TTFont, family: str) -> None:
    """Let *font* be found by the name *family*, too: as that of a family which differs in weight and slope alone."""
    font["name"].setName(family, 21, 3, 1, 0x409)


def describe(font: TTFont, profile: str, origin: str) -> None:
    """Say in the name table of *font* that it is a subset, and of what."""
    names = font["name"]
    text = f"Modified version: a subset of {origin} (profile '{profile}' of subset.py)."
    names.removeNames(nameID=10)
    names.setName(text, 10, 3, 1, 0x409)


def make_subset(font: TTFont, profile: Profile, name: str, family: str | None) -> None:
    """Reduce *font* in place to *profile*, which is called *name*, renaming it if *family* is given."""
    origin = f"{font['name'].getDebugName(4)}, {font['name'].getDebugName(5)}"
    options = Options()
    options.layout_features = list(profile.features)
    options.drop_tables += list(profile.drop_tables)
    options.hinting = False
    options.glyph_names = False
    options.notdef_outline = True
    options.name_IDs = ["*"]
    options.name_languages = [0x409]
    options.recalc_timestamp = False
    subsetter = Subsetter(options=options)
    subsetter.populate(unicodes=sorted(profile.unicodes))
    subsetter.subset(font)
    if family is not None:
        rename(font, family)
    describe(font, name, origin)


def parse(argv: list[str] | None = None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description="Make the subset fonts of this folder.")
    parser.add_argument("profile", choices=sorted(PROFILES), help="what to keep")
    parser.add_argument("source", type=Path, help="the complete font (OTF, TTF, TTC)")
    parser.add_argument("output", type=Path, help="the subset font to write")
    parser.add_argument("--face", help="PostScript name of the face, if the source is a collection")
    parser.add_argument("--family", help="new family name (needed where a Reserved Font Name applies)")
    parser.add_argument("--also", metavar="FAMILY", help="a second family in which the font stands for its weight")
    parser.add_argument("--unihan", type=Path, default=Path(), help="the folder of the Unihan database")
    return parser.parse_args(argv)


def main(argv: list[str] | None = None) -> int:
    """Run the command."""
    arguments = parse(argv)
    profile = PROFILES[arguments.profile](arguments.unihan)
    font = open_face(arguments.source, arguments.face)
    if arguments.family is None and has_reserved_name(font):
        raise SystemExit(f"subset.py: {arguments.source.name} has a Reserved Font Name: give --family")
    absent = profile.unicodes - set(font.getBestCmap())
    make_subset(font, profile, arguments.profile, arguments.family)
    part_twins(font, profile.twins)
    if arguments.also:
        add_family(font, arguments.also)
    font.save(arguments.output, reorderTables=True)
    sys.stdout.write(
        f"{arguments.output.name}: {arguments.output.stat().st_size} bytes, "
        f"{len(font.getGlyphOrder())} glyphs, {len(font.getBestCmap())} characters; "
        f"{len(absent)} code points of the profile are not in the source\n"
    )
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
