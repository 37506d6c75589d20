"""A person's own repository: what `cvbuild init` makes, and that its make and its workflow run to the end."""

from __future__ import annotations

import re
import shutil
import stat
from pathlib import Path
from typing import Any

import pytest
import yaml
from runner import Runner

from cvbuild import cli
from cvbuild.cli import kit
from cvbuild.cli.parser import parser

KIT = Path(cli.__file__).parents[1] / "kit"
SHARED = {".gitignore", ".pre-commit-config.yaml", "Makefile", "README.md", "cv.yaml", "cvbuild.schema.json",
          "requirements.txt"}  # fmt: skip
COMMANDS = re.compile(r'^\t"\$\(cvbuild\)" (.*)$', re.MULTILINE)


def files(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if not path.is_dir()}


def steps(folder: Path, job: str = "pdfs") -> list[dict[str, Any]]:
    workflow = yaml.load((folder / ".github/workflows/cv.yml").read_text("utf-8"), yaml.BaseLoader)
    found: list[dict[str, Any]] = workflow["jobs"][job]["steps"]
    return found


@pytest.mark.parametrize(
    ("ci", "own"), [("github", {".github/workflows/cv.yml"}), ("gitlab", {".gitlab-ci.yml"}), ("none", set())]
)
def test_what_is_made_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str], ci: str, own: set[str]) -> None:
    folder = tmp_path / "new" / "my cv"
    assert cli.main(["init", str(folder), "--ci", ci]) == cli.OK
    *lines, last = capsys.readouterr().out.splitlines()

    assert files(folder) == SHARED | own
    assert set(lines) == {f"made  {folder / name}" for name in files(folder)}
    assert last == f"now: make -C '{folder}'"
    for path in (folder / name for name in files(folder)):
        text = path.read_text("utf-8")
        assert text.endswith("\n"), path
        assert "@" not in re.sub(r"uses: .*|\t@.*|\S+@\S+|@$", "", text) or path.name == "Makefile", path
        assert stat.S_IMODE(path.stat().st_mode) & 0o111 == 0
    assert cli.main(["validate", str(folder / "cv.yaml")]) == cli.OK


def test_no_file_that_is_there_is_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("Makefile").write_text("mine", "utf-8")
    Path("cv.yaml").symlink_to("gone.yaml")
    assert cli.main(["init"]) == cli.OK
    told = capsys.readouterr().out.splitlines()

    assert {line for line in told if line.startswith("kept")} == {"kept  Makefile", "kept  cv.yaml"}
    assert told[-1] == "now: make"
    assert Path("Makefile").read_text("utf-8") == "mine"
    assert not Path("gone.yaml").exists()
    before = {name: Path(name).stat().st_mtime_ns for name in files(tmp_path) - {"cv.yaml"}}
    assert cli.main(["init"]) == cli.OK
    assert {name: Path(name).stat().st_mtime_ns for name in before} == before


def test_nothing_is_written_through_a_link_or_over_a_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "repository").mkdir()
    (tmp_path / "repository" / ".github").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "file").write_text("", "utf-8")
    for name in ("repository", "file"):
        assert cli.main(["init", str(tmp_path / name)]) == cli.OUTPUT

    assert files(tmp_path / "elsewhere") == set()
    assert files(tmp_path / "repository") == set()
    assert "leads out of the folder" in capsys.readouterr().err


def test_the_commands_of_its_makefile_exist() -> None:
    commands = COMMANDS.findall((KIT / "Makefile").read_text("utf-8"))
    assert len(commands) == 5
    for command in commands:
        parser().parse_args(command.replace("$(FLAGS)", "").split())


def test_its_workflow_can_read_and_only_a_release_can_write() -> None:
    workflow = yaml.load((KIT / "github.yml").read_text("utf-8"), yaml.BaseLoader)
    assert workflow["permissions"] == {"contents": "read"}
    assert {name: job.get("permissions") for name, job in workflow["jobs"].items()} == {
        "pdfs": None,
        "release": {"contents": "write"},
    }
    assert "tag" in workflow["jobs"]["release"]["if"]
    for job in workflow["jobs"].values():
        assert "timeout-minutes" in job
        for step in job["steps"]:
            assert "${{" not in step.get("run", "")
            assert re.fullmatch(r"actions/[\w-]+@[0-9a-f]{40}", step.get("uses", f"actions/x@{'0' * 40}"))


def test_what_gitlab_runs_is_what_there_is() -> None:
    jobs = yaml.safe_load((KIT / "gitlab.yml").read_text("utf-8"))
    targets = set(re.findall(r"^(\w+):", (KIT / "Makefile").read_text("utf-8"), re.MULTILINE))
    lines = jobs["pdfs"]["before_script"] + jobs["pdfs"]["script"]
    made = [line.split()[1:] for line in lines if line.startswith("make")]
    assert made == [["setup"], ["FLAGS='--annotations", "gitlab'"]]
    assert "setup" in targets
    assert jobs["pdfs"]["artifacts"]["reports"]["codequality"] == "gl-code-quality-report.json"


