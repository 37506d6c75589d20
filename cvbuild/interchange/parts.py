"""Which key of JSON Resume is which field of an entry, for each section; older names of a key after its present one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from msgspec import Struct

from cvbuild.profile.types import BODY, ENTRY_TYPES, FLAGS, KEPT, LINKS, PERIOD, TEXT, TEXTS, URL


class Part(Struct, frozen=True):
    """A field, the keys it has elsewhere, and the form of its values there."""

    field: str
    keys: tuple[str, ...]
    form: str = "text"


class Section(Struct, frozen=True):
    """A list of JSON Resume: the collection that holds it, the type of its entries, and their parts.

    It is `dated` where an entry has one date there, not a period.
    """

    key: str
    name: str
    kind: str
    parts: tuple[Part, ...]
    dated: bool = False

    def part(self, key: str) -> Part | None:
        return next((part for part in self.parts if key in part.keys), None)


_START, _END = Part("start", ("startDate",), "date"), Part("end", ("endDate",), "end")
_DATE = Part("date", ("date",), "date")
_URL = Part("url", ("url", "website"), "url")
_SUMMARY, _HIGHLIGHTS = Part("summary", ("summary",)), Part("highlights", ("highlights",), "highlights")
_WORK = (Part("position", ("position",)), _URL, _START, _END, _SUMMARY, _HIGHLIGHTS)
# Fields that are no text, or that another tool could not use.
_NOT_SHARED = frozenset({*FLAGS, *KEPT, "logo", "positions", "appearances", "key", "author_order", "text"})


def _section(key: str, name: str, *parts: Part, kind: str = "") -> Section:
    known = ENTRY_TYPES[kind or name].fields
    said = {part.field for part in parts}
    taken = {key for part in parts for key in part.keys}
    own = (part for part in _own(kind or name) if part.field not in said and part.keys[0] not in taken)
    all_parts = (*parts, *(part for part in own if part.field in known))
    return Section(key, name, kind or name, all_parts, "date" in said)


def _own(kind: str) -> Iterator[Part]:
    """Yield the fields that JSON Resume does not know, under their own names."""
    for name, field in ENTRY_TYPES[kind].fields.items():
        if name in PERIOD:
            yield {"start": _START, "end": _END, "date": _DATE}[name]
        elif name not in _NOT_SHARED:
            forms = {id(TEXT): "text", id(TEXTS): "texts", id(URL): "url", id(BODY["highlights"]): "highlights",
                     id(LINKS): "links"}  # fmt: skip
            yield Part(name, (name,), forms.get(id(field), "words" if name == "authors" else "word"))


SECTIONS: Mapping[str, Section] = {
    section.key: section
    for section in (
        _section("work", "experience", Part("organization", ("name", "company")), Part("location", ("location",)),
                 Part("note", ("description",)), *_WORK),
        _section("volunteer", "volunteering", Part("organization", ("organization",)), *_WORK),
        _section("education", "education", Part("institution", ("institution",)), _URL, Part("area", ("area",)),
                 Part("degree", ("studyType",)), _START, _END, Part("gpa", ("score", "gpa")),
                 Part("courses", ("courses",), "texts")),
        _section("awards", "awards", Part("title", ("title",)), _DATE, Part("issuer", ("awarder",)), _SUMMARY, _URL),
        _section("certificates", "certificates", Part("name", ("name",)), _DATE, _URL, Part("issuer", ("issuer",))),
        _section("publications", "publications", Part("title", ("name",)), Part("venue", ("publisher",)),
                 Part("date", ("releaseDate",), "date"), _URL, Part("note", ("summary",))),
        _section("skills", "skills", Part("name", ("name",)), Part("level", ("level",)),
                 Part("items", ("keywords",), "texts")),
        _section("languages", "languages", Part("name", ("language", "name")), Part("level", ("fluency", "level"))),
        _section("interests", "interests", Part("name", ("name",)), Part("items", ("keywords",), "texts"),
                 kind="skills"),
        _section("references", "references", Part("name", ("name",)), Part("reference", ("reference",))),
        _section("projects", "projects", Part("name", ("name",)), Part("summary", ("description", "summary")),
                 _HIGHLIGHTS, Part("keywords", ("keywords",), "texts"), _START, _END, _URL,
                 Part("role", ("roles",), "joined")),
        *(_section(name, name) for name in ("talks", "teaching", "service", "grants", "memberships", "patents",
                                            "supervision")),
    )
}  # fmt: skip
BASICS = ("name", "label", "image", "email", "phone", "url", "summary", "location", "profiles")
# The keys of a whole file, in the order of the format.
ROOT = ("$schema", "basics", *SECTIONS, "meta")
