"""What CI services read of a run: commands, a summary, a report; each of one form whatever a person wrote."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from runner import _commands

from cvbuild import cli
from cvbuild.cli import services
from cvbuild.cli.services import Told
from cvbuild.errors import Mark, Problem, visible

WORDS = st.text(max_size=30) | st.text(alphabet=":#[]%\r\n,= a", max_size=30)
PROBLEMS = st.builds(Problem, st.builds(Mark, WORDS, st.integers(0, 3), st.just(1)), WORDS, WORDS, WORDS)


@given(st.sampled_from(["error", "warning", "note"]), PROBLEMS)
def test_a_problem_is_one_command_on_one_line(severity: str, problem: Problem) -> None:
    """What the runner reads back is what was said, of the severity that it has."""
    line = services.command(Told(severity, problem))
    (found,) = _commands(line)

    assert not {"\r", "\n"} & set(line)
    assert found.name == {"note": "notice"}.get(severity, severity)
    assert visible(problem.message) in found.text
    assert set(found.properties) <= {"file", "line", "col", "title"}
    assert found.properties.get("line", "0") == str(problem.mark.line)


@given(WORDS)
def test_a_result_is_no_command(text: str) -> None:
    lines = services.harmless(text).replace("\r", "\n").split("\n")
    assert [found for line in lines for found in _commands(line)] == []


@given(PROBLEMS)
def test_a_summary_is_a_list_of_plain_text(problem: Problem) -> None:
    lines = services.summary((), [Told("error", problem)]).split("\n")

    assert (len(lines), lines[1]) == (2, "")
    assert lines[0].startswith("- ❌")
    assert not set("|[]<>*_`!\\@") & set(lines[0].replace("<code>", "").replace("</code>", ""))


def test_a_summary_ends_before_the_service_cuts_it() -> None:
    problem = Problem(Mark("cv.yaml", 1, 1), "a", "x" * 100_000)
    text = services.summary([{"path": "build/a|b.pdf", "pages": 2, "theme": "brief"}], [Told("warning", problem)] * 500)

    assert "| a&#124;b&#46;pdf | 2 | brief |  |  |" in text
    assert text.endswith("- … and 300 more\n")
    assert len(text) < 2**20


def test_gitlab_reads_a_report(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("cv.yaml").write_text("person: {name: Ada}\nwhat: 1\n", "utf-8")
    assert cli.main(["validate", "cv.yaml", "--annotations", "gitlab"]) == cli.INPUT
    (issue,) = json.loads(Path(services.GITLAB_REPORT).read_text("utf-8"))

    assert issue["location"] == {"path": "cv.yaml", "lines": {"begin": 2}}
    assert issue["severity"] == "major"
    assert issue["description"].startswith("what: no such field")
    assert len(issue["fingerprint"]) == 64


def test_files_are_named_from_the_top_of_the_repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in (str(tmp_path / "cv.yaml"), "./cv.yaml", "cv.yaml"):
        (found,) = _commands(services.command(Told("note", Problem(Mark(name, 3, 4), "", "x"))))
        assert dict(found.properties) == {"file": "cv.yaml", "line": "3", "col": "4", "title": "cvbuild"}


def test_a_summary_that_cannot_be_written_is_left_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path))
    (tmp_path / "cv.yaml").write_text("person: {name: Ada}\nstatement: x\n", "utf-8")
    assert cli.main(["validate", str(tmp_path / "cv.yaml"), "--annotations", "github"]) == cli.OK


def test_one_command_tells_nothing_of_the_one_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    for form in (["--annotations", "gitlab"], []):
        assert cli.main(["validate", "no.yaml", *form]) == cli.INPUT
    assert capsys.readouterr().err == "no.yaml: no such file\n" * 2


def test_neither_json_nor_an_artifact_is_obeyed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("cv.yaml").write_text('person: {name: Ada}\n"##[stop-commands]x": 1\n', "utf-8")
    assert cli.main(["validate", "cv.yaml", "--json", "--annotations", "github"]) == cli.INPUT
    out = capsys.readouterr().out
    assert [found for line in out.splitlines() for found in _commands(line)] == []
    assert json.loads(out)[0]["problems"][0]["where"] == "##[stop-commands]x"

    Path("cv.yaml").write_text("person: {name: Ada}\nstatement: '##[stop-commands]x'\n", "utf-8")
    assert cli.main(["build", "--format", "text", "--output", "-", "--annotations", "github"]) == cli.USAGE
    assert capsys.readouterr().out == ""
