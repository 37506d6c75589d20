"""Files → `Profile`: opens what it is given and reports every problem at once, with its place."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from cvbuild import source
from cvbuild.errors import Mark, Problem, ProfileError, nearest
from cvbuild.profile import Collection, Profile, View
from cvbuild.profile.checks import check
from cvbuild.profile.contacts import CONTACT
from cvbuild.profile.types import ENTRY_TYPES, ID, TAG, TEXT, TEXTS, TYPE_OF
from cvbuild.profile.variants import NAME, VARIANT, VIEW, read_view
from cvbuild.schema import (
    Choice,
    Field,
    ListOf,
    LooseDate,
    Pattern,
    Reading,
    Record,
    RecordOf,
    Translated,
    Value,
    Varied,
    Word,
)
from cvbuild.schema import (
    read as read_field,
)
from cvbuild.source import Mapping, Node, Scalar, Sequence, describe

LANGUAGE = Pattern(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*", "a language tag such as en, ko or pt-BR")
PERSON = RecordOf(
    "person",
    {
        "name": TEXT,
        "cite_as": Varied(ListOf(Word(), single=True)),
        "not_me": ListOf(Word(), single=True),
        "headline": TEXT,
        "photo": Word(),
        "contact": ListOf(CONTACT),
    },
    ("name",),
)
VENUE = RecordOf(
    "venue",
    {
        "name": TEXT,
        "short": TEXT,
        "kind": Choice("conference", "journal", "workshop", "book", "other"),
        "url": TEXT,
    },
    ("name",),
)
BIBLIOGRAPHY = RecordOf("bibliography", {"file": Word(), "only": ListOf(Word(), single=True)}, ("file",), main="file")
PARTS: dict[str, Field] = {
    "translations": ListOf(LANGUAGE, single=True),
    "tags": ListOf(TAG, single=True),
    "person": PERSON,
    "bibliography": BIBLIOGRAPHY,
}
KEYS = (*PARTS, "venues", "view", "variants")


@dataclass(frozen=True, slots=True)
class Source:
    """A profile with what was noticed on reading it: `warnings`, and every file it was read from."""

    profile: Profile
    warnings: tuple[Problem, ...]
    files: tuple[Path, ...]


def read(path: Path) -> Source:
    """Return the profile in *path* with the variants in `NAME.variants/` beside it.

    Raises `ProfileError` with all that is wrong in any of the files.
    """
    reading = Reading()
    root = _load(path, str(path), reading)
    profile = _profile(root, str(path), reading)
    files = [path]
    folder = path.with_suffix(".variants")
    if folder.is_dir():
        for file in sorted(p for p in folder.iterdir() if p.suffix in (".yaml", ".yml")):
            files.append(file)
            profile = _with_variant(profile, file, reading)
    return _checked(profile, reading, tuple(files))


def read_text(data: bytes, file: str) -> Source:
    """Return the profile in *data*; *file* names it in messages, and there are no files beside it."""
    reading = Reading()
    return _checked(_profile(_parse(data, file, reading), file, reading), reading, ())


def _checked(profile: Profile, reading: Reading, files: tuple[Path, ...]) -> Source:
    check(profile, reading)
    if reading.problems:
        raise ProfileError(*reading.problems)
    return Source(profile, tuple(dict.fromkeys(sorted(reading.warnings))), files)


def contents(path: Path, file: str) -> bytes:
    """Return the bytes of the regular file at *path*; *file* names it in messages."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
        with open(descriptor, "rb") as stream:  # noqa: PTH123 (a descriptor, checked before it is read)
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                raise ProfileError(Problem(Mark(file), "", "not a regular file; expected a YAML file"))
            return stream.read(source.MAX_BYTES + 1)
    except IsADirectoryError:
        raise ProfileError(Problem(Mark(file), "", "a folder; expected a YAML file")) from None
    except OSError as error:
        reason = "no such file" if error.errno == errno.ENOENT else (error.strerror or "cannot be opened").lower()
        raise ProfileError(Problem(Mark(file), "", reason, _neighbour(path))) from None


