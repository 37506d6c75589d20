"""What TeX engines keep from build to build: it saves time, and changes nothing, whatever becomes of it."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from tex import ENGINES, OWN, SAMPLE, SAMPLES, document, processes, set_by

from cvbuild.engines.latex import auxiliary, store
from cvbuild.engines.latex.build import Build
from cvbuild.engines.process import Outcome
from cvbuild.rendered import Asset, Rendered

pytestmark = pytest.mark.slow


@pytest.fixture
def runs(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, ...]]:
    """The options of each run of a program."""
    made: list[tuple[str, ...]] = []
    real = Build.run

    def run(self: Build, *options: str, **more: object) -> Outcome:
        made.append(options)
        return real(self, *options, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(Build, "run", run)
    return made


@pytest.mark.tex
@pytest.mark.parametrize("program", ENGINES)
def test_once_is_enough_where_nothing_changed(program: str, tmp_path: Path, runs: list[tuple[str, ...]]) -> None:
    set_by(program, SAMPLES[program], tmp_path)
    assert len(runs) == 3
    assert "-ini" in runs[0]
    set_by(program, SAMPLES[program], tmp_path)
    assert [options[0] for options in runs[3:]] == ["-fmt=cv"]


@pytest.mark.tex
def test_references_are_right_whatever_was_kept(tmp_path: Path, runs: list[tuple[str, ...]]) -> None:
    def pages(count: int) -> Rendered:
        return document("Last: \\pageref{end}" + "\\newpage x" * count + "\\label{end}")

    for count in (1, 4, 2):
        fresh = set_by("pdflatex", pages(count), tmp_path / str(count)).data
        assert set_by("pdflatex", pages(count), tmp_path / "shared").data == fresh
        runs.clear()


@pytest.mark.tex
def test_files_beside_the_document_are_found_and_their_change_is_seen(tmp_path: Path) -> None:
    fonts = tmp_path / "fonts"
    fonts.mkdir()
    (fonts / "shared.sty").write_text("\\newcommand\\shared{one}")
    rendered = document("\\shared\\own", "\\usepackage{shared,own}", own_sty=OWN)
    rendered = Rendered(rendered.source, rendered.assets, (fonts,))
    first = set_by("pdflatex", rendered, tmp_path / "cache").data
    (fonts / "shared.sty").write_text("\\newcommand\\shared{two!}")
    second = set_by("pdflatex", rendered, tmp_path / "cache").data
    own = Rendered(rendered.source, {"own.sty": Asset(b"\\newcommand\\own{new}", "")}, (fonts,))

    assert len({first, second, set_by("pdflatex", own, tmp_path / "cache").data}) == 3


# --- What was kept may be broken.


@pytest.mark.tex
@pytest.mark.parametrize("program", ENGINES)
def test_whatever_is_broken_in_the_cache_is_made_again(program: str, tmp_path: Path) -> None:
    good = set_by(program, SAMPLES[program], tmp_path).data
    for spoil in (_half, _garbled, Path.unlink):
        kept = [path for path in sorted(tmp_path.rglob("*")) if path.is_file()]
        assert kept
        for path in kept:
            spoil(path)
        assert set_by(program, SAMPLES[program], tmp_path).data == good


@pytest.mark.tex
def test_a_format_is_looked_at_before_it_is_used(tmp_path: Path, runs: list[tuple[str, ...]]) -> None:
    good = set_by("pdflatex", SAMPLE, tmp_path).data
    (kept,) = tmp_path.rglob("*.fmt")
    for spoil in (_half, _garbled, Path.unlink):
        spoil(kept)
        runs.clear()
        assert set_by("pdflatex", SAMPLE, tmp_path).data == good
        assert [options[0] for options in runs] == ["-ini", "-fmt=cv"]


@pytest.mark.tex
def test_a_format_that_only_looks_right_is_made_again(tmp_path: Path) -> None:
    good = set_by("pdflatex", SAMPLE, tmp_path).data
    (kept,) = tmp_path.rglob("*.fmt")
    when = kept.stat().st_mtime_ns
    _garbled(kept)
    os.utime(kept, ns=(when, when))
    assert set_by("pdflatex", SAMPLE, tmp_path).data == good
    assert set_by("pdflatex", SAMPLE, tmp_path).data == good


def _half(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def _garbled(path: Path) -> None:
    data = bytearray(path.read_bytes())
    for place in random.Random(1).sample(range(len(data)), min(200, len(data))):
        data[place] ^= 0x55
    path.write_bytes(data)


@pytest.mark.tex
def test_what_a_format_says_of_itself_may_be_anything(tmp_path: Path) -> None:
    good = set_by("pdflatex", SAMPLE, tmp_path).data
    (about,) = tmp_path.rglob("about.json")
    for text in ("", "[]", "{}", '{"possible": true, "inputs": 3}', '{"possible": true, "inputs": {"/x": null}}'):
        about.write_text(text)
        assert set_by("pdflatex", SAMPLE, tmp_path).data == good


@pytest.mark.tex
def test_auxiliary_files_of_another_theme_do_no_harm(tmp_path: Path) -> None:
    good = set_by("pdflatex", SAMPLE, tmp_path / "a").data
    set_by("pdflatex", SAMPLE, tmp_path / "b")
    (kept,) = (path for path in (tmp_path / "b").rglob("auxiliary/*"))
    key = next(iter(_keys(tmp_path / "c")))
    auxiliary.save(tmp_path / "b", key, {"cv.aux": b"\\nosuchcommand\\end"})
    assert auxiliary.load(tmp_path / "b", key)
    assert kept.exists()
    assert set_by("pdflatex", SAMPLE, tmp_path / "b").data == good


def _keys(cache: Path) -> list[str]:
    """Return the keys under which a build looks for auxiliary files."""
    asked: list[str] = []
    real = auxiliary.load
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(auxiliary, "load", lambda folder, key: asked.append(key) or real(folder, key))
        set_by("pdflatex", SAMPLE, cache)
    return asked


@pytest.mark.tex
def test_builds_side_by_side_share_a_cache(tmp_path: Path) -> None:
    alone = set_by("pdflatex", SAMPLE, tmp_path / "alone").data
    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(lambda _: set_by("pdflatex", SAMPLE, tmp_path / "shared").data, range(8)))

    assert set(made) == {alone}
    assert len(list((tmp_path / "shared").rglob("*.fmt"))) == 1
    assert not list((tmp_path / "shared").rglob(".new-*"))


@pytest.mark.tex
@pytest.mark.slow
def test_a_build_may_be_killed_at_any_time(tmp_path: Path) -> None:
    good = set_by("pdflatex", SAMPLE, tmp_path / "good").data
    epoch = 10_000_000 + os.getpid()
    script = (
        "import sys; from pathlib import Path; sys.path[:0] = sys.argv[2:]; from tex import *; "
        f"set_by('pdflatex', SAMPLE, Path(sys.argv[1]), epoch_s={epoch})"
    )
    folders = [str(Path(__file__).parent), str(Path(__file__).parents[1])]
    for delay in (0.4, 0.7, 0.9, 1.1):
        around = {**os.environ, "TMPDIR": str(tmp_path)}
        process = subprocess.Popen([sys.executable, "-c", script, str(tmp_path / "cache"), *folders], env=around)
        time.sleep(delay)
        process.kill()
        process.wait()
        time.sleep(0.3)
        assert processes(epoch) == []
    assert set_by("pdflatex", SAMPLE, tmp_path / "cache").data == good


def test_the_folders_used_last_are_kept(tmp_path: Path) -> None:
    kept = store.Folders(tmp_path, 250)
    for number in range(4):
        kept.put(f"k{number}", lambda folder: folder.joinpath("x").write_bytes(b"x" * 100) and None)
        os.utime(tmp_path / f"k{number}", (number, number))
        if number == 2:
            kept.get("k1")
    (tmp_path / ".new-old").mkdir()
    os.utime(tmp_path / ".new-old", (1, 1))
    kept.put("k4", lambda folder: None)

    assert sorted(path.name for path in tmp_path.iterdir()) == ["k1", "k3", "k4"]
