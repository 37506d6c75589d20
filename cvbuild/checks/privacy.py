"""Nothing private in any byte: not as text, not in metadata, not in a stream that a program would unpack."""

from __future__ import annotations

import html
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import Any
from zipfile import ZipFile

from msgspec import Struct

from cvbuild import markup
from cvbuild.checks.expected import squeezed
from cvbuild.checks.finished import Pdf, Wanted
from cvbuild.document import Link, walk
from cvbuild.errors import Mark, quoted
from cvbuild.findings import Finding, error
from cvbuild.profile import Dated, Profile, Record, Translated, Value
from cvbuild.profile.plain import plain_value
from cvbuild.source import Mapping as Tree
from cvbuild.source import Scalar, Sequence, scalars

# Shorter texts stand anywhere by chance.
_SHORTEST, _FEWEST_FIGURES = 5, 6


class Secret(Struct, frozen=True):
    """A private text: where it stands, and its figures if it is a telephone's number."""

    text: str
    figures: str
    mark: Mark
    where: str


def secrets(whole: Profile, public: Iterable[str]) -> tuple[Secret, ...]:
    """Return the texts of what is private in *whole*, but those that stand in *public* texts, too."""
    shown = "\n".join(map(squeezed, public))
    found = (secret for record, where in _private(whole) for secret in _secrets(record, where))
    kept = (s for s in found if len(squeezed(s.text)) >= _SHORTEST and squeezed(s.text) not in shown)
    return tuple(dict.fromkeys(kept))


def _private(profile: Profile) -> Iterator[tuple[Record, str]]:
    """Yield each private record that no other private one holds."""
    records = [(contact, f"contact.{contact.text('kind')}") for contact in profile.contacts]
    records += [(e, f"{c.name}[{i}]") for c in profile.collections for i, e in enumerate(c.entries)]
    for record, where in records:
        yield from _private_in(record, where)


def _private_in(record: Record, where: str) -> Iterator[tuple[Record, str]]:
    if record.flag("private"):
        yield record, where
        return
    for name in record.fields:
        for index, inner in enumerate(record.records(name)):
            yield from _private_in(inner, f"{where}.{name}[{index}]")


_NO_TEXT = frozenset(
    {"id", "tags", "priority", "private", "since", "until", "kind", "start", "end", "date", "status", "written"}
)


def _secrets(record: Record, where: str) -> Iterator[Secret]:
    for name, value in record.fields.items():
        if name in _NO_TEXT:
            continue
        for text in _texts(value):
            words = markup.plain_text(text)
            figures = re.sub(r"\D", "", text)
            is_number = len(figures) >= _FEWEST_FIGURES and not re.search(r"[^\W\d_]|/", text)
            yield Secret(words, figures if is_number else "", record.mark_of(name), f"{where}.{name}")


def _texts(value: Value) -> Iterator[str]:
    match value:
        case tuple():
            for item in value:
                yield from _texts(item)
        case Record():
            for name, item in value.fields.items():
                if name not in _NO_TEXT:
                    yield from _texts(item)
        case Dated(steps):
            for _, step in steps:
                yield from _texts(step) if step is not None else ()
        case Translated(versions):
            for _, version in versions:
                yield from _texts(version)
        case bool() | int():
            return
        case Scalar() | Sequence() | Tree():
            yield from (scalar.text for key, scalar in scalars(value, "-") if key)
        case _:
            yield str(plain_value(value) or "")


# --- Bytes.


class Bytes(Struct, frozen=True, dict=True):
    """All that is in a file, by what holds it: bytes as they are stored and unpacked, and whatever is text."""

    parts: Mapping[str, bytes]
    texts: Mapping[str, str]

    @cached_property
    def keys(self) -> dict[str, str]:
        return {name: squeezed(text) for name, text in self.texts.items()}


def plain_file(data: bytes) -> Bytes:
    """Return the bytes of a file that is text, or a package of such files, with what its readers make of its markup."""
    parts = {"the file": data}
    if data.startswith(_PACKAGE):
        with ZipFile(io.BytesIO(data)) as package:
            parts |= {f"'{name}' of the file": package.read(name) for name in package.namelist()}
    texts: dict[str, str] = {}
    for name, part in parts.items():
        written = part.decode("utf-8", "replace")
        texts |= {name: written, f"the text of {name}": _shown(written)}
    return Bytes(parts, texts)


_PACKAGE = b"PK\x03\x04"
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")
_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")


def _shown(written: str) -> str:
    """Return *written* without tags, references and escapes: a word may be parted by them."""
    return _ESCAPE.sub(r"\1", html.unescape(_TAG.sub("", written)))


def unpacked(pdf: Pdf) -> Bytes:
    """Return the bytes of *pdf*, of each stream in it, and all its texts and strings."""
    packed = pdf.reader.object_streams()
    parts, strings = {"the file": pdf.data}, [text for data in packed or () for text in written(data)]
    for number, found in _objects(pdf.reader, packed=packed is None):
        strings += _strings(found)
        if hasattr(found, "get_data"):
            parts[f"object {number}"] = _contents(found)
    metadata = [str(value) for value in (pdf.reader.metadata or {}).values()]
    texts = {
        "the text": "\n".join(page.text for page in pdf.pages),
        "the metadata": "\n".join([*metadata, pdf.xmp.decode("utf-8", "replace")]),
        "the strings": "\n".join(strings),
    }
    return Bytes(parts, texts)


