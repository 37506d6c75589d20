"""Typography: quotation marks and dashes, in text that is neither escaped nor code nor mathematics."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec import Struct, field

from cvbuild import locale

if TYPE_CHECKING:
    from markdown_it.token import Token

_MARKS = re.compile(r"``|''|[\"'`]")
_DASHES = re.compile(r"(?<!-)--(-?)(?!-)")
_BEFORE_A_WORD = "([{<«„“‚‘–—-/¿¡\"'`"
# Stands for code, mathematics and escaped characters: a mark beside it is beside a word.
_OPAQUE = "\ufffc"


def typeset(tokens: list[Token], language: str) -> None:
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


class _Quotes(Struct):
    """One pass over a text with at most one open quote of each kind, so that it takes linear time.

    A quote is only one if it closes: an unclosed `"` stays as it is, an unclosed `'` is an apostrophe.
    """

    text: str
    opening: str
    closing: str
    inner_opening: str
    inner_closing: str
    characters: list[str] = field(default_factory=list)
    double: re.Match[str] | None = None
    single: re.Match[str] | None = None

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
    # Chinese and Japanese part no words.
    unspaced = locale.is_unspaced(before)
    return not after.isspace() and (before.isspace() or before in _BEFORE_A_WORD or unspaced)
