"""The README is true: its commands run, and it names every command, option, exit status and make target."""

from __future__ import annotations

import argparse
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

from cvbuild import cli
from cvbuild.cli.parser import parser

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text("utf-8")
FORMAT = (ROOT / "profiles" / "README.md").read_text("utf-8")


def tour() -> Iterator[str]:
    """Yield each command of the README, and, between them, what is to be added to the profile."""
    for kind, block in re.findall(r"```(console|yaml)\n(.*?)```", README, re.DOTALL):
        commands = [line.removeprefix("$ ") for line in block.splitlines() if line.startswith("$ ")]
        yield from commands if kind == "console" else [block]


def actions(command: argparse.ArgumentParser) -> Iterator[argparse.Action]:
    for action in command._actions:
        yield action
        if isinstance(action, argparse._SubParsersAction):
            for inner in action.choices.values():
                yield from actions(inner)


@pytest.mark.pdf
def test_the_tour_runs_as_it_is_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    monkeypatch.chdir(tmp_path)
    steps = list(tour())
    assert len(steps) >= 10
    for command in steps:
        if command.startswith("  "):
            with Path("cv.yaml").open("a") as profile:
                profile.write(command)
            continue
        words = shlex.split(command)
        assert words[0] == "cvbuild", command
        assert cli.main(words[1:]) == cli.OK, command
    out, err = capfdbinary.readouterr()
    assert b"Ada Example" in out
    assert err == b""
    made = {str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*.pdf")}
    assert made == {"acme.pdf", "build/cv.pdf", *(f"build/cv-{name}.pdf" for name in ("acme", "industry", "research"))}


@pytest.mark.pdf
def test_each_promise_is_shown_by_its_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    promises = README.partition("## What is promised")[2]
    commands = [shlex.split(command) for command in re.findall(r"`cvbuild (.*?)`", promises)]
    assert len(commands) >= 12
    cli.main(["new", "cv.yaml"])
    # The first stands in a sentence, and only names the command.
    for words in commands[1:]:
        assert cli.main(words) == cli.OK, words
    assert "error" not in capsys.readouterr().err


@pytest.mark.tex
def test_what_is_shown_of_latex_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    shown = README.partition("## By LaTeX")[2]
    commands = [shlex.split(line, comments=True) for line in re.findall(r"^    (cvbuild .*)$", shown, re.MULTILINE)]
    assert len(commands) == 3
    for words in [["cvbuild", "new", "cv.yaml"], *commands]:
        assert cli.main(words[1:]) == cli.OK, words
    assert {"cv.tex", "cvtheme.sty"} <= {path.name for path in Path("build/cv-tex").iterdir()}


def test_every_command_and_option_is_named() -> None:
    shown = {text for action in actions(parser()) for text in action.option_strings if text.startswith("--")}
    commands = {
        name
        for action in actions(parser())
        if isinstance(action, argparse._SubParsersAction)
        for name in action.choices
    }
    silent = {"--help", "--version", "--make"}
    assert {text for text in shown - silent if f"`{text}" not in README} == set()
    assert {name for name in commands if not re.search(rf"\b{name}\b", README)} == set()


def test_every_exit_status_is_named() -> None:
    said = {int(number) for number in re.findall(r"^\| (\d+) \|", README, re.MULTILINE)}
    assert said == {cli.OK, *cli.STATUS.values(), cli.USAGE, cli.INTERRUPTED}


def test_links_and_pictures_lead_to_files() -> None:
    for folder, text in ((ROOT, README), (ROOT / "profiles", FORMAT)):
        links = re.findall(r"\]\(([^)#:]+)\)", re.sub(r"(`+).*?\1", "", text))
        assert links
        assert [link for link in links if not (folder / link).exists()] == []


def test_every_field_of_the_format_is_named() -> None:
    from cvbuild.profile.types import ENTRY_TYPES
    from cvbuild.profile.variants import SECTION_FIELDS, STYLE, VARIANT

    fields = {name for kind in ENTRY_TYPES.values() for name in kind.fields} | {
        *SECTION_FIELDS,
        *STYLE.fields,
        *VARIANT.fields,
    }
    assert {name for name in fields if not re.search(rf"\b{name}\b", FORMAT)} == set()
