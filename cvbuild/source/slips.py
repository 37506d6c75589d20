"""The classic slips behind YAML's syntax errors, named for what people did."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from cvbuild.errors import Mark, Problem, quoted

Place = tuple[int, int]

QUOTE = "text that begins with '{}' must stand in quotes"
BACKSLASH = "put the text in single quotes, or double each backslash"
_OPENED = "close it; or, if it is text, put the text in quotes"

# What the parser says and what people did to get there. `context`: the place is where the parser began, not
# where it gave up.
_SLIPS = (
    ("block sequence entries are not allowed", "",
     "a '- ' after 'key:' on one line; expected text, or a list below the key", QUOTE.format("- ")),
    ("found unexpected (end of stream|document indicator)", "context", "a quote that is never closed",
     "close the quote"),
    ("hexdecimal|invalid Unicode|unknown escape", "", "a backslash that is no escape of double quotes", BACKSLASH),
    ("flow sequence", "context", "a '[' that is never closed", _OPENED),
    ("flow mapping", "context", "a '{' that is never closed", _OPENED),
    ("block scalar", "context", "text that begins with '|' or '>'", QUOTE.format("|' or '>")),
    ("expected '-' indicator|block sequence", "", "a line that does not fit the list it stands in",
     "indent every '-' of a list alike, and the keys of an item alike"),
    ("YAML document|directive", "", "a line that begins with '%'; expected none", "remove the line"),
    ("<document start>", "", "text after the end of the document", "remove the line '...'"),
    ("unexpected ':'|mapping keys are not allowed", "", "a ':' or '?' where none can stand",
     "put text that has it in quotes"),
    ("expected node content", "", "a ',', ']' or '}' where a value belongs", "put text that begins with it in quotes"),
    ("expected key|block mapping", "", "a line that does not fit the mapping it stands in",
     "indent the keys of a mapping alike; text after a closing quote must be inside it"),
)  # fmt: skip


def name(said: str, began: Place | None, stopped: Place | None, lines: Sequence[str], file: str) -> Problem:
    """Return the problem behind a syntax error: what the parser says, and where it began and stopped, from 0."""
    at = stopped or began or (0, 0)
    found = (
        _indicator(said, began or at, lines)
        or _colon(said, at, lines)
        or _no_colon(said, began or at, lines)
        or _after_closing(said, at, lines)
        or _ended(said, at, lines)
    )
    if found is None:
        found = _listed(said, began or at, at)
    (line, column), message, hint = found
    return Problem(Mark(file, line + 1, column + 1), "", message, hint)


Found = tuple[Place, str, str]


def _line(place: Place, lines: Sequence[str]) -> str:
    return lines[place[0]] if place[0] < len(lines) else ""


def _listed(said: str, began: Place, at: Place) -> Found:
    for pattern, where, message, hint in _SLIPS:
        if re.search(pattern, said):
            return (began if where else at), message, hint
    return at, f"not YAML: {said.strip()}", ""


def _indicator(said: str, place: Place, lines: Sequence[str]) -> Found | None:
    char = _line(place, lines)[place[1] : place[1] + 1]
    if char and char in "@`%*&!|>" and re.search(r"cannot start|alias|anchor|tag|directive", said):
        return place, f"text that begins with '{char}'; expected it in quotes", ""
    return None


def _colon(said: str, place: Place, lines: Sequence[str]) -> Found | None:
    if "mapping values are not allowed" not in said:
        return None
    line, column = place
    before = _line(place, lines)[:column]
    if ":" in before or line == 0 or re.match(r"\s*- ", before):
        return place, "an unquoted ': ' inside a text", "put the whole text in quotes"
    start = len(before) - len(before.lstrip())
    message = f"{quoted(before.strip() + ':')} is indented like text of the line before; expected a key"
    return (line, start), message, "indent the keys of a mapping alike; text with ': ' in it must stand in quotes"


def _no_colon(said: str, place: Place, lines: Sequence[str]) -> Found | None:
    if "could not find expected ':'" not in said:
        return None
    text = _line(place, lines)[place[1] :]
    if re.match(r"[\w-]+:\S", text):
        return place, f"{quoted(text)} is no 'key: value'", "put a space after the ':'"
    hint = "write 'key: value'; text that goes on in a second line stands deeper than its key"
    return place, f"{quoted(text)} is neither 'key: value' nor '- item'", hint


def _after_closing(said: str, place: Place, lines: Sequence[str]) -> Found | None:
    opened = re.match(r"""\s*(?:- +)*(?:[^\s:]+: +)?(["'[{])""", _line(place, lines))
    if not opened or opened.end() > place[1] or not re.search(r"expected (key|'-' indicator)", said):
        return None
    message = f"text goes on after what {opened[1]} opened has closed"
    hint = "put the whole text in quotes" + (", and double each ' in it" if opened[1] == "'" else "")
    return (place[0], opened.end() - 1), message, hint


def _ended(said: str, place: Place, lines: Sequence[str]) -> Found | None:
    last = max((number for number, line in enumerate(lines) if line.strip()), default=0)
    if "expected node content" not in said or place[0] < last or _line(place, lines)[place[1] :].strip():
        return None
    end = (last, len(lines[last].rstrip()) - 1)
    return end, "the file ends where a value belongs", "close every '[' and '{' that is open"


_TEX = re.compile(r"\\n(?:u|e|eq|abla|ot|otin|i)\b")


def escapes(raw: str) -> Iterator[tuple[int, str]]:
    """Yield the place and a message for each backslash in *raw*, text in double quotes, that is hardly meant so."""
    for match in re.finditer(r"\\(.)", raw, re.DOTALL):
        if match[1] in "0abtevfrNLP_" or _TEX.match(raw, match.start()):
            word = re.compile(r"\\\w[A-Za-z]*").match(raw, match.start())
            written = quoted(word[0]) if word else quoted(match[0])
            yield match.start(), f"{written} in double quotes is an escape; YAML would not keep it as written"
