"""Every character must have a glyph: one without not only prints as a box, it spoils the text layer of its font."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from cvbuild import fonts, markup, math
from cvbuild.checks.said import said
from cvbuild.document import Code, Document, Logo, Math, Text, walk
from cvbuild.errors import Mark, Problem, ProfileError
from cvbuild.math import MathTree
from cvbuild.profile import Profile
from cvbuild.style import Style


def printed(document: Document) -> str:
    """Return each character of *document* once.

    What counts is what is printed: letters that TeX or a formula stands for, words and months of the language too.
    """
    return "".join(dict.fromkeys("".join(_printed(document))))


def check(characters: str, profile: Profile, style: Style, folders: tuple[Path, ...], theme: str) -> None:
    """Raise `ProfileError` for each of *characters*, printed of *profile*, that no font in *folders* can show."""
    lacking = tuple(fonts.missing(characters, folders))
    hint = "replace it, or add a font that has it under style.fonts"
    refuse(lacking, profile, style, f"has no glyph in the fonts of '{theme}'", hint)


def check_formulas(
    document: Document, profile: Profile, style: Style, unknown: Callable[[MathTree], Iterable[str]]
) -> None:
    """Raise `ProfileError` for each character of a formula of *document* that is *unknown* to its writer."""
    trees = (math.parse(node.tex) for node in walk(document) if isinstance(node, Math))
    lacking = tuple(dict.fromkeys(char for tree in trees for char in unknown(tree)))
    refuse(lacking, profile, style, "is none that LaTeX has in formulas", "replace it, or choose another engine")


def refuse(characters: Iterable[str], profile: Profile, style: Style, fault: str, hint: str) -> None:
    """Raise `ProfileError` for each of *characters* at each place of *profile* that has it, if there are any."""
    problems: list[Problem] = []
    for char in characters:
        places = [(mark, where) for mark, where, text in _readings(profile, style) if char in text]
        message = f"the character '{char}' (U+{ord(char):04X} {unicodedata.name(char, 'unnamed')}) {fault}"
        problems += (Problem(mark, where, message, hint) for mark, where in places or [(Mark(profile.file), "")])
    if problems:
        raise ProfileError(*problems)


def texts(document: Document) -> Iterator[str]:
    """Yield each run of text in *document*, formulas left out."""
    for node in walk(document):
        match node:
            case Text(text) | Code(text) | Logo(text):
                yield text
            case _:
                continue


def _printed(document: Document) -> Iterator[str]:
    yield from texts(document)
    yield from (math.characters(math.parse(node.tex)) for node in walk(document) if isinstance(node, Math))


def _readings(profile: Profile, style: Style) -> Iterator[tuple[Mark, str, str]]:
    """Yield every text with its place: as it was written, and as it is read."""
    for mark, where, text in said(profile, style):
        formulas = (math.characters(math.parse(node.tex)) for node in markup.parse(text) if isinstance(node, Math))
        yield mark, where, "".join([text, markup.plain_text(text, language=style.language), *formulas])
