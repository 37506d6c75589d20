"""The action: its scripts run as the runner runs them, and nothing that a stranger wrote is obeyed."""

from __future__ import annotations

import contextlib
import io
import json
import re
import runpy
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from runner import ROOT, Command, Runner, outputs

from cvbuild import cli

Build = Callable[..., dict[str, str]]
ACTION = yaml.load((ROOT / "action.yml").read_text("utf-8"), yaml.BaseLoader)
STEPS: list[dict[str, Any]] = ACTION["runs"]["steps"]
ADA = "person: {name: Ada, contact: [{phone: {value: +44 1, private: true}}]}\nstatement: Wrote notes.\n"
VARIANTS = "variants: {short: {}, long: {}, secret: {show_private: true}}\n"
# What a stranger may write where text is read back: commands of both forms, ends of values, cells and lines, markup.
HOSTILE = (
    "::error::a",
    "x\\n::add-mask::a",
    "##[stop-commands]a",
    "%0A::warning::a",
    "\\r::set-output name=files::a",
    "\\u2028::debug::a",
    "EOF\\nfiles=/etc/passwd",
    "| a | ![b](https://c.example/) <img src=d>",
)


@pytest.fixture
def runner(tmp_path: Path) -> Runner:
    """A runner that has everything installed, with the action's defaults as inputs."""
    found = Runner(tmp_path)
    found.context = {f"inputs.{name}": said["default"] for name, said in ACTION["inputs"].items()}
    found.context |= {
        "steps.python.outputs.python-path": sys.executable, "github.ref_type": "branch",
        "steps.install.outputs.cvbuild": str(tmp_path / "bin" / "cvbuild"), "inputs.formats": "text",
    }  # fmt: skip
    found.environment["SOURCE_DATE_EPOCH"] = "1772323200"
    return found


def put(runner: Runner, profile: str, inputs: dict[str, str]) -> None:
    if profile:
        (runner.workspace / "cv.yaml").write_text(profile, "utf-8")
    runner.context |= {f"inputs.{name}": text for name, text in inputs.items()}


def said(runner: Runner) -> dict[str, str]:
    """Return the outputs of the build."""
    start = "steps.build.outputs."
    return {name.removeprefix(start): text for name, text in runner.context.items() if name.startswith(start)}


def run(runner: Runner, profile: str = ADA + VARIANTS, **inputs: str) -> dict[str, str]:
    """Run the steps from the build on, and return the outputs of the build."""
    put(runner, profile, inputs)
    for step in STEPS[[step.get("id") for step in STEPS].index("build") :]:
        runner.run(step)
    return said(runner)


