"""The person of JSON Resume, `basics`, as a name with contacts, and back."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from msgspec import Struct, field

from cvbuild.errors import NOWHERE, Problem, quoted
from cvbuild.interchange.entries import NOTHING, Tree, mapping, tree_of
from cvbuild.interchange.forms import held_pairs, is_empty, noded, normal, value_of
from cvbuild.interchange.parts import BASICS
from cvbuild.interchange.texts import unmarked
from cvbuild.profile import Record
from cvbuild.profile.contacts import ACCOUNTS, CONTACT, target
from cvbuild.profile.plain import Plain
from cvbuild.profile.types import FLAGS, TEXT
from cvbuild.schema import Reading
from cvbuild.source import Mapping, Node, Scalar, cleaned, held, same, text_node
from cvbuild.source import Sequence as List

# The keys of `basics` that are one contact, and its kind.
SINGLE = {"email": "email", "phone": "phone", "url": "website", "website": "website", "location": "location"}
_FIELDS = {"name": "name", "label": "headline"}
_KINDS = {"twitter": "x", "googlescholar": "scholar", "researchgate": "", "stackoverflow": ""}
_NAMES = {
    "github": "GitHub", "gitlab": "GitLab", "linkedin": "LinkedIn", "scholar": "Google Scholar", "orcid": "ORCID",
    "arxiv": "arXiv", "openreview": "OpenReview", "mastodon": "Mastodon", "bluesky": "Bluesky", "x": "X",
}  # fmt: skip
_PLACE = ("address", "city", "region", "postalCode", "countryCode", "country")
_LIKE = {"email": "an e-mail address", "phone": "a phone number", "website": "an address"}
_LABELS = {"email": "Email", "phone": "Phone", "url": "Website", "website": "Website"}


class Person(Struct):
    """A person as a profile writes them, their summary, and what there is to say of how they were read."""

    tree: Tree = field(default_factory=dict)
    contacts: list[Plain] = field(default_factory=list)
    summary: Plain = None
    notes: list[Problem] = field(default_factory=list)


def person(node: Mapping, where: str) -> Person:
    """Return what *node* says, nothing lost: `basics` of what comes of it is *node* again."""
    found, extras, written = Person(), dict[str, Plain](), dict[str, Plain]()
    for key, value in node.items:
        at = f"{where}.{key.text}"
        name = _FIELDS.get(key.text, "")
        if key.text in SINGLE and (contact := _single(key.text, value, at, found.notes)):
            found.contacts.append(contact)
        elif key.text == "profiles" and (accounts := _profiles(value)) is not None:
            found.contacts += accounts
            if len(accounts) != len(value.items if isinstance(value, List) else ()) or not accounts:
                written["profiles"] = held(value)
        elif key.text == "summary" and (plain := normal("text", value)) and value_of(TEXT, plain):
            found.summary = plain
            if not same(text_node(unmarked(str(plain))), value):
                written[key.text] = held(value)
        elif name and name not in found.tree and (plain := normal("text", value)) and value_of(TEXT, plain):
            found.tree[name] = plain
            if plain == NOTHING or not same(text_node(unmarked(str(plain))), value):
                written[key.text] = held(value)
        elif is_empty(value):
            written[key.text] = held(value)
        elif key.text in ("image", "picture"):
            written[key.text] = held(value)
            message = "pictures are not fetched; put the file beside the profile and name it under person.photo"
            found.notes.append(Problem(value.mark, at, message))
        else:
            extras[key.text] = held(value)
    if "name" not in found.tree:
        found.tree["name"] = NOTHING
        found.notes.append(Problem(node.mark, where, f"no 'name'; '{NOTHING}' stands in its place"))
    found.tree = {name: found.tree[name] for name in ("name", "headline") if name in found.tree}
    found.tree |= {"extras": held_pairs(extras)} if extras else {}
    keys = [key.text for key, _ in node.items]
    if keys != [key for key in BASICS if key in keys]:
        written = {"keys": held(List(tuple(map(text_node, keys)), NOWHERE)), **written}
    found.tree |= {"written": held_pairs(written)} if written else {}
    return found


def _single(key: str, value: Node, where: str, notes: list[Problem]) -> Plain:
    """Return the contact under *key*; words under a label where it is not what its kind takes, nothing where empty."""
    if is_empty(value):
        return None
    kind, words = SINGLE[key], cleaned(value.text) if isinstance(value, Scalar) else ""
    text = _place(value) if key == "location" else words
    if not text:
        return None
    if tree := _fitting(kind, {"value": text}, value, key):
        return tree
    notes.append(Problem(value.mark, where, f"{quoted(text)} is not {_LIKE[kind]}; kept as words"))
    return _fitting("other", {"label": _LABELS[key], "value": text}, value, key)


def _place(value: Node) -> str:
    if isinstance(value, Scalar):
        return cleaned(value.text)
    if not isinstance(value, Mapping) or not all(isinstance(node, Scalar) for _, node in value.items):
        return ""
    parts = {key.text: cleaned(node.text) for key, node in value.items if isinstance(node, Scalar) and not node.absent}
    rest = [text for key, text in parts.items() if key not in _PLACE]
    return ", ".join(filter(None, [*(parts.get(name, "") for name in _PLACE), *rest]))


def _fitting(kind: str, fields: Tree, source: Node, key: str) -> Plain:
    """Return the contact that a profile reads as given, with how the source has it where that is not told by it."""
    tree: Tree = {kind: fields}
    made = contact(tree)
    if made is None:
        return None
    if _single_key(made) != key or not same(_value(made), source):
        fields = {**fields, "written": {"as": key, "self": held(source)}}
    return {kind: fields if list(fields) != ["value"] else fields["value"]}


def contact(tree: Tree) -> Record | None:
    """Return the contact that a reader makes of *tree*, nothing where it would refuse it."""
    reading = Reading()
    found = CONTACT.read(noded(tree), "", reading)
    return found if isinstance(found, Record) and not reading.problems else None


def _profiles(value: Node) -> list[Plain] | None:
    """Return the accounts in a list, but those that say nothing; nothing where it is no list of accounts."""
    if not isinstance(value, List) or not all(isinstance(item, Mapping) for item in value.items):
        return None
    found = [_account(item) for item in value.items if isinstance(item, Mapping) and not is_empty(item)]
    return None if None in found else found


def _account(node: Mapping) -> Plain:
    said = {key.text: cleaned(n.text) for key, n in node.items if isinstance(n, Scalar) and not is_empty(n)}
    extras = {key.text: held(n) for key, n in node.items
              if key.text not in ("network", "username", "url") and not is_empty(n)}  # fmt: skip
    network, user, url = (said.get(name, "") for name in ("network", "username", "url"))
    extras |= {key.text: held(n) for key, n in node.items
               if key.text in ("network", "username", "url") and key.text not in said and not is_empty(n)}  # fmt: skip
    more: Tree = {"extras": held_pairs(extras)} if extras else {}
    for tree in _candidates(network, user, url, more):
        made = contact(tree)
        if made is None:
            continue
        (kind, fields), = tree.items()
        assert isinstance(fields, dict)
        if not same(account(made), node):
            fields = {**fields, "written": {"self": held(node)}}
        return {kind: fields if list(fields) != ["value"] else fields["value"]}
    return None


def _candidates(network: str, user: str, url: str, more: Tree) -> Iterator[Tree]:
    """Yield the ways to say an account, the best first; the last always fits."""
    word = re.sub(r"\W", "", network.casefold())
    kind = _KINDS.get(word, word)
    if kind in ACCOUNTS and user and "@" not in user[1:]:
        leads = _leads(kind, user)
        label: Tree = {} if network == _NAMES[kind] else {"label": network}
        if leads and (not url or _bare(url) == _bare(leads)):
            yield {kind: {"value": user, **label, **more}}
    label = {"label": network} if network else {}
    shown = user or re.sub(r"^https?://(www\.)?|/$", "", url) or network or NOTHING
    if shown == network:
        label = {}
    if url:
        yield {"other": {**label, "value": shown, "url": url, **more}}
    extras = more.get("extras")
    kept = {**({"url": url} if url and url != shown else {}), **(extras if isinstance(extras, dict) else {})}
    yield {"other": {**label, "value": shown, **({"extras": kept} if kept else {})}}


def _leads(kind: str, user: str) -> str:
    try:
        return target(kind, user)
    except ValueError:
        return ""


def account_of(url: str) -> tuple[str, str, str] | None:
    """Return the kind of account that *url* is the address of, its handle and the kind's name; nothing for a page."""
    plain = re.sub(r"^https?://(www\.)?", "https://", url.strip()).removesuffix("/")
    for kind, name in _NAMES.items():
        handle = plain.removeprefix(ACCOUNTS[kind].url.partition("{}")[0])
        # On Mastodon's machines may be anything.
        if kind != "mastodon" and handle != plain and re.fullmatch(ACCOUNTS[kind].handle, handle):
            return kind, handle, name
    return None


