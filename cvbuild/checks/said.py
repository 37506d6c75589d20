"""Where each text of a profile stands, so that a finding about a finished page can name the line to look at."""

from __future__ import annotations

from collections.abc import Iterator

from cvbuild.errors import Mark
from cvbuild.profile import Profile, Record
from cvbuild.style import Style

_SILENT = frozenset({"id", "tags", "key", "photo", "logo"})


Line = tuple[Mark, str, str]


def said(profile: Profile, style: Style) -> Iterator[Line]:
    """Yield every text that a selected *profile* may print, with its place and its path."""
    yield from said_in(profile.person, "person")
    for contact in profile.contacts:
        yield from said_in(contact, f"contact.{contact.text('kind')}")
    for collection in profile.collections:
        for index, entry in enumerate(collection.entries):
            yield from said_in(entry, f"{collection.name}[{index}]")
    for venue, record in profile.venues.items():
        yield from said_in(record, f"venues.{venue}")
    for spec in profile.view.sections or ():
        # A title may be that of the collection, and say nothing of its place.
        for mark, where, text in said_in(spec.options, f"sections.{spec.name}"):
            yield mark if mark.line else spec.mark, where, text
    for key, word in style.words.items():
        yield Mark(profile.file), f"style.words.{key}", word


def said_in(record: Record, where: str) -> Iterator[Line]:
    """Yield every text that *record* may print, with its place and its path, which begins with *where*."""
    for name in record.fields:
        if name in _SILENT:
            continue
        for index, value in enumerate(record.items(name)):
            if isinstance(value, Record):
                yield from said_in(value, f"{where}.{name}[{index}]")
            else:
                yield record.mark_of(name), f"{where}.{name}", str(value)
