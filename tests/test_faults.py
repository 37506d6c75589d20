"""Builds that are killed, interrupted, starved or crowded: the output is the whole old file or the whole new one.

Nothing else is left, no process outlives its build, nobody sees a traceback, and the exit status says what happened.
"""

from __future__ import annotations

import errno
import fcntl
import os
import random
import re
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from datetime import date
from pathlib import Path

import pytest

from cvbuild import cli
from cvbuild.cli import surroundings

ROOT = Path(__file__).parents[1]
OLD = b"%PDF-1.7\nthe old one"
_PROFILE = "person: {name: Ada Quill}\nexperience: [{organization: Mill, highlights: [Wrote notes, Checked them]}]\n"


class Project:
    """A folder with a profile and an old output, and processes that build it."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.build = folder, folder / "build"
        self.out, self.tmp = self.build / "cv.pdf", folder / "tmp"
        for made in (self.build, self.tmp):
            made.mkdir()
        (folder / "cv.yaml").write_text(_PROFILE)
        self.environment = {
            **os.environ, "PYTHONPATH": str(ROOT), "XDG_CACHE_HOME": str(folder / "cache"), "TMPDIR": str(self.tmp),
        }  # fmt: skip
        # What counts covered lines writes files of its own, and holds a lock in which an interruption waits for ever.
        self.environment.pop("COVERAGE_PROCESS_CONFIG", None)
        self.run()
        started = time.monotonic()
        self.run()
        self.seconds = time.monotonic() - started
        self.new = self.out.read_bytes()
        self.out.write_bytes(OLD)

    @contextmanager
    def started(
        self, *arguments: str, limit: Callable[[], object] | None = None
    ) -> Iterator[subprocess.Popen[str]]:
        """Have a build run in a process group of its own, which ends at the latest with this context."""

        def prepare() -> None:
            # A shell has what it runs in the background ignore interruptions, and that is inherited.
            signal.signal(signal.SIGINT, signal.default_int_handler)
            if limit:
                limit()

        command = [sys.executable, "-m", "cvbuild", "build", *arguments]
        with subprocess.Popen(command, cwd=self.folder, env=self.environment, stderr=subprocess.PIPE, text=True,
                              stdout=subprocess.PIPE, start_new_session=True, preexec_fn=prepare) as run:  # fmt: skip
            try:
                yield run
            finally:
                run.kill()

    def run(self, *arguments: str, limit: Callable[[], object] | None = None) -> tuple[int, str]:
        """Build to the end; return the exit status and what was said."""
        with self.started(*arguments, limit=limit) as run:
            out, err = run.communicate(timeout=120)
        assert "Traceback" not in err
        return run.returncode, out + err

    def processes(self) -> list[str]:
        """Return the processes that still build here, by the folder for temporary files that they were given."""
        found = []
        for path in Path("/proc").glob("[0-9]*"):
            with suppress(OSError):
                if f"TMPDIR={self.tmp}\0".encode() in (path / "environ").read_bytes():
                    found.append((path / "cmdline").read_text())
        return found

    def check(self, whole: tuple[bytes, ...], *, cleared: bool = True) -> None:
        """See that the output is one of *whole*, and, where *cleared*, that nothing else is there."""
        assert self.out.read_bytes() in whole
        left = sorted(path.name for path in self.build.iterdir() if path != self.out)
        assert left == [] if cleared else len(left) <= 1
        assert list(self.tmp.iterdir()) == []
        # Who wants to end with its parent may have to be told by an empty pipe.
        end = time.monotonic() + 30
        while left_over := self.processes():
            assert time.monotonic() < end, left_over
            time.sleep(0.02)


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path)


# --- Calls that fail.

_CALLS = [
    (os, "open"), (os, "fsync"), (os, "fstat"), (os, "mkdir"), (os, "chmod"), (os, "replace"),
    (os, "lstat"), (os, "stat"), (os, "unlink"), (fcntl, "flock"),
]  # fmt: skip


@pytest.mark.parametrize(("module", "name"), _CALLS, ids=[name for _, name in _CALLS])
@pytest.mark.parametrize("code", [errno.EIO, errno.EXDEV])
def test_each_call_may_fail_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], module: object, name: str,
    code: int,
) -> None:  # fmt: skip
    """The first, then the second, and so on until there are no more."""
    monkeypatch.chdir(tmp_path)
    Path("cv.yaml").write_text(_PROFILE)
    Path("build").mkdir()
    cli.main(["build", "--format", "text", "--quiet"])
    out, real = Path("build/cv.txt"), getattr(module, name)
    new, statuses = out.read_bytes(), []
    for failing in range(1, 200):
        out.write_bytes(OLD)
        calls = 0

        def call(*arguments: object, failing: int = failing, **named: object) -> object:
            nonlocal calls
            place = str(arguments[0]) if arguments else ""
            # What Python opens for itself is none of this project's.
            calls += ".py" not in place and "site-packages" not in place
            if calls == failing:
                calls += 1
                raise OSError(code, os.strerror(code))
            return real(*arguments, **named)

        with monkeypatch.context() as patch:
            patch.setattr(module, name, call)
            status = cli.main(["build", "--format", "text", "--quiet"])
        statuses.append(status)
        told = capsys.readouterr().err
        assert status in (0, 3, 4, 7)
        assert bool(told) == bool(status)
        assert out.read_bytes() == (OLD if status else new)
        left = [path.name for path in Path("build").iterdir()]
        # A file that cannot be removed, or not known for one's own, is left; the next build takes it.
        assert left == ["cv.txt"] or (name in ("unlink", "lstat", "stat", "fstat", "flock") and len(left) == 2)
        if calls < failing:
            break
    assert statuses[-1] == 0
    assert [path.name for path in Path("build").iterdir()] == ["cv.txt"]


# --- Machines that lack something.


@pytest.mark.parametrize("blocks", [1, 4, 8])
@pytest.mark.pdf
def test_a_disk_without_room_leaves_the_old_file(project: Project, blocks: int) -> None:
    size = blocks * 1024
    status, told = project.run(limit=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size)))

    assert (status, told) == (7, "build/cv.pdf: cannot be written: file too large\n")
    project.check((OLD,))


@pytest.mark.parametrize("megabytes", [80, *(pytest.param(n, marks=pytest.mark.slow) for n in (40, 120, 200, 400))])
@pytest.mark.pdf
def test_a_machine_without_memory_leaves_the_old_file(project: Project, megabytes: int) -> None:
    size = megabytes * 1024 * 1024
    status, told = project.run(limit=lambda: resource.setrlimit(resource.RLIMIT_AS, (size, size)))

    # Libraries in C that get no memory say so in ways of their own, or die.
    assert status in (0, 5, 6, 127, -signal.SIGSEGV, -signal.SIGABRT), told
    assert status in (0, 6) or megabytes < 400
    project.check((project.new,) if status == 0 else (OLD,))


@pytest.mark.parametrize("out", ["/dev/full", "/proc/version", "/dev/null/cv.pdf"])
@pytest.mark.pdf
def test_a_place_that_takes_nothing_is_said(project: Project, out: str) -> None:
    status, told = project.run("--output", out)

    assert status == 7
    assert told.startswith(f"{out}: cannot be written: ")
    project.check((OLD,))


@pytest.mark.pdf
def test_a_folder_that_cannot_be_written_is_said(project: Project) -> None:
    mount = "mount --bind build build && mount -o remount,bind,ro build"
    script = f"{mount} && exec {sys.executable} -m cvbuild build"
    run = subprocess.run(["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", script], text=True,
                         cwd=project.folder, env=project.environment, capture_output=True, check=False) if shutil.which(
                         "unshare") else None  # fmt: skip
    if run is None or re.search("unshare|mount", run.stderr):
        pytest.skip("no name spaces here")

    assert run.returncode == 7
    assert run.stderr == "build/cv.pdf: cannot be written: read-only file system\n"
    project.check((OLD,))


@pytest.mark.parametrize("year", [1970, 9999])
def test_any_clock_will_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, year: int) -> None:
    class Clock(date):
        @classmethod
        def today(cls) -> date:
            return date(year, 1, 1)

    monkeypatch.chdir(tmp_path)
    Path("cv.yaml").write_text(_PROFILE)
    assert cli.main(["build", "--format", "html", "--output", "now.html"]) == 0
    monkeypatch.setattr(surroundings, "date", Clock)
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)

    assert cli.main(["build", "--format", "html", "--output", "then.html"]) == 0
    assert Path("then.html").read_bytes() == Path("now.html").read_bytes()


# --- Builds that are stopped, and builds that meet. A few always, many where there is time.

def _times(few: int, many: int) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("times", [few, pytest.param(many, marks=pytest.mark.slow)])


@pytest.mark.pdf
@_times(8, 200)
def test_a_killed_build_leaves_a_whole_file(project: Project, times: int) -> None:
    moments = random.Random(times)
    for _ in range(times):
        with project.started() as run:
            time.sleep(moments.uniform(0, 1.2 * project.seconds))
            run.kill()
            run.communicate(timeout=60)
        project.check((OLD, project.new), cleared=False)
    assert project.run()[0] == 0
    project.check((project.new,))


@pytest.mark.pdf
@_times(8, 80)
def test_an_interrupted_build_leaves_a_whole_file_and_nothing_else(project: Project, times: int) -> None:
    moments, statuses = random.Random(-times), set()
    for _ in range(times):
        project.out.write_bytes(OLD)
        with project.started() as run:
            time.sleep(moments.uniform(0, 1.2 * project.seconds))
            os.killpg(run.pid, signal.SIGINT)
            _, err = run.communicate(timeout=60)
        statuses.add(run.returncode)
        # Before there is a program, Python itself is what ends; shells call that 130, too.
        assert run.returncode in (0, 130, -signal.SIGINT) or "KeyboardInterrupt" in err
        assert f'File "{ROOT / "cvbuild"}' not in err
        assert "Traceback" not in err or run.returncode != 130
        project.check((project.new,) if run.returncode == 0 else (OLD, project.new))
    assert 130 in statuses


# Interrupted as the module of a name has just run, which what imports it may take badly: a module in C, say.
_INTERRUPTED = """
import os, signal, sys

