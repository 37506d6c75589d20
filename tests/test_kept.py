"""What is kept of builds is used where it would come out the same, and never anywhere else."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from pathlib import Path

import pytest
from msgspec.structs import replace

import cvbuild.cli.build as command
from cvbuild import cli, formats
from cvbuild.cli import forks
from cvbuild.errors import Mark, Problem
from cvbuild.kept import builder, inputs
from cvbuild.kept.documents import Kept
from cvbuild.kept.store import Store
from cvbuild.rendered import Asset, Compiled, Enclosure, Measured, Origin, Rendered, Row, Sheet, Stamp

PAGES = (Sheet(595.0, 842.0, 700.0, 300.0, 20),)
PROFILE = """\
person: {name: Ada Example, headline: Clerk}
skills: [{name: Tools, items: [Git]}]
talks:
  - {title: A Talk, date: 2024, tags: [private-part]}
view: {style: {theme: letterpress, engine: weasyprint}}
variants:
"""
VARIANTS = "".join(f"  v{n:02}: {{set: {{person.headline: Clerk number {n}}}}}\n" for n in range(24))
KEY = sha256(b"a key").hexdigest()


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "artifacts", 4096)


@pytest.fixture
def compiles(monkeypatch: pytest.MonkeyPatch) -> list[Rendered]:
    """The documents that an engine was asked to set; what it makes of them is no PDF, yet another for each."""
    made: list[Rendered] = []

    def compile(page: Rendered, *_: object) -> Compiled:
        made.append(page)
        data = b"%PDF " + sha256(page.source.encode()).hexdigest().encode()
        return Compiled(data, ("a complaint",), sheets=PAGES, pages=1, inputs=(sys.executable,))

    monkeypatch.setattr(formats.contained, "compile", compile)
    # Forks would count for themselves.
    monkeypatch.setattr(forks, "are_safe", lambda: False)
    return made


@pytest.fixture
def profile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CVBUILD_CACHE", str(tmp_path / "kept"))
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1750000000")
    # The checkout may have been changed a moment ago, which makes it doubtful.
    monkeypatch.setattr(builder, "name", lambda environment: f"this one {environment.get('PATH')}")
    path = tmp_path / "ada.yaml"
    path.write_text(PROFILE + VARIANTS, "utf-8")
    return path


def build(*options: str) -> int:
    return cli.main(["build", "ada.yaml", "--no-check", *options])


def artifacts() -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(Path("build").glob("*.*"))}


# --- Whole builds.


@pytest.mark.usefixtures("profile")
def test_the_same_command_makes_nothing_again(
    compiles: list[Rendered], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert build("--all") == cli.OK
    first, told = artifacts(), capsys.readouterr()
    assert len(compiles) == len(first) == 24
    for path in Path("build").iterdir():
        path.unlink()
    monkeypatch.setitem(sys.modules, "cvbuild.cli.build", None)
    assert build("--all") == cli.OK
    assert artifacts() == first
    again = capsys.readouterr()
    assert (again.err, [line.split()[0] for line in again.out.splitlines()]) == (
        told.err,
        [line.split()[0] for line in told.out.splitlines()],
    )
    assert len(compiles) == 24


def test_one_word_in_one_variant_sets_that_one_anew(profile: Path, compiles: list[Rendered]) -> None:
    build("--all")
    before = artifacts()
    profile.write_text(profile.read_text().replace("Clerk number 7}", "Clerk number seven}"))
    del compiles[:]
    assert build("--all") == cli.OK
    after = artifacts()
    assert len(compiles) == 1
    assert [name for name in after if after[name] != before[name]] == ["ada-v07.pdf"]
    assert "number seven" in compiles[0].source


def test_what_stood_in_a_profile_once_is_not_set_again(profile: Path, compiles: list[Rendered]) -> None:
    text = profile.read_text()
    build("--variant", "v01")
    profile.write_text(text.replace("Git", "Mercurial"))
    build("--variant", "v01")
    profile.write_text(text)
    assert build("--variant", "v01") == cli.OK
    assert len(compiles) == 2
    assert artifacts()["ada-v01.pdf"].endswith(sha256(compiles[0].source.encode()).hexdigest().encode())


CHANGES: dict[str, Callable[[Path, pytest.MonkeyPatch], object]] = {
    "a word": lambda profile, _: profile.write_text(profile.read_text().replace("Git", "Gut")),
    "the day": lambda _, patch: patch.setenv("SOURCE_DATE_EPOCH", "1760000000"),
    "cvbuild": lambda _, patch: patch.setattr(builder, "name", lambda _: "another one"),
    "PATH": lambda _, patch: patch.setenv("PATH", f"/nowhere:{os.environ['PATH']}"),
    "a theme of the same name": lambda profile, _: _theme(profile.parent / "themes" / "letterpress"),
    "a variant in a file": lambda profile, _: _variant(profile.with_suffix(".variants")),
}


def _theme(folder: Path) -> None:
    folder.mkdir(parents=True)
    (folder / "theme.yaml").write_text("extends: base\nsummary: Mine\nengine: [weasyprint]\n")


def _variant(folder: Path) -> None:
    folder.mkdir()
    (folder / "more.yaml").write_text("set: {person.headline: More}\n")


@pytest.mark.parametrize("change", CHANGES)
def test_the_command_runs_again_if_anything_has_changed(
    change: str, profile: Path, compiles: list[Rendered], monkeypatch: pytest.MonkeyPatch
) -> None:
    build("--format", "html,pdf")
    compiles.clear()
    looked: list[object] = []
    CHANGES[change](profile, monkeypatch)
    monkeypatch.setattr(command, "load", lambda name, load=command.load: looked.append(name) or load(name))
    build("--format", "html,pdf")
    assert looked == ["ada.yaml"]


@pytest.mark.parametrize("options", [["--private"], ["--no-cache"], ["--lock"], ["--variant", "shown"]])
def test_what_is_private_or_not_to_be_kept_is_not(options: list[str], profile: Path, compiles: list[Rendered]) -> None:
    profile.write_text(profile.read_text() + "  shown: {show_private: true}\n")
    for _ in range(2):
        assert build(*options) == cli.OK
    is_kept_by_parts = options == ["--lock"]
    assert len(compiles) == (1 if is_kept_by_parts else 2)
    assert Path("kept/artifacts").exists() is is_kept_by_parts


@pytest.mark.usefixtures("profile")
def test_an_empty_name_keeps_nothing(compiles: list[Rendered], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CVBUILD_CACHE", "")
    for _ in range(2):
        assert build() == cli.OK
    assert len(compiles) == 2


@pytest.mark.usefixtures("profile")
def test_an_engine_that_does_not_tell_its_files_is_not_trusted(
    compiles: list[Rendered], monkeypatch: pytest.MonkeyPatch
) -> None:
    real = formats.contained.compile
    monkeypatch.setattr(formats.contained, "compile", lambda *asked: replace(real(*asked), inputs=()))
    for _ in range(2):
        assert build() == cli.OK
    assert len(compiles) == 2


def test_a_profile_in_the_way_is_still_not_overwritten(profile: Path, compiles: list[Rendered]) -> None:
    build("--output", "cv.pdf")
    text = profile.read_text()
    Path("cv.pdf").unlink()
    Path("cv.pdf").symlink_to(profile)
    assert build("--output", "cv.pdf") == cli.USAGE
    assert profile.read_text() == text


@pytest.mark.usefixtures("profile", "compiles")
def test_warnings_count_under_strict_also_when_nothing_is_made(capsys: pytest.CaptureFixture[str]) -> None:
    build()
    assert build("--strict") == cli.INPUT
    assert "a complaint" in capsys.readouterr().err


def test_a_profile_that_changes_while_it_is_built_is_not_taken_for_the_old_one(
    profile: Path, compiles: list[Rendered], monkeypatch: pytest.MonkeyPatch
) -> None:
    text, real = profile.read_text(), formats.contained.compile

    def compile(*asked: object) -> Compiled:
        profile.write_text(text.replace("Git", "Mercurial"))
        return real(*asked)

    monkeypatch.setattr(formats.contained, "compile", compile)
    build()
    monkeypatch.setattr(formats.contained, "compile", real)
    assert build() == cli.OK
    assert artifacts()["ada.pdf"].endswith(sha256(compiles[-1].source.encode()).hexdigest().encode())
    assert "Mercurial" in compiles[-1].source


# --- Damage.


def _flip(data: bytes) -> bytes:
    return data[:-1] + bytes([data[-1] ^ 1])


DAMAGES: dict[str, Callable[[list[Path]], object]] = {
    "tampered": lambda paths: [path.write_bytes(_flip(path.read_bytes())) for path in paths],
    "cut off": lambda paths: [path.write_bytes(path.read_bytes()[:-7]) for path in paths],
    "empty": lambda paths: [path.write_bytes(b"") for path in paths],
    "gone": lambda paths: [path.unlink() for path in paths],
    "longer": lambda paths: [path.write_bytes(path.read_bytes() + b"x") for path in paths],
    "swapped": lambda paths: _rotate(paths),
    "of another version": lambda paths: [path.write_bytes(b"cvbuild 2" + path.read_bytes()[9:]) for path in paths],
    "a link": lambda paths: [_link(path) for path in paths],
    "a folder": lambda paths: [(path.unlink(), path.mkdir()) for path in paths],
}


def _rotate(paths: list[Path]) -> None:
    contents = [path.read_bytes() for path in paths]
    for path, data in zip(paths, contents[1:] + contents[:1], strict=True):
        path.write_bytes(data)


def _link(path: Path) -> None:
    elsewhere = path.with_name("elsewhere")
    path.rename(elsewhere)
    path.symlink_to(elsewhere)


@pytest.mark.usefixtures("profile")
@pytest.mark.parametrize("damage", DAMAGES)
def test_what_is_damaged_is_made_anew(damage: str, compiles: list[Rendered]) -> None:
    build("--variant", "v01")
    first = artifacts()
    build("--variant", "v02")
    DAMAGES[damage](sorted(path for path in Path("kept/artifacts").glob("*/*") if path.is_file()))
    compiles.clear()
    assert build("--variant", "v01") == cli.OK
    assert len(compiles) == 1
    assert artifacts()["ada-v01.pdf"] == first["ada-v01.pdf"]


def test_a_folder_that_others_can_write_to_is_not_used(store: Store) -> None:
    assert store.put(KEY, b"mine")
    for mode in (0o777, 0o750, 0o701):
        store.folder.chmod(mode)
        assert store.get(KEY) is None
        assert not store.put(KEY, b"more")
    store.folder.chmod(0o700)
    assert store.get(KEY) == b"mine"
    link = Store(store.folder.with_name("link"))
    link.folder.symlink_to(store.folder)
    assert link.get(KEY) is None


def test_nobody_else_can_read_it(store: Store) -> None:
    store.put(KEY, b"mine")
    modes = {path.stat().st_mode & 0o777 for path in (store.folder, *store.folder.rglob("*"))}
    assert modes <= {0o700, 0o600}


def test_there_is_no_more_than_there_is_room_for(store: Store) -> None:
    keys = [store.put_named(b"%3d" % number * 100) for number in range(30)]
    store.prune()
    for age, key in enumerate(reversed(keys)):
        if (path := store._path(key)).exists():
            os.utime(path, (time.time() - age,) * 2)
    assert store.get(keys[-9])
    store.put_named(b"more" * 100)
    store.prune()
    assert store.size()[1] <= store.max_bytes
    assert store.get(keys[-9])
    assert not store.get(keys[0])
    assert not store.put(KEY, bytes(store.max_bytes))


def test_writers_side_by_side_leave_whole_entries(store: Store) -> None:
    def work(number: int) -> bytes | None:
        store.put(KEY, b"%d" % number * 300)
        return store.get(KEY)

    whole = {b"%d" % number * 300 for number in range(8)}
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(work, [number % 8 for number in range(200)]))
    assert set(found) <= whole
    assert store.size()[0] == 1


def test_what_a_killed_writer_left_goes(store: Store) -> None:
    store.put(KEY, b"mine")
    left = store._path(KEY).with_name(".new-1")
    left.write_bytes(b"half")
    store.prune()
    assert left.exists()
    os.utime(left, (0, 0))
    store.prune()
    assert not left.exists()
    assert store.get(KEY) == b"mine"


# --- Documents.

RENDERED = Rendered(
    "<p>x", {"a": Asset(b"a", "image/png")}, (), (Origin("f", 1),), Stamp("v", "2025", "0", "1"),
    (Enclosure("e", b"e", "text/plain", "an e"),),
)  # fmt: skip
OTHERS = {
    "source": replace(RENDERED, source="<p>y"),
    "asset": replace(RENDERED, assets={"a": Asset(b"b", "image/png")}),
    "asset's name": replace(RENDERED, assets={"b": Asset(b"a", "image/png")}),
    "no asset": replace(RENDERED, assets={}),
    "origin": replace(RENDERED, origins=(Origin("f", 1, "node"),)),
    "stamp": replace(RENDERED, stamp=Stamp("w", "2025", "0", "1")),
    "enclosure": replace(RENDERED, enclosed=(Enclosure("e", b"f", "text/plain", "an e"),)),
}
COMPILED = Compiled(
    b"%PDF", ("said",), (Problem(Mark("f", 1, 2), "w", "m", "h"),), PAGES, 1, (sys.executable,)
)  # fmt: skip
MEASURED = Measured((Row(1.0, 2.0, "node", True, 2, 1),), 700.0, (sys.executable,))


@pytest.fixture
def kept(tmp_path: Path) -> Kept:
    return Kept(Store(tmp_path / "artifacts"), "this one")


def _unmade() -> Compiled:
    raise AssertionError("it was made")


def test_documents_come_back_as_they_were(kept: Kept) -> None:
    assert kept.compiled(RENDERED, ("weasyprint",), lambda: COMPILED) == COMPILED
    assert kept.compiled(RENDERED, ("weasyprint",), _unmade) == COMPILED
    assert kept.measured(RENDERED, ("weasyprint",), lambda: MEASURED) == MEASURED
    assert kept.measured(RENDERED, ("weasyprint",), _unmade) == MEASURED  # type: ignore[arg-type]


@pytest.mark.parametrize("other", OTHERS.values(), ids=OTHERS)
def test_whatever_differs_is_another_document(other: Rendered, kept: Kept) -> None:
    theirs = replace(COMPILED, data=b"%PDF 2")
    kept.compiled(RENDERED, ("weasyprint",), lambda: COMPILED)
    assert kept.compiled(other, ("weasyprint",), lambda: theirs) == theirs
    assert kept.compiled(RENDERED, ("latex",), lambda: theirs) == theirs
    assert Kept(kept.store, "another").compiled(RENDERED, ("weasyprint",), lambda: theirs) == theirs


def test_a_library_that_changes_makes_another_document(kept: Kept, tmp_path: Path) -> None:
    library = tmp_path / "lib.so"
    library.write_bytes(b"1")
    made = replace(COMPILED, inputs=(str(library),))
    theirs = replace(made, data=b"%PDF 2")
    kept.compiled(RENDERED, (), lambda: made)
    assert kept.compiled(RENDERED, (), lambda: theirs) == theirs, "it changed a moment ago"
    assert inputs.stamps([str(library)]) == {}
    assert inputs.stamps([str(tmp_path / "absent")]) == {}


def test_a_font_that_changes_makes_another_document(kept: Kept, tmp_path: Path) -> None:
    font = tmp_path / "font.ttf"
    font.write_bytes(b"1")
    asked = replace(RENDERED, fonts=(tmp_path,))
    theirs = replace(COMPILED, data=b"%PDF 2")
    elsewhere = Kept(Store(tmp_path.parent / "elsewhere"), "this one")
    elsewhere.compiled(asked, (), lambda: COMPILED)
    assert elsewhere.compiled(asked, (), _unmade) == COMPILED
    font.write_bytes(b"2")
    assert elsewhere.compiled(asked, (), lambda: theirs) == theirs


# --- What is read.


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "a").write_text("1")
    return tmp_path


@pytest.mark.parametrize(
    ("read", "change"),
    [
        (lambda f: (f / "a").read_text(), lambda f: (f / "a").write_text("2")),
        (lambda f: os.close(os.open(f / "a", os.O_RDONLY)), lambda f: (f / "a").unlink()),
        (lambda f: (f / "b").exists() or list(f.iterdir()), lambda f: (f / "b").touch()),
        (lambda f: inputs.note("tree", [f / "c"]), lambda f: (f / "c" / "d").mkdir(parents=True)),
        (lambda f: inputs.note_program("cvbuild-nowhere"), None),
    ],
)
def test_what_is_read_is_known_by_its_content(
    read: Callable[[Path], object], change: Callable[[Path], object] | None, folder: Path
) -> None:
    with inputs.watched([]) as watch:
        read(folder)
    prints = watch.settled()
    assert prints is not None
    assert inputs.unchanged(prints)
    if change:
        change(folder)
        assert not inputs.unchanged(prints)
        assert watch.settled() is None


def test_what_cannot_be_known_is_doubtful(folder: Path) -> None:
    os.mkfifo(folder / "pipe")
    with inputs.watched([]) as watch:
        os.close(os.open(folder / "pipe", os.O_RDONLY | os.O_NONBLOCK))
    assert watch.settled() is None
    with inputs.watched([]) as watch:
        inputs.note("tree", [folder])
    assert watch.settled() is None


def test_a_large_file_that_has_just_changed_is_doubtful(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inputs, "_READ_BYTES", 0)
    assert inputs.PRINTS["file"](str(folder / "a")) == inputs.DOUBTFUL
    monkeypatch.setattr(inputs.time, "time", lambda real=time.time: real() + 10)
    assert inputs.PRINTS["file"](str(folder / "a")) not in ("absent", inputs.DOUBTFUL)


def test_cvbuild_knows_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(builder.time, "time", lambda real=time.time: real() + 10)
    own = builder.name(os.environ)
    assert own == builder.name(os.environ) != ""
    assert builder.name({**os.environ, "LD_LIBRARY_PATH": "/elsewhere"}) != own
    monkeypatch.setattr(builder, "VERSION", "99")
    assert builder.name(os.environ) != own


def test_what_is_kept_is_found_without_an_engine() -> None:
    code = """\
