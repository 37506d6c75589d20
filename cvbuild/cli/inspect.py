"""`cvbuild validate`, `new`, `themes` and `schema`."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from cvbuild import cli, drafts, theme
from cvbuild.artifact import publish
from cvbuild.cli import report, themes
from cvbuild.cli.wishes import UsageError, load, place
from cvbuild.errors import CvError, Problem, one_line
from cvbuild.reader import PARTS, VENUE
from cvbuild.shipped import package
from cvbuild.view.resolve import COMMAND_LINE

SCHEMA_FILE = "cvbuild.schema.json"
_HEAD = f"# yaml-language-server: $schema={SCHEMA_FILE}\n"


def validate(options: argparse.Namespace) -> int:
    """Report all that is wrong with each profile and any of its variants."""
    status, rows = 0, []
    for name in options.profiles:
        try:
            source = load(name)
            warnings = drafts.validate(source, place(source))
        except CvError as error:
            report.errors(error)
            status = status or cli.status_of(error)
            rows.append(_row(name, False, error.problems, ()))
            continue
        report.warnings(warnings, strict=options.strict)
        valid = not (warnings and options.strict)
        rows.append(_row(name, valid, (), warnings, tuple(source.profile.variants)))
        if not valid:
            status = status or cli.INPUT
        elif not options.json:
            count = len(source.profile.variants)
            report.line(f"{one_line(name)}: valid, {count} variant{'s' if count != 1 else ''}")
    if options.json:
        report.as_json(rows)
    return status


def _row(
    name: str, valid: bool, problems: tuple[Problem, ...], warnings: tuple[Problem, ...], variants: tuple[str, ...] = ()
) -> dict[str, object]:
    found = {"problems": report.described(problems), "warnings": report.described(warnings)}
    return {"profile": name, "valid": valid, "variants": list(variants), **found}


def new(options: argparse.Namespace) -> int:
    """Write a profile to start from, and the schema that its first line names. Overwrites nothing."""
    if options.theme:
        return themes.start(options)
    if options.extends:
        raise UsageError(Problem(COMMAND_LINE, "--extends", "only a theme extends another; expected --theme NAME"))
    path = Path(options.file or "cv.yaml")
    if path.exists():
        raise UsageError(Problem(COMMAND_LINE, str(path), "there is such a file already; expected a new name"))
    publish((_HEAD + _example().read_text("utf-8") if options.example else starter()).encode(), path)
    publish(schema_text().encode(), path.parent / SCHEMA_FILE)
    print(f"{one_line(str(path))}  now: cvbuild build {one_line(str(path))}")
    return cli.OK


def starter() -> str:
    """Return the profile to start from; its first line names the schema for editors."""
    return _HEAD + (package() / "starter.yaml").read_text("utf-8")


def _example() -> Path:
    package = Path(__file__).parents[1]
    installed = package / "_profiles"
    return (installed if installed.is_dir() else package.parent / "profiles") / "mina-seo.yaml"


def list_themes(options: argparse.Namespace) -> int:
    """List every theme with its engine, formats, summary and options."""
    places = place().themes
    found = [theme.load(folder.name, places) for folder in theme.available(places)]
    found = [look for look in found if not look.abstract]
    if options.json:
        report.as_json([_described(look) for look in found])
        return cli.OK
    if options.names:
        print("\n".join(look.name for look in found))
        return cli.OK
    for look in found:
        print(f"{look.name}  {', '.join(look.engines)} → pdf\n  {look.summary}")
        for option in look.options.values():
            print(f"    {option.name}={option.default}  {option.help} ({option.expected})")
    return cli.OK


def _described(look: theme.Theme) -> dict[str, object]:
    options = [
        {"name": o.name, "type": o.type, "default": o.default, "help": o.help, "expected": o.expected}
        for o in look.options.values()
    ]
    return {
        "name": look.name,
        "engines": list(look.engines),
        "summary": look.summary,
        "options": options,
    }


def schema(options: argparse.Namespace) -> int:
    print(schema_text(), end="")
    return cli.OK


def schema_text() -> str:
    """Return the JSON Schema of profiles, as it is written and printed."""
    # Only this asks for it, and who starts a profile.
    from cvbuild.profile.jsonschema import schema as profile_schema

    return json.dumps(profile_schema(PARTS, VENUE), indent=2, ensure_ascii=False) + "\n"
