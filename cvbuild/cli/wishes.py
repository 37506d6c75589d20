"""What the options of a command ask for, as values."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from msgspec.structs import replace

from cvbuild import source
from cvbuild.cli.surroundings import UsageError as UsageError
from cvbuild.cli.surroundings import cache, today
from cvbuild.dates import PartialDate
from cvbuild.drafts import Place
from cvbuild.errors import CvError, Problem
from cvbuild.profile.variants import STYLE
from cvbuild.reader import Source, read, read_text
from cvbuild.schema import Reading, Record
from cvbuild.schema import read as read_field
from cvbuild.source import Mapping, Node, Scalar
from cvbuild.view import Overrides
from cvbuild.view.resolve import COMMAND_LINE


def load(name: str) -> Source:
    """Return the profile in the file *name*, or on standard input where it is `-`."""
    if name == "-":
        return read_text(sys.stdin.buffer.read(source.MAX_BYTES + 1), "<stdin>")
    return read(Path(name))


def place(profile: Source | None = None) -> Place:
    """Return where and when builds happen: SOURCE_DATE_EPOCH's day or today; themes beside the profile or here."""
    beside = [Path(profile.profile.file).parent / "themes"] if profile else []
    return Place(today(), cache(), tuple(dict.fromkeys([*beside, Path("themes")])))


def overrides(options: argparse.Namespace) -> Overrides:
    """Return what the options of a view say. Raises `UsageError` with all that is wrong with them."""
    problems: list[Problem] = []
    as_of = None
    try:
        as_of = day(options.as_of, "--as-of") if options.as_of else None
    except UsageError as error:
        problems += error.problems
    settings = tuple(_setting(text, "--set", problems) for text in options.set)
    style = _style(options, problems)
    if problems:
        raise UsageError(*problems)
    return Overrides(
        as_of=as_of,
        language=options.language or "",
        private=options.private,
        include=tuple(options.include),
        exclude=tuple(options.exclude),
        set=settings,
        style=style,
        source=getattr(options, "source", False),
        whole=getattr(options, "no_fit", False),
    )


def in_theme(name: str) -> Overrides:
    """Return the wish for the theme *name*, and for nothing else."""
    style = read_field(STYLE, _mapping({"theme": Scalar(name, COMMAND_LINE)}), "theme", Reading())
    return Overrides(style=style if isinstance(style, Record) else None)


def day(text: str, option: str) -> PartialDate:
    """Return the day that *option* names. Raises `UsageError` where it is none."""
    try:
        return PartialDate.parse(text)
    except ValueError as error:
        raise UsageError(Problem(COMMAND_LINE, option, str(error))) from None


def _setting(text: str, option: str, problems: list[Problem]) -> tuple[str, Node]:
    """Return the two sides of `PATH=VALUE`; a value in braces or brackets is YAML, any other is text."""
    path, equals, value = text.partition("=")
    if not equals or not path:
        problems.append(Problem(COMMAND_LINE, option, f"'{text}'; expected PATH=VALUE"))
    if value.startswith(("{", "[")):
        try:
            return path, source.parse(value, f"{option} {path}", COMMAND_LINE) or Scalar("", COMMAND_LINE)
        except CvError as error:
            problems += (replace(problem, where=f"{option} {path}") for problem in error.problems)
    return path, Scalar(value, COMMAND_LINE)


def _style(options: argparse.Namespace, problems: list[Problem]) -> Record | None:
    pairs = [_setting(text, "--style", problems) for text in options.style]
    if options.theme:
        # `letterpress@latex` says both at once.
        name, _, engine = options.theme.partition("@")
        pairs.append(("theme", Scalar(name, COMMAND_LINE)))
        pairs += [("engine", Scalar(engine, COMMAND_LINE))] if engine else []
    if options.engine:
        pairs.append(("engine", Scalar(options.engine, COMMAND_LINE)))
    if not pairs:
        return None
    tree: dict[str, dict[str, Node] | Node] = {}
    for path, node in pairs:
        head, dot, rest = path.partition(".")
        if not dot and head not in STYLE.fields:
            head, rest = "options", head
        if rest:
            inner = tree.setdefault(head, {})
            if isinstance(inner, dict):
                inner[rest] = node
        else:
            tree[head] = node
    reading = Reading()
    record = read_field(STYLE, _mapping(tree), "--style", reading)
    problems += reading.problems
    return record if isinstance(record, Record) else None


def _mapping(tree: dict[str, dict[str, Node] | Node]) -> Mapping:
    def value(item: dict[str, Node] | Node) -> Node:
        return _mapping({**item}) if isinstance(item, dict) else item

    return Mapping(tuple((Scalar(key, COMMAND_LINE), value(item)) for key, item in tree.items()), COMMAND_LINE)
