"""The tags that titles and abstracts of registries have in them → prose of a profile; other tags are text."""

from __future__ import annotations

import html
import re
from collections.abc import Callable

from cvbuild.importers.works.tex import escaped, lowered, raised, wrapped

_TAG = re.compile(r"<(/?)(?:jats:|mml:|m:)?([A-Za-z][\w-]*)((?:\s[^<>]*)?)/?>")
_AROUND: dict[str, Callable[[str], str]] = {
    **dict.fromkeys(("i", "em", "italic"), lambda text: wrapped(text, "*")),
    **dict.fromkeys(("b", "strong", "bold"), lambda text: wrapped(text, "**")),
    **dict.fromkeys(("sub", "msub"), lowered),
    **dict.fromkeys(("sup", "msup"), raised),
}
# Tags that say nothing a CV could show: their text stays.
_SILENT = frozenset(
    [
        "p",
        "sec",
        "title",
        "span",
        "scp",
        "sc",
        "monospace",
        "tt",
        "code",
        "u",
        "underline",
        "br",
        "div",
        "inline-formula",
        "tex-math",
        "alternatives",
        "math",
        "mrow",
        "mi",
        "mo",
        "mn",
        "mtext",
        "mstyle",
        "mfrac",
        "msqrt",
        "mover",
        "munder",
        "msubsup",
        "semantics",
        "annotation",
        "font",
        "a",
        "named-content",
        "styled-content",
        "ext-link",
        "list",
        "list-item",
        "disp-formula",
        "abstract",
    ]
)
_PARTING = frozenset(("p", "sec", "title", "br", "div", "list-item"))


def prose(text: str) -> str:
    """Return *text*, in which some tags may stand and entities are written out, as prose."""
    if "<" not in text and "&" not in text:
        return escaped(text)
    stack: list[tuple[str, list[str]]] = [("", [])]
    place = 0
    for match in _TAG.finditer(text):
        name = match[2].lower()
        if name not in _AROUND and name not in _SILENT:
            continue
        stack[-1][1].append(escaped_piece(text[place : match.start()]))
        place = match.end()
        if name in _PARTING:
            stack[-1][1].append(" ")
        elif name in _AROUND and not match[1]:
            stack.append((name, []))
        elif name in _AROUND and any(name == opened for opened, _ in stack):
            _close(stack, name)
    stack[-1][1].append(escaped_piece(text[place:]))
    _close(stack, "")
    return " ".join(re.sub(r"^\s*Abstract\s+(?=[A-Z])", "", "".join(stack[0][1])).split())


def escaped_piece(text: str) -> str:
    """Return a piece of text as prose, the spaces at its ends kept."""
    plain = html.unescape(text)
    core = escaped(plain)
    before, after = plain[:1].isspace(), plain[-1:].isspace() and bool(core)
    return f"{' ' * before}{core}{' ' * after}"


def _close(stack: list[tuple[str, list[str]]], name: str) -> None:
    """Close the innermost *name*, and what was left open in it; everything where '' is its name."""
    while len(stack) > 1:
        opened, parts = stack.pop()
        stack[-1][1].append(_AROUND[opened]("".join(parts)))
        if opened == name:
            return
