"""What a list says of a work and a profile has no field for: kept where it is about the work, else left out."""

from __future__ import annotations

import re
from collections.abc import Iterable

from cvbuild.errors import Mark, Problem, listed
from cvbuild.importers.works.work import Work
from cvbuild.profile.plain import Plain

# What programs tell each other, where a file lies on somebody's disk, and what web pages are made of.
_FOR_TOOLS = re.compile(
    r"(?i)file|timestamp|owner|groups|crossref|biburl|bibsource|bdsk-.*|date-(added|modified)|mendeley-.*|zotero-.*"
    r"|__.*|selected|preview|bibtex_show|id|type|updated|score|rights|local-url|langid"
    r"|eid|wosuid|source-work-id|other-id"
)


def kept(work: Work) -> dict[str, Plain]:
    """Return the extras of *work* that are about it."""
    return {name: text for name, text in work.extras if not _FOR_TOOLS.fullmatch(name)}


def left_out(works: Iterable[Work], file: str) -> tuple[Problem, ...]:
    """Return what to say of the extras that are not kept: none of them is about a work."""
    names = dict.fromkeys(name for work in works for name, _ in work.extras if _FOR_TOOLS.fullmatch(name))
    if not names:
        return ()
    return (Problem(Mark(file), "", f"{listed(names, 'and')}: for tools, and no part of a CV; left out"),)
