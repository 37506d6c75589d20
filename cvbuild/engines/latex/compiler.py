"""LaTeX → PDF: a fresh folder, a run or several of them, and a finished file or the reason why there is none."""

from __future__ import annotations

import hashlib
import re
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from cvbuild.engines import process
from cvbuild.engines.contained import Limits
from cvbuild.engines.latex import installed, log, sandbox
from cvbuild.engines.latex.environment import environment
from cvbuild.engines.latex.log import Places
from cvbuild.engines.process import MAX_SAID, Outcome
from cvbuild.errors import CvError, EngineError, LimitError, Mark, Problem, ThemeError
from cvbuild.rendered import Compiled, Rendered

PROGRAMS = ("pdflatex", "lualatex", "xelatex")
MAX_RUNS = 3
_JOB = "cv"
_SOURCE = f"{_JOB}.tex"
_ASSET = re.compile(r"[\w+@-][\w.+@-]*", re.ASCII)
# What no run reads of the run before it.
_RESULTS = {f"{_JOB}{suffix}" for suffix in (".pdf", ".log", ".fls", ".tex")}


@dataclass(frozen=True, slots=True)
class Build:
    """A document on its way: what it is made from, by what and where."""

    rendered: Rendered
    program: Path
    folder: Path
    environment: dict[str, str]
    limits: Limits
    end: float
    places: Places
    sandboxed: bool

    @property
    def name(self) -> str:
        return self.program.name

    def log(self) -> str:
        try:
            with (self.folder / f"{_JOB}.log").open("rb") as stream:
                return stream.read(MAX_SAID).decode(errors="replace")
        except OSError:
            return ""


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
) -> Compiled:
    """Return *rendered*, a whole LaTeX document, set by *program*; same input, same bytes.

    *meanwhile* is called while that goes on. *epoch_s* is what the document takes for now, in seconds since 1970.
    *family* names the documents that this one resembles, such as earlier ones of the same view: what those left in
    *cache* saves time. What is not *trusted* runs in a sandbox or not at all, which is a `ThemeError`. Raises
    `EngineError` where the program is missing or fails, and `LimitError` where it takes more than *limits*.
    """
    found = installed.found(program)
    if not trusted and not sandbox.works():
        hint = "install bubblewrap, or say --trust-theme if you trust whoever made it"
        raise ThemeError(Problem(Mark(program), "", "a LaTeX theme from outside can do anything on this machine", hint))
    with _prepared(rendered, found, limits, epoch_s) as build:
        try:
            return _compiled(build, meanwhile)
        except BaseException:
            process.end_strays(build.environment)
            raise


@contextmanager
def _prepared(rendered: Rendered, program: Path, limits: Limits, epoch_s: int) -> Iterator[Build]:
    """Give a folder with all that the document is made from, which goes afterwards."""
    with tempfile.TemporaryDirectory(prefix="cvbuild-", ignore_cleanup_errors=True) as name:
        folder = Path(name).resolve()
        _fill(folder, rendered, program.name)
        fonts = [f"fonts/{number}" for number in range(len(rendered.fonts))]
        places = Places.of(rendered, _SOURCE)
        around = environment(program, folder, fonts, epoch_s)
        end = time.monotonic() + limits.wall_s
        yield Build(rendered, program, folder, around, limits, end, places, sandbox.works())


def _fill(folder: Path, rendered: Rendered, program: str) -> None:
    for name, asset in rendered.assets.items():
        if not _ASSET.fullmatch(name) or name in _RESULTS:
            raise ThemeError(Problem(Mark(name), "", "not a name that a file beside the document can have"))
        (folder / name).write_bytes(asset.data)
    (folder / "fonts").mkdir()
    for number, place in enumerate(rendered.fonts):
        (folder / "fonts" / str(number)).symlink_to(place.resolve())
    (folder / _SOURCE).write_text(_constant(rendered, program) + rendered.source, "utf-8", "strict", "\n")


