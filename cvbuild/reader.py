"""Files → `Profile`: opens what it is given and reports every problem at once, with its place."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterable
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from cvbuild import source
from cvbuild.errors import LimitError, Mark, Problem, ProfileError, nearest, quoted
from cvbuild.profile import Profile, View
from cvbuild.profile.checks import check
from cvbuild.profile.collections import collections
from cvbuild.profile.contacts import CONTACT
from cvbuild.profile.types import KEPT, TAG, TEXT, URL
from cvbuild.profile.variants import NAME, VARIANT, VIEW, read_view
from cvbuild.schema import Choice, Field, ListOf, Pattern, Reading, Record, RecordOf, Value, Varied, Word, join
from cvbuild.schema import read as read_field
from cvbuild.source import Mapping, Node, Scalar, Sequence, describe

LANGUAGE = Pattern(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*", "a language tag such as en, ko or pt-BR")
PERSON = RecordOf(
    "person",
    {
        "name": TEXT,
        "cite_as": Varied(ListOf(Word(), single=True)),
        "not_me": ListOf(Word(), single=True),
        "headline": TEXT,
        "photo": Word(),
        "contact": ListOf(CONTACT),
        **KEPT,
    },
    ("name",),
)
VENUE = RecordOf(
    "venue",
    {
        "name": TEXT,
        "short": TEXT,
        "kind": Choice("conference", "journal", "workshop", "book", "other"),
        "url": URL,
    },
    ("name",),
)
_WORDS = ListOf(Word(), single=True)
BIBLIOGRAPHY = RecordOf("bibliography", {"file": _WORDS, "only": _WORDS}, ("file",), main="file")
PARTS: dict[str, Field] = {
    "translations": ListOf(LANGUAGE, single=True),
    "tags": ListOf(TAG, single=True),
    "person": PERSON,
    "bibliography": BIBLIOGRAPHY,
    **KEPT,
}
KEYS = (*PARTS, "venues", "view", "variants")
SUFFIXES = (".yaml", ".yml")


class Source(Struct, frozen=True):
    """A profile with what was noticed on reading it: `warnings`, and every file it was read from."""

    profile: Profile
    warnings: tuple[Problem, ...]
    files: tuple[Path, ...]


def read(path: Path) -> Source:
    """Return the profile in *path* with the variants in `NAME.variants/` beside it.

    Raises `ProfileError` with all that is wrong in any of the files.
    """
    files = (path, *_variant_files(path))
    trees: dict[Path, _Tree] = {}
    broken: list[Problem] = []
    for file in files:
        try:
            trees[file] = _tree(contents(file, str(file)), str(file))
        except ProfileError as error:
            broken += error.problems
    if path not in trees:
        raise ProfileError(*broken)
    reading = Reading(problems=broken, lost=frozenset(file.stem for file in files if file not in trees))
    profile = _profile(trees[path].root, str(path), reading, path.parent)
    for file, tree in trees.items():
        if file != path:
            profile = _with_variant(profile, file, tree.root, reading)
    _files(profile, path.parent, reading)
    return _checked(profile, trees.values(), reading, (*files, *_bibliographies(profile.bibliography, path.parent)))


def read_text(data: bytes, file: str, folder: Path | None = None) -> Source:
    """Return the profile in *data*; *file* names it in messages.

    Its files of publications stand in *folder*; without one there are no files beside it.
    """
    tree, reading = _tree(data, file), Reading()
    return _checked(_profile(tree.root, file, reading, folder), (tree,), reading, ())


class _Tree(Struct, frozen=True):
    """A file as it was parsed, with the problems that left something to be read."""

    root: Node | None
    problems: tuple[Problem, ...]


def _tree(data: bytes, file: str) -> _Tree:
    return _Tree(*source.survey(source.decode(data, file), file))


def _checked(profile: Profile, trees: Iterable[_Tree], reading: Reading, files: tuple[Path, ...]) -> Source:
    slips = [problem for tree in trees for problem in tree.problems]
    if reading.problems or slips:
        reading.lost |= frozenset(_names(next(iter(trees)).root))
    check(profile, reading)
    # What else seems wrong with a line that is cut off, or has an alias for a text, is so because of that.
    known = {(slip.mark.file, slip.mark.line) for slip in slips}
    problems = slips + [p for p in reading.problems if (p.mark.file, p.mark.line) not in known]
    if problems:
        raise ProfileError(*problems)
    return Source(profile, tuple(dict.fromkeys(sorted(reading.warnings))), files)


def _names(root: Node | None) -> Iterable[str]:
    """Yield what in the facts of *root* a view may name: keys, ids and tags."""
    for key, node in root.items if isinstance(root, Mapping) else ():
        yield key.text
        if key.text not in ("view", "variants"):
            yield from (scalar.text for name, scalar in source.scalars(node, key.text) if name in ("", "id", "tags"))


def _variant_files(path: Path) -> tuple[Path, ...]:
    folder = path.with_suffix(".variants") if path.name else path
    try:
        found = [file for file in folder.iterdir() if file.suffix in SUFFIXES and not file.name.startswith(".")]
    except (FileNotFoundError, NotADirectoryError):
        return ()
    except OSError as error:
        raise ProfileError(Problem(Mark(str(folder)), "", _reason(error))) from None
    return tuple(sorted(found))


def contents(path: Path, file: str, most: int = source.MAX_BYTES, expected: str = "a YAML file") -> bytes:
    """Return the bytes of the regular file at *path*, one more than *most* at most; *file* names it in messages."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
        with open(descriptor, "rb") as stream:  # noqa: PTH123 (a descriptor, checked before it is read)
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                raise ProfileError(Problem(Mark(file), "", f"not a regular file; expected {expected}"))
            return stream.read(most + 1)
    except IsADirectoryError:
        raise ProfileError(Problem(Mark(file), "", f"a folder; expected {expected}")) from None
    except OSError as error:
        raise ProfileError(Problem(Mark(file), "", _reason(error), _neighbour(path))) from None


