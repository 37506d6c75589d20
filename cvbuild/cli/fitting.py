"""`cvbuild fit`, and what a build says of its page budget."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from cvbuild import cli, pipeline
from cvbuild.artifact import Artifact, Dropped, Fit, publish
from cvbuild.cli import report
from cvbuild.cli.wishes import UsageError, load, overrides, place
from cvbuild.errors import Problem, one_line, visible
from cvbuild.reader import Source
from cvbuild.view.resolve import COMMAND_LINE, resolve

if TYPE_CHECKING:
    from cvbuild.fit import Lock

# So many of what was left out are told after a build; `cvbuild fit` tells all.
_TOLD = 6


def fit(options: argparse.Namespace) -> int:
    """Print how a view comes to fit its pages; nothing is written."""
    source = load(options.profile)
    wishes = overrides(options)
    if resolve(source.profile, options.variant, wishes).pages is None:
        name = f"the variant '{options.variant}'" if options.variant else "the default view"
        raise UsageError(Problem(COMMAND_LINE, "fit", f"{name} has no page budget", "give it one: 'pages: 1'"))
    artifact = pipeline.build(source, options.variant, "pdf", wishes, place(source))
    report.warnings(artifact.warnings, strict=False)
    assert artifact.fit is not None
    if options.json:
        report.as_json({"variant": options.variant, "theme": artifact.theme, "engine": artifact.engine,
                        **described(artifact.fit)})  # fmt: skip
        return cli.OK
    name = options.variant or "the default view"
    print(f"# {one_line(source.profile.file)}: {name}, {artifact.theme} by {artifact.engine}, as of {artifact.as_of}")
    print("\n".join(lines(artifact.fit, len(artifact.fit.dropped))))
    return cli.OK


def lines(fit: Fit, most: int = _TOLD) -> Iterator[str]:
    """Yield what is to be said of *fit*; of what was left out, no more than the first *most*."""
    yield f"{_pages(fit.pages)} of {fit.max_pages}, the last filled to {fit.fill:.0%}{_before(fit)}"
    if fit.tightened:
        steps = ", ".join(f"{name} {before} → {after}" for name, before, after in fit.tightened)
        yield f"tightened: {steps}"
    for priority, level in groupby(sorted(fit.dropped, key=_level, reverse=True)[:most], key=_level):
        yield f"left out, of priority {priority}:"
        yield from (f"  {_told(one)}" for one in level)
    if len(fit.dropped) > most:
        yield f"  … and {len(fit.dropped) - most} more: see cvbuild fit"
    for one in fit.near:
        yield f"nearly fitted: {one_line(one.id)}, for want of {one.lack_pt * 25.4 / 72:.1f} mm"


def _level(one: Dropped) -> int:
    return one.priority


def _pages(count: int) -> str:
    return f"{count} page{'s' if count != 1 else ''}"


def _before(fit: Fit) -> str:
    if fit.locked:
        return ", as locked"
    return f"; as it is: {_pages(fit.whole_pages)}" if fit.whole_pages > fit.pages else ""


def _told(one: Dropped) -> str:
    size = f" ({one.lines} line{'s' if one.lines != 1 else ''})" if one.lines else ""
    return f"{one_line(str(one.mark))}: {visible(one.id)}: {visible(one.words)}{size}"


def described(fit: Fit) -> dict[str, object]:
    """Return *fit* as reports in JSON have it."""
    return {
        "pages": fit.pages,
        "max_pages": fit.max_pages,
        "fill": round(fit.fill, 3),
        "pages_before": fit.whole_pages,
        "tightened": [{"option": name, "before": before, "after": after} for name, before, after in fit.tightened],
        "dropped": [_row(one) for one in fit.dropped],
        "near": [{"id": one.id, "lack_mm": round(one.lack_pt * 25.4 / 72, 2)} for one in fit.near],
        "compiles": fit.compiles,
        "locked": fit.locked,
    }


def _row(one: Dropped) -> dict[str, object]:
    return {"id": one.id, "words": one.words, "priority": one.priority, "lines": one.lines,
            **report.position(one.mark)}  # fmt: skip


def lock_of(source: Source, variant: str, options: argparse.Namespace) -> Lock | None:
    """Return the lock that `--locked` asks for; nothing where the view has no page budget."""
    if not options.locked or resolve(source.profile, variant, overrides(options)).pages is None:
        return None
    from cvbuild.fit import lock

    return lock.load(source.profile.file, variant)


def write_lock(source: Source, variant: str, artifact: Artifact) -> Path | None:
    """Keep the choice that *artifact* is made by beside the profile; nothing where no page budget holds."""
    if artifact.fit is None:
        return None
    from cvbuild.fit import lock

    path = lock.path(source.profile.file, variant)
    publish(lock.text(artifact.fit).encode(), path)
    return path
