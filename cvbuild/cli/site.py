"""`cvbuild site`: the public variants as a folder of web pages, which any server of files can show."""

from __future__ import annotations

import argparse
from pathlib import Path

from msgspec import Struct

from cvbuild import cli, pipeline, site
from cvbuild.artifact import Artifact
from cvbuild.artifact.folders import publish_folder
from cvbuild.cli import batch, report
from cvbuild.cli.build import public_variants
from cvbuild.cli.finished import file_name
from cvbuild.cli.jobs import Job
from cvbuild.cli.wishes import in_theme, load, place
from cvbuild.document import plain
from cvbuild.drafts import Draft
from cvbuild.errors import CvError, Mark, OutputError, Problem, ProfileError, VariantError, one_line
from cvbuild.formats import HTML
from cvbuild.reader import Source
from cvbuild.site import Page
from cvbuild.style import DEFAULT_THEME
from cvbuild.view import Overrides
from cvbuild.view.resolve import shows_private

# No artifact has a name like it.
MARKER = ".cvbuild-site.json"
# What a page leads to, where there is such a format, and what it is called in every language.
_FORMS = {"pdf": "PDF", "jsonresume": "JSON Resume"}


class _Made(Struct, frozen=True):
    job: Job
    artifact: Artifact


def make(options: argparse.Namespace) -> int:
    """Build every form of every variant, and publish the folder once all of it is there."""
    source = load(options.profile)
    names = _variants(source, options.variant)
    formats = [name for name in _FORMS if name in pipeline.FORMATS]
    drafts = {name: pipeline.draft(source, name, _wishes(source, name), place(source)) for name in names}
    jobs = [
        Job.of(source, name, form, pipeline.FORMATS[form], Path(
            "index.html" if (name, form) == (names[0], "html")
            else file_name(source.profile.file, name, pipeline.FORMATS[form])))
        for name in names for form in ("html", *formats)
    ]  # fmt: skip
    made, failed = _made(jobs, options)
    if failed:
        return cli.status_of(failed[0])
    files = {str(done.job.path): done.artifact.data for done in made}
    pages = [_page(drafts[name], [done for done in made if done.job.variant == name]) for name in names]
    files |= {page.file: site.finished(page, pages).encode() for page in pages}
    folder = Path(options.output)
    if any(file.resolve().is_relative_to(folder.resolve()) for file in source.files):
        raise OutputError(Problem(Mark(str(folder)), "", "holds the profile; expected a folder for the site alone"))
    # Where Pages would run a generator, this says that there is nothing to generate.
    publish_folder({**files, ".nojekyll": b""}, folder, MARKER)
    for page in pages:
        forms = ", ".join(file for _, file in page.forms)
        view = page.variant or "(default view)"
        report.line(f"{one_line(str(folder / page.file))}  {view}  {page.language}  {forms}")
    return cli.OK


def _variants(source: Source, wanted: list[str]) -> list[str]:
    """Return the variants of the site, the first for its front page. Raises `VariantError` where one is private."""
    names = list(dict.fromkeys(wanted)) or public_variants(source)
    known = ("", *source.profile.variants)
    private = [name for name in names if name in known and shows_private(source.profile, name)]
    if private or not names:
        told = f"the variant '{private[0]}' shows private facts" if private else "every variant shows private facts"
        raise VariantError(Problem(Mark(source.profile.file), "variants", f"{told}; a site has public ones only"))
    return names


def _wishes(source: Source, variant: str) -> Overrides:
    """Return what a page asks for on top of its variant: another theme where TeX alone sets the variant's."""
    look = pipeline.draft(source, variant, Overrides(), place(source)).theme
    return Overrides() if HTML in look.engines else in_theme(DEFAULT_THEME)


def _made(jobs: list[Job], options: argparse.Namespace) -> tuple[list[_Made], list[CvError]]:
    """Return what became of *jobs*, and what kept others from it; every problem is told."""

    def build(job: Job) -> Artifact:
        wishes = _wishes(job.source, job.variant) if job.format == "html" else Overrides()
        return pipeline.build(job.source, job.variant, job.format, wishes, place(job.source))

    made: list[_Made] = []
    told: set[Problem] = set()
    failed: list[CvError] = []
    for done in batch.run(jobs, build, batch.local(options.jobs, len(jobs)), shown=not options.annotations):
        if isinstance(done.made, CvError):
            report.errors(done.made)
            failed.append(done.made)
            continue
        warnings = [problem for problem in done.made.warnings if problem not in told]
        told.update(warnings)
        # A page in another theme than the variant's need not know the options of that one.
        report.warnings(warnings if done.job.format != "html" else (), strict=options.strict)
        made.append(_Made(done.job, done.made))
    if options.strict and told and not failed:
        raise ProfileError(Problem(Mark(options.output), "", f"not made: {len(told)} warnings under --strict"))
    return made, failed


def _page(draft: Draft, made: list[_Made]) -> Page:
    (html,) = (done for done in made if done.job.format == "html")
    forms = tuple((_FORMS[done.job.format], str(done.job.path)) for done in made if done != html)
    header = draft.document.header
    description = " – ".join(filter(None, [plain(header.name), plain(header.headline)]))
    text = html.artifact.data.decode()
    return Page(html.job.variant, draft.document.language, str(html.job.path), text, description, forms)
