r"""Text and addresses as LaTeX source that means exactly them, in pdfLaTeX, LuaLaTeX and XeLaTeX.

Nothing that a person wrote is ever a command. What comes out is meant to be read and edited by people.
"""

from __future__ import annotations

import re
import unicodedata

_TEXT = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "$": r"\$",
    "&": r"\&",
    "#": r"\#",
    "_": r"\_",
    "%": r"\%",
    "^": r"\textasciicircum{}",
    "~": r"\textasciitilde{}",
    # TeX would make curly ones of these.
    '"': r"\textquotedbl{}",
    "'": r"\textquotesingle{}",
    "`": r"\textasciigrave{}",
    # In older encodings they are other characters.
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    "\u00a0": "~",
    "\u00ad": r"\-",
    # The engines set it as another hyphen, or not at all.
    "\u2011": r"\mbox{-}",
}
_SPACES = re.compile(r"[ \t\n\r\f\v\x85\u2028\u2029]+")
# TeX joins these pairs into a dash or a quotation mark; {} keeps them apart, as typed.
_JOINING = re.compile(r"-(?=-)|,(?=,)")
# At the start of an item or a line these would be an option.
_OPTION = re.compile(r"^( ?)([\[*])")


def text(words: str) -> str:
    r"""Return *words* as LaTeX that sets them as they are, in NFC, every run of white space as one space.

    They may stand wherever text may, also right after `\item` or `\\`; in an optional argument, inside braces.
    Raises `ValueError` for a control character or half a surrogate pair.
    """
    words = _SPACES.sub(" ", unicodedata.normalize("NFC", words))
    for char in words:
        if unicodedata.category(char) in ("Cc", "Cs"):
            raise ValueError(f"the control character U+{ord(char):04X} cannot be set")
    words = _JOINING.sub(lambda match: match[0] + "\x00", words)
    words = "".join(_TEXT.get(char, char) for char in words).replace("\x00", "{}")
    return _OPTION.sub(r"\1{\2}", words)


_URL = {"%": r"\%", "#": r"\#", "&": r"\&", "_": r"\_", "~": r"\~", "$": r"\%24"}
_URL_CHARACTER = re.compile(r"[^!-~]|[\"<>\\^`{|}]")


def url(address: str) -> str:
    r"""Return *address* for the first argument of `\href`, even within other commands' arguments.

    *address* is as `cvbuild.addresses.encoded` returns it; `ValueError` for what no such address has.
    """
    if match := _URL_CHARACTER.search(address):
        raise ValueError(f"U+{ord(match[0]):04X} in the address {address!r} is not percent-encoded")
    return "".join(_URL.get(char, char) for char in address)
