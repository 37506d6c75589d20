"""What a draft becomes: the bytes of an artifact in each format, by the writer and the engine that make it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from cvbuild import artifact, assets, fonts, theme
from cvbuild.artifact.archive import archived
from cvbuild.checks.finished import Pdf
from cvbuild.drafts import Draft, Place
from cvbuild.engines import contained, latex
from cvbuild.engines.contained import TOO_MUCH, Limits
from cvbuild.errors import LimitError, Mark, Problem, VariantError, listed
from cvbuild.profile import Profile
from cvbuild.provenance import provided
from cvbuild.rendered import Asset, Compiled, Rendered
from cvbuild.writers import native, text

# A format whose name has no suffix is a folder of files.
FORMATS = {"pdf": ".pdf", "html": ".html", "tex": "-tex", "text": ".txt", "native": ".tree"}
HTML, LATEX = "weasyprint", "latex"
_SOURCE = "cv.tex"
_LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class Output:
    """An artifact's bytes, or its `files` by name; its pages, if it has any; what was noticed, and who made it."""

    data: bytes = b""
    files: Mapping[str, bytes] = field(default_factory=dict)
    pages: int = 0
    warnings: tuple[Problem, ...] = ()
    engine: str = ""
    pdf: Pdf | None = None


def written(made: Draft, format: str, place: Place) -> Output:
    """Return *made* in one of `FORMATS`. Raises the `CvError` of whatever fails."""
    match format:
        case "text":
            return Output(text.write(made.document).encode())
        case "native":
            return Output(native.write(made.document).encode())
        case "html":
            _engine(made, HTML)
            return Output(html_page(made, place.limits).source.encode())
        case "tex":
            _engine(made, LATEX)
            return Output(files=_folder(latex_document(made, place.limits)))
        case _:
            return _pdf(made, place)


def _pdf(made: Draft, place: Place) -> Output:
    engine = _engine(made, made.style.engine)
    folder = str(made.theme.folders[0])
    compiled = _compiled(made, engine, place)
    opened = Pdf.of(compiled.data)
    pages = artifact.page_count(opened.reader)
    if pages > place.limits.pages:
        message = f"{pages} pages; no document may have more than {place.limits.pages}"
        raise LimitError(Problem(Mark(folder), "", message, TOO_MUCH))
    complaints = (Problem(Mark(folder), engine, line) for line in compiled.log)
    warnings = (*complaints, *compiled.problems, *_over_budget(made.profile, pages))
    return Output(compiled.data, pages=pages, warnings=warnings, engine=engine, pdf=opened)


def _compiled(made: Draft, engine: str, place: Place) -> Compiled:
    if engine == HTML:
        return contained.compile(html_page(made, place.limits), place.cache, place.limits, artifact.load)
    trusted = made.theme.is_builtin or place.trusts_themes
    rendered = latex_document(made, place.limits)
    compiled = latex.compile(rendered, engine, place.cache, place.limits, artifact.load, trusted=trusted)
    return replace(compiled, data=archived(compiled.data, rendered.stamp, rendered.enclosed))


def _engine(made: Draft, wished: str) -> str:
    """Return the engine for *made*: the one that is *wished* for, or the first that its theme has a look for.

    Of TeX's engines that is pdflatex where it sets every character right, and lualatex elsewhere.
    """
    offered = made.theme.engines
    engine = offered[0] if wished == "auto" else wished
    if (HTML if engine == HTML else LATEX) not in offered:
        own = made.profile.view.style
        mark = own.mark_of("engine") if own and "engine" in own.fields else Mark(made.profile.file)
        message = f"the theme '{made.theme.name}' has no look for {engine}; it has one for {listed(offered, 'and')}"
        raise VariantError(Problem(mark, "style.engine", message))
    return "pdflatex" if engine == LATEX else engine


def html_page(made: Draft, limits: Limits = _LIMITS) -> Rendered:
    """Return the page that WeasyPrint sets."""
    # Templates cost as much to import as plain text to build.
    from cvbuild.writers import html

    families = tuple(dict.fromkeys(fonts.family(path) for f in made.fonts for path in fonts.files(f)))
    shown = pictures(made)
    arguments = made.document, made.theme, made.style, made.options, shown, families
    if made.theme.is_builtin:
        rendered = html.write(*arguments)
    else:
        rendered = contained.write(limits, Mark(str(made.theme.folders[0])), html.write, *arguments)
    return provided(replace(rendered, fonts=rendered.fonts + made.fonts), made, shown)


def latex_document(made: Draft, limits: Limits = _LIMITS) -> Rendered:
    """Return the document that TeX sets, with the files that it needs."""
    from cvbuild.writers import latex as writer

    shown = pictures(made)
    arguments = made.document, made.theme, made.style, made.options, shown
    if made.theme.is_builtin:
        rendered = writer.write(*arguments)
    else:
        rendered = contained.write(limits, Mark(str(made.theme.folders[0])), writer.write, *arguments)
    folders = (*rendered.fonts, theme.builtin() / "fonts" / "tex", *made.fonts)
    return provided(replace(rendered, fonts=folders), made, shown)


def pictures(made: Draft) -> dict[str, Asset]:
    """Return the pictures that a draft shows, by their names."""
    return assets.load(made.document, Path(made.profile.file).parent, made.profile.file)


def _folder(rendered: Rendered) -> dict[str, bytes]:
    """Return all that a TeX elsewhere needs, by file names: the document, its style, pictures and fonts."""
    files = {_SOURCE: rendered.source.encode()}
    files |= {name: asset.data for name, asset in rendered.assets.items()}
    for place in rendered.fonts:
        files |= {path.name: path.read_bytes() for path in _font_files(place)}
    return files


def _font_files(place: Path) -> tuple[Path, ...]:
    return (place,) if place.is_file() else tuple(sorted(path for path in place.iterdir() if path.is_file()))


def _over_budget(profile: Profile, pages: int) -> tuple[Problem, ...]:
    budget = profile.view.pages
    if budget is None or pages <= budget.max:
        return ()
    message = f"{pages} pages; the view asks for {budget.max} at most, and fitting is not done by this version"
    return (Problem(Mark(profile.file), "pages", message, "drop entries by tags, limit or omit"),)
