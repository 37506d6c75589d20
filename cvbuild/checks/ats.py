"""What applicant-tracking systems look for: rule by rule, and field by field what a reader like theirs gets right."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from msgspec import Struct

from cvbuild import locale
from cvbuild.checks import recruiter
from cvbuild.checks.alignment import pattern
from cvbuild.checks.expected import Expected, expected_in, squeezed
from cvbuild.checks.finished import Pdf, Wanted
from cvbuild.checks.layer import Item, Line
from cvbuild.checks.recruiter import Resume
from cvbuild.document import (
    Block,
    BulletList,
    Definition,
    DefinitionList,
    Entry,
    Image,
    Inlines,
    ListItem,
    Section,
    walk,
)
from cvbuild.errors import quoted
from cvbuild.findings import Finding, error, note, warning


class Field(Struct, frozen=True):
    """One thing that a system should know from the file: what it is, as it is written, and whether it got it."""

    what: str
    text: str
    found: bool


class Score(Struct, frozen=True):
    """How much of a CV a recruiter's system gets right."""

    fields: tuple[Field, ...]

    @property
    def percent(self) -> int:
        """Whole percents, 100 only if all is right."""
        return 100 * sum(field.found for field in self.fields) // max(len(self.fields), 1)


def score(pdf: Pdf, wanted: Wanted) -> Score:
    """Return field by field what a recruiter's system gets right of a file."""
    return Score(tuple(_fields(recruiter.read(pdf.pages), wanted)))


def check(pdf: Pdf, wanted: Wanted, least: int = 0) -> Iterator[Finding]:
    """Yield each rule of those systems that the file breaks, once.

    These are notes, for not every CV is for such systems; where *least* percent are asked for, warnings, and fewer
    than these an error with all that is not got.
    """
    serious = warning if least else note
    for rule in (_headings, _contacts, _dates, _gaps, _weights, _bullets, _pictures):
        for told in rule(pdf, wanted):
            yield serious(told.rule, told.message, pdf.mark, told.where, told.hint)
    found = score(pdf, wanted)
    if found.percent < least:
        yield error("ats-score", f"a recruiter's system gets {found.percent} % right; asked are {least} %", pdf.mark)
        for field in found.fields:
            if not field.found:
                message = f"a recruiter's system does not get {quoted(field.text)}"
                yield error("ats-field", message, pdf.mark, field.what)


# --- Field by field.


def _fields(resume: Resume, wanted: Wanted) -> Iterator[Field]:
    header = wanted.document.header
    for piece in expected_in(header.name):
        yield Field("name", piece.text, squeezed(resume.name) == piece.key)
    for piece in expected_in(header.headline):
        yield Field("headline", piece.shown, _stands(piece, resume.profile))
    for item in header.contacts.items if header.contacts else ():
        yield from _contact(item, resume)
    for block in wanted.document.blocks:
        if isinstance(block, Section):
            yield from _section(block, resume)


def _contact(item: Definition, resume: Resume) -> Iterator[Field]:
    known = {"email": resume.emails, "phone": resume.phones}.get(item.kind, resume.profile)
    for piece in expected_in(item.content):
        yield Field(f"contact.{item.kind}", piece.text, any(squeezed(text) == piece.key for text in known))


def _section(section: Section, resume: Resume) -> Iterator[Field]:
    contacts = [block for block in section.blocks if isinstance(block, DefinitionList) and block.kind == "contact"]
    if contacts:
        # Who one is has a place of its own in every form, whatever stands above it.
        for item in (item for block in contacts for item in block.items):
            yield from _contact(item, resume)
        return
    title = " ".join(piece.text for piece in expected_in(section.title))
    part = next((part for part in resume.parts if squeezed(part.title) == squeezed(title)), None)
    if title:
        yield Field(section.id, title, part is not None)
    entries = part.entries if part else ()
    for block in section.blocks:
        yield from _block(block, entries, section.id)


