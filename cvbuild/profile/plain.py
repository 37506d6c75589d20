"""A profile as plain mappings, lists and text, which YAML writes and `read` takes back."""

from __future__ import annotations

from cvbuild.profile import Collection, Profile, Record, SectionSpec, Value
from cvbuild.profile.types import TYPE_OF
from cvbuild.schema import Dated, Translated
from cvbuild.source import Mapping, Plain, Scalar, Sequence, held

__all__ = ["Plain", "plain", "plain_value"]


def plain(profile: Profile) -> dict[str, Plain]:
    """Return a selected *profile*; read and selected by its own view, it is the same again."""
    person = {**_fields(profile.person), "contact": [_contact(c) for c in profile.contacts]}
    found: dict[str, Plain] = {
        "translations": list(profile.translations),
        "tags": list(profile.tags) if profile.tags is not None else None,
        "person": {name: value for name, value in person.items() if value},
        "venues": {name: _fields(venue) for name, venue in profile.venues.items()},
    }
    found |= {c.name: _collection(c) for c in profile.collections}
    found |= {"extras": plain_value(profile.extras), "written": plain_value(profile.written)}
    found["view"] = _view(profile)
    return {name: value for name, value in found.items() if value not in (None, {}, [])}


def _view(profile: Profile) -> dict[str, Plain]:
    view = profile.view
    found: dict[str, Plain] = {
        "as_of": str(view.as_of) if view.as_of else None,
        "language": view.language,
        "sections": [_section(spec) for spec in view.sections or ()],
        "pages": {"max": str(view.pages.max), "min_fill": str(view.pages.min_fill)} if view.pages else None,
        "source": "true" if view.source else None,
        "style": _fields(view.style) if view.style else None,
    }
    return {name: value for name, value in found.items() if value}


def _section(spec: SectionSpec) -> Plain:
    options = _fields(spec.options)
    return {spec.name: options} if options else spec.name


def _collection(collection: Collection) -> Plain:
    entries: Plain = [_entry(entry) for entry in collection.entries]
    if collection.type == "metrics":
        date = {"date": plain_value(collection.date)} if collection.date is not None else {}
        own: dict[str, Plain] = {} if collection.name == "metrics" else {"type": "metrics"}
        return {**own, **date, "items": entries}
    if TYPE_OF.get(collection.name) == collection.type:
        return entries
    return {"type": collection.type, "entries": entries}


def _entry(record: Record) -> Plain:
    return _fields(record)


def _contact(contact: Record) -> Plain:
    fields = {name: value for name, value in _fields(contact).items() if name != "kind"}
    return {contact.text("kind"): fields["value"] if list(fields) == ["value"] else fields}


def _fields(record: Record) -> dict[str, Plain]:
    return {name: _links(value) if name == "links" else plain_value(value) for name, value in record.fields.items()}


def _links(value: Value) -> Plain:
    assert isinstance(value, tuple)
    links = [link for link in value if isinstance(link, Record)]
    return {link.text("label"): {k: v for k, v in _fields(link).items() if k != "label"} for link in links}


def plain_value(value: Value | None) -> Plain:
    """Return one value of a profile as plain data."""
    match value:
        case None:
            return None
        case tuple():
            return [plain_value(item) for item in value]
        case Record():
            fields = _fields(value)
            return fields["text"] if list(fields) == ["text"] else fields
        case Dated(steps):
            return {str(day): plain_value(step) for day, step in steps}
        case Translated(versions):
            return {language: plain_value(version) for language, version in versions}
        case Scalar() | Sequence() | Mapping():
            return held(value)
        case bool():
            return str(value).lower()
        case _:
            return str(value)
