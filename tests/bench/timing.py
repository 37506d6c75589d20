"""Programs run in turn, and what each run of them took."""

from __future__ import annotations

import os
import subprocess
import tempfile
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

_TIMEOUT_S = 600


@dataclass(frozen=True, slots=True)
class Command:
    """What is run, where, and what its environment has besides that of the benchmark."""

    words: tuple[str, ...]
    folder: Path | None = None
    environment: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Run:
    """What one run took: wall time, processor time of all its processes, memory of the largest of them."""

    seconds: float
    cpu_s: float
    peak_mb: float


class Failed(Exception):
    """A command that ended with an error; the text is the last line that says which."""


def run(command: Command) -> Run:
    """Run *command* and return what it took. Raises `Failed` where it fails or cannot be started."""
    with tempfile.TemporaryFile() as said:
        started = time.perf_counter()
        try:
            process = subprocess.Popen(
                command.words,
                cwd=command.folder,
                env={**os.environ, **command.environment},
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=said,
            )
        except OSError as error:
            raise Failed(f"{command.words[0]}: {error.strerror}") from None
        alarm = threading.Timer(_TIMEOUT_S, process.kill)
        alarm.start()
        # Not `wait`: that would keep for itself what the process has used.
        _, status, used = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - started
        alarm.cancel()
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            said.seek(0)
            lines = [line.strip() for line in said.read().decode(errors="replace").splitlines() if line.strip()]
            # What cvbuild says last is how to mend it.
            lines = [line for line in lines if not line.startswith("hint:")]
            raise Failed(lines[-1] if lines else f"exit status {process.returncode}")
    return Run(seconds, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


def interleaved(commands: Mapping[str, Command], rounds: int) -> tuple[dict[str, list[Run]], dict[str, str]]:
    """Run all *commands* in turn, *rounds* times, after a first time that does not count.

    Returns the runs of each by name, and of those that fail why they do.
    """
    runs: dict[str, list[Run]] = {}
    failures: dict[str, str] = {}
    for number in range(rounds + 1):
        for name, command in commands.items():
            if name in failures:
                continue
            try:
                took = run(command)
            except Failed as failure:
                failures[name] = str(failure)
                runs.pop(name, None)
                continue
            if number:
                runs.setdefault(name, []).append(took)
    return runs, failures
