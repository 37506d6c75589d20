"""From tokens to nodes.

Emphasis inside emphasis of its own kind adds nothing to the tree, so that is never deeper than there are node kinds.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby
from typing import TYPE_CHECKING

from msgspec import Struct, field

from cvbuild.document import Code, Emph, Inline, Inlines, Link, Logo, Math, Span, Strong, Text
from cvbuild.document import plain as node_words
from cvbuild.markup.faults import Fault
from cvbuild.markup.links import UnsafeLinkError, link_url

if TYPE_CHECKING:
    from markdown_it.token import Token

_WHOLE_LOGO = re.compile(r"(?<![A-Za-z0-9_\\])((?:La)?TeX)(?![A-Za-z0-9_])")


def build(tokens: list[Token], faults: list[Fault]) -> Inlines:
    """Return the nodes of *tokens*, having added what is wrong with their links to *faults*."""
    return _Builder(faults).build(tokens)


def without_markers(text: str) -> Inlines:
    """Return the nodes of *text*, in which no rule would find anything."""
    return tuple(_with_logos(text))


class _Frame(Struct):
    kind: str
    href: str = ""
    content: list[Inline] = field(default_factory=list)


class _Builder(Struct):
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
