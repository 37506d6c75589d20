"""Contacts: what each kind looks like, where it leads and how it prints."""

from __future__ import annotations

import re
from collections.abc import Mapping

from msgspec import Struct

from cvbuild.addresses import EXAMPLE, address
from cvbuild.errors import closest, quoted
from cvbuild.profile.types import FLAGS, KEPT, URL
from cvbuild.schema import (
    Custom,
    Reading,
    Record,
    RecordOf,
    Varied,
    Word,
    aliases,
    json_of,
    read,
    shared,
    warn_if_mixed,
)
from cvbuild.source import Mapping as MappingNode
from cvbuild.source import Node, Scalar, describe

_EMAIL = re.compile(r"[^\s@:/<>]+@[^\s@:/<>]+\.[^\s@:/<>.]+")
_PHONE = re.compile(r"\+?[\d\s()./-]{3,30}( ?(ext\.?|x) ?\d{1,6})?")


class Kind(Struct, frozen=True):
    """A kind of contact that has accounts: `{}` in the address stands for the handle."""

    url: str
    handle: str


ACCOUNTS: Mapping[str, Kind] = {
    "github": Kind("https://github.com/{}", r"[A-Za-z0-9-]{1,39}"),
    "gitlab": Kind("https://gitlab.com/{}", r"[\w.-]+(/[\w.-]+)*"),
    "linkedin": Kind("https://linkedin.com/in/{}", r"[\w%-]+"),
    "scholar": Kind("https://scholar.google.com/citations?user={}", r"[\w-]+"),
    "orcid": Kind("https://orcid.org/{}", r"\d{4}-\d{4}-\d{4}-\d{3}[\dX]"),
    "arxiv": Kind("https://arxiv.org/a/{}", r"[a-z_]+\d*|\d{4}-\d{4}-\d{4}-\d{3}[\dX]"),
    "openreview": Kind("https://openreview.net/profile?id={}", r"~?[\w-]+"),
    "mastodon": Kind("https://{}", r"@?[\w.-]+@[\w.-]+\.\w+"),
    "bluesky": Kind("https://bsky.app/profile/{}", r"@?[\w.-]+"),
    "x": Kind("https://x.com/{}", r"@?\w{1,15}"),
}
# `other` is any words under a label, and may lead somewhere.
KINDS = ("email", "phone", "website", "location", *ACCOUNTS, "other")


def orcid_is_valid(handle: str) -> bool:
    """Tell whether the last character of an ORCID iD checks the others (ISO/IEC 7064, MOD 11-2)."""
    digits = handle.replace("-", "")
    total = 0
    for digit in digits[:-1]:
        total = (total + int(digit)) * 2
    check = (12 - total % 11) % 11
    return digits[-1] == ("X" if check == 10 else str(check))


_EXPECTED = {
    "email": "an e-mail address such as ada@example.org",
    "phone": "a phone number such as +44 20 5550 0100",
    "location": "a place",
    "other": "words",
    "orcid": "an ORCID iD such as 0000-0002-1825-0097",
}


class ContactValue(Word):
    """The value of a contact of one kind."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        account = f"a handle on {kind}, or an address" if kind in ACCOUNTS else EXAMPLE
        self.expected = _EXPECTED.get(kind, account)

    def value(self, node: Scalar, where: str, reading: Reading) -> str:
        text = super().value(node, where, reading)
        form = {"email": _EMAIL, "phone": _PHONE}.get(self.kind)
        if form and not form.fullmatch(text):
            raise self.refusal(node, "leave out 'mailto:'" if text.startswith("mailto:") else "")
        try:
            target(self.kind, text)
        except ValueError:
            if self.kind in ACCOUNTS and ":" not in text and not re.fullmatch(ACCOUNTS[self.kind].handle, text):
                raise self.refusal(node) from None
            raise
        if self.kind not in ("phone", "location", "other"):
            warn_if_mixed(text, node, where, reading)
        return text


def target(kind: str, value: str) -> str:
    """Return the address that a contact leads to by its value, '' for a location and other words.

    Raises `ValueError`, fit to show, where the value is neither a handle of its kind nor an address.
    """
    if kind in ("location", "other"):
        return ""
    if kind == "email":
        return address(f"mailto:{value}")
    if kind == "phone":
        return "tel:" + re.sub(r"(?!^\+)\D", "", re.split(r"ext|x", value)[0])
    account = ACCOUNTS.get(kind)
    if not account or not re.fullmatch(account.handle, value) or (kind != "bluesky" and _is_address(value)):
        return address(value)
    if kind == "orcid" and not orcid_is_valid(value):
        raise ValueError(f"'{value}' is not an ORCID iD: its last character does not fit the others")
    if kind == "mastodon":
        user, host = value.removeprefix("@").split("@")
        return address(f"https://{host}/@{user}")
    return address(account.url.format(value.removeprefix("@")))


def _is_address(value: str) -> bool:
    return "/" in value or "://" in value


def shown(kind: str, value: str) -> str:
    """Return what is printed for a contact: an address without its scheme, or the value itself."""
    if kind in ("email", "phone", "location", "other"):
        return value
    return re.sub(r"^https?://(www\.)?|/$", "", target(kind, value))


WORD = shared("word", Varied(Word()))


def _record(kind: str) -> RecordOf:
    fields = {**FLAGS, "value": shared("word", Varied(ContactValue(kind))), "label": WORD, **KEPT}
    if kind == "other":
        fields["url"] = URL
    return shared("contact_value", RecordOf("contact", fields, ("value",), main="value"))


def read_contact(node: Node, where: str, reading: Reading) -> Record | None:
    """Return one contact: a record with `kind`, `value` and its flags."""
    if not isinstance(node, MappingNode) or len(node.items) != 1:
        several = isinstance(node, MappingNode) and node.items
        found = f"{len(node.items)} keys in one item" if isinstance(node, MappingNode) else describe(node)
        hint = "begin each contact with '- '" if several else "write '- email: ada@example.org'"
        reading.fail(node.mark, where, f"{found}; expected one 'kind: value'", hint)
        return None
    key, item = node.items[0]
    at = f"{where}.{key.text}"
    # Any label may stand with an address, so a kind is misspelt only where its value is none.
    meant = "" if key.text in KINDS else closest(key.text, KINDS) or aliases.meant(key.text, KINDS)
    trial = Reading(reading.languages)
    if meant and (read(_record(key.text), item, at, trial) is None or trial.problems):
        reading.fail(key.mark, at, f"no such kind of contact {quoted(key.text)}", f"did you mean '{meant}'?")
        return None
    record = read(_record(key.text), item, at, reading)
    if not isinstance(record, Record):
        return None
    return Record("contact", {"kind": key.text, **record.fields}, record.marks, node.mark)


_LABELLED = {
    "anyOf": [
        {"type": "string", "pattern": r"^(https?|mailto|tel):|^[^@\s]+\.[^@\s]+$"},
        {"type": "object", "required": ["value"]},
    ]
}
ANY_CONTACT = _record("website")
CONTACT = shared(
    "contact",
    Custom(
        read_contact,
        "one 'kind: value'",
        {
            "type": "object",
            "minProperties": 1,
            "maxProperties": 1,
            "properties": {kind: json_of(_record(kind)) for kind in KINDS},
            "additionalProperties": _LABELLED,
        },
    ),
)
