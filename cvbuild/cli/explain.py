"""`cvbuild explain`."""

from __future__ import annotations

import argparse
from collections.abc import Iterator

from cvbuild import cli
from cvbuild.cli import report
from cvbuild.cli.wishes import load, overrides, place
from cvbuild.errors import visible
from cvbuild.view import resolve
from cvbuild.view.explain import Account, Verdict


def explain(options: argparse.Namespace) -> int:
    """Print whether the thing at a path is in a view, and the rule that decided, with its place."""
    source = load(options.profile)
    wish = resolve(source.profile, options.variant, overrides(options))
    account = Account(source.profile, wish, place(source).today)
    verdict = account.verdict(options.path)
    if options.json:
        day = str(account.profile.as_of)
        tree = {"variant": options.variant, "as_of": day, "language": wish.language, **_described(verdict)}
        report.as_json(tree)
        return cli.OK
    name = options.variant or "the default view"
    print(f"# {source.profile.file}: {name}, as of {account.profile.as_of}, in {wish.language}")
    print("\n".join(_lines(verdict, "")))
    return cli.OK


def _lines(verdict: Verdict, margin: str) -> Iterator[str]:
    title = f"  {verdict.title}" if verdict.title else ""
    colour, word = ("green", "shown") if verdict.shown else ("red", "not shown")
    yield f"{margin}{report.painted(visible(verdict.path), 'bold')}: {report.painted(word, colour)}{visible(title)}"
    for reason in verdict.reasons:
        yield f"{margin}  {visible(str(reason))}"
    for inner in verdict.inner:
        yield from _lines(inner, margin + "  ")


def _described(verdict: Verdict) -> dict[str, object]:
    reasons = [
        {"rule": r.rule, "message": r.words, "where": r.where, **report.position(r.mark)} for r in verdict.reasons
    ]
    return {
        "path": verdict.path,
        "title": verdict.title,
        "shown": verdict.shown,
        "reasons": reasons,
        "inner": [_described(inner) for inner in verdict.inner],
    }
