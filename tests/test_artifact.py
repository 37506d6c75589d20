"""Files are put in their place whole or not at all."""

from __future__ import annotations

import errno
import fcntl
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from cvbuild.artifact import opened, publish, publishing
from cvbuild.errors import EngineError, OutputError


def test_folders_are_made_and_nothing_else_is_left(tmp_path: Path) -> None:
    publish(b"new", tmp_path / "a" / "b" / "cv.pdf")

    assert [path.name for path in (tmp_path / "a" / "b").iterdir()] == ["cv.pdf"]
    assert (tmp_path / "a" / "b" / "cv.pdf").read_bytes() == b"new"


@pytest.mark.parametrize(("mask", "mode"), [(0o022, 0o644), (0o077, 0o600), (0o002, 0o664)])
def test_permissions_of_a_new_file_follow_the_umask(tmp_path: Path, mask: int, mode: int) -> None:
    before = os.umask(mask)
    try:
        publish(b"new", tmp_path / "cv.pdf")
    finally:
        os.umask(before)

    assert (tmp_path / "cv.pdf").stat().st_mode & 0o777 == mode


def test_permissions_of_an_old_file_stay(tmp_path: Path) -> None:
    """Whoever hid a CV from others did not mean: until the next build."""
    path = tmp_path / "cv.pdf"
    path.write_bytes(b"old")
    path.chmod(0o600)
    publish(b"new", path)

    assert path.stat().st_mode & 0o777 == 0o600


def test_a_link_stays_and_what_it_leads_to_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "drive").mkdir()
    (tmp_path / "drive" / "real.pdf").write_bytes(b"old")
    (tmp_path / "cv.pdf").symlink_to("drive/real.pdf")
    (tmp_path / "new.pdf").symlink_to("drive/new.pdf")
    publish(b"new", tmp_path / "cv.pdf")
    publish(b"new", tmp_path / "new.pdf")

    assert (tmp_path / "cv.pdf").is_symlink()
    assert (tmp_path / "drive" / "real.pdf").read_bytes() == b"new"
    assert (tmp_path / "drive" / "new.pdf").read_bytes() == b"new"