def _constant(rendered: Rendered, program: str) -> str:
    """Return, on no line of its own, what makes a file tell nothing of where and when it was made."""
    name = hashlib.sha256(rendered.source.encode()).hexdigest()[:32].upper()
    match program:
        case "pdflatex":
            return f"\\pdftrailerid{{{name}}}\\pdfinfoomitdate=1\\pdfsuppressptexinfo=-1 "
        case "lualatex":
            return f"\\pdfvariable trailerid{{[<{name}> <{name}>]}}\\pdfvariable suppressoptionalinfo 111 "
    return ""


def _compiled(build: Build, meanwhile: Callable[[], object]) -> Compiled:
    kept = _kept(build.folder)
    for _ in range(MAX_RUNS):
        outcome = _run(build, meanwhile)
        _judge(build, outcome)
        meanwhile = _nothing
        before, kept = kept, _kept(build.folder)
        if before == kept:
            break
    text = build.log()
    return Compiled(_pdf(build, text), (), log.overfull(text, build.places))


def _nothing() -> None: ...


def _kept(folder: Path) -> dict[str, bytes]:
    """Return what a run has left for the next one."""
    names = sorted(path for path in folder.glob(f"{_JOB}.*") if path.is_file() and path.name not in _RESULTS)
    return {path.name: path.read_bytes() for path in names}


def _run(build: Build, meanwhile: Callable[[], object]) -> Outcome:
    command = [str(build.program), "-interaction=nonstopmode", "-halt-on-error", "-file-line-error",
               "-no-shell-escape", f"-jobname={_JOB}", _SOURCE]  # fmt: skip
    if build.sandboxed:
        command = [*sandbox.wrap(build.program, build.folder, [path.resolve() for path in build.rendered.fonts]),
                   *command]  # fmt: skip
    for name in (f"{_JOB}.pdf", f"{_JOB}.log"):
        (build.folder / name).unlink(missing_ok=True)
    return process.run(build.name, command, build.folder, build.environment, build.limits, build.end, meanwhile)


# What a shell says of a program that died of these signals.
_CPU, _KILLED, _TOO_LARGE = 128 + 24, 128 + 9, 128 + 25


def _judge(build: Build, outcome: Outcome) -> None:
    """Raise what a run failed of, unless it made a PDF and lacked no character."""
    text = build.log()
    said = outcome.said.decode(errors="replace")
    if outcome.status == _CPU:
        raise _limit(build, f"it took more than {build.limits.cpu_s} s of computing", text or said)
    if outcome.status == _TOO_LARGE:
        raise _limit(build, f"a file grew larger than {build.limits.file_bytes // 1024 // 1024} MiB", text or said)
    if outcome.status == _KILLED or re.search(r"not enough memory|annot allocate memory", said):
        raise _limit(build, "it ran out of memory", text or said)
    if problems := log.missing_characters(text, build.places):
        raise EngineError(*problems, log=text)
    if outcome.status:
        raise EngineError(*(log.errors(text or said, build.places) or _unexplained(build, outcome)), log=text or said)


def _limit(build: Build, message: str, text: str) -> CvError:
    hint = "a theme asks for too much, or the text is far longer than that of a CV"
    return LimitError(Problem(Mark(build.name), "", f"the document cannot be set: {message}", hint), log=text)


def _unexplained(build: Build, outcome: Outcome) -> tuple[Problem, ...]:
    lines = outcome.said.decode(errors="replace").strip().splitlines()
    return (Problem(Mark(build.name), "", f"it failed with status {outcome.status}", lines[-1][:300] if lines else ""),)


def _pdf(build: Build, text: str) -> bytes:
    """Return the finished file. Raises `EngineError` where there is none, or not all of one."""
    path = build.folder / f"{_JOB}.pdf"
    data = path.read_bytes() if path.is_file() and not path.is_symlink() else b""
    if not data:
        problems = log.errors(text, build.places)
        raise EngineError(*(problems or [Problem(Mark(build.name), "", "it ended without a PDF")]), log=text)
    if not data.startswith(b"%PDF-") or b"%%EOF" not in data[-1024:] or b"startxref" not in data[-1024:]:
        raise EngineError(Problem(Mark(build.name), "", "what it made is no whole PDF"), log=text)
    return data
