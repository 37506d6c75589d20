"""What WeasyPrint leaves to do on a PDF, before it is written: all that lets it be PDF/UA-1 and PDF/A-3a at once.

Objects are pydyf's: dictionaries and streams in a list, which name each other by their place in it.
"""

from __future__ import annotations

import io
import re
from typing import Any

from cvbuild import xmp
from cvbuild.rendered import Stamp


def finish(document: Any, pdf: Any, stamp: Stamp | None = None) -> None:
    """Make *pdf* what it says it is, with *stamp* and only plain spaces and hyphens in its text layer."""
    claims = xmp.accessible(stamp)
    for item in list(pdf.objects):
        if getattr(item, "stream", None):
            _finish_stream(item, claims)
        elif isinstance(item, dict) and "S" in item and "P" in item:
            _finish_element(item, pdf)


def _finish_stream(item: Any, claims: bytes) -> None:
    stream = item.stream
    if stream[0] == b"/CIDInit /ProcSet findresource begin":
        stream[:] = [_plain_line(line) if isinstance(line, bytes) else line for line in stream]
    elif item.extra.get("Type") == "/Metadata":
        # A file says in its metadata what standards it keeps; WeasyPrint writes that for one of them.
        stream[:] = [part.replace(b"</rdf:RDF>", claims + b"</rdf:RDF>") for part in stream]
    elif item.extra.get("Subtype") == "/OpenType":
        stream[:] = [_in_order(stream[0])]
    elif "Interpolate" in item.extra:
        # PDF/A forbids it. `image-rendering` would do the same here, and to the pictures of web pages too.
        item.extra["Interpolate"] = "false"


# --- Text.

# One glyph can stand for several characters, and the first that used it names it in the text layer; these are the
# ones nobody searches for.
_TWINS = re.compile(rb"(<[0-9a-f]{4}> )<(00a0|2010|2011|00ad|202f|2009)>")
_HYPHENS = (b"2010", b"2011", b"00ad")


def _plain_line(line: bytes) -> bytes:
    match = _TWINS.fullmatch(line)
    return match[1] + (b"<002d>" if match[2] in _HYPHENS else b"<0020>") if match else line


def _in_order(font: bytes) -> bytes:
    """Return an OpenType font whose glyphs are numbered by their order: that is how WeasyPrint calls them.

    Fonts for Chinese, Japanese and Korean number their glyphs as they like; readers that go by these numbers would
    show others, or none.
    """
    from fontTools.cffLib import CFFFontSet
    from fontTools.ttLib import TTFont

    opened = TTFont(io.BytesIO(font), lazy=True)
    if "CFF " not in opened:
        return font
    outlines = CFFFontSet()
    outlines.decompile(io.BytesIO(opened.reader["CFF "]), opened)
    names = outlines.topDictIndex[0].rawDict
    others: int = opened["maxp"].numGlyphs - 2
    if "ROS" not in names or others < 0:
        return font
    # One run of numbers from 1 on, its length in one byte or in two: no other list is shorter.
    numbers = b"\1\0\1" + others.to_bytes(1) if others < 256 else b"\2\0\1" + others.to_bytes(2)
    start: int = opened.reader.tables["CFF "].offset + names["charset"]
    return font[:start] + numbers + font[start + len(numbers) :]


# --- Tags.


def _finish_element(element: Any, pdf: Any) -> None:
    if element["S"] == "/Figure" and "Alt" not in element:
        # A picture without words is an ornament.
        element["S"] = "/NonStruct"
        del element["A"]
    elif element["S"] == "/L":
        _tidy_list(element, pdf)
    elif element["S"] != "/Link":
        _hand_up_links(element, pdf)


def _at(reference: bytes, pdf: Any) -> Any:
    return pdf.objects[int(reference.split()[0])]


def _kids(element: Any, pdf: Any) -> list[tuple[bytes, Any]]:
    """Return what hangs below *element*, with the names of it; pieces of a page are numbers, and left out."""
    return [(kid, _at(kid, pdf)) for kid in element["K"] if isinstance(kid, bytes)]


def _tidy_list(element: Any, pdf: Any) -> None:
    """Put what stands between the items of a list (the space between those on one line) into the one before."""
    body = None
    for reference, kid in _kids(element, pdf):
        if kid.get("S") == "/LI":
            bodies = [inner for _, inner in _kids(kid, pdf) if inner.get("S") == "/LBody"]
            body = bodies[-1] if bodies else body
        elif body and kid.get("S") not in ("/L", "/Caption"):
            element["K"].remove(reference)
            body["K"].append(reference)
            kid["P"] = body.reference


def _hand_up_links(element: Any, pdf: Any) -> None:
    """Give the links that WeasyPrint makes of all that stands in a link to that one."""
    for reference, kid in _kids(element, pdf):
        if kid.get("Type") == "/OBJR" and (link := _link_around(element, pdf)):
            element["K"].remove(reference)
            link["K"].append(reference)
            owners = _at(_at(pdf.catalog["StructTreeRoot"], pdf)["ParentTree"], pdf)["Nums"]
            owners[2 * _at(kid["Obj"], pdf)["StructParent"] + 1] = link.reference


def _link_around(element: Any, pdf: Any) -> Any:
    while "P" in element:
        element = _at(element["P"], pdf)
        if element.get("S") == "/Link":
            return element
    return None
