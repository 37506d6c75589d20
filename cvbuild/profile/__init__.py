"""The facts of one career, and the views of it that the person has declared.

Values are frozen. What stands here is what was read: dated and translated values are whole until a view is chosen.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from msgspec import Struct, field

from cvbuild.dates import PartialDate
from cvbuild.errors import NOWHERE, Mark, Placed
from cvbuild.schema import Dated, Record, Translated, Value
from cvbuild.source import Node

__all__ = ["Collection", "Dated", "Pages", "Profile", "Record", "SectionSpec", "Translated", "Value", "View", "every"]


class Collection(Placed, frozen=True, eq=False):
    """Entries of one type under a name, in file order. `title` and `intro` are absent unless given."""

    name: str
    type: str
    entries: tuple[Record, ...]
    title: Value | None = None
    date: Value | None = None
    mark: Mark = NOWHERE


class SectionSpec(Placed, frozen=True, eq=False):
    """What a view says of one section; `options` hold only what is said."""

    name: str
    options: Record
    mark: Mark = NOWHERE


class Pages(Struct, frozen=True):
    """The page budget: at most `max` pages, the last filled to `min_fill` of its height or more."""

    max: int
    min_fill: float = 0.0


class View(Placed, frozen=True, eq=False):
    """Which facts, when, in which language and style: the default view (named ''), or a variant.

    `extends` is `None` where the file says nothing: then a variant extends the default view. Lists that add up
    (`include`, `exclude`, `omit`, `pin`) hold only what this view itself says.
    """

    name: str = ""
    extends: tuple[str, ...] | None = None
    as_of: PartialDate | None = None
    language: str = ""
    show_private: bool | None = None
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    omit: tuple[str, ...] = ()
    pin: tuple[str, ...] = ()
    sections: tuple[SectionSpec, ...] | None = None
    set: tuple[tuple[str, Node], ...] = ()
    pages: Pages | None = None
    source: bool | None = None
    style: Record | None = None
    marks: Mapping[str, Mark] = field(default_factory=dict)
    mark: Mark = NOWHERE

    def mark_of(self, name: str, item: str = "") -> Mark:
        """Return the place of the field *name*, or of *item* in it."""
        return self.marks.get(f"{name}/{item}", self.marks.get(name, self.mark))


class Profile(Struct, frozen=True):
    """Everything known about a person, as read from `file`; after a selection, one view of it.

    `as_of` and `language` are set by a selection: then every value is constant, each section is a collection of
    its own under the section's name, and `view` is a plain list of them. `extras` are what the format has no field for,
    `written` is how an imported file put what stands here.
    """

    file: str
    person: Record
    contacts: tuple[Record, ...] = ()
    collections: tuple[Collection, ...] = ()
    venues: Mapping[str, Record] = field(default_factory=dict)
    translations: tuple[str, ...] = ("en",)
    tags: tuple[str, ...] | None = None
    bibliography: Record | None = None
    view: View = View()
    variants: Mapping[str, View] = field(default_factory=dict)
    as_of: date | None = None
    language: str = ""
    extras: Node | None = None
    written: Node | None = None

    def collection(self, name: str) -> Collection | None:
        return next((c for c in self.collections if c.name == name), None)

    def known_tags(self) -> frozenset[str]:
        """Return the tags that a view may name: the declared ones, or those in use."""
        used = (tag for record in self.records() for tag in record.texts("tags"))
        return frozenset(self.tags if self.tags is not None else used)

    def records(self) -> Iterator[Record]:
        """Yield every record that may carry an id or tags, outer before inner, in file order."""
        yield from self.contacts
        for collection in self.collections:
            yield from every(collection.entries)


def every(records: Iterable[Record]) -> Iterator[Record]:
    """Yield *records* with all the records in them, outer before inner."""
    for record in records:
        yield record
        for name in record.fields:
            yield from every(record.records(name))
