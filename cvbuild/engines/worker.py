"""What runs in the engine's own process: pages in, PDFs out, one after another, until there are no more pages.

A page may also be asked for: what a writer makes of a document with other people's templates.
"""

from __future__ import annotations

import gc
import json
import os
import pickle
import resource
import signal
import traceback
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from msgspec.structs import astuple

from cvbuild.engines import closing, messages, weasyprint
from cvbuild.engines.contained import Limits
from cvbuild.engines.messages import HEAD, packed, packed_error, packed_page
from cvbuild.errors import NOWHERE, CvError, EngineError, LimitError, Mark, Problem


def main(limits: str, loaded: str) -> None:
    """Serve whoever started this process, within *limits* (JSON), once it has *loaded* an engine, if any."""
    granted = Limits(**json.loads(limits))
    _limit(granted)
    closing.end_with_parent(signal.SIGKILL, os.getppid())
    requests, answers = _channel()
    with requests, answers:
        # What keeps the engine from loading is told when there is somebody to tell.
        with suppress(EngineError):
            if loaded == "weasyprint":
                weasyprint.load()
        # Looking through all that was loaded would take longer than through what is left of a document.
        gc.freeze()
        gc.disable()
        serve(requests, answers, granted)


def serve(requests: BinaryIO, answers: BinaryIO, limits: Limits) -> None:
    """Answer each of *requests*, until there are no more."""
    while len(head := requests.read(HEAD.size)) == HEAD.size:
        text, data = HEAD.unpack(head)
        said, pages = json.loads(requests.read(text)), memoryview(requests.read(data))
        _renew_cpu(limits)
        answers.write(_answer(said, pages, limits))
        answers.flush()
        # Now nobody waits for it.
        gc.collect()


def _answer(said: dict[str, object], data: memoryview, limits: Limits) -> bytes:
    try:
        return _written(said, data, limits) if "folder" in said else _typeset(said, data)
    except MemoryError:
        megabytes = limits.memory_bytes // 1024 // 1024
        message = f"the document cannot be set: it takes more than {megabytes} MiB of memory"
        return packed_error(LimitError(Problem(Mark("weasyprint"), "", message)))
    except CvError as error:
        return packed_error(error)
    except Exception:
        return packed({"bug": traceback.format_exc()[-20_000:]}, b"")


def _typeset(said: dict[str, object], data: memoryview) -> bytes:
    page, configuration = messages.page(said, data), Path(str(said["fontconfig"]))
    if size := messages.items(said.get("measured")):
        measured = weasyprint.measure(page, configuration, *map(float, map(str, size)))
        rows = [astuple(row) for row in measured.rows]
        return packed({"room": measured.room_pt, "rows": rows, "inputs": _libraries()}, b"")
    compiled = weasyprint.typeset(page, configuration)
    log = [line[:500] for line in compiled.log[:200]]
    sheets = [astuple(sheet) for sheet in compiled.sheets]
    return packed({"log": log, "sheets": sheets, "inputs": _libraries()}, compiled.data)


def _libraries() -> list[str]:
    """Return the files of all libraries in this process: none where the system does not tell, or one was replaced."""
    try:
        lines = Path("/proc/self/maps").read_text("utf-8", "surrogateescape").splitlines()
    except OSError:
        return []
    # Address, rights, offset, device and inode come before the name.
    names = {line.split(maxsplit=5)[5] for line in lines if line.count("/") and ".so" in line}
    return [] if any(name.endswith(" (deleted)") for name in names) else sorted(names)


def _written(said: dict[str, object], data: memoryview, limits: Limits) -> bytes:
    os.chdir(str(said["folder"]))
    # It comes from our own process, and was made there of values and the name of a function.
    writer, arguments, named = pickle.loads(data)
    try:
        with _warned_after(limits.writing_s):
            return packed_page(writer(*arguments, **named))
    except TimeoutError as error:
        raise LimitError(Problem(NOWHERE, "", str(error))) from None


@contextmanager
def _warned_after(seconds: float) -> Iterator[None]:
    """Have what runs here raise `TimeoutError` once it has computed for *seconds*, and again if it does not heed."""

    def warn(*_: object) -> None:
        raise TimeoutError(f"it takes more than {seconds:g} s of computing")

    signal.signal(signal.SIGPROF, warn)
    signal.setitimer(signal.ITIMER_PROF, seconds, 1.0)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, signal.SIG_IGN)


def _channel() -> tuple[BinaryIO, BinaryIO]:
    """Return the two ends of the pipes, kept from libraries that print or read."""
    requests, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    os.close(null)
    os.dup2(2, 1)
    return requests, answers


def _limit(limits: Limits) -> None:
    _lower(resource.RLIMIT_AS, limits.memory_bytes)
    _lower(resource.RLIMIT_FSIZE, limits.file_bytes)
    _lower(resource.RLIMIT_CORE, 0)
    _renew_cpu(limits)


def _renew_cpu(limits: Limits) -> None:
    """Let this process compute for as long again as one build may."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    _lower(resource.RLIMIT_CPU, int(used.ru_utime + used.ru_stime) + 1 + limits.cpu_s)


def _lower(kind: int, value: int) -> None:
    """Set a limit, unless this system has none of its kind or a lower one is set."""
    with suppress(ValueError, OSError):
        _, hard = resource.getrlimit(kind)
        resource.setrlimit(kind, (value if hard == resource.RLIM_INFINITY else min(value, hard), hard))
