"""The engine in a process of its own, with limits: whatever a page does to it, this process goes on.

The child loads the engine while its parent still reads the profile, and serves one build after another; builds side by
side have one each. It gets its pages over a pipe, and answers with lengths, JSON and the bytes of the PDF: nothing that
it says is ever run. The templates of other people's themes make their pages there, too.
"""

from __future__ import annotations

import json
import os
import selectors
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NoReturn, ParamSpec

from msgspec.structs import asdict, replace

from cvbuild.engines import fontconfig, messages
from cvbuild.engines.closing import is_closed, on_stop
from cvbuild.engines.limits import Limits as Limits
from cvbuild.engines.messages import HEAD, packed, packed_page
from cvbuild.errors import CvError, EngineError, LimitError, Mark, Problem, ThemeError
from cvbuild.rendered import Compiled, Measured, Rendered, Row, Sheet

P = ParamSpec("P")
_MAX_JSON = 1024 * 1024
_MAX_SAID = 64 * 1024
# What else the child finds in its environment is what it needs to be as deterministic as it is here.
_PASSED = (
    "PATH", "TMPDIR", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "DYLD_FALLBACK_LIBRARY_PATH", "COVERAGE_PROCESS_CONFIG",
)  # fmt: skip
# The modules are those of this process, wherever it found them; what lies in the working folder is not among them.
_ENTRY = "import sys; sys.path[:] = sys.argv[3:]; from cvbuild.engines import worker; worker.main(*sys.argv[1:3])"
_GRACE_S = 0.5
# There before `stop` is, which an interruption may call at once.
_workers: set[Worker] = set()
_idle: list[Worker] = []
_lock = threading.Lock()
# What an engine remembers grows with each document; it is to reach no limit by what it did for others.
_MOST_SERVED = 200
TOO_MUCH = "a theme asks for too much, or the text is far longer than that of a CV"


def start(limits: Limits, number: int = 1) -> None:
    """Have *number* engines there when pages are: those that wait for some, and others that load now."""
    for worker in [_taken(limits, "weasyprint") for _ in range(number)]:
        _return(worker)


def compile(rendered: Rendered, cache: Path, limits: Limits, meanwhile: Callable[[], object]) -> Compiled:
    """Return *rendered* as a tagged PDF/UA-1 file; same input, same bytes. *meanwhile* is called while it is made.

    *cache* is a folder in which fontconfig may remember the fonts. Raises `LimitError` where the page asks for more
    than *limits*, and `EngineError` where the engine is missing or fails.
    """
    configuration = fontconfig.configure(rendered.fonts, cache)
    with _child(limits, "weasyprint") as worker:
        answer, data = worker.ask(packed_page(rendered, fontconfig=str(configuration)), meanwhile)
    log = tuple(map(str, messages.items(answer.get("log"))))
    sheets = messages.read(Sheet, answer.get("sheets"))
    return Compiled(data, log, sheets=sheets, pages=len(sheets), inputs=_inputs(answer))


def measure(rendered: Rendered, cache: Path, limits: Limits, width_pt: float, height_pt: float) -> Measured:
    """Return where the rows of *rendered* stand if a page of that size never ends; raises what `compile` does."""
    configuration = fontconfig.configure(rendered.fonts, cache)
    with _child(limits, "weasyprint") as worker:
        request = packed_page(rendered, fontconfig=str(configuration), measured=[width_pt, height_pt])
        answer, _ = worker.ask(request)
    room = answer.get("room")
    rows = messages.read(Row, answer.get("rows"))
    return Measured(rows, room if isinstance(room, float) else height_pt, _inputs(answer))


def _inputs(answer: dict[str, object]) -> tuple[str, ...]:
    return tuple(map(str, messages.items(answer.get("inputs"))))


