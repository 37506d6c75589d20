"""Job ads: plain text with headings, or JSON, as lines that say how much each of them asks for."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Literal

from msgspec import Struct

from cvbuild.errors import Mark, Problem, ProfileError

Importance = Literal["required", "preferred", "named"]
MAX_BYTES = 1024 * 1024

_PREFERRED = re.compile(
    r"\b(nice[ -]to[ -]have|prefer(?:red|ably|ences?)|bonus|desirable|desired|a plus|pluses|good to have|wünschenswert"
    r"|von Vorteil|우대)",
    re.IGNORECASE,
)
_REQUIRED = re.compile(
    r"\b(requirements?|required|must[ -]have|must|qualifications?|what you(?:'ll)? (?:bring|need)|you have|skills"
    r"|essential|minimum|Anforderungen|자격)",
    re.IGNORECASE,
)
_OTHER = re.compile(
    r"\b(about|benefits?|we offer|what we offer|responsibilities|what you(?:'ll| will) do|how to apply|location)\b",
    re.IGNORECASE,
)


class Line(Struct, frozen=True):
    """One line of an ad, and how much what stands there is asked for."""

    text: str
    importance: Importance


def read(data: bytes, file: str) -> tuple[Line, ...]:
    """Return the lines of an ad. Raises `ProfileError` where it is none that can be read."""
    if len(data) > MAX_BYTES:
        raise ProfileError(Problem(Mark(file), "", f"larger than {MAX_BYTES // 1024 // 1024} MiB; expected a job ad"))
    text = data.decode("utf-8-sig", "replace").replace("\0", " ")
    if text.lstrip().startswith(("{", "[")) or file.endswith(".json"):
        try:
            text = "\n".join(_lines(json.loads(text)))
        except (ValueError, RecursionError) as error:
            raise ProfileError(Problem(Mark(file), "", f"not JSON: {error}"[:200])) from None
    if not text.strip():
        raise ProfileError(Problem(Mark(file), "", "the ad is empty"))
    return tuple(_judged(text))


def _lines(tree: object, name: str = "") -> Iterator[str]:
    """Yield what a JSON tree says, each key as a heading of what stands below it."""
    waiting: list[tuple[str, object]] = [(name, tree)]
    while waiting:
        heading, item = waiting.pop()
        if isinstance(item, dict):
            waiting += reversed([(str(key), value) for key, value in item.items()])
        elif isinstance(item, list):
            if heading:
                yield f"{heading}:"
            waiting += reversed([("", value) for value in item])
        elif isinstance(item, str):
            yield from (f"{heading}:", item) if heading else (item,)


def _judged(text: str) -> Iterator[Line]:
    current: Importance = "named"
    for line in text.splitlines():
        bare = line.strip().strip("#*_=-•· ").replace("_", " ")
        if not bare:
            continue
        if not _ITEM.match(line) and _is_heading(bare):
            current = _of_heading(bare)
        yield Line(bare, _own(bare) or current)


_ITEM = re.compile(r"\s*(?:[-*•·+–]|\d+[.)])\s+")


def _is_heading(line: str) -> bool:
    return len(line.split()) <= 6 and (line.endswith(":") or not re.search(r"[.,;]", line))


def _of_heading(line: str) -> Importance:
    if _PREFERRED.search(line):
        return "preferred"
    if _OTHER.search(line):
        return "named"
    return "required" if _REQUIRED.search(line) else "named"


def _own(line: str) -> Importance | None:
    """Return how much a line asks for by its own words."""
    return "preferred" if _PREFERRED.search(line) else "required" if re.search(r"\bmust\b", line, re.I) else None
