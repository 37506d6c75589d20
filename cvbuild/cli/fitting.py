"""`cvbuild fit`, and the locks of page budgets."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from cvbuild import cli, pipeline
from cvbuild.artifact import Artifact, publish
from cvbuild.cli import budgets, report
from cvbuild.cli.wishes import UsageError, load, overrides, place
from cvbuild.errors import Problem, one_line
from cvbuild.reader import Source
from cvbuild.view.resolve import COMMAND_LINE, resolve

if TYPE_CHECKING:
    from cvbuild.fit import Lock


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
                        **budgets.described(artifact.fit)})  # fmt: skip
        return cli.OK
    name = options.variant or "the default view"
    print(f"# {one_line(source.profile.file)}: {name}, {artifact.theme} by {artifact.engine}, as of {artifact.as_of}")
    print("\n".join(budgets.lines(artifact.fit, len(artifact.fit.dropped))))
    return cli.OK


def lock_of(source: Source, variant: str, options: argparse.Namespace) -> Lock | None:
    """Return the lock that `--locked` asks for; nothing where the view has no page budget."""
    if not options.locked or resolve(source.profile, variant, overrides(options)).pages is None:
        return None
    from cvbuild.fit import lock

    return lock.load(source.profile.file, variant)


def write_lock(profile: str, variant: str, artifact: Artifact) -> Path | None:
    """Keep the choice that *artifact* is made by beside the profile; nothing where no page budget holds."""
    if artifact.fit is None:
        return None
    from cvbuild.fit import lock

    path = lock.path(profile, variant)
    publish(lock.text(artifact.fit).encode(), path)
    return path