def test_a_link_that_leads_elsewhere_is_not_followed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever made the project may want a file of whoever builds it."""
    (tmp_path / "mine").write_text("mine")
    (tmp_path / "project" / "build").mkdir(parents=True)
    link = tmp_path / "project" / "build" / "cv.pdf"
    link.symlink_to(tmp_path / "mine")

    with pytest.raises(OutputError, match=r"cv\.pdf: cannot be written: it is a link that leads elsewhere, to .*/mine"):
        publish(b"%PDF", link)
    assert (tmp_path / "mine").read_text() == "mine"
    monkeypatch.chdir(tmp_path)
    publish(b"%PDF", link)
    assert (tmp_path / "mine").read_bytes() == b"%PDF"


def test_a_name_as_long_as_names_may_be_is_no_problem(tmp_path: Path) -> None:
    path = tmp_path / ("n" * 251 + ".pdf")
    publish(b"new", path)

    assert path.read_bytes() == b"new"


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda path: path.mkdir(), "is a directory"),
        (lambda path: path.symlink_to(path.name), "too many levels"),
        (lambda path: path.parent.joinpath("cv.pdf").symlink_to("/dev/full"), "no space left on device"),
        (lambda path: path.parent.joinpath("cv.pdf").symlink_to("/proc/version"), "cannot be written"),
    ],
)
def test_what_cannot_be_written_is_said(tmp_path: Path, make: Callable[[Path], object], said: str) -> None:
    path = tmp_path / "cv.pdf"
    make(path)

    with pytest.raises(OutputError, match=said):
        publish(b"new", path)

    assert [path.name for path in tmp_path.iterdir()] == ["cv.pdf"]


def test_a_folder_that_is_a_file_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")

    with pytest.raises(OutputError, match=r"cannot be written: (not a directory|file exists)"):
        publish(b"new", tmp_path / "file" / "cv.pdf")


@pytest.mark.parametrize("step", ["open", "fsync", "chmod", "replace"])
@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EIO, errno.EDQUOT, errno.EROFS])
def test_after_a_failure_the_old_file_is_there_and_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str, code: int
) -> None:
    path = tmp_path / "cv.pdf"
    path.write_bytes(b"old")

    def fail(*_: object, **__: object) -> None:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(os if step in ("open", "fsync") else Path, step, fail)
    with pytest.raises(OutputError) as caught:
        publish(b"new", path)
    monkeypatch.undo()

    assert str(caught.value) == f"{path}: cannot be written: {os.strerror(code).lower()}"
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("cv.pdf", b"old")]


def test_a_disk_that_fills_up_leaves_the_old_file(tmp_path: Path) -> None:
    """With a limit on the size of files, a write really comes short."""
    (tmp_path / "cv.pdf").write_bytes(b"old")
    script = (
        "import resource, signal, sys; from pathlib import Path; from cvbuild.artifact import publish\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))\n"
        "publish(b'x' * 5000, Path(sys.argv[1]))"
    )
    run = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path / "cv.pdf")],
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])}, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert "OutputError" in run.stderr
    assert "file too large" in run.stderr
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("cv.pdf", b"old")]


@pytest.mark.parametrize("error", [KeyboardInterrupt, MemoryError, RuntimeError("a bug")])
def test_an_interruption_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: type[BaseException]
) -> None:
    (tmp_path / "cv.pdf").write_bytes(b"old")

    def interrupt(_: int) -> None:
        raise error

    monkeypatch.setattr(os, "fsync", interrupt)
    with pytest.raises((KeyboardInterrupt, MemoryError, RuntimeError)):
        publish(b"new", tmp_path / "cv.pdf")
    monkeypatch.undo()

    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("cv.pdf", b"old")]


def test_a_power_cut_after_the_file_is_in_place_is_no_failure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.fsync

    def fail_for_folders(descriptor: int) -> None:
        if os.path.isdir(f"/proc/self/fd/{descriptor}"):  # noqa: PTH112 (a descriptor)
            raise OSError(errno.EIO, "no")
        real(descriptor)

    monkeypatch.setattr(os, "fsync", fail_for_folders)
    publish(b"new", tmp_path / "cv.pdf")

    assert (tmp_path / "cv.pdf").read_bytes() == b"new"


def test_a_pipe_is_written_to(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    read: list[bytes] = []
    reader = threading.Thread(target=lambda: read.append(pipe.read_bytes()))
    reader.start()
    publish(b"new", pipe)
    reader.join()

    assert read == [b"new"]
    assert pipe.is_fifo()


@pytest.mark.parametrize("device", ["/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"])
def test_standard_output_is_written_to_whatever_it_is(tmp_path: Path, device: str) -> None:
    """A file that a shell has opened is not replaced behind its back."""
    script = f"from pathlib import Path; from cvbuild.artifact import publish; publish(b'new', Path({device!r}))"
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])}
    (tmp_path / "log").write_bytes(b"old ")
    with (tmp_path / "log").open("ab") as log:
        subprocess.run([sys.executable, "-c", script], env=environment, stdout=log, check=True)
        piped = subprocess.run([sys.executable, "-c", script], env=environment, stdout=subprocess.PIPE, check=True)

    assert (tmp_path / "log").read_bytes() == b"old new"
    assert piped.stdout == b"new"


def test_of_many_at_once_one_wins_whole(tmp_path: Path) -> None:
    path = tmp_path / "cv.pdf"
    texts = [bytes([65 + n]) * 200_000 for n in range(8)]
    threads = [threading.Thread(target=publish, args=(text, path)) for text in texts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert path.read_bytes() in texts
    assert [path.name for path in tmp_path.iterdir()] == ["cv.pdf"]


def test_what_a_killed_build_left_is_used_up(tmp_path: Path) -> None:
    script = (
        "import os, sys; from pathlib import Path; from cvbuild.artifact import publish\n"
        "os.fsync = lambda _: os.kill(os.getpid(), 9)\n"
        "publish(b'x' * 5000, Path(sys.argv[1]))"
    )
    command = [sys.executable, "-c", script, str(tmp_path / "cv.pdf")]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])}
    (tmp_path / "cv.pdf").write_bytes(b"old")
    for _ in range(2):
        subprocess.run(command, env=environment, check=False)
        assert len(list(tmp_path.iterdir())) == 2
        assert (tmp_path / "cv.pdf").read_bytes() == b"old"
    publish(b"new", tmp_path / "cv.pdf")

    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("cv.pdf", b"new")]


def test_one_build_waits_for_another_into_the_same_file_and_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publishing, "MAX_WAIT_S", 0.1)
    with publishing._turn(tmp_path / "cv.pdf"):
        publish(b"new", tmp_path / "other.pdf")
        with pytest.raises(OutputError, match="another build is writing there"):
            publish(b"new", tmp_path / "cv.pdf")
    publish(b"new", tmp_path / "cv.pdf")

    assert sorted(path.name for path in tmp_path.iterdir()) == ["cv.pdf", "other.pdf"]


@pytest.mark.parametrize("code", [errno.ENOLCK, errno.ENOTSUP])
def test_a_disk_without_locks_is_written_to(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int) -> None:
    def fail(*_: object) -> None:
        raise OSError(code, "no locks")

    monkeypatch.setattr(fcntl, "flock", fail)
    publish(b"new", tmp_path / "cv.pdf")

    assert [path.name for path in tmp_path.iterdir()] == ["cv.pdf"]


@pytest.mark.parametrize("make", ["symlink_to", "hardlink_to", "mkfifo", "mkdir"])
def test_what_somebody_put_in_the_way_is_not_written_to(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, make: str
) -> None:
    monkeypatch.setattr(publishing, "MAX_WAIT_S", 0.1)
    (tmp_path / "victim").write_bytes(b"victim")
    with publishing._turn(tmp_path / "cv.pdf") as (new, _):
        pass
    if make in ("symlink_to", "hardlink_to"):
        getattr(new, make)(tmp_path / "victim")
    else:
        getattr(os, make)(new)
    with pytest.raises(OutputError):
        publish(b"new", tmp_path / "cv.pdf")

    assert (tmp_path / "victim").read_bytes() == b"victim"
    assert not (tmp_path / "cv.pdf").exists()


@pytest.mark.parametrize("data", [b"", b"%PDF-1.7\n%%EOF", b"no PDF at all", b"%PDF-1.7\ntrailer <</Root 1 0 R>>"])
def test_what_is_no_pdf_has_no_pages(data: bytes) -> None:
    with pytest.raises(EngineError, match="cannot be read"):
        opened(data)
