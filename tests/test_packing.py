"""PDFs are packed so that they are soon read."""

from __future__ import annotations

import io
import subprocess
import sys
from pathlib import Path

import pypdf
import pytest
from typeset import EXAMPLE, TODAY, draft

from cvbuild import formats, reader
from cvbuild.drafts import Place
from cvbuild.engines import weasyprint

pytestmark = pytest.mark.pdf


def test_tags_are_packed_apart_from_what_pages_need(tmp_path: Path) -> None:
    made = formats.html_page(draft(reader.read(EXAMPLE), "academic-2026", Place(TODAY, tmp_path)))
    pdf = pypdf.PdfReader(io.BytesIO(weasyprint.compile(made, tmp_path).data))
    streams: dict[int, list[bool]] = {}
    for number, (stream, _) in pdf.xref_objStm.items():
        found = pdf.get_object(number)
        is_tag = isinstance(found, dict) and found.get("/Type") in ("/StructElem", "/OBJR")
        streams.setdefault(stream, []).append(is_tag)

    assert len(streams) > 2
    assert all(len(kinds) <= 500 and len(set(kinds)) == 1 for kinds in streams.values())
    assert {kinds[0] for kinds in streams.values()} == {True, False}


def test_every_file_has_an_identifier_of_what_is_in_it(tmp_path: Path) -> None:
    """As an archive must."""
    source = reader.read(EXAMPLE)
    found = []
    for view in ("academic-2026", "academic-2026", "industry"):
        made = formats.html_page(draft(source, view, Place(TODAY, tmp_path)))
        found.append(pypdf.PdfReader(io.BytesIO(weasyprint.compile(made, tmp_path).data)).trailer["/ID"])

    assert found[0] == found[1] != found[2]
    assert all(len(one) == 2 and one[0] == one[1] for one in found)


_OTHER = """\
import pydyf
from cvbuild.engines import packing
pydyf.VERSION, before = "0.14.0", (pydyf.PDF.write, pydyf.PDF.page_references, pydyf._to_bytes)
packing.take()
print((pydyf.PDF.write, pydyf.PDF.page_references, pydyf._to_bytes) == before)
"""


def test_another_pydyf_writes_as_it_does() -> None:
    assert subprocess.check_output([sys.executable, "-c", _OTHER], text=True).strip() == "True"