# What pypdf makes of objects that are none.
DAMAGE = (
    ArithmeticError, AssertionError, AttributeError, LookupError, NotImplementedError, RecursionError, TypeError,
    ValueError,
)  # fmt: skip


# Where a string may begin; what begins with two is a dictionary.
_STRING = re.compile(rb"<<|[(<]")


def written(objects: bytes) -> Iterator[str]:
    """Yield each string in *objects*, which are written as in a file; it takes a fifth of reading the objects."""
    from pypdf.errors import PyPdfError
    from pypdf.generic import read_hex_string_from_stream, read_string_from_stream

    stream, place = io.BytesIO(objects), 0
    while match := _STRING.search(objects, place):
        place = match.end()
        if match[0] == b"<<":
            continue
        stream.seek(match.start())
        try:
            found = (read_string_from_stream if match[0] == b"(" else read_hex_string_from_stream)(stream)
        except (*DAMAGE, PyPdfError):
            continue
        place = stream.tell()
        if isinstance(found, str):
            yield str(found)


def _objects(reader: Any, *, packed: bool) -> Iterator[tuple[int, Any]]:
    """Yield each object of a file by its number, those *packed* in streams of objects too."""
    from pypdf.errors import PyPdfError
    from pypdf.generic import IndirectObject

    numbers = [(number, generation) for generation, places in reader.xref.items() for number in places]
    for number, generation in dict.fromkeys([*numbers, *((number, 0) for number in reader.xref_objStm if packed)]):
        try:
            found = reader.get_object(IndirectObject(number, generation, reader))
        except (*DAMAGE, PyPdfError):
            continue
        if found is not None:
            yield number, found


def _contents(stream: Any) -> bytes:
    """Return what a stream holds; of a picture as it is stored, for its pixels are no text."""
    from pypdf.errors import PyPdfError

    try:
        return bytes(stream._data if stream.get("/Subtype") == "/Image" else stream.get_data())
    except (PyPdfError, NotImplementedError, ValueError):
        return bytes(stream._data)


def _strings(found: Any) -> Iterator[str]:
    """Yield each string in an object, but those of other objects that it names."""
    waiting = [found]
    while waiting:
        item = waiting.pop()
        if isinstance(item, dict):
            waiting += item.values()
        elif isinstance(item, list):
            waiting += item
        elif isinstance(item, str) and not item.startswith("/"):
            yield str(item)


def leaks(found: Bytes, kept: Iterable[Secret], mark: Mark) -> Iterator[Finding]:
    """Yield each secret that stands in *found*, and each telephone's number whatever stands between its figures."""
    for secret in kept:
        if name := _holder(found, secret.text):
            message = f"a private text is in {name}: {quoted(secret.text)}"
            yield error("private-text", message, mark, secret.where, f"it is said at {secret.mark}")
        if secret.figures and (name := _number_holder(found, secret.figures)):
            message = f"the figures of a private telephone number are in {name}"
            yield error("private-phone", message, mark, secret.where, f"it is said at {secret.mark}")


def _holder(found: Bytes, text: str) -> str:
    """Return the name of the first part of *found* that holds *text*, '' where none does."""
    key = squeezed(text)
    stored = (text.encode(), text.encode("utf-16-be"))
    texts = (name for name, held in found.keys.items() if key in held)
    return next(texts, "") or next((n for n, data in found.parts.items() if any(s in data for s in stored)), "")


def _number_holder(found: Bytes, figures: str) -> str:
    # The country's code may be left out, or have a zero in its place.
    figures = figures[-8:] if len(figures) > 9 else figures
    # More figures after it make it another one: tables of places in a file are full of `0000079460 00000`.
    pattern = re.compile(r"[\s().\-/\xa0\0]{0,4}".join(figures) + r"(?!\d)")
    stored = re.compile(pattern.pattern.encode("latin-1"))
    texts = (name for name, text in found.texts.items() if pattern.search(text))
    return next(texts, "") or next((name for name, data in found.parts.items() if stored.search(data)), "")


def machine(found: Bytes, names: Mapping[str, str], mark: Mark) -> Iterator[Finding]:
    """Yield each of *names* of this machine (a folder, a user, a host, by what it is) that the file tells.

    Folders are looked for anywhere, names where programs note them.
    """
    for what, name in names.items():
        if "/" in name or "\\" in name:
            if any(name.encode() in data for data in found.parts.values()):
                yield error("machine-path", f"the file tells of the folder {quoted(name)}", mark)
        elif re.search(rf"\b{re.escape(name)}\b", found.texts.get("the metadata", "")):
            yield error("machine-name", f"the file tells the name of the {what}, {quoted(name)}", mark)
    if any(re.search(rb"file:/{2,3}[^\s<>]", data) for data in found.parts.values()):
        yield error("machine-path", "the file leads to a file of this machine", mark)


def public_texts(wanted: Wanted) -> Iterator[str]:
    """Yield the texts that the document shows, and the addresses that it leads to."""
    yield from (text.text for text in wanted.texts)
    yield from (node.url for node in walk(wanted.document) if isinstance(node, Link))
