"""Folders for a while: they go with their builds, and what killed builds have left goes with a later one."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from cvbuild.engines.passing import passing, sweep

_HOUR_S = 3600


def aged(folder: Path, seconds: float) -> Path:
    then = time.time() - seconds
    os.utime(folder, (then, then))
    return folder


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def test_a_folder_goes_with_whoever_made_it(place: Path) -> None:
    with passing() as folder:
        (folder / "cv.tex").write_text("x")
        aged(folder, _HOUR_S)
        sweep(place)
        assert (folder / "cv.tex").is_file()
    assert list(place.iterdir()) == []


def test_what_a_killed_build_has_left_goes_but_not_at_once(place: Path) -> None:
    script = "from cvbuild.engines.passing import passing\nwith passing() as f: print(f, flush=True), input()"
    environment = {**os.environ, "TMPDIR": str(place)}
    with subprocess.Popen([sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                          env=environment) as run:  # fmt: skip
        assert run.stdout
        folder = Path(run.stdout.readline().strip())
        aged(folder, _HOUR_S)
        sweep(place)
        assert folder.is_dir()
        run.send_signal(signal.SIGKILL)
        run.wait()
    os.utime(folder)
    sweep(place)
    assert folder.is_dir()
    aged(folder, _HOUR_S)
    sweep(place)
    assert not folder.exists()


def test_what_is_somebody_elses_stays(place: Path) -> None:
    kept = place / "kept"
    kept.mkdir()
    (kept / "thesis.tex").write_text("x")
    (place / "cvbuild-link").symlink_to(kept)
    (place / "cvbuild-file").write_text("x")
    odd = place / "cvbuild-odd"
    odd.mkdir()
    (odd / ".lock").symlink_to(kept / "thesis.tex")
    for name in ("cvbuild-new", "cvbuild-old"):
        (place / name).mkdir()
    aged(place / "cvbuild-new", _HOUR_S)
    aged(place / "cvbuild-old", 25 * _HOUR_S)
    aged(odd, 25 * _HOUR_S)
    sweep(place)

    assert (kept / "thesis.tex").is_file()
    left = {path.name.removeprefix("cvbuild-") for path in place.iterdir()}
    assert left == {"kept", "link", "file", "odd", "new"}
