"""How collections are written: a list of entries, or a mapping that says more about them."""

from __future__ import annotations

from collections.abc import Iterator

from cvbuild.errors import Mark, closest, quoted
from cvbuild.profile import Collection
from cvbuild.profile.types import ENTRY_TYPES, ID, TEXT, TEXTS, TYPE_OF
from cvbuild.schema import (
    Choice,
    ListOf,
    LooseDate,
    Raw,
    Reading,
    Record,
    RecordOf,
    Translated,
    Value,
    Varied,
    aliases,
    read,
)
from cvbuild.source import Mapping, Node, Scalar, Sequence

TITLED = RecordOf("collection", {"type": Choice(*ENTRY_TYPES), "title": TEXT, "entries": Raw(), "text": Raw()})
METRICS = RecordOf(
    "metrics",
    {"type": Choice("metrics"), "title": TEXT, "date": Varied(LooseDate()), "items": ListOf(ENTRY_TYPES["metrics"])},
    ("items",),
)


def collections(root: Mapping, keys: tuple[str, ...], reading: Reading) -> Iterator[Collection]:
    """Yield the collections in *root*: what stands under none of *keys*, the words of the format."""
    for key, node in root.items:
        if key.text in keys:
            continue
        if key.text not in TYPE_OF and not (isinstance(node, Mapping) and node.get("type")):
            _unknown(key, keys, reading)
        elif not (isinstance(node, Scalar) and node.absent):
            yield from _collection(key, node, reading)


def _unknown(key: Scalar, keys: tuple[str, ...], reading: Reading) -> None:
    known = (*TYPE_OF, *keys)
    meant = closest(key.text, known) or aliases.meant(key.text, known)
    hint = f"did you mean '{meant}'?" if meant else "a collection of your own says its type: {type: …, entries: […]}"
    reading.lost |= {meant, key.text}
    reading.fail(key.mark, key.text, f"no such field {quoted(key.text)}", hint)


def _collection(key: Scalar, node: Node, reading: Reading) -> Iterator[Collection]:
    name, kind = key.text, TYPE_OF.get(key.text, "")
    if not kind:
        ID.read(key, name, reading)
    if isinstance(node, Mapping) and "metrics" in (kind, _said_type(node)):
        yield from _metrics(name, node, key.mark, reading)
    elif isinstance(node, Mapping) and any(node.get(field) for field in ("type", "entries", "title")):
        yield from _titled(name, kind, node, key.mark, reading)
    else:
        yield Collection(name, kind, _entries(kind, node, name, reading), mark=key.mark)


def _said_type(node: Mapping) -> str:
    said = node.get("type")
    return said.text if isinstance(said, Scalar) else ""


def _titled(name: str, kind: str, node: Mapping, mark: Mark, reading: Reading) -> Iterator[Collection]:
    problems = len(reading.problems)
    record = read(TITLED, node, name, reading)
    assert isinstance(record, Record)
    kind = record.text("type") or kind
    field = "text" if kind == "text" and node.get("text") else "entries"
    held = node.get(field)
    if not kind or "type" in record.marks.keys() - record.fields.keys():
        return
    if held is None or (isinstance(held, Scalar) and held.absent):
        if len(reading.problems) == problems:
            reading.fail(mark, name, "the field 'entries' is missing; expected a list of entries")
        return
    yield Collection(name, kind, _entries(kind, held, f"{name}.{field}", reading), record.get("title"), None, mark)


def _metrics(name: str, node: Mapping, mark: Mark, reading: Reading) -> Iterator[Collection]:
    record = read(METRICS, node, name, reading)
    if isinstance(record, Record):
        yield Collection(name, "metrics", record.records("items"), record.get("title"), record.get("date"), mark)


def _entries(kind: str, node: Node, where: str, reading: Reading) -> tuple[Record, ...]:
    if kind in ("text", "interests") and not isinstance(node, Sequence):
        value = read(TEXT if kind == "text" else TEXTS, node, where, reading)
        return tuple(Record(kind, {"text": text}, {}, node.mark) for text in _apart(value, node, where, reading))
    value = read(ListOf(ENTRY_TYPES[kind]), node, where, reading)
    return tuple(item for item in value if isinstance(item, Record)) if isinstance(value, tuple) else ()


def _apart(value: Value | None, node: Node, where: str, reading: Reading) -> tuple[Value, ...]:
    """Return the items of a list said whole in each language as items translated one by one."""
    if isinstance(value, Translated) and any(isinstance(items, tuple) for _, items in value.versions):
        lists = {lang: items if isinstance(items, tuple) else (items,) for lang, items in value.versions}
        counts = [f"{len(items)} in {lang}" for lang, items in lists.items()]
        if len({len(items) for items in lists.values()}) > 1:
            message = f"lists of different lengths ({', '.join(counts)}); expected as many items in each language"
            reading.fail(node.mark, where, message)
        return tuple(Translated(tuple(zip(lists, said, strict=True))) for said in zip(*lists.values(), strict=False))
    return value if isinstance(value, tuple) else () if value is None else (value,)
