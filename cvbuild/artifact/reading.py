"""pypdf's reader, which reads of a stream of objects only those that somebody asks for.

A tagged PDF has hundreds of them, of which a check looks at a few. Whatever is odd about such a stream is left to
pypdf, which reads all of it at once.
"""

from __future__ import annotations

import io
from typing import Any

from pypdf import PdfReader
from pypdf.generic import IndirectObject, NullObject, PdfObject, read_object

# Longer than the number of any object, or the length of any file.
_DIGITS = 10
# By the number of an object: where it begins, in which stream.
_Index = tuple[io.BytesIO, dict[int, int]]


class Reader(PdfReader):
    """Reads objects one at a time."""

    def __init__(self, stream: io.BytesIO) -> None:
        self._indices: dict[int, _Index | None] = {}
        super().__init__(stream)

    def _get_object_from_stream(self, indirect_reference: IndirectObject) -> PdfObject:
        number = indirect_reference.idnum
        holder, _ = self.xref_objStm[number]
        if holder not in self._indices:
            # While it is read, it is none: what leads in a circle is pypdf's to refuse.
            self._indices[holder] = None
            self._indices[holder] = self._index(holder)
        index = self._indices[holder]
        if index is None or number not in index[1]:
            return super()._get_object_from_stream(indirect_reference)
        stream, places = index
        stream.seek(places[number])
        found: PdfObject = read_object(stream, self) or NullObject()
        self.cache_indirect_object(0, number, found)
        return found

    def object_streams(self) -> list[bytes] | None:
        """Return what is in each stream of objects; nothing where one is not as it should be."""
        holders = {holder for holder, _ in self.xref_objStm.values()}
        for holder in holders - self._indices.keys():
            # In a damaged file anything may be amiss; pypdf tells what, to whoever asks for an object.
            try:
                self._indices[holder] = self._index(holder)
            except Exception:
                self._indices[holder] = None
        found = [index[0].getvalue() for holder in sorted(holders) if (index := self._indices[holder])]
        return found if len(found) == len(holders) else None

    def _index(self, holder: int) -> _Index | None:
        """Return where which object begins in the stream *holder*; nothing where it is not as it should be."""
        stream: Any = IndirectObject(holder, 0, self).get_object()
        if not hasattr(stream, "get_data"):
            return None
        data, first, count = stream.get_data(), stream.get("/First"), stream.get("/N")
        words = data[:first].split() if isinstance(first, int) else []
        is_plain = all(word.isdigit() and len(word) <= _DIGITS for word in words)
        figures = [int(word) for word in words] if is_plain else []
        numbers, places = figures[::2], figures[1::2]
        is_sound = len(numbers) == len(set(numbers)) == len(places) == count and places == sorted(set(places))
        if stream.get("/Type") != "/ObjStm" or not is_sound or first + max(places, default=0) >= len(data):
            return None
        return io.BytesIO(data), {number: first + place for number, place in zip(numbers, places, strict=True)}
