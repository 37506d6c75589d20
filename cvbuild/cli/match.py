"""`cvbuild match`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from msgspec import to_builtins

from cvbuild import cli, pipeline
from cvbuild.cli import report
from cvbuild.cli.build import public_variants
from cvbuild.cli.wishes import UsageError, load, overrides, place
from cvbuild.errors import Mark, Problem, visible
from cvbuild.matching import Found, Match, Side, ad
from cvbuild.matching import match as matched
from cvbuild.reader import Source
from cvbuild.view import Overrides, resolve
from cvbuild.view.explain import Account


def match(options: argparse.Namespace) -> int:
    """Tell what of a job ad a variant covers, what the profile has besides, and what is missing."""
    if options.job == "-" and options.profile == "-":
        raise UsageError(Problem(Mark("command line"), "--job", "only one of the two can be standard input"))
    lines = ad.read(_contents(options.job), options.job)
    source, wishes = load(options.profile), overrides(options)
    found = _matched(source, options.variant, wishes, lines)
    others = {name: _matched(source, name, wishes, lines).coverage for name in public_variants(source)}
    best = max(others, key=lambda name: (others[name], name == options.variant))
    if options.json:
        report.as_json(_described(options.variant, found, others))
    else:
        print("\n".join(_told(options.variant, found)))
        if others[best] > found.coverage:
            print(f"the variant '{best}' covers {others[best]} %")
    return cli.CHECK if found.coverage < options.min_coverage else cli.OK


def _contents(name: str) -> bytes:
    if name == "-":
        return sys.stdin.buffer.read(ad.MAX_BYTES + 1)
    try:
        with Path(name).open("rb") as stream:
            return stream.read(ad.MAX_BYTES + 1)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise UsageError(Problem(Mark(name), "", f"cannot be read: {reason}")) from None


def _matched(source: Source, variant: str, wishes: Overrides, lines: tuple[ad.Line, ...]) -> Match:
    where = place(source)
    draft = pipeline.draft(source, variant, wishes, where)
    account = Account(source.profile, resolve(source.profile, variant, wishes), where.today)
    return matched(lines, source.profile, Side(draft.document, draft.profile, account), where.today)


def _told(variant: str, found: Match) -> list[str]:
    name = f"'{variant}'" if variant else "the default view"
    lines = [f"{name} covers {found.coverage} % of {len(found.terms)} terms; the whole profile {found.potential} %"]
    for title, terms in (("covered", found.covered), ("in the profile, not in this view", found.hidden),
                         ("missing", found.missing)):  # fmt: skip
        lines += [f"\n{title}"] if terms else []
        for term in terms:
            lines.append(f"  {_line(term)}")
            for spot in term.hidden:
                lines += [f"    {visible(spot.where)}  {spot.mark}"] + [f"      {visible(r)}" for r in spot.reasons]
    return lines


def _line(term: Found) -> str:
    parts = [visible(term.name), "" if term.importance == "named" else term.importance]
    parts.append(", ".join(term.shown[:4]) + (", …" if len(term.shown) > 4 else ""))
    parts.append(f"{term.years:g} years" if term.years else "")
    return "  ".join(filter(None, parts))


def _described(variant: str, found: Match, others: dict[str, int]) -> dict[str, object]:
    def terms(items: tuple[Found, ...]) -> list[dict[str, object]]:
        return [{**to_builtins(item), "hidden": [{"where": spot.where, **report.position(spot.mark),
                                             "reasons": list(spot.reasons)} for spot in item.hidden]}
                for item in items]  # fmt: skip

    return {
        "variant": variant,
        "coverage": found.coverage,
        "potential": found.potential,
        "covered": terms(found.covered),
        "hidden": terms(found.hidden),
        "missing": terms(found.missing),
        "variants": others,
    }
