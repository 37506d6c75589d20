"""What a draft becomes: the bytes of an artifact in each format, by the writer and the engine that make it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path

from msgspec import Struct, field
from msgspec.structs import replace

from cvbuild import artifact, assets, fonts, tex_characters, theme
from cvbuild.artifact import archive
from cvbuild.checks import glyphs
from cvbuild.drafts import Draft, Place
from cvbuild.engines import contained, latex
from cvbuild.engines.contained import TOO_MUCH, Limits
from cvbuild.errors import EngineError, LimitError, Mark, Problem, VariantError, listed
from cvbuild.kept.documents import Kept
from cvbuild.profile import Profile, identity
from cvbuild.provenance import provided
from cvbuild.rendered import Asset, Compiled, Measured, Rendered, Sheet

# Writers and checks are imported by those builds that need them.

# A format whose name has no suffix is a folder of files.
FORMATS = {
    "pdf": ".pdf", "html": ".html", "docx": ".docx", "tex": "-tex", "markdown": ".md", "text": ".txt",
    "native": ".tree", "png": "-png", "jsonresume": ".json",
}  # fmt: skip
FOLDERS = frozenset(name for name, suffix in FORMATS.items() if not suffix.startswith("."))
# What is made from a finished PDF.
PAGED = frozenset({"pdf", "png"})
HTML, LATEX = "weasyprint", "latex"
_FACE = re.compile(rf"cv-({'|'.join(tex_characters.FAMILIES)})\b")
_LIMITS = Limits()


class Output(Struct, frozen=True):
    """An artifact's bytes, or its `files` by name; its pages, if it has any; what was noticed, and who made it."""

    data: bytes = b""
    files: Mapping[str, bytes] = field(default_factory=dict)
    pages: int = 0
    warnings: tuple[Problem, ...] = ()
    engine: str = ""


def written(made: Draft, format: str, place: Place) -> Output:
    """Return *made* in one of `FORMATS`. Raises the `CvError` of whatever fails."""
    match format:
        case "text":
            from cvbuild.writers import text

            return Output(text.write(made.document).encode())
        case "markdown":
            from cvbuild.writers import markdown

            return Output(markdown.write(made.document).encode())
        case "native":
            from cvbuild.writers import native

            return Output(native.write(made.document).encode())
        case "jsonresume":
            from cvbuild.writers import jsonresume

            return Output(jsonresume.write(made.profile).encode())
        case "html":
            _engine(made, HTML)
            return Output(web_page(made, place.limits, place.cache).encode())
        case "docx":
            from cvbuild.writers import docx

            return Output(docx.write(made.document, made.theme, made.style, made.options, pictures(made)))
        case "tex":
            from cvbuild.writers import latex_folder

            engine = _engine(made, made.style.engine if made.style.engine in latex.PROGRAMS else LATEX)
            return Output(files=latex_folder.files(latex_document(made, place.limits, place.cache), engine))
        case _:
            engine = engine_for(made)
            return paged(made, format, engine, compiled(made, engine, place))


def engine_for(made: Draft) -> str:
    """Return the engine that sets the pages of *made*. Raises `VariantError` where its theme has no look for it."""
    return _engine(made, made.style.engine)


def of_pages_by_tex(made: Draft, place: Place) -> Iterator[Problem]:
    """Yield a warning where TeX, if it is here to tell, takes more pages for *made* than its view asks for.

    What is left of a view is what fits as another engine sets it.
    """
    budget = made.profile.view.pages
    if budget is None or made.style.engine in latex.PROGRAMS:
        return
    try:
        engine = _engine(made, LATEX)
        pages = compiled(made, engine, place).pages
    except (EngineError, LimitError):
        return
    if pages > budget.max:
        mark = made.profile.view.mark_of("pages")
        message = f"{engine} sets this source on {pages} pages; the view asks for {budget.max} at most"
        hint = "with --engine latex, what stays is what fits as TeX sets it, in every format"
        yield Problem(mark if mark.line else Mark(made.profile.file), "pages", message, hint)


