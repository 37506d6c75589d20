"""Tightening: a theme's own steps to more room, each the options of a whole document."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from cvbuild.theme import Theme

Options = Mapping[str, str | bool]


def levels(look: Theme, options: Options, said: Collection[str]) -> tuple[Options, ...]:
    """Return *options* as they are, and then after each further step of *look* that changes any of them.

    No step changes what somebody has *said*, nor loosens what is tighter already.
    """
    found = [options]
    for step in look.tighten:
        after = {**found[-1]}
        for name, value in step.items():
            if name not in said and look.options[name].is_tighter(value, str(after[name])):
                after[name] = value
        if after != found[-1]:
            found.append(after)
    return tuple(found)


def changes(before: Options, after: Options) -> tuple[tuple[str, str, str], ...]:
    """Return each option that differs, with its value *before* and *after*."""
    return tuple((name, str(before[name]), str(value)) for name, value in after.items() if value != before[name])
