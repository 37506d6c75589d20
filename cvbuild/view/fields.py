"""Why a field of a record is, or is not, in a view."""

from __future__ import annotations

from cvbuild.profile import Dated, Record, SectionSpec, Translated, Value
from cvbuild.profile.types import HIDDEN
from cvbuild.view.reasons import Reason
from cvbuild.view.records import no_value
from cvbuild.view.scope import Scope


def in_force(path: str, name: str, record: Record, scope: Scope) -> tuple[Reason, ...]:
    """Return since when, and in which language, the value of a field that is shown holds, and where it was set."""
    mark, value, words = record.mark_of(name), record.get(name), []
    if isinstance(value, Dated):
        held = [(day, step) for day, step in value.steps if day.first_day <= scope.day]
        value = held[-1][1] if held else None
        words += [f"since {held[-1][0]}"] if held else []
    if isinstance(value, Translated):
        said = dict(value.versions)
        default = scope.wish.profile.translations[0]
        spoken = next((each for each in (scope.wish.language, default) if each in said), next(iter(said), ""))
        words.append(f"in '{spoken}'")
    reason = (Reason("value", "the value " + ", ".join(words), mark=mark),) if words else ()
    return (*reason, *was_set(path, scope))


def was_set(path: str, scope: Scope) -> tuple[Reason, ...]:
    """Return where the view sets the value at *path*: nothing where it does not."""
    where, mark = scope.wish.said_at("set", path)
    return (Reason("set", "set by the view", where, mark),) if where else ()


def absent(
    path: str,
    name: str,
    record: Record,
    scope: Scope,
    left: Record | None = None,
    spec: SectionSpec | None = None,
    work: str = "",
) -> tuple[Reason, ...]:
    """Return why the field *name* of a *record* that is shown, as *left* in the section *spec*, is not."""
    if name not in record.fields:
        return was_set(path, scope) or (Reason("absent", f"the profile says no '{name}' here", mark=record.mark),)
    mark = record.mark_of(name)
    for said in filter(None, [path, work and f"{work}.{name}"]):
        if scope.decision(said) == "omit":
            return (Reason("omit", "omitted", *scope.wish.said_at("omit", said)),)
    if name in ("private", "kind"):
        return (Reason("flag", "a word to the view, which has been heeded", mark=mark),)
    if _comes_to_nothing(record.get(name), scope):
        return (no_value(record, name, scope),)
    if name == "appearances":
        return (Reason("appearances", "each appearance stands as an entry of its own", mark=mark),)
    if spec and name in _hidden(spec, record.kind):
        words = f"hidden: 'show' of the section '{spec.name}' {_hidden(spec, record.kind)[name]}"
        where = f"sections.{spec.name}"
        return (Reason("show", words, where, spec.options.marks.get("show", spec.mark)),)
    if record.records(name):
        return (no_value(record, name, scope),)
    if name == "id":
        return (Reason("id", "a name, which each appearance has of its own", mark=mark),)
    other = {"end": "it says no start that holds", "start": "a date stands in its place"}.get(name, "")
    if name == "end" and left and "date" in left.fields:
        other = "a date stands in its place"
    return (Reason("other", other or "every appearance says its own", mark=mark),)


def _comes_to_nothing(value: Value | None, scope: Scope) -> bool:
    if not isinstance(value, Dated):
        return False
    held = [step for day, step in value.steps if day.first_day <= scope.day]
    return not held or held[-1] is None


def _hidden(spec: SectionSpec, kind: str) -> dict[str, str]:
    """Return each field that a section does not print, with what its `show` says of it."""
    kind = "publications" if kind == "appearance" else kind
    show = spec.options.texts("show")
    lacking = {name: f"lacks '{name}'" for name in HIDDEN.get(kind, ()) if name not in show}
    return lacking | {name[1:]: f"says '{name}'" for name in show if name.startswith("-")}


def first_text(value: Value) -> str:
    """Return the first text that a value which changes comes to, for a title."""
    match value:
        case Dated(steps):
            return next((first_text(step) for _, step in steps if step is not None), "")
        case Translated(versions):
            return first_text(versions[0][1])
        case _:
            return str(value)
