"""Where the benchmark works, and how what it measures is run there."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import content
import peers
import rendercv
import timing
import yaml
from timing import Command

ROOT = Path(__file__).parents[2]
PROFILE, VARIANT = ROOT / "profiles" / "mina-seo.yaml", "industry"
CVBUILD = (sys.executable, "-m", "cvbuild")


@dataclass(frozen=True, slots=True)
class Workshop:
    """A folder for all that the benchmark makes: `peers/`, `cache/`, and `in/` and `out/` of what is run."""

    folder: Path

    @property
    def environment(self) -> Mapping[str, str]:
        # Compiled modules are kept, as for everybody who does not forbid it.
        return {"XDG_CACHE_HOME": str(self.folder / "cache"), "PYTHONDONTWRITEBYTECODE": ""}

    def command(self, *words: str | Path, folder: Path | None = None, **environment: str) -> Command:
        """Return how *words* are run: in *folder*, with the caches of the benchmark."""
        return Command(tuple(map(str, words)), folder, {**self.environment, **environment})

    def place(self, name: str) -> Path:
        """Return where the file *name* is, or will be; its folder is there."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        return path

    def build(self, profile: Path, name: str, *options: str) -> Command:
        """Return how cvbuild builds *profile* anew into the file or folder *name*."""
        return self.rebuild(profile, name, *options, "--no-cache")

    def rebuild(self, profile: Path, name: str, *options: str) -> Command:
        """Return how cvbuild builds *profile* into the file or folder *name*, with what it has kept."""
        return self.command(*CVBUILD, "build", profile, "--quiet", "--output", self.place(f"out/{name}"), *options)

    @property
    def unchecked(self) -> tuple[str, ...]:
        """The options of a build whose outcome is not checked, as no peer's is."""
        return ("--no-check",)

    def selected(self, profile: Path, variant: str = "") -> content.Plain:
        """Return the view *variant* of *profile*, with all that a page budget would drop."""
        return content.selected(CVBUILD, profile, variant)

    def rendercv(self, profile: content.Plain, name: str) -> Command:
        """Return how RenderCV builds a selected *profile*: the PDF and nothing else. Raises `Missing`."""
        program = peers.rendercv(self.folder / "peers", self.folder / "cache") / "rendercv"
        source = self.place(f"in/{name}/cv.yaml")
        source.write_text(yaml.safe_dump(rendercv.resume(profile), allow_unicode=True, sort_keys=False))
        words = (program, "render", source, "-nomd", "-nopng", "-q", "-pdf", self.place(f"out/{name}.pdf"))
        return self.command(*words, folder=source.parent)

    def run(self, command: Command) -> None:
        """Run *command* once, unmeasured. Raises `Failed`."""
        timing.run(command)
