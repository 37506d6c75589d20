"""Bytes → text, for files of other programs."""

from __future__ import annotations

import re

from cvbuild.errors import LimitError, Mark, Problem, ProfileError
from cvbuild.source import MAX_BYTES

_FOREIGN = (
    (re.compile(rb"\xff\xfe|\xfe\xff|[^\0]\0[^\0]|\0[^\0]\0"), "UTF-16"),
    (re.compile(rb"%PDF-"), "a PDF"),
    (re.compile(rb"PK\x03\x04"), "a ZIP archive"),
    (re.compile(rb"\x1f\x8b"), "compressed"),
)
# What XML has no place for either, and no title; tabs and form feeds are spaces here.
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f]")


def checked_size(data: bytes, file: str) -> bytes:
    """Return *data*. Raises `LimitError` past the size that a file of a profile may have."""
    if len(data) > MAX_BYTES:
        limit = f"{MAX_BYTES // 1024 // 1024} MiB"
        raise LimitError(Problem(Mark(file), "", f"the file is too large; at most {limit} are read"))
    return data


def decoded(data: bytes, file: str) -> str:
    """Return the text of *data*, which is UTF-8; lines end in a line feed. Raises `LimitError` and `ProfileError`."""
    checked_size(data, file)
    for beginning, kind in _FOREIGN:
        if beginning.match(data):
            raise ProfileError(Problem(Mark(file, 1, 1), "", f"the file is {kind}; expected text in UTF-8"))
    try:
        text = data.removeprefix(b"\xef\xbb\xbf").decode()
    except UnicodeDecodeError as error:
        before = re.sub(r"\r\n?", "\n", error.object[: error.start].decode())
        message = f"the byte 0x{error.object[error.start]:02x} is not UTF-8; expected UTF-8"
        raise ProfileError(Problem(_at(before, file), "", message, "save the file with the encoding UTF-8")) from None
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if found := _CONTROL.search(text):
        message = f"U+{ord(found[0]):04X}, a control character; expected text"
        raise ProfileError(Problem(_at(text[: found.start()], file), "", message, "delete the invisible character"))
    return text


def _at(before: str, file: str) -> Mark:
    return Mark(file, before.count("\n") + 1, len(before) - before.rfind("\n"))
