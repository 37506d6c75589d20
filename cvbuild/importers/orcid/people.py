"""The person of a record: the forms of their name, how to reach them, what they write of themselves."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from cvbuild.errors import NOWHERE, Mark, Problem, quoted
from cvbuild.importers.facts import Facts, texts_of
from cvbuild.importers.imported import Tree
from cvbuild.importers.orcid.nodes import FOR_DATABASES, is_private, leaves, node_of, said
from cvbuild.importers.works import ids
from cvbuild.importers.works.jsontext import Object
from cvbuild.importers.works.jsonwork import inner, kept
from cvbuild.interchange.basics import account_of, contact
from cvbuild.interchange.entries import NOTHING
from cvbuild.interchange.forms import normal
from cvbuild.profile.plain import Plain

PARTS = ("name", "other-names", "biography", "researcher-urls", "emails", "addresses", "keywords",
         "external-identifiers")  # fmt: skip
_LIKE = {"email": "an e-mail address", "orcid": "an ORCID iD"}


class _Way(Struct, frozen=True):
    """A way to reach the person: what ORCID has of it, what it is called there, and its kind and its fields here."""

    item: Any
    label: str
    kind: str
    fields: dict[str, str]


def names(person: Any) -> tuple[str, ...]:
    """Return the forms of the name: the one under which the person publishes, the one in full, and others."""
    name = inner(person, "name")
    full = " ".join(filter(None, (said(name, "given-names"), said(name, "family-name"))))
    # What ORCID does not show to everybody may be a name that somebody has laid down.
    others = (said(one, "content") for one in _listed(person, "other-names", "other-name") if not is_private(one))
    return tuple(dict.fromkeys(filter(None, (said(name, "credit-name"), full, *others))))


def put_person(facts: Facts, person: Any, orcid: str, mark: Mark) -> None:
    """Put who it is into *facts*."""
    forms = names(person)
    contacts: list[Plain] = [found for way in _ways(person, orcid) if (found := _contact(way, facts, mark))]
    tree: Tree = {"name": forms[0] if forms else NOTHING, "cite_as": list(forms) if len(forms) > 1 else None}
    tree |= {"contact": contacts or None, "extras": _extras(person) or None}
    if not forms:
        facts.notes.append(Problem(mark, "person.name", f"the record shows no name; '{NOTHING}' stands there"))
    if any(is_private(one) for one in _listed(person, "other-names", "other-name")):
        message = "other names that ORCID does not show to everybody are left out"
        hint = "say under person.cite_as by which names you publish"
        facts.notes.append(Problem(_mark(person, "other-names", mark), "person", message, hint))
    facts.tree["person"] = {name: value for name, value in tree.items() if value}
    biography = inner(person, "biography")
    if told := _told(inner(biography, "content")):
        facts.tree["summary"] = [_shown(told, biography)] if is_private(biography) else texts_of(told)
    keywords = [(_told(said(one, "content")), one) for one in _listed(person, "keywords", "keyword")]
    if found := [_shown(told, one) for told, one in keywords if told]:
        facts.tree["interests"] = found


def _told(text: Any) -> str:
    """Return *text* as a profile writes it, '' where it is none or says nothing."""
    return str(normal("text", node_of(text, NOWHERE)) or "") if isinstance(text, str) else ""


def _shown(told: Plain, item: Any) -> Plain:
    return {"text": told, "private": "true"} if is_private(item) else told


def _listed(person: Any, holder: str, name: str) -> list[Any]:
    return kept(inner(person, holder, name))


def _mark(person: Any, name: str, mark: Mark) -> Mark:
    found = inner(person, name)
    return found.mark if isinstance(found, Object) else mark


def _ways(person: Any, orcid: str) -> Iterator[_Way]:
    for one in sorted(_listed(person, "emails", "email"), key=lambda one: inner(one, "primary") is not True):
        yield _Way(one, "Email", "email", {"value": said(one, "email")})
    yield _Way(None, "ORCID", "orcid", {"value": orcid})
    for one in _listed(person, "addresses", "address"):
        yield _Way(one, "Country", "location", {"value": said(one, "country")})
    yield from map(_page, _listed(person, "researcher-urls", "researcher-url"))
    for one in _listed(person, "external-identifiers", "external-identifier"):
        label, url = said(one, "external-id-type"), ids.url(said(one, "external-id-url"))
        yield _Way(one, label, "other", {"label": label, "value": said(one, "external-id-value") or url, "url": url})


def _page(one: Any) -> _Way:
    """Return a page of the person: an account where its address is that of one, else under its own name."""
    label, url = said(one, "url-name"), said(one, "url")
    if found := account_of(url):
        kind, handle, usual = found
        return _Way(one, label or usual, kind, {"value": handle, "label": "" if label == usual else label})
    if not label:
        return _Way(one, "Website", "website", {"value": url})
    shown = re.sub(r"^https?://|/$", "", url)
    return _Way(one, label, "other", {"label": label, "value": shown, "url": ids.url(url)})


def _contact(way: _Way, facts: Facts, mark: Mark) -> Plain:
    """Return *way* as a contact, as words under its label where it has not the form of its kind; nothing if empty."""
    kind, fields = way.kind, {name: value for name, value in way.fields.items() if value}
    if "value" not in fields:
        return None
    if contact({kind: dict(fields)}) is None:
        message = f"{quoted(fields['value'])} is not {_LIKE.get(kind, 'an address')}; kept as words"
        at = way.item.mark if isinstance(way.item, Object) else mark
        facts.notes.append(Problem(at, "person.contact", message))
        kind, fields = "other", {"label": way.label, "value": fields["value"]}
    if is_private(way.item):
        fields["private"] = "true"
    return {kind: fields["value"] if list(fields) == ["value"] else dict(fields)}


def _extras(person: Any) -> Tree:
    """Return what is told of the person under keys that are not known."""
    found = person.items() if isinstance(person, dict) else ()
    told = {key: ", ".join(leaves(value)) for key, value in found if key not in FOR_DATABASES and key not in PARTS}
    return {key: value for key, value in told.items() if value}
