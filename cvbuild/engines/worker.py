"""What runs in the engine's own process: pages in, PDFs out, one after another, until there are no more pages."""

from __future__ import annotations

import json
import os
import resource
import signal
import sys
import traceback
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from cvbuild.engines import weasyprint
from cvbuild.engines.contained import HEAD, Limits, packed
from cvbuild.errors import CvError, EngineError, LimitError
from cvbuild.rendered import Asset, Rendered

_PR_SET_PDEATHSIG = 1


def main(limits: str) -> None:
    """Serve whoever started this process, within *limits* (JSON)."""
    granted = Limits(**json.loads(limits))
    _limit(granted)
    _end_with_parent()
    requests, answers = _channel()
    with requests, answers:
        # What keeps the engine from loading is told when there is somebody to tell.
        with suppress(EngineError):
            weasyprint.load()
        serve(requests, answers, granted)


def serve(requests: BinaryIO, answers: BinaryIO, limits: Limits) -> None:
    """Answer each of *requests*, until there are no more."""
    while len(head := requests.read(HEAD.size)) == HEAD.size:
        text, data = HEAD.unpack(head)
        said, pages = json.loads(requests.read(text)), memoryview(requests.read(data))
        _renew_cpu(limits)
        answers.write(_answer(said, pages, limits))
        answers.flush()


def _answer(said: dict[str, object], data: memoryview, limits: Limits) -> bytes:
    try:
        compiled = weasyprint.typeset(_page(said, data), Path(str(said["fontconfig"])))
    except MemoryError:
        megabytes = limits.memory_bytes // 1024 // 1024
        message = f"the document cannot be set: it takes more than {megabytes} MiB of memory"
        return packed({"is_limit": True, "problems": [["weasyprint", message, ""]]}, b"")
    except CvError as error:
        problems = [[p.mark.file, p.message, p.hint] for p in error.problems]
        return packed({"is_limit": isinstance(error, LimitError), "problems": problems}, b"")
    except Exception:
        return packed({"bug": traceback.format_exc()[-20_000:]}, b"")
    return packed({"log": [line[:500] for line in compiled.log[:200]]}, compiled.data)


def _page(said: dict[str, object], data: memoryview) -> Rendered:
    parts = _parts(said, data)
    source = next(parts)[1].decode("utf-8", "surrogatepass")
    kinds = {url: kind for url, kind, _ in said["assets"]}  # type: ignore[attr-defined]
    return Rendered(source, {url: Asset(part, kinds[url]) for url, part in parts})


def _parts(said: dict[str, object], data: memoryview) -> Iterator[tuple[str, bytes]]:
    """Yield the page, whose name is '', and each asset."""
    start = 0
    for name, _, length in [["", "", said["source"]], *said["assets"]]:  # type: ignore[misc]
        yield name, bytes(data[start : start + length])
        start += length


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


def _end_with_parent() -> None:
    """Have Linux end this process when its parent is killed; elsewhere the next answer or request ends it."""
    if sys.platform == "linux":
        import ctypes

        with suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
