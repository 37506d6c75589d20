"""Files of publications beside a profile: their works join its own, whose facts win.

All happens on nodes, before the schema: whatever a file says is read, judged and located like what the profile says.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator

from msgspec import Struct

from cvbuild.errors import LimitError, Mark, ProfileError, nearest, quoted
from cvbuild.importers.works import Work, fold, read, records
from cvbuild.importers.works.ids import arxiv, doi, folded
from cvbuild.importers.works.names import Own
from cvbuild.importers.works.records import Records, slug
from cvbuild.profile import Profile, Record
from cvbuild.profile.authors import ME, parse
from cvbuild.profile.plain import Plain
from cvbuild.profile.types import APPEARANCE
from cvbuild.schema import Reading, Translated
from cvbuild.schema.values import Dated, Value
from cvbuild.source import Mapping, Node, Scalar, Sequence, scalars

_YEARS = 2


class Signs(Struct, frozen=True):
    """What a work goes by: keys and ids, identifiers, titles; and, beside a title, its first author and its years.

    The first author is '' where nobody is named, or the person is.
    """

    keys: frozenset[str]
    ids: frozenset[str]
    titles: frozenset[str]
    first: str
    years: frozenset[int]


class Listed:
    """Works of files as entries, `found` by what they go by."""

    def __init__(self, found: Records) -> None:
        self.found = found
        self.signs = tuple(_signs(found, index) for index in range(len(found.works)))
        self.places: dict[str, list[int]] = {}
        for index, signs in enumerate(self.signs):
            for sign in (*signs.keys, *signs.ids, *signs.titles):
                self.places.setdefault(sign, []).append(index)

    def mark(self, index: int) -> Mark:
        return self.found.works[index].mark

    def match(self, own: Signs, left: Container[int]) -> int | None:
        """Return which of the works still *left* goes by *own*: by key or id, identifier, title; in this order."""
        for signs in (own.keys, own.ids, own.titles):
            for index in (index for sign in sorted(signs) for index in self.places.get(sign, ())):
                if index in left and (signs is not own.titles or _near(own, self.signs[index])):
                    return index
        return None


def own_of(person: Record | None, contacts: tuple[Record, ...] = ()) -> Own:
    """Return what is known of the name of *person*, whose *contacts* may still be with them."""
    if person is None:
        return Own()
    forms = [str(form) for field in ("name", "cite_as") for form in _constants(person.get(field))]
    orcid = next((c.text("value") for c in (*contacts, *person.records("contact")) if c.text("kind") == "orcid"), "")
    refused = frozenset(name.strip().lower() for name in person.texts("not_me"))
    return Own(tuple(dict.fromkeys(forms)), orcid.rstrip("/").rpartition("/")[2], refused)


def _constants(value: Value | None) -> Iterator[Value]:
    match value:
        case None:
            return
        case Dated(steps):
            for _, step in steps:
                yield from _constants(step)
        case Translated(versions):
            for _, version in versions:
                yield from _constants(version)
        case tuple():
            for item in value:
                yield from _constants(item)
        case _:
            yield value


def listed(
    files: Iterable[tuple[str, bytes]], asked: Record | None, person: Record | None, root: Mapping, reading: Reading
) -> Listed:
    """Return the works of *files* (names and bytes), of which *asked* may name some by their keys.

    What is wrong with the files is reported on *reading*. Raises `LimitError`.
    """
    works = list(_read(files, asked.texts("only") if asked else (), reading))
    if asked and "only" in asked.fields:
        works = _chosen(works, asked, reading)
    one_each, told = fold(works)
    taken = {scalar.text for key, scalar in scalars(root) if key == "id"} | _names(root)
    found = records(one_each, own_of(person), _venues(root), taken)
    reading.warnings += (*told, *found.guesses)
    return Listed(found)


def beside(name: str, data: bytes, profile: Profile) -> Listed:
    """Return the works of a file that is no part of *profile*, to compare the two.

    Raises `ProfileError` and `LimitError` with all that is wrong with the file.
    """
    works = read(name, data)
    if works.problems:
        raise ProfileError(*works.problems)
    venues = {key: [*venue.texts("name"), *venue.texts("short")] for key, venue in profile.venues.items()}
    return Listed(records(fold(works.works)[0], own_of(profile.person, profile.contacts), venues))


def _read(files: Iterable[tuple[str, bytes]], wanted: tuple[str, ...], reading: Reading) -> Iterator[Work]:
    """Yield the works of *files*; a fault in what is not *wanted* is none of the profile's business."""
    for name, data in files:
        try:
            found = read(name, data)
        except LimitError:
            raise
        except ProfileError as error:
            reading.problems += error.problems
            continue
        reading.problems += (p for p in found.problems if not (wanted and p.where and p.where not in wanted))
        reading.warnings += (p for p in found.guesses if not wanted or p.where in wanted)
        yield from found.works


