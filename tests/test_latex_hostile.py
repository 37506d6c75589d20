"""LaTeX by somebody who means harm, and TeX engines that misbehave: an error, and nothing read, run or left."""

from __future__ import annotations

import os
import re
import time
from pathlib import Path
from typing import Any

import pytest
import yaml
from tex import BY_TIME, document, processes, set_by, streams

from cvbuild.checks import actions
from cvbuild.engines import latex
from cvbuild.engines.contained import Limits
from cvbuild.engines.latex import sandbox
from cvbuild.errors import CvError, Mark, ThemeError

_CASES = Path(__file__).parent / "cases" / "hostile"
SECRET = "CANARY-77c1e0"
SHORT = Limits(cpu_s=2, wall_s=4, file_bytes=8 * 1024 * 1024)
# As much as lualatex needs when it takes its fonts apart, on a busy machine.
ENOUGH = Limits(cpu_s=6, wall_s=90, file_bytes=8 * 1024 * 1024)


# These need none to be there.
FAKES = [pytest.param(name, marks=[pytest.mark.slow] if name != "pdflatex" else []) for name in latex.PROGRAMS]


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


def cases(name: str) -> list[Any]:
    found = yaml.safe_load((_CASES / f"{name}.yaml").read_text("utf-8"))
    return [pytest.param(case, id=case["id"], marks=[pytest.mark.slow] if "long" in case else []) for case in found]


@pytest.mark.parametrize("is_contained", [True, False])
@pytest.mark.parametrize("case", cases("engines"))
@pytest.mark.parametrize("name", FAKES)
def test_an_engine_that_misbehaves_ends(
    name: str, case: dict[str, str], is_contained: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if is_contained and not sandbox.works():
        pytest.skip("no sandbox here")
    if not is_contained:
        monkeypatch.setattr(sandbox, "works", lambda: False)
    program = tmp_path / "bin" / name
    program.parent.mkdir()
    # A format is none of these engines' business.
    program.write_text(f"#!/bin/sh\ncase \"$*\" in *-ini*) exit 1;; esac\n{case['script']}\n", "utf-8")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}:/usr/bin:/bin")
    epoch = 30_000_000 + os.getpid()
    started = time.monotonic()
    with pytest.raises(CvError) as caught:
        set_by(name, document("x"), tmp_path / "cache", SHORT, epoch)

    assert type(caught.value).__name__ == case["kind"], caught.value
    assert case["expect"] in str(caught.value)
    assert time.monotonic() - started < 15
    assert len(caught.value.log) <= 1024 * 1024
    time.sleep(0.05)
    assert processes(epoch) == []


@pytest.mark.tex
@pytest.mark.parametrize("program", BY_TIME)
@pytest.mark.parametrize("case", cases("latex"))
def test_a_theme_from_outside_gets_nothing(
    case: dict[str, Any], program: str, cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if program not in case.get("programs", latex.PROGRAMS):
        pytest.skip("not for this engine")
    if not sandbox.works():
        pytest.skip("no sandbox here, so it is refused")
    monkeypatch.setenv("SECRET_TOKEN", SECRET)
    canary, touch = tmp_path / "canary.tex", tmp_path / "touched"
    canary.write_text(SECRET)
    before = set(tmp_path.iterdir())
    text = re.sub("@(CANARY|TOUCH)@", lambda m: str(canary if m[1] == "CANARY" else touch), case["body"])
    epoch = 40_000_000 + os.getpid()
    told, data = "", b""
    try:
        rendered = document(text, case.get("preamble", ""))
        data = latex.compile(rendered, program, cache, ENOUGH, trusted=False, epoch_s=epoch).data
        actions.check(data, Mark("themes/odd"))
    except CvError as error:
        told = f"{error}\n{error.log}"

    if case["expect"] == "nothing read":
        assert not told
    elif case["expect"] != "@any@":
        assert case["expect"] in told, told[:2000]
    assert SECRET not in told
    assert not any(SECRET.encode() in part or SECRET.encode("utf-16-be") in part for part in streams(data))
    assert set(tmp_path.iterdir()) == before
    assert processes(epoch) == []


@pytest.mark.tex
def test_without_a_sandbox_a_theme_from_outside_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sandbox, "works", lambda: False)
    with pytest.raises(ThemeError, match="--trust-theme"):
        latex.compile(document("x"), "pdflatex", tmp_path, Limits(), trusted=False)
    assert latex.compile(document("x"), "pdflatex", tmp_path, Limits(), trusted=True).data


def test_a_plain_pdf_may_be_read() -> None:
    with pytest.raises(CvError, match="cannot be read"):
        actions.check(b"no PDF", Mark("themes/odd"))
