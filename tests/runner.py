"""A CI runner for tests: it runs the scripts of an action or a workflow, and reads what they say, as GitHub's does."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
_EXPRESSION = re.compile(r"\$\{\{\s*(.+?)\s*\}\}")
# What the runner takes for a command: the form of today at the start of a line, and the one of old anywhere in it.
_TODAY = re.compile(r"\s*::([\w-]+)(?: ([^\n]*?))?::(.*)")
_OF_OLD = re.compile(r"##\[([\w-]+)[ \]]")


@dataclass(frozen=True, slots=True)
class Command:
    """A workflow command: `error`, say, with the properties and the text that the runner reads."""

    name: str
    properties: Mapping[str, str]
    text: str


@dataclass(slots=True)
class Runner:
    """A workspace, the files that scripts write for the runner, programs of its own, and what came of each step."""

    folder: Path
    context: dict[str, str] = field(default_factory=dict)
    environment: dict[str, str] = field(default_factory=dict)
    log: str = ""
    failed: bool = False

    def __post_init__(self) -> None:
        for name in ("workspace", "temp", "bin"):
            (self.folder / name).mkdir()
        self.program("cvbuild", f'PYTHONPATH={ROOT} exec {sys.executable} -m cvbuild "$@"')
        # Whoever is no root asks for it; what would be installed is here.
        self.program("sudo", "exit 0")

    @property
    def workspace(self) -> Path:
        return self.folder / "workspace"

    def program(self, name: str, script: str) -> Path:
        """Put a program of *name* where the scripts find it first."""
        path = self.folder / "bin" / name
        path.write_text(f"#!/usr/bin/env bash\n{script}\n", "utf-8")
        path.chmod(0o755)
        return path

    def run(self, step: Mapping[str, Any]) -> None:
        """Run one step, unless its condition forbids it; keep its outputs and its output."""
        if "run" not in step or not self.holds(step.get("if", "success()")):
            return
        output = self.folder / "output"
        output.write_text("", "utf-8")
        script = self.folder / "script.sh"
        script.write_text(self.value(step["run"]), "utf-8")
        environment = {
            "PATH": f"{self.folder / 'bin'}:{os.environ['PATH']}", "HOME": str(self.folder), "CI": "true",
            "GITHUB_ACTIONS": "true", "GITHUB_WORKSPACE": str(self.workspace), "GITHUB_ACTION_PATH": str(ROOT),
            "GITHUB_OUTPUT": str(output), "GITHUB_STEP_SUMMARY": str(self.folder / "summary"),
            "RUNNER_TEMP": str(self.folder / "temp"), **self.environment,
            **{name: self.value(text) for name, text in step.get("env", {}).items()},
        }  # fmt: skip
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", str(script)],
            cwd=self.workspace, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, text=True, errors="replace", check=False,
        )  # fmt: skip
        self.log += done.stdout
        self.failed |= done.returncode != 0
        for name, text in outputs(output.read_text("utf-8")).items():
            self.context[f"steps.{step.get('id', '')}.outputs.{name}"] = text

    def value(self, text: str) -> str:
        """Return *text* with its expressions replaced by what they stand for; what nobody set is empty."""
        return _EXPRESSION.sub(lambda match: self.context.get(match[1], ""), text)

    def holds(self, condition: str) -> bool:
        """Tell whether a step with this `if:` runs; of conditions, those that are used here are known."""
        terms = _EXPRESSION.sub(lambda match: match[1], condition).split(" && ")
        always = {"!cancelled()", "always()"} & set(terms)
        return (bool(always) or not self.failed) and all(map(self._term, terms))

    def _term(self, term: str) -> bool:
        if term in ("!cancelled()", "always()", "success()"):
            return True
        name, sign, wanted = re.fullmatch(r"([\w.-]+) (==|!=) '(.*)'", term).groups()  # type: ignore[union-attr]
        return (self.context.get(name, "") == wanted) == (sign == "==")

    @property
    def summary(self) -> str:
        path = self.folder / "summary"
        return path.read_text("utf-8") if path.exists() else ""

    def commands(self) -> list[Command]:
        """Return every command that the runner would obey."""
        return [found for line in re.split("\r\n|\r|\n", self.log) for found in _commands(line)]


def outputs(text: str) -> dict[str, str]:
    """Return what a file of outputs says: `name=value`, or `name<<END` and lines up to `END`."""
    found, lines = {}, iter(text.split("\n"))
    for line in lines:
        if match := re.match(r"([\w-]+)<<(.+)", line):
            value = []
            while (more := next(lines)) != match[2]:
                value.append(more)
            found[match[1]] = "\n".join(value)
        elif line:
            name, _, found_value = line.partition("=")
            found[name] = found_value
    return found


def _commands(line: str) -> list[Command]:
    if match := _TODAY.fullmatch(line):
        said = [pair.partition("=") for pair in (match[2] or "").split(",") if pair]
        return [Command(match[1], {name: _read(value) for name, _, value in said}, _read(match[3]))]
    return [Command(match[1], {}, line) for match in _OF_OLD.finditer(line)]


def _read(text: str) -> str:
    for code, character in (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%")):
        text = text.replace(code, character)
    return text
