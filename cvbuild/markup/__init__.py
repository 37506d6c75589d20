"""Text as people write it: a Markdown subset and the TeX of pasted abstracts, read into inline nodes.

Whatever is not markup is text: unclosed and stray markers stay as they were written, and no text is refused.
What a person ought to know about a text is for `check` to tell.

    text ─ rules ▶ tokens ─ typography ▶ tokens ─ nodes ▶ inlines
"""

from __future__ import annotations

import re
from functools import lru_cache

from cvbuild import math
from cvbuild.document import Emph, Inlines, Link, Math, Span, Strong
from cvbuild.document import plain as node_words
from cvbuild.markup.faults import Fault
from cvbuild.markup.links import UnsafeLinkError, link_url
from cvbuild.markup.nodes import build, without_markers
from cvbuild.markup.typography import typeset

__all__ = ["Fault", "UnsafeLinkError", "check", "link_url", "parse", "plain_text", "words"]

# What all rules and all of typography begin with.
_MARKER = re.compile(r"[\\*`\[${}\"']|--")


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


@lru_cache(maxsize=4096)
def _read(text: str, language: str) -> tuple[Inlines, tuple[Fault, ...]]:
    # Carriage returns and line feeds only: what else splitlines knows is for the reader to refuse.
    line = re.sub(r"\r\n?|\n", " ", text)
    return _with_markers(line, language) if _MARKER.search(line) else (without_markers(line), ())


def _with_markers(line: str, language: str) -> tuple[Inlines, tuple[Fault, ...]]:
    # The rules, and all that they stand on, take longer to load than most texts to read.
    from cvbuild.markup.rules import tokenize

    tokens, faults = tokenize(line)
    typeset(tokens, language)
    content = build(tokens, faults)
    return content, tuple(dict.fromkeys(faults))
