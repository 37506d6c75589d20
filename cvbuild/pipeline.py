"""The spine strung together: read, select, compose, write, compile."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from cvbuild import provenance
from cvbuild.artifact import Artifact, Fit
from cvbuild.drafts import Draft, Place, draft, validate
from cvbuild.errors import CheckError, EngineError, LimitError, Mark, Problem
from cvbuild.formats import (
    FOLDERS,
    FORMATS,
    PAGED,
    Output,
    engine_for,
    html_page,
    latex_document,
    of_pages_by_tex,
    paged,
    pictures,
    written,
)
from cvbuild.profile import Profile
from cvbuild.reader import Source
from cvbuild.rendered import Stamp
from cvbuild.view import Overrides

# What only some builds need, or none before its engine is at work, is imported there.
if TYPE_CHECKING:
    from cvbuild.checks.finished import Wanted
    from cvbuild.fit import Lock

_FONTS = (".pfb", ".tfm", ".enc", ".otf", ".ttf", ".def", ".lua", ".map", ".icc")
__all__ = [
    "FOLDERS", "FORMATS", "PAGED", "Draft", "Place", "build", "draft", "html_page", "latex_document", "pictures",
    "validate",
]  # fmt: skip


def build(
    source: Source, variant: str, format: str, overrides: Overrides, place: Place, lock: Lock | None = None
) -> Artifact:
    """Return one view of a profile in one of `FORMATS`, with every warning on the way.

    A page budget is kept, by *lock* where there is one, in every format: what stays is what fits on the pages of the
    PDF. Raises `CvError` of the kind that fits; nothing is written anywhere but to the cache.
    """
    return built(source, variant, format, overrides, place, lock)[0]


def built(
    source: Source, variant: str, format: str, overrides: Overrides, place: Place, lock: Lock | None = None
) -> tuple[Artifact, Draft]:
    """Return what `build` does, and the draft that it shows: what is left of the view on the pages that it may have."""
    made = draft(source, variant, overrides, place)
    left, budget, odd = made, None, tuple[Problem, ...]()
    if made.profile.view.pages is None:
        output = written(made, format, place)
    elif format in PAGED:
        from cvbuild import fit

        engine = engine_for(made)
        found = fit.locked(made, engine, place, lock) if lock else fit.fitted(made, engine, place)
        left, budget, odd = found.made, found.fit, found.warnings
        output = paged(left, format, engine, found.compiled)
    else:
        left, budget, odd = _left(made, place, lock)
        output = written(left, format, place)
        if format == "tex":
            odd += tuple(of_pages_by_tex(left, place))
    noticed = _proved(output, left, source.profile) if place.checks else ()
    return _artifact(left, format, output, odd + noticed, budget), left


def _left(made: Draft, place: Place, lock: Lock | None) -> tuple[Draft, Fit | None, tuple[Problem, ...]]:
    """Return what is left of *made* on the pages of its PDF, how that came about, and what is odd about it.

    Where no engine can set these pages it is the whole: what has no pages itself can be had without an engine.
    """
    from cvbuild import fit

    try:
        found = fit.as_locked(made, lock) if lock else fit.fitted(made, engine_for(made), place)
    except (EngineError, LimitError) as error:
        first = error.problems[0]
        mark = made.profile.view.mark_of("pages")
        message = f"the whole view: nothing can tell what fits its pages: {first.mark.file}: {first.message}"
        odd = Problem(mark if mark.line else Mark(made.profile.file), "pages", message, first.hint)
        return made, None, (odd,)
    return found.made, found.fit, found.warnings


def _artifact(
    made: Draft, format: str, output: Output, noticed: tuple[Problem, ...], budget: Fit | None
) -> Artifact:
    return Artifact(
        format,
        b"" if output.files else output.data,
        output.pages,
        made.warnings + output.warnings + noticed,
        made.theme.name,
        made.profile.language,
        str(made.profile.as_of),
        output.engine,
        output.files,
        budget,
    )


def wanted(made: Draft, whole: Profile) -> Wanted:
    """Return what a file made of the draft *made* must show."""
    from cvbuild.checks.finished import Wanted

    trusted = made.theme.is_builtin
    carries = made.profile.view.source is True
    return Wanted(made.document, made.profile, whole, made.style, made.is_private, trusted, carries)


def stamped(made: Draft, stamp: Stamp, place: Place, lock: Lock | None = None) -> Draft | None:
    """Return the form of the draft *made* that a PDF with *stamp* shows, if it shows any.

    That may be the whole, what is left on so many pages as its view asks for, or what *lock* leaves.
    """
    from cvbuild import fit

    if _is_of(made, stamp):
        return made
    engine = engine_for(made) if made.profile.view.pages else ""
    if engine and lock and _is_of(left := fit.locked(made, engine, place, lock).made, stamp):
        return left
    return left if engine and _is_of(left := fit.fitted(made, engine, place).made, stamp) else None


def _is_of(made: Draft, stamp: Stamp) -> bool:
    return provenance.stamp(made, pictures(made)).content == stamp.content


def _own(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return those of *files* that a document has a part in; fonts come as they are."""
    return {name: data for name, data in files.items() if not name.endswith(_FONTS)}


def _proved(output: Output, made: Draft, whole: Profile) -> tuple[Problem, ...]:
    """Return what is odd about a finished file. Raises `CheckError` where something is wrong with it."""
    from cvbuild.checks import proof

    asked = wanted(made, whole)
    if output.engine:
        from cvbuild.checks.finished import Pdf

        findings = proof.quick(Pdf.of(output.data), asked)
    else:
        findings = proof.plain(_own(output.files) or {"the file": output.data}, asked)
    if wrong := [finding.told() for finding in findings if finding.severity == "error"]:
        raise CheckError(*wrong)
    return tuple(finding.told() for finding in findings if finding.severity == "warning")
