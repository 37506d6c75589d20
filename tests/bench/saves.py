"""How long it takes from a save to the new PDF while `cvbuild watch` is at work, and what is built of many variants."""

from __future__ import annotations

import os
import signal
import statistics
import subprocess
import time
from argparse import Namespace
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import made_up
import yaml
from rows import Limit
from timing import Failed
from workshop import CVBUILD, PROFILE, VARIANT, Workshop

from cvbuild import pipeline
from cvbuild.cli.parser import parser
from cvbuild.cli.watch import Watcher

_TIMEOUT_S = 60.0
_TICKS = os.sysconf("SC_CLK_TCK")
_THEMES = {"HTML": "letterpress@weasyprint", "LaTeX": "letterpress@latex"}


def rows(shop: Workshop, rounds: int) -> Iterator[dict[str, Any]]:
    """Yield the rows of saves in either kind of theme, and of one change in many variants."""
    for kind, theme in _THEMES.items():
        job = f"save → new PDF, {kind} theme"
        try:
            seconds, cpu_s = _saves(shop, theme, rounds)
        except Failed as failure:
            yield Limit(job, 0.3, "s", why=str(failure)).told()
            continue
        note = f"at best {min(seconds):.2f} s; of processors {statistics.median(cpu_s):.2f} s"
        yield Limit(job, 0.3, "s", statistics.median(seconds), note=note).told()
    yield Limit("one word changed in one of 24 variants", 1, "documents", _rebuilt(shop)).told()


def _saves(shop: Workshop, theme: str, rounds: int) -> tuple[list[float], list[float]]:
    """Return what *rounds* saves took until the PDF was there, and took of processors. Raises `Failed`."""
    source = shop.place(f"in/saves/{theme}.yaml")
    text = PROFILE.read_text("utf-8")
    source.write_text(text, "utf-8")
    pdf = shop.place("out/saves.pdf")
    pdf.unlink(missing_ok=True)
    options = ("--variant", VARIANT, "--theme", theme, "--no-fit", "--quiet", "--output", pdf)
    seconds, cpu_s = [], []
    with _watching(shop, (*CVBUILD, "watch", source, *options)) as run:
        _await(lambda: pdf.exists(), run)
        for number in range(rounds + 2):
            time.sleep(1)
            before, used = pdf.stat().st_ino, _cpu_s(run.pid)
            new = source.with_suffix(".new")
            new.write_text(text.replace("Mina Seo", f"Mina {'ABC'[number % 3]}. Seo"), "utf-8")
            started = time.perf_counter()
            new.replace(source)
            _await(lambda before=before: pdf.stat().st_ino != before, run)  # type: ignore[misc]
            # The first two warm what can be warm.
            if number >= 2:
                seconds.append(time.perf_counter() - started)
                cpu_s.append(_cpu_s(run.pid) - used)
    return seconds, cpu_s


@contextmanager
def _watching(shop: Workshop, words: tuple[str | Path, ...]) -> Iterator[subprocess.Popen[bytes]]:
    command = shop.command(*words)
    with subprocess.Popen(
        command.words, env={**os.environ, **command.environment}, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE
    ) as run:
        try:
            yield run
        finally:
            run.send_signal(signal.SIGINT)


def _await(is_so: Callable[[], bool], run: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + _TIMEOUT_S
    while not is_so():
        if run.poll() is not None or time.monotonic() > end:
            run.kill()
            said = run.stderr.read().decode(errors="replace").strip() if run.stderr else ""
            raise Failed(said.splitlines()[-1] if said else "nothing came")
        time.sleep(0.001)


def _cpu_s(pid: int) -> float:
    """Return what a process, its children and those that have ended have used of processors; 0 where nobody tells."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return 0.0
    return sum(map(int, fields[11:15])) / _TICKS + sum(_cpu_s(int(child)) for child in children)


def _rebuilt(shop: Workshop) -> int:
    """Return how many documents are built again where one word has changed that one of 24 variants shows."""
    found = yaml.safe_load(made_up.many(shop.selected(PROFILE, VARIANT)))
    look = made_up.THEMES[0].replace("@", "-")
    found["variants"] = {name: view for name, view in found["variants"].items() if name.startswith(look)}
    source = shop.place("in/saves/many.yaml")
    source.write_text(yaml.safe_dump(found, allow_unicode=True, sort_keys=False), "utf-8")
    words = ["watch", str(source), "--all", "--format", "text", "--quiet", "--output", str(shop.place("out/saved/"))]
    options: Namespace = parser().parse_args(words)
    watcher, built, real = Watcher(options), [], pipeline.build

    def build(*arguments: Any) -> Any:
        built.append(arguments[1])
        return real(*arguments)

    pipeline.build = build
    try:
        watcher.tell(watcher.build())
        assert len(built) == made_up.VARIANTS
        built.clear()
        found["variants"][f"{look}-07"]["set"] = {"person.headline": "Somebody else"}
        source.write_text(yaml.safe_dump(found, allow_unicode=True, sort_keys=False), "utf-8")
        watcher.tell(watcher.build())
    finally:
        pipeline.build = real
    return len(built)
