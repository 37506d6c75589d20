"""Nothing lost, nothing invented: the text layer is the text of the document, whole and in reading order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property

from cvbuild import markup
from cvbuild.checks.alignment import compare
from cvbuild.checks.expected import Expected, squeezed, unbroken
from cvbuild.checks.finished import Pdf, Wanted
from cvbuild.checks.said import Line, said, said_in
from cvbuild.errors import Mark, quoted
from cvbuild.findings import Finding, error, note, warning
from cvbuild.profile import identity


def quick(pdf: Pdf, wanted: Wanted) -> Iterator[Finding]:
    """Yield what our own reader finds missing, out of order or too much."""
    yield from _differences("", [page.text for page in pdf.pages], pdf, wanted)


def whole(pdf: Pdf, wanted: Wanted) -> Iterator[Finding]:
    """Yield what any reader there is finds missing, out of order or too much, and words that run together."""
    readers: list[str] = []
    known: set[tuple[str, str]] = set()
    for name, pages in pdf.texts():
        by = f", as {name} reads it" if readers else ""
        found = list(_differences(by, pages, pdf, wanted))
        if not any(finding.rule == "text-lost" for finding in found):
            found += _run_together(name, pages, wanted)
        readers.append(name)
        for finding in found:
            # What is wrong for all of them is told once.
            told = finding.rule, finding.problem.message.replace(by, "")
            if told not in known:
                yield finding
            known.add(told)
    formulas = sum(len(text.formulas) for text in wanted.texts)
    if formulas and not pdf.is_tagged_html:
        yield note("text-formula", f"{formulas} formulas are set by TeX; how they read is not compared", pdf.mark)
    if len(readers) < 3:
        hint = "pip install 'cvbuild[check]'"
        message = f"read by {' and '.join(readers)} only: PDFium is not installed"
        yield note("text-readers", message, pdf.mark, "", hint)


def _differences(by: str, pages: Sequence[str], pdf: Pdf, wanted: Wanted) -> Iterator[Finding]:
    page = "".join(without_feet(pages, wanted.document.title))
    differences = compare(wanted.texts, page)
    if differences.lost or differences.invented:
        # A page may end in what looks like its number.
        bare = "".join(map(squeezed, pages))
        other = compare(wanted.texts, bare)
        if (len(other.lost), len(other.invented)) < (len(differences.lost), len(differences.invented)):
            page, differences = bare, other
    places = Places(wanted, page)
    for index in differences.lost:
        yield error("text-lost", f"{_shown(wanted.texts[index])} is not in the text of the PDF{by}", *places.of(index))
    serious = error if wanted.trusted else warning
    for index in differences.moved:
        message = f"{_shown(wanted.texts[index])} does not stand in its order in the text of the PDF{by}"
        yield serious("text-order", message, *places.of(index))
    for text in differences.invented:
        message = f"{quoted(_spaced(text, pages))} is in the text of the PDF{by}, and in no text of the profile"
        yield serious("text-invented", message, pdf.mark)
    for index, formula, there in differences.formulas if pdf.is_tagged_html else ():
        message = f"the formula {quoted(formula)} reads {quoted(there)} in the text of the PDF{by}"
        yield error("text-formula", message, *places.of(index))


def _spaced(text: str, pages: Sequence[str]) -> str:
    """Return *text*, which is squeezed, as it stands in *pages*."""
    page = " ".join(pages)
    keys = [(key, place) for place, char in enumerate(page) for key in squeezed(char)]
    start = "".join(key for key, _ in keys).find(text)
    if start < 0:
        return text
    return " ".join(page[keys[start][1] : keys[start + len(text) - 1][1] + 1].split())


def _shown(text: Expected) -> str:
    return quoted(text.shown)


def _run_together(name: str, pages: Sequence[str], wanted: Wanted) -> Iterator[Finding]:
    """Yield texts whose letters are there, but not as words parted by spaces."""
    page = unbroken(" ".join(_bodies(pages, wanted.document.title)))
    for index, text in enumerate(wanted.texts):
        if not text.formulas and not text.optional and unbroken(text.text) not in page:
            message = f"the words of {_shown(text)} run together, or apart, as {name} reads them"
            yield warning("text-words", message, *Places(wanted, page).of(index))


def _bodies(pages: Sequence[str], name: str) -> Iterator[str]:
    """Yield the text of each page without the lines at its ends that are a running name or the number of the page."""
    running, total = squeezed(name), len(pages)
    for number, page in enumerate(pages, 1):
        feet = {"", running, *_feet(running, number, total)}
        lines = page.splitlines()
        while lines and squeezed(lines[-1]) in feet:
            lines.pop()
        # The first page begins with the name.
        while number > 1 and lines and squeezed(lines[0]) in feet:
            lines.pop(0)
        yield "\n".join(lines)


def _feet(running: str, number: int, total: int) -> list[str]:
    """Return what a page's foot may read, squeezed, the longest first."""
    forms = (f"{number}/{total}", f"page{number}of{total}", f"page{number}/{total}", f"{number}of{total}")
    feet = [foot for form in forms for foot in (running + form, form + running, form)]
    feet += [f"{running}{number}", f"{number}{running}", f"{running}–{number}", f"{running}·{number}/{total}"]
    return sorted(feet, key=len, reverse=True)