def _chosen(works: list[Work], asked: Record, reading: Reading) -> list[Work]:
    """Return those of *works* that `only` names."""
    keys, wanted = {work.key for work in works}, asked.texts("only")
    for key in wanted:
        if key not in keys and not reading.problems:
            reading.fail(asked.mark_of("only"), "bibliography.only", f"no entry {quoted(key)}", nearest(key, keys))
    return [work for work in works if work.key in wanted]


def _names(root: Mapping) -> set[str]:
    return {key.text for key, _ in root.items} | {"person", "contact", "publications"}


def _venues(root: Mapping) -> dict[str, list[str]]:
    """Return the venues that *root* declares, each with its names."""
    declared = root.get("venues")
    pairs = declared.items if isinstance(declared, Mapping) else ()
    return {key.text: [s.text for name, s in scalars(node) if name not in ("", "kind", "url")] for key, node in pairs}


def joined(root: Mapping, works: Listed, asked: Record | None, reading: Reading) -> Mapping:
    """Return *root* with *works* in its publications: filled in where it has them, and behind them where not."""
    left = dict(enumerate(works.found.entries))
    pairs = []
    for key, node in root.items:
        held = _entries(key, node)
        if held is not None:
            filled = [_filled(item, f"{key.text}[{i}]", works, left, reading) for i, item in enumerate(held.items)]
            node = _with_entries(node, Sequence(tuple(filled), held.mark))
        pairs.append((key, node))
    added = tuple(tree_of(entry, works.mark(index)) for index, entry in left.items())
    mark = asked.mark if asked else root.mark
    if added:
        _append(pairs, added, mark)
    declared = tuple((Scalar(name, mark), tree_of(venue, mark)) for name, venue in works.found.venues.items())
    if declared:
        venues = root.get("venues")
        known = venues.items if isinstance(venues, Mapping) else ()
        pairs = [pair for pair in pairs if pair[0].text != "venues"]
        pairs.append((Scalar("venues", mark), Mapping((*known, *declared), venues.mark if venues else mark)))
    return Mapping(tuple(pairs), root.mark)


def _entries(key: Scalar, node: Node) -> Sequence | None:
    """Return the publications under *key*, if it is a collection of these."""
    said = node.get("type") if isinstance(node, Mapping) else None
    kind = said.text if isinstance(said, Scalar) else key.text
    held = node.get("entries") if isinstance(node, Mapping) else node
    return held if kind == "publications" and isinstance(held, Sequence) else None


def _with_entries(node: Node, entries: Sequence) -> Node:
    if not isinstance(node, Mapping):
        return entries
    return Mapping(tuple((k, entries if k.text == "entries" else v) for k, v in node.items), node.mark)


def _append(pairs: list[tuple[Scalar, Node]], added: tuple[Node, ...], mark: Mark) -> None:
    """Put *added* behind the first collection of publications; where there is none, into one of its own."""
    for index, (key, node) in enumerate(pairs):
        held = _entries(key, node)
        if held is not None:
            pairs[index] = key, _with_entries(node, Sequence((*held.items, *added), held.mark))
            return
    pairs[:] = [pair for pair in pairs if pair[0].text != "publications"]
    pairs.append((Scalar("publications", mark), Sequence(added, mark)))


def _filled(item: Node, where: str, works: Listed, left: dict[int, dict[str, Plain]], reading: Reading) -> Node:
    """Return the profile's *item* with what only the files say of it, and strike that off what is *left*."""
    if not isinstance(item, Mapping):
        return item
    index = works.match(signs_of(item), left)
    if index is None:
        key = item.get("key") or item.get("id")
        if item.get("title") is None and isinstance(key, Scalar):
            known = [str(entry.get("key", entry["id"])) for entry in works.found.entries]
            reading.fail(key.mark, where, f"no title, and no entry {quoted(key.text)} in the bibliography",
                         nearest(key.text, known))  # fmt: skip
            return Mapping((*item.items, (Scalar("title", key.mark), Scalar(key.text, key.mark))), item.mark)
        return item
    del left[index]
    own = {key.text for key, _ in item.items}
    told = works.found.flat if own & {*APPEARANCE, "appearances"} else works.found.entries
    more, mark = dict(told[index]), works.mark(index)
    shown = item.get("appearances")
    if isinstance(shown, Sequence):
        place = {name: value for name, value in more.items() if name in APPEARANCE}
        item = _replaced(item, "appearances", _placed(shown, place, mark))
        more = {name: value for name, value in more.items() if name not in place}
    links = item.get("links")
    if isinstance(links, Mapping) and isinstance(more.get("links"), dict):
        item = _replaced(item, "links", _links(links, more["links"], mark))
    added = tuple((Scalar(name, mark), tree_of(value, mark)) for name, value in more.items() if name not in own)
    return Mapping((*item.items, *added), item.mark)


