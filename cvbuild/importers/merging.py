"""Facts put into a profile that is there: its comments, its order and every byte of it stay; what it says, wins."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator

from msgspec import Struct, field

from cvbuild import source
from cvbuild.importers.imported import Tree
from cvbuild.importers.names import collection_name, title_of
from cvbuild.profile.types import ENTRY_TYPES, TYPE_OF
from cvbuild.source import Plain, Span, spans, spliced, with_fields, with_items

# What tells one entry from another with the same name.
_APART = ("position", "degree", "area", "course", "role", "event", "start", "date")
# Of a preprint and the paper that came of it.
_YEARS = 2
# Where what is required tells little: one reviews for many.
_ALSO_APART = {"service": ("venue", "organization"), "teaching": ("institution",)}
_ONCE = ("id", "appearances", "tags", "priority", "private", "since", "until", "written")
_WHERE = re.compile(r"^(https?://)?(dx\.)?(doi\.org|arxiv\.org/(abs|pdf))/|^(doi|arxiv):\s*")
_VIEWS = ("view", "variants")


class Merged(Struct):
    """The text that a profile becomes; how many entries are new and how many got fields, by collection."""

    text: str = ""
    added: dict[str, int] = field(default_factory=dict)
    completed: dict[str, int] = field(default_factory=dict)
    left: list[str] = field(default_factory=list)


def merged(text: str, known: Plain, tree: Tree) -> Merged:
    """Return the profile *text*, which holds *known*, with what *tree* says beyond it.

    Entries are the same by their id, DOI, arXiv id or title; one that is there gets the fields it lacks.
    """
    root = spans(text)
    found, pieces, fresh = Merged(), list[tuple[int, str]](), Tree()
    old = known if isinstance(known, dict) else {}
    for name, value in tree.items():
        if name == "person":
            pieces += _contacts(text, root, old.get(name), value, found)
        elif name in ("translations", "written"):
            continue
        elif name == "venues" and not _is_absent(old.get(name)):
            pieces += _venues(text, root.pairs[name], old[name], value, found)
        elif _is_absent(old.get(name)) and _has_room(root, name):
            fresh[name] = _unwritten(value)
            found.added[name] = len(_entries(value)) or 1
        elif not _is_absent(old.get(name)) and _kind_of(name, value) != _kind_of(name, old.get(name)):
            other = collection_name(name, {*old, *tree, *fresh})
            title = value.get("title", title_of(name)) if isinstance(value, dict) else title_of(name)
            fresh[other] = {"type": _kind_of(name, value), "title": title, "entries": _unwritten(_entries(value))}
            found.added[other] = len(_entries(value))
        elif not (entries := _entries(value)) or not all(isinstance(entry, dict) for entry in entries):
            found.left += [name] if old.get(name) != value else []
        else:
            pieces += _collection(text, root.pairs[name], name, old[name], value, found)
    pieces += _new(text, root, fresh)
    found.text = spliced(text, pieces)
    return found


def _venues(text: str, span: Span, old: Plain, new: Plain, found: Merged) -> Iterator[tuple[int, str]]:
    known, declared = (side if isinstance(side, dict) else {} for side in (old, new))
    fresh = {name: venue for name, venue in declared.items() if name not in known}
    if fresh and span.kind == "mapping":
        found.added["venues"] = len(fresh)
        yield with_fields(text, span, fresh)


def _has_room(root: Span, name: str) -> bool:
    """Tell whether nothing stands where *name* goes, not even a word for nothing."""
    there = root.pairs.get(name)
    return there is None or (there.start == there.end and not root.flow)


def _kind_of(name: str, value: Plain) -> str:
    said = value.get("type") if isinstance(value, dict) else None
    return str(said) if said else TYPE_OF.get(name, name)


def _is_absent(value: Plain) -> bool:
    return value is None or value in ([], {}, "")


def _entries(value: Plain) -> list[Plain]:
    inner = value.get("entries") if isinstance(value, dict) else value
    return inner if isinstance(inner, list) else []


def _unwritten(value: Plain) -> Plain:
    """Return *value* without how its source wrote it: what is mixed with other facts does not go back as it came."""
    match value:
        case list():
            return [_unwritten(item) for item in value]
        case dict():
            return {name: _unwritten(item) for name, item in value.items() if name != "written"}
        case _:
            return value


def _collection(text: str, span: Span, name: str, old: Plain, new: Plain, found: Merged) -> Iterator[tuple[int, str]]:
    kind = _kind_of(name, new)
    held = _entries(old)
    at = span if span.kind == "sequence" else span.pairs.get("entries")
    if at is None or at.kind != "sequence":
        found.left.append(name)
        return
    places = {key: index for index, entry in reversed(list(enumerate(held))) for key in keys(entry, kind)}
    added: list[Plain] = []
    for entry in _entries(new):
        found_at = (places[key] for key in keys(entry, kind) if key in places and fits(key, held[places[key]], entry))
        index = next(found_at, None)
        if index is None:
            added.append(_unwritten(entry))
            continue
        lacking = _lacking(held[index], entry)
        if lacking and at.items[index].kind == "mapping":
            found.completed[name] = found.completed.get(name, 0) + 1
            yield with_fields(text, at.items[index], lacking)
    if added:
        found.added[name] = len(added)
        yield with_items(text, at, added)


def fits(key: str, held: Plain, entry: Plain) -> bool:
    """Tell whether what has the same *key* can be the same: of two titles, the years must be near."""
    years = [set(map(int, re.findall(r"\b(\d{4})\b", _dates(one)))) for one in (held, entry)]
    if not key.startswith("title:") or not all(years):
        return True
    return min(abs(one - other) for one in years[0] for other in years[1]) <= _YEARS


def _dates(entry: Plain) -> str:
    if not isinstance(entry, dict):
        return ""
    inner = entry.get("appearances")
    shown = [one for one in (entry, *(inner if isinstance(inner, list) else [])) if isinstance(one, dict)]
    return " ".join(str(one.get(name, "")) for one in shown for name in ("date", "status", "start"))


def _lacking(old: Plain, new: Plain) -> Tree:
    """Return the fields of *new* that *old* has no value for, and that do not contradict those it has."""
    if not isinstance(old, dict) or not isinstance(new, dict):
        return {}
    dated = {"date", "start", "end"}
    barred = dated if dated & old.keys() else {"date", "venue", "status"} if "appearances" in old else set()
    return {
        name: _unwritten(value)
        for name, value in new.items()
        if name not in _ONCE and name not in barred and _is_absent(old.get(name))
    }


def keys(entry: Plain, kind: str) -> Iterator[str]:
    """Yield what an entry is known by, the surest first."""
    if not isinstance(entry, dict):
        return
    if isinstance(entry.get("id"), str):
        yield f"id:{entry['id']}"
    for holder in (entry.get("links"), entry.get("extras")):
        for where, value in holder.items() if isinstance(holder, dict) else ():
            address = value.get("url") if isinstance(value, dict) else value
            if where.casefold() in ("doi", "arxiv") and isinstance(address, str):
                yield f"{where.casefold()}:{_identifier(address)}"
    required = ENTRY_TYPES[kind].required[0] if kind in ENTRY_TYPES else "name"
    for title in _said(entry.get(required)):
        apart = () if kind in ("publications", "skills", "languages") else tuple(_apart(entry, kind))
        yield "title:" + "|".join((plain_words(title), *apart))


def _identifier(address: str) -> str:
    """Return a DOI or an arXiv id without where it leads, and without its version."""
    bare = _WHERE.sub("", address.strip().casefold())
    return re.sub(r"v\d+$|\.pdf$", "", bare)


def _said(value: Plain) -> Iterator[str]:
    """Yield a text, or each of a text that is dated or translated."""
    match value:
        case str():
            yield value
        case dict():
            for inner in value.values():
                yield from _said(inner)
        case _:
            return


def _apart(entry: Tree, kind: str) -> Iterator[str]:
    for name in (*_APART, *_ALSO_APART.get(kind, ())):
        said = next(_said(entry.get(name)), "")
        # A year is as good as a day: one source knows more than the other.
        yield said[:4] if name in ("start", "date") else plain_words(said)


def plain_words(text: str) -> str:
    """Return the letters and figures of *text*: titles differ in hyphens, accents and capitals only by chance."""
    parted = unicodedata.normalize("NFKD", text).casefold()
    return "".join(char for char in parted if char.isalnum())


def _contacts(text: str, root: Span, old: Plain, new: Plain, found: Merged) -> Iterator[tuple[int, str]]:
    """Yield the contacts of a kind that the profile has none of."""
    before = old.get("contact") if isinstance(old, dict) else None
    after = new.get("contact") if isinstance(new, dict) else None
    contacts = after if isinstance(after, list) else []
    kinds = {_kind(contact) for contact in before} if isinstance(before, list) else set()
    added = [_unwritten(contact) for contact in contacts if _kind(contact) not in kinds]
    person = root.pairs.get("person")
    if not added or person is None or person.kind != "mapping":
        return
    found.added["contact"] = len(added)
    at = person.pairs.get("contact")
    if at is not None and at.kind == "sequence" and at.items:
        yield with_items(text, at, added)
    elif at is None:
        yield with_fields(text, person, {"contact": added})
    else:
        del found.added["contact"]
        found.left.append("contact")


def _kind(contact: Plain) -> str:
    if not isinstance(contact, dict) or not contact:
        return ""
    kind, said = next(iter(contact.items()))
    word = said.get("label") if isinstance(said, dict) and kind == "other" else ""
    return f"{kind} {word}"


def _new(text: str, root: Span, fresh: Tree) -> Iterator[tuple[int, str]]:
    """Yield the collections that the profile lacks, before its views, else at its end."""
    for name in [name for name in fresh if name in root.pairs]:
        # `awards:` with nothing behind it: its line stays, the entries go below.
        value = fresh.pop(name)
        block = source.dump_prose({name: value}).partition("\n")
        at = text.find("\n", root.keys[name].end)
        yield (len(text), "\n" + block[2]) if at < 0 else (at + 1, block[2])
    if not fresh:
        return
    if root.flow:
        yield with_fields(text, root, fresh)
        return
    block_text = "\n".join(source.dump_prose({name: value}) for name, value in fresh.items())
    first = min((root.keys[name].start for name in _VIEWS if name in root.keys), default=None)
    if first is None:
        yield len(text), ("" if text.endswith("\n") else "\n") + "\n" + block_text
        return
    at = text.rfind("\n", 0, first) + 1
    # The comment above a view belongs to it.
    while at and text[text.rfind("\n", 0, at - 1) + 1 : at].lstrip().startswith("#"):
        at = text.rfind("\n", 0, at - 1) + 1
    yield at, block_text + "\n"


def lines(tree: Tree) -> Iterable[str]:
    """Return the blocks of a new profile, one for each of its keys."""
    return [source.dump_prose({name: value}) for name, value in tree.items()]