def _reason(error: OSError) -> str:
    return "no such file" if error.errno == errno.ENOENT else (error.strerror or "cannot be opened").lower()


def _neighbour(path: Path, suffixes: tuple[str, ...] = SUFFIXES) -> str:
    try:
        return nearest(path.name, [p.name for p in path.parent.iterdir() if p.suffix in suffixes])
    except OSError:
        return ""


def _profile(root: Node | None, file: str, reading: Reading, folder: Path | None = None) -> Profile:
    if root is None or (isinstance(root, Scalar) and root.absent):
        hint = "begin with 'person:' and, indented below it, 'name: …'"
        raise ProfileError(*reading.problems, Problem(Mark(file), "", "the file is empty; expected a profile", hint))
    if not isinstance(root, Mapping):
        hint = "begin with 'person:', not with '- '" if isinstance(root, Sequence) else "begin with 'person:'"
        message = f"{describe(root)}; expected a mapping with 'person' and collections"
        raise ProfileError(*reading.problems, Problem(root.mark, "", message, hint))
    reading.languages = _languages(root, reading)
    parts = {name: read_field(field, root.get(name), name, reading) for name, field in PARTS.items()
             if name != "translations"}  # fmt: skip
    person, tags, bibliography = parts["person"], parts["tags"], parts["bibliography"]
    if isinstance(bibliography, Record):
        root = _with_works(root, bibliography, person, reading, folder)
    found = tuple(collections(root, KEYS, reading))
    if not isinstance(person, Record):
        person = _nobody(root, reading)
    return Profile(
        file=file,
        person=person.replace(contact=None),
        contacts=person.records("contact"),
        collections=found,
        venues=_venues(root.get("venues"), reading),
        translations=reading.languages,
        tags=tuple(map(str, tags)) if isinstance(tags, tuple) else None,
        bibliography=bibliography if isinstance(bibliography, Record) else None,
        view=read_view(VIEW, root.get("view"), "", "view", reading),
        variants=_variants(root.get("variants"), reading),
        extras=_kept(parts["extras"]),
        written=_kept(parts["written"]),
    )


def _with_works(
    root: Mapping, bibliography: Record, person: Value | None, reading: Reading, folder: Path | None
) -> Mapping:
    """Return *root* with the works of the files that *bibliography* names, which stand in *folder* or below."""
    if folder is None:
        message = "files of publications stand beside a profile; nothing is beside this one, and none is read"
        reading.warn(bibliography.mark, "bibliography", message)
        return root
    files = []
    for path in _bibliographies(bibliography, folder):
        try:
            files.append((str(path), contents(path, str(path), expected="a file of publications")))
        except ProfileError as error:
            reading.problems += error.problems
    if sum(len(data) for _, data in files) > 2 * source.MAX_BYTES:
        message = f"the files are too large; at most {2 * source.MAX_BYTES // 1024 // 1024} MiB are read"
        raise LimitError(Problem(bibliography.mark, "bibliography", message))
    # What reads them is loaded only where there are some.
    from cvbuild import bibliography as works

    listed = works.listed(files, bibliography, person if isinstance(person, Record) else None, root, reading)
    return works.joined(root, listed, bibliography, reading)


