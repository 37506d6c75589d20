"""Where things stand on the page: inside it, not over each other, no heading alone at its foot."""

from __future__ import annotations

from collections.abc import Iterator

from cvbuild.checks.expected import read, squeezed
from cvbuild.checks.finished import Pdf, Wanted
from cvbuild.checks.layer import Line, Page, Run
from cvbuild.document import Entry, Section, walk
from cvbuild.errors import quoted
from cvbuild.findings import Finding, error, warning

# Letters reach so far above the line they stand on, in sizes of their font.
_ABOVE = 0.65
_SLACK_PT = 0.5
# Of two texts one over the other, at least this much of a letter is covered.
_COVERED_PT = 1.5
_FOOT_PT = 60


def check(pdf: Pdf, wanted: Wanted | None = None) -> Iterator[Finding]:
    """Yield every text that leaves its page, is hidden or lies over another; with *wanted*, lonely headings too."""
    for number, page in enumerate(pdf.pages, 1):
        where = f"page {number}"
        for run in page.runs:
            if run.text.strip() and _leaves(run, page):
                yield error("page-edge", f"{quoted(run.text.strip())} leaves the page", pdf.mark, where)
            if run.text.strip() and run.is_hidden:
                yield error("text-hidden", f"{quoted(run.text.strip())} is there, and cannot be seen", pdf.mark, where)
        for below, above in _overlaps(page):
            message = f"{quoted(above.text.strip())} lies over {quoted(below.text.strip())}"
            yield error("page-overlap", message, pdf.mark, where)
    if wanted:
        yield from _lonely(pdf, wanted)


def _leaves(run: Run, page: Page) -> bool:
    return (
        run.x0 < -_SLACK_PT
        or run.x1 > page.width + _SLACK_PT
        or run.y < -_SLACK_PT
        or run.y + _ABOVE * run.size > page.height + _SLACK_PT
    )


def _overlaps(page: Page) -> Iterator[tuple[Run, Run]]:
    """Yield pairs of runs whose letters cover each other: the lower one, and the one over it.

    A single letter may: so accents stand in formulas.
    """
    runs = sorted((run for run in page.runs if _is_word(run.text) and not run.is_hidden), key=lambda run: run.y)
    for index, run in enumerate(runs):
        for other in runs[index + 1 :]:
            if other.y > run.y + run.size:
                break
            wide = min(run.x1, other.x1) - max(run.x0, other.x0)
            high = min(run.y + _ABOVE * run.size, other.y + _ABOVE * other.size) - other.y
            if wide > _COVERED_PT and high > _COVERED_PT:
                yield run, other


def _is_word(text: str) -> bool:
    return sum(map(str.isalnum, text)) > 1


def _lonely(pdf: Pdf, wanted: Wanted) -> Iterator[Finding]:
    """Yield headings, and heads of entries that more belongs to, that are the last line of a page but the last."""
    titles = {squeezed(title): title for title in _titles(wanted)}
    for number, page in enumerate(pdf.pages[:-1], 1):
        body = [line for line in page.lines if not _is_foot(line, number, len(pdf.pages), wanted.document.title)]
        if not body:
            continue
        lowest = min(line.y for line in body)
        last = squeezed(" ".join(line.text for line in body if line.y < lowest + 2))
        if last in titles:
            message = f"{quoted(titles[last])} stands alone at the foot of the page"
            yield warning("page-heading", message, pdf.mark, f"page {number}")


def _is_foot(line: Line, number: int, total: int, name: str) -> bool:
    key = squeezed(line.text)
    return line.y < _FOOT_PT and (f"{number}/{total}" in key or key == squeezed(name))


def _titles(wanted: Wanted) -> Iterator[str]:
    for node in walk(wanted.document):
        if isinstance(node, Section):
            yield read(node.title)
        elif isinstance(node, Entry) and node.blocks:
            yield " ".join(filter(None, (read(node.rows[-1].main), read(node.rows[-1].aside))))


def pages(pdf: Pdf, wanted: Wanted) -> Iterator[Finding]:
    """Yield a warning for more pages than the view asks for."""
    budget = wanted.profile.view.pages
    if budget and len(pdf.pages) > budget.max:
        yield warning("page-count", f"{len(pdf.pages)} pages; the view asks for {budget.max} at most", pdf.mark)
