"""LaTeX → PDF: as many runs as it takes, from what was kept of earlier builds wherever that helps."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from msgspec import Struct

from cvbuild.engines import process
from cvbuild.engines.contained import Limits
from cvbuild.engines.latex import auxiliary, formats, installed, layout, log, luafonts, sandbox, verdict, waiting
from cvbuild.engines.latex.build import SOURCE, Build, prepared
from cvbuild.engines.latex.formats import Format
from cvbuild.engines.process import Outcome
from cvbuild.errors import EngineError, Mark, Problem, ThemeError
from cvbuild.rendered import Compiled, Position, Rendered, Sheet

Placed = tuple[tuple[Position, ...], tuple[Sheet, ...], tuple[str, ...]]
MAX_RUNS = 3


def compile(
    rendered: Rendered,
    program: str,
    cache: Path,
    limits: Limits,
    meanwhile: Callable[[], object] = lambda: None,
    *,
    trusted: bool = True,
    epoch_s: int = 0,
    family: str = "",
    awaited: tuple[str, ...] = (),
) -> Compiled:
    """Return *rendered*, a whole LaTeX document, set by *program*; same input, same bytes.

    *meanwhile* is called while that goes on. *epoch_s* is what the document takes for now, in seconds since 1970.
    *family* names the documents that this one resembles, such as earlier ones of the same view: what those left in
    *cache* saves time. For the next build of the profile and view *awaited*, TeX may begin before that is known, see
    `waiting`. What is not *trusted* runs in a sandbox or not at all, which is a `ThemeError`. Raises
    `EngineError` where the program is missing or fails, and `LimitError` where it takes more than *limits*.
    """
    return _compiled(layout.asked(rendered), program, cache, limits, meanwhile, trusted, epoch_s, family, awaited)[0]


def measure(rendered: Rendered, program: str, cache: Path, limits: Limits, *, trusted: bool = True) -> Placed:
    """Return where the marks of *rendered* stand if its page never ends, that page, and what the engine has read.

    Raises what `compile` does.
    """
    asked = layout.asked_all(rendered)
    compiled, text = _compiled(asked, program, cache, limits, _nothing, trusted, 0, "measured", ())
    return layout.positions(text), layout.sheets(text), compiled.inputs


def _compiled(
    rendered: Rendered,
    program: str,
    cache: Path,
    limits: Limits,
    meanwhile: Callable[[], object],
    trusted: bool,
    epoch_s: int,
    family: str,
    awaited: tuple[str, ...],
) -> tuple[Compiled, str]:
    """Return what `compile` does, and the log of the last run."""
    found = installed.found(program)
    if not trusted and not sandbox.works():
        hint = "install bubblewrap, or say --trust-theme if you trust whoever made it"
        raise ThemeError(Problem(Mark(program), "", "a LaTeX theme from outside can do anything on this machine", hint))
    with prepared(rendered, found, limits, epoch_s, waiting.folder()) as build:
        try:
            compiled = _Work(build, cache, meanwhile, family, awaited, trusted).compiled()
            return compiled, build.log()
        except BaseException:
            process.end_strays(build.environment)
            raise


class _Unsettled(Exception):
    """What an earlier build left leads nowhere."""


class _Work(Struct):
    build: Build
    cache: Path
    meanwhile: Callable[[], object]
    family: str
    awaited: tuple[str, ...]
    trusted: bool
    fonts: Path | None = None

    def compiled(self) -> Compiled:
        """Return what comes of what was kept of earlier builds, or, where that fails, of nothing that was."""
        if self.build.name == "lualatex":
            # What a theme from outside makes of a font is for nobody else.
            self.fonts = luafonts.prepare(self.build, self.cache, "" if self.trusted else formats.key(self.build))
        key = f"{self.build.name} {self.family} {self.trusted} {formats.key(self.build)}"
        seed = auxiliary.load(self.cache, key)
        made = formats.find(self.build, self.cache, fresh=False)
        try:
            compiled = self._settled(made, seed)
        except (EngineError, _Unsettled):
            if not made and not seed:
                raise
            compiled = self._from_nothing(made)
        if (left := self.build.left()) != seed:
            auxiliary.save(self.cache, key, left)
        if made and self.awaited:
            waiting.remember(self.build, made, self.cache, self.awaited)
        if self.fonts:
            luafonts.keep(self.build, self.fonts)
        return compiled

    def _from_nothing(self, tried: Format | None) -> Compiled:
        """Return what comes of nothing that was kept. If the document itself is at fault, this raises that."""
        plain = self._settled(None, {})
        if not tried:
            return plain
        made = formats.find(self.build, self.cache, fresh=tried.is_kept)
        try:
            return self._settled(made, {})
        except EngineError:
            formats.refuse(self.build, self.cache)
            return plain

    def _settled(self, made: Format | None, seed: dict[str, bytes]) -> Compiled:
        """Return the document once a run leaves what it found, or after `MAX_RUNS`."""
        self._begin(made.source if made else self.build.constants() + self.build.rendered.source, seed)
        left = seed
        for _ in range(MAX_RUNS):
            before = left
            verdict.judge(self.build, self._run(made))
            text, left = self.build.log(), self.build.left()
            if made and not made.is_faithful(text):
                formats.refuse(self.build, self.cache)
                return self._settled(None, {})
            if before == left:
                break
        else:
            if seed:
                raise _Unsettled
        problems, sheets = log.overfull(text, self.build.places), layout.sheets(text)
        return Compiled(verdict.pdf(self.build), (), problems, sheets, log.pages(text), self._inputs(made))

    def _inputs(self, made: Format | None) -> tuple[str, ...]:
        """Return what the last run has read, and the format before it; what is kept here is known by that."""
        kept = self.cache.resolve()
        read = (str(path) for path in self.build.inputs() if not path.is_relative_to(kept))
        return tuple(dict.fromkeys([str(self.build.program.resolve()), *(made.inputs if made else ()), *read]))

    def _begin(self, source: str, seed: dict[str, bytes]) -> None:
        for name in self.build.left():
            (self.build.folder / name).unlink()
        for name, content in seed.items():
            (self.build.folder / name).write_bytes(content)
        (self.build.folder / SOURCE).write_text(source, "utf-8", "strict", "\n")

    def _run(self, made: Format | None) -> Outcome:
        meanwhile, self.meanwhile = self.meanwhile, _nothing
        if made and (begun := waiting.taken(self.build, made)):
            return process.outcome(begun, self.build.name, self.build.end, meanwhile)
        readable = [place for place in (self.fonts, made and made.folder) if place]
        options = [*(formats.OPTIONS if made else ()), "-recorder", SOURCE]
        return self.build.run(*options, readable=readable, meanwhile=meanwhile)


def _nothing() -> None: ...
