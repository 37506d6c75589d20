"""Where in a text of YAML each value begins and ends, so that something can be put in and no other byte changes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import yaml
from msgspec import Struct, field

from cvbuild.source.held import Plain
from cvbuild.source.parser import dump_flow, dump_prose

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Span(Struct):
    """A value from its first character to the one behind its last; `flow` where it stands in brackets or braces."""

    kind: str
    start: int
    end: int
    flow: bool = False
    items: list[Span] = field(default_factory=list)
    pairs: dict[str, Span] = field(default_factory=dict)
    keys: dict[str, Span] = field(default_factory=dict)


def spans(text: str) -> Span:
    """Return the one value in *text*, which is known to be plain YAML."""
    events: Iterator[Any] = iter(yaml.parse(text, Loader=_Loader))
    for event in events:
        if isinstance(event, yaml.NodeEvent):
            return _span(event, events, text)
    return Span("scalar", len(text), len(text))


def _span(event: Any, events: Iterator[Any], text: str) -> Span:
    start: int = event.start_mark.index
    if isinstance(event, yaml.ScalarEvent):
        return Span("scalar", start, start + len(text[start : _end(event)].rstrip()))
    kind = "mapping" if isinstance(event, yaml.MappingStartEvent) else "sequence"
    found = Span(kind, start, start, bool(event.flow_style))
    key: tuple[str, Span] | None = None
    for inner in events:
        if isinstance(inner, yaml.CollectionEndEvent):
            found.end = _end(inner) if found.flow else found.end
            return found
        value = _span(inner, events, text)
        found.end = max(found.end, value.end)
        if kind == "sequence":
            found.items.append(value)
        elif key is None:
            key = (inner.value, value)
        else:
            found.keys[key[0]], found.pairs[key[0]] = key[1], value
            key = None
    return found


def _end(event: Any) -> int:
    end: int = event.end_mark.index
    return end


def with_items(text: str, sequence: Span, items: list[Plain]) -> tuple[int, str]:
    """Return where *items* go, behind those of *sequence*, and what to put there."""
    if sequence.flow:
        before = ", " if sequence.items else ""
        return sequence.end - 1, before + ", ".join(map(dump_flow, items))
    line = text.rfind("\n", 0, sequence.items[0].start) + 1
    column = max(text.rfind("-", line, sequence.items[0].start) - line, 0)
    return _after(text, sequence.end, _indented(dump_prose(items), column))


def with_fields(text: str, mapping: Span, fields: dict[str, Plain]) -> tuple[int, str]:
    """Return where *fields* go, behind those of *mapping*, and what to put there."""
    if mapping.flow:
        before = ", " if mapping.pairs else ""
        return mapping.end - 1, before + dump_flow(fields)[1:-1]
    line = text.rfind("\n", 0, mapping.start) + 1
    return _after(text, mapping.end, _indented(dump_prose(fields), mapping.start - line))


def _after(text: str, end: int, block: str) -> tuple[int, str]:
    """Return the beginning of the line after *end*, and *block* for it."""
    at = text.find("\n", end)
    return (len(text), f"\n{block}") if at < 0 else (at + 1, block)


def _indented(block: str, columns: int) -> str:
    return "".join(f"{' ' * columns}{line}" if line.strip() else line for line in block.splitlines(keepends=True))


def spliced(text: str, pieces: list[tuple[int, str]]) -> str:
    """Return *text* with each piece at its place; of several at one place the first comes first."""
    found, at = [], 0
    for place, piece in sorted(pieces, key=lambda pair: pair[0]):
        found += [text[at:place], piece]
        at = place
    return "".join([*found, text[at:]])
