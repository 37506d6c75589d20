"""Inheritance: a variant with all that it extends. A key written as null takes back what was said."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from cvbuild.errors import Mark
from cvbuild.profile import Profile, Record, SectionSpec, View
from cvbuild.profile.paths import path_of
from cvbuild.source import Mapping as MappingNode


def lineage(profile: Profile, name: str) -> tuple[View, ...]:
    """Return the views that make up *name*, each before those that extend it."""
    if name in ("", "view"):
        return (profile.view,)
    view = profile.variants[name]
    parents = ("view",) if view.extends is None else view.extends
    found = [ancestor for parent in parents for ancestor in lineage(profile, parent)]
    return tuple({id(v): v for v in [*found, view]}.values())


def said(views: Iterable[View], name: str) -> object:
    """Return the last word of *views* on the field *name*: nothing where there is none, or it is null."""
    for view in reversed(tuple(views)):
        value = getattr(view, name)
        if value not in (None, ""):
            return value
        if name in view.marks:
            return None
    return None


def shows_private(profile: Profile, name: str) -> bool:
    """Tell whether the variant *name* asks for private facts, by itself or by what it extends."""
    return said(lineage(profile, name), "show_private") is True


def decisions(profile: Profile, views: Iterable[View]) -> dict[str, str]:
    """Return the last word on each path, `omit` or `pin`.

    A pinned collection takes back what was omitted of its entries, an omission what was pinned inside it.
    """
    found: dict[str, str] = {}
    around = _around(profile)
    for view in views:
        for path in view.omit:
            pins = [p for p, word in found.items() if word == "pin" and path in _enclosing(p, around)]
            found = {p: word for p, word in found.items() if p not in pins} | {path: "omit"}
        for path in view.pin:
            inherited = [p for p, word in found.items() if word == "omit" and p not in view.omit]
            lifted = [p for p in inherited if around.get(p) == (path,)]
            found = {p: word for p, word in found.items() if p not in lifted} | {path: "pin"}
    return found


def _around(profile: Profile) -> dict[str, tuple[str, ...]]:
    """Return for each id's path the paths of what it stands in, the collection first."""
    return {
        path: around
        for collection in profile.collections
        for entry in collection.entries
        for path, around in _paths(entry, "", (collection.name,))
    }


def _paths(record: Record, outer: str, around: tuple[str, ...]) -> Iterator[tuple[str, tuple[str, ...]]]:
    path = path_of(record, outer)
    if path:
        yield path, around
        around = (*around, path)
    for name in record.fields:
        for inner in record.records(name):
            yield from _paths(inner, path, around)


def _enclosing(path: str, around: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    if path in around:
        return around[path]
    head = path.rpartition(".")[0]
    return (*around.get(head, ()), head)


def section_options(profile: Profile, view: View, name: str) -> Record:
    """Return the options of the section *name* of *view*, laid over those of the nearest ancestor that lists it."""
    own = _spec(view, name)
    below: Record | None = None
    if view is not profile.view:
        ancestors = lineage(profile, view.name)[:-1]
        nearest = next((v for v in reversed(ancestors) if _spec(v, name)), profile.view)
        below = section_options(profile, nearest, name)
    return _laid_over([options for options in (below, own.options if own else None) if options])


def _spec(view: View, name: str) -> SectionSpec | None:
    return next((spec for spec in view.sections or () if spec.name == name), None)


def _laid_over(layers: list[Record]) -> Record:
    """Return *layers* of options as one, the last on top; conditions merge field by field."""
    fields: dict[str, object] = {}
    marks: dict[str, Mark] = {}
    for layer in layers:
        _merge(layer, fields, marks, ("where",))
    return Record("section", fields, marks, layers[-1].mark if layers else Record("section", {}).mark)  # type: ignore[arg-type]


def merge_styles(styles: Iterable[Record | None]) -> Record:
    """Return *styles* laid over each other, the last on top; mappings in them merge key by key."""
    fields: dict[str, object] = {}
    marks: dict[str, Mark] = {}
    for style in styles:
        if style:
            _merge(style, fields, marks, tuple(style.fields))
    return Record("style", fields, marks)  # type: ignore[arg-type]


def _merge(layer: Record, fields: dict[str, object], marks: dict[str, Mark], merging: tuple[str, ...]) -> None:
    for name in layer.marks:
        if name not in layer.fields:
            fields.pop(name, None)
    for name, value in layer.fields.items():
        below = fields.get(name)
        if name in merging and isinstance(value, MappingNode) and isinstance(below, MappingNode):
            pairs = {key.text: (key, item) for key, item in below.items + value.items}
            value = MappingNode(tuple(pairs.values()), value.mark)
        fields[name] = value
    marks |= layer.marks
