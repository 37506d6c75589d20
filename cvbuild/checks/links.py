"""Links: the addresses that a PDF leads to are exactly those of its document."""

from __future__ import annotations

from collections.abc import Iterator

from cvbuild.addresses import encoded
from cvbuild.checks.finished import Pdf, Wanted
from cvbuild.document import Link, walk
from cvbuild.errors import Mark, quoted
from cvbuild.findings import Finding, error


def check(pdf: Pdf, wanted: Wanted) -> Iterator[Finding]:
    """Yield each address that is missing or too much, and each annotation that is no link."""
    asked = {encoded(node.url) for node in walk(wanted.document) if isinstance(node, Link)}
    there = set(targets(pdf))
    for url in sorted(asked - there):
        yield error("link-lost", f"no link in the PDF leads to {quoted(url)}", Mark(wanted.profile.file))
    for url in sorted(there - asked):
        yield error("link-invented", f"a link leads to {quoted(url)}, which the profile does not name", pdf.mark)


def targets(pdf: Pdf) -> Iterator[str]:
    """Yield the address of each link to elsewhere, page by page."""
    for page in pdf.reader.pages:
        for reference in page.get("/Annots", ()) or ():
            annotation = reference.get_object()
            action = annotation.get("/A")
            if annotation.get("/Subtype") == "/Link" and action is not None:
                yield str(action.get_object().get("/URI", action.get_object().get("/S", "")))
