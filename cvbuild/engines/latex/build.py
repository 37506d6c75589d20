"""A document on its way: its folder, and one run of a TeX program in it."""

from __future__ import annotations

import hashlib
import os
import re
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from msgspec import Struct

from cvbuild.engines import process
from cvbuild.engines.contained import Limits
from cvbuild.engines.latex import sandbox
from cvbuild.engines.latex.environment import environment
from cvbuild.engines.latex.log import Places
from cvbuild.engines.process import MAX_SAID, Outcome
from cvbuild.errors import Mark, Problem, ThemeError
from cvbuild.rendered import Rendered

JOB = "cv"
SOURCE = f"{JOB}.tex"
# The folder, in that of the build, in which a format is found.
FORMAT = "format"
# Whatever is there when a run begins is not from an earlier one, unless it was put there.
_PASSING = tuple(f"{JOB}{suffix}" for suffix in (".pdf", ".log", ".fls", ".fmt"))
_ASSET = re.compile(r"[\w+@-][\w.+@-]*", re.ASCII)
_OPTIONS = ("-interaction=nonstopmode", "-file-line-error", "-no-shell-escape", f"-jobname={JOB}")


class Build(Struct, frozen=True):
    """What a document is made from, by what program, where, and by when."""

    rendered: Rendered
    program: Path
    folder: Path
    environment: dict[str, str]
    limits: Limits
    end: float
    places: Places
    fonts: tuple[Path, ...]

    @property
    def name(self) -> str:
        return self.program.name

    def run(
        self,
        *options: str,
        readable: Sequence[Path] = (),
        halts: bool = True,
        meanwhile: Callable[[], object] = lambda: None,
    ) -> Outcome:
        """Return how a run with *options* ended, at its first error where it *halts*.

        It could read what is in the folders *readable* besides its own.
        """
        for name in _PASSING:
            (self.folder / name).unlink(missing_ok=True)
        words = command(self.program, self.folder, [*self.fonts, *readable], *options, halts=halts)
        return process.run(self.name, words, self.folder, self.environment, self.limits, self.end, meanwhile)

    def log(self) -> str:
        """Return what the last run has logged, at most `MAX_SAID` bytes of it."""
        try:
            with (self.folder / f"{JOB}.log").open("rb") as stream:
                return stream.read(MAX_SAID).decode(errors="replace")
        except OSError:
            return ""

    def inputs(self) -> Iterator[Path]:
        """Yield each file outside the folder that the last run has read, if it was told to record that."""
        try:
            lines = (self.folder / f"{JOB}.fls").read_text("utf-8", "surrogateescape").splitlines()
        except OSError:
            return
        names = dict.fromkeys(line.removeprefix("INPUT ") for line in lines if line.startswith("INPUT "))
        paths = (Path(os.path.realpath(self.folder / name)) for name in names)
        yield from (path for path in dict.fromkeys(paths) if not path.is_relative_to(self.folder))

    def left(self) -> dict[str, bytes]:
        """Return what a run has left for the next one, by the names of files."""
        idle = {*_PASSING, SOURCE}
        paths = sorted(self.folder.glob(f"{JOB}.*"))
        return {
            path.name: path.read_bytes()
            for path in paths
            if path.name not in idle and path.name not in self.rendered.assets and path.is_file()
        }

    def constants(self) -> str:
        """Return TeX, on no line of its own, with which a file tells nothing of where and when it was made."""
        digest = hashlib.sha256(self.rendered.source.encode())
        for name, asset in sorted(self.rendered.assets.items()):
            digest.update(f"\0{name}\0{hashlib.sha256(asset.data).hexdigest()}".encode())
        name = digest.hexdigest()[:32].upper()
        match self.name:
            case "pdflatex":
                return f"\\pdftrailerid{{{name}}}\\pdfinfoomitdate=1 \\pdfsuppressptexinfo=-1 "
            case "lualatex":
                return f"\\pdfvariable trailerid{{[<{name}> <{name}>]}}\\pdfvariable suppressoptionalinfo 111 "
        return ""


def command(program: Path, folder: Path, readable: Sequence[Path], *options: str, halts: bool = True) -> list[str]:
    """Return the words by which *program* is run in *folder*, where it can read what is in the folders *readable*."""
    words = [str(program), *_OPTIONS, *(["-halt-on-error"] if halts else []), *options]
    return [*sandbox.wrap(program, folder, readable), *words] if sandbox.works() else words


def around(program: Path, folder: Path, fonts: Sequence[Path], epoch_s: int) -> dict[str, str]:
    """Return the environment of *program* in *folder*, which has links to the folders *fonts* then."""
    place = folder / "fonts"
    place.mkdir(exist_ok=True)
    for number, font in enumerate(fonts):
        link_to(font, place / str(number))
    return environment(program, folder, [f"fonts/{number}" for number in range(len(fonts))], FORMAT, epoch_s)


def link_to(place: Path, link: Path) -> None:
    """Have *link* lead to *place*. One that does so stays: a TeX that waits may be about to follow it."""
    if link.is_symlink() and link.readlink() == place:
        return
    link.unlink(missing_ok=True)
    link.symlink_to(place)


@contextmanager
def prepared(
    rendered: Rendered, program: Path, limits: Limits, epoch_s: int, place: AbstractContextManager[Path]
) -> Iterator[Build]:
    """Give, in the folder that *place* gives, all that the document is made from but its source; it goes afterwards."""
    with place as folder:
        for asset, content in rendered.assets.items():
            if not _ASSET.fullmatch(asset) or asset in (*_PASSING, SOURCE):
                raise ThemeError(Problem(Mark(asset), "", "not a name that a file beside the document can have"))
            (folder / asset).write_bytes(content.data)
        fonts = tuple(path.resolve() for path in rendered.fonts)
        found = around(program, folder, fonts, epoch_s)
        end = time.monotonic() + limits.wall_s
        yield Build(rendered, program, folder, found, limits, end, Places.of(rendered, SOURCE), fonts)
