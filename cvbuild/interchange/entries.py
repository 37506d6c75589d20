"""One entry of JSON Resume as an entry of a profile, and back.

What a profile says in other words than the source is kept beside it, under `written`: it holds as long as the field
still comes to the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec import Struct, field

from cvbuild.errors import NOWHERE, Mark, Problem, quoted
from cvbuild.interchange.forms import back, held_pairs, is_empty, is_plain_day, noded, normal, value_of
from cvbuild.interchange.parts import Part, Section
from cvbuild.profile import Record, Value
from cvbuild.profile.plain import Plain
from cvbuild.profile.types import ENTRY_TYPES, FLAGS
from cvbuild.schema import Reading
from cvbuild.source import Mapping, Node, Scalar, held, same
from cvbuild.source import Sequence as List

# Stands where a profile needs words and the source has none.
NOTHING = "–"
_PERIOD = ("start", "end", "date")
Tree = dict[str, Plain]


class Taken(Struct):
    """An entry as a profile writes it, and what there is to say of how it was read."""

    tree: Tree = field(default_factory=dict)
    notes: list[Problem] = field(default_factory=list)


class _Sorted(Struct):
    """The keys of an entry by what becomes of them."""

    fields: dict[str, Plain] = field(default_factory=dict)
    sources: dict[str, tuple[str, Node]] = field(default_factory=dict)
    extras: dict[str, Plain] = field(default_factory=dict)
    written: dict[str, Plain] = field(default_factory=dict)
    notes: list[Problem] = field(default_factory=list)

    def put_aside(self, name: str, where: str, why: str) -> None:
        """Keep the field *name* among the extras, as it was written, and say why."""
        key, node = self.sources.pop(name)
        del self.fields[name]
        self.written.pop(key, None)
        self.extras[key] = held(node)
        self.note(node.mark, f"{where}.{key}", f"{why}; kept under 'extras'")

    def note(self, mark: Mark, where: str, message: str, hint: str = "") -> None:
        self.notes.append(Problem(mark, where, message, hint))


def taken(section: Section, node: Node, where: str, order: Sequence[str] = ()) -> Taken | None:
    """Return the entry that *node* is, with its keys in *order* on the way back; nothing where it is none.

    `written` says how the source put what a profile puts otherwise, so that `given` returns *node* again.
    """
    if isinstance(node, Scalar) and not is_empty(node):
        required = ENTRY_TYPES[section.kind].required[0]
        name = normal("text", node)
        tree: Tree = {required: name, "written": {"self": held(node)}}
        return Taken(tree) if name and record(section, tree) else None
    if not isinstance(node, Mapping):
        return None
    found = _sorted(section, node, where)
    _settle_period(section, found, where)
    _require(section, found, node, where)
    tree = _tree(section, found)
    made = record(section, tree)
    if made is None:
        return None
    if not same(given(section, made, order), node):
        tree["written"] = held_pairs({"keys": _words(node), **found.written})
        made = record(section, tree)
    if made is None or not same(given(section, made, order), node):
        tree["written"] = {"self": held(node)}
    return Taken(tree, found.notes)


def record(section: Section, tree: Tree) -> Record | None:
    """Return the record that a reader makes of *tree*, nothing where it would refuse it."""
    reading = Reading()
    found = ENTRY_TYPES[section.kind].read(noded(tree), "", reading)
    return None if reading.problems else found


def _sorted(section: Section, node: Mapping, where: str) -> _Sorted:
    found = _Sorted()
    for key, value in node.items:
        part = section.part(key.text)
        if part is None or part.field in found.sources:
            found.extras[key.text] = held(value)
            continue
        plain = normal(part.form, value)
        said = None if plain is None else value_of(ENTRY_TYPES[section.kind].fields[part.field], plain)
        if said is None:
            _no_value(key.text, value, found, f"{where}.{key.text}")
            continue
        found.fields[part.field], found.sources[part.field] = plain, (key.text, value)
        if not same(back(part.form, said), value):
            found.written[key.text] = held(value)
            if part.form in ("date", "end") and isinstance(value, Scalar) and not is_plain_day(value.text):
                found.note(value.mark, f"{where}.{key.text}", f"{quoted(value.text)} is read as {plain}")
    return found


def _no_value(key: str, value: Node, found: _Sorted, where: str) -> None:
    if is_empty(value):
        found.written[key] = held(value)
        return
    found.extras[key] = held(value)
    shown = quoted(value.text) if isinstance(value, Scalar) else "a value of another form"
    found.note(value.mark, where, f"{shown} is not what a profile has here; kept under 'extras', and printed as it is")


def _settle_period(section: Section, found: _Sorted, where: str) -> None:
    """Leave a date or a period, with no end before its start or without one."""
    fields = found.fields
    if "date" in fields and ("start" in fields or "end" in fields):
        found.put_aside("date", where, "a date beside a period")
    if "end" in fields and "start" not in fields:
        if fields["end"] == "present" or "date" not in ENTRY_TYPES[section.kind].fields:
            found.put_aside("end", where, "an end without a start")
        else:
            fields["date"], found.sources["date"] = fields.pop("end"), found.sources.pop("end")
    start, end = (value_of(ENTRY_TYPES[section.kind].fields[n], fields[n]) if n in fields else None
                  for n in ("start", "end"))  # fmt: skip
    first, last = getattr(start, "first_day", None), getattr(end, "last_day", None)
    if first and last and last < first:
        found.put_aside("end", where, f"the end {fields['end']} lies before the start {fields['start']}")


def _require(section: Section, found: _Sorted, node: Mapping, where: str) -> None:
    name = ENTRY_TYPES[section.kind].required[0]
    if name not in found.fields:
        found.fields[name] = NOTHING
        key = next(part.keys[0] for part in section.parts if part.field == name)
        found.note(node.mark, where, f"no '{key}'; '{NOTHING}' stands in its place")


def _tree(section: Section, found: _Sorted) -> Tree:
    tree: Tree = {name: found.fields[name] for name in ENTRY_TYPES[section.kind].fields if name in found.fields}
    if found.extras:
        tree["extras"] = held_pairs(found.extras)
    if found.written:
        tree["written"] = held_pairs(found.written)
    return tree


def _words(node: Mapping) -> Plain:
    return held(List(tuple(Scalar(key.text, key.mark, False) for key, _ in node.items), node.mark))


def tree_of(entry: Record, name: str) -> Mapping:
    """Return what *entry* keeps under `extras` or `written`."""
    value = entry.get(name)
    return value if isinstance(value, Mapping) else Mapping((), NOWHERE)


def given(section: Section, entry: Record, order: Sequence[str] = (), me: str = "") -> Node:
    """Return *entry* as JSON Resume writes it, its keys in *order* unless it has one of its own.

    *me* is the person's name, which a selection has put `me` for.
    """
    written, extras = tree_of(entry, "written"), tree_of(entry, "extras")
    whole = written.get("self")
    if whole is not None:
        found = whole
        again = taken_again(section, found)
        if again is not None and _facts(again) == _facts(entry) and same(_extras(again), _extras(entry)):
            return found
    keys = written.get("keys")
    own = [item.text for item in keys.items if isinstance(item, Scalar)] if isinstance(keys, List) else []
    pairs: dict[str, Node] = {}
    for part in section.parts:
        said = _said(section, entry, part, own)
        key = next((k for k in (own or order) if k in part.keys and extras.get(k) is None), part.keys[0])
        kept = next(((k, raw) for k in part.keys if (raw := written.get(k)) is not None), None)
        if kept and _still(section, part, kept[1], said):
            pairs[kept[0]] = kept[1]
        elif said is not None and said != "present":
            pairs[key] = back(part.form, _named(said, me) if part.form == "words" else said)
    for name, node in extras.items:
        pairs.setdefault(name.text, node)
    return mapping(pairs, own or order)


def mapping(pairs: dict[str, Node], order: Sequence[str]) -> Mapping:
    """Return *pairs* as an object, those in *order* first and by it."""
    places = {key: place for place, key in enumerate(order)}
    keys = sorted(pairs, key=lambda key: places.get(key, len(places)))
    return Mapping(tuple((Scalar(key, NOWHERE, False), pairs[key]) for key in keys), NOWHERE)


def taken_again(section: Section, node: Node) -> Record | None:
    """Return the record that *node* becomes, whatever it is called on the way back."""
    if isinstance(node, Scalar):
        return record(section, {ENTRY_TYPES[section.kind].required[0]: normal("text", node)})
    if not isinstance(node, Mapping):
        return None
    found = _sorted(section, node, "")
    _settle_period(section, found, "")
    _require(section, found, node, "")
    return record(section, _tree(section, found))


def _facts(entry: Record) -> dict[str, object]:
    """Return what an entry says, without what is said of it."""
    return {k: v for k, v in entry.fields.items() if k not in FLAGS and k != "written" and not isinstance(v, Mapping)}


def _extras(entry: Record) -> Node:
    return tree_of(entry, "extras")


def _said(section: Section, entry: Record, part: Part, own: list[str]) -> Value | None:
    """Return the value of a field; a lone date is the end, or both ends, of what has a period elsewhere."""
    value = entry.get(part.field)
    if value is None and part.field in ("start", "end") and "date" in entry.fields and not _has_date(section, own):
        return entry.get("date") if not own or part.keys[0] in own else None
    if part.field == "date" and "date" in entry.fields and not _has_date(section, own):
        return None
    if value == NOTHING and part.field == ENTRY_TYPES[section.kind].required[0]:
        return None
    return value


def _has_date(section: Section, own: list[str]) -> bool:
    """Tell whether a date has a key of its own in *section*, or had one in the source."""
    return section.dated or "date" in own


def _still(section: Section, part: Part, raw: Node, said: Value | None) -> bool:
    """Tell whether *raw*, as the source had it, still comes to what the field says."""
    plain = normal(part.form, raw)
    value = None if plain is None else value_of(ENTRY_TYPES[section.kind].fields[part.field], plain)
    if isinstance(said, tuple) and len(said) == 1 and not isinstance(value, tuple):
        said = said[0]
    if isinstance(value, tuple) and len(value) == 1 and not isinstance(said, tuple):
        value = value[0]
    return value == said


def _named(value: Value, me: str) -> Value:
    """Return a list of names with the person's own in the place of `me`."""
    names = value if isinstance(value, tuple) else (value,)
    return tuple(me + str(n)[2:] if me and str(n)[:2] == "me" and not str(n)[2:3].isalpha() else n for n in names)


def common_order(entries: Iterable[Node], section: Section) -> list[str]:
    """Return an order that the keys of as many *entries* as can be have, nothing where it is the section's own."""
    canonical = [part.keys[0] for part in section.parts]
    older = {key for part in section.parts for key in part.keys[1:]} - set(canonical)
    order: list[str] = []
    for entry in entries:
        place = 0
        for key, _ in entry.items if isinstance(entry, Mapping) else ():
            if key.text in order:
                place = order.index(key.text) + 1
            else:
                order.insert(place, key.text)
                place += 1
    known = [*(key for key in canonical if key in order), *(key for key in order if key not in canonical)]
    return [] if order == known and not older.intersection(order) else order
