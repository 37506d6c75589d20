"""Switching rules off where they stand: by a comment, for the format of a profile has no room for it.

`# lint: off RULE` at the end of a line holds for that line; on a line of its own, for what stands below it, as far as
that is indented no less; and before the first key, for the whole file. Several rules are parted by spaces. BibTeX has
`% lint: off RULE`.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator

from msgspec import Struct, field

from cvbuild.errors import Mark, nearest
from cvbuild.findings import Finding, warning

_SWITCH = re.compile(r"(?:^|\s)[#%]\s*lint:\s*off\b[ \t]*([\w \t,-]*)(?:#.*)?$")


class Switch(Struct):
    """The lines, from `first` to `last`, in which the `rules` are off; which of them were used."""

    mark: Mark
    first: int
    last: int
    rules: tuple[str, ...]
    used: set[str] = field(default_factory=set)

    def covers(self, finding: Finding) -> bool:
        mark = finding.problem.mark
        if mark.file != self.mark.file or finding.rule not in self.rules or not self.first <= mark.line <= self.last:
            return False
        self.used.add(finding.rule)
        return True


def switches(text: str, file: str) -> tuple[Switch, ...]:
    """Return the switches in the *text* of a file."""
    lines = text.splitlines()
    return tuple(_switch(number, match, lines, file) for number, line in enumerate(lines, 1)
                 if (match := _SWITCH.search(line)))  # fmt: skip


def _switch(number: int, match: re.Match[str], lines: list[str], file: str) -> Switch:
    rules = tuple(re.split(r"[\s,]+", match[1].strip())) if match[1].strip() else ()
    mark = Mark(file, number, match.start() + 1)
    if _is_content(lines[number - 1][: match.start()]):
        return Switch(mark, number, number, rules)
    if not any(_is_content(line) for line in lines[: number - 1]):
        return Switch(mark, 1, len(lines), rules)
    return Switch(mark, number, _end(lines, number), rules)


def _is_content(line: str) -> bool:
    return bool(line.strip()) and not line.lstrip().startswith(("#", "%"))


def _end(lines: list[str], number: int) -> int:
    """Return the last line of what begins below line *number*."""
    below = [(index, line) for index, line in enumerate(lines[number:], number + 1) if _is_content(line)]
    if not below:
        return number
    depth = _depth(below[0][1])
    is_item = below[0][1].lstrip().startswith("- ")
    last = below[0][0]
    for index, line in below[1:]:
        deeper = _depth(line) > depth
        if not deeper and (is_item or not line.lstrip().startswith("- ") or _depth(line) < depth):
            break
        last = index
    return last


def _depth(line: str) -> int:
    return len(line) - len(line.lstrip())


def silenced(
    findings: Iterable[Finding], known: Iterable[Switch], rules: Iterable[str], idle: Collection[str] = ()
) -> Iterator[Finding]:
    """Yield the *findings* that no switch is for, and what is wrong with the switches; *idle* rules did not look."""
    known, names = tuple(known), frozenset(rules)
    yield from [finding for finding in findings if not [True for switch in known if switch.covers(finding)]]
    for switch in known:
        for rule in switch.rules or ("",):
            if rule not in names:
                hint = nearest(rule, names) or "see 'cvbuild lint --rules'"
                message = f"no rule '{rule}'" if rule else "no rule named; expected 'lint: off RULE'"
                yield warning("switch", message, switch.mark, "", hint)
            elif rule not in switch.used and rule not in idle:
                yield warning("switch", f"the rule '{rule}' finds nothing here", switch.mark, "", "take it out")
