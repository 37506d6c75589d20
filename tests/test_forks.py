"""Forks of one process: they make what threads make, are replaced when they die, and end with whoever has them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from PIL import Image

from cvbuild import cli

ROOT = Path(__file__).parents[1]
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux forks")


def python(code: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run *code* in a process without other threads, as tests are none."""
    head = "import os, signal, sys, time\nfrom cvbuild.cli.forks import Forks, are_safe\nassert are_safe()\n"
    words = [sys.executable, "-c", head + textwrap.dedent(code)]
    return subprocess.run(words, cwd=folder, env={**os.environ, "PYTHONPATH": str(ROOT)}, text=True,
                          capture_output=True, check=False, timeout=120)  # fmt: skip


def test_results_and_errors_come_back_in_order(tmp_path: Path) -> None:
    """Whatever can be sent as what it was, and all else as what can be said of it."""
    run = python("""
        def make(n):
            if n == 3:
                raise KeyError(n)
            if n == 4:
                raise type("Local", (Exception,), {})("told")
            if n == 5:
                return lambda: n
            return n, os.getpid()
        with Forks(2) as forks:
            asked = [forks.submit(make, n) for n in range(40)]
            pids = {asked[n].result()[1] for n in range(40) if n not in (3, 4, 5)}
            print([asked[n].result()[0] for n in (0, 1, 2, 6, 39)], len(pids), os.getpid() in pids)
            for n in (3, 4, 5):
                error = asked[n].exception()
                print(type(error).__name__, "told" in str(error), "make" in str(getattr(error, "__notes__", "")))
    """, tmp_path)  # fmt: skip

    assert run.stdout.splitlines() == ["[0, 1, 2, 6, 39] 2 False", "KeyError False True", "RuntimeError True False",
                                       "RuntimeError False False"], run.stderr  # fmt: skip


def test_what_dies_is_replaced_and_what_kills_twice_is_broken(tmp_path: Path) -> None:
    run = python("""
        from pathlib import Path
        def make(n):
            if n == 2 and not Path("died").exists():
                Path("died").touch()
                os.kill(os.getpid(), signal.SIGKILL)
            if n == 5:
                os.kill(os.getpid(), signal.SIGKILL)
            return n
        with Forks(2) as forks:
            asked = [forks.submit(make, n) for n in range(12)]
            print([each.result() for n, each in enumerate(asked) if n != 5])
            print(repr(asked[5].exception()))
    """, tmp_path)  # fmt: skip

    assert run.stdout.splitlines() == [str([n for n in range(12) if n != 5]),
                                       "BrokenExecutor('2 processes died of it, by SIGKILL')"], run.stderr  # fmt: skip


@pytest.mark.parametrize("how", ["os.killpg(0, signal.SIGINT)", "raise RuntimeError", "os.kill(os.getpid(), 9)"])
def test_forks_end_with_their_parent_however_it_ends(tmp_path: Path, how: str) -> None:
    """Also what they are in the middle of: it is left as by any exception."""
    run = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(f"""
            import os, signal, time
            from pathlib import Path
            from cvbuild.cli.forks import Forks
            signal.signal(signal.SIGINT, signal.default_int_handler)
            def make(n):
                try:
                    Path(f"new-{{n}}").write_text(str(os.getpid()))
                    Path(f"new-{{n}}").rename(f"at-{{n}}")
                    time.sleep(60 * (n > 0))
                finally:
                    Path(f"left-{{n}}").touch()
            with Forks(2) as forks:
                first, *_ = [forks.submit(make, n) for n in range(9)]
                first.result()
                while len(list(Path().glob("at-*"))) < 3:
                    time.sleep(0.01)
                {how}
        """)], cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(ROOT)}, start_new_session=True, text=True,
        stderr=subprocess.PIPE)  # fmt: skip
    _, told = run.communicate(timeout=60)
    end = time.monotonic() + 30
    pids = [int(path.read_text()) for path in tmp_path.glob("at-*")]
    while any(is_alive(pid) for pid in pids):
        assert time.monotonic() < end
        time.sleep(0.02)

    assert run.returncode != 0
    assert {path.name for path in tmp_path.glob("left-*")} == {"left-0", "left-1", "left-2"}
    assert told.count("Traceback") == (run.returncode > 0 or "killpg" in how)


