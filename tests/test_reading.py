"""PDFs read object by object: what pypdf would read all at once, and nothing else."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import Any

import pypdf
import pytest
from pypdf.generic import IndirectObject
from typeset import EXAMPLE, place

from cvbuild import pipeline, reader
from cvbuild.artifact.reading import Reader
from cvbuild.cli.wishes import in_theme

_OBJECTS = (b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>", b"(text)", b"null")  # fmt: skip
_NUMBERS = (1, 2, 3, 6, 7)
_PLACES = [sum(len(each) + 1 for each in _OBJECTS[:index]) for index in range(len(_OBJECTS))]
HEAD = b"".join(b"%d %d " % pair for pair in zip(_NUMBERS, _PLACES, strict=True))


def packed(head: bytes = HEAD, *, said: bytes = b"", count: int = len(_OBJECTS), first: int | None = None) -> bytes:
    """Return a PDF all of whose objects are in one stream, which says *head* of them."""
    body = head + b"\n".join(_OBJECTS)
    first = len(head) if first is None else first
    stream = said or b"<</Type/ObjStm/N %d/First %d/Length %d>>" % (count, first, len(body))
    pdf = b"%PDF-1.7\n4 0 obj" + stream + b"stream\n" + body + b"\nendstream endobj\n"
    table = [(0, 0, 255), (2, 4, 0), (2, 4, 1), (2, 4, 2), (1, 9, 0), (1, len(pdf), 0), (2, 4, 3), (2, 4, 4)]
    rows = b"".join(kind.to_bytes() + where.to_bytes(2) + more.to_bytes() for kind, where, more in table)
    told = b"<</Type/XRef/Size 8/W[1 2 1]/Root 1 0 R/Length %d>>stream\n" % len(rows)
    return pdf + b"5 0 obj" + told + rows + b"\nendstream endobj\nstartxref\n%d\n%%%%EOF\n" % len(pdf)


def seen(kind: type[pypdf.PdfReader], data: bytes) -> list[str]:
    """Return what a reader makes of each object of a file, or how it fails."""

    def found(asked: pypdf.PdfReader, number: int) -> str:
        try:
            value: Any = asked.get_object(IndirectObject(number, 0, asked))
        except Exception as error:
            return type(error).__name__
        told = repr((value, value.get_data() if hasattr(value, "get_data") else b""))
        # Who refers to an object is said by a number of its own.
        return re.sub(r"(IndirectObject\(\d+, 0), \d+", r"\1", told)

    try:
        opened = kind(io.BytesIO(data))
        pages = len(opened.pages)
    except Exception as error:
        return [type(error).__name__]
    return [str(pages), *(found(opened, number) for number in sorted({*opened.xref_objStm, *opened.xref.get(0, ())}))]


@pytest.mark.parametrize(
    "data",
    [packed(), packed(HEAD.replace(b" ", b"\r\n")), packed(HEAD + b"x"), packed(b"1 0 2 0 3 0 6 0 7 0 "), packed(b""),
     packed(HEAD.replace(b"6 ", b"1 ")), packed(count=2), packed(count=99), packed(count=-1), packed(first=0),
     packed(first=9), packed(first=9999), packed(first=-4), packed(HEAD[:-4] + b"999 "), packed(HEAD[:-4] + b"-99 "),
     packed(said=b"<</Type/ObjStm/N 5/Length 9>>"), packed(said=b"<</Type/ObjStm/N (a)/First (b)/Length 99>>"),
     packed(said=b"<</Type/Other/N 5/First %d/Length 200>>" % len(HEAD)), packed().replace(b"4 0 obj", b"4 0 obj 7 "),
     packed().replace(b"/Length", b"/Filter/FlateDecode/Length", 1), packed(b"12345678 " * 30 + b"x"),
     packed(b"1" * 400 + b"x"), packed(HEAD + b"8 "), packed(b"1" * 5000 + b" 0 ")],
)  # fmt: skip
def test_whatever_is_odd_is_what_it_is_to_pypdf(data: bytes) -> None:
    assert seen(Reader, data) == seen(pypdf.PdfReader, data)


@pytest.mark.pdf
def test_a_document_is_what_it_is_to_pypdf_and_little_of_it_is_read(tmp_path: Path) -> None:
    data = pipeline.build(reader.read(EXAMPLE), "industry", "pdf", in_theme("brief@weasyprint"), place(tmp_path)).data
    opened = Reader(io.BytesIO(data))
    assert len(opened.pages) > 0
    assert len(opened.resolved_objects) < len(opened.xref_objStm) / 10

    assert seen(Reader, data) == seen(pypdf.PdfReader, data)