def _bare(url: str) -> str:
    return re.sub(r"^https?://(www\.)?|/$", "", url.casefold())


def account(one: Record) -> Node:
    """Return a contact as an account of JSON Resume, unless the source had it otherwise and it is still the same."""
    if (whole := _as_written(one)) is not None:
        return whole
    kind, value = one.text("kind"), one.text("value")
    pairs: dict[str, Node] = {}
    network = one.text("label") or _NAMES.get(kind, "" if kind == "other" else kind)
    if network:
        pairs["network"] = text_node(network)
    pairs["username"] = text_node(value)
    url = one.text("url") if kind == "other" else _leads(kind, value)
    if url:
        pairs["url"] = text_node(url)
    for key, node in tree_of(one, "extras").items:
        pairs.setdefault(key.text, node)
    return mapping(pairs, ("network", "username", "url"))


def _as_written(one: Record) -> Node | None:
    """Return how the source had a contact, if that still comes to the same."""
    written = tree_of(one, "written")
    raw = written.get("self")
    if raw is None:
        return None
    node, key = raw, written.get("as")
    if isinstance(key, Scalar):
        tree = _single(key.text, node, "", []) if key.text in SINGLE else None
    else:
        tree = _account(node) if isinstance(node, Mapping) else None
    again = contact(tree) if isinstance(tree, dict) else None
    return node if again is not None and _facts(again) == _facts(one) else None