def write(
    limits: Limits, blamed: Mark, writer: Callable[P, Rendered], *arguments: P.args, **named: P.kwargs
) -> Rendered:
    """Return what *writer* makes of *arguments*, having let it do so in a child.

    Raises the `CvError` that it raises there; at *blamed* `LimitError` where it asks for more than *limits*, and
    `ThemeError` where the child dies of it.
    """
    # The child may have been started elsewhere, and a theme's folder be told from here.
    import pickle

    request = packed({"folder": str(Path.cwd())}, pickle.dumps((writer, arguments, named)))
    with _child(limits) as worker:
        try:
            return messages.page(*worker.ask(request))
        except (LimitError, EngineError) as error:
            kind = LimitError if isinstance(error, LimitError) else ThemeError
            raise kind(*(replace(problem, mark=blamed) for problem in error.problems)) from None
        except (LookupError, TypeError, ValueError):
            raise ThemeError(Problem(blamed, "", "the answer of its templates makes no sense")) from None


@on_stop
def stop() -> None:
    """End every child there is, also those at work."""
    with _lock:
        idle, busy = set(_idle), _workers - set(_idle)
        _workers.clear()
        _idle.clear()
    for worker in busy:
        # Whoever asked it sees it die, and closes its pipes: closed from here, they would keep that one waiting.
        worker.kill()
    for worker in idle:
        worker.end(signal.SIGKILL)


def _forget() -> None:
    """Leave every child to the process that this one is a fork of."""
    for worker in _workers:
        worker.leave()
    _workers.clear()
    _idle.clear()


os.register_at_fork(after_in_child=_forget)


class Worker:
    """A child that serves one build at a time; it leads a process group, which ends with it."""

    def __init__(self, command: Sequence[str], limits: Limits) -> None:
        self.limits = limits
        self.served = 0
        self._said = b""
        self._process = subprocess.Popen(
            command,
            bufsize=0,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={"LC_ALL": "C.UTF-8", **{name: os.environ[name] for name in _PASSED if name in os.environ}},
            start_new_session=True,
        )
        self._pipes = [p.fileno() for p in (self._process.stdin, self._process.stdout, self._process.stderr) if p]
        for pipe in self._pipes:
            os.set_blocking(pipe, False)

    def is_alive(self) -> bool:
        return self._process.poll() is None

    def ask(self, request: bytes, meanwhile: Callable[[], object] = lambda: None) -> tuple[dict[str, object], bytes]:
        """Return what the child answers, JSON and bytes. It ends where that fails, or where this is interrupted."""
        self.served += 1
        try:
            return self._understood(self._exchange(request, meanwhile))
        except BaseException:
            self.end(signal.SIGTERM)
            raise

    def kill(self) -> None:
        """Have the whole group die at once."""
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)

    def end(self, first: signal.Signals) -> None:
        """End the whole group: by the signal *first*, and what outlives that by SIGKILL."""
        for sent in dict.fromkeys((first, signal.SIGKILL)):
            # macOS is not permitted to signal a group of which all have died.
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, sent)
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(_GRACE_S)
        self._close()

    def leave(self) -> None:
        """Have nothing to do with the child any more."""
        self._close()
        self._process.returncode = 0

    def _close(self) -> None:
        for pipe in (self._process.stdin, self._process.stdout, self._process.stderr):
            if pipe:
                pipe.close()

    def _exchange(self, request: bytes, meanwhile: Callable[[], object]) -> bytes:
        """Return all of the child's answer; raises `LimitError` and `EngineError`."""
        into, out, errors = self._pipes
        end, unsent, answer = time.monotonic() + self.limits.wall_s, memoryview(request), bytearray()
        with selectors.DefaultSelector() as ready:
            ready.register(into, selectors.EVENT_WRITE)
            ready.register(out, selectors.EVENT_READ)
            ready.register(errors, selectors.EVENT_READ)
            while not self._is_whole(answer):
                events = ready.select(max(end - time.monotonic(), 0))
                if time.monotonic() >= end:
                    raise _limit(f"it took longer than {self.limits.wall_s:g} s")
                for key, _ in events:
                    if key.fd == into:
                        unsent = unsent[_written(into, unsent) :]
                        if not unsent:
                            ready.unregister(into)
                            meanwhile()
                    elif read := os.read(key.fd, 1024 * 1024):
                        if key.fd == out:
                            answer += read
                        else:
                            self._said = (self._said + read)[-_MAX_SAID:]
                    elif key.fd == out:
                        self._explain_death()
                    else:
                        ready.unregister(errors)
        return bytes(answer)

    def _is_whole(self, answer: bytearray) -> bool:
        if len(answer) < HEAD.size:
            return False
        text, data = HEAD.unpack_from(answer)
        if text > _MAX_JSON:
            raise _failure("its answer makes no sense")
        if data > self.limits.file_bytes:
            raise _limit(f"it is larger than {self.limits.file_bytes // 1024 // 1024} MiB")
        whole: int = HEAD.size + text + data
        return len(answer) >= whole

    def _understood(self, answer: bytes) -> tuple[dict[str, object], bytes]:
        text, data = HEAD.unpack_from(answer)
        try:
            said = json.loads(answer[HEAD.size : HEAD.size + text])
        except (ValueError, RecursionError):
            said = None
        if not isinstance(said, dict) or len(answer) != HEAD.size + text + data:
            raise _failure("its answer makes no sense")
        if bug := said.get("bug"):
            raise RuntimeError(f"in the engine's process:\n{bug}")
        if error := messages.error(said):
            raise error
        return said, answer[HEAD.size + text :]

    def _explain_death(self) -> NoReturn:
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(_GRACE_S)
        self._read_the_rest()
        status = self._process.returncode
        lines = self._said.decode(errors="replace").strip().splitlines()
        last = f": {lines[-1][:300]}" if lines else ""
        if status == -signal.SIGXCPU:
            raise _limit(f"it took more than {self.limits.cpu_s} s of computing")
        if status == -signal.SIGKILL or any(said in self._said for said in _OUT_OF_MEMORY):
            raise _limit("it ran out of memory")
        if status is not None and status < 0:
            raise _failure(f"it crashed ({signal.strsignal(-status) or -status}){last}")
        raise _failure(f"it ended without an answer{last}")

    def _read_the_rest(self) -> None:
        with suppress(BlockingIOError):
            self._said = (self._said + os.read(self._pipes[2], _MAX_SAID))[-_MAX_SAID:]