def _block(block: Block, entries: Sequence[Sequence[str]], where: str) -> Iterator[Field]:
    """Yield the fields of *block*: of an entry each by itself and in one entry of those found, of all else its text."""
    if isinstance(block, Entry):
        yield from _entry(block, entries, where)
    elif isinstance(block, Section):
        for inner in block.blocks:
            yield from _block(inner, entries, where)
    else:
        everything = [text for entry in entries for text in entry]
        for piece in expected_in(block):
            if not piece.optional:
                yield Field(where, piece.shown, _is_in(piece, everything))


def _entry(entry: Entry, entries: Sequence[Sequence[str]], where: str) -> Iterator[Field]:
    where = f"{where}.{entry.id}" if entry.id else where
    heads = [piece for row in entry.rows for side in (row.main, row.aside) for piece in expected_in(side)]
    # Two entries may have the same first line.
    own = max(entries, key=lambda texts: sum(_stands(piece, texts) for piece in heads), default=())
    for piece in heads:
        yield Field(where, piece.shown, _stands(piece, own))
    for block in entry.blocks:
        if isinstance(block, BulletList):
            for piece in expected_in(block):
                yield Field(where, piece.shown, _stands(piece, own))
        else:
            yield from _block(block, entries, where)


def _stands(piece: Expected, texts: Sequence[str]) -> bool:
    """Tell whether *piece* is one of *texts*, or several one after another, whole."""
    keys = [squeezed(text) for text in texts]
    starts, joined = set[int](), ""
    for key in keys:
        starts.add(len(joined))
        joined += key
    ends = {*starts, len(joined)}
    return any(m.start() in starts and m.end() in ends for m in _matches(piece, joined))


def _is_in(piece: Expected, texts: Sequence[str]) -> bool:
    return any(True for _ in _matches(piece, "".join(map(squeezed, texts))))


def _matches(piece: Expected, joined: str) -> Iterator[re.Match[str]]:
    found, place = pattern(piece), 0
    while match := found.search(joined, place):
        yield match
        place = match.start() + 1


# --- Rule by rule.


class _Told(Struct, frozen=True):
    """What one rule has to say."""

    rule: str
    message: str
    where: str = ""
    hint: str = ""


def _counted(rule: str, odd: Sequence[str], total: int, message: str, hint: str = "") -> Iterator[_Told]:
    """Yield one line for all that is *odd* in the same way: *message* with how many, and an example."""
    if odd:
        yield _Told(rule, f"{len(odd)} of {total} {message}, such as {quoted(odd[0])}", "", hint)


def _lines(pdf: Pdf) -> Iterator[Line]:
    for page in pdf.pages:
        yield from page.lines


def _items(pdf: Pdf) -> Iterator[Item]:
    for line in _lines(pdf):
        yield from line.items


def _headings(pdf: Pdf, wanted: Wanted) -> Iterator[_Told]:
    """Headings are bold, in capitals, alone on their line, and in usual words."""
    alone = {squeezed(line.text) for line in _lines(pdf) if recruiter.is_heading(line)}
    sections = [block for block in wanted.document.blocks if isinstance(block, Section) and block.title]
    titles = [(section, " ".join(piece.text for piece in expected_in(section.title))) for section in sections]
    odd = [title for _, title in titles if squeezed(title) not in alone]
    hint = "a theme such as 'brief' sets headings bold, in capitals, each on its own line"
    yield from _counted("ats-heading", odd, len(titles), "headings are none to a recruiter's system", hint)
    language = wanted.document.language
    for section, title in titles:
        if section.kind in _USUAL and not _is_usual(section.kind, title, language):
            word = locale.words(language).get(f"section.{section.kind}", section.kind)
            message = f"the heading {quoted(title)} is not usual for this section; systems look for {quoted(word)}"
            yield _Told("ats-words", message, f"sections.{section.id}")


_USUAL = {
    "experience": ("experience", "employment", "work", "positions", "appointments"),
    "education": ("education",),
    "skills": ("skill",),
    "projects": ("project",),
}


def _is_usual(kind: str, title: str, language: str) -> bool:
    own = locale.words(language).get(f"section.{kind}", "")
    known = _USUAL[kind] if language.startswith("en") else ()
    return squeezed(own) in squeezed(title) if own and not known else any(word in title.casefold() for word in known)


