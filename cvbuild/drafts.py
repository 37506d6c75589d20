"""Drafts: a view of a profile, selected and composed, its style and theme settled. No engine runs here."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from cvbuild import eastern, fonts, locale, style, theme
from cvbuild.checks import glyphs
from cvbuild.document import Document
from cvbuild.engines.limits import Limits
from cvbuild.errors import CvError, Mark, Problem, ThemeError, VariantError
from cvbuild.profile import Profile, Record, identity
from cvbuild.reader import Source
from cvbuild.schema import Reading
from cvbuild.sections import compose
from cvbuild.source import Scalar
from cvbuild.style import Style
from cvbuild.theme import Theme
from cvbuild.view import Overrides, resolve, select

if TYPE_CHECKING:
    from cvbuild.kept.documents import Kept

_LIMITS = Limits()


class Place(Struct, frozen=True):
    """Where a build happens: the day it is, a folder for caches, where themes are looked for first, how much an
    engine may use, whether LaTeX themes from outside may do as they like, and whether what was built is checked.

    Documents set before are taken from what is `kept`, if anything is, and kept there.
    """

    today: date
    cache: Path
    themes: tuple[Path, ...] = ()
    limits: Limits = _LIMITS
    trusts_themes: bool = False
    checks: bool = True
    kept: Kept | None = None


class Draft(Struct, frozen=True):
    """One view, composed and with its style settled: all that any format is made from.

    `pinned` are the places of what stays whatever the page budget says, `said` the options that somebody has set.
    """

    profile: Profile
    document: Document
    theme: Theme
    style: Style
    options: dict[str, str | bool]
    fonts: tuple[Path, ...]
    warnings: tuple[Problem, ...]
    unplaced: tuple[Problem, ...]
    pinned: frozenset[Mark] = frozenset()
    said: frozenset[str] = frozenset()
    is_private: bool = False
    variant: str = ""


def draft(source: Source, variant: str, overrides: Overrides, place: Place) -> Draft:
    """Return the view *variant* of a profile (the default view where ''), composed.

    Raises `VariantError`, `ThemeError` or `ProfileError`; no engine has run.
    """
    wish = resolve(source.profile, variant, overrides)
    chosen = select(wish, place.today)
    look = _look(wish.style, place)
    reading = Reading()
    settled = style.resolve(look.style, wish.style, wish.language, reading)
    said, idle = _for(look, settled, place)
    options = look.values(said, reading)
    folders = _font_folders(settled, wish.style, Path(source.profile.file).parent, reading)
    if reading.problems:
        raise VariantError(*reading.problems)
    document = compose(chosen.profile, settled)
    printed = glyphs.printed(document)
    look = replace(look, fonts=eastern.needed(look.fonts, printed, wish.language))
    glyphs.check(printed, chosen.profile, settled, (*look.fonts, *folders), look.name)
    warnings = [*source.warnings, *chosen.warnings, *idle]
    if not locale.has_words(wish.language):
        message = f"no words in '{wish.language}' are known; the English ones are used"
        warnings.append(Problem(Mark(source.profile.file), "style.words", message, "say them under style.words"))
    noticed = tuple(dict.fromkeys(warnings))
    return Draft(
        chosen.profile, document, look, settled, options, folders, noticed, chosen.unplaced, chosen.pinned,
        frozenset(said), wish.private, wish.name,
    )  # fmt: skip


def without(made: Draft, dropped: Collection[str]) -> Draft:
    """Return *made* without the records that became the nodes *dropped*, composed anew."""
    if not dropped:
        return made
    records = {name for node in dropped for name in node.split(identity.SEPARATOR)}
    profile = identity.without(made.profile, records)
    return replace(made, profile=profile, document=compose(profile, made.style))


def _look(wished: Record, place: Place) -> Theme:
    mark = wished.mark_of("theme")
    look = theme.load(style.theme_name(wished), place.themes, mark)
    if look.abstract:
        raise ThemeError(Problem(mark, "style.theme", f"'{look.name}' is only there to be extended by other themes"))
    return look


def _for(look: Theme, settled: Style, place: Place) -> tuple[dict[str, Scalar], tuple[Problem, ...]]:
    """Return the options that are meant for *look*, and a warning for each that another theme offers.

    A profile whose style speaks to one theme can so be built in another.
    """
    said, idle = dict(settled.options), []
    for name in [name for name in said if name not in look.options]:
        others = (theme.load(folder.name, place.themes) for folder in theme.available(place.themes))
        owner = next((other.name for other in others if name in other.options and not other.abstract), "")
        if owner:
            message = f"the theme '{look.name}' has no option '{name}', as '{owner}' has; it changes nothing"
            idle.append(Problem(said.pop(name).mark, f"style.options.{name}", message))
    return said, tuple(idle)


def _font_folders(settled: Style, own: Record, folder: Path, reading: Reading) -> tuple[Path, ...]:
    found = []
    for name in settled.fonts:
        path = folder / name
        if not path.exists() or not fonts.files(path):
            reading.fail(own.mark_of("fonts"), "style.fonts", f"'{name}' is no font file, and no folder of font files")
        else:
            found.append(path)
    return tuple(found)


def validate(source: Source, place: Place) -> tuple[Problem, ...]:
    """Return the warnings of every view of a profile. Raises a `CvError` with the problems of all of them."""
    errors: list[CvError] = []
    warnings = list(source.warnings)
    for name in ("", *source.profile.variants):
        try:
            made = draft(source, name, Overrides(private=True), place)
            warnings += made.warnings + made.unplaced
        except CvError as error:
            errors.append(error)
    if errors:
        raise type(errors[0])(*(problem for error in errors for problem in error.problems))
    return (*dict.fromkeys(warnings), *_unlisted(source.profile))


def _unlisted(profile: Profile) -> tuple[Problem, ...]:
    """Return a warning for each collection that no view has a section for."""
    views = (profile.view, *profile.variants.values())
    listing = [view.sections for view in views if view.sections is not None]
    if not listing or profile.view.sections is None:
        return ()
    listed = {spec.options.text("from") or spec.name for specs in listing for spec in specs}
    return tuple(
        Problem(c.mark, c.name, "stands in no section of any view", "list it under 'sections:', or leave it out")
        for c in profile.collections
        if c.name not in listed
    )
