"""Many artifacts by any executor: threads, processes, a cluster, and whatever becomes of them."""

from __future__ import annotations

import json
import os
import pickle
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from PIL import Image
from typeset import TODAY, profile

from cvbuild import cli, orders
from cvbuild.artifact import Artifact
from cvbuild.cli import cluster
from cvbuild.drafts import Place
from cvbuild.errors import CheckError, CvError, EngineError, Mark, Problem, ProfileError
from cvbuild.orders import Order, build_all, delivered, made, parcel, shared
from cvbuild.view import Overrides

ROOT = Path(__file__).parents[1]
ADA = "person: {name: Ada}\ntalks:\n"
TALK = "  - {title: A Talk, date: 2024}\n"
TALKS = f"talks:\n{TALK}"


def order(folder: Path, talks: int = 1, **changes: Any) -> Order:
    source = profile(ADA + TALK * talks, folder)
    return replace(Order(source, "", "text", Overrides(), Place(TODAY, folder / "cache")), **changes)


def data(outcome: orders.Outcome) -> bytes:
    assert isinstance(outcome.made, Artifact), outcome.made
    return outcome.made.data


class Here(Executor):
    """Does all at once, and remembers in which order it was asked."""

    def __init__(self, error: Exception | None = None) -> None:
        self.asked: list[Any] = []
        self.error = error

    def submit(self, work: Callable[..., Any], /, *arguments: Any, **named: Any) -> Future[Any]:
        self.asked.append(arguments[0])
        future: Future[Any] = Future()
        if self.error:
            future.set_exception(self.error)
        else:
            future.set_result(work(*arguments, **named))
        return future


@pytest.mark.parametrize(
    "executor", [Here, lambda: ThreadPoolExecutor(2), lambda: ProcessPoolExecutor(2, get_context("spawn"))]
)
def test_any_executor_makes_the_same(executor: Callable[[], Executor], tmp_path: Path) -> None:
    asked = [order(tmp_path, talks) for talks in (1, 3, 2)] + [order(tmp_path, variant="none")]
    *expected, wrong = map(made, asked)
    with executor() as pool:
        *found, failed = build_all(asked, pool)
    assert list(map(data, found)) == list(map(data, expected))
    assert type(failed.made) is type(wrong.made)
    assert isinstance(failed.made, CvError)
    assert isinstance(wrong.made, CvError)
    assert failed.made.problems == wrong.made.problems


def test_what_takes_longest_is_begun_first(tmp_path: Path) -> None:
    executor = Here()
    budget = order(tmp_path, 2, source=profile(f"{ADA}{TALK * 2}view: {{pages: 1}}\n", tmp_path))
    asked = [order(tmp_path, 1), order(tmp_path, 9), budget, order(tmp_path, 3)]
    found = list(build_all(asked, executor))
    assert executor.asked == [asked[2], asked[1], asked[3], asked[0]]
    assert [data(outcome).count(b"A Talk") for outcome in found] == [1, 9, 2, 3]


@pytest.mark.parametrize("error", [BrokenProcessPool("gone"), KeyError("gone")])
def test_a_worker_that_is_gone_is_the_failure_of_its_document(error: Exception, tmp_path: Path) -> None:
    (found,) = build_all([order(tmp_path)], Here(error), (KeyError,))
    assert isinstance(found.made, EngineError)
    assert "gone" in str(found.made)
    with pytest.raises(ValueError, match="a bug"):
        list(build_all([order(tmp_path)], Here(ValueError("a bug")), (KeyError,)))


@pytest.mark.parametrize("kind", [ProfileError, CheckError])
def test_errors_travel_whole(kind: type[CvError]) -> None:
    error = kind(Problem(Mark("f", 1, 2), "w", "m", "h"), log="said")
    back = pickle.loads(pickle.dumps(error))
    assert (type(back), back.problems, back.log) == (kind, error.problems, "said")