def _neighbour(path: Path) -> str:
    try:
        return nearest(path.name, [p.name for p in path.parent.iterdir() if p.suffix in (".yaml", ".yml")])
    except OSError:
        return ""


def _load(path: Path, file: str, reading: Reading) -> Node | None:
    return _parse(contents(path, file), file, reading)


def _parse(data: bytes, file: str, reading: Reading) -> Node | None:
    return source.parse(source.decode(data, file), file)


def _profile(root: Node | None, file: str, reading: Reading) -> Profile:
    if root is None or (isinstance(root, Scalar) and root.absent):
        hint = "begin with 'person:' and, indented below it, 'name: …'"
        raise ProfileError(Problem(Mark(file), "", "the file is empty; expected a profile", hint))
    if not isinstance(root, Mapping):
        hint = "begin with 'person:', not with '- '" if isinstance(root, Sequence) else "begin with 'person:'"
        raise ProfileError(
            Problem(root.mark, "", f"{describe(root)}; expected a mapping with 'person' and collections", hint)
        )
    reading.languages = _languages(root, reading)
    parts = {name: read_field(field, root.get(name), name, reading) for name, field in PARTS.items()
             if name != "translations"}  # fmt: skip
    person = parts["person"]
    if root.get("person") is None or not isinstance(person, Record):
        person = _nobody(root, reading)
    tags, bibliography = parts["tags"], parts["bibliography"]
    return Profile(
        file=file,
        person=person.replace(contact=None),
        contacts=person.records("contact"),
        collections=tuple(_collections(root, reading)),
        venues=_venues(root.get("venues"), reading),
        translations=reading.languages,
        tags=tuple(map(str, tags)) if isinstance(tags, tuple) else None,
        bibliography=bibliography if isinstance(bibliography, Record) else None,
        view=read_view(VIEW, root.get("view"), "", "view", reading),
        variants=_variants(root.get("variants"), reading),
    )


def _nobody(root: Mapping, reading: Reading) -> Record:
    if not any(problem.where.startswith("person") for problem in reading.problems):
        message = "the field 'person' is missing; expected a mapping with 'name'"
        reading.fail(root.mark, "", message, "write 'person:' and, indented below it, 'name: …'")
    return Record("person", {"name": "?"}, {}, root.mark)


def _languages(root: Mapping, reading: Reading) -> tuple[str, ...]:
    found = read_field(PARTS["translations"], root.get("translations"), "translations", reading)
    return tuple(map(str, found)) if isinstance(found, tuple) and found else ("en",)


def _collections(root: Mapping, reading: Reading) -> Iterator[Collection]:
    for key, node in root.items:
        if key.text in KEYS:
            continue
        if key.text not in TYPE_OF and not (isinstance(node, Mapping) and node.get("type")):
            hint = (
                nearest(key.text, (*TYPE_OF, *KEYS))
                or "a collection of your own says its type: {type: …, entries: […]}"
            )
            reading.fail(key.mark, key.text, f"no such field '{key.text}'", hint)
        elif not (isinstance(node, Scalar) and node.absent):
            yield from _collection(key, node, reading)


def _collection(key: Scalar, node: Node, reading: Reading) -> Iterator[Collection]:
    name, kind = key.text, TYPE_OF.get(key.text, "")
    if not kind:
        ID.read(key, name, reading)
    if kind == "metrics" or not (isinstance(node, Mapping) and (node.get("type") or node.get("entries"))):
        if kind == "metrics" and isinstance(node, Mapping):
            yield from _metrics(name, node, key.mark, reading)
        else:
            yield Collection(name, kind, _entries(kind, node, name, reading), mark=key.mark)
        return
    record = read_field(
        RecordOf("collection", {"type": Choice(*ENTRY_TYPES), "title": TEXT, "entries": _Kept(), "text": _Kept()}),
        node, name, reading,
    )  # fmt: skip
    assert isinstance(record, Record)
    kind = record.text("type") or kind
    held = node.get("entries") or (node.get("text") if kind == "text" else None)
    if kind not in ENTRY_TYPES:
        return
    if held is None:
        reading.fail(key.mark, name, "the field 'entries' is missing; expected a list of entries")
        return
    yield Collection(name, kind, _entries(kind, held, f"{name}.entries", reading), record.get("title"), None, key.mark)


