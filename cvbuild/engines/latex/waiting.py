"""A TeX that is started before anybody knows what it is to set, as the last build of the same view would have it.

To find its files and to read its format takes a third of its time, and it can do that while the document is written.
Then it is told to go on, if it is as it should be; otherwise it ends, and another begins.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from subprocess import Popen

from msgspec import Struct

from cvbuild.engines import process
from cvbuild.engines.contained import Limits
from cvbuild.engines.latex import auxiliary, formats
from cvbuild.engines.latex.build import FORMAT, SOURCE, Build, around, command, link_to
from cvbuild.engines.latex.formats import Format
from cvbuild.engines.passing import passing
from cvbuild.errors import EngineError

# The others want more in their folder before they begin.
_PROGRAM = "pdflatex"
# TeX reads a line of its input, which it does only where it may ask; what follows is as if it had been given SOURCE.
_LINE = rf"\scrollmode\read-1 to\cvbuildgo\nonstopmode\csname @@input\endcsname {SOURCE} "
_OPTIONS = (*formats.OPTIONS, "-recorder")


class _Waiting(Struct, frozen=True):
    """A process in its folder, which goes when `place` is closed, and with what it was started."""

    process: Popen[bytes]
    place: ExitStack
    folder: Path
    format: Path
    command: list[str]
    environment: dict[str, str]
    limits: Limits


_waiting: list[_Waiting] = []


def remember(build: Build, made: Format, cache: Path, awaited: tuple[str, ...]) -> None:
    """Keep with what this build was made, for the next one of the profile and view *awaited*."""
    if build.name != _PROGRAM or made.folder.parent == build.folder:
        return
    said = {"program": str(build.program), "fonts": "\0".join(map(str, build.fonts)), "format": str(made.folder)}
    last = {name: os.fsencode(text) for name, text in said.items()}
    if auxiliary.load(cache, _key(awaited)) != last:
        auxiliary.save(cache, _key(awaited), last)


def expect(cache: Path, profile: str, view: str, limits: Limits, epoch_s: int = 0) -> None:
    """Have TeX begin for the *view* of *profile*, if it was set by TeX before; nothing fails here."""
    last = {name: os.fsdecode(text) for name, text in auxiliary.load(cache, _key((profile, view))).items()}
    found = shutil.which(_PROGRAM)
    # Nothing is run because a file in the cache says so.
    if last.keys() != {"program", "fonts", "format"} or not found or Path(last["program"]) != Path(found).absolute():
        return
    program, made = Path(found).absolute(), Path(last["format"])
    if not formats.is_whole(made):
        return
    fonts = [Path(name) for name in last["fonts"].split("\0") if name]
    with suppress(OSError, EngineError), ExitStack() as stack:
        folder = stack.enter_context(passing())
        environment = around(program, folder, fonts, epoch_s)
        link_to(made, folder / FORMAT)
        words = command(program, folder, [*fonts, made], *_OPTIONS, _LINE)
        begun = process.start(program.name, words, folder, environment, limits, listens=True)
        _waiting.append(_Waiting(begun, stack.pop_all(), folder, made, words, environment, limits))


@contextmanager
def folder() -> Iterator[Path]:
    """Give the folder of the TeX that waits, or a new one; it goes afterwards."""
    if not _waiting:
        with passing() as new:
            yield new
        return
    place = _waiting[0].place
    try:
        yield _waiting[0].folder
    finally:
        dismiss()
        place.close()


def taken(build: Build, made: Format) -> Popen[bytes] | None:
    """Return the TeX that waits, told to go on, if it was started as *build* would start it from the format *made*.

    Whatever else may have waited has ended.
    """
    if not _waiting:
        return None
    found = _waiting[0]
    words = command(build.program, build.folder, [*build.fonts, made.folder], *_OPTIONS, _LINE)
    asked = (build.folder, made.folder, words, build.environment, build.limits)
    _waiting.clear()
    is_asked = (found.folder, found.format, found.command, found.environment, found.limits) == asked
    if not is_asked or found.process.poll() is not None:
        # The folder is in use.
        process.end(found.process)
        return None
    assert found.process.stdin
    # One that has died just now is told of as any other.
    with suppress(BrokenPipeError):
        found.process.stdin.write(b"\n")
    return found.process


def dismiss() -> None:
    """End what waits, and remove its folder."""
    while _waiting:
        found = _waiting.pop()
        process.end(found.process)
        found.place.close()


def _key(awaited: tuple[str, ...]) -> str:
    return repr(("last", *awaited))