def without_feet(pages: Sequence[str], name: str) -> Iterator[str]:
    """Yield the text of each page, squeezed, without the running name and the number of the page."""
    running, total = squeezed(name), len(pages)
    for number, page in enumerate(map(squeezed, pages), 1):
        for foot in _feet(running, number, total):
            if page.endswith(foot):
                page = page.removesuffix(foot)
                break
            if page.startswith(foot):
                page = page.removeprefix(foot)
                break
        yield page


class Places:
    """Where the texts of a document come from: the lines of the profile that say them."""

    def __init__(self, wanted: Wanted, page: str) -> None:
        self.wanted, self.page = wanted, page

    @cached_property
    def named(self) -> Mapping[str, identity.Named]:
        return identity.named(self.wanted.profile)

    @cached_property
    def lines(self) -> list[Line]:
        """Every line; words of the style, which are in dates, labels and headings, are told by where they stand."""
        found = said(self.wanted.profile, self.wanted.style)
        return [line for line in self._keyed(found) if not line[1].startswith("style.")]

    def _keyed(self, lines: Iterable[Line]) -> Iterator[Line]:
        """Yield *lines* with their texts as they are looked for."""
        language = self.wanted.style.language
        for mark, where, text in lines:
            if any(map(str.isalpha, text)):
                yield mark, where, squeezed(markup.plain_text(text, language=language))

    def of(self, index: int) -> tuple[Mark, str]:
        """Return the line and path of the expected text *index*; of one that nobody wrote so, those of its entry."""
        text = self.wanted.texts[index]
        ids = [name for name in text.id.split(identity.SEPARATOR) if name in self.named]
        if ids:
            inner = [line for name in ids for line in self._keyed(said_in(self.named[name].record, name))]
            return self._best(text.key, inner) or (self.named[ids[0]].mark, ids[0])
        for contact in self.wanted.profile.contacts:
            if text.id == f"contact.{contact.text('kind')}":
                return contact.mark, text.id
        return self._best(text.key, self.lines) or (Mark(self.wanted.profile.file), text.id)

    def _best(self, key: str, lines: Iterable[Line]) -> tuple[Mark, str] | None:
        """Return which of *lines* says *key*, or a part of it: one that is not on the page, if there is such a one."""
        inner = [line for line in lines if line[2] and (line[2] in key or key in line[2])]
        if not inner:
            return None
        mark, where, _ = max(inner, key=lambda line: (line[2] == key, line[2] not in self.page, len(line[2])))
        return mark, where
