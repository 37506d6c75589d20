"""Watching: what counts as a change, what is built of it, what is said, and that nothing is missed or half done."""

from __future__ import annotations

import os
import random
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from cvbuild import artifact, cli, pipeline
from cvbuild.cli import watch
from cvbuild.cli.parser import parser
from cvbuild.engines import contained
from cvbuild.preview import follow, inputs
from cvbuild.preview.follow import Following
from cvbuild.theme import builtin

ROOT = Path(__file__).parents[1]
WAIT_S = 30
PAGELLA = builtin() / "fonts" / "pagella"


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path


# --- What counts as a change.

PROFILE = """\
person: {name: Ada, photo: pictures/ada.png}
bibliography: {file: papers.bib}
view: {style: {fonts: [faces]}}
variants: {short: {style: {fonts: [own.otf]}}}
education: [{institution: A, logo: a.png}]
"""


def state() -> inputs.State:
    return inputs.of([Path("cv.yaml")], [Path("themes")]).state()


@pytest.mark.parametrize(
    "name",
    ["cv.yaml", "cv.variants/long.yaml", "cv.fit/short.yaml", "pictures/ada.png", "papers.bib", "faces/x.otf",
     "own.otf", "a.png", "themes/mine/style.css.j2", "themes/mine/blocks/entry.html.j2", "of-variant.png"],
)  # fmt: skip
def test_what_a_build_reads_counts_also_before_it_is_there(here: Path, name: str) -> None:
    (here / "cv.yaml").write_text(PROFILE)
    for folder in ("faces", "cv.variants"):
        (here / folder).mkdir()
    (here / "cv.variants" / "wide.yaml").write_text("set: {a: {logo: of-variant.png}}")
    path = here / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    states = [state()]
    path.write_text("one" if name != "cv.yaml" else PROFILE)
    states.append(state())
    os.utime(path, ns=(1, 1))
    states.append(state())
    if name != "cv.yaml":
        path.replace(here / "elsewhere")
        states.append(state())
        assert states[3] == states[0]

    assert states[0] != states[1] != states[2]


@pytest.mark.parametrize("name", ["build/cv.pdf", ".cv.yaml.swp", "themes/mine/.x.swp", "themes/mine/x.j2~", "more.md"])
def test_what_no_build_reads_does_not_count(here: Path, name: str) -> None:
    (here / "cv.yaml").write_text(PROFILE)
    (here / name).parent.mkdir(parents=True, exist_ok=True)
    before = state()
    (here / name).write_text("x")

    assert state() == before


@pytest.mark.parametrize("text", ["", "a: [", "person: {photo: [", "\0", "person: {photo: 'a\\0b'}", "photo: {}"])
def test_a_profile_that_cannot_be_read_counts_all_the_same(here: Path, text: str) -> None:
    (here / "cv.yaml").write_text(text)
    before = state()
    (here / "cv.yaml").write_text(text + " ")

    assert state() != before


# --- When it is built.


class Place:
    """A state that changes as it is told to, and what was built of it and told."""

    def __init__(self, *changes: int) -> None:
        self.state, self.built, self.told, self.idle = 0, [], [], 0
        self.changes, self.over = list(changes), threading.Event()

    def build(self) -> int:
        state = self.state
        self.built.append(state)
        if self.changes:
            self.state = self.changes.pop(0)
        return state

    def rest(self) -> None:
        self.idle += 1
        self.over.set()

    def run(self) -> None:
        Following(lambda: self.state, self.build, lambda _: False, self.told.append, self.rest).run(self.over)


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, seconds in (("POLL_S", 0.005), ("STILL_S", 0.002), ("SETTLED_S", 0.02), ("IDLE_S", 0.02)):
        monkeypatch.setattr(follow, name, seconds)


def test_what_was_overtaken_is_not_told() -> None:
    place = Place(1, 2, 2)
    place.run()

    assert (place.built, place.told, place.idle) == ([0, 1, 2], [2], 1)


def test_what_is_never_at_rest_is_told_after_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(follow, "PATIENCE_S", 0.05)
    place = Place(*range(1, 60))
    place.run()

    assert len(place.told) > 1
    assert place.told[-1] == 59


