"""Completion: what shells offer at each place of a command line, by the scripts as they are printed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from cvbuild import cli, pipeline

PROFILE = "person: {name: Ada Example}\ninterests: light\nvariants: {short: {}, shorter: {}, long: {}}\n"
bash = pytest.mark.skipif(shutil.which("bash") is None, reason="no bash")


def script(shell: str, capsys: pytest.CaptureFixture[str]) -> str:
    assert cli.main(["completion", shell]) == cli.OK
    return capsys.readouterr().out


@pytest.fixture
def complete(tmp_path: Path, capsys: pytest.CaptureFixture[str]):  # type: ignore[no-untyped-def]
    """Return what bash offers for a command line, with a real cvbuild to ask for variants and themes."""
    (tmp_path / "ada.yaml").write_text(PROFILE, "utf-8")
    (tmp_path / "my folder").mkdir()
    (tmp_path / "notes.txt").write_text("", "utf-8")
    for shell in ("bash", "fish"):
        (tmp_path / f"complete.{shell}").write_text(script(shell, capsys), "utf-8")
    binary = tmp_path / "bin" / "cvbuild"
    binary.parent.mkdir()
    binary.write_text(f'#!/bin/sh\nexec {sys.executable} -m cvbuild "$@"\n', "utf-8")
    binary.chmod(0o755)
    root = Path(cli.__file__).parents[2]

    def offered(line: str, shell: str = "bash") -> list[str]:
        words = [*line.split(" ")]
        array = " ".join(f"'{word}'" for word in words)
        program = f"source complete.bash; COMP_WORDS=({array}); COMP_CWORD={len(words) - 1}; _cvbuild; "
        program += 'printf "%s\\n" "${COMPREPLY[@]}"'
        if shell == "fish":
            program = f"source complete.fish; complete -C '{line}'"
        environment = {**os.environ, "PATH": f"{binary.parent}:{os.environ['PATH']}", "PYTHONPATH": str(root),
                       "HOME": str(tmp_path)}  # fmt: skip
        done = subprocess.run([shell, "-c", program], capture_output=True, text=True, check=True,
                              cwd=tmp_path, env=environment)  # fmt: skip
        assert done.stderr == ""
        return done.stdout.split("\n")[:-1]

    return offered


@bash
@pytest.mark.parametrize(
    ("line", "offers"),
    [
        ("cvbuild val", ["validate"]),
        ("cvbuild variants ", ["list", "show", "diff"]),
        ("cvbuild build --va", ["--variant"]),
        ("cvbuild build a", ["ada.yaml"]),
        ("cvbuild build my", ["my folder"]),
        ("cvbuild build n", [""]),
        ("cvbuild build ada.yaml --variant sh", ["short", "shorter"]),
        ("cvbuild build ada.yaml --format h", ["html"]),
        ("cvbuild build ada.yaml --theme lett", ["letterpress"]),
        ("cvbuild build --output n", ["notes.txt"]),
        ("cvbuild build --as-of ", [""]),
        ("cvbuild variants show ada.yaml l", ["long"]),
        ("cvbuild variants diff ada.yaml short lo", ["long"]),
        ("cvbuild explain interests ada.yaml --variant l", ["long"]),
        ("cvbuild explain interests a", ["ada.yaml"]),
        ("cvbuild build ada.yaml --variant = sh", ["short", "shorter"]),
        ("cvbuild build ada.yaml --variant=sh", ["--variant=short", "--variant=shorter"]),
        ("cvbuild build ada.yaml --format =", list(pipeline.FORMATS)),
        ("bin/cvbuild build ada.yaml --variant l", ["long"]),
        ("cvbuild completion z", ["zsh"]),
        ("cvbuild new --extends lett", ["letterpress"]),
        ("cvbuild build --variant short a", ["ada.yaml"]),
    ],
)
def test_bash_offers_what_fits(complete, line: str, offers: list[str]) -> None:  # type: ignore[no-untyped-def]
    assert complete(line) == offers


@pytest.mark.skipif(shutil.which("fish") is None, reason="no fish")
@pytest.mark.parametrize(
    ("line", "offers"),
    [
        ("cvbuild val", ["validate"]),
        ("cvbuild variants ", ["diff", "list", "show"]),
        ("cvbuild build --va", ["--variant"]),
        ("cvbuild build a", ["ada.yaml"]),
        ("cvbuild build ada.yaml --variant sh", ["short", "shorter"]),
        ("cvbuild build ada.yaml --variant=sh", ["--variant=short", "--variant=shorter"]),
        ("bin/cvbuild build ada.yaml --theme lett", ["letterpress"]),
        ("cvbuild build --as-of ", []),
        ("cvbuild variants diff ada.yaml short lo", ["long"]),
        ("cvbuild completion z", ["zsh"]),
    ],
)
def test_fish_offers_what_fits(complete, line: str, offers: list[str]) -> None:  # type: ignore[no-untyped-def]
    assert [offer.partition("\t")[0] for offer in complete(line, "fish")] == offers


@bash
@pytest.mark.parametrize("shell", ["bash"])
def test_bash_reads_its_script(shell: str, capsys: pytest.CaptureFixture[str]) -> None:
    subprocess.run(["bash", "-n"], input=script(shell, capsys), text=True, check=True)


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_every_command_is_in_every_script(shell: str, capsys: pytest.CaptureFixture[str]) -> None:
    text = script(shell, capsys)
    for word in ("build", "explain", "doctor", "diff", "variants", "against", "extends"):
        assert word in text
    if shutil.which(shell):
        subprocess.run([shell, "-n"], input=text, text=True, check=True)


def test_names_are_printed_one_to_a_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "ada.yaml").write_text(PROFILE, "utf-8")
    assert cli.main(["variants", "list", str(tmp_path / "ada.yaml"), "--names"]) == cli.OK
    assert capsys.readouterr().out.split() == ["short", "shorter", "long"]
    (tmp_path / "ada.yaml").write_text("person: {name: Ada}\ninterests: light\n", "utf-8")
    assert cli.main(["variants", "list", str(tmp_path / "ada.yaml"), "--names"]) == cli.OK
    assert capsys.readouterr().out == ""
    assert cli.main(["themes", "--names"]) == cli.OK
    assert "letterpress" in capsys.readouterr().out.split()
