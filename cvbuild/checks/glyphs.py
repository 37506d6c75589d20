"""Every character must have a glyph: one without not only prints as a box, it spoils the text layer of its font."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from pathlib import Path

from cvbuild import fonts
from cvbuild.errors import Mark, Problem, ProfileError
from cvbuild.profile import Profile, Record
from cvbuild.style import Style

_SILENT = frozenset({"id", "tags", "key", "photo", "logo", "kind"})


def check(profile: Profile, style: Style, folders: tuple[Path, ...], theme: str) -> None:
    """Raise `ProfileError` for each character of a selected *profile* that no font in *folders* can show."""
    texts = list(_texts(profile, style))
    if not any(True for _ in fonts.missing("".join({c for _, _, text in texts for c in text}), folders)):
        return
    problems = []
    for mark, where, text in texts:
        for char in fonts.missing(text, folders):
            name = unicodedata.name(char, "unnamed")
            message = f"the character '{char}' (U+{ord(char):04X} {name}) has no glyph in the fonts of '{theme}'"
            hint = "replace it, or add a font that has it under style.fonts"
            problems.append(Problem(mark, where, message, hint))
    raise ProfileError(*problems)


def _texts(profile: Profile, style: Style) -> Iterator[tuple[Mark, str, str]]:
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