def test_an_error_that_passes_is_not_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(follow, "SETTLED_S", 60)
    place, states = Place(), iter([0] * 6)

    def state() -> int:
        return next(states, 1)

    Following(state, state, lambda made: made == 0, place.told.append, place.rest).run(place.over)

    assert place.told == [1]


# --- What is said, and what is built again.


class Watched:
    """A watcher in this process, asked for a round whenever that is wanted."""

    def __init__(self, *arguments: str, format: str = "text") -> None:
        self.watcher = watch.Watcher(parser().parse_args(["watch", "--format", format, *arguments]))

    def round(self) -> None:
        self.watcher.tell(self.watcher.build())


GOOD = "person: {name: Ada}\nstatement: Hello\n"


def test_errors_are_told_once_and_when_they_are_gone(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    profile, out = here / "cv.yaml", here / "build" / "cv.txt"
    watched, said = Watched(), []
    for text in (GOOD, GOOD + "skils: []\n", "# more\n" + GOOD + "skils: []\n", GOOD, GOOD.replace("Hello", "Bye")):
        profile.write_text(text)
        watched.round()
        said.append(capsys.readouterr())
        assert out.read_text().endswith("Bye\n" if "Bye" in text else "Hello\n")

    assert [len(each.out.splitlines()) for each in said] == [1, 0, 0, 0, 1]
    assert [each.err.partition(": ")[0] for each in said] == ["", "cv.yaml:3:1", "", "mended", ""]
    assert "cv.yaml:4:1" in said[3].err


def test_only_what_has_changed_is_built_again(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    built: list[str] = []
    real = pipeline.build

    def build(source: object, variant: str, *rest: object) -> artifact.Artifact:
        built.append(variant)
        return real(source, variant, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(pipeline, "build", build)
    many = "person: {name: Ada}\nstatement: One\nskills: [{name: B}]\nvariants: {a: {omit: skills}, b: {}, c: {}}\n"
    watched = Watched("--all", "--jobs", "1")
    rounds = []
    more = {"c: {}": "c: {}, d: {}"}
    theme = here / "themes" / "mine" / "theme.yaml"
    theme.parent.mkdir(parents=True)
    for old, new in ({"": ""} | {"name: B": "name: C", "person": "# why\nperson", "One": "Two"} | more).items():
        many = many.replace(old, new, 1)
        (here / "cv.yaml").write_text(many)
        watched.round()
        rounds.append("".join(sorted(built)))
        built.clear()
    theme.write_text("extends: base\nsummary: x\n")
    watched.round()

    assert [*rounds, "".join(sorted(built))] == ["abc", "bc", "", "abc", "d", "abcd"]


def test_an_artifact_that_is_gone_comes_back(here: Path) -> None:
    (here / "cv.yaml").write_text(GOOD)
    watched = Watched()
    watched.round()
    (here / "build" / "cv.txt").unlink()
    watched.round()

    assert (here / "build" / "cv.txt").exists()


@pytest.mark.parametrize("error", [RuntimeError("a bug"), OSError(28, "No space left on device", "cv.txt")])
def test_nothing_ends_it(
    here: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], error: Exception
) -> None:
    (here / "cv.yaml").write_text(GOOD)
    watched = Watched()
    with monkeypatch.context() as patched:
        patched.setattr(watch, "planned", lambda options: (_ for _ in ()).throw(error))
        watched.round()
    assert (error.args[0] if isinstance(error, RuntimeError) else "no space left") in capsys.readouterr().err
    watched.round()

    assert "mended" in capsys.readouterr().err
    assert (here / "build" / "cv.txt").exists()


@pytest.mark.parametrize("arguments", [["-"], ["--output", "-"], ["--format", "pfd"], ["--as-of", "soon"]])
def test_what_cannot_be_watched_is_refused(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["watch", *arguments]) == cli.USAGE
    assert capsys.readouterr().err.startswith("command line: ")


@pytest.mark.pdf
def test_an_engine_that_has_served_long_enough_is_replaced(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    contained.stop()
    monkeypatch.setattr(contained, "_MOST_SERVED", 2)
    pids, digests = [], set()
    watched = Watched("--no-check", format="pdf")
    for _ in range(3):
        (here / "cv.yaml").write_text(GOOD)
        watched.round()
        digests.add((here / "build" / "cv.pdf").read_bytes())
        pids += [worker._process.pid for worker in contained._idle]
    contained.stop()

    assert len(set(pids)) == 2
    assert len(digests) == 1


@pytest.mark.pdf
@pytest.mark.tex
def test_as_many_engines_stay_warm_as_documents_are_made_at_a_time(here: Path) -> None:
    """Of those that WeasyPrint sets; one that dies is there again before it is wanted, and sets what comes next."""
    contained.stop()
    looks = [*["brief@weasyprint"] * 3, *["brief@latex"] * 2]
    styles = "".join("v{}: {{style: {{theme: {}, engine: {}}}}}, ".format(number, *look.split("@"))
                     for number, look in enumerate(looks))  # fmt: skip
    (here / "cv.yaml").write_text(f"{GOOD}variants: {{{styles}}}\n")
    watched = Watched("--all", "--jobs", "2", "--no-check", format="pdf")
    watched.round()
    first = [worker._process.pid for worker in contained._idle]
    os.kill(first[0], signal.SIGKILL)
    contained._idle[0]._process.wait()
    watched.round()
    second = [worker._process.pid for worker in contained._idle]
    (here / "cv.yaml").write_text(f"{GOOD.replace('Hello', 'Bye')}variants: {{{styles}}}\n")
    watched.round()
    third = [worker._process.pid for worker in contained._idle]
    contained.stop()

    assert len(first) == len(second) == 2
    assert set(first) - set(second) == {first[0]}
    assert set(third) == set(second)
    pdfs = [path.read_bytes() for path in sorted((here / "build").iterdir())]
    assert ["Bye" in artifact.opened(pdf).pages[0].extract_text() for pdf in pdfs] == [True] * 5


@pytest.mark.pdf
def test_an_engine_that_has_set_others_makes_the_same_files(here: Path) -> None:
    """Whatever it need not do again; also where sheets have rules for pages, or more than rules."""
    code = f"""
import sys
from pathlib import Path
from cvbuild.engines import packing, warm, weasyprint
from cvbuild.rendered import Rendered
if sys.argv[1:] == ["cold"]:
    warm.keep_sheets = lambda: None
    packing._packed = packing._packed.__wrapped__
FONTS = (Path({str(PAGELLA)!r}),)
SHEETS = ["p {{ color: red }}", "@page {{ size: 90mm 50mm }} p {{ margin: 0 }}",
          "@media screen {{ p {{ color: red }} }}",
          "@counter-style x {{ system: cyclic; symbols: '~' }} li {{ list-style: x }}",
          "@layer a {{ p {{ color: blue }} }}", "p::before {{ content: '\\\\201c' }}"]
PAGES = [[0], [1], [0, 1], [1, 0], [2, 1], [3], [3, 0], [4, 0], [5], [0], [1, 0]]
for chosen in PAGES:
    style = "".join(f"<style>{{SHEETS[n]}}</style>" for n in chosen)
    page = f"<html lang=en><title>x</title>{{style}}<p>some words<ul><li>one</ul><p>" + "more words " * 40
    sys.stdout.buffer.write(weasyprint.compile(Rendered(page, {{}}, FONTS), Path({str(here)!r})).data)
"""
    made = [subprocess.run([sys.executable, "-c", code, word], capture_output=True, cwd=ROOT, check=True).stdout
            for word in ("warm", "cold")]  # fmt: skip

    assert made[0] == made[1]
    assert made[0].count(b"%%EOF") == 11


# --- However an editor saves.


def text(number: int) -> str:
    """Return a profile no part of which is one."""
    return f'{{person: {{name: Ada}}, statement: "State {number} is whole."}}\n'


def in_place(path: Path, number: int) -> None:
    path.write_text(text(number))


def slowly(path: Path, number: int) -> None:
    with path.open("w") as stream:
        for part in (text(number)[:20], text(number)[20:]):
            stream.write(part)
            stream.flush()
            time.sleep(0.005)


def renamed_over(path: Path, number: int) -> None:
    new = path.with_name("cv.yaml.new")
    new.write_text(text(number))
    new.replace(path)


def old_one_aside(path: Path, number: int) -> None:
    with suppress(FileNotFoundError):
        path.replace(path.with_name("cv.yaml~"))
    path.write_text(text(number))


def deleted_and_made(path: Path, number: int) -> None:
    path.unlink(missing_ok=True)
    path.write_text(text(number))


def linked(path: Path, number: int) -> None:
    target = path.with_name(f"cv-{number % 2}.txt")
    target.write_text(text(number))
    path.unlink(missing_ok=True)
    path.symlink_to(target.name)


SAVES = (in_place, slowly, renamed_over, old_one_aside, deleted_and_made, linked)


def cut_off(path: Path, number: int) -> None:
    path.write_text(text(number)[: number % len(text(number).strip())])


def gone(path: Path, number: int) -> None:
    path.unlink(missing_ok=True)


def spoilt(path: Path, number: int) -> None:
    path.write_bytes(text(number).encode() + b"\xff\x00")


def misspelt(path: Path, number: int) -> None:
    path.write_text(text(number).replace("statement", f"statment{number}"))


def a_folder(path: Path, number: int) -> None:
    path.unlink(missing_ok=True)
    path.mkdir()


BAD = (cut_off, gone, spoilt, misspelt, a_folder)


@contextmanager
def watching(folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "cvbuild", "watch", "cv.yaml", "--as-of", "2026-01-01"]
    with (folder / "said").open("wb") as said, subprocess.Popen(
        command, cwd=folder, env=environment, stdout=said, stderr=said, stdin=subprocess.DEVNULL,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    ) as run:  # fmt: skip
        try:
            yield run
        finally:
            run.kill()


def shown(path: Path) -> int:
    """Return which state a PDF shows. It is a whole one."""
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return -1
    found = re.search(r"State (\d+) is whole\.", artifact.opened(data).pages[0].extract_text())
    assert found
    assert data.rstrip().endswith(b"%%EOF")
    return int(found[1])


def eventually(is_so: Callable[[], bool], what: str) -> None:
    end = time.monotonic() + WAIT_S
    while not is_so():
        assert time.monotonic() < end, what
        time.sleep(0.01)


@pytest.mark.pdf
@pytest.mark.parametrize("saves", [20, pytest.param(1000, marks=pytest.mark.slow)])
def test_nothing_that_happens_to_a_file_is_missed_or_shown_by_halves(here: Path, saves: int) -> None:
    """Also while one build is under way, and to the file in whatever state it is left."""
    chance, path, pdf, good, seen = random.Random(saves), here / "cv.yaml", here / "build" / "cv.pdf", {0}, [0]
    in_place(path, 0)

    def look() -> int:
        now = shown(pdf)
        if now != seen[-1] and now >= 0:
            assert now in good
            assert now > seen[-1]
            seen.append(now)
        return now

    with watching(here) as run:
        eventually(lambda: look() == 0, "the first")
        for number in range(1, saves + 1):
            rests = number % 10 == 0 or number == saves
            save = chance.choice(SAVES if rests or chance.random() < 0.5 else BAD)
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            if save in SAVES:
                good.add(number)
            save(path, number)
            if rests:
                eventually(lambda number=number: look() == number, f"{save.__name__} {number}")  # type: ignore[misc]
            else:
                time.sleep(chance.choice([0, 0, 0.005, 0.02, 0.05, 0.3]))
                look()
        if (here / "said").read_bytes().count(b"\n") > 1:
            a_folder(path, 0)
            eventually(lambda: b"a folder" in (here / "said").read_bytes().splitlines()[-1], "the error")
        run.send_signal(signal.SIGINT)
        run.wait(WAIT_S)

    assert run.returncode == 0
    assert look() == saves
    assert b"Traceback" not in (here / "said").read_bytes()