name = sys.argv.pop(1)

def interrupt(frame, event, _):
    if event == "return" and frame.f_code.co_name == "<module>" and frame.f_globals["__name__"] == name:
        sys.settrace(None)
        os.kill(os.getpid(), signal.SIGINT)
    return interrupt

signal.signal(signal.SIGINT, signal.default_int_handler)
sys.settrace(interrupt)
from cvbuild.__main__ import main

sys.exit(main())
"""


@pytest.mark.parametrize("module", ["datetime", "decimal", "msgspec", "cvbuild.errors", "cvbuild.cli", "yaml"])
def test_an_interruption_while_modules_load_ends_in_order(tmp_path: Path, module: str) -> None:
    (tmp_path / "cv.yaml").write_text(_PROFILE)
    command = [sys.executable, "-c", _INTERRUPTED, module, "build", "--format", "text", "--no-cache", "cv.yaml"]
    run = subprocess.run(command, cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True,
                         text=True, check=False)  # fmt: skip

    assert (run.returncode, run.stderr) == (130, "interrupted\n")
    assert not (tmp_path / "build").exists()


@pytest.mark.pdf
@_times(4, 20)
def test_many_builds_of_one_output_make_one(project: Project, times: int) -> None:
    with ExitStack() as stack:
        for run in [stack.enter_context(project.started()) for _ in range(times)]:
            _, err = run.communicate(timeout=120)
            assert (run.returncode, err) == (0, "")
    project.check((project.new,))
