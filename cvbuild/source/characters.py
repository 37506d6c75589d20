"""Bytes → text, and which characters a text may hold."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from cvbuild.errors import LimitError, Mark, Problem, ProfileError, listed

MAX_BYTES = 4 * 1024 * 1024

# C0 and C1 controls but line feeds, line and paragraph separators (YAML and editors count their lines
# differently), surrogates, private use (which every font means something else by), noncharacters.
_FORBIDDEN = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\uf8ff\ufdd0-\ufdef\ufffe\uffff\U000f0000-\U0010ffff]"
)
# Bidirectional controls, zero-width and soft-hyphen characters: invisible, and poison to whoever searches the PDF.
_INVISIBLE = re.compile("[\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]")

# Spaces that YAML takes for text, where only its own indent; web pages and input methods leave them behind.
_INDENT = re.compile(" *(?:- *)?([\u00a0\u2000-\u200a\u202f\u3000])\\s*(?:- |[\\w-]+:)")

_BOM = b"\xef\xbb\xbf"
_SAVE = "save the file with the encoding UTF-8"
# What a file that is no UTF-8 text begins with.
_FOREIGN = (
    (re.compile(rb"\xff\xfe|\xfe\xff|[^\0]\0[^\0]|\0[^\0]\0"), "UTF-16"),
    (re.compile(rb"%PDF-"), "a PDF"),
    (re.compile(rb"PK\x03\x04"), "a ZIP or Word file"),
)


def decode(data: bytes, file: str) -> str:
    """Return the text of *data*, which is UTF-8 with or without a byte-order mark; lines end in a line feed.

    Raises `LimitError` and `ProfileError`.
    """
    if len(data) > MAX_BYTES:
        limit = f"{MAX_BYTES // 1024 // 1024} MiB"
        raise LimitError(Problem(Mark(file), "", f"the file is too large; at most {limit} are read"))
    for beginning, kind in _FOREIGN:
        if beginning.match(data):
            raise ProfileError(Problem(Mark(file), "", f"the file is {kind}; expected YAML in UTF-8", _SAVE))
    data = data.removeprefix(_BOM)
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        mark = Mark(file, *_place(data[: error.start].decode()))
        raise ProfileError(
            Problem(mark, "", f"the byte 0x{data[error.start]:02x} is not UTF-8; expected UTF-8", _SAVE)
        ) from None
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _place(before: str) -> tuple[int, int]:
    return len(re.findall(r"\r\n?|\n", before)) + 1, len(before) - max(before.rfind("\n"), before.rfind("\r"))


def check(text: str, file: str) -> Iterator[Problem]:
    """Yield a problem for each kind of forbidden character in *text*, at its first place."""
    seen: dict[str, list[tuple[int, int]]] = {}
    for number, line in enumerate(text.split("\n"), 1):
        for match in _FORBIDDEN.finditer(line):
            seen.setdefault(match[0], []).append((number, match.start() + 1))
        if indent := _INDENT.match(line):
            seen.setdefault(indent[1], []).append((number, indent.start(1) + 1))
    for char, places in seen.items():
        lines = list(dict.fromkeys(str(line) for line, _ in places if line != places[0][0]))
        others = lines[:8] + ([f"{len(lines) - 8} more"] if len(lines) > 8 else [])
        also = f" (also in line{'s' * (len(lines) > 1)} {listed(others, 'and')})" if lines else ""
        message, hint = _named(char)
        yield Problem(Mark(file, *places[0]), "", f"{message}{also}", hint)


def _named(char: str) -> tuple[str, str]:
    if char == "\t":
        return "a tab; expected spaces", "put spaces in its place"
    if char.isspace() and char not in "\u2028\u2029\x85" and ord(char) >= 0xA0:
        return f"{code(char)}, a space that does not indent; expected plain spaces", "type it again"
    if char in "\u2028\u2029\x85\x0b\x0c":
        return f"{code(char)}, a line separator; expected a line break", "replace it with a line break or a space"
    if unicodedata.category(char) == "Co":
        return f"{code(char)}, a private-use character; expected text", "write what its font shows for it"
    return f"{code(char)}, a control character; expected text", "delete the invisible character"


def code(char: str) -> str:
    """Return how a character is named where it cannot be shown."""
    return f"U+{ord(char):04X}"


def forbidden(text: str) -> str:
    """Return the first character of *text* that no text may hold, '' where there is none."""
    found = _FORBIDDEN.search(text)
    return found[0] if found else ""


def invisible(text: str) -> tuple[str, ...]:
    """Return the invisible characters in *text* that `clean` takes out."""
    return tuple(dict.fromkeys(_INVISIBLE.findall(text)))


def clean(text: str) -> str:
    """Return *text* in NFC, without invisible characters."""
    return unicodedata.normalize("NFC", _INVISIBLE.sub("", text))
