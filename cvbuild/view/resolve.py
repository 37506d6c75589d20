"""What a view asks, settled: a variant with all that it extends, the command line on top, and the values it sets."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct, field

from cvbuild.dates import PartialDate
from cvbuild.errors import NOWHERE, Mark, Problem, VariantError, nearest
from cvbuild.profile import Pages, Profile, Record, SectionSpec, View
from cvbuild.profile.checks import check_section, check_tag
from cvbuild.profile.paths import Target, addressed, put, suggest, targets
from cvbuild.profile.types import ENTRY_TYPES, FLAGS, ID
from cvbuild.profile.where import holds_records
from cvbuild.schema import Reading
from cvbuild.source import Node, Scalar
from cvbuild.view.inherit import decisions, lineage, merge_styles, said, section_options, shows_private

__all__ = ["COMMAND_LINE", "Overrides", "Wish", "resolve", "shows_private"]

COMMAND_LINE = Mark("command line")
# A collection under one of these names would be read as something else.
_RESERVED = ("translations", "tags", "person", "bibliography", "venues", "view", "variants")


class Overrides(Struct, frozen=True):
    """What the command line says on top of a view; `whole`: no page budget holds."""

    as_of: PartialDate | None = None
    language: str = ""
    private: bool = False
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    set: tuple[tuple[str, Node], ...] = ()
    style: Record | None = None
    source: bool = False
    whole: bool = False


class Wish(Struct, frozen=True):
    """A view with its inheritance settled. `decisions` says of a path whether it is omitted or pinned.

    `views` are those it was settled from, the last word last; the command line counts as one.
    """

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
    source: bool = False
    style: Record = field(default_factory=lambda: Record("style", {}))
    mark: Mark = NOWHERE
    views: tuple[View, ...] = ()

    def said_at(self, name: str, item: str) -> tuple[str, Mark]:
        """Return where *item* was last said under *name* (`omit`, `exclude` …): the key, and its place."""
        for view in reversed(self.views):
            if item in (path for path, _ in view.set) if name == "set" else item in getattr(view, name):
                key = f"variants.{view.name}.{name}" if view.name else f"view.{name}"
                return f"--{name}" if view.mark == COMMAND_LINE else key, view.mark_of(name, item)
        return "", NOWHERE

_NO_OVERRIDES = Overrides()


def resolve(profile: Profile, name: str = "", overrides: Overrides = _NO_OVERRIDES) -> Wish:
    """Return what the variant *name* (the default view where '') asks of *profile*, values set included.

    Raises `VariantError` for a variant, tag, path or language that the profile does not have.
    """
    if name and name not in profile.variants:
        hint = nearest(name, profile.variants) or f"known: {', '.join(profile.variants) or 'none'}"
        raise VariantError(Problem(Mark(profile.file), "", f"no variant '{name}' in this profile", hint))
    views = lineage(profile, name)
    reading = Reading(profile.translations)
    _check_overrides(profile, overrides, reading)
    for view in views:
        _check_omissions(profile, view, reading)
    chosen = _with_values(profile, views, overrides, reading)
    sections = _sections(profile, views, reading)
    private = overrides.private or said(views, "show_private") is True
    source = overrides.source or said(views, "source") is True
    if source and private:
        mark = next((view.mark_of("source") for view in reversed(views) if view.source), COMMAND_LINE)
        reading.fail(mark, "source", "a PDF with private facts never carries its source", "take one of the two back")
    if reading.problems:
        raise VariantError(*reading.problems)
    as_of, language, pages = (said(views, field) for field in ("as_of", "language", "pages"))
    return Wish(
        profile=chosen,
        name=name,
        language=overrides.language or str(language or "") or profile.translations[0],
        as_of=overrides.as_of or (as_of if isinstance(as_of, PartialDate) else None),
        private=private,
        include=frozenset(overrides.include).union(*(view.include for view in views)),
        exclude=frozenset(overrides.exclude).union(*(view.exclude for view in views)),
        decisions=decisions(profile, views),
        sections=sections,
        pages=pages if isinstance(pages, Pages) and not overrides.whole else None,
        source=source,
        style=merge_styles([*(view.style for view in views), overrides.style]),
        mark=views[-1].mark,
        views=(*views, _as_view(overrides)),
    )


def _as_view(overrides: Overrides) -> View:
    return View(include=overrides.include, exclude=overrides.exclude, set=overrides.set, mark=COMMAND_LINE)


def _check_overrides(profile: Profile, overrides: Overrides, reading: Reading) -> None:
    if overrides.language and overrides.language not in profile.translations:
        hint = f"declared under 'translations:' are {', '.join(profile.translations)}"
        reading.fail(COMMAND_LINE, "--language", f"no language '{overrides.language}' in this profile", hint)
    for option in ("include", "exclude"):
        for tag in getattr(overrides, option):
            check_tag(tag, profile, COMMAND_LINE, f"--{option}", reading)
    known = targets(profile) if overrides.set else {}
    for path, node in overrides.set:
        target = known.get(path)
        if target is None or target.field is None:
            reading.fail(COMMAND_LINE, "--set", f"'{path}' is not in this profile", suggest(path, known))
        elif target.required and isinstance(node, Scalar) and node.absent:
            reading.fail(COMMAND_LINE, f"--set {path}", "nothing; expected a value: the field is required")


def _check_omissions(profile: Profile, view: View, reading: Reading) -> None:
    """Report omitted fields that their entries cannot do without; a work without status would read as published."""
    if not view.omit:
        return
    kinds = {path: record.kind for path, record in addressed(profile)}
    for path in view.omit:
        head, _, name = path.rpartition(".")
        kind = kinds.get(head, "") if path not in kinds else ""
        needed = ENTRY_TYPES[kind].required if kind in ENTRY_TYPES else ()
        if name in needed or path == "person.name" or (kind in ("publications", "appearance") and name == "status"):
            mark = view.mark_of("omit", path)
            reading.fail(mark, "omit", f"'{path}' cannot be omitted", f"omit '{head}', or set another value")


def _with_values(profile: Profile, views: tuple[View, ...], overrides: Overrides, reading: Reading) -> Profile:
    known: dict[str, Target] = {}
    for path, node in (*(pair for view in views for pair in view.set), *overrides.set):
        known = known or targets(profile)
        if path in known and known[path].field is not None:
            profile = put(profile, known[path], node, reading)
    return profile


def _sections(profile: Profile, views: tuple[View, ...], reading: Reading) -> tuple[SectionSpec, ...]:
    """Return the sections of the last of *views* that lists any, else one for each collection in file order."""
    listing = next((view for view in reversed(views) if view.sections is not None), None)
    if listing is None or listing.sections is None:
        empty = Record("section", {})
        return tuple(SectionSpec(c.name, empty, c.mark) for c in profile.collections)
    ids = {path for path, _ in addressed(profile)}
    found = []
    for listed in listing.sections:
        spec = SectionSpec(listed.name, section_options(profile, listing, listed.name), listed.mark)
        known = len(reading.problems)
        check_section(spec, profile, f"sections.{spec.name}", reading)
        if len(reading.problems) == known:
            _check_spec(spec, profile, ids, reading)
        found.append(spec)
    return tuple(found)


def _check_spec(spec: SectionSpec, profile: Profile, ids: set[str], reading: Reading) -> None:
    """Report a section whose name cannot be a collection's, which it is in what is selected, or that hides too much."""
    where, source = f"sections.{spec.name}", profile.collection(spec.options.text("from") or spec.name)
    if spec.name != "contact" and source is None:
        reading.fail(spec.mark, where, f"no collection '{spec.name}' in this profile", "say 'from:'")
    if source is None:
        return
    if spec.name in _RESERVED or spec.name in ids or not ID.pattern.fullmatch(spec.name):
        message = f"'{spec.name}' cannot be the name of a section"
        reading.fail(spec.mark, where, message, f"expected {ID.expected}, and no word of the format or id of an entry")
    for option in ("sort", "group_by"):
        for name in spec.options.texts(option):
            field = ENTRY_TYPES[source.type].fields.get(name.removeprefix("-"))
            if field and holds_records(field):
                message = f"'{name}' is no single value; expected a field that can be compared"
                reading.fail(spec.options.mark_of(option), f"{where}.{option}", message)
    kept = {*ENTRY_TYPES[source.type].required, *FLAGS}
    if source.type == "publications":
        kept.add("status")
    for name in spec.options.texts("show"):
        if name.startswith("-") and name[1:] in kept:
            mark = spec.options.mark_of("show")
            reading.fail(mark, f"{where}.show", f"'{name[1:]}' cannot be hidden", "omit the entry instead")
