"""How the objects of a PDF become its bytes: pydyf 0.13's way, but for what takes it long, and takes long to read.

pydyf puts all objects into one stream, which whoever wants one of them unpacks. Here the tags have streams of their
own, and no stream has more objects than are soon read.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from functools import lru_cache
from hashlib import md5
from math import ceil, log
from types import SimpleNamespace
from typing import Any, BinaryIO

_KNOWN = "0.13.0"
# Level 9 takes five times as long for files smaller by a fortieth.
_LEVEL = 7
_MOST_STREAMS, _MOST_BYTES = 64, 512 * 1024
_MOST_OBJECTS = 500


def take() -> None:
    """Have pydyf pack as this module does, and write as it does, if it is the pydyf that this was made for."""
    import pydyf

    # pydyf packs each stream twice, and the fonts are those of the document before.
    pydyf.zlib = SimpleNamespace(compressobj=_Packer, compress=zlib.compress)
    if pydyf.VERSION == _KNOWN:
        pydyf.PDF.page_references = property(_page_references)
        pydyf.PDF.write = _write
        _tell_bytes_by_type()


class _Packer:
    def __init__(self, level: int) -> None:
        self.level = min(level, _LEVEL)

    def compress(self, data: bytes) -> bytes:
        return (_packed if len(data) <= _MOST_BYTES else _packed.__wrapped__)(data, self.level)

    def flush(self) -> bytes:
        return b""


@lru_cache(maxsize=_MOST_STREAMS)
def _packed(data: bytes, level: int) -> bytes:
    return zlib.compress(data, level)


def _tell_bytes_by_type() -> None:
    """Have what is written most told by its type alone."""
    import pydyf

    real = pydyf._to_bytes

    def to_bytes(item: Any) -> bytes:
        kind = type(item)
        if kind is bytes:
            told: bytes = item
        elif kind is str:
            told = item.encode("ascii")
        else:
            told = b"%d" % item if kind is int else real(item)
        return told

    pydyf._to_bytes = to_bytes


def _page_references(pdf: Any) -> tuple[bytes, ...]:
    """Return the names of all pages, which each tag asks for: so they are made once, and not once a tag."""
    kids = pdf.pages["Kids"]
    kept: tuple[bytes, ...] = pdf.__dict__.get("kept_references", ())
    if 3 * len(kept) != len(kids):
        kept = pdf.kept_references = tuple(b"%d 0 R" % number for number in kids[::3])
    return kept


def _write(pdf: Any, output: BinaryIO, version: Any = b"1.7", identifier: Any = False, compress: bool = False) -> None:
    """Write *pdf* in streams of objects, whatever is asked: no file of ours is without.

    Its identifier, which an archive has to have, is that of all its objects.
    """
    import pydyf

    if pdf.info:
        pdf.add_object(pdf.info)
    pdf.write_line(b"%PDF-" + pydyf._to_bytes(version or b"1.7"), output)
    pdf.write_line(b"%\xf0\x9f\x96\xa4", output)
    used = [item for item in pdf.objects if item.free != "f"]
    places: dict[int, tuple[int, int]] = {}
    packed = [_stream_of(batch, pdf, places) for batch in _batches([item for item in used if item.compressible])]
    digest = md5(usedforsecurity=False)
    for item in [item for item in used if not item.compressible] + packed:
        item.offset, line = pdf.current_position, item.indirect
        digest.update(line)
        pdf.write_line(line, output)
    pdf.xref_position = pdf.current_position
    pdf.write_line(_references(pdf, places, digest.hexdigest()).indirect, output)
    pdf.write_line(b"startxref", output)
    pdf.write_line(b"%d" % pdf.xref_position, output)
    pdf.write_line(b"%%EOF", output)


def _batches(objects: list[Any]) -> Iterator[list[Any]]:
    """Yield *objects* as they share a stream: what a page needs first, then the tags."""
    for is_tags in (False, True):
        alike = [item for item in objects if _is_tag(item) is is_tags]
        yield from (alike[start : start + _MOST_OBJECTS] for start in range(0, len(alike), _MOST_OBJECTS))


def _is_tag(item: Any) -> bool:
    return isinstance(item, dict) and item.get("Type") in ("/StructElem", "/OBJR")


def _stream_of(objects: list[Any], pdf: Any, places: dict[int, tuple[int, int]]) -> Any:
    """Return the stream of *objects*, one of those of *pdf*, having told in *places* where each of them stands."""
    import pydyf

    numbers: list[int] = []
    parts: list[bytes] = []
    position = 0
    for item in objects:
        parts.append(item.data)
        numbers += (item.number, position)
        position += len(parts[-1]) + 1
    head = " ".join(map(str, numbers)).encode()
    extra = {"Type": "/ObjStm", "N": len(objects), "First": len(head) + 1}
    stream = pydyf.Stream([head, *parts], extra, compress=True)
    pdf.add_object(stream)
    places |= {item.number: (stream.number, index) for index, item in enumerate(objects)}
    return stream


def _references(pdf: Any, places: dict[int, tuple[int, int]], name: str) -> Any:
    """Return the stream, the last object of *pdf*, that tells where all are: in the file, or in one of *places*.

    The file is identified by *name*.
    """
    import pydyf

    count = len(pdf.objects) + 1
    rows = [(2, *places[item.number]) if item.number in places else (bool(item.number), item.offset, item.generation)
            for item in pdf.objects]  # fmt: skip
    rows.append((1, pdf.current_position, 0))
    widths = (1, *(ceil(log(max(row[column] for row in rows) + 1, 256)) for column in (1, 2)))
    table = b"".join(value.to_bytes(width, "big") for row in rows for value, width in zip(row, widths, strict=True))
    extra = {
        "Type": "/XRef",
        "Index": pydyf.Array((0, count)),
        "W": pydyf.Array(widths),
        "Size": count,
        "Root": pdf.catalog.reference,
        "ID": pydyf.Array([pydyf.String(name).data] * 2),
    }
    if pdf.info:
        extra["Info"] = pdf.info.reference
    stream = pydyf.Stream([table], extra, compress=True)
    pdf.add_object(stream)
    return stream