def _facts(one: Record) -> dict[str, object]:
    return {k: v for k, v in one.fields.items() if k not in FLAGS and not isinstance(v, Mapping)}


def _value(one: Record) -> Node:
    if (raw := _as_written(one)) is not None:
        return raw
    value = text_node(one.text("value"))
    return mapping({"address": value}, ()) if one.text("kind") == "location" else value


def basics(person: Record, contacts: Sequence[Record], summary: str) -> Mapping:
    """Return the person as JSON Resume writes them."""
    written, extras = tree_of(person, "written"), tree_of(person, "extras")
    pairs: dict[str, Node] = {}
    for key, name in _FIELDS.items():
        no_name = key == "name" and person.text(name) == NOTHING and written.get(key) is None
        _put(pairs, key, "" if no_name else person.text(name), written)
    _put(pairs, "summary", summary, written)
    left = list(contacts)
    for one in contacts:
        key = _single_key(one)
        if key and key not in pairs:
            pairs[key] = _value(one)
            left.remove(one)
    accounts = tuple(account(one) for one in left)
    kept = written.get("profiles")
    pairs |= {"profiles": _profiles_given(accounts, kept if kept else None)} if accounts or kept else {}
    for node_key, node in written.items:
        if node_key.text not in ("keys", "summary", "profiles", *_FIELDS):
            pairs.setdefault(node_key.text, node)
    for node_key, node in extras.items:
        pairs.setdefault(node_key.text, node)
    if person.text("photo"):
        pairs["image"] = text_node(person.text("photo"))
    keys = written.get("keys")
    own = [item.text for item in keys.items if isinstance(item, Scalar)] if isinstance(keys, List) else []
    return mapping(pairs, own or BASICS)


def _put(pairs: dict[str, Node], key: str, value: str, written: Mapping) -> None:
    """Put *value* under *key*, as the source had it if that still comes to the same."""
    raw = written.get(key)
    no_name = value == NOTHING and raw is not None and is_empty(raw)
    if raw is not None and (no_name or (normal("text", raw) or "") == value):
        pairs[key] = raw
    elif value:
        pairs[key] = text_node(unmarked(value))


def _single_key(one: Record) -> str:
    key = tree_of(one, "written").get("as")
    if isinstance(key, Scalar):
        return key.text
    kinds = {"email": "email", "phone": "phone", "website": "url", "location": "location"}
    return kinds.get(one.text("kind"), "") if not one.text("label") else ""


def _profiles_given(accounts: tuple[Node, ...], kept: Node | None) -> Node:
    """Return the list of accounts; with those that say nothing, where the source had some and the others are there."""
    if isinstance(kept, List):
        said = tuple(item for item in kept.items if not is_empty(item))
        if len(said) == len(accounts) and all(same(a, b) for a, b in zip(said, accounts, strict=True)):
            return kept
    elif kept is not None and not accounts:
        return kept
    return List(accounts, NOWHERE)
