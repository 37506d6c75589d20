"""Text as people write it: a Markdown subset and the TeX of pasted abstracts, read into inline nodes.

Whatever is not markup is text: unclosed and stray markers stay as they were written, and no text is refused.
What a person ought to know about a text is for `check` to tell.

Nesting is bounded twice. The parser reads markers more than `_DEEPEST` levels down as text, and emphasis
inside emphasis of its own kind adds nothing to the tree, so that is never deeper than there are node kinds.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import groupby
from typing import cast

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline, emphasis, link
from markdown_it.token import Token

from cvbuild import locale, math
from cvbuild.document import Code, Emph, Inline, Inlines, Link, Logo, Math, Span, Strong, Text
from cvbuild.document import plain as node_words

_DEEPEST = 20
_SCHEMES = ("https", "http", "mailto", "tel")


@dataclass(frozen=True, slots=True)
class Fault:
    """Something wrong with a text; `fatal` if a CV must not be built from it."""

    message: str
    fatal: bool = False


def parse(text: str, *, language: str = "en") -> Inlines:
    """Return the nodes *text* means, with the quotation marks of *language*. Never raises."""
    return _read(text, language)[0]


def check(text: str) -> tuple[Fault, ...]:
    """Return what is wrong with *text*, in its order."""
    return _read(text, "en")[1]


def plain_text(text: str, *, language: str = "en") -> str:
    """Return the words of *text* without markup, mathematics in its readable form."""
    return words(parse(text, language=language))


def words(inlines: Inlines) -> str:
    """Return the words of *inlines* as a reader sees them: of mathematics `√N`, not its TeX."""
    return "".join(
        math.plain(math.parse(inline.tex))
        if isinstance(inline, Math)
        else words(inline.content)
        if isinstance(inline, Strong | Emph | Link | Span)
        else node_words((inline,))
        for inline in inlines
    )


class UnsafeLinkError(ValueError):
    """A link's scheme is none a CV may carry."""


def link_url(written: str) -> str:
    """Return the absolute URL that *written* means: an address may lack its `https://` or `mailto:`.

    Raises, with a message fit to show, `UnsafeLinkError` for other schemes and another `ValueError` for what
    is no address.
    """
    url = re.sub(r"[\s\"<>\\^`{|}\x00-\x20\x7f]", _percent, written.strip())
    scheme, colon, rest = url.partition(":")
    if colon and scheme.lower() in _SCHEMES and rest.strip("/"):
        return f"{scheme.lower()}:{rest}"
    if url.startswith("//"):
        url = url[2:]
    elif (
        colon
        and scheme.lower() not in _SCHEMES
        and re.fullmatch(r"[A-Za-z][\w+.-]*", scheme)
        and not ("." in scheme and rest[:1].isdigit())
    ):
        raise UnsafeLinkError(f"a link must not lead to '{written}'; write https, http, mailto or tel")
    if re.fullmatch(r"[^@/:?#]+@[\w-]+(\.[\w-]+)+", url):
        return f"mailto:{url}"
    if re.fullmatch(r"[\w-]+(\.[\w-]+)+(:\d+)?([/?#].*)?", url):
        return f"https://{url}"
    raise ValueError(f"'{written}' is no address; write https://…")


def _percent(match: re.Match[str]) -> str:
    return "".join(f"%{byte:02X}" for byte in match[0].encode("utf-8", "surrogatepass"))


# --- From text to tokens: rules as markdown-it calls them at each marker, `silent` to look ahead only.

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


@dataclass(slots=True)
class _Scan:
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


@lru_cache(maxsize=4096)
def _read(text: str, language: str) -> tuple[Inlines, tuple[Fault, ...]]:
    # Carriage returns and line feeds only: what else splitlines knows is for the reader to refuse.
    text = re.sub(r"\r\n?|\n", " ", text)
    scan = _Scan(_closing_braces(text), text.rfind("]("))
    tokens: list[Token] = []
    _MARKDOWN.inline.parse(text, _MARKDOWN, {"scan": scan}, tokens)
    _typeset(tokens, language)
    content = _Builder(scan.faults).build(tokens)
    return content, tuple(dict.fromkeys(scan.faults))


# --- Typography: quotation marks and dashes, in text that is neither escaped nor code nor mathematics.

_MARKS = re.compile(r"``|''|[\"'`]")
_DASHES = re.compile(r"(?<!-)--(-?)(?!-)")
_BEFORE_A_WORD = "([{<«„“‚‘–—-/¿¡\"'`"
# Stands for code, mathematics and escaped characters: a mark beside it is beside a word.
_OPAQUE = "\ufffc"


def _typeset(tokens: list[Token], language: str) -> None:
    """Give the text among *tokens* real quotation marks, apostrophes and dashes."""
    texts = [token for token in tokens if token.nesting == 0]
    flat = "".join(token.content if token.type == "text" else _OPAQUE for token in texts)
    if not re.search(r"[\"'`]|--", flat):
        return
    characters = _Quotes(flat, *locale.quotes(language)).replaced()
    place = 0
    for token in texts:
        size = len(token.content) if token.type == "text" else 1
        if token.type == "text":
            written = "".join(characters[place : place + size])
            token.content = _DASHES.sub(lambda dash: "—" if dash[1] else "–", written)
        place += size


