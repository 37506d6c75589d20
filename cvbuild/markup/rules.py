"""From text to tokens: the rules that markdown-it calls at each marker, `silent` to look ahead only.

The parser reads markers more than `_DEEPEST` levels down as text.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from typing import cast

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline, emphasis, link
from markdown_it.token import Token
from msgspec import Struct, field

from cvbuild import math
from cvbuild.markup.faults import Fault

_DEEPEST = 20


_Rule = Callable[[StateInline, bool], bool]

_MATH = re.compile(r"\$\$(?![\s$])((?:\\.|[^\\$])+?)(?<!\s)\$\$|\$(?![\s$])((?:\\.|[^\\$])+)(?<!\s)\$(?!\d)", re.DOTALL)
_SWITCHES = {"it": "em", "em": "em", "sl": "em", "itshape": "em", "slshape": "em", "bf": "strong",
             "bfseries": "strong", "tt": "code", "ttfamily": "code", "sc": "smallcaps",
             "scshape": "smallcaps", "rm": "", "sf": "", "normalfont": "", "rmfamily": "", "sffamily": "",
             "upshape": "", "small": "", "large": ""}  # fmt: skip
_COMMANDS = {"textit": "em", "emph": "em", "textsl": "em", "textbf": "strong", "texttt": "code",
             "textsc": "smallcaps", "textrm": "", "textsf": "", "textnormal": "", "textup": "", "textmd": "",
             "text": "", "mbox": "", "underline": ""}  # fmt: skip
_LETTERS = {"ss": "ß", "o": "ø", "O": "Ø", "l": "ł", "L": "Ł", "ae": "æ", "AE": "Æ", "oe": "œ", "OE": "Œ",
            "aa": "å", "AA": "Å", "i": "ı", "j": "ȷ", "dh": "ð", "DH": "Ð", "th": "þ", "TH": "Þ",
            "dj": "đ", "DJ": "Đ", "ng": "ŋ", "NG": "Ŋ", "S": "§", "P": "¶", "copyright": "©",
            "pounds": "£", "dots": "…",
            "ldots": "…", "textendash": "–", "textemdash": "—", "textasciitilde": "~", "textbackslash": "\\",
            "textdegree": "°", "textregistered": "®", "texttrademark": "™", "textquoteright": "’",
            "textunderscore": "_", "quad": " ", "newline": " ", "linebreak": " "}  # fmt: skip
_LOGOS = ("LaTeX", "TeX")
_ACCENTS = {"'": "\u0301", "`": "\u0300", "^": "\u0302", '"': "\u0308", "~": "\u0303", "=": "\u0304",
            ".": "\u0307", "c": "\u0327", "v": "\u030c", "H": "\u030b", "k": "\u0328", "r": "\u030a",
            "u": "\u0306", "d": "\u0323", "b": "\u0331"}  # fmt: skip
# Unicode composes more letters than people accent: \"hello\" and I\'m are Markdown escapes, not ḧ and ḿ.
# Letters outside these lists are accented in braces.
_BARE = {"'": "aeiouyAEIOUYcnszCNSZ", "`": "aeiouAEIOU", "^": "aeiouAEIOUcghjswyCGHJSWY", '"': "aeiouyAEIOUY",
         "~": "anoiuANOIU", "=": "aeiouAEIOU", ".": "zZcCgGeEI"}  # fmt: skip
_SYMBOL_ACCENT = re.compile(r"""\\(['`^"~=.])(?:\{\s*(\\[ij]|\w)\s*\}|(\\[ij](?![A-Za-z])|[A-Za-z]))""")
_LETTER_ACCENT = re.compile(r"\\([cvHkrudb])(?:\s*\{\s*(\\[ij]|\w)\s*\}|\s+()([A-Za-z]))")
_MACRO = re.compile(r"\\([A-Za-z]+)\*?[ ]?")
_OPTION = re.compile(r"\[[^\]\[{}]{0,80}\]")


class _Scan(Struct):
    """What a whole text has to say before its markers are read: where groups end, where faults go."""

    braces: dict[int, int]
    last_link: int
    faults: list[Fault] = field(default_factory=list)


def _closing_braces(text: str) -> dict[int, int]:
    """Return for each group's opening brace the place of its closing one; escaped braces are no braces."""
    opened: list[int] = []
    pairs: dict[int, int] = {}
    for match in re.finditer(r"\\.|[{}]", text, re.DOTALL):
        if match[0] == "{":
            opened.append(match.start())
        elif match[0] == "}" and opened:
            pairs[opened.pop()] = match.start()
    return pairs


def _scan(state: StateInline) -> _Scan:
    return cast("_Scan", state.env["scan"])


def _group_end(state: StateInline, start: int) -> int | None:
    """Return the place of the brace that closes the group opened at *start*, if it is within what is read."""
    end = _scan(state).braces.get(start)
    return end if end is not None and end < state.posMax else None


def _emit(state: StateInline, silent: bool, end: int, kind: str, content: str) -> bool:
    """Take everything up to *end* as one token."""
    if not silent:
        token = state.push(kind, "", 0)
        token.content = content
    state.pos = end
    return True


def _enclose(state: StateInline, silent: bool, start: int, end: int, kind: str, href: str = "") -> bool:
    """Read what stands from *start* to *end* inside a node of *kind* (none if empty), and go on after it."""
    if kind == "code":
        return _emit(state, silent, end + 1, "code_inline", _unescaped(state.src[start:end]))
    if not silent:
        maximum = state.posMax
        state.push(f"{kind}_open", "", 1).attrs = {"href": href}
        state.pos, state.posMax = start, end
        state.md.inline.tokenize(state)
        state.push(f"{kind}_close", "", -1)
        state.posMax = maximum
    state.pos = end + 1
    return True


def _unescaped(tex: str) -> str:
    return re.sub(r"\\([%#&_{}~$])", r"\1", tex)


def _math_rule(state: StateInline, silent: bool) -> bool:
    if state.src[state.pos] != "$" or not (match := _MATH.match(state.src, state.pos, state.posMax)):
        return False
    # The pattern cannot see what follows the part that is being read.
    if match[2] and state.src[match.end() : match.end() + 1].isdecimal():
        return False
    tex = (match[1] or match[2]).strip()
    if not silent:
        _scan(state).faults.extend(Fault(message) for message in math.faults(tex))
    return _emit(state, silent, match.end(), "math", tex)


def _accent_rule(state: StateInline, silent: bool) -> bool:
    """`\\'e`, `\\"{o}`, `\\c{c}`: a letter with its accent, where there is such a letter."""
    if state.src[state.pos] != "\\":
        return False
    match = _SYMBOL_ACCENT.match(state.src, state.pos, state.posMax)
    match = match or _LETTER_ACCENT.match(state.src, state.pos, state.posMax)
    if not match:
        return False
    accent, braced, bare = match[1], match[2], match[match.re.groups]
    if bare and bare[0] != "\\" and bare not in _BARE.get(accent, bare):
        return False
    letter = unicodedata.normalize("NFC", (braced or bare).lstrip("\\") + _ACCENTS[accent])
    if len(letter) > 1 or (match[0] == r"\'s" and _is_possessive(state.src, match)):
        return False
    return _emit(state, silent, match.end(), "text", letter)


def _is_possessive(text: str, match: re.Match[str]) -> bool:
    """Tell whether `\\'s` ends a word: it\\'s is an escaped apostrophe, not a word in ś."""
    return text[: match.start()][-1:].isalpha() and not text[match.end() : match.end() + 1].isalpha()


def _macro_rule(state: StateInline, silent: bool) -> bool:
    """`\\textbf{…}`, `\\href{…}{…}`, `\\ss`, `\\LaTeX`; of an unknown macro the argument's text."""
    if state.src[state.pos : state.pos + 2] == "\\ ":
        return _emit(state, silent, state.pos + 2, "text", " ")
    match = _MACRO.match(state.src, state.pos, state.posMax)
    if not match:
        return False
    name, after = match[1], match.end()
    if name in _LETTERS or name in _LOGOS:
        # A macro's name swallows the space after it, and an empty group that keeps the space.
        end = after + 2 if state.src.startswith("{}", after) else after
        logo = name in _LOGOS
        # People who write \LaTeX in Markdown rarely know that; nobody glues a logo to the next word.
        end = match.end(1) if logo and end == after else end
        return _emit(state, silent, end, "logo" if logo else "text", name if logo else _LETTERS[name])
    if name in ("href", "url"):
        return _link_macro(state, silent, name, match.end(1))
    return _command(state, silent, name, after)


def _command(state: StateInline, silent: bool, name: str, after: int) -> bool:
    known = name in _COMMANDS
    if not known and (option := _OPTION.match(state.src, after, state.posMax)):
        after = option.end()
    if not (known or silent):
        _scan(state).faults.append(Fault(f"unknown TeX macro '\\{name}'"))
    end = _group_end(state, after)
    if end is None:
        return _emit(state, silent, state.pos + 1 + len(name), "text", f"\\{name}")
    _enclose(state, silent, after + 1, end, _COMMANDS.get(name, ""))
    while not known and (end := _group_end(state, state.pos)) is not None:
        _enclose(state, silent, state.pos + 1, end, "")
    return True


def _link_macro(state: StateInline, silent: bool, name: str, start: int) -> bool:
    end = _group_end(state, start)
    if end is None:
        return False
    target = _unescaped(state.src[start + 1 : end])
    if name == "href":
        label_end = _group_end(state, end + 1)
        return label_end is not None and _enclose(state, silent, end + 2, label_end, "href", target)
    if not silent:
        state.push("href_open", "", 1).attrs = {"href": target}
        state.push("text_special", "", 0).content = target
        state.push("href_close", "", -1)
    state.pos = end + 1
    return True


def _group_rule(state: StateInline, silent: bool) -> bool:
    """`{\\it …}`, and `{\\'e}`: a group that begins with a macro. Other braces are text."""
    start = state.pos
    if not state.src.startswith("{\\", start) or (end := _group_end(state, start)) is None:
        return False
    match = _MACRO.match(state.src, start + 1, end)
    if match and match[1] in _SWITCHES:
        return _enclose(state, silent, match.end(), end, _SWITCHES[match[1]])
    if match or _SYMBOL_ACCENT.match(state.src, start + 1, end):
        return _enclose(state, silent, start + 1, end, "")
    return False


def _code_rule(state: StateInline, silent: bool) -> bool:
    """A backtick opens code unless that would read as a TeX quote; quotes are found later, in the text."""
    if state.src[state.pos] != "`":
        return False
    match = cast("re.Match[str]", re.compile("`+").match(state.src, state.pos, state.posMax))
    if len(match[0]) <= 2 and _opens_quote(state, match):
        return _emit(state, silent, match.end(), "text", match[0])
    return False


def _opens_quote(state: StateInline, ticks: re.Match[str]) -> bool:
    """Tell whether the next run of backticks opens a quote of its own: `` `one' and `two' ``."""
    following = re.compile(r"(?<!`)" + ticks[0] + r"(?!`)").search(state.src, ticks.end(), state.posMax)
    if following is None or following.start() == ticks.end():
        return False
    before = state.src[following.start() - 1]
    opens = (before.isspace() or before in "([–—-") and state.src[following.end() : following.end() + 1].isalnum()
    closing = "'" * len(ticks[0])
    return opens and closing in state.src[ticks.end() : following.start()]


def _emphasis_rule(state: StateInline, silent: bool) -> bool:
    # Underscores are part of names more often than they are emphasis.
    return state.src[state.pos] == "*" and emphasis.tokenize(state, silent)


def _link_rule(state: StateInline, silent: bool) -> bool:
    # Brackets are common and links are not: what no link can follow need not be searched to its end.
    return state.src[state.pos] == "[" and state.pos < _scan(state).last_link and link(state, silent)


def _markdown() -> MarkdownIt:
    markdown = MarkdownIt("zero", {"maxNesting": _DEEPEST})
    markdown.enable(["escape", "backticks", "emphasis", "link"])
    own: tuple[tuple[str, _Rule], ...] = (
        ("math", _math_rule),
        ("accent", _accent_rule),
        ("macro", _macro_rule),
        ("group", _group_rule),
        ("code", _code_rule),
    )
    for name, rule in own:
        markdown.inline.ruler.before("escape", name, rule)
    markdown.inline.ruler.at("emphasis", _emphasis_rule)
    markdown.inline.ruler.at("link", _link_rule)
    # Addresses are judged by link_url, which can say what is wrong with them.
    markdown.validateLink = lambda url: True  # type: ignore[method-assign]
    markdown.normalizeLink = lambda url: url  # type: ignore[method-assign]
    return markdown


_MARKDOWN = _markdown()


def tokenize(text: str) -> tuple[list[Token], list[Fault]]:
    """Return the tokens of *text*, the ends of its nodes balanced, and what is wrong with it."""
    scan = _Scan(_closing_braces(text), text.rfind("]("))
    tokens: list[Token] = []
    _MARKDOWN.inline.parse(text, _MARKDOWN, {"scan": scan}, tokens)
    return tokens, scan.faults