# As Python, GLib and the dynamic linker say it.
_OUT_OF_MEMORY = (b"MemoryError", b"failed to allocate", b"annot allocate memory", b"Error creating thread")


def _written(pipe: int, data: memoryview) -> int:
    try:
        return os.write(pipe, data[: 1024 * 1024])
    except BlockingIOError:
        return 0
    except BrokenPipeError:
        # The child is dead, and what it said before will tell why.
        return len(data)


def _limit(message: str) -> CvError:
    return LimitError(Problem(Mark("weasyprint"), "", f"the document cannot be set: {message}", TOO_MUCH))


def _failure(message: str) -> CvError:
    return EngineError(Problem(Mark("weasyprint"), "", message))


@contextmanager
def _child(limits: Limits, loaded: str = "") -> Iterator[Worker]:
    worker = _taken(limits, loaded)
    try:
        yield worker
    finally:
        _return(worker)


def _taken(limits: Limits, loaded: str) -> Worker:
    """Return a child that is alive, has *limits* and is nobody else's until it is returned.

    A new one has first *loaded* that engine; whatever it lacks it loads when it is asked.
    """
    with _lock:
        if is_closed():
            raise _failure("interrupted")
        while _idle:
            worker = _idle.pop()
            if worker.limits == limits and worker.is_alive():
                return worker
            _workers.discard(worker)
            worker.end(signal.SIGKILL)
        paths = [str(Path(path).absolute()) for path in sys.path]
        worker = Worker([sys.executable, "-I", "-c", _ENTRY, json.dumps(asdict(limits)), loaded, *paths], limits)
        _workers.add(worker)
        return worker


def _return(worker: Worker) -> None:
    with _lock:
        if worker not in _workers or not worker.is_alive():
            _workers.discard(worker)
        elif worker.served < _MOST_SERVED:
            _idle.append(worker)
        else:
            _workers.discard(worker)
            worker.end(signal.SIGKILL)
