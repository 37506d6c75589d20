"""Atom feeds of arXiv."""

from __future__ import annotations

from cvbuild.errors import Problem, ProfileError, quoted
from cvbuild.importers.works import ids, status
from cvbuild.importers.works.html import prose
from cvbuild.importers.works.names import whole, without_marks
from cvbuild.importers.works.work import Notes, Work, Works
from cvbuild.importers.works.xmltext import Element, parse

FORMAT = "Atom"


def sniff(text: str) -> bool:
    return text.lstrip().startswith("<")


def read(data: bytes, file: str) -> Works:
    """Return the works of a feed. Raises `ProfileError` and `LimitError` for what is no XML, or more than a feed."""
    root = parse(data, file)
    if root.name not in ("feed", "entry"):
        raise ProfileError(Problem(root.mark, "", f"an XML file of {quoted(root.name)}; expected an Atom feed"))
    notes = Notes()
    entries = list(root.all("entry")) if root.name == "feed" else [root]
    total = root.of("totalResults")
    if total.isdecimal() and int(total[:9]) > len(entries):
        notes.guess(root.mark, "", f"the feed holds {len(entries)} of {int(total[:9])} works")
    return notes.works(FORMAT, [_work(entry, notes) for entry in entries])


def _work(entry: Element, notes: Notes) -> Work:
    identifier = ids.arxiv(entry.of("id"))
    reference, comment = prose(entry.of("journal_ref")), prose(entry.of("comment"))
    said, venue = ("", "") if reference else status.of_comment(comment)
    if said:
        where = f" of {quoted(venue)}" if venue else ""
        notes.guess(entry.mark, identifier, f"the status '{said}'{where} is taken from the comment")
    main = next((c.attributes.get("term", "") for c in entry.all("primary_category")), "")
    subjects = dict.fromkeys(filter(None, [main, *(c.attributes.get("term", "") for c in entry.all("category"))]))
    links = {
        link.attributes.get("title", "") or "Link": ids.url(link.attributes.get("href", ""))
        for link in entry.all("link")
    }
    doi = ids.doi(entry.of("doi"))
    found = [("doi", doi), ("arxiv", identifier)]
    return Work(
        mark=entry.mark,
        kind="journal" if reference else "preprint",
        title=prose(entry.of("title")),
        authors=tuple(without_marks(whole(prose(author.of("name")))) for author in entry.all("author")),
        ids=tuple((kind, value) for kind, value in found if value),
        venue=venue,
        date=ids.day(entry.of("published")),
        status="published" if reference else said or "preprint",
        abstract=prose(entry.of("summary")),
        subjects=tuple(subjects),
        note=reference,
        links=tuple((label, url) for label, url in links.items() if label not in ("pdf", "Link", "doi") and url),
        extras=tuple(
            (name, text)
            for name, text in (
                ("comment", comment),
                ("updated", entry.of("updated")),
                ("id", "" if identifier else entry.of("id")),
            )
            if text
        ),
    )
