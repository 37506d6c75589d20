"""What comes before a build: a look at what was kept, and the engine, which takes longest to load."""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path

from cvbuild.cli import again
from cvbuild.cli.surroundings import cache
from cvbuild.shipped import builtin

_SAID = re.compile(r"\b(theme|engine):[ \t]*[\"']?([\w@-]+)")
_MOST_BYTES = 1024 * 1024


def build(options: argparse.Namespace) -> int:
    """Build, with the engine that is probably wanted loading meanwhile; see `cvbuild.cli.build`.

    What the same command has made of the same files before is taken from where it was kept.
    """
    memory = again.memory(options)
    if memory and (status := memory.repeated(options)) is not None:
        return status
    _start(options)
    from cvbuild.cli import build as command

    try:
        return command.build(options, memory)
    finally:
        if latex := sys.modules.get("cvbuild.engines.latex.waiting"):
            latex.dismiss()


def watch(options: argparse.Namespace) -> int:
    """Build and follow, with the engine as in `build`; see `cvbuild.cli.watch`."""
    _start(options)
    from cvbuild.cli import watch as command

    return command.watch(options)


def serve(options: argparse.Namespace) -> int:
    """Serve, with the engine as in `build`; see `cvbuild.cli.serve`."""
    options.profiles = [options.profile]
    if _takes_weasyprint(options):
        _load()
    from cvbuild.cli import serve as command

    return command.serve(options)


def _start(options: argparse.Namespace) -> None:
    """Have the engine load that will probably be needed, TeX for a single document."""
    if options.format and not {"pdf", "png"} & set(options.format):
        return
    if _takes_weasyprint(options):
        _load()
    elif len(options.profiles) == 1 and not options.all and len(options.variant) < 2:
        from cvbuild.engines.latex import waiting
        from cvbuild.engines.limits import Limits

        waiting.expect(cache(), options.profiles[0], "".join(options.variant), Limits())


def _load() -> None:
    from cvbuild.engines import contained

    contained.start(contained.Limits())


def _takes_weasyprint(options: argparse.Namespace) -> bool:
    """Guess whether WeasyPrint will be needed. A wrong guess costs time and nothing else."""
    theme, _, engine = (options.theme or "").partition("@")
    texts = [_beginning(Path(name)) for name in options.profiles]
    said = [found for text in texts for found in _SAID.findall(text)]
    engines = {engine or options.engine} - {"", None} or {value for key, value in said if key == "engine"}
    if engines:
        return bool(engines & {"weasyprint", "auto"})
    themes = {theme} if theme else {value for key, value in said if key == "theme"}
    return not themes or any(_is_html(name, [Path(profile).parent for profile in options.profiles]) for name in themes)


def _is_html(theme: str, folders: list[Path]) -> bool:
    """Tell whether *theme* is set by WeasyPrint unless somebody wants another engine."""
    places = [*(folder / "themes" for folder in folders), Path("themes"), builtin()]
    manifests = (_beginning(place / theme / "theme.yaml") for place in places)
    manifest = next(filter(None, manifests), "")
    return re.search(r"^engine:[ \t]*\[?[ \t]*latex", manifest, re.MULTILINE) is None


def _beginning(path: Path) -> str:
    """Return what *path* begins with; nothing where it is no file that can be read."""
    try:
        if not path.is_file():
            return ""
        with path.open("rb") as stream:
            return stream.read(_MOST_BYTES).decode(errors="replace")
    except (OSError, ValueError):
        return ""
