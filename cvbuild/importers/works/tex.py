"""TeX as bibliographies have it → prose of a profile.

Accents and symbols become characters, emphasis becomes Markdown, mathematics stays as it is, and so does a macro that
nobody knows: whatever reads the profile says so.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

from msgspec import Struct, field

_TOKEN = re.compile(
    r"""(?P<math>\$\$(?:\\.|[^\\$])++\$\$|\$(?:\\.|[^\\$])++\$|\\\((?:[^\\]|\\[^()])*+\\\))
    |\\(?P<accent>['`^"~=.]|[cvHkrudbtU](?![A-Za-z]))\s*(?:\{\s*(?P<braced>\\[ij]|[^\W\d_])\s*\}
        |(?P<bare>\\[ij](?![A-Za-z])|[^\W\d_])|(?=\{))
    |\\(?P<macro>[A-Za-z]+)\*?
    |\\(?P<symbol>.)
    |(?P<open>\{)|(?P<close>\})|(?P<tie>~)|(?P<dash>-{2,3})|(?P<mark>[*]|`(?!`)|``|(?=\]\()\])
    |(?P<text>[^\\${}~*`\]-]++|.)""",
    re.VERBOSE | re.DOTALL,
)
_ACCENTS = {"'": "\u0301", "`": "\u0300", "^": "\u0302", '"': "\u0308", "~": "\u0303", "=": "\u0304",
            ".": "\u0307", "c": "\u0327", "v": "\u030c", "H": "\u030b", "k": "\u0328", "r": "\u030a",
            "u": "\u0306", "d": "\u0323", "b": "\u0331", "t": "\u0361", "U": "\u030e"}  # fmt: skip
_LETTERS = {"ss": "ß", "o": "ø", "O": "Ø", "l": "ł", "L": "Ł", "ae": "æ", "AE": "Æ", "oe": "œ", "OE": "Œ",
            "aa": "å", "AA": "Å", "i": "ı", "j": "ȷ", "dh": "ð", "DH": "Ð", "th": "þ", "TH": "Þ", "dj": "đ",
            "DJ": "Đ", "ng": "ŋ", "NG": "Ŋ", "S": "§", "P": "¶", "dag": "†", "ddag": "‡", "copyright": "©",
            "pounds": "£", "euro": "€", "texteuro": "€", "dots": "…", "ldots": "…", "textellipsis": "…",
            "textendash": "–", "textemdash": "—", "textdagger": "†", "textdaggerdbl": "‡", "textasteriskcentered": "*",
            "textquoteright": "’", "textquoteleft": "‘", "textquotedblleft": "“", "textquotedblright": "”",
            "textquotesingle": "'", "guillemotleft": "«", "guillemotright": "»", "quotedblbase": "„",
            "textbackslash": "\\\\", "textasciitilde": "~", "textasciicircum": "^", "textunderscore": "_",
            "textdegree": "°", "textregistered": "®", "texttrademark": "™", "textmu": "µ", "texttimes": "×",
            "textbullet": "•", "textperiodcentered": "·", "textgreater": ">", "textless": "<", "textbar": "|",
            "textdollar": r"\$", "slash": "/", "quad": " ", "qquad": " ", "newline": " ", "linebreak": " ", "par": " ",
            "space": " ", "nobreakspace": " ", "thinspace": "\u2009", "LaTeX": "LaTeX", "TeX": "TeX",
            "BibTeX": "BibTeX", "LaTeXe": "LaTeX 2ε"}  # fmt: skip
_SYMBOLS = {" ": " ", "\n": " ", "\\": " ", ",": "\u2009", ";": " ", ":": " ", "-": "", "/": "", "!": "", "@": "",
            "$": r"\$", "[": "[", "]": "]"}  # fmt: skip
_SWITCHES = {"it": "*", "em": "*", "sl": "*", "itshape": "*", "slshape": "*", "bf": "**", "bfseries": "**", "tt": "",
             "ttfamily": "", "sc": "", "scshape": "", "rm": "", "sf": "", "normalfont": "", "rmfamily": "",
             "sffamily": "", "upshape": "", "mdseries": "", "small": "", "large": "", "relax": "", "protect": "",
             "noopsort": "", "displaystyle": ""}  # fmt: skip
_COMMANDS = {"textit": "*", "emph": "*", "textsl": "*", "mkbibemph": "*", "textbf": "**", "mkbibbold": "**",
             "texttt": "", "textsc": "", "textrm": "", "textsf": "", "textnormal": "", "textup": "", "textmd": "",
             "text": "", "mbox": "", "hbox": "", "underline": "", "uppercase": "", "url": "", "path": "",
             "nolinkurl": "", "uline": ""}  # fmt: skip
_HIGH = str.maketrans("0123456789+-=()ni", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿⁱ")
_LOW = str.maketrans("0123456789+-=()", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎")
_TEXISH = re.compile(r"\\[A-Za-z]|\\['`^\"~=.][\w{\\]")
# As the profile reads them: dollars that hug what they enclose.
_MATH = re.compile(r"(\$\$(?![\s$])(?:\\.|[^\\$])++(?<!\s)\$\$|\$(?![\s$])(?:\\.|[^\\$])++(?<!\s)\$(?!\d))", re.DOTALL)


def raised(text: str) -> str:
    """Return *text* as a superscript: `²`, `th` as it stands, anything else as mathematics."""
    return _script(text, _HIGH, "^")


def lowered(text: str) -> str:
    """Return *text* as a subscript."""
    return _script(text, _LOW, "_")


def _script(text: str, table: dict[int, int], sign: str) -> str:
    if all(ord(char) in table for char in text):
        return text.translate(table)
    return text if text.isalpha() or "$" in text else f"${sign}{{{text}}}$"


def wrapped(text: str, around: str) -> str:
    """Return *text* with the Markdown signs *around* it; they cling to its words, as they must."""
    core = text.strip()
    if not around or not core or "*" in core:
        return text
    start = text.index(core)
    return f"{text[:start]}{around}{core}{around}{text[start + len(core) :]}"


def escaped(text: str) -> str:
    """Return plain *text*, whose `$…$` are mathematics and whose TeX is understood, as prose."""
    if not any(sign in text for sign in "\\*`$["):
        return " ".join(text.split())
    parts = _MATH.split(text)
    said = (part if odd % 2 else _plain(part) for odd, part in enumerate(parts))
    return " ".join("".join(said).split())


def _plain(text: str) -> str:
    if _TEXISH.search(text):
        lead, tail = text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]
        return f"{lead}{prose(text)}{tail}" if text.strip() else text
    # One right before a letter is a quotation mark of old; behind a backslash it would be an accent.
    text = re.sub(r"`(?=[^\W\d_])", "‘", text)
    return re.sub(r"([\\*`]|\[(?=[^\[\]]*\]\())", r"\\\1", text)


class _Group(Struct):
    """A group being read: what goes around it when it closes."""

    close: Callable[[str], str]
    parts: list[str] = field(default_factory=list)


def _as_it_is(text: str) -> str:
    return text


class _Reader:
    """Turns tokens into prose; `pending` says what the next group is for."""

    def __init__(self) -> None:
        self.stack = [_Group(_as_it_is)]
        self.pending: Callable[[str], str] | None = None
        self.unknown: list[str] = []

    def add(self, text: str) -> None:
        self.stack[-1].parts.append(text)

    def take(self, match: re.Match[str], text: str) -> None:
        kind, said = match.lastgroup, match[0]
        if match["accent"]:
            self._accent(match)
        elif kind == "math":
            inner = said[2:-2] if said.startswith(("$$", "\\(")) else said[1:-1]
            sign = "$$" if text[match.end() : match.end() + 1].isdigit() else "$"
            self.add(f"{sign}{inner.strip()}{sign}" if inner.strip() else "")
        elif kind == "macro":
            self._macro(match, text)
        elif kind == "symbol":
            self.add(_SYMBOLS.get(match["symbol"], re.sub("[*`]", r"\\\g<0>", match["symbol"])))
        elif kind == "open":
            self.stack.append(_Group(self.pending or _as_it_is))
            self.pending = None
        elif kind == "close":
            self._close()
        elif kind == "tie":
            self.add(" ")
        elif kind == "dash":
            self.add("–" if len(said) == 2 else "—")
        elif kind == "mark":
            # What Markdown would read something into; quotes of TeX it knows.
            self.add({"*": r"\*", "]": "]\\"}.get(said, said))
        else:
            self.add(said)

    def _accent(self, match: re.Match[str]) -> None:
        sign = _ACCENTS[match["accent"]]
        letter = match["braced"] or match["bare"]
        if letter is None:
            self.pending = lambda inner: unicodedata.normalize("NFC", inner[:1] + sign + inner[1:])
            return
        plain = letter.lstrip("\\")
        self.add(unicodedata.normalize("NFC", plain + sign))

    def _macro(self, match: re.Match[str], text: str) -> None:
        name = match["macro"]
        opens = text.startswith("{", match.end())
        if name in _LETTERS:
            self.add(_LETTERS[name])
        elif name in _SWITCHES:
            around, group = _SWITCHES[name], self.stack[-1]
            if around and len(self.stack) > 1:
                group.close = lambda inner: wrapped(inner, around)
        elif name in _COMMANDS and opens:
            around = _COMMANDS[name]
            self.pending = lambda inner: wrapped(inner, around)
        elif name == "ensuremath" and opens:
            self.pending = lambda inner: f"${inner.strip()}$"
        elif name in ("textsuperscript", "textsubscript") and opens:
            self.pending = raised if name == "textsuperscript" else lowered
        elif name == "href" and opens:
            self.pending = self._href
        else:
            self._unknown(name, opens)

    def _href(self, address: str) -> str:
        self.pending = lambda label: f"[{label}]({address.strip()})" if label.strip() else address
        return ""

    def _unknown(self, name: str, opens: bool) -> None:
        self.unknown.append(name)
        self.add(f"\\{name}")
        if opens:
            self.pending = lambda inner: f"{{{inner}}}"

    def _close(self) -> None:
        if len(self.stack) == 1:
            return
        group = self.stack.pop()
        # What a macro swallowed: \it and the space after it, \ss and an empty group.
        self.add(group.close("".join(group.parts)))

    def finish(self) -> str:
        while len(self.stack) > 1:
            self._close()
        return "".join(self.stack[0].parts)


def read(text: str) -> tuple[str, tuple[str, ...]]:
    """Return *text* as prose on one line, and the macros in it that nobody knows."""
    if not re.search(r"[\\{}$~*`\[]|--", text):
        return " ".join(text.split()), ()
    reader, place = _Reader(), 0
    while place < len(text):
        match = _TOKEN.match(text, place)
        assert match is not None
        reader.take(match, text)
        place = match.end()
        if match.lastgroup == "macro" and match["macro"] in (*_LETTERS, *_SWITCHES):
            # The name of a macro swallows the space after it.
            place += len(text[place:]) - len(text[place:].lstrip()) if text[place : place + 1].isspace() else 0
    return " ".join(unicodedata.normalize("NFC", reader.finish()).split()), tuple(dict.fromkeys(reader.unknown))


def prose(text: str) -> str:
    """Return *text* as prose of a profile."""
    return read(text)[0]
