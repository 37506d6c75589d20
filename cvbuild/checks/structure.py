"""What a PDF says of itself: title, author, language, tags, and the standards it claims to keep."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from cvbuild.artifact.packets import stamp_of
from cvbuild.checks import actions
from cvbuild.checks.finished import Pdf, Wanted
from cvbuild.document import BulletList, Document, Section, walk
from cvbuild.errors import quoted
from cvbuild.findings import Finding, error, warning


def described(pdf: Pdf, document: Document | None = None) -> Iterator[Finding]:
    """Yield what is missing of title, author and language, or is another than that of *document*."""
    information = pdf.reader.metadata or {}
    said = {"title": information.get("/Title", ""), "author": information.get("/Author", ""),
            "language": pdf.root.get("/Lang", "")}  # fmt: skip
    asked = {"title": document.title, "author": document.author, "language": document.language} if document else {}
    for name, value in said.items():
        if not str(value).strip():
            yield error(f"meta-{name}", f"the PDF does not say its {name}", pdf.mark)
        elif name in asked and str(value) != asked[name]:
            message = f"the PDF says that its {name} is {quoted(str(value))}; expected {quoted(asked[name])}"
            yield error(f"meta-{name}", message, pdf.mark)


def standards(pdf: Pdf) -> Iterator[Finding]:
    """Yield each standard that the file does not claim to keep: PDF/A-3, and where it is tagged PDF/UA-1."""
    part, level = _claimed(pdf.xmp, "pdfaid:part"), _claimed(pdf.xmp, "pdfaid:conformance")
    if pdf.is_tagged_html:
        if (part, level) != ("3", "A"):
            yield error("standard-archive", "the PDF does not claim to be PDF/A-3a", pdf.mark)
        if _claimed(pdf.xmp, "pdfuaid:part") != "1":
            yield error("standard-access", "the PDF does not claim to be PDF/UA-1", pdf.mark)
    elif part != "3":
        # What others made has promised nothing.
        serious = error if stamp_of(pdf.reader) else warning
        yield serious("standard-archive", "the PDF does not claim to be PDF/A-3b", pdf.mark)


def _claimed(xmp: bytes, name: str) -> str:
    found = re.search(rf'{name}(?:="([^"]*)"|>([^<]*)<)'.encode(), xmp)
    return (found[1] or found[2] or b"").decode() if found else ""


def tags(pdf: Pdf, wanted: Wanted | None = None) -> Iterator[Finding]:
    """Yield what the tag tree of a file made from HTML lacks: a heading for the name, one for each section, lists."""
    if not pdf.is_tagged_html:
        return
    tree = pdf.root.get("/StructTreeRoot")
    if tree is None or not _is_marked(pdf):
        yield error("tags", "the PDF has no tags: nobody who listens to it hears its headings and lists", pdf.mark)
        return
    counted = Counter(_kinds(tree))
    if counted["/H1"] != 1:
        yield error("tags", f"{counted['/H1']} headings of the first level; expected one, the name", pdf.mark)
    if wanted is None:
        return
    sections = sum(isinstance(block, Section) and bool(block.title) for block in wanted.document.blocks)
    if counted["/H2"] != sections:
        message = f"{counted['/H2']} headings of the second level; expected one for each of {sections} sections"
        yield error("tags", message, pdf.mark)
    if any(isinstance(node, BulletList) for node in walk(wanted.document)) and not counted["/L"]:
        yield error("tags", "no list among the tags; expected one for the highlights", pdf.mark)


def _is_marked(pdf: Pdf) -> bool:
    return bool(pdf.root.get("/MarkInfo", {}).get("/Marked", False))


def _kinds(tree: Any) -> Iterator[str]:
    """Yield the type of each element below *tree*."""
    waiting, seen = [tree.get_object()], set[int]()
    while waiting:
        element = waiting.pop()
        if id(element) in seen:
            continue
        seen.add(id(element))
        if "/S" in element:
            yield str(element["/S"])
        kids = element.get("/K", [])
        kids = kids.get_object() if hasattr(kids, "get_object") else kids
        found = (kid.get_object() for kid in (kids if isinstance(kids, list) else [kids]) if hasattr(kid, "get_object"))
        waiting += (kid for kid in found if isinstance(kid, dict))


def active(pdf: Pdf, *, carries: bool, quick: bool = False) -> Iterator[Finding]:
    """Yield what the file does beyond being read, and an earlier revision kept in it; its source it may carry."""
    # Maps of characters may end in %%EOF, too.
    if len(re.findall(rb"startxref\s+\d+\s+%%EOF", pdf.data)) > 1 or "/Prev" in pdf.reader.trailer:
        yield error("old-revision", "the file keeps an earlier revision of itself", pdf.mark)
    for told in actions.quick(pdf.data, pdf.reader) if quick else actions.faults(pdf.reader):
        if told != actions.CARRIES or not carries:
            yield error("active-content", f"the PDF {told}", pdf.mark, "", "a theme may only have the document shown")