def compiled(made: Draft, engine: str, place: Place) -> Compiled:
    """Return *made* as a PDF set by *engine*; problems of its log stand where the profile says what they are about.

    Raises what the engine does, and `LimitError` where it has more pages than any document may have.
    """
    try:
        found = _compiled(made, engine, place)
    except (EngineError, LimitError) as error:
        # Of a theme that comes with cvbuild it is the text that an engine failed of.
        if not made.theme.is_builtin:
            raise
        raise type(error)(*(_placed(problem, made) for problem in error.problems), log=error.log) from error
    pages = found.pages
    if not made.theme.is_builtin:
        from cvbuild.checks import actions

        carries = made.profile.view.source is True
        actions.check(found.data, Mark(str(made.theme.folders[0])), carries=carries)
    if not (pages and made.theme.is_builtin):
        # What a theme from outside has an engine say is not to be relied on.
        pages = artifact.page_count(artifact.opened(found.data))
    if pages > place.limits.pages:
        message = f"{pages} pages; no document may have more than {place.limits.pages}"
        raise LimitError(Problem(Mark(str(made.theme.folders[0])), "", message, TOO_MUCH))
    problems = tuple(_placed(problem, made) for problem in found.problems)
    return replace(found, pages=pages, problems=problems)


def measured(made: Draft, engine: str, place: Place, sheet: Sheet) -> Measured:
    """Return where *engine* sets the rows of *made* if a page like *sheet* never ends."""
    if engine == HTML:
        page = html_page(made, place.limits, place.cache)
        size = sheet.width_pt, sheet.height_pt
        measure = partial(contained.measure, page, place.cache, place.limits, *size)
        kept = _kept(made, place)
        return kept.measured(page, (engine, *size), measure) if kept else measure()
    from cvbuild.writers import latex_marks

    marking = latex_marks.Marking()
    marked = replace(made, document=marking.document(made.document))
    trusted = made.theme.is_builtin or place.trusts_themes
    rendered = latex_document(marked, place.limits, place.cache)

    def measured_by_tex() -> Measured:
        positions, tall, read = latex.measure(rendered, engine, place.cache, place.limits, trusted=trusted)
        room = tall[0].room_pt - tall[0].height_pt + sheet.height_pt if tall else sheet.room_pt
        return Measured(latex_marks.rows(marking.runs, positions), room, read)

    kept = _kept(made, place)
    # The room of a page is only asked for where the engine tells none.
    asked = (latex.program(engine), trusted, sheet.height_pt, sheet.room_pt)
    return kept.measured(rendered, asked, measured_by_tex) if kept else measured_by_tex()


def _kept(made: Draft, place: Place) -> Kept | None:
    """Return what is kept of documents such as *made*: nothing of what is private."""
    return None if made.is_private else place.kept


def _load_readers(made: Draft, engine: str, place: Place) -> None:
    """Load what will read a PDF, and what finishes it: there is time while the engine is at work."""
    if place.checks or (engine != HTML and not made.theme.is_builtin):
        artifact.load()
    if place.checks:
        from cvbuild.checks import proof  # noqa: F401


def pdf(made: Draft, engine: str, found: Compiled) -> Output:
    """Return the PDF *found* of *made* as an artifact, with what is to be said of it."""
    complaints = (Problem(Mark(str(made.theme.folders[0])), engine, line) for line in found.log)
    warnings = (*complaints, *found.problems, *_of_pages(made.profile, found))
    return Output(found.data, pages=found.pages, warnings=warnings, engine=engine)


def paged(made: Draft, format: str, engine: str, found: Compiled) -> Output:
    """Return the PDF *found* of *made* in a format of `PAGED`: as it is, or as pictures of its pages."""
    output = pdf(made, engine, found)
    if format != "png":
        return output
    from cvbuild.engines import raster

    return replace(output, files=raster.pictures(found.data))


def _placed(problem: Problem, made: Draft) -> Problem:
    """Return *problem*, which an engine has found at a node, at the place of the record that the node was made from."""
    found = identity.place(made.profile, problem.where)
    return replace(problem, mark=found[0], where=found[1]) if found and found[0].line else problem