@pytest.mark.skipif(shutil.which("make") is None, reason="no make")
def test_what_is_not_installed_make_installs(tmp_path: Path) -> None:
    """With a Python that does nothing but make the program."""
    runner = Runner(tmp_path)
    assert cli.main(["init", str(runner.workspace)]) == cli.OK
    (tmp_path / "bin" / "cvbuild").unlink()
    log = tmp_path / "log"
    copied = "mkdir -p .venv/bin; cp -f $0 .venv/bin/python; cp -f $0 .venv/bin/cvbuild"
    runner.program("python3", f'echo "$@" >>{log}; [ "$2" != venv ] || {{ {copied}; }}')
    runner.environment["PATH"] = f"{tmp_path / 'bin'}:/usr/bin:/bin"
    runner.run({"run": "make\nmake"})

    assert not runner.failed, runner.log
    build = "build cv.yaml --all --manifest build/manifest.json"
    assert log.read_text("utf-8").splitlines() == [
        "-m venv .venv", "-m pip install --quiet -r requirements.txt", build, build
    ]  # fmt: skip


@pytest.mark.slow
@pytest.mark.pdf
def test_its_workflow_runs_to_the_end(tmp_path: Path) -> None:
    """As the runner runs it: the samples that are left in are told of, and stop nothing; then a release."""
    runner = Runner(tmp_path)
    assert cli.main(["init", str(runner.workspace)]) == cli.OK
    for step in steps(runner.workspace):
        failed = runner.failed
        runner.run(step)
        runner.failed = failed or (runner.failed and step.get("continue-on-error") != "true")
    assert not runner.failed, runner.log
    assert {command.properties["file"] for command in runner.commands()} == {"cv.yaml"}
    assert "cv&#45;industry&#46;pdf" in runner.summary
    assert files(runner.workspace / "build") == {"cv-industry.pdf", "cv-research.pdf", "manifest.json"}

    log = tmp_path / "gh"
    runner.program("gh", f'echo "$@" >>{log}; [ "$2" != view ]')
    runner.context |= {"github.ref_name": "$(touch owned)"}
    for step in steps(runner.workspace, "release"):
        runner.run(step)
    assert not runner.failed, runner.log
    assert [line.split()[1] for line in log.read_text("utf-8").splitlines()] == ["view", "create", "upload"]
    assert not (runner.workspace / "owned").exists()


@pytest.mark.slow
@pytest.mark.parametrize("broken", [True, False])
def test_the_hook_lets_no_broken_profile_pass(tmp_path: Path, broken: bool) -> None:
    """What pre-commit starts, as it starts it."""
    runner = Runner(tmp_path)
    assert cli.main(["init", str(runner.workspace)]) == cli.OK
    if broken:
        (runner.workspace / "cv.yaml").write_text("what: 1\n", "utf-8")
    config = yaml.safe_load((runner.workspace / ".pre-commit-config.yaml").read_text("utf-8"))
    (hook,) = config["repos"][0]["hooks"]
    assert re.search(hook["files"], "cv.yaml")
    runner.run({"run": hook["entry"]})
    assert runner.failed is broken


def test_the_hooks_of_this_repository_run_commands_that_there_are() -> None:
    hooks = yaml.safe_load((Path(__file__).parents[1] / ".pre-commit-hooks.yaml").read_text("utf-8"))
    for hook in hooks:
        program, *words = hook["entry"].split()
        assert (program, hook["language"]) == ("cvbuild", "python")
        parser().parse_args([*words, "cv.yaml"])
        assert re.search(hook["files"], "people/cv.yaml")
        assert not re.search(hook["files"], "mycv.yaml")


@pytest.mark.parametrize(
    ("said", "asked"),
    [
        (None, "cvbuild==0.1.0"),
        ('{"url": "file:///home/ada/cvbuild", "dir_info": {"editable": true}}', "cvbuild==0.1.0"),
        ('{"url": "https://git.example/cvbuild", "vcs_info": {"vcs": "git", "commit_id": "%s"}}' % ("a" * 40),
         f"cvbuild @ git+https://git.example/cvbuild@{'a' * 40}"),
        ('{"url": "https://me:token@git.example/cvbuild", "vcs_info": {"vcs": "git", "commit_id": "%s"}}' % ("a" * 40),
         "cvbuild==0.1.0"),
        ('{"url": "https://git.example/cvbuild", "vcs_info": {"vcs": "git", "commit_id": "main"}}', "cvbuild==0.1.0"),
        ("no JSON", "cvbuild==0.1.0"),
    ],
)  # fmt: skip
def test_what_is_asked_of_pip_is_the_cvbuild_that_asks(
    monkeypatch: pytest.MonkeyPatch, said: str | None, asked: str
) -> None:
    class Distribution:
        def read_text(self, name: str) -> str | None:
            return said if name == "direct_url.json" else None

    monkeypatch.setattr(kit.metadata, "distribution", lambda name: Distribution())
    assert kit.requirement() == asked