def _bibliographies(bibliography: Record | None, folder: Path) -> tuple[Path, ...]:
    """Return the files of publications that are there, and are in *folder* or below."""
    named = dict.fromkeys(bibliography.texts("file") if bibliography else ())
    paths = (folder / name for name in named)
    return tuple(path for path in paths if _is_file(path) and _is_within(path, folder))


def _is_within(path: Path, folder: Path) -> bool:
    try:
        return path.resolve().is_relative_to(folder.resolve())
    except (OSError, RuntimeError):  # a link that leads to itself, until Python 3.13
        return False


def _kept(value: Value | None) -> Node | None:
    return value if isinstance(value, Mapping) else None


def _nobody(root: Mapping, reading: Reading) -> Record:
    """Report that there is no person, unless a key stands for it that is misspelt, or holds something else."""
    node = root.get("person")
    absent = node is None or (isinstance(node, Scalar) and node.absent)
    if absent and "person" not in reading.lost:
        message = "the field 'person' is missing; expected a mapping with 'name'"
        reading.fail(root.mark, "", message, "write 'person:' and, indented below it, 'name: …'")
    return Record("person", {"name": "?"}, {}, root.mark)


def _languages(root: Mapping, reading: Reading) -> tuple[str, ...]:
    node, problems = root.get("translations"), len(reading.problems)
    found = read_field(PARTS["translations"], node, "translations", reading)
    names = tuple(map(str, found)) if isinstance(found, tuple) else ()
    for index, name in enumerate(names):
        if name in names[:index] and isinstance(node, Sequence):
            reading.fail(node.items[index].mark, "translations", f"the language '{name}' stands twice")
    if len(reading.problems) > problems:
        # Any key that can be a language passes for one: its texts are not at fault.
        keys = (scalar.text for below, scalar in source.scalars(root) if not below)
        return tuple(dict.fromkeys((*names, "en", *filter(LANGUAGE.pattern.fullmatch, keys))))
    return names or ("en",)


def _venues(node: Node | None, reading: Reading) -> dict[str, Record]:
    if node is None or (isinstance(node, Scalar) and node.absent):
        return {}
    if not isinstance(node, Mapping):
        reading.fail(node.mark, "venues", f"{describe(node)}; expected a mapping of ids to venues")
        return {}
    found = {key.text: read_field(VENUE, item, f"venues.{key.text}", reading) for key, item in node.items}
    return {name: venue for name, venue in found.items() if isinstance(venue, Record)}


def _variants(node: Node | None, reading: Reading) -> dict[str, View]:
    if node is None or (isinstance(node, Scalar) and node.absent):
        return {}
    if not isinstance(node, Mapping):
        reading.fail(node.mark, "variants", f"{describe(node)}; expected a mapping of names to variants")
        return {}
    found = {}
    for key, item in node.items:
        _check_name(key, "variants", reading)
        view = read_view(VARIANT, item, key.text, f"variants.{key.text}", reading)
        found[key.text] = view if view.mark.line else replace(view, mark=key.mark)
    return found


def _check_name(name: Scalar, where: str, reading: Reading) -> None:
    NAME.read(name, where, reading)
    if name.text == "view":
        reading.fail(name.mark, where, "'view' is the default view; expected another name", "")


def _with_variant(profile: Profile, path: Path, node: Node | None, reading: Reading) -> Profile:
    name, file = path.stem, str(path)
    _check_name(Scalar(name, Mark(file)), "", reading)
    if name in profile.variants:
        message = f"the variant '{name}' is declared twice: here and in {profile.variants[name].mark}"
        reading.fail(Mark(file), "", message, "keep one of the two")
        return profile
    view = read_view(VARIANT, node, name, "", reading)
    found = view if view.mark.file else replace(view, mark=Mark(file))
    return replace(profile, variants={**profile.variants, name: found})


def _files(profile: Profile, folder: Path, reading: Reading) -> None:
    """Report every picture and bibliography that is not there, and every picture that lies elsewhere."""
    named = [(profile.person, "person", "photo")]
    if profile.bibliography:
        named.append((profile.bibliography, "bibliography", "file"))
    named += [(entry, f"{collection.name}[{index}]", "logo")
              for collection in profile.collections for index, entry in enumerate(collection.entries)]  # fmt: skip
    for record, where, field in named:
        for name in record.texts(field):
            if not _is_file(folder / name):
                message = f"no such file {quoted(name)}; expected one beside the profile"
                hint = _neighbour(folder / name, (Path(name).suffix,))
                reading.fail(record.mark_of(field), join(where, field), message, hint)
            elif not _is_within(folder / name, folder):
                message = f"{quoted(name)} lies outside the profile's folder; expected a file beside the profile"
                reading.fail(record.mark_of(field), join(where, field), message)


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:
        return False
