"""Slips in the facts: each rule finds what it is for, by name and line, and goes off where a comment says so.

A case is a profile in whose lines comments say what must be found there: `# finds: RULE`.
"""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from typeset import profile

from cvbuild import cli
from cvbuild.findings import Finding
from cvbuild.lint import RULES, lint
from cvbuild.lint.switches import switches

CASES = {
    case.pop("case"): case["profile"]
    for case in yaml.safe_load((Path(__file__).parent / "cases" / "lint.yaml").read_text("utf-8"))
}
TODAY = date(2026, 3, 1)


def found(text: str) -> tuple[Finding, ...]:
    source = profile(text)
    return lint(source.profile, TODAY, {source.profile.file: text})


@pytest.mark.parametrize("case", CASES)
def test_each_slip_is_found_in_its_line(case: str) -> None:
    text = CASES[case]
    wanted = [(number, rule) for number, line in enumerate(text.splitlines(), 1)
              for match in re.findall(r"# finds: ([\w ,-]+)$", line) for rule in match.split()]  # fmt: skip

    assert sorted((f.problem.mark.line, f.rule) for f in found(text)) == sorted(wanted)


def test_every_rule_has_a_case_and_says_what_it_is_for() -> None:
    text = "\n".join(CASES.values())
    for name, rule in RULES.items():
        assert re.search(rf"# finds: [\w ,-]*\b{name}\b", text), name
        assert rule.__doc__
        assert "\n" not in rule.__doc__


@pytest.mark.parametrize("name", ["mina-seo", "lorenz-prantlhuber", "ines-valadeiro"])
def test_the_examples_have_no_errors(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    path = Path(__file__).parents[1] / "profiles" / f"{name}.yaml"

    assert cli.main(["lint", str(path), "--as-of", "2026-03-01"]) == cli.OK
    assert "error" not in capsys.readouterr().out


def test_the_starter_is_found_to_be_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert cli.main(["new", "cv.yaml"]) == cli.OK

    assert cli.main(["lint", "cv.yaml"]) == cli.CHECK


def test_findings_as_json_and_as_a_status(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("cv.yaml").write_text(CASES["a range of one month"])

    assert cli.main(["lint", "cv.yaml", "--json"]) == cli.OK
    (told,) = json.loads(capsys.readouterr().out)
    assert told["profile"] == "cv.yaml"
    assert [(row["rule"], row["severity"], row["line"]) for row in told["findings"]] == [("equal-range", "warning", 6)]
    assert cli.main(["lint", "cv.yaml", "--strict"]) == cli.CHECK
    assert cli.main(["lint", "none.yaml"]) == cli.INPUT
    assert cli.main(["lint", "--rules"]) == cli.OK
    assert "equal-range" in capsys.readouterr().out


def test_a_profile_from_standard_input_is_linted(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    class Standard:
        class buffer:
            @staticmethod
            def read(_: int) -> bytes:
                return CASES["a range of one month"].encode()

    monkeypatch.setattr("sys.stdin", Standard)
    assert cli.main(["lint", "-"]) == cli.OK
    assert "<stdin>:6:" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("comment", "message"),
    [("gaps", "no rule 'gaps'"), ("gap", "the rule 'gap' finds nothing here"), ("", "no rule named")],
)
def test_a_switch_that_is_none_is_told(comment: str, message: str) -> None:
    (only,) = found(f"person: {{name: Ada}}\ntalks: [{{title: One}}]   # lint: off {comment}\n")

    assert (only.rule, only.problem.mark.line) == ("switch", 2)
    assert message in only.problem.message


@given(st.text(st.sampled_from("# lintof:gap\n -ab"), max_size=80))
def test_any_text_has_its_switches_read(text: str) -> None:
    count = len(text.splitlines())
    for switch in switches(text, "cv.yaml"):
        assert 1 <= switch.first <= switch.last <= count