def _compiled(made: Draft, engine: str, place: Place) -> Compiled:
    meanwhile, kept = partial(_load_readers, made, engine, place), _kept(made, place)
    if engine == HTML:
        page = html_page(made, place.limits, place.cache)
        compile = partial(contained.compile, page, place.cache, place.limits, meanwhile)
        return kept.compiled(page, (engine,), compile) if kept else compile()
    is_builtin, trusted = made.theme.is_builtin, made.theme.is_builtin or place.trusts_themes
    rendered = latex_document(made, place.limits, place.cache)
    rendered = archive.stamped(rendered) if is_builtin else rendered
    family = f"{made.profile.file} {made.variant} {made.theme.name}"
    # A format is code: that of a theme from outside is not run ahead of the question whether it is trusted.
    awaited = (made.profile.file, made.variant) if is_builtin else ()

    def archived() -> Compiled:
        found = latex.compile(rendered, engine, place.cache, place.limits, meanwhile, trusted=trusted, family=family,
                              awaited=awaited)  # fmt: skip
        if is_builtin and archive.is_stamped(found.data, rendered):
            return found
        return replace(found, data=archive.archived(found.data, rendered.stamp, rendered.enclosed))

    return kept.compiled(rendered, (latex.program(engine), trusted), archived) if kept else archived()


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
    return _tex(made) if engine == LATEX else engine


def _tex(made: Draft) -> str:
    """Return pdflatex if it sets each character of *made* right in any face that the theme may choose, or lualatex."""
    style = made.theme.file("style.tex.j2")
    faces = set(_FACE.findall(style.read_text("utf-8"))) if style else set()
    known = frozenset.intersection(*map(tex_characters.covered, faces)) if faces else frozenset()
    return "pdflatex" if all(set(text) <= known for text in glyphs.texts(made.document)) else "lualatex"


def html_page(made: Draft, limits: Limits = _LIMITS, cache: Path | None = None) -> Rendered:
    """Return the page that WeasyPrint sets; in *cache* compiled templates are kept."""
    # Templates cost as much to import as plain text to build.
    from cvbuild.writers import html

    return _page(made, html.write, limits, cache)


def web_page(made: Draft, limits: Limits = _LIMITS, cache: Path | None = None) -> str:
    """Return the page that a browser shows, all that it needs in it; *cache* keeps templates and parts of fonts."""
    from cvbuild.writers import html, web

    return web.write(_page(made, html.write_for_screens, limits, cache), cache)


def _page(made: Draft, write: Callable[..., Rendered], limits: Limits, cache: Path | None) -> Rendered:
    families = tuple(dict.fromkeys(fonts.family(path) for f in made.fonts for path in fonts.files(f)))
    shown = pictures(made)
    arguments = made.document, made.theme, made.style, made.options, shown, families
    if made.theme.is_builtin:
        rendered = write(*arguments, cache)
    else:
        rendered = contained.write(limits, Mark(str(made.theme.folders[0])), write, *arguments)
    return provided(replace(rendered, fonts=rendered.fonts + made.fonts), made, shown)


def latex_document(made: Draft, limits: Limits = _LIMITS, cache: Path | None = None) -> Rendered:
    """Return the document that TeX sets, with the files that it needs; in *cache* compiled templates are kept."""
    from cvbuild.writers import latex as writer
    from cvbuild.writers import latex_math

    glyphs.check_formulas(made.document, made.profile, made.style, latex_math.unknown)
    shown = pictures(made)
    arguments = made.document, made.theme, made.style, made.options, shown
    if made.theme.is_builtin:
        rendered = writer.write(*arguments, cache)
    else:
        rendered = contained.write(limits, Mark(str(made.theme.folders[0])), writer.write, *arguments)
    folders = (*rendered.fonts, theme.builtin() / "fonts" / "tex", *made.fonts)
    return provided(replace(rendered, fonts=folders), made, shown)


def pictures(made: Draft) -> dict[str, Asset]:
    """Return the pictures that a draft shows, by their names."""
    return assets.load(made.document, Path(made.profile.file).parent, made.profile.file)


def _of_pages(profile: Profile, found: Compiled) -> Iterator[Problem]:
    """Yield a warning for pages that nobody would want: more than asked for, or a last one with next to nothing."""
    budget, mark = profile.view.pages, profile.view.mark_of("pages")
    mark = mark if mark.line else Mark(profile.file)
    if budget and found.pages > budget.max:
        yield Problem(mark, "pages", f"{found.pages} pages; the view asks for {budget.max} at most")
    elif len(found.sheets) > 1 and found.sheets[-1].lines < 2:
        hint = "say 'pages:', or drop an entry by tags, limit or omit"
        yield Problem(mark, "pages", f"page {found.pages}, the last, has one line", hint)
    elif budget and found.sheets and found.sheets[-1].fill < budget.min_fill:
        fill = f"{found.sheets[-1].fill:.0%}"
        yield Problem(mark, "pages", f"the last page is filled to {fill}; the view asks for {budget.min_fill:.0%}")