# --- Parcels.


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a picture and a theme, which is gone before a parcel is opened."""
    home = tmp_path / "home"
    (home / "themes" / "mine").mkdir(parents=True)
    (home / "themes" / "mine" / "theme.yaml").write_text("extends: brief\nsummary: Mine\n")
    (home / "themes" / "mine" / "extra.css.j2").write_text("h1 { color: #123456 }\n")
    Image.new("RGB", (8, 8)).save(home / "me.png")
    monkeypatch.chdir(home)
    return home


def away(asked: Order, home: Path) -> orders.Outcome:
    """Return what comes of *asked* elsewhere."""
    sent = pickle.loads(pickle.dumps((parcel(asked), *shared(asked))))
    home.rename(home.with_name("away"))
    try:
        return delivered(*sent)
    finally:
        home.with_name("away").rename(home)


@pytest.mark.parametrize("style", ["letterpress", "mine"])
def test_a_parcel_has_all_that_it_takes(style: str, home: Path, tmp_path: Path) -> None:
    text = f"person: {{name: Ada, photo: me.png}}\nview: {{style: {{theme: {style}}}}}\n{TALKS}"
    source = profile(text, Path())
    asked = Order(source, "", "html", Overrides(), Place(TODAY, tmp_path / "cache", (Path("themes"),)))
    assert data(away(asked, home)) == data(made(asked))


def test_a_parcel_tells_of_files_by_the_names_they_have_at_home(home: Path, tmp_path: Path) -> None:
    (home / "me.png").write_bytes(b"no picture")
    source = profile("person: {name: Ada, photo: me.png}\nview: {style: {theme: letterpress}}\n" + TALKS, Path())
    asked = Order(source, "", "html", Overrides(), Place(TODAY, tmp_path / "cache", (Path("themes"),)))
    here, there = made(asked).made, away(asked, home).made
    assert isinstance(here, CvError)
    assert isinstance(there, CvError)
    assert "me.png" in str(here)
    assert here.problems == there.problems


def test_nothing_is_sent_from_outside_the_profile_s_folder(home: Path, tmp_path: Path) -> None:
    (tmp_path / "secret.png").write_bytes(b"secret")
    source = profile("person: {name: Ada, photo: ../secret.png}\n", home)
    (found,) = build_all([order(tmp_path, source=source)], Here(), afar=True)
    assert isinstance(found.made, EngineError)
    assert "lies outside" in str(found.made)


def test_what_several_orders_have_is_sent_once(home: Path, tmp_path: Path) -> None:
    """The profile of several variants, and the files of themes; a profile of one variant goes with its order."""
    several, single = profile("person: {name: Ada}\n" + TALKS, Path()), profile("person: {name: Bob}\n" + TALKS, Path())
    place = Place(TODAY, tmp_path / "cache", (Path("themes"),))
    asked = [Order(source, "", "text", Overrides(), place) for source in (several, several, single)]
    sent: list[object] = []
    executor = Here()
    found = list(build_all(asked, executor, afar=True, share=lambda value: sent.append(value) or value))

    assert [data(outcome) for outcome in found] == [data(made(order)) for order in asked]
    assert sent == [several, shared(asked[0])[1]]


# --- The command.

VIEW = "person: {name: Ada}\nskills: [{name: Tools, items: [Git]}]\nview: {style: {theme: brief}}\nvariants:\n"
DOCUMENTS = 500
MANY = VIEW + "".join(f"  v{n:03}: {{set: {{person.headline: Number {n}}}}}\n" for n in range(DOCUMENTS))


def test_failures_stand_in_the_manifest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("ada.yaml").write_text(f"{ADA}{TALK}variants:\n  a: {{}}\n  b: {{style: {{theme: nowhere}}}}\n")
    asked = ["build", "ada.yaml", "--all", "--format", "text", "--manifest", "m.json"]
    assert cli.main(asked) == cli.THEME
    said = json.loads(Path("m.json").read_text())
    assert [entry["variant"] for entry in said["artifacts"]] == ["a"]
    (failure,) = said["failures"]
    assert (failure["variant"], failure["path"]) == ("b", "build/ada-b.txt")
    assert "nowhere" in failure["problems"][0]["message"]


def test_a_cluster_needs_its_library(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("ada.yaml").write_text(ADA + TALK)
    monkeypatch.setitem(sys.modules, "distributed", None)
    assert cli.main(["build", "ada.yaml", "--scheduler", "tcp://127.0.0.1:1"]) == cli.USAGE
    assert "cvbuild[cluster]" in capsys.readouterr().err


@contextmanager
def running(workers: int) -> Iterator[tuple[str, list[int]]]:
    """Give the address of a cluster, and the numbers of its workers' processes."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, str(ROOT / "tests" / "cluster.py"), str(workers)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True, env=environment) as process:
        assert process.stdout
        address, *pids = process.stdout.readline().split()
        try:
            yield address, list(map(int, pids))
        finally:
            process.communicate()


@pytest.mark.slow
@pytest.mark.pdf
def test_a_cluster_goes_on_when_a_worker_dies(tmp_path: Path) -> None:
    """In the middle of hundreds of documents: each is there, once, as this machine alone would have made it."""
    (tmp_path / "ada.yaml").write_text(MANY)
    command = [sys.executable, "-m", "cvbuild", "build", "ada.yaml", "--all"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "XDG_CACHE_HOME": str(tmp_path / "cache")}
    with running(2) as (address, pids):
        far = [*command, "--scheduler", address, "--output", "far/", "--manifest", "far.json"]
        with subprocess.Popen(far, cwd=tmp_path, env=environment, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout
            first = [process.stdout.readline() for _ in range(DOCUMENTS // 4)]
            os.kill(pids[0], signal.SIGKILL)
            told, _ = process.communicate(timeout=800)
        assert process.returncode == cli.OK
    lines = [line.split()[0] for line in ("".join(first) + told).splitlines()]
    assert lines == [f"far/ada-v{number:03}.pdf" for number in range(DOCUMENTS)]
    assert len(list((tmp_path / "far").iterdir())) == DOCUMENTS
    assert len(json.loads((tmp_path / "far.json").read_text())["artifacts"]) == DOCUMENTS
    some = [word for number in range(0, DOCUMENTS, 50) for word in ("--variant", f"v{number:03}")]
    here = [*command[:-1], *some, "--output", "near/"]
    subprocess.run(here, cwd=tmp_path, env=environment, check=True, capture_output=True)
    for near in (tmp_path / "near").iterdir():
        assert near.read_bytes() == (tmp_path / "far" / near.name).read_bytes()


@pytest.mark.slow
def test_a_cluster_that_does_not_answer_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "_WAIT_S", "1s")
    started = time.monotonic()
    with pytest.raises(EngineError, match="no scheduler answers"):
        cluster.connected("tcp://127.0.0.1:1")
    assert time.monotonic() - started < 60
