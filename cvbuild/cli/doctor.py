"""`cvbuild doctor`."""

from __future__ import annotations

import argparse

from msgspec import to_builtins

from cvbuild import cli, theme
from cvbuild.cli import report
from cvbuild.cli.wishes import place
from cvbuild.engines import probe
from cvbuild.errors import visible


def doctor(options: argparse.Namespace) -> int:
    """Print what this machine has, and the command for what it lacks; succeed if PDFs can be built."""
    found = probe.findings(place().cache, theme.builtin() / "fonts")
    able = all(finding.ok for finding in found if finding.needed)
    if options.json:
        report.as_json({"ok": able, "findings": [to_builtins(finding) for finding in found]})
        return cli.OK if able else cli.ENGINE
    width = max(len(finding.name) for finding in found)
    for finding in found:
        lack = ("missing", "red") if finding.needed else (finding.lack, "yellow")
        word, colour = ("ok", "green") if finding.ok else lack
        print(f"{report.painted(f'{word:8}', colour)}{finding.name:{width}}  {visible(finding.found)}")
        if finding.remedy and not finding.ok:
            print(f"{'':8}{'':{width}}  {finding.remedy}")
    print("PDFs can be built" if able else "PDFs cannot be built on this machine yet")
    return cli.OK if able else cli.ENGINE
