"""One program run to its end, contained: limits, no input, little output kept, and nothing left of it afterwards."""

from __future__ import annotations

import os
import selectors
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path

from msgspec import Struct

from cvbuild.engines.closing import is_closed, on_stop
from cvbuild.engines.contained import Limits
from cvbuild.errors import EngineError, LimitError, Mark, Problem

MAX_SAID = 1024 * 1024
_GRACE_S = 0.5
# How often to look for the end of a program where the system does not tell of it.
_POLL_S = 0.02
# There before `stop` is, which an interruption may call at once.
_running: set[subprocess.Popen[bytes]] = set()
_lock = threading.Lock()
# In the units of every shell: seconds, KiB and blocks of 512 bytes. A limit that is lower already stays.
_LIMITED = """\
{ ulimit -H -t $(($1 + 1)); ulimit -S -t $1; ulimit -v $2; ulimit -f $3; ulimit -c 0; } 2>/dev/null
shift 3
exec "$@"
"""


class Outcome(Struct, frozen=True):
    """How a program ended: its status, that of the shell where it died of a signal, and what it said."""

    status: int
    said: bytes


def run(
    name: str,
    command: Sequence[str],
    folder: Path,
    environment: Mapping[str, str],
    limits: Limits,
    end: float,
    meanwhile: Callable[[], object] = lambda: None,
) -> Outcome:
    """Return how *command* ended that was run in *folder*; *meanwhile* is called once it is running.

    *name* is what errors call it.
    *end* is the time on the monotonic clock by which it must have ended. Raises `LimitError` where it has not, or says
    more than `MAX_SAID`; its process group is dead then, as it is afterwards.
    """
    return outcome(start(name, command, folder, environment, limits), name, end, meanwhile)


def outcome(
    process: subprocess.Popen[bytes], name: str, until: float, meanwhile: Callable[[], object] = lambda: None
) -> Outcome:
    """Return how *process* ended, which `start` has begun; see `run`."""
    try:
        meanwhile()
        said = _listen(process, name, until)
    except BaseException:
        _signal(process, signal.SIGTERM)
        with suppress(subprocess.TimeoutExpired):
            process.wait(_GRACE_S)
        raise
    finally:
        end(process)
    status = process.returncode
    return Outcome(128 - status if status < 0 else status, said)


def end(process: subprocess.Popen[bytes]) -> None:
    """Leave nothing of *process* and its group."""
    _signal(process, signal.SIGKILL)
    process.wait()
    for pipe in (process.stdin, process.stdout):
        if pipe:
            pipe.close()
    with _lock:
        _running.discard(process)


@on_stop
def stop() -> None:
    """End every program at work; whoever waits for it sees it die."""
    with _lock:
        for process in _running:
            _signal(process, signal.SIGKILL)


def end_strays(environment: Mapping[str, str]) -> None:
    """End whatever still runs with the HOME of *environment*, also what has left its process group.

    Only Linux tells which those are.
    """
    mark = f"HOME={environment['HOME']}".encode(errors="surrogateescape")
    for found in Path("/proc").glob("[0-9]*/environ"):
        with suppress(OSError):
            if mark in found.read_bytes().split(b"\0"):
                os.kill(int(found.parent.name), signal.SIGKILL)


def _limited(limits: Limits) -> list[str]:
    """Return the command that runs another within *limits*: a shell's, as Python's own way is not for threads."""
    numbers = (limits.cpu_s, limits.memory_bytes // 1024, limits.file_bytes // 512)
    return [*_tied(), "/bin/sh", "-c", _LIMITED, "sh", *map(str, numbers)]


@cache
def _tied() -> tuple[str, ...]:
    """Return the command, if there is one here, by which a program dies with whoever started it."""
    path = shutil.which("setpriv", path="/usr/bin:/bin") if sys.platform == "linux" else None
    # Busybox has one that cannot do this.
    return (path, "--pdeathsig", "KILL") if path and Path(path).resolve().name == "setpriv" else ()


def start(
    name: str,
    command: Sequence[str],
    folder: Path,
    environment: Mapping[str, str],
    limits: Limits,
    *,
    listens: bool = False,
) -> subprocess.Popen[bytes]:
    """Return *command* at work in *folder*, with an input where it *listens*; see `outcome`, which waits for it."""
    with _lock:
        if is_closed():
            raise EngineError(Problem(Mark(name), "", "interrupted"))
        process = subprocess.Popen(
            [*_limited(limits), *command],
            bufsize=0,
            stdin=subprocess.PIPE if listens else subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            cwd=folder,
            env=dict(environment),
            start_new_session=True,
        )
        _running.add(process)
        return process


def _listen(process: subprocess.Popen[bytes], name: str, end: float) -> bytes:
    """Return what *process* says until it ends, whoever else may go on saying things. Raises `LimitError`."""
    assert process.stdout
    pipe, said = process.stdout.fileno(), bytearray()
    os.set_blocking(pipe, False)
    with selectors.DefaultSelector() as ready, _Deathwatch(process.pid) as death:
        ready.register(pipe, selectors.EVENT_READ)
        if death is not None:
            ready.register(death, selectors.EVENT_READ)
        while not _has_ended(process):
            left = end - time.monotonic()
            if left <= 0:
                raise _limit(name, "it took too long")
            ready.select(left if death is not None else min(left, _POLL_S))
            if (data := _read(pipe)) == b"":
                with suppress(KeyError):
                    ready.unregister(pipe)
            said += data or b""
            if len(said) > MAX_SAID:
                raise _limit(name, "it said too much")
    while len(said) <= MAX_SAID and (data := _read(pipe)):
        said += data
    return bytes(said[:MAX_SAID])


def _has_ended(process: subprocess.Popen[bytes]) -> bool:
    """Tell whether *process* has ended, and leave it its number where that is possible: its group is still to die."""
    if hasattr(os, "waitid"):
        return os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None
    return process.poll() is not None


class _Deathwatch:
    """A descriptor that can be read once a process has ended; `None` where the system has none."""

    def __init__(self, pid: int) -> None:
        self.descriptor: int | None = None
        if hasattr(os, "pidfd_open"):
            with suppress(OSError):
                self.descriptor = os.pidfd_open(pid)

    def __enter__(self) -> int | None:
        return self.descriptor

    def __exit__(self, *_: object) -> None:
        if self.descriptor is not None:
            os.close(self.descriptor)


def _read(pipe: int) -> bytes | None:
    """Return what can be read now, `None` where that is nothing, b"" where nothing more will come."""
    try:
        return os.read(pipe, MAX_SAID)
    except BlockingIOError:
        return None


def _signal(process: subprocess.Popen[bytes], sent: signal.Signals) -> None:
    # macOS is not permitted to signal a group of which all have died.
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, sent)


def _limit(name: str, message: str) -> LimitError:
    hint = "a theme asks for too much, or the text is far longer than that of a CV"
    return LimitError(Problem(Mark(name), "", f"the document cannot be set: {message}", hint))
