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


def console_commands() -> list[str]:
    blocks = re.findall(r"```console\n(.*?)```", README, re.DOTALL)
    return [line.removeprefix("$ ") for block in blocks for line in block.splitlines() if line.startswith("$ ")]


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
    commands = console_commands()
    assert len(commands) >= 8
    for command in commands:
        words = shlex.split(command)
        assert words[0] == "cvbuild", command
        assert cli.main(words[1:]) == cli.OK, command
    out, err = capfdbinary.readouterr()
    assert b"Ada Example" in out
    assert err == b""
    made = {str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*.pdf")}
    assert made == {"build/cv.pdf", "build/cv-industry.pdf", "build/cv-research.pdf", "industry.pdf"}


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
