"""The container: what it is built from is there, locked, and no more than that; and who runs in it is not root.

Images are not built here. What installs system packages in it is what does so everywhere (`.ci/system-packages`), and
what pip is asked for is what `make setup` asks for.
"""

from __future__ import annotations

import re
import shlex
import subprocess
import sysconfig
import tomllib
from pathlib import Path

import pytest

from cvbuild.cli.parser import parser

ROOT = Path(__file__).parents[1]
LINES = re.sub(r"\\\n\s*", "", (ROOT / "Dockerfile").read_text("utf-8")).splitlines()
STEPS = [tuple(line.split(" ", 1)) for line in LINES if line and not line.startswith("#")]
KEPT = [line[1:] for line in (ROOT / ".dockerignore").read_text("utf-8").splitlines() if line.startswith("!")]


def commands() -> list[list[str]]:
    """Return each command that runs while the image is built."""
    runs = [text for name, text in STEPS if name == "RUN"]
    return [shlex.split(command) for text in runs for command in text.split(" && ")]


def test_system_packages_are_named_in_one_place() -> None:
    names = {words[0].rpartition("/")[2] for words in commands()}
    assert names == {"cvbuild-packages", "rm", "python3", "pip", "python", "command"}
    asked = [words[1:] for words in commands() if words[0] == "cvbuild-packages"]
    known = (ROOT / ".ci" / "system-packages").read_text("utf-8")
    assert asked == [[], ["harfbuzz"], ["tex"]]
    assert all(f"\n{word})" in known for words in asked for word in words)


def test_what_pip_installs_is_locked() -> None:
    locked, own = (words[2:] for words in commands() if words[0].endswith("/pip"))
    assert locked == ["--require-hashes", "-r", "requirements.lock"]
    assert own == ["--no-build-isolation", "--no-deps", "."]


def test_what_is_copied_is_there_and_not_ignored() -> None:
    sources = [word for name, text in STEPS if name == "COPY" and "--from" not in text for word in text.split()[:-1]]
    for source in sources:
        assert (ROOT / source).exists()
        assert any(kept == source or kept.startswith(f"{source}/") for kept in KEPT), source
    assert all((ROOT / kept).exists() for kept in KEPT)


def test_only_the_examples_are_taken_of_the_profiles() -> None:
    """Somebody's own CV may lie beside them."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    packaged = project["tool"]["hatch"]["build"]["targets"]["wheel"]["only-include"]
    assert [kept for kept in KEPT if kept.startswith("profiles")] == [p for p in packaged if p.startswith("profiles")]


def test_nobody_is_root_in_any_image_that_is_to_be_run() -> None:
    """Stages are `FROM … AS name`; one that names no user has that of the stage it is from."""
    users: dict[str, str] = {}
    stage = ""
    for name, text in STEPS:
        if name == "FROM":
            parent, _, stage = text.partition(" AS ")
            users[stage] = users.get(parent, "root")
        elif name == "USER":
            users[stage] = text
    assert {stage: user for stage, user in users.items() if stage in ("", "html", "tex")} == dict.fromkeys(
        ("html", "tex", ""), "65532:65532"
    )


def test_a_linter_has_nothing_to_say_of_it() -> None:
    program = Path(sysconfig.get_path("scripts")) / "hadolint"
    if not program.exists():
        pytest.skip("no hadolint for this system")
    done = subprocess.run([program, ROOT / "Dockerfile"], capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, "")


def test_what_is_shown_of_it_can_be_run() -> None:
    (line,) = re.findall(r"^# +docker run .* cvbuild (.+)$", "\n".join(LINES), re.MULTILINE)
    parser().parse_args(shlex.split(line))
    assert dict(STEPS)["ENTRYPOINT"] == '["cvbuild"]'
