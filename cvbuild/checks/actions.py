"""What a finished PDF would do by itself: nothing. Where a theme puts code, files or forms into it, it is refused."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from cvbuild.errors import EngineError, Mark, Problem, ThemeError, quoted

if TYPE_CHECKING:
    from pypdf.generic import DictionaryObject

    from cvbuild.artifact.reading import Reader

# What a link may do: lead somewhere in the document, or to an address.
_ACTIONS = {"/GoTo", "/URI"}
_SCHEMES = {"http", "https", "mailto", "tel"}
_NOTES = {"/Link", "/Popup", "/Text"}
# Where an action stands; in an array there may be several, or a place in the document.
_DOING = {"/A", "/OpenAction", "/PA", "/Next"}
CARRIES = "carries other files"
_FORBIDDEN = {
    "/JS": "runs JavaScript",
    "/JavaScript": "runs JavaScript",
    "/AA": "acts by itself",
    "/EmbeddedFiles": CARRIES,
    "/EF": CARRIES,
    "/AcroForm": "has a form",
    "/XFA": "has a form",
    "/RichMediaContent": "plays media",
    "/Encrypt": "is encrypted",
}


def check(pdf: bytes, theme: Mark, *, carries: bool = False) -> None:
    """Raise `ThemeError` at *theme* unless *pdf* is only for reading, and `EngineError` where it cannot be read.

    It may carry files only if it *carries* its source.
    """
    import pypdf

    try:
        found = [told for told in faults(pypdf.PdfReader(io.BytesIO(pdf))) if told != CARRIES or not carries]
    except (pypdf.errors.PyPdfError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise EngineError(Problem(Mark("pdf"), "", f"the finished PDF cannot be read: {error}")) from None
    if found:
        hint = "a theme may only have the document shown"
        raise ThemeError(*(Problem(theme, "", f"the PDF {told}", hint) for told in found))


def faults(reader: object) -> tuple[str, ...]:
    """Return what a PDF that pypdf has opened does beyond being read, each once."""
    return _faults(reader, set())


def quick(pdf: bytes, reader: Reader) -> tuple[str, ...]:
    """Return what `faults` does, without a walk through the tags where no name in the file tells of a fault.

    Tags are most of what there is in a PDF, and nothing acts because a tag says so.
    """
    streams = reader.object_streams()
    is_clean = streams is not None and not any(map(_TELLING.search, (_STREAM.sub(b"", pdf), *streams)))
    return _faults(reader, _TAGS if is_clean else set())


_TAGS = {"/StructTreeRoot"}
_STREAM = re.compile(rb"(?<=stream)\s.*?(?=endstream)", re.DOTALL)
# Any of these names, or one that is written in figures.
_TELLING = re.compile(b"/(?:%s)\\b|/[^\\s/()<>\\[\\]{}%%]*#" % "|".join(key[1:] for key in _FORBIDDEN).encode())


def _faults(reader: object, without: set[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(told for item in _dictionaries(reader, without) for told in _told(item)))


def _dictionaries(reader: object, without: set[str]) -> Iterator[DictionaryObject]:
    """Yield each dictionary that can be reached in a PDF, also those of streams, but not by the keys *without*."""
    from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject

    rest: list[object] = [reader.trailer]  # type: ignore[attr-defined]
    seen: set[int] = set()
    while rest:
        item = rest.pop()
        if isinstance(item, IndirectObject):
            if item.idnum in seen:
                continue
            seen.add(item.idnum)
            item = item.get_object()
        if isinstance(item, DictionaryObject):
            yield item
            rest += (value for key, value in item.items() if key not in without)
        elif isinstance(item, ArrayObject):
            rest += item


def _told(item: DictionaryObject) -> Iterator[str]:
    """Yield what is forbidden about one dictionary."""
    for key in _FORBIDDEN.keys() & item.keys():
        yield _FORBIDDEN[key]
    if item.get("/Type") == "/Annot" and (kind := item.get("/Subtype")) not in _NOTES:
        yield f"has a note of the kind {str(kind)[1:]}"
    for key in _DOING & item.keys():
        done = item[key]
        # The attributes of a tag stand under A as well, and what follows in an outline under Next; neither has a kind.
        for action in done if isinstance(done, list) else [done]:
            yield from _told_of_action(action.get_object())


def _told_of_action(action: object) -> Iterator[str]:
    if not isinstance(action, dict) or "/S" not in action:
        return
    if action["/S"] not in _ACTIONS:
        yield f"has an action of the kind {str(action['/S'])[1:]}"
    elif action["/S"] == "/URI" and str(action.get("/URI")).partition(":")[0].lower() not in _SCHEMES:
        yield f"links to {quoted(str(action.get('/URI')))}"
