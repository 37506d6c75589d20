"""What a profile has of publications, those of the files beside it among them: what is there is not added again."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from cvbuild.importers.imported import Tree
from cvbuild.importers.merging import fits, keys
from cvbuild.profile import Profile
from cvbuild.profile.plain import Plain, plain_value

_KIND = "publications"


class Shelf:
    """The publications of a profile by its collections, each as the files beside it fill it in.

    Those that stand in a file alone come last in the first of the collections.
    """

    def __init__(self, profile: Profile) -> None:
        self.held = {
            c.name: [plain_value(entry) for entry in c.entries] for c in profile.collections if c.type == _KIND
        }
        self.places: dict[str, list[tuple[str, int]]] = {}
        for name, held in self.held.items():
            for index, entry in enumerate(held):
                for key in keys(entry, _KIND):
                    self.places.setdefault(key, []).append((name, index))
        self.files = profile.bibliography.texts("file") if profile.bibliography else ()

    def filled(self, known: Plain) -> Plain:
        """Return *known*, a profile as it is written, with its publications as they are filled in."""
        if not isinstance(known, dict):
            return known
        return {name: self._filled(name, value) if name in self.held else value for name, value in known.items()}

    def _filled(self, name: str, value: Plain) -> Plain:
        if isinstance(value, dict) and "entries" in value:
            return {**value, "entries": self._filled(name, value["entries"])}
        return self.held[name][: len(value)] if isinstance(value, list) else value

    def without(self, tree: Tree, known: Plain) -> tuple[Tree, int]:
        """Return *tree* without the works that are here, but those that *known* has in the collection they go into.

        They go into the first collection of publications, whatever its name. Also return how many there are of them.
        """
        entries = tree.get(_KIND)
        if not isinstance(entries, list) or not self.held:
            return tree, 0
        name = next(iter(self.held))
        written = _entries(known.get(name) if isinstance(known, dict) else None)
        left = [entry for entry in entries if not self._is_elsewhere(entry, name, len(written))]
        rest = {key: value for key, value in tree.items() if key not in (_KIND, "venues")}
        if venues := _named(tree.get("venues"), left):
            rest["venues"] = venues
        if left:
            rest[name] = left if name == _KIND else {"type": _KIND, "entries": left}
        return rest, len(entries) - len(left)

    def _is_elsewhere(self, entry: Plain, name: str, written: int) -> bool:
        """Tell whether *entry* is known, and not as one of those that are *written* in the collection *name*."""
        for key in keys(entry, _KIND):
            for at, index in self.places.get(key, ()):
                if fits(key, self.held[at][index], entry):
                    return at != name or index >= written
        return False


def _entries(value: Plain) -> Collection[Plain]:
    inner = value.get("entries") if isinstance(value, dict) else value
    return inner if isinstance(inner, list) else ()


def _named(venues: Plain, entries: Collection[Plain]) -> Tree:
    """Return those of *venues* that *entries* name."""
    named = {venue for entry in entries for venue in _venues(entry)}
    return {name: venue for name, venue in venues.items() if name in named} if isinstance(venues, dict) else {}


def _venues(entry: Plain) -> Iterator[Plain]:
    shown = [entry, *_entries(entry.get("appearances"))] if isinstance(entry, dict) else []
    yield from (venue for one in shown if isinstance(one, dict) and isinstance(venue := one.get("venue"), str))
