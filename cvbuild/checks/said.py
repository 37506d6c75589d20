"""Where each text of a profile stands, so that a finding about a finished page can name the line to look at."""

from __future__ import annotations

from collections.abc import Iterator

from cvbuild.errors import Mark
from cvbuild.profile import Profile, Record
from cvbuild.style import Style

_SILENT = frozenset({"id", "tags", "key", "photo", "logo"})


def said(profile: Profile, style: Style) -> Iterator[tuple[Mark, str, str]]:
    """Yield every text that a selected *profile* may print, with its place and its path."""
    yield from _record(profile.person, "person")
    for contact in profile.contacts:
        yield from _record(contact, f"contact.{contact.text('kind')}")
    for collection in profile.collections:
        for index, entry in enumerate(collection.entries):
            yield from _record(entry, f"{collection.name}[{index}]")
    for venue, record in profile.venues.items():
        yield from _record(record, f"venues.{venue}")
    for spec in profile.view.sections or ():
        yield from _record(spec.options, f"sections.{spec.name}")
    for key, word in style.words.items():
        yield Mark(profile.file), f"style.words.{key}", word


def _record(record: Record, where: str) -> Iterator[tuple[Mark, str, str]]:
    for name in record.fields:
        if name in _SILENT:
            continue
        for index, value in enumerate(record.items(name)):
            if isinstance(value, Record):
                yield from _record(value, f"{where}.{name}[{index}]")
            else:
                yield record.mark_of(name), f"{where}.{name}", str(value)
