"""Inheritance: a variant with all that it extends, and the command line on top, as one wish."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from cvbuild.dates import PartialDate
from cvbuild.errors import NOWHERE, Mark, Problem, VariantError, nearest
from cvbuild.profile import Pages, Profile, Record, SectionSpec, View
from cvbuild.profile.checks import check_section, check_tag
from cvbuild.profile.paths import Target, put, suggest, targets
from cvbuild.schema import Reading
from cvbuild.source import Mapping as MappingNode
from cvbuild.source import Node

COMMAND_LINE = Mark("command line")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Overrides:
    """What the command line says on top of a view."""

    as_of: PartialDate | None = None
    language: str = ""
    private: bool = False
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    set: tuple[tuple[str, Node], ...] = ()
    style: Record | None = None


@dataclass(frozen=True, slots=True)
class Wish:
    """A view with its inheritance settled. `decisions` says of a path whether it is omitted or pinned."""

    profile: Profile
    name: str
    language: str
    as_of: PartialDate | None = None
    private: bool = False
    include: frozenset[str] = frozenset()
    exclude: frozenset[str] = frozenset()
    decisions: Mapping[str, str] = field(default_factory=dict)
    sections: tuple[SectionSpec, ...] = ()
    pages: Pages | None = None
    style: Record | None = None
    mark: Mark = NOWHERE


def resolve(profile: Profile, name: str = "", overrides: Overrides = Overrides()) -> Wish:
    """Return what the variant *name* (the default view where '') asks of *profile*, values set included.

    Raises `VariantError` for a variant, tag, path or language that the profile does not have.
    """
    if name and name not in profile.variants:
        hint = nearest(name, profile.variants) or f"known: {', '.join(profile.variants) or 'none'}"
        raise VariantError(Problem(Mark(profile.file), "", f"no variant '{name}' in this profile", hint))
    lineage = _lineage(profile, name)
    reading = Reading(profile.translations)
    _check_overrides(profile, overrides, reading)
    profile = _with_values(profile, lineage, overrides, reading)
    sections = _sections(profile, lineage, reading)
    if reading.problems:
        raise VariantError(*reading.problems)
    last = lineage[-1]
    shown = [view.show_private for view in lineage if view.show_private is not None]
    return Wish(
        profile=profile,
        name=name,
        language=overrides.language or _last([view.language for view in lineage]) or profile.translations[0],
        as_of=overrides.as_of or _last([view.as_of for view in lineage]),
        private=overrides.private or (shown[-1] if shown else False),
        include=frozenset(overrides.include).union(*(view.include for view in lineage)),
        exclude=frozenset(overrides.exclude).union(*(view.exclude for view in lineage)),
        decisions=_decisions(lineage),
        sections=sections,
        pages=_last([view.pages for view in lineage]),
        style=merge_styles([*(view.style for view in lineage), overrides.style]),
        mark=last.mark,
    )


def _last(values: list[T]) -> T | None:
    return next((value for value in reversed(values) if value), None)


def _lineage(profile: Profile, name: str) -> tuple[View, ...]:
    """Return the views that make up *name*, each before those that extend it."""
    if name in ("", "view"):
        return (profile.view,)
    view = profile.variants[name]
    parents = ("view",) if view.extends is None else view.extends
    found = [ancestor for parent in parents for ancestor in _lineage(profile, parent)]
    return tuple({id(v): v for v in [*found, view]}.values())


def shows_private(profile: Profile, name: str) -> bool:
    """Tell whether the variant *name* asks for private facts, by itself or by what it extends."""
    shown = [view.show_private for view in _lineage(profile, name) if view.show_private is not None]
    return shown[-1] if shown else False


def _check_overrides(profile: Profile, overrides: Overrides, reading: Reading) -> None:
    if overrides.language and overrides.language not in profile.translations:
        hint = f"declared under 'translations:' are {', '.join(profile.translations)}"
        reading.fail(COMMAND_LINE, "--language", f"no language '{overrides.language}' in this profile", hint)
    for option in ("include", "exclude"):
        for tag in getattr(overrides, option):
            check_tag(tag, profile, COMMAND_LINE, f"--{option}", reading)
    known = targets(profile) if overrides.set else {}
    for path, _ in overrides.set:
        if path not in known or known[path].field is None:
            reading.fail(COMMAND_LINE, "--set", f"'{path}' is not in this profile", suggest(path, known))


def _with_values(profile: Profile, lineage: tuple[View, ...], overrides: Overrides, reading: Reading) -> Profile:
    known: dict[str, Target] = {}
    for path, node in (*(pair for view in lineage for pair in view.set), *overrides.set):
        known = known or targets(profile)
        if path in known and known[path].field is not None:
            profile = put(profile, known[path], node, reading)
    return profile


def _decisions(lineage: tuple[View, ...]) -> dict[str, str]:
    """Return the last word on each path: a pin beats an inherited omit, and the other way round."""
    decisions: dict[str, str] = {}
    for view in lineage:
        decisions |= dict.fromkeys(view.omit, "omit")
        decisions |= dict.fromkeys(view.pin, "pin")
    return decisions


def _sections(profile: Profile, lineage: tuple[View, ...], reading: Reading) -> tuple[SectionSpec, ...]:
    listing = next((view for view in reversed(lineage) if view.sections is not None), None)
    if listing is None or listing.sections is None:
        empty = Record("section", {})
        return tuple(SectionSpec(c.name, empty, c.mark) for c in profile.collections)
    ancestors = lineage if profile.view in lineage else (profile.view, *lineage)
    found = []
    for spec in listing.sections:
        said = [s for view in ancestors for s in view.sections or () if s.name == spec.name]
        spec = SectionSpec(spec.name, _laid_over([s.options for s in said]), spec.mark)
        known = len(reading.problems)
        check_section(spec, profile, f"sections.{spec.name}", reading)
        name = spec.options.text("from") or spec.name
        if len(reading.problems) == known and name != "contact" and profile.collection(name) is None:
            reading.fail(spec.mark, f"sections.{spec.name}", f"no collection '{name}' in this profile", "say 'from:'")
        found.append(spec)
    return tuple(found)


def _laid_over(options: list[Record]) -> Record:
    fields = {name: value for record in options for name, value in record.fields.items()}
    marks = {name: mark for record in options for name, mark in record.marks.items()}
    return Record("section", fields, marks, options[-1].mark)


def merge_styles(styles: list[Record | None]) -> Record:
    """Return *styles* laid over each other, the last on top; mappings in them merge key by key."""
    fields: dict[str, object] = {}
    marks: dict[str, Mark] = {}
    for style in styles:
        for name, value in style.fields.items() if style else ():
            below = fields.get(name)
            if isinstance(value, MappingNode) and isinstance(below, MappingNode):
                value = MappingNode(tuple({key.text: (key, item) for key, item in below.items + value.items}.values()),
                                    value.mark)  # fmt: skip
            fields[name] = value
        marks |= style.marks if style else {}
    return Record("style", fields, marks)  # type: ignore[arg-type]
