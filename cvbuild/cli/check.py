"""`cvbuild check`."""

from __future__ import annotations

import argparse
import getpass
import socket
import sys
from contextlib import suppress
from pathlib import Path

from msgspec import to_builtins
from msgspec.structs import replace

from cvbuild import cli, pipeline, provenance
from cvbuild.artifact.packets import carries_source, stamp_of
from cvbuild.checks import ats, proof
from cvbuild.checks.finished import Pdf, Wanted
from cvbuild.cli import report
from cvbuild.cli.wishes import UsageError, day, load, overrides, place
from cvbuild.errors import Mark, Problem, one_line
from cvbuild.findings import Finding, ordered, warning
from cvbuild.fit import lock
from cvbuild.rendered import Stamp
from cvbuild.view.resolve import COMMAND_LINE

MAX_BYTES = 64 * 1024 * 1024
# Names that say nothing of whose machine it is.
_ANYBODY = {"root", "user", "runner", "build", "builder", "nobody", "localhost", "admin", "ubuntu", "debian"}


def check(options: argparse.Namespace) -> int:
    """Report all that is wrong with a PDF; with a profile, whether it shows what the profile says."""
    pdf = Pdf.of(contents(options.pdf), options.pdf)
    stamp = stamp_of(pdf.reader)
    if options.min_ats and not options.profile:
        raise UsageError(Problem(COMMAND_LINE, "--min-ats", "there is nothing to compare with; expected a profile"))
    wanted, odd = _wanted(options, stamp, carries=carries_source(pdf.reader)) if options.profile else (None, ())
    findings = ordered([*odd, *proof.whole(pdf, wanted, machine(), options.min_ats)])
    score = ats.score(pdf, wanted) if wanted else None
    if options.json:
        report.as_json(_described(options.pdf, pdf, findings, score, stamp))
    else:
        report.findings(findings, strict=options.strict)
        report.line(_line(options.pdf, pdf, findings, score))
    wrong = any(f.severity == "error" or (options.strict and f.severity == "warning") for f in findings)
    return cli.CHECK if wrong else cli.OK


def contents(name: str) -> bytes:
    """Return the bytes of the file *name*, or of standard input where it is `-`."""
    if name == "-":
        return sys.stdin.buffer.read(MAX_BYTES + 1)[:MAX_BYTES]
    try:
        with Path(name).open("rb") as stream:
            return stream.read(MAX_BYTES)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise UsageError(Problem(Mark(name), "", f"cannot be read: {reason}")) from None


def _wanted(options: argparse.Namespace, stamp: Stamp | None, *, carries: bool) -> tuple[Wanted, tuple[Finding, ...]]:
    """Return what the view asks for: the one that the options name, or else the one that the file is stamped with."""
    source = load(options.profile)
    variant, wishes = options.variant, overrides(options)
    if stamp and variant is None:
        variant = stamp.variant
    if stamp and wishes.as_of is None and variant == stamp.variant:
        wishes = replace(wishes, as_of=day(stamp.as_of, "--as-of"))
    wishes = replace(wishes, source=carries)
    made = pipeline.draft(source, variant or "", wishes, place(source))
    if stamp and not options.theme and stamp.theme not in ("", provenance.theme_of(made)):
        options.theme = stamp.theme
        wishes = replace(overrides(options), as_of=wishes.as_of, source=carries)
        made = pipeline.draft(source, variant or "", wishes, place(source))
    if stamp is None:
        return pipeline.wanted(made, source.profile), ()
    kept = lock.path(source.profile.file, made.variant).exists()
    locked = lock.load(source.profile.file, made.variant) if kept else None
    shown = pipeline.stamped(made, stamp, place(source), locked)
    message = "the profile, or how it is shown, is no longer what it was when this PDF was made"
    hint = "say the options with which it was built, such as --style"
    odd = () if shown else (warning("stamp", message, Mark(options.pdf), "", hint),)
    return pipeline.wanted(shown or made, source.profile), odd


def machine() -> dict[str, str]:
    """Return what this machine and whoever uses it are called, by what it is."""
    found = {"working folder": f"{Path.cwd()}/", "host": socket.gethostname()}
    # A user may have neither home nor name.
    with suppress(RuntimeError, OSError, KeyError):
        found |= {"home folder": f"{Path.home()}/", "user": getpass.getuser()}
    return {what: name for what, name in found.items() if len(name) > 3 and name.lower() not in _ANYBODY}


def _described(
    name: str, pdf: Pdf, findings: tuple[Finding, ...], score: ats.Score | None, stamp: Stamp | None
) -> dict[str, object]:
    found: dict[str, object] = {"pdf": name, "pages": len(pdf.pages), "stamp": to_builtins(stamp) if stamp else None}
    if score:
        fields = [to_builtins(field) for field in score.fields]
        found["ats"] = {"percent": score.percent, "fields": fields}
    return {**found, "findings": report.described_findings(findings)}


def _line(name: str, pdf: Pdf, findings: tuple[Finding, ...], score: ats.Score | None) -> str:
    pages = f"{len(pdf.pages)} page{'s' if len(pdf.pages) != 1 else ''}"
    parts = [f"{one_line(name)}: {report.counted(findings)}", pages]
    if score:
        got = sum(field.found for field in score.fields)
        parts.append(f"a recruiter's system gets {got} of {len(score.fields)} fields, {score.percent} %")
    return "; ".join(parts)
