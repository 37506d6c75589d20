"""A TeX that has begun before anybody knew what to set: it saves time, and changes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from subprocess import Popen

import pytest
from tex import COLOURS, OWN, SAMPLE, document

from cvbuild.engines import latex, process
from cvbuild.engines.latex import waiting
from cvbuild.engines.limits import Limits
from cvbuild.rendered import Rendered

pytestmark = pytest.mark.tex
VIEW = ("cv.yaml", "research")
LIMITS = Limits()


@pytest.fixture
def begun(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Popen[bytes]]]:
    """Every process that was started; none may be left."""
    made: list[Popen[bytes]] = []
    real = process.start

    def start(*arguments: object, **named: object) -> Popen[bytes]:
        made.append(real(*arguments, **named))  # type: ignore[arg-type]
        return made[-1]

    monkeypatch.setattr(process, "start", start)
    yield made
    waiting.dismiss()
    assert all(one.returncode is not None for one in made)


def set_by_tex(rendered: Rendered, cache: Path, limits: Limits = LIMITS) -> bytes:
    return latex.compile(rendered, "pdflatex", cache, limits, awaited=VIEW).data


def test_what_waits_sets_the_document(tmp_path: Path, begun: list[Popen[bytes]]) -> None:
    good = set_by_tex(SAMPLE, tmp_path)
    begun.clear()
    waiting.expect(tmp_path, *VIEW, LIMITS)
    (waits,) = begun
    folder = Path(f"/proc/{waits.pid}/cwd").resolve()

    assert waits.poll() is None
    assert set_by_tex(SAMPLE, tmp_path) == good
    assert begun == [waits]
    assert not folder.exists()


@pytest.mark.parametrize("changed", ["document", "preamble", "limits", "death"])
def test_another_begins_where_it_is_not_what_is_asked(
    changed: str, tmp_path: Path, begun: list[Popen[bytes]]
) -> None:
    set_by_tex(SAMPLE, tmp_path)
    rendered = {
        "document": document("Another text.", COLOURS, own_sty=OWN),
        "preamble": document("Another look.", r"\parindent=1cm"),
    }.get(changed, SAMPLE)
    limits = Limits(cpu_s=LIMITS.cpu_s - 1) if changed == "limits" else LIMITS
    good = set_by_tex(rendered, tmp_path / "elsewhere", limits)
    begun.clear()
    waiting.expect(tmp_path, *VIEW, LIMITS)
    if changed == "death":
        begun[0].kill()
        begun[0].wait()

    assert set_by_tex(rendered, tmp_path, limits) == good
    assert (begun[0].returncode == 0) == (changed == "document")


def test_nothing_is_left_of_one_that_nobody_asks(tmp_path: Path, begun: list[Popen[bytes]]) -> None:
    set_by_tex(SAMPLE, tmp_path)
    begun.clear()
    waiting.expect(tmp_path, *VIEW, LIMITS)
    folder = Path(f"/proc/{begun[0].pid}/cwd").resolve()
    waiting.dismiss()

    assert begun[0].returncode is not None
    assert not folder.exists()


@pytest.mark.parametrize("view", [("cv.yaml", "teaching"), ("other.yaml", "research")])
def test_nothing_begins_for_a_view_that_was_never_set(
    view: tuple[str, str], tmp_path: Path, begun: list[Popen[bytes]]
) -> None:
    set_by_tex(SAMPLE, tmp_path)
    begun.clear()
    waiting.expect(tmp_path, *view, LIMITS)

    assert begun == []


def test_nothing_begins_from_a_format_that_is_not_whole(tmp_path: Path, begun: list[Popen[bytes]]) -> None:
    set_by_tex(SAMPLE, tmp_path)
    (kept,) = tmp_path.rglob("*.fmt")
    kept.write_bytes(kept.read_bytes()[:1000])
    begun.clear()
    waiting.expect(tmp_path, *VIEW, LIMITS)

    assert begun == []