def _contacts(pdf: Pdf, wanted: Wanted) -> Iterator[_Told]:
    """Each way to reach the person is a text of its own on the first page."""
    lists = (node for node in walk(wanted.document) if isinstance(node, DefinitionList) and node.kind == "contact")
    texts = [piece.text for block in lists for item in block.items for piece in expected_in(item.content)]
    items = [item.text for line in pdf.pages[0].lines for item in line.items] if pdf.pages else []
    first = {squeezed(text) for item in items for text in (item, recruiter.said(item))}
    odd = [text for text in texts if squeezed(text) not in first]
    yield from _counted("ats-contact", odd, len(texts), "contacts are no text of their own on the first page")


def _dates(pdf: Pdf, wanted: Wanted) -> Iterator[_Told]:
    """A range of dates is one text."""
    there = {squeezed(item.text) for item in _items(pdf)}
    sides = [row.aside for node in walk(wanted.document) if isinstance(node, Entry) for row in node.rows]
    texts = [piece.text for side in sides for piece in expected_in(side) if recruiter.is_date(piece.text)]
    odd = [text for text in texts if squeezed(text) not in there]
    yield from _counted("ats-dates", odd, len(texts), "dates stand on two lines, or in other texts")


def _gaps(pdf: Pdf, wanted: Wanted) -> Iterator[_Told]:
    """Entries that have more than a line stand further apart than lines do."""
    starts = {squeezed(_first(entry.rows[0].main)) for entry in _tall(wanted)}
    odd: list[str] = []
    total = 0
    for page in pdf.pages:
        gaps = [(above, line, above.y - line.y) for above, line in pairwise(page.lines)]
        usual = recruiter.usual_gap(gap for _, _, gap in gaps)
        for above, line, gap in gaps:
            if squeezed(line.items[0].text) in starts and gap > 0 and not recruiter.is_heading(above):
                total += 1
                odd += [line.text] if gap <= recruiter.ENTRY_GAP * usual else []
    yield from _counted("ats-gap", odd, total, "entries stand no further from what is above than lines do")


def _tall(wanted: Wanted) -> Iterator[Entry]:
    for node in walk(wanted.document):
        if isinstance(node, Entry) and node.kind != "position" and node.blocks and len(node.rows) > 1:
            yield node


def _weights(pdf: Pdf, wanted: Wanted) -> Iterator[_Told]:
    """Whose house it is stands in bold, what one was there does not: so systems tell one from the other."""
    weights: dict[str, bool] = {}
    for item in _items(pdf):
        weights.setdefault(squeezed(item.text), item.is_bold)
    pairs = [
        (_first(entry.rows[0].main), _first(entry.rows[1].main))
        for entry in _tall(wanted)
        if entry.kind in ("experience", "education", "volunteering")
    ]
    odd = [first for first, second in pairs if not weights.get(squeezed(first), True) or weights.get(squeezed(second))]
    yield from _counted("ats-bold", odd, len(pairs), "entries do not have their first line, and only it, in bold")


def _first(content: Inlines) -> str:
    return " ".join(piece.text for piece in expected_in(content))


def _bullets(pdf: Pdf, wanted: Wanted) -> Iterator[_Told]:
    """What is a list has bullets that are characters."""
    items = [node for node in walk(wanted.document) if isinstance(node, ListItem)]
    there = sum(item.text[:1] in recruiter.BULLETS or item.text[:2] in ("– ", "–") for item in _items(pdf))
    if items and there < len(items):
        message = f"{len(items) - there} of {len(items)} items of lists have no bullet that is a character"
        yield _Told("ats-bullet", message)


def _pictures(pdf: Pdf, wanted: Wanted) -> Iterator[_Told]:
    """No text is a picture: there are no more pictures than the document has."""
    pictures = sum(isinstance(node, Image) for node in walk(wanted.document))
    there = sum(page.images for page in pdf.pages)
    if there > pictures:
        yield _Told("ats-image", f"{there} pictures; the profile has {pictures}: no text may be one")
