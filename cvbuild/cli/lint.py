"""`cvbuild lint`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from cvbuild import cli, source
from cvbuild import lint as rules
from cvbuild.bibliography import Listed, beside
from cvbuild.cli import report
from cvbuild.cli.wishes import day, load, place
from cvbuild.errors import CvError, one_line
from cvbuild.findings import Finding
from cvbuild.profile import Profile
from cvbuild.reader import Source, contents, read_text


def lint(options: argparse.Namespace) -> int:
    """Report the slips in each profile, or list the rules."""
    if options.rules:
        known = dict(rules.explained())
        if options.json:
            report.as_json([{"rule": name, "help": text} for name, text in known.items()])
        else:
            print("\n".join(f"{name:14} {text}" for name, text in known.items()))
        return cli.OK
    status, rows = cli.OK, []
    for name in options.profiles:
        try:
            found = _found(name, options)
        except CvError as error:
            report.errors(error)
            status = status or cli.status_of(error)
            continue
        wrong = any(f.severity == "error" or (options.strict and f.severity == "warning") for f in found)
        status = status or (cli.CHECK if wrong else cli.OK)
        rows += [{"profile": name, "findings": report.described_findings(found)}]
        if not options.json:
            report.findings(found, strict=options.strict)
            report.line(f"{one_line(name)}: {report.counted(found)}")
    if options.json:
        report.as_json(rows)
    return status


def _found(name: str, options: argparse.Namespace) -> tuple[Finding, ...]:
    profile, texts = _read(name)
    today = day(options.as_of, "--as-of").last_day if options.as_of else place(profile).today
    return rules.lint(profile.profile, today, texts, _others(options.against, profile.profile))


def _others(name: str | None, profile: Profile) -> Listed | None:
    """Return the works of the file that `--against` names."""
    return beside(name, contents(Path(name), name, expected="a file of publications"), profile) if name else None


def _read(name: str) -> tuple[Source, dict[str, str]]:
    """Return a profile, and the texts of its files by the names that its marks have."""
    if name == "-":
        data = sys.stdin.buffer.read(source.MAX_BYTES + 1)
        return read_text(data, "<stdin>"), {"<stdin>": source.decode(data, "<stdin>")}
    profile = load(name)
    return profile, {str(file): Path(file).read_text("utf-8-sig") for file in profile.files}
