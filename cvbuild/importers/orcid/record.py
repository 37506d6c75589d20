"""The format: a record of ORCID as its interface answers, its activities, the person, a list of works, one activity."""

from __future__ import annotations

import re
from typing import Any

from cvbuild.errors import Mark, Problem, ProfileError
from cvbuild.importers import listed
from cvbuild.importers.facts import Facts
from cvbuild.importers.imported import Format, Imported, Known
from cvbuild.importers.orcid import affiliations, people
from cvbuild.importers.orcid.nodes import FOR_DATABASES, node_of, said
from cvbuild.importers.works import Own, jsontext
from cvbuild.importers.works import orcid as works
from cvbuild.importers.works.jsontext import Object
from cvbuild.importers.works.jsonwork import inner

# How the record came about, and how its owner wants to be shown ORCID's pages.
_FOR_ORCID = ("orcid-identifier", "preferences", "history", "person", "activities-summary")
_LEFT_OUT = "numbers, sources and days of what ORCID holds: for databases, and no part of a CV; left out"


def sniff(data: bytes) -> float:
    """Tell how sure it is that *data* is a record of ORCID, or a part of one."""
    head = data[:65536].lstrip(b"\xef\xbb\xbf \t\r\n")
    if not head.startswith((b"{", b"[")):
        return 0.0
    if re.search(rb'"(orcid-identifier|activities-summary|affiliation-group)"\s*:', head):
        return 0.95
    return 0.8 if re.search(rb'"put-code"\s*:', head) else 0.0


def read(file: str, data: bytes, known: Known | None = None) -> Imported:
    """Return the facts of a record. Raises `ProfileError` or `LimitError`."""
    tree = jsontext.parse(data, file)
    record = tree if isinstance(tree, Object) else Object()
    facts = Facts()
    facts.tree.clear()
    person = inner(record, "person") or {name: record[name] for name in people.PARTS if name in record}
    orcid = said(record, "orcid-identifier", "path")
    if person or orcid:
        people.put_person(facts, person, orcid, Mark(file, 1, 1))
    has_more = affiliations.put_affiliations(facts, tree)
    found = works.read(tree, file)
    if found.works:
        published = listed.facts_of(found, file, known, Own(people.names(person), orcid))
        facts.tree |= published.tree
        facts.notes += published.notes
    if not (facts.tree or has_more):
        raise ProfileError(Problem(Mark(file, 1, 1), "", f"nothing in this file; expected {FORMAT.title}"))
    _put_rest(facts, record)
    facts.notes.append(Problem(Mark(file), "", _LEFT_OUT))
    return facts.imported()


def _put_rest(facts: Facts, record: Object) -> None:
    """Put what stands in a whole *record* under keys that are not known into collections of their own."""
    activities: Any = inner(record, "activities-summary")
    is_whole = isinstance(activities, Object) or "person" in record
    for holder, known in ((record, _FOR_ORCID), (activities, ("works",))):
        for key, value in holder.items() if is_whole and isinstance(holder, Object) else ():
            if key not in known and key not in FOR_DATABASES and not affiliations.is_one(value):
                facts.other(key, node_of(value, record.mark))


FORMAT = Format("orcid", "a record of ORCID", sniff, read)
