"""`cvbuild import`."""

from __future__ import annotations

import argparse
import difflib
import sys
from pathlib import Path

from msgspec.structs import replace

from cvbuild import cli, source
from cvbuild.artifact import publish
from cvbuild.bibliography import own_of
from cvbuild.cli import report
from cvbuild.cli.wishes import UsageError, place
from cvbuild.errors import Mark, Problem, ProfileError, listed, nearest, one_line, visible
from cvbuild.importers import registry
from cvbuild.importers.imported import Format, Imported, Known, Tree
from cvbuild.importers.merging import Merged, lines, merged
from cvbuild.importers.shelf import Shelf
from cvbuild.interchange.entries import NOTHING
from cvbuild.profile import Profile
from cvbuild.profile.paths import addressed
from cvbuild.reader import contents, read, read_text
from cvbuild.source import Mapping, Node, Plain, Scalar, Sequence
from cvbuild.view.resolve import COMMAND_LINE


def run(options: argparse.Namespace) -> int:
    """Write the facts of a file as a new profile, or put them into one; report what was guessed."""
    _agree(options)
    name = "<stdin>" if options.file == "-" else options.file
    data = _bytes(options.file)
    format = registry.recognised(name, data, options.format or "")
    if options.into:
        return _into(options, name, format, data)
    return _new(options, name, format, registry.read(format, name, data, place().today))


def _agree(options: argparse.Namespace) -> None:
    """Refuse options that contradict each other."""
    problem = ""
    if options.into and (options.output or options.force):
        problem = "--into changes a profile; --output and --force are for a new one"
    elif options.write and not options.into:
        problem = "--write goes with --into; a new profile is written without it"
    elif options.json and options.output == "-":
        problem = "the profile goes to standard output; expected one of --json and --output -"
    if problem:
        raise UsageError(Problem(COMMAND_LINE, "import", problem))
    known = registry.formats()
    if options.format and options.format not in known:
        message = f"'{options.format}'; expected {listed(known)}"
        raise UsageError(Problem(COMMAND_LINE, "--format", message, nearest(options.format, known)))


def _bytes(name: str) -> bytes:
    if name == "-":
        return sys.stdin.buffer.read(registry.MAX_BYTES)
    return contents(Path(name), name, registry.MAX_BYTES)


def _new(options: argparse.Namespace, name: str, format: Format, found: Imported) -> int:
    path = Path(options.output or "cv.yaml")
    if options.output != "-" and path.exists() and not options.force:
        hint = "name another with --output, overwrite it with --force, or add to it with --into"
        raise UsageError(Problem(COMMAND_LINE, str(path), "there is such a file already", hint))
    tree: Tree = {"person": {"name": NOTHING}, **found.tree}
    if "person" not in found.tree:
        message = f"the file names nobody; '{NOTHING}' stands there"
        found = replace(found, notes=(*found.notes, Problem(Mark(name), "person.name", message, "write your name")))
    text = f"# From {one_line(Path(name).name)}, {format.title}.\n\n" + "\n".join(lines(tree))
    _checked(text, name)
    if options.output == "-":
        print(text, end="")
    else:
        publish(text.encode(), path)
    report.warnings(found.notes, strict=False)
    counts = {key: len(value) for key, value in tree.items() if isinstance(value, list) and key != "translations"}
    if options.json:
        report.as_json({"profile": str(path), "format": format.name, "entries": counts,
                        "notes": report.described(found.notes)})  # fmt: skip
    elif options.output != "-":
        print(f"{one_line(str(path))}  from {format.title}: {_counted(counts, found)}")
    return cli.OK


def _counted(counts: dict[str, int], found: Imported) -> str:
    said = ", ".join(f"{count} {name}" for name, count in counts.items()) or "a person"
    return f"{said}; {len(found.notes)} to look at" if found.notes else said


def _checked(text: str, name: str, folder: Path | None = None) -> None:
    """Read a profile that stands in *folder* again before it is written. Raises `ProfileError` where it is none."""
    try:
        read_text(text.encode(), f"{name} as a profile", folder)
    except ProfileError as error:
        first = error.problems[0]
        message = f"what comes of it is no profile: {first.where}: {first.message}"
        raise ProfileError(Problem(Mark(name), "", message, "please report this")) from None


def _into(options: argparse.Namespace, name: str, format: Format, data: bytes) -> int:
    path = Path(options.into)
    old = source.decode(contents(path, str(path)), str(path))
    profile = read(path).profile
    root = source.parse(old, str(path))
    found = registry.read(format, name, data, place().today, _known(profile))
    shelf, written = Shelf(profile), _plain(root)
    tree, known = shelf.without(found.tree, written)
    result = merged(old, shelf.filled(written), tree)
    _checked(result.text, name, path.parent)
    diff = "".join(difflib.unified_diff(old.splitlines(True), result.text.splitlines(True), str(path), str(path)))
    report.warnings(found.notes, strict=False)
    if options.write and result.text != old:
        publish(result.text.encode(), path)
    is_written = bool(options.write and diff)
    if options.json:
        report.as_json({"profile": str(path), "format": format.name, "added": result.added,
                        "completed": result.completed, "left": result.left, "known": known, "written": is_written,
                        "diff": diff, "notes": report.described(found.notes)})  # fmt: skip
        return cli.OK
    print(visible(diff), end="")
    more = "" if options.write or not diff else "; --write puts it there"
    print(f"{one_line(str(path))}  {_told(result, known, shelf)}{more}")
    return cli.OK


def _known(profile: Profile) -> Known:
    venues = {name: (*venue.texts("name"), *venue.texts("short")) for name, venue in profile.venues.items()}
    ids = frozenset(path for path, _ in addressed(profile)) | {c.name for c in profile.collections}
    return Known(own_of(profile.person, profile.contacts), venues, ids)


def _told(result: Merged, known: int, shelf: Shelf) -> str:
    parts = [f"{count} new in {name}" for name, count in result.added.items()]
    parts += [f"{count} completed in {name}" for name, count in result.completed.items()]
    parts += [f"{name} left as it was" for name in result.left]
    parts += [f"{known} known from {listed(shelf.files, 'and') or 'other collections'}"] if known else []
    return ", ".join(parts) or "nothing new"


def _plain(node: Node | None) -> Plain:
    match node:
        case Sequence(items):
            return [_plain(item) for item in items]
        case Mapping(pairs):
            return {key.text: _plain(value) for key, value in pairs}
        case Scalar(text):
            return None if node.absent else text
        case _:
            return None
