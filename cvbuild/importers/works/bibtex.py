"""BibTeX and BibLaTeX files, parsed by pybtex: every entry is kept, and every fault told at its place."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from typing import Any

from pybtex.database.input.bibtex import LowLevelParser, SkipEntry, UndefinedMacro, month_names
from pybtex.scanner import PrematureEOF, Token
from pybtex.utils import CaseInsensitiveDict

from cvbuild.errors import LimitError, Mark, Problem, ProfileError, quoted
from cvbuild.importers.works.bibfields import Entry, work
from cvbuild.importers.works.decoded import decoded
from cvbuild.importers.works.work import Notes, Works

MAX_EXPANSION = 16 * 1024 * 1024
MAX_VALUE = 1024 * 1024
MAX_ENTRIES = 20_000
MAX_FAULTS = 50
FORMAT = "BibTeX"
_COMMENT = re.compile(r"comment\b(?:\s*\{|[^\n({]*)", re.IGNORECASE)
_BEGINNING = re.compile(r"\n[ \t]*(?=@[A-Za-z]+\s*[{(])")


def sniff(text: str) -> bool:
    return re.search(r"(?m)^[ \t]*@[A-Za-z]+\s*[{(]", text) is not None


def read(data: bytes, file: str) -> Works:
    """Return the works of *data*. Raises `LimitError`, and `ProfileError` where there is nothing to be read."""
    text = decoded(data, file)
    notes = Notes()
    # What Jekyll wants at the top of a file is no BibTeX; its lines still count.
    matter = re.match(r"---\n.*?\n---[ \t]*\n", text, re.DOTALL)
    text = re.sub(r"[^\n]", " ", matter[0]) + text[matter.end() :] if matter else text
    entries = tuple(_entries(_Parser(text, file, notes), notes))
    if not entries and not notes.problems:
        raise ProfileError(
            Problem(Mark(file, 1, 1), "", "no entry; expected BibTeX, such as '@article{key, title = {…}}'")
        )
    known = {entry.key.casefold(): entry for entry in reversed(entries) if entry.key}
    hosts = {entry.get("crossref").casefold() for entry in entries} - {""}
    listed = (entry for entry in entries if not _is_host(entry, hosts, notes))
    found = [work(entry, known.get(entry.get("crossref").casefold()), notes) for entry in listed]
    return notes.works(FORMAT, found)


def _is_host(entry: Entry, hosts: set[str], notes: Notes) -> bool:
    """Tell whether *entry* is only what others refer to: proceedings, or a book of many authors."""
    if entry.key.casefold() not in hosts or entry.type not in ("proceedings", "collection", "mvproceedings", "book"):
        return False
    if entry.type == "book" and entry.get("author"):
        return False
    notes.guess(entry.mark, entry.key, "other entries refer to it; it is not listed as a work")
    return True


def _entries(parser: _Parser, notes: Notes) -> Iterator[Entry]:
    seen: dict[str, Entry] = {}
    for command, body in parser:
        if command.lower() in ("string", "preamble", "comment"):
            continue
        key, values = body
        entry = Entry(parser.mark(parser.command_start), command.lower(), key or "", {}, dict(parser.places))
        for name, parts in values:
            known = name.lower()
            if known in entry.fields:
                message = f"the field {quoted(name)} stands twice; the first one counts"
                notes.fault(entry.place(known), entry.key, message)
                continue
            entry.fields[known] = "".join(parts)
        first = seen.setdefault(entry.key.casefold(), entry)
        if first is not entry and entry.key:
            message = f"the key {quoted(entry.key)} stands twice: here and in line {first.mark.line}"
            notes.fault(entry.mark, entry.key, message, "give one of the two another key")
        if len(seen) > MAX_ENTRIES:
            raise LimitError(Problem(entry.mark, "", f"more than {MAX_ENTRIES} entries"))
        yield entry


class _Lines:
    def __init__(self, text: str) -> None:
        self.breaks = [match.start() for match in re.finditer("\n", text)]

    def place(self, offset: int) -> tuple[int, int]:
        line = bisect_right(self.breaks, offset - 1)
        return line + 1, offset - (self.breaks[line - 1] if line else -1)


def _closing(text: str, start: int) -> int:
    """Return the place behind the brace that closes a group whose content begins at *start*; 0 where none does."""
    depth = 1
    for match in re.compile(r"[{}]").finditer(text, start):
        depth += 1 if match[0] == "{" else -1
        if not depth:
            return match.end()
    return 0


class _Parser(LowLevelParser):  # type: ignore[misc]
    """pybtex's parser, which goes on after a fault, in linear time and within bounds."""

    def __init__(self, text: str, file: str, notes: Notes) -> None:
        self.pos = 0
        super().__init__(text, macros=CaseInsensitiveDict(month_names), filename=file)
        self.notes, self.lines, self.spent, self.faults = notes, _Lines(text), 0, 0
        self.places: dict[str, Mark] = {}
        self.signs = {id(p): s for p, s in ((self.AT, "@"), (self.LBRACE, "{"), (self.RBRACE, "}"), (self.QUOTE, '"'))}
        self.searches: dict[tuple[int, ...], re.Pattern[str]] = {}

    def mark(self, offset: int) -> Mark:
        return Mark(self.filename, *self.lines.place(offset))

    def skip_to(self, patterns: list[Any]) -> Token | None:
        """Go behind the next of *patterns*: one search, where the parser's own goes through the rest for each."""
        names = tuple(map(id, patterns))
        search = self.searches.get(names)
        if search is None:
            search = self.searches[names] = re.compile(f"[{''.join(map(re.escape, (self.signs[n] for n in names)))}]")
        match = search.search(self.text, self.pos)
        if not match:
            return None
        value, self.pos = self.text[self.pos : match.end()], match.end()
        return Token(value, next(p for p in patterns if self.signs[id(p)] == match[0]))

    def update_lineno(self, value: str) -> None:
        """Places are counted from offsets."""

    def parse_command(self) -> tuple[str, Any]:
        self.places = {}
        if comment := _COMMENT.match(self.text, self.pos):
            # Whoever puts an entry into a comment wants it out, whatever BibTeX itself makes of it.
            opens = comment[0].endswith("{")
            self.pos = (_closing(self.text, comment.end()) if opens else 0) or comment.end()
            raise SkipEntry
        return super().parse_command()  # type: ignore[no-any-return]

    def parse_entry_body(self, body_end: Any) -> None:
        self.eat_whitespace()
        if self.text.startswith(",", self.pos):
            message = "an entry without a key; its author, year and title make up for it"
            self.notes.guess(self.mark(self.pos), "", message)
            self.current_entry_key = ""
            self.parse_entry_fields()
        else:
            super().parse_entry_body(body_end)

    def parse_field(self) -> None:
        self.eat_whitespace()
        start = self.pos
        super().parse_field()
        if self.current_field_name:
            self.places.setdefault(self.current_field_name.lower(), self.mark(start))

    def parse_value(self) -> None:
        super().parse_value()
        if sum(map(len, self.current_value)) > MAX_VALUE:
            raise LimitError(Problem(self.mark(self.pos), "", f"a value of more than {MAX_VALUE // 1024} KiB"))

    def substitute_macro(self, name: str) -> str:
        if name not in self.macros:
            self.handle_error(UndefinedMacro(name, self))
            return name
        value = str(self.macros[name])
        self.spent += len(value)
        if self.spent > MAX_EXPANSION or len(value) > MAX_VALUE:
            limit = MAX_EXPANSION // 1024 // 1024
            raise LimitError(Problem(self.mark(self.pos), "", f"the strings of the file come to more than {limit} MiB"))
        return value

    def handle_error(self, error: Any) -> None:
        """Note *error* and go on: behind it, or, where an entry has no end, with the next line that begins one."""
        start = self.command_start
        line = self.text[self.text.rfind("\n", 0, start) + 1 : start]
        if line.strip() and not self.current_fields:
            return  # An address in a remark between entries.
        mark, hint = self.mark(self.pos), ""
        if isinstance(error, UndefinedMacro):
            message = f"no string {quoted(error.args[0])} is defined; it is taken as text"
            mark = self.mark(self.pos - len(error.args[0]))
            hint = "put the text in braces"
        elif self._overran(start, isinstance(error, PrematureEOF)):
            mark, message = self.mark(start), "this entry does not end: a brace or quote is not closed"
        else:
            message = f"not BibTeX: {error.args[0]}"
            hint = "is a comma missing before it?" if "'}' expected" in message else ""
        self.notes.fault(mark, self.current_entry_key or "", message, hint)
        self.faults += 1
        if self.faults >= MAX_FAULTS:
            raise ProfileError(*self.notes.problems)

    def _overran(self, start: int, is_end: bool) -> bool:
        """Go back to the first entry that begins on a line behind *start*, if the parser took it for part of one."""
        following = _BEGINNING.search(self.text, start)
        if following and following.end() < self.pos:
            self.pos = following.end()
            return True
        return is_end