class _Kept(Field):
    """A node that is read when the collection's type is known."""

    def read(self, node: Node, where: str, reading: Reading) -> Value | None:
        return node

    def schema(self) -> dict[str, object]:
        return {}


def _metrics(name: str, node: Mapping, mark: Mark, reading: Reading) -> Iterator[Collection]:
    field = RecordOf("metrics", {"type": Choice("metrics"), "title": TEXT, "date": Varied(LooseDate()),
                                 "items": ListOf(ENTRY_TYPES["metrics"])}, ("items",))  # fmt: skip
    record = read_field(field, node, name, reading)
    if isinstance(record, Record):
        yield Collection(name, "metrics", record.records("items"), record.get("title"), record.get("date"), mark)


def _entries(kind: str, node: Node, where: str, reading: Reading) -> tuple[Record, ...]:
    field = ENTRY_TYPES[kind]
    if kind in ("text", "interests") and not isinstance(node, Sequence):
        value = read_field(TEXT if kind == "text" else TEXTS, node, where, reading)
        return tuple(Record(kind, {"text": text}, {}, node.mark) for text in _apart(value, node, where, reading))
    value = read_field(ListOf(field), node, where, reading)
    return tuple(item for item in value if isinstance(item, Record)) if isinstance(value, tuple) else ()


def _apart(value: Value | None, node: Node, where: str, reading: Reading) -> tuple[Value, ...]:
    """Return the items of a list said whole in each language as items translated one by one."""
    if isinstance(value, Translated) and any(isinstance(items, tuple) for _, items in value.versions):
        lists = {lang: items if isinstance(items, tuple) else (items,) for lang, items in value.versions}
        if len({len(items) for items in lists.values()}) > 1:
            reading.fail(node.mark, where, "lists of different lengths; expected as many items in each language")
        return tuple(Translated(tuple(zip(lists, said, strict=True))) for said in zip(*lists.values(), strict=False))
    return value if isinstance(value, tuple) else () if value is None else (value,)


def _venues(node: Node | None, reading: Reading) -> dict[str, Record]:
    if node is None or (isinstance(node, Scalar) and node.absent):
        return {}
    if not isinstance(node, Mapping):
        reading.fail(node.mark, "venues", f"{describe(node)}; expected a mapping of ids to venues")
        return {}
    found = {key.text: read_field(VENUE, item, f"venues.{key.text}", reading) for key, item in node.items}
    return {name: venue for name, venue in found.items() if isinstance(venue, Record)}


def _variants(node: Node | None, reading: Reading) -> dict[str, View]:
    if node is None or (isinstance(node, Scalar) and node.absent):
        return {}
    if not isinstance(node, Mapping):
        reading.fail(node.mark, "variants", f"{describe(node)}; expected a mapping of names to variants")
        return {}
    found = {}
    for key, item in node.items:
        NAME.read(key, "variants", reading)
        view = read_view(VARIANT, item, key.text, f"variants.{key.text}", reading)
        found[key.text] = view if view.mark.line else replace(view, mark=key.mark)
    return found


def _with_variant(profile: Profile, path: Path, reading: Reading) -> Profile:
    name, file = path.stem, str(path)
    try:
        node = _load(path, file, reading)
    except ProfileError as error:
        reading.problems += error.problems
        return profile
    NAME.read(Scalar(name, Mark(file)), "", reading)
    if name in profile.variants:
        message = f"the variant '{name}' is declared twice: here and in {profile.variants[name].mark}"
        reading.fail(Mark(file), "", message, "keep one of the two")
    view = read_view(VARIANT, node, name, "", reading)
    return replace(
        profile,
        variants={**profile.variants, name: view if view.mark.file else replace(view, mark=Mark(file))},
    )
