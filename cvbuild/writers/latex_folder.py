"""A folder from which any TeX makes a document: its source, its style, and of the bundled fonts those that it uses.

The fonts lie beside the source, for that is where every TeX looks. How they find each other `themes/fonts/tex` says:
a character is in a Type 1 font, by the table there; whatever is not, LuaLaTeX and XeLaTeX take from an OpenType font.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from msgspec import Struct

from cvbuild import eastern, fonts
from cvbuild.rendered import PREAMBLE_ENDS, Rendered
from cvbuild.shipped import builtin

SOURCE = "cv.tex"

# The families of each package: of text, of code and of formulas.
_FACES = {
    "pagella": ("cvserif", "cvmono", "cvmath"),
    "source-sans": ("cvsans", "cvmono", "cvmath"),
    "latin-modern": ("cvlm", "cvlmmono", "cvlmmath"),
}
_FACE = re.compile(rf"\{{cv-({'|'.join(_FACES)})\}}")
# As cv-fonts.sty has them: who is asked for what a family lacks.
_FALLBACKS = ("cvserif", "cvstix")
_CODE = re.compile(r"\\texttt\{((?:[^{}]|\{[^{}]*\})*)\}")
_TYPEWRITER = re.compile(r"\\ttfamily\b")
_FORMULA = re.compile(r"\\\(|(?<!\\)\$")
_MATHEMATICS = frozenset({"cv-math.def", "cv-symbols.def"})
_GUST = frozenset({"cvserif", "cvlm", "cvlmmono", "cvlmmath", "cvlmlogo"})
_LOGO = "\\cvlogo{"
# The folders of the OpenType fonts that are behind the families.
_OPENTYPE = {
    "cvserif": "pagella", "cvsans": "source-sans-3", "cvmono": "source-code-pro", "cvstix": "stix-two-text",
}  # fmt: skip
_ASIAN = re.compile(r"[\u1100-\u11ff\u2e80-\ud7fb\uf900-\uffef]")
_MARKED = re.compile(r".[\u0300-\u036f]+", re.DOTALL)


def files(rendered: Rendered, program: str) -> dict[str, bytes]:
    """Return *rendered* as files by name, to be set by *program* or another TeX that has the characters."""
    style = "\n".join(asset.data.decode() for name, asset in rendered.assets.items() if name.endswith(".sty"))
    found = {SOURCE: _headed(rendered.source, program).encode()}
    found |= {name: asset.data for name, asset in rendered.assets.items()}
    chosen = _Fonts(unicodedata.normalize("NFC", rendered.source + style))
    for place in rendered.fonts:
        own = chosen.bundled(place) if place.is_relative_to(builtin() / "fonts") else ((p.name, p) for p in _all(place))
        found |= {name: path.read_bytes() for name, path in own}
    return found


def _headed(source: str, program: str) -> str:
    """Return *source* as somebody sees it who is to go on with it."""
    others = "pdfLaTeX, LuaLaTeX or XeLaTeX" if program == "pdflatex" else "LuaLaTeX or XeLaTeX"
    return (
        f"% !TeX program = {program}\n"
        f"% What the CV says; how it looks is in cvtheme.sty. {others} makes a PDF of it, in two runs.\n"
        "% All other files are its fonts, as far as it needs them.\n"
    ) + source.replace(f"{PREAMBLE_ENDS}\n", "\n", 1)


def _all(place: Path) -> tuple[Path, ...]:
    return (place,) if place.is_file() else tuple(sorted(path for path in place.iterdir() if path.is_file()))


class _Fonts(Struct, frozen=True):
    """What of the bundled fonts a *text* needs, which is all that TeX reads of a document."""

    text: str

    def bundled(self, place: Path) -> Iterator[tuple[str, Path]]:
        """Yield the files needed of the bundled fonts in *place*, by the names that they have in the folder."""
        if place.name == "tex":
            yield from ((path.name, path) for path in self._type1(place))
        elif self._needs(place):
            for path in _all(place):
                yield path.name if path.suffix in fonts.SUFFIXES else f"{place.name}-{path.name}", path

    def _needs(self, place: Path) -> bool:
        # Of East Asian faces a document has those that it needs; only Korean has a folder for each of two families.
        if set(eastern.codes((place,))) - {"kr"} or place.name in self._folders():
            return True
        return any(path.stem in self.text for path in fonts.files(place))

    def _faces(self) -> list[tuple[str, str, str]]:
        return [_FACES[name] for name in dict.fromkeys(_FACE.findall(self.text))]

    def _families(self) -> list[str]:
        """Return the families in which the text is set."""
        has_code = bool(_CODE.search(self.text) or _TYPEWRITER.search(self.text))
        return [family for face in self._faces() for family in face[: 2 if has_code else 1]]

    def _type1(self, place: Path) -> Iterator[Path]:
        faces, needed = self._faces(), self._drawn(place)
        if not faces:
            return
        for family, encoding in needed:
            yield from (*place.glob(f"{family}-*-{encoding}.tfm"), place / f"{family}-{encoding}.enc")
        families = {family for family, _ in needed}
        unused = {f"cv-{name}.sty" for name, face in _FACES.items() if face not in faces}
        if _FORMULA.search(self.text):
            for text, _, formula in faces:
                families.add(formula)
                for pattern in (f"{text}-m[ib].*", f"{formula}-*.tfm", f"{formula}-*.enc"):
                    yield from place.glob(pattern)
        else:
            unused |= _MATHEMATICS
        for family in families:
            yield from place.glob(f"{family}-*.pfb")
        yield from (path for path in place.glob("cv-*") if path.name not in unused)
        if families & _GUST:
            yield place / "GUST-FONT-LICENSE.txt"
        if families - _GUST:
            yield place / "OFL.txt"

    def _drawn(self, place: Path) -> set[tuple[str, str]]:
        """Return the families and their encodings in which TeX looks for the characters."""
        needed = {(family, encoding) for family in self._families() for encoding in ("t1", "lca")}
        if _LOGO in self.text and _FACES["latin-modern"] in self._faces():
            needed.add(("cvlmlogo", "t1"))
        for family in self._families():
            for char in set(self.text) & _places(place).keys():
                needed |= set(_asked(place, family, *_places(place)[char]))
        return needed

    def _folders(self) -> set[str]:
        """Return the folders of the OpenType fonts in which LuaLaTeX and XeLaTeX find what is in no other."""
        code = self.text if _TYPEWRITER.search(self.text) else "".join(_CODE.findall(self.text))
        texts = [(face[0], self.text) for face in self._faces()] + [(face[1], code) for face in self._faces()]
        return {name for family, text in texts for char in _others(text) for name in _behind(family, char)}


def _others(text: str) -> set[str]:
    """Return the characters of *text* that are in no Type 1 font, and those with marks, which are set with these."""
    known = _places(builtin() / "fonts" / "tex")
    others = {char for char in text if ord(char) > 126 and not char.isspace() and char not in known}
    return others | set("".join(_MARKED.findall(text)))


def _asked(place: Path, family: str, encoding: str, slot: int) -> Iterator[tuple[str, str]]:
    """Yield where TeX looks for what has a *slot* in an *encoding*, until one has it in all styles."""
    for name in dict.fromkeys((family, *_FALLBACKS)):
        metrics = [path for path in place.glob(f"{name}-*-{encoding}.tfm") if path.stem.split("-")[1].isalpha()]
        if metrics:
            yield name, encoding
        if metrics and all(slot in _slots(path) for path in metrics):
            return


def _behind(family: str, char: str) -> Iterator[str]:
    """Yield the folders of the OpenType fonts behind *family* that have *char*, up to one that has it in all styles.

    XeLaTeX takes what is not Korean from the last of those of text alone.
    """
    korean = "cv-sans-kr" if family == "cvsans" else "cv-serif-kr"
    own = [_OPENTYPE[name] for name in dict.fromkeys((family, *_FALLBACKS)) if name in _OPENTYPE]
    for name in [korean] if _ASIAN.match(char) else [*own, "stix-two-math", korean]:
        has = [ord(char) in fonts.coverage(path) for path in fonts.files(builtin() / "fonts" / name)]
        if any(has):
            yield name
        if all(has) and name not in own[:-1]:
            return


@cache
def _places(place: Path) -> dict[str, tuple[str, int]]:
    """Return the encoding and the slot of each character beyond ASCII, as cv-encodings.def says."""
    text = re.sub(r"%.*", "", (place / "cv-encodings.def").read_text("ascii"))
    letters = re.search(r"\\cvf@letters\{([^}]*)\}", text)
    found = {}
    for pair in letters[1].split(",") if letters else ():
        code, _, slot = pair.partition(":")
        found[chr(int(code, 16))] = ("t1", int(slot))
    for encoding, codes in re.findall(r"\\cvf@characters\{(\w+)\}\{([^}]*)\}", text):
        found |= {chr(int(code, 16)): (encoding.lower(), slot) for slot, code in enumerate(codes.split(","))}
    return {char: found[char] for char in found if ord(char) > 126}


@cache
def _slots(path: Path) -> frozenset[int]:
    """Return the slots of the font whose metrics are at *path* that have a character."""
    data = path.read_bytes()
    header, first, last = (int.from_bytes(data[at : at + 2], "big") for at in (2, 4, 6))
    # Each has four bytes, the first of which is the number of its width, or 0.
    return frozenset(slot for slot in range(first, last + 1) if data[24 + 4 * (header + slot - first)])
