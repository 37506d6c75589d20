"""Slips that CVs show over the years: rules about the facts of a profile, each with a name by which it goes off.

A rule looks at the whole profile as it is on one day. What it finds is a warning where something contradicts itself, a
note where it may be as it should, and an error where a sample was left in.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date

from cvbuild.bibliography import Listed
from cvbuild.facts import Facts
from cvbuild.findings import Finding, ordered
from cvbuild.lint import against, periods, wording, works
from cvbuild.lint.switches import silenced, switches
from cvbuild.profile import Profile

Rule = Callable[[Facts], Iterator[Finding]]

RULES: Mapping[str, Rule] = {
    "author-name": works.author_name,
    "claim-differs": wording.claim_differs,
    "date-order": periods.date_order,
    "equal-range": periods.equal_range,
    "gap": periods.gap,
    "link-missing": wording.link_missing,
    "months": wording.months,
    "overlap": periods.overlap,
    "place-differs": wording.place_differs,
    "present-word": wording.present_word,
    "sample": wording.sample,
    "stale-status": periods.stale_status,
    "work-twice": works.work_twice,
}


def lint(
    profile: Profile, today: date, texts: Mapping[str, str], others: Listed | None = None
) -> tuple[Finding, ...]:
    """Return what the rules find in *profile* as it is *today*, and how it differs from *others*, works of a file.

    *texts* are the files it was read from, by their names: comments in them switch rules off.
    """
    facts = Facts(profile, today)
    found = [finding for rule in RULES.values() for finding in rule(facts)]
    found += against.differences(facts, others) if others else ()
    known = [switch for file, text in texts.items() for switch in switches(text, file)]
    idle = () if others else (against.RULE,)
    return ordered(silenced(found, known, (*RULES, against.RULE), idle))


def explained() -> Iterator[tuple[str, str]]:
    """Yield each rule with what it looks for."""
    for name, rule in {**RULES, against.RULE: against.differences}.items():
        yield name, (rule.__doc__ or "").strip()