@dataclass(slots=True)
class _Quotes:
    """One pass over a text with at most one open quote of each kind, so that it takes linear time.

    A quote is only one if it closes: an unclosed `"` stays as it is, an unclosed `'` is an apostrophe.
    """

    text: str
    opening: str
    closing: str
    inner_opening: str
    inner_closing: str
    characters: list[str] = field(init=False)
    double: re.Match[str] | None = field(init=False, default=None)
    single: re.Match[str] | None = field(init=False, default=None)

    def replaced(self) -> list[str]:
        """Return the characters of the text, marks replaced in place; the second half of a mark is empty."""
        self.characters = list(self.text)
        for mark in _MARKS.finditer(self.text):
            before = self.text[mark.start() - 1] if mark.start() else " "
            after = self.text[mark.end()] if mark.end() < len(self.text) else " "
            if mark[0] in ("'", "`"):
                self._single(mark, before, after)
            else:
                self._double(mark, before, after)
        return self.characters

    def _double(self, mark: re.Match[str], before: str, after: str) -> None:
        opened = self.double
        # 5'10" is a height, inside quotes too.
        is_inches = re.search(r"\d['’] ?\d{1,2}$", self.text[max(0, mark.start() - 6) : mark.start()])
        if mark[0] == '"' and (is_inches or (before.isdecimal() and not opened)):
            return
        if opened and mark[0] != "``" and not before.isspace() and (mark[0] == '"' or opened[0] == "``"):
            self._pair(opened, mark, self.opening, self.closing)
            self.double = None
            if self.single and self.single.start() > opened.start():
                self.single = None
        elif mark[0] != "''" and _begins_word(before, after):
            self.double = mark

    def _single(self, mark: re.Match[str], before: str, after: str) -> None:
        if mark[0] == "`":
            self.single = mark if _begins_word(before, after) else self.single
        elif before.isalnum() and after.isalnum():
            self._apostrophe(mark, before)
        elif self.single and not before.isspace():
            self._pair(self.single, mark, self.inner_opening, self.inner_closing)
            self.single = None
        else:
            self._apostrophe(mark, before)
            # The years '98 and the '90s open no quote.
            if _begins_word(before, after) and not re.compile(r"\d\ds?(?!\w)").match(self.text, mark.end()):
                self.single = mark

    def _apostrophe(self, mark: re.Match[str], before: str) -> None:
        # After figures it is as likely to be feet or minutes, which are written straight; 1990's is neither.
        if not before.isdecimal() or self.text[mark.end() : mark.end() + 1].isalpha():
            self.characters[mark.start()] = "’"

    def _pair(self, opened: re.Match[str], closed: re.Match[str], opening: str, closing: str) -> None:
        for mark, character in ((opened, opening), (closed, closing)):
            self.characters[mark.start() : mark.end()] = [character, ""][: len(mark[0])]


def _begins_word(before: str, after: str) -> bool:
    return not after.isspace() and (before.isspace() or before in _BEFORE_A_WORD)


# --- From tokens to nodes.

_WHOLE_LOGO = re.compile(r"(?<![A-Za-z0-9_\\])((?:La)?TeX)(?![A-Za-z0-9_])")


@dataclass(slots=True)
class _Frame:
    kind: str
    href: str = ""
    content: list[Inline] = field(default_factory=list)


@dataclass(slots=True)
class _Builder:
    """Nodes from markdown-it's flat list of tokens, whose ends are balanced."""

    faults: list[Fault]
    frames: list[_Frame] = field(default_factory=lambda: [_Frame("")])

    def build(self, tokens: list[Token]) -> Inlines:
        for token in tokens:
            if token.nesting > 0:
                self.frames.append(_Frame(token.type.removesuffix("_open"), str(token.attrs.get("href", ""))))
            elif token.nesting < 0:
                self._close(self.frames.pop())
            else:
                self.frames[-1].content.append(_leaf(token))
        return _joined(self.frames[0].content)

    def _close(self, frame: _Frame) -> None:
        outer = self.frames[-1].content
        kind = "link" if frame.kind == "href" else frame.kind
        content = _joined(frame.content)
        if not content or any(kind == self._kind_of(other) for other in self.frames[1:]):
            outer.extend(content)
            return
        match kind:
            case "strong":
                outer.append(Strong(content))
            case "em":
                outer.append(Emph(content))
            case "smallcaps":
                outer.append(Span("smallcaps", content))
            case "link":
                outer.extend(self._linked(frame, content))
            case _:
                outer.extend(content)

    @staticmethod
    def _kind_of(frame: _Frame) -> str:
        return "link" if frame.kind == "href" else frame.kind

    def _linked(self, frame: _Frame, content: Inlines) -> Inlines:
        """Return the link *frame* is, or its words where it leads to nothing a CV may lead to."""
        try:
            return (Link(content, link_url(frame.href)),)
        except UnsafeLinkError as error:
            self.faults.append(Fault(str(error), fatal=True))
            return content
        except ValueError as error:
            self.faults.append(Fault(str(error)))
        # f[i](x) is a formula, not a link.
        return content if frame.kind == "href" else (Text("["), *content, Text(f"]({frame.href})"))


def _leaf(token: Token) -> Inline:
    match token.type:
        case "code_inline":
            return Code(token.content)
        case "math":
            return Math(token.content)
        case "logo":
            return Logo(token.content)
        case _:
            return Text(token.content)


def _joined(inlines: list[Inline]) -> Inlines:
    """Return *inlines* with neighbouring texts made one, empty ones left out and logos found."""
    joined: list[Inline] = []
    for is_text, run in groupby(inlines, key=lambda inline: isinstance(inline, Text)):
        neighbours = tuple(run)
        joined.extend(_with_logos(node_words(neighbours)) if is_text else neighbours)
    return tuple(joined)


def _with_logos(text: str) -> Iterator[Inline]:
    # split leaves the words between the logos at the even places.
    for index, part in enumerate(_WHOLE_LOGO.split(text)):
        if part:
            yield Logo(part) if index % 2 else Text(part)