@pytest.fixture
def build(runner: Runner, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Callable[..., Any]:
    """Do what `run` does of the build, in this process: which takes a tenth of the time."""
    step = next(step for step in STEPS if step.get("id") == "build")

    def asked(*arguments: str) -> Any:
        with contextlib.redirect_stdout(io.StringIO()) as out:
            status = cli.main(arguments)
        return json.loads(out.getvalue()) if status == cli.OK else []

    def built(files: str = ADA + VARIANTS, **inputs: str) -> dict[str, str]:
        put(runner, files, inputs)
        (runner.folder / "output").write_text("", "utf-8")
        names = {name: runner.value(text) for name, text in step["env"].items()}
        names |= {"GITHUB_OUTPUT": str(runner.folder / "output"), "GITHUB_STEP_SUMMARY": str(runner.folder / "summary")}
        with monkeypatch.context() as patch:
            patch.chdir(runner.workspace)
            for name, text in {**runner.environment, **names}.items():
                patch.setenv(name, text)
            main = runpy.run_path(str(ROOT / ".github/action/build.py"))["main"]
            main.__globals__.update(asked=asked, cvbuild=lambda *arguments: cli.main(arguments))
            try:
                status = main()
            except SystemExit as end:
                status = end.code
        printed = capfd.readouterr()
        runner.log += printed.out + printed.err
        runner.failed |= status != 0
        return outputs((runner.folder / "output").read_text("utf-8"))

    return built


def manifest(runner: Runner) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((runner.workspace / "build/manifest.json").read_text("utf-8"))["artifacts"]
    return found


@pytest.mark.pdf
def test_every_public_variant_is_built_and_told_of(runner: Runner) -> None:
    said = run(runner, formats="pdf,text")

    assert not runner.failed, runner.log
    names = [f"build/cv-{name}.{end}" for name in ("short", "long") for end in ("pdf", "txt")]
    assert said["files"].split("\n") == names
    assert all((runner.workspace / file).is_file() for file in said["files"].split("\n"))
    assert (said["pdf-1"], said["pdf-2"], said.get("pdf-3")) == ("build/cv-short.pdf", "build/cv-long.pdf", None)
    assert said["others"].split("\n") == ["build/cv-short.txt", "build/cv-long.txt"]
    assert [entry["path"] for entry in manifest(runner)] == said["files"].split("\n")
    assert "| cv&#45;short&#46;pdf | 1 | letterpress | en | 2026&#45;03&#45;01 |" in runner.summary
    assert runner.commands() == []


def test_each_theme_is_built_where_there_are_several(runner: Runner, build: Build) -> None:
    said = build(variants="short", themes="letterpress, brief\nbrief")

    assert said["files"].split("\n") == ["build/cv-short-letterpress.txt", "build/cv-short-brief.txt"]
    assert [entry["theme"] for entry in manifest(runner)] == ["letterpress", "brief"]
    assert sorted(path.name for path in (runner.workspace / "build").iterdir()) == [
        "cv-short-brief.txt",
        "cv-short-letterpress.txt",
        "manifest.json",
    ]


def test_several_profiles_are_found_by_a_pattern(runner: Runner, build: Build) -> None:
    folder = runner.workspace / "profiles"
    folder.mkdir()
    for name in ("a b.yaml", "-all.yaml", "$(id).yaml"):
        (folder / name).write_text(ADA, "utf-8")

    said = build("", profile="profiles/*.yaml")
    assert sorted(said["files"].split("\n")) == ["build/__id_.txt", "build/a b.txt", "build/all.txt"]


@pytest.mark.parametrize("strict", ["false", "true"])
def test_findings_stand_at_their_lines_and_fail_where_they_are_to(runner: Runner, build: Build, strict: str) -> None:
    said = build(ADA + "experience: [{position: Engineer, organization: B, start: 2019, end: 2018}]\n", strict=strict)
    (found,) = (command for command in runner.commands() if command.properties.get("line") == "3")

    assert (found.properties["file"], found.name) == ("cv.yaml", "error")
    assert "cv&#46;yaml&#58;3" in runner.summary
    assert runner.failed
    assert said["files"] == ""


@pytest.mark.parametrize("strict", ["false", "true"])
def test_what_is_odd_is_a_warning_unless_it_is_to_be_an_error(runner: Runner, build: Build, strict: str) -> None:
    said = build(ADA + "view: {style: {theme: brief, options: {label: 30mm}}}\n", strict=strict)

    assert {command.name for command in runner.commands()} == {"error" if strict == "true" else "warning"}
    assert (said["files"], runner.failed) == (("", True) if strict == "true" else ("build/cv.txt", False))


def test_a_private_variant_is_refused(runner: Runner, build: Build) -> None:
    build(variants="short\nsecret")

    assert runner.failed
    assert [command.text for command in runner.commands()] == [
        "variants: 'secret' shows private facts; expected public ones"
    ]
    assert not (runner.workspace / "build").exists()


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_in_a_profile_is_obeyed(runner: Runner, build: Build, text: str) -> None:
    """Each name and each value comes back in a message, and as what it is."""
    build(f'{ADA}"{text}": 1\nexperience: [{{position: "{text}", start: "{text}"}}]\nvariants: {{"{text}": {{}}}}\n')
    commands = runner.commands()

    assert runner.failed
    assert {command.properties["line"] for command in commands} >= {"3", "4", "5"}
    assert {command.name for command in commands} == {"error"}
    assert {command.properties["file"] for command in commands} == {"cv.yaml"}
    assert {command.properties["title"] for command in commands} == {"cvbuild"}
    assert [line for line in runner.summary.splitlines() if line and not line.startswith("- ❌ <code>cv")] == []
    assert not set("|[<") & set(re.sub(r"</?code>", "", runner.summary))


@pytest.mark.parametrize("name", ["##[stop-commands]a", "a\n::error::b", "-x", "a,line=9", "[a]"])
@pytest.mark.parametrize("wrong", [True, False])
def test_no_file_is_called_so_that_it_is_obeyed(runner: Runner, build: Build, name: str, wrong: bool) -> None:
    name += ".yaml"
    (runner.workspace / name).write_text(f"{ADA}{'what: 1' if wrong else ''}\n", "utf-8")
    build("", profile="*.yaml")

    commands = runner.commands()
    assert len(commands) == (1 if wrong else 0)
    assert {command.name for command in commands} <= {"error"}
    assert {command.properties["file"] for command in commands} <= {name}
    assert {tuple(command.properties) for command in commands} <= {("file", "line", "col", "title")}


@pytest.mark.parametrize("name", ["##[stop-commands]a", "short\r::error file=a::b", "--private", "'\"\n%"])
@pytest.mark.parametrize("field", ["variants", "themes", "formats", "profile"])
def test_an_input_is_a_name_and_no_more(runner: Runner, build: Build, field: str, name: str) -> None:
    said = build(**{field: name})

    assert runner.failed
    assert said.get("files", "") == ""
    assert {command.name for command in runner.commands()} == {"error"}
    assert {command.properties["title"] for command in runner.commands()} == {"cvbuild"}


@pytest.mark.slow
@pytest.mark.parametrize("name", ["short; touch owned", "$(touch owned)", "`touch owned`", "'\"\n%\ntouch owned"])
def test_no_shell_reads_an_input(runner: Runner, name: str) -> None:
    run(runner, **dict.fromkeys(("variants", "themes", "formats", "profile", "strict"), name))

    assert runner.failed
    assert list(runner.workspace.rglob("owned")) == []


def test_links_in_a_repository_are_not_followed(runner: Runner, build: Build) -> None:
    victim = runner.folder / "victim"
    victim.write_text("mine", "utf-8")
    (runner.workspace / "build").mkdir()
    for name in ("cv.txt", "manifest.json"):
        (runner.workspace / "build" / name).symlink_to(victim)
    build(ADA)
    assert victim.read_text("utf-8") == "mine"


def test_what_strict_says_is_true_or_false(runner: Runner, build: Build) -> None:
    build(strict="perhaps")
    assert runner.commands() == [
        Command("error", {"title": "cvbuild"}, "strict: 'perhaps'; expected true or false")
    ]


@pytest.mark.parametrize("exists", [True, False])
@pytest.mark.parametrize("tag", ["v1.0", "--repo=evil", "$(touch owned)", "a;touch owned", "`touch owned`"])
def test_a_tag_gets_a_release_with_the_files(runner: Runner, tag: str, exists: bool) -> None:
    """Whatever a tag is called, it is one word behind the end of the options."""
    log = runner.folder / "gh"
    runner.program("gh", f'printf "%s\\0" "$@" >>{log}; echo >>{log}; [ "$2" != view ] || exit {0 if exists else 1}')
    runner.context |= {"github.ref_type": "tag", "github.ref_name": tag, "github.token": "t"}
    made = "build/a b.pdf\nbuild/c-tex\nbuild/c.pdf"
    (runner.workspace / "build" / "c-tex").mkdir(parents=True)
    for name in ("a b.pdf", "c.pdf"):
        (runner.workspace / "build" / name).write_bytes(b"")
    runner.context |= {"steps.build.outputs.files": made, "steps.build.outputs.manifest": "m"}
    runner.run(STEPS[-1])
    calls = [call.split("\0")[:-1] for call in log.read_text("utf-8").splitlines()]

    assert not runner.failed, runner.log
    assert calls[-1] == ["release", "upload", "--clobber", "--", tag, "build/a b.pdf", "build/c.pdf", "m"]
    assert calls[0] == ["release", "view", "--", tag]
    assert [call[1] for call in calls[1:-1]] == ([] if exists else ["create"])
    assert all(call[-2:] == ["--", tag] for call in calls[1:-1])
    assert list(runner.workspace.rglob("owned")) == []


@pytest.mark.parametrize(("failed", "kind"), [(True, "tag"), (False, "branch")])
def test_nothing_is_released_of_a_failed_build_or_a_branch(runner: Runner, failed: bool, kind: str) -> None:
    runner.program("gh", f"touch {runner.folder / 'called'}")
    runner.context |= {"github.ref_type": kind, "github.ref_name": "v1", "steps.build.outputs.files": "a"}
    runner.failed = failed
    runner.run(STEPS[-1])
    assert not (runner.folder / "called").exists()


def test_only_what_is_locked_is_installed(runner: Runner) -> None:
    """The steps of the installation in their order, with a Python that does nothing."""
    log = runner.folder / "python"
    fake = runner.program("python", f'echo "$@" >>{log}\nif [ "$2" = venv ]; then mkdir -p "$4/bin"; '
                          f'cp "$0" "$4/bin/python"; printf "#!/bin/sh\\n" >"$4/bin/cvbuild"; '
                          'chmod +x "$4/bin/cvbuild"; fi')  # fmt: skip
    runner.context["steps.python.outputs.python-path"] = str(fake)
    runner.run(next(step for step in STEPS if step.get("id") == "install"))
    calls = [line for line in log.read_text("utf-8").splitlines() if "install" in line]

    assert not runner.failed, runner.log
    assert runner.context["steps.install.outputs.cvbuild"] == str(runner.folder / "temp/cvbuild/bin/cvbuild")
    assert calls[0].endswith(f"--require-hashes -r {ROOT}/requirements.lock")
    assert calls[-1].endswith(f"--no-build-isolation --no-deps {ROOT}")


def test_every_pdf_has_a_step_that_uploads_it() -> None:
    """Steps cannot be repeated: there is one for each output, and they differ in nothing else."""
    uploads = [step for step in STEPS if step.get("uses", "").startswith("actions/upload-artifact@")]
    slots = [step for step in uploads if "outputs.pdf-" in step["if"]]
    built = (ROOT / ".github/action/build.py").read_text("utf-8")

    assert len(slots) == int(re.search(r"^SLOTS = (\d+)$", built, re.MULTILINE)[1])  # type: ignore[index]
    for number, step in enumerate(slots, 1):
        name = f"steps.build.outputs.pdf-{number}"
        assert step["if"] == f"${{{{ !cancelled() && {name} != '' }}}}"
        assert step["with"] == {"path": f"${{{{ {name} }}}}", "archive": "false", "if-no-files-found": "error"}
    assert len({step["uses"] for step in uploads}) == 1


def test_nothing_of_others_is_written_into_a_script() -> None:
    """Inputs and names reach scripts through the environment; actions of others are pinned by commit."""
    for step in STEPS:
        assert "${{" not in step.get("run", "")
        if "uses" in step:
            assert re.fullmatch(r"actions/[\w-]+@[0-9a-f]{40}", step["uses"])
    assert set(ACTION["inputs"]) == {"profile", "variants", "themes", "formats", "strict"}
    assert set(ACTION["outputs"]) == {"files", "manifest"}


def test_an_output_cannot_end_itself() -> None:
    assert outputs("a<<x\n1\nb=2\nx\nc=3\n") == {"a": "1\nb=2", "c": "3"}
