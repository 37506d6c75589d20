"""Contacts: what each kind looks like, where it leads and how it prints."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from cvbuild.errors import nearest
from cvbuild.profile.types import FLAGS
from cvbuild.schema import Custom, Reading, Record, RecordOf, Varied, Word, address, read
from cvbuild.source import Mapping as MappingNode
from cvbuild.source import Node, Scalar, describe

_EMAIL = re.compile(r"[^\s@:/<>]+@[^\s@:/<>]+\.[^\s@:/<>.]+")
_PHONE = re.compile(r"\+?[\d\s()./-]{3,30}( ?(ext\.?|x) ?\d{1,6})?")


@dataclass(frozen=True, slots=True)
class Kind:
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
KINDS = ("email", "phone", "website", "location", *ACCOUNTS)


def orcid_is_valid(handle: str) -> bool:
    """Tell whether the last character of an ORCID iD checks the others (ISO/IEC 7064, MOD 11-2)."""
    digits = handle.replace("-", "")
    total = 0
    for digit in digits[:-1]:
        total = (total + int(digit)) * 2
    check = (12 - total % 11) % 11
    return digits[-1] == ("X" if check == 10 else str(check))


class ContactValue(Word):
    """The value of a contact of one kind."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self.expected = {"email": "an e-mail address", "phone": "a phone number"}.get(kind, "a handle or an address")

    def value(self, node: Scalar, where: str, reading: Reading) -> str:
        text = super().value(node, where, reading)
        if self.kind == "email" and not _EMAIL.fullmatch(text):
            raise ValueError(f"'{text}' is not an e-mail address")
        if self.kind == "phone" and not _PHONE.fullmatch(text):
            raise ValueError(f"'{text}' is not a phone number")
        if self.kind != "location":
            target(self.kind, text)
        return text


def target(kind: str, value: str) -> str:
    """Return the address that a contact leads to, '' for a location.

    Raises `ValueError`, fit to show, where the value is neither a handle of its kind nor an address.
    """
    if kind == "location":
        return ""
    if kind == "email":
        return f"mailto:{value}"
    if kind == "phone":
        return "tel:" + re.sub(r"(?!^\+)\D", "", re.split(r"ext|x", value)[0])
    account = ACCOUNTS.get(kind)
    if not account or not re.fullmatch(account.handle, value) or (kind != "bluesky" and _is_address(value)):
        return address(value)
    if kind == "orcid" and not orcid_is_valid(value):
        raise ValueError(f"'{value}' is not an ORCID iD: its last character does not check")
    if kind == "mastodon":
        user, host = value.removeprefix("@").split("@")
        return f"https://{host}/@{user}"
    return account.url.format(value.removeprefix("@"))


def _is_address(value: str) -> bool:
    return "/" in value or "://" in value


def shown(kind: str, value: str) -> str:
    """Return what is printed for a contact: an address without its scheme, or the value itself."""
    if kind in ("email", "phone", "location"):
        return value
    return re.sub(r"^https?://(www\.)?|/$", "", target(kind, value))


def _record(kind: str) -> RecordOf:
    fields = {**FLAGS, "value": Varied(ContactValue(kind)), "label": Varied(Word())}
    return RecordOf("contact", fields, ("value",), main="value")


def read_contact(node: Node, where: str, reading: Reading) -> Record | None:
    """Return one contact: a record with `kind`, `value` and its flags."""
    if not isinstance(node, MappingNode) or len(node.items) != 1:
        message = f"{describe(node)}; expected one 'kind: value'"
        reading.fail(node.mark, where, message, "write '- email: ada@example.org'")
        return None
    key, item = node.items[0]
    known = len(reading.problems)
    record = read(_record(key.text), item, f"{where}.{key.text}", reading)
    if len(reading.problems) > known and key.text not in KINDS and nearest(key.text, KINDS):
        reading.fail(key.mark, where, f"'{key.text}' is no kind of contact", nearest(key.text, KINDS))
    if not isinstance(record, Record):
        return None
    return Record("contact", {"kind": key.text, **record.fields}, record.marks, node.mark)


CONTACT = Custom(
    read_contact,
    "one 'kind: value'",
    {"type": "object", "minProperties": 1, "maxProperties": 1, "examples": [{kind: ""} for kind in KINDS]},
)
