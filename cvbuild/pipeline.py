"""The spine strung together: read, select, compose, write, compile."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from cvbuild import artifact, assets, fonts, locale, style, theme
from cvbuild.artifact import Artifact
from cvbuild.checks import glyphs
from cvbuild.document import Document
from cvbuild.engines import contained
from cvbuild.engines.contained import TOO_MUCH, Limits
from cvbuild.errors import CvError, LimitError, Mark, Problem, ThemeError, VariantError
from cvbuild.profile import Profile, Record
from cvbuild.reader import Source
from cvbuild.rendered import Rendered
from cvbuild.schema import Reading
from cvbuild.sections import compose
from cvbuild.source import Scalar
from cvbuild.style import Style
from cvbuild.theme import Theme
from cvbuild.view import Overrides, resolve, select
from cvbuild.writers import native, text

_LIMITS = Limits()
FORMATS = {"pdf": ".pdf", "html": ".html", "text": ".txt", "native": ".tree"}


@dataclass(frozen=True, slots=True)
class Place:
    """Where a build happens: the day it is, a folder for caches, where themes are looked for first, and how much
    an engine may use."""

    today: date
    cache: Path
    themes: tuple[Path, ...] = ()
    limits: Limits = _LIMITS


def prepare(formats: Iterable[str], place: Place) -> None:
    """Have load what builds in *formats* will need and does not load in this process."""
    if "pdf" in formats:
        contained.start(place.limits)


@dataclass(frozen=True, slots=True)
class Draft:
    """One view, composed and with its style settled: all that any format is made from."""

    profile: Profile
    document: Document
    theme: Theme
    style: Style
    options: dict[str, str | bool]
    fonts: tuple[Path, ...]
    warnings: tuple[Problem, ...]
    unplaced: tuple[Problem, ...]


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
    glyphs.check(chosen.profile, settled, (*look.fonts, *folders), look.name)
    warnings = [*source.warnings, *chosen.warnings, *idle, *_unread(source.profile)]
    if not locale.has_words(wish.language):
        message = f"no words in '{wish.language}' are known; the English ones are used"
        warnings.append(Problem(Mark(source.profile.file), "style.words", message, "say them under style.words"))
    document = compose(chosen.profile, settled)
    noticed = tuple(dict.fromkeys(warnings))
    return Draft(chosen.profile, document, look, settled, options, folders, noticed, chosen.unplaced)


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


def _unread(profile: Profile) -> tuple[Problem, ...]:
    if profile.bibliography is None:
        return ()
    message = "bibliography files are not read by this version; only the publications given in the profile are printed"
    return (Problem(profile.bibliography.mark, "bibliography", message),)


def build(source: Source, variant: str, format: str, overrides: Overrides, place: Place) -> Artifact:
    """Return one view of a profile in one of `FORMATS`, with every warning on the way.

    Raises `CvError` of the kind that fits; nothing is written anywhere but to the cache.
    """
    made = draft(source, variant, overrides, place)
    data, pages, warnings = _written(made, format, place)
    return Artifact(
        format, data, pages, made.warnings + warnings, made.theme.name, made.profile.language, str(made.profile.as_of)
    )


def _written(made: Draft, format: str, place: Place) -> tuple[bytes, int, tuple[Problem, ...]]:
    """Return the bytes of *made* in a format, its pages, and what was noticed on the way."""
    match format:
        case "text":
            return text.write(made.document).encode(), 0, ()
        case "native":
            return native.write(made.document).encode(), 0, ()
        case "html":
            return _html(made, place.limits).source.encode(), 0, ()
    compiled = contained.compile(_html(made, place.limits), place.cache, place.limits, artifact.load)
    pages = artifact.page_count(compiled.data)
    if pages > place.limits.pages:
        message = f"{pages} pages; no document may have more than {place.limits.pages}"
        raise LimitError(Problem(Mark(str(made.theme.folders[0])), "", message, TOO_MUCH))
    complaints = (Problem(Mark(str(made.theme.folders[0])), "weasyprint", line) for line in compiled.log)
    return compiled.data, pages, (*complaints, *_over_budget(made.profile, pages))


def _html(made: Draft, limits: Limits = _LIMITS) -> Rendered:
    # Templates cost as much to import as plain text to build.
    from cvbuild.writers import html

    folder = Path(made.profile.file).parent
    pictures = assets.load(made.document, folder, made.profile.file)
    families = tuple(dict.fromkeys(fonts.family(path) for f in made.fonts for path in fonts.files(f)))
    arguments = made.document, made.theme, made.style, made.options, pictures, families
    if made.theme.is_builtin:
        rendered = html.write(*arguments)
    else:
        rendered = contained.write(limits, Mark(str(made.theme.folders[0])), html.write, *arguments)
    return replace(rendered, fonts=rendered.fonts + made.fonts)


def _over_budget(profile: Profile, pages: int) -> tuple[Problem, ...]:
    budget = profile.view.pages
    if budget is None or pages <= budget.max:
        return ()
    message = f"{pages} pages; the view asks for {budget.max} at most, and fitting is not done by this version"
    return (Problem(Mark(profile.file), "pages", message, "drop entries by tags, limit or omit"),)


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
