"""Plain text as the Markdown subset of a profile, and back."""

from __future__ import annotations

import re
from collections.abc import Iterator

from cvbuild import markup
from cvbuild.document import Code, Emph, Inline, Math, Span, Strong
from cvbuild.source import clean

_ESCAPED = re.compile(r"\\([\\*`$\[{])")
_FORMULA = re.compile(r"(\$\$(?![\s$])[^$]+(?<!\s)\$\$)")
# A marker between letters or figures is a sign of its own: 2*3*4, f*cking, x[i](j).
_INSIDE = re.compile(r"(?<=\w)(\*+)(?=\w)")


def cleaned(text: str) -> str:
    """Return *text* without what no profile may hold: tabs are spaces, controls go, lines end in a line feed."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    # What stands for a line break, or for a sign of some font of icons, is a space.
    spaced = re.sub("[\x0b\x0c\x1c-\x1e\x85\u2028\u2029\ue000-\uf8ff\U000f0000-\U0010ffff]", " ", lines)
    return clean(re.sub("[\x00-\x09\x0b-\x1f\x7f-\x9f\ufdd0-\ufdef\ufffe\uffff]", "", spaced)).strip()


def marked(text: str) -> str:
    """Return *text*, which may have Markdown's emphasis and links, and formulas in `$$`, as a profile writes it."""
    return "".join(part if odd else _marked(part) for odd, part in _parts(text))


def _parts(text: str) -> Iterator[tuple[bool, str]]:
    """Yield what stands between formulas, and the formulas."""
    for index, part in enumerate(_FORMULA.split(text)):
        yield bool(index % 2), part


def _marked(text: str) -> str:
    found = _INSIDE.sub(lambda match: "\\*" * len(match[1]), text.replace("\\", "\\\\"))
    if "$" in found and _holds(found, Math):
        found = found.replace("$", "\\$")
    if found.count("`") > 1 and not _holds(found, Code):
        found = found.replace("`", "\\`")
    # Stray markers would print as they are; only what would vanish must be kept from it.
    if "*" in found and not re.search(r"(?<![*\w\\])\*{1,3}[^\s*][^*]*(?<=\S)\*{1,3}(?![\w*])", found):
        found = re.sub(r"(?<!\\)\*", "\\\\*", found) if _holds(found, Emph | Strong) else found
    if any(fault.fatal for fault in markup.check(found)):
        found = re.sub(r"(?<!\\)\[", "\\\\[", found)
    return found


def unmarked(text: str) -> str:
    """Return *text* as it stood before `marked`: Markdown stays, what was escaped is plain."""
    return "".join(part if odd else _ESCAPED.sub(r"\1", part) for odd, part in _parts(text))


def _holds(text: str, kind: object) -> bool:
    def within(inlines: tuple[Inline, ...]) -> bool:
        return any(
            isinstance(inline, kind)  # type: ignore[arg-type]
            or (isinstance(inline, Strong | Emph | Span) and within(inline.content))
            for inline in inlines
        )

    return within(markup.parse(text))
