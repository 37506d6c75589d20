"""Lists of works as facts: BibTeX, CSL-JSON, RIS and what registries answer."""

from __future__ import annotations

from functools import partial

from cvbuild.errors import CvError, Mark, Problem, ProfileError
from cvbuild.importers import works
from cvbuild.importers.imported import Format, Imported, Known, Tree
from cvbuild.importers.works import Own, Works
from cvbuild.importers.works.extras import kept, left_out
from cvbuild.interchange.forms import held_pairs
from cvbuild.source import Plain

# A file can be of no more than one of these formats, and what tells them apart tells them from whole CVs.
_SURE = 0.7
_NAMES = {"CSL-JSON": "csl"}


def kind_of(file: str, data: bytes) -> str:
    """Return the name of the format that *data* is in, '' where it is no list of works.

    Raises `ProfileError` and `LimitError` for what is no text, or broken.
    """
    kind = works.format_of(file, data)
    return _NAMES.get(kind, kind.lower())


def _sniff(name: str, data: bytes) -> float:
    try:
        return _SURE if kind_of("", data) == name else 0.0
    except CvError:
        return 0.0


def _read(kind: str, file: str, data: bytes, known: Known | None) -> Imported:
    found = works.read(file, data)
    if found.format != kind:
        raise ProfileError(Problem(Mark(file, 1, 1), "", f"the file is {found.format}; expected {kind}"))
    return facts_of(found, file, known, Own())


def facts_of(found: Works, file: str, known: Known | None, own: Own) -> Imported:
    """Return the works of *file* as publications of the person that *known* tells of, else of who is called *own*.

    Raises `ProfileError` where something is wrong with one of them.
    """
    if found.problems:
        raise ProfileError(*found.problems)
    one_each, told = works.fold(found.works)
    venues, taken = (known.venues, known.ids) if known else ({}, frozenset[str]())
    made = works.records(one_each, known.own if known else own, venues, taken)
    entries: list[Plain] = []
    for entry, work in zip(made.entries, made.works, strict=True):
        more: Tree = {"extras": held_pairs(kept(work))} if kept(work) else {}
        entries.append({**entry, **more})
    declared: Plain = dict(made.venues)
    tree: Tree = {"venues": declared, "publications": entries}
    notes = (*found.guesses, *told, *made.guesses, *left_out(made.works, file))
    return Imported({name: value for name, value in tree.items() if value}, notes)


def formats() -> tuple[Format, ...]:
    """Return each format of a list of works; a record of ORCID is more than that."""
    names = ((_NAMES.get(kind, kind.lower()), kind) for kind in works.FORMATS if kind != "ORCID")
    return tuple(Format(name, f"a list in {kind}", partial(_sniff, name), partial(_read, kind)) for name, kind in names)
