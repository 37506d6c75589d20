"""`cvbuild new --theme`: a theme to start from."""

from __future__ import annotations

import argparse
from pathlib import Path

from cvbuild import cli, theme
from cvbuild.artifact import publish
from cvbuild.cli.wishes import UsageError, place
from cvbuild.errors import Problem
from cvbuild.profile.variants import NAME
from cvbuild.view.resolve import COMMAND_LINE

_MANIFEST = """\
# What a theme may say is told in themes/README.md of cvbuild. What this one does not say it inherits: options, style,
# fonts and templates.
extends: {parent}
summary: My look, made from {parent}.
options:
  tint: {{type: color, default: "#1a3f8f", help: colour of headings}}
"""
_SHEET = """\
/* {what} */
h2 { color: {{ options.tint }}; }
"""


def start(options: argparse.Namespace) -> int:
    """Write the theme that `--theme` names into `themes/`, as a child of another. Overwrites nothing."""
    name, parent = options.theme, options.extends or "letterpress"
    if options.file:
        raise UsageError(Problem(COMMAND_LINE, "FILE", "--theme writes no profile; expected one of them"))
    if not NAME.pattern.fullmatch(name):
        raise UsageError(Problem(COMMAND_LINE, "--theme", f"'{name}'; expected {NAME.expected}"))
    places = place().themes
    folder = Path("themes") / name
    if folder.exists() or any(known.name == name for known in theme.available(places)):
        raise UsageError(Problem(COMMAND_LINE, "--theme", f"there is a theme '{name}' already; expected a new name"))
    look = theme.load(parent, places, COMMAND_LINE)
    file, what = "extra.css.j2", f"Comes after the style sheet of {parent}, and so has the last word."
    if not look.file("style.css.j2"):
        file, what = "style.css.j2", f"All of the look: {parent} has none."
    publish(_SHEET.replace("{what}", what).encode(), folder / file)
    publish(_MANIFEST.format(parent=parent).encode(), folder / theme.FILE)
    print(f"{folder}/  now: cvbuild build --theme {name}")
    return cli.OK
