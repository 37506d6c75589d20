"""`cvbuild variants`."""

from __future__ import annotations

import argparse
import re
from pathlib import Path

from msgspec import to_builtins
from msgspec.structs import replace

from cvbuild import cli, style
from cvbuild.cli import report
from cvbuild.cli.build import public_variants
from cvbuild.cli.finished import file_name
from cvbuild.cli.wishes import UsageError, day, load, overrides, place
from cvbuild.errors import Mark, Problem, ProfileError, one_line, visible
from cvbuild.profile import Profile
from cvbuild.profile.plain import Plain, plain
from cvbuild.reader import Source
from cvbuild.source import dump
from cvbuild.view import Overrides, resolve, select
from cvbuild.view.diff import Change, compare
from cvbuild.view.resolve import COMMAND_LINE, shows_private

# A first character that begins no option and no home folder.
_PLAIN = re.compile(r"[\w./][\w./+@-]*")


def usage(options: argparse.Namespace) -> int:
    return cli.USAGE


def listing(options: argparse.Namespace) -> int:
    """Print the variants of each profile: for eyes, as JSON, or as targets for make."""
    sources = [load(name) for name in options.profiles]
    if options.make:
        print("\n".join(line for source in sources for line in _targets(source)))
        return cli.OK
    if options.names:
        print("".join(f"{name}\n" for source in sources for name in source.profile.variants), end="")
        return cli.OK
    rows = [row for source in sources for row in _rows(source)]
    if options.json:
        report.as_json(rows)
        return cli.OK
    for row in rows:
        notes = [f"as of {row['as_of']}" if row["as_of"] else "", "private" if row["private"] else "",
                 f"{row['pages']} pages" if row["pages"] else ""]  # fmt: skip
        print("  ".join(filter(None, [one_line(row["profile"]), row["variant"] or "(default view)", row["theme"],
                                      row["language"], *notes])))  # fmt: skip
    return cli.OK


def _rows(source: Source) -> list[dict[str, str]]:
    rows = []
    for name in ("", *source.profile.variants):
        wish = resolve(source.profile, name)
        rows.append(
            {
                "profile": source.profile.file,
                "variant": name,
                "theme": style.theme_name(wish.style),
                "engine": (wish.style.text("engine") if wish.style else "") or "auto",
                "language": wish.language,
                "as_of": str(wish.as_of or ""),
                "private": "yes" if shows_private(source.profile, name) else "",
                "pages": str(wish.pages.max) if wish.pages else "",
            }
        )
    return rows


def _targets(source: Source) -> list[str]:
    """Return the rules of every public variant; a file that goes or comes has the list made again.

    Raises `ProfileError` for a file whose name make, or the shell it starts, would take for more than a name.
    """
    files = [str(path) for path in source.files] + _beside(source)
    hint = "expected one of letters, figures and . _ + @ -"
    odd = [file for file in files if not _PLAIN.fullmatch(file)]
    if odd:
        raise ProfileError(*(Problem(Mark(file), "", "not a name that make can have", hint) for file in odd))
    lines = []
    for name in public_variants(source):
        target = f"build/{file_name(source.profile.file, name, '.pdf')}"
        lines += [
            f"PDFS += {target}",
            f"{target}: {' '.join(files)}",
            f"{target}: PROFILE = {source.profile.file}",
            f"{target}: VARIANT = {name}",
        ]
    lines.append(f"build/targets.mk: {' '.join(files)}")
    return [*lines, *(f"{file}:" for file in files)]


def _beside(source: Source) -> list[str]:
    """Return the pictures and fonts that a profile names."""
    folder = Path(source.profile.file).parent
    named = [source.profile.person.text("photo")]
    named += [entry.text("logo") for c in source.profile.collections for entry in c.entries]
    views = (source.profile.view, *source.profile.variants.values())
    named += [font for view in views if view.style for font in view.style.texts("fonts")]
    return [str(folder / name) for name in dict.fromkeys(named) if name and (folder / name).exists()]


def show(options: argparse.Namespace) -> int:
    """Print the profile that a variant comes to: YAML that builds to the same document."""
    source = load(options.profile)
    chosen = select(resolve(source.profile, options.variant, overrides(options)), place(source).today)
    tree = plain(chosen.profile)
    if options.json:
        report.as_json(tree)
    else:
        name = options.variant or "the default view"
        print(f"# {one_line(source.profile.file)}: {name}, as of {chosen.profile.as_of}, in {chosen.profile.language}")
        print(dump(tree), end="")
    return cli.OK


def diff(options: argparse.Namespace) -> int:
    """Print how two views of a profile differ, or one view on two days."""
    source = load(options.profile)
    wishes = overrides(options)
    if not options.against and options.second is None:
        message = "expected a second variant, or --against DAY"
        raise UsageError(Problem(COMMAND_LINE, "variants diff", message, "the default view is called 'view'"))
    later = replace(wishes, as_of=day(options.against, "--against")) if options.against else wishes
    names = options.first, options.first if options.second is None else options.second
    sides = [_side(source, name, wish) for name, wish in zip(names, (wishes, later), strict=True)]
    changes = compare(*sides)
    if options.json:
        report.as_json([to_builtins(change) for change in changes])
        return cli.OK
    told = [f"{name}, as of {side.as_of}, in {side.language}" for name, side in zip(names, sides, strict=True)]
    print(f"# {source.profile.file}: {told[0]} → {told[1]}")
    for change in changes:
        print(_told(change))
    return cli.OK


def _side(source: Source, name: str, wishes: Overrides) -> Profile:
    variant = "" if name == "view" and name not in source.profile.variants else name
    return select(resolve(source.profile, variant, wishes), place(source).today).profile


_SIGNS = {"added": ("+", "green"), "removed": ("-", "red"), "moved": ("↕", "yellow"), "changed": ("~", "yellow")}


def _told(change: Change) -> str:
    sign, colour = _SIGNS[change.what]
    old, new = (visible(_short(value)) for value in (change.old, change.new))
    values = f": {old} → {new}" if old and new else f": {old or new}" if old or new else ""
    return f"{report.painted(f'{sign} {change.what}', colour)}  {visible(change.path)}{values}"


def _short(value: Plain) -> str:
    """Return *value* on one line; of an entry or a list, what stands in it."""
    match value:
        case None:
            return ""
        case dict():
            return ", ".join(f"{name} {_short(item)}" for name, item in value.items() if name not in ("id", "tags"))
        case list():
            return "; ".join(_short(item) for item in value)
        case _:
            return " ".join(value.split())
