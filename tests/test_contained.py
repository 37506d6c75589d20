"""The engine's own process: what it may use, how it ends, and what is left of it when it does."""

from __future__ import annotations

import io
import itertools
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest
from msgspec.structs import replace
from typeset import EXAMPLE, place, profile

from cvbuild import pipeline, reader
from cvbuild.engines import contained, weasyprint, worker
from cvbuild.engines.contained import HEAD, Limits, Worker
from cvbuild.engines.messages import packed_page
from cvbuild.errors import CvError, EngineError, LimitError, Mark, ThemeError
from cvbuild.rendered import Asset, Rendered
from cvbuild.theme import builtin
from cvbuild.view import Overrides

PAGELLA = (builtin() / "fonts" / "pagella",)
ROOT = Path(__file__).parents[1]
REAL = Limits()
SHORT = Limits(wall_s=5)
PAGE = "<html lang=en><title>x</title>"


@pytest.fixture(autouse=True)
def no_engine() -> Iterator[None]:
    contained.stop()
    yield
    contained.stop()


def fake(script: str, limits: Limits = SHORT) -> Worker:
    """Return a child that runs *script* in place of the engine."""
    return Worker([sys.executable, "-I", "-c", f"import os, signal, struct, sys, time\n{script}"], limits)


def is_gone(pid: int) -> bool:
    with suppress(FileNotFoundError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    return True


def compile(page: str, cache: Path, limits: Limits = REAL) -> bytes:
    return contained.compile(Rendered(PAGE + page, {}, PAGELLA), cache, limits, lambda: None).data


# --- What an engine may do.


@pytest.mark.parametrize(
    ("script", "error", "said"),
    [
        ("time.sleep(60)", LimitError, "took longer than 5 s"),
        ("os.kill(os.getpid(), signal.SIGSEGV)", EngineError, r"crashed \(Segmentation fault\)"),
        ("os.kill(os.getpid(), signal.SIGKILL)", LimitError, "ran out of memory"),
        ("os.kill(os.getpid(), signal.SIGXCPU)", LimitError, "took more than 20 s of computing"),
        ("sys.exit('\\x1b[31mno engine')", EngineError, "without an answer: .*no engine"),
        ("sys.stderr.buffer.write(b'\\xff\\xfe bad\\n'); sys.exit(1)", EngineError, "without an answer: .* bad"),
        ("raise MemoryError", LimitError, "ran out of memory"),
        ("os.write(2, b'GLib-ERROR: Error creating thread'); os.abort()", LimitError, "ran out of memory"),
        ("os.write(1, bytes(16))", EngineError, "makes no sense"),
        ("os.write(1, b'x' * 100)", EngineError, "makes no sense"),
        ("os.write(1, struct.pack('>QQ', 2, 0) + b'[]')", EngineError, "makes no sense"),
        ("os.write(1, struct.pack('>QQ', 9999, 0) + b'[' * 9999)", EngineError, "makes no sense"),
        ("os.write(1, struct.pack('>QQ', 2, 0) + b'{}and more')", EngineError, "makes no sense"),
        ("os.write(1, struct.pack('>QQ', 2, 1 << 40))", LimitError, "larger than 64 MiB"),
        ("os.close(1); time.sleep(60)", EngineError, "without an answer"),
    ],
)
def test_an_engine_that_misbehaves_is_an_error_and_ends(script: str, error: type[CvError], said: str) -> None:
    limits = SHORT if "took longer" not in said else replace(SHORT, wall_s=0.3)
    made = fake(script, limits)
    with pytest.raises(error, match=said.replace("longer than 5", "longer than 0.3")) as caught:
        made.ask(b"x" * 200_000)

    assert is_gone(made._process.pid)
    assert "\x1b" not in str(caught.value)


def test_an_engine_that_says_too_much_is_not_listened_to() -> None:
    made = fake("while True: os.write(2, b'y' * 4096)", replace(SHORT, wall_s=0.5))
    with pytest.raises(LimitError):
        made.ask(b"")

    assert len(made._said) <= 64 * 1024
    assert is_gone(made._process.pid)


def test_what_an_engine_started_ends_with_it_even_if_it_will_not(tmp_path: Path) -> None:
    """Not the signals that it may ignore, nor that it has died before its child."""
    script = f"""
for name in ("SIGTERM", "SIGINT", "SIGHUP"):
    signal.signal(getattr(signal, name), signal.SIG_IGN)
pid = os.fork()
if pid:
    open({str(tmp_path / "pid")!r}, "w").write(str(pid))
time.sleep(60)
"""
    made = fake(script, replace(SHORT, wall_s=1))
    started = time.monotonic()
    with pytest.raises(LimitError):
        made.ask(b"")

    assert time.monotonic() - started < 30
    assert is_gone(made._process.pid)
    assert is_gone(int((tmp_path / "pid").read_text()))


def test_a_question_that_is_interrupted_ends_the_engine() -> None:
    made = fake("sys.stdin.buffer.read(4); time.sleep(60)")

    def interrupt() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        made.ask(b"1234", interrupt)

    assert is_gone(made._process.pid)


def test_an_engine_finds_little_in_its_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_TOKEN", "CANARY")
    monkeypatch.setenv("PYTHONPATH", "/elsewhere")
    script = "text = repr(dict(os.environ)).encode(); os.write(1, struct.pack('>QQ', 2, len(text)) + b'{}' + text)"
    made = fake(script)
    _, found = made.ask(b"")
    made.end(signal.SIGKILL)

    assert b"CANARY" not in found
    assert b"elsewhere" not in found
    assert b"HOME" not in found


# --- The real one.


@pytest.mark.pdf
def test_the_engine_is_loaded_once_and_in_no_other_process(tmp_path: Path) -> None:
    script = (
        "import sys; from cvbuild.cli import main\n"
        f"assert main(['build', {str(EXAMPLE)!r}, '--variant', 'papers', '--variant', 'korean']) == 0\n"
        "assert 'weasyprint' not in sys.modules and 'cvbuild.engines.weasyprint' not in sys.modules"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "XDG_CACHE_HOME": str(tmp_path / "cache")}
    subprocess.run([sys.executable, "-c", script], cwd=tmp_path, env=environment, check=True)

    first, second = (compile(page, tmp_path) for page in ("one", "two"))
    pid = contained._idle[-1]._process.pid if contained._idle else 0
    assert compile("one", tmp_path) == first != second
    assert contained._idle
    assert contained._idle[-1]._process.pid == pid


@pytest.mark.pdf
def test_a_pdf_is_the_same_wherever_it_is_made(tmp_path: Path) -> None:
    made = pipeline.draft(reader.read(EXAMPLE), "industry", Overrides(), place(tmp_path))
    rendered = pipeline.html_page(made)

    here, there = weasyprint.compile(rendered, tmp_path), contained.compile(rendered, tmp_path, REAL, lambda: None)
    assert replace(there, inputs=()) == here
    assert here.pages == len(here.sheets) > 0


@pytest.mark.pdf
@pytest.mark.parametrize(
    ("page", "limits", "error", "said"),
    [
        ("<style>p { color: var(--a) }</style>" + "<p>x" * 20_000, replace(REAL, cpu_s=1), LimitError, "computing"),
        ("<p>" + "x " * 500_000, replace(REAL, wall_s=1.5), LimitError, "longer than 1.5 s"),
        ("<table><td colspan=1000000000>x</table>", REAL, LimitError, "takes more than 1536 MiB of memory"),
        ("<div>" * 1500, REAL, EngineError, "RecursionError: "),
        ("<img src='file:///etc/hostname'>", REAL, EngineError, "asked for file:///etc/hostname"),
    ],
    ids=["computing", "time", "memory", "depth", "file"],
)
def test_what_a_page_asks_for_has_limits(
    tmp_path: Path, page: str, limits: Limits, error: type[CvError], said: str
) -> None:
    with pytest.raises(error, match=said):
        compile(page, tmp_path, limits)

    assert compile("after", tmp_path).startswith(b"%PDF")


@pytest.mark.pdf
def test_an_engine_that_dies_between_two_builds_is_started_again(tmp_path: Path) -> None:
    compile("one", tmp_path)
    assert contained._idle
    os.kill(contained._idle[-1]._process.pid, signal.SIGSEGV)
    contained._idle[-1]._process.wait()

    assert compile("one", tmp_path).startswith(b"%PDF")


def _heed_interruptions() -> None:
    """A shell has what it runs in the background ignore them, and that is inherited."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@pytest.mark.pdf
@pytest.mark.parametrize("wait_s", [0.15, 0.5, 0.9])
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_an_interrupted_build_leaves_the_old_file_and_no_process(
    tmp_path: Path, wait_s: float, number: signal.Signals
) -> None:
    (tmp_path / "build").mkdir()
    (tmp_path / "build" / "cv.pdf").write_bytes(b"old")
    highlights = ", ".join(["some words"] * 20_000)
    (tmp_path / "cv.yaml").write_text(f"person: {{name: Ada}}\nawards: [{{title: A, highlights: [{highlights}]}}]")
    (tmp_path / "tmp").mkdir()
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "HOME": str(tmp_path), "TMPDIR": str(tmp_path / "tmp")}
    command = [sys.executable, "-m", "cvbuild", "build"]
    with subprocess.Popen(
        command, cwd=tmp_path, env=environment, stderr=subprocess.PIPE, preexec_fn=_heed_interruptions
    ) as run:
        time.sleep(wait_s)
        children = Path(f"/proc/{run.pid}/task/{run.pid}/children").read_text().split()
        run.send_signal(number)
        _, err = run.communicate(timeout=60)

    # Before it has said that it wants to end with its parent, the child ends when it finds nobody to serve.
    deadline = time.monotonic() + 30
    while not all(is_gone(int(child)) for child in children):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    assert (tmp_path / "build" / "cv.pdf").read_bytes() == b"old"
    assert [path.name for path in (tmp_path / "build").iterdir()] == ["cv.pdf"]
    assert list((tmp_path / "tmp").iterdir()) == []
    if number == signal.SIGINT and children:
        # Python makes the second of the first if the signal comes while it makes a class; to a shell they are one.
        assert run.returncode in (130, -signal.SIGINT)
        assert b"interrupted\n" in err


# --- Pages of other people's themes.


@pytest.mark.parametrize(
    ("writer", "arguments", "error", "said"),
    [
        (os.abort, (), ThemeError, r"themes/odd: it crashed \(Aborted\)"),
        (os._exit, (0,), ThemeError, "themes/odd: it ended without an answer"),
        (bytearray, (1 << 40,), LimitError, "themes/odd: .* takes more than 1536 MiB of memory"),
        (all, (itertools.repeat(1),), LimitError, "themes/odd: .* took more than 1 s of computing"),
        (time.sleep, (60,), LimitError, "themes/odd: .* took longer than 3 s"),
    ],
    ids=["crash", "end", "memory", "steps", "wait"],
)
def test_a_page_is_written_within_limits(
    writer: Callable[..., Rendered], arguments: tuple[object, ...], error: type[CvError], said: str
) -> None:
    limits = replace(REAL, cpu_s=1, wall_s=3 if writer is time.sleep else REAL.wall_s)
    with pytest.raises(error, match=said):
        contained.write(limits, Mark("themes/odd"), writer, *arguments)


@pytest.mark.parametrize("variant", ["academic-2026", "korean"])
def test_a_theme_from_outside_writes_as_ours_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, variant: str
) -> None:
    source = reader.read(EXAMPLE)
    ours = pipeline.html_page(pipeline.draft(source, variant, Overrides(), place(tmp_path)))
    assert not contained._workers
    for name in ("base", "letterpress"):
        shutil.copytree(builtin() / name, tmp_path / "themes" / name)
    monkeypatch.chdir(tmp_path)
    theirs = pipeline.html_page(pipeline.draft(source, variant, Overrides(), place(tmp_path, Path("themes"))))
    assert contained._workers

    assert theirs == ours


# --- The child's side.


def answers(*requests: bytes) -> bytes:
    out = io.BytesIO()
    worker.serve(io.BytesIO(b"".join(requests)), out, replace(REAL, cpu_s=10_000))
    return out.getvalue()


def test_no_request_has_no_answer() -> None:
    assert answers() == b""
    assert answers(b"cut") == b""


def test_a_bug_in_the_engine_keeps_its_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise AttributeError("no_such_thing")

    monkeypatch.setattr(weasyprint, "typeset", broken)
    answer = answers(packed_page(Rendered("a", {"u": Asset(b"bc", "image/png")}), fontconfig="x"))
    text, _ = HEAD.unpack_from(answer)
    made = fake(f"os.write(1, {answer!r})")

    assert b"no_such_thing" in answer[HEAD.size : HEAD.size + text]
    with pytest.raises(RuntimeError, match=r"Traceback(.|\n)*AttributeError: no_such_thing"):
        made.ask(b"")


def test_a_profile_that_is_refused_needs_no_engine(tmp_path: Path) -> None:
    with pytest.raises(CvError):
        pipeline.build(profile("person: {name: Ada}\nview: {style: {options: {size: 99pt}}}", tmp_path), "", "pdf",
                       Overrides(), place(tmp_path))  # fmt: skip

    assert not contained._workers


@pytest.mark.pdf
def test_builds_side_by_side_have_a_child_each(tmp_path: Path) -> None:
    contained.stop()
    profiles = [profile(f"person: {{name: Ada {n}}}\nskills: [{{name: B}}]") for n in range(4)]
    alone = pipeline.build(profiles[3], "", "pdf", Overrides(), place(tmp_path))
    with ThreadPoolExecutor(2) as pool:
        made = list(pool.map(lambda source: pipeline.build(source, "", "pdf", Overrides(), place(tmp_path)), profiles))

    assert [artifact.pages for artifact in made] == [1, 1, 1, 1]
    assert 1 <= len(contained._workers) <= 2
    assert len(contained._idle) == len(contained._workers)
    assert alone.data == made[3].data
