"""What is checked when: the quick form on every build, the whole one when somebody asks for it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from cvbuild.artifact import readable
from cvbuild.checks import ats, fonts, geometry, links, privacy, structure, text
from cvbuild.checks.finished import Pdf, Wanted
from cvbuild.errors import Mark
from cvbuild.findings import Finding, ordered

_NONE: Mapping[str, str] = {}


def quick(pdf: Pdf, wanted: Wanted) -> tuple[Finding, ...]:
    """Return what is wrong with a file that was just built: text, links, glyphs, fonts, geometry, what is private.

    Our own reader alone takes some hundredths of a second for that.
    """
    return ordered(_quick(pdf, wanted))


def _quick(pdf: Pdf, wanted: Wanted) -> Iterator[Finding]:
    yield from text.quick(pdf, wanted)
    yield from links.check(pdf, wanted)
    yield from fonts.glyphs(pdf, wanted)
    yield from fonts.fonts(pdf)
    yield from structure.described(pdf, wanted.document)
    yield from structure.active(pdf, carries=wanted.carries, quick=True)
    yield from geometry.check(pdf, wanted)
    # All of a file is looked through where something is looked for.
    if not wanted.is_private and (kept := _kept(wanted)):
        yield from privacy.leaks(privacy.unpacked(pdf), kept, pdf.mark)


def whole(
    pdf: Pdf, wanted: Wanted | None, machine: Mapping[str, str] = _NONE, min_ats: int = 0
) -> tuple[Finding, ...]:
    """Return all that is wrong with *pdf*; without *wanted*, what can be told of a file alone.

    Less than *min_ats* percent of its fields got by a recruiter's system is an error. *machine* has what the file must
    not tell of where it was made: folders, a user, a host, by what they are. Raises `EngineError` where *pdf* is too
    damaged to be read.
    """
    with readable(pdf.file):
        return ordered(_whole(pdf, wanted, machine, min_ats))


def _whole(pdf: Pdf, wanted: Wanted | None, machine: Mapping[str, str], min_ats: int) -> Iterator[Finding]:
    found = privacy.unpacked(pdf)
    yield from fonts.glyphs(pdf, wanted)
    yield from fonts.fonts(pdf)
    yield from structure.described(pdf, wanted.document if wanted else None)
    yield from structure.standards(pdf)
    yield from structure.tags(pdf, wanted)
    yield from geometry.check(pdf, wanted)
    yield from structure.active(pdf, carries=wanted is None or wanted.carries)
    own = f"{wanted.document.title} {wanted.document.author}".casefold() if wanted else ""
    # Whoever is called as they log in may say so.
    names = {what: name for what, name in machine.items() if name.casefold() not in own}
    yield from privacy.machine(found, names, pdf.mark)
    if wanted:
        yield from text.whole(pdf, wanted)
        yield from links.check(pdf, wanted)
        yield from geometry.pages(pdf, wanted)
        yield from ats.check(pdf, wanted, min_ats)
        yield from _private(found, wanted, pdf.mark)


def plain(files: Mapping[str, bytes], wanted: Wanted) -> tuple[Finding, ...]:
    """Return what is private in *files*, artifacts that are text, by their names."""
    return ordered(
        finding
        for name, data in files.items()
        for finding in _private(privacy.plain_file(data), wanted, Mark(name))
    )


def _private(found: privacy.Bytes, wanted: Wanted, mark: Mark) -> Iterator[Finding]:
    if not wanted.is_private:
        yield from privacy.leaks(found, _kept(wanted), mark)


def _kept(wanted: Wanted) -> tuple[privacy.Secret, ...]:
    return privacy.secrets(wanted.whole, privacy.public_texts(wanted))
