"""East Asian text: which of the bundled faces a document needs, and in which order its language prefers them.

Chinese, Japanese and Korean share most of their characters, and each writes many of them in a form of its own. A face
for all of them would be as large as one for each, and slower wherever it is read.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from cvbuild import fonts, locale

#: The faces for a language, by their codes: first its own, then those whose forms come nearest to its.
_ORDER = {
    "ja": ("jp", "tc", "sc", "kr"),
    "ko": ("kr", "tc", "jp", "sc"),
    "zh": ("sc", "tc", "jp", "kr"),
    "zh-hant": ("tc", "jp", "sc", "kr"),
}
#: The characters that a language writes, as far as it has characters of its own; the more common case first.
_WRITTEN = {"zh": "gb2312", "zh-hant": "big5", "ja": "shift_jis"}
_FACE = re.compile(r"cv-(?:(?:sans|serif)-)?(jp|kr|sc|tc)")
# Compiled on use: that takes milliseconds, and few documents need it.
_KANA = "[\u3041-\u3096\u30a1-\u30fa\uff66-\uff9d]"
_HANGUL = "[\u1100-\u11ff\u3131-\u318e\uac00-\ud7a3]"
_HAN = "[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
# Marks that may be as wide as a letter or as an ideograph, quotation marks in pairs.
_MARKS = re.compile("“[^“”]*”|‘[^‘’]*’|[·—―‥…]+")
_WIDE_TOO = frozenset("“”‘’·—―‥…")
_INNER = re.compile("‘[^‘’]*’|[·—―‥…]+")


def language(text: str, own: str) -> str:
    """Return whose forms the Han characters of *text* have: `ja`, `ko`, `zh` or `zh-hant`.

    It is the language *own* of the document if it is one of them; else the one whose letters are there too, or that
    writes the most of these characters.
    """
    known = locale.known(own)
    if known in _ORDER:
        return known
    if re.search(_KANA, text):
        return "ja"
    han = set(re.findall(_HAN, text))
    if not han or re.search(_HANGUL, text):
        return "ko"
    return min(_WRITTEN, key=lambda tongue: sum(not _is_in(char, _WRITTEN[tongue]) for char in han))


def needed(folders: Sequence[Path], text: str, own: str) -> tuple[Path, ...]:
    """Return *folders* with fonts, of the bundled East Asian ones only those that *text* needs.

    They come last, in the order in which a document in the language *own* prefers them.
    """
    plain = [folder for folder in folders if not _code(folder)]
    left = "".join(fonts.missing(text, tuple(plain)))
    for code in _ORDER[language(text, own)] if left else ():
        faces = [folder for folder in folders if _code(folder) == code]
        rest = "".join(fonts.missing(left, tuple(faces)))
        if rest != left:
            plain += faces
        left = rest
    return tuple(plain)


def codes(folders: Sequence[Path]) -> tuple[str, ...]:
    """Return the codes of the East Asian faces in *folders*: `jp`, `kr`, `sc`, `tc`."""
    return tuple(dict.fromkeys(code for folder in folders if (code := _code(folder))))


def families(folders: Sequence[Path]) -> dict[str, list[str]]:
    """Return the families of the East Asian faces in *folders* as strings of CSS: `serif` and `sans`."""
    return {kind.lower(): [f'"CV {kind} {code.upper()}"' for code in codes(folders)] for kind in ("Serif", "Sans")}


def wide_marks(text: str) -> list[int]:
    """Return the places in *text* of the marks that stand amid Chinese or Japanese, and are as wide as that."""
    places: set[int] = set()
    for match in _MARKS.finditer(text):
        places |= _wide(text, match.start(), match.end())
        if match[0][0] == "“":
            for inner in _INNER.finditer(text, match.start(), match.end()):
                places |= _wide(text, inner.start(), inner.end())
    return sorted(places)


def _wide(text: str, start: int, end: int) -> set[int]:
    """Return the places of the marks in *text* from *start* to *end*, a pair or a run, if they are wide."""
    is_pair = text[start] in "“‘"
    around = text[max(start - 1, 0) : start], text[end : end + 1]
    within = text[start + 1] + text[end - 2] if is_pair else ""
    is_amid = all(not char or locale.is_unspaced(char) or char in _WIDE_TOO for char in around)
    if not is_amid or not locale.is_unspaced("".join(around) + within):
        return set()
    return {start, end - 1} if is_pair else set(range(start, end))


def _code(folder: Path) -> str:
    match = _FACE.fullmatch(folder.name)
    return match[1] if match else ""


def _is_in(char: str, codec: str) -> bool:
    try:
        return bool(char.encode(codec))
    except UnicodeEncodeError:
        return False
