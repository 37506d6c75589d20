"""The workflows run what there is: targets of the Makefile, options of the command line, and nothing with rights."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from cvbuild.cli.parser import parser

ROOT = Path(__file__).parents[1]
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
KIT = ROOT / "cvbuild" / "kit"
TARGETS = set(re.findall(r"^(\w+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))


def steps(path: Path) -> list[dict[str, Any]]:
    workflow = yaml.load(path.read_text("utf-8"), yaml.BaseLoader)
    return [step for job in workflow["jobs"].values() for step in job["steps"]]


def test_there_is_one_that_tests_and_one_that_publishes() -> None:
    assert [path.stem for path in WORKFLOWS] == ["cv", "tests"]


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_a_workflow_can_read_and_no_more(path: Path) -> None:
    workflow = yaml.load(path.read_text("utf-8"), yaml.BaseLoader)
    assert workflow["permissions"] == {"contents": "read"}
    assert all("timeout-minutes" in job for job in workflow["jobs"].values())


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_every_command_of_a_workflow_exists(path: Path) -> None:
    commands = [step["run"] for step in steps(path) if "run" in step]
    assert commands
    for words in map(shlex.split, commands):
        if words[0] == "make":
            assert set(words[1:]) <= TARGETS
        elif words[0].endswith("cvbuild"):
            parser().parse_args(words[1:])
        else:
            assert words[0] == "sudo"


@pytest.mark.parametrize(
    ("kind", "paths"),
    [("github-workflows", [*WORKFLOWS, KIT / "github.yml"]), ("github-actions", [ROOT / "action.yml"]),
     ("gitlab-ci", [KIT / "gitlab.yml"])],
)  # fmt: skip
def test_every_file_is_what_its_service_reads(kind: str, paths: list[Path]) -> None:
    """By the schema of the service, which knows every word of it."""
    words = ["--builtin-schema", f"vendor.{kind}", "--color", "never", *map(str, paths)]
    done = subprocess.run([sys.executable, "-m", "check_jsonschema", *words], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def test_what_is_published_is_what_was_built() -> None:
    (cv,) = (path for path in WORKFLOWS if path.stem == "cv")
    uploaded = next(step["with"]["path"] for step in steps(cv) if step.get("uses", "").startswith("actions/upload"))
    built = next(step["run"] for step in steps(cv) if "cvbuild build" in step.get("run", ""))
    assert "build/*.pdf" in uploaded.split()
    assert "build/manifest.json" in uploaded.split()
    assert "--manifest build/manifest.json" in built
    assert "--private" not in built