import sys
from cvbuild.cli import ahead, again, finished
heavy = "pypdf", "yaml", "jinja2", "subprocess", "cvbuild.pipeline", "cvbuild.engines"
print([name for name in heavy if name in sys.modules])
"""
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert said == "[]\n"


# --- The command.


def test_the_command_tells_and_clears(
    profile: Path, compiles: list[Rendered], capsys: pytest.CaptureFixture[str]
) -> None:
    build("--quiet")
    capsys.readouterr()
    assert cli.main(["cache", "--json"]) == cli.OK
    said = json.loads(capsys.readouterr().out)
    assert (said["folder"], said["entries"], said["unused"]) == (str(profile.parent / "kept/artifacts"), 3, "")
    assert cli.main(["cache", "--clear"]) == cli.OK
    assert capsys.readouterr().out.startswith(f"{said['folder']}: 0 entries, 0 of 256 MB")
    assert build("--quiet") == cli.OK
    assert len(compiles) == 2


# --- With engines.


@pytest.mark.slow
@pytest.mark.pdf
@pytest.mark.parametrize("theme", ["brief", pytest.param("classic@latex", marks=pytest.mark.tex)])
def test_what_is_kept_is_what_would_be_made(theme: str, profile: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = ["build", "ada.yaml", "--variant", "v01", "--theme", theme]
    assert cli.main([*asked, "--no-cache", "--output", "anew.pdf"]) == cli.OK
    assert cli.main([*asked, "--output", "first.pdf"]) == cli.OK
    monkeypatch.setitem(sys.modules, "cvbuild.cli.build", None)
    assert cli.main([*asked, "--output", "again.pdf"]) == cli.OK
    assert Path("anew.pdf").read_bytes() == Path("first.pdf").read_bytes() == Path("again.pdf").read_bytes()