def is_alive(pid: int) -> bool:
    with suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return False


# --- Batches.

_VIEWS = "".join(f"  v{number}: {{set: {{person.headline: Number {number}}}}}\n" for number in range(6))
_VIEW = "view: {style: {options: {photo: true}}}\n"
PROFILE = f"person: {{name: Ada, photo: me.png}}\nstatement: Notes\n{_VIEW}variants:\n{_VIEWS}"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    (tmp_path / "cv.yaml").write_text(PROFILE)
    Image.new("RGB", (8, 8)).save(tmp_path / "me.png")
    return tmp_path


def build(*arguments: str) -> subprocess.CompletedProcess[str]:
    words = [sys.executable, "-m", "cvbuild", "build", "--all", "--jobs", "2", *arguments]
    return subprocess.run(words, env={**os.environ, "PYTHONPATH": str(ROOT)}, text=True, capture_output=True,
                          check=False, timeout=120)  # fmt: skip


def made(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_a_batch_is_what_one_after_another_would_be(home: Path) -> None:
    """The same files, lines and errors, in the same order."""
    (home / "cv.yaml").write_text(PROFILE + "  none: {style: {theme: nowhere}}\n")
    runs = [build("--jobs", jobs, "--no-cache", "--format", "html,text", "-o", f"{jobs}/") for jobs in ("1", "2")]

    assert [run.returncode for run in runs] == [cli.THEME, cli.THEME]
    assert runs[0].stderr == runs[1].stderr != ""
    told = [[line.split()[0].partition("/")[2] for line in run.stdout.splitlines()] for run in runs]
    assert told[0] == told[1]
    assert made(home / "1") == made(home / "2")
    assert len(told[0]) == 12


def test_what_forks_have_read_is_known_to_the_next_command(home: Path) -> None:
    """A batch that would come out differently is not the last one again."""
    pages = []
    for colour in ("red", "red", "blue"):
        Image.new("RGB", (8, 8), colour).save(home / "me.png")
        # What has changed a moment ago is not relied on.
        os.utime(home / "me.png", (1, 1))
        run = build("--format", "html")
        assert (run.returncode, run.stderr) == (0, "")
        pages.append(made(home / "build"))

    assert pages[0] == pages[1]
    assert all(pages[2][name] != pages[1][name] for name in pages[1])


@pytest.mark.pdf
def test_engines_of_forks_go_with_them(home: Path) -> None:
    """Also with one that is killed, and that has one more go at what it was at."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "TMPDIR": str(home / "tmp")}
    (home / "tmp").mkdir()
    words = [sys.executable, "-m", "cvbuild", "build", "--all", "--jobs", "2"]
    with subprocess.Popen(words, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as run:
        end = time.monotonic() + 60
        while not (forks := children(run.pid)) or len(forks) < 2:
            assert time.monotonic() < end
            time.sleep(0.002)
        os.kill(forks[0], signal.SIGKILL)
        out, err = run.communicate(timeout=120)

    assert (run.returncode, err) == (0, "")
    assert len(out.splitlines()) == 6
    left = [path for path in Path("/proc").glob("[0-9]*") if in_folder(path, str(home / "tmp"))]
    assert left == []


def children(pid: int) -> list[int]:
    """Return the forks of the process *pid*, which say the same of themselves as it does."""
    with suppress(OSError):
        own = Path(f"/proc/{pid}/cmdline").read_bytes()
        found = map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split())
        return [child for child in found if Path(f"/proc/{child}/cmdline").read_bytes() == own]
    return []


def in_folder(process: Path, folder: str) -> bool:
    with suppress(OSError):
        return f"TMPDIR={folder}\0".encode() in (process / "environ").read_bytes()
    return False