def _placed(shown: Sequence, place: dict[str, Plain], mark: Mark) -> Sequence:
    """Return the appearances *shown* in the profile; the one at this *place* is filled in."""
    for index, item in enumerate(shown.items):
        if isinstance(item, Mapping) and is_at(item, place):
            own = {key.text for key, _ in item.items}
            more = ((Scalar(name, mark), tree_of(value, mark)) for name, value in place.items() if name not in own)
            filled = Mapping((*item.items, *more), item.mark)
            return Sequence((*shown.items[:index], filled, *shown.items[index + 1 :]), shown.mark)
    return shown


def is_at(appearance: Mapping, place: dict[str, Plain]) -> bool:
    """Tell whether an appearance is the one at *place*: by its DOI, else by its venue."""
    links = place.get("links")
    named = signs_of(appearance).ids
    if named and isinstance(links, dict) and "doi" in links:
        return f"doi:{str(links['doi']).lower()}" in named
    venue = appearance.get("venue")
    return isinstance(venue, Scalar) and venue.text == place.get("venue")


def _links(own: Mapping, more: Plain, mark: Mark) -> Mapping:
    assert isinstance(more, dict)
    known = {key.text for key, _ in own.items}
    return Mapping(
        (*own.items, *((Scalar(k, mark), tree_of(v, mark)) for k, v in more.items() if k not in known)), own.mark
    )


def _replaced(item: Mapping, name: str, node: Node) -> Mapping:
    return Mapping(tuple((key, node if key.text == name else value) for key, value in item.items), item.mark)


def tree_of(value: Plain, mark: Mark) -> Node:
    """Return plain data as nodes that all stand at *mark*."""
    if isinstance(value, dict):
        return Mapping(tuple((Scalar(name, mark), tree_of(inner, mark)) for name, inner in value.items()), mark)
    if isinstance(value, list):
        return Sequence(tuple(tree_of(inner, mark) for inner in value), mark)
    return Scalar("" if value is None else str(value), mark, plain=value is None)


def _near(one: Signs, other: Signs) -> bool:
    authors = not (one.first and other.first) or one.first == other.first
    apart = min((abs(a - b) for a in one.years for b in other.years), default=0)
    return authors and apart <= _YEARS


def _signs(found: Records, index: int) -> Signs:
    work, entry = found.works[index], found.entries[index]
    versions = (work, *work.versions)
    authors = entry.get("authors")
    first = str(authors[0]) if isinstance(authors, list) and authors else ""
    ids = {f"{kind}:{value.lower()}" for v in versions for kind, value in v.ids if kind in ("doi", "arxiv", "pmid")}
    return Signs(
        frozenset({*(v.key for v in versions), *(slug(v.key) for v in versions), str(entry["id"])} - {""}),
        frozenset(ids),
        frozenset(folded(v.title) for v in versions) - {""},
        _family(first),
        frozenset(int(v.date[:4]) for v in versions if v.date[:4].isdecimal()),
    )


def signs_of(item: Mapping) -> Signs:
    told = list(scalars(item))
    keys = {s.text for name in ("key", "id") if isinstance(s := item.get(name), Scalar)}
    title = item.get("title")
    authors = item.get("authors")
    first = authors.items[0] if isinstance(authors, Sequence) and authors.items else None
    ids = {f"{name}:{(find(s.text) or s.text).lower()}" for name, s in told
           for find in [{"doi": doi, "arxiv": arxiv}.get(name, str)] if name in ("doi", "arxiv", "pmid")}  # fmt: skip
    return Signs(
        frozenset(keys),
        frozenset(ids),
        frozenset(folded(scalar.text) for key, scalar in scalars(title, "title") if key) - {""},
        _family(first.text) if isinstance(first, Scalar) else "",
        frozenset(int(s.text[:4]) for key, s in told if key == "date" and re.match(r"\d{4}", s.text)),
    )


def _family(author: str) -> str:
    """Return the last name of an author, as letters alone: `A. Quill†` is `quill`."""
    name = parse(author, ()).name
    words = name.partition(",")[0].split()
    return folded(words[-1]) if words and name != ME else ""
