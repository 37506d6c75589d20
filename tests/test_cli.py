"""The command line: where artifacts go, what is printed where, and what the exit status says."""

from __future__ import annotations

import hashlib
import json
import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from cvbuild import cli
from cvbuild.cli.examples import EXAMPLES
from cvbuild.cli.parser import parser

PROFILE = """\
person: {name: Ada Example, contact: [{phone: {value: +44 20 7946 0001, private: true}}]}
skills: [{name: Tools, items: [Git]}]
talks:
  - {title: A Talk, date: 2024}
  - {title: A Later Talk, date: 2025}
variants:
  short: {sections: [skills]}
  open: {show_private: true}
"""


@pytest.fixture
def profile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1750000000")  # 2025-06-15
    path = tmp_path / "ada.yaml"
    path.write_text(PROFILE, "utf-8")
    return path


def test_artifacts_go_to_the_build_folder(profile: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["build", "ada.yaml", "--format", "text,native"]) == cli.OK
    assert sorted(path.name for path in Path("build").iterdir()) == ["ada.tree", "ada.txt"]
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == ["build/ada.txt", "build/ada.tree"]
    assert all(line.endswith(" s") for line in lines)


def test_formats_are_named_at_once_or_one_by_one(profile: Path) -> None:
    arguments = ["--format", "text,native", "--format", "markdown", "--format", "text", "--manifest", "m.json"]
    assert cli.main(["build", "ada.yaml", *arguments]) == cli.OK
    listed = [(entry["path"], entry["format"]) for entry in json.loads(Path("m.json").read_text())["artifacts"]]
    assert listed == [("build/ada.txt", "text"), ("build/ada.tree", "native"), ("build/ada.md", "markdown")]


@pytest.mark.parametrize(
    ("arguments", "made"),
    [
        (["--all"], ["build/ada-short.txt"]),
        (["--all", "--private"], ["build/ada-open.txt", "build/ada-short.txt"]),
        (["--variant", "short", "--variant", "open"], ["build/ada-open.txt", "build/ada-short.txt"]),
        (["--output", "here.txt"], ["here.txt"]),
        (["--output", "there/"], ["there/ada.txt"]),
        (["--output", "deep/er/cv.txt"], ["deep/er/cv.txt"]),
        (["--all", "--output", "there"], ["there/ada-short.txt"]),
    ],
)
def test_each_artifact_has_its_place(profile: Path, arguments: list[str], made: list[str]) -> None:
    if arguments[-1] == "there":
        Path("there").mkdir()
    assert cli.main(["build", "ada.yaml", "--format", "text", *arguments]) == cli.OK
    assert sorted(str(path) for path in Path().rglob("*.txt")) == made


def test_a_variant_that_shows_private_facts_is_left_out_of_all(profile: Path) -> None:
    assert cli.main(["build", "ada.yaml", "--all", "--format", "text"]) == cli.OK
    assert "7946" not in "".join(path.read_text("utf-8") for path in Path("build").iterdir())
    assert cli.main(["build", "ada.yaml", "--variant", "open", "--format", "text", "-o", "-"]) == cli.OK


def test_standard_input_and_output(profile: Path) -> None:
    command = [sys.executable, "-m", "cvbuild", "build", "-", "--format", "text", "--output", "-"]
    done = subprocess.run(command, input=PROFILE.encode(), capture_output=True, check=True, env=dict(os.environ))
    assert done.stdout.startswith(b"Ada Example\n")
    assert done.stderr == b""
    assert not Path("build").exists()


def test_source_date_epoch_is_the_day_and_as_of_goes_before_it(
    profile: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for arguments, later in (([], True), (["--as-of", "2024-06"], False)):
        assert cli.main(["build", "ada.yaml", "--format", "text", "-o", "-", *arguments]) == cli.OK
        assert ("A Later Talk" in capsys.readouterr().out) is later


def test_what_the_command_line_says_goes_before_all_else(profile: Path, capsys: pytest.CaptureFixture[str]) -> None:
    wishes = ["--set", "person.name=Ada Other", "--style", "words.present=Now", "--style", "accent=#123"]
    assert cli.main(["build", "ada.yaml", "--format", "html", "-o", "-", *wishes]) == cli.OK
    out = capsys.readouterr().out
    assert "<h1>Ada Other</h1>" in out
    assert "#123" in out


@pytest.mark.parametrize(
    ("arguments", "status", "message"),
    [
        (["build", "ada.yaml", "--al"], cli.USAGE, "did you mean '--all'?"),
        (["biuld", "ada.yaml"], cli.USAGE, "did you mean 'build'?"),
        (["build", "ada.yaml", "--as-of", "yesterday"], cli.USAGE, "'yesterday' is not a date"),
        (["build", "ada.yaml", "--format", "doc"], cli.USAGE, "expected pdf, html, docx, tex,"),
        (["build", "ada.yaml", "--set", "skills"], cli.USAGE, "expected PATH=VALUE"),
        (["build", "ada.yaml", "--style", "papper=a4"], cli.INPUT, "did you mean 'paper'?"),
        (["build", "ada.yaml", "--style", "paper=a5"], cli.USAGE, "expected letter or a4"),
        (["build", "ada.yaml", "--style", "accent=red"], cli.INPUT, "expected a colour"),
        (["build", "ada.yaml", "--style", "acent=#fff"], cli.INPUT, "did you mean 'accent'?"),
        (["build", "ada.yaml", "--variant", "shrot"], cli.INPUT, "did you mean 'short'?"),
        (["build", "ada.yaml", "--theme", "leterpress"], cli.THEME, "did you mean 'letterpress'?"),
        (["build", "ada.yaml", "--language", "fr"], cli.INPUT, "no language 'fr'"),
        (["build", "ada.yaml", "--include", "resarch"], cli.INPUT, "no tag 'resarch'"),
        (["build", "ada.yaml", "--set", "nobody.name=x"], cli.INPUT, "'nobody.name' is not in this profile"),
        (["build", "ad.yaml"], cli.INPUT, "no such file"),
        (["build", "ada.yaml", "--all", "--private", "--format", "text", "-o", "-"], cli.USAGE, "expected one"),
        (["build", "ada.yaml", "ada.yaml", "--format", "text"], cli.USAGE, "two artifacts for"),
        (["build", "ada.yaml", "--output", "ada.yaml"], cli.USAGE, "would be overwritten"),
        (["build", "ada.yaml", "--format", "text", "-o", "ada.yaml/x.txt"], cli.OUTPUT, "cannot be written"),
        (["new", "ada.yaml"], cli.USAGE, "there is such a file already"),
        (["variants", "show", "ada.yaml", "shrot"], cli.INPUT, "did you mean 'short'?"),
    ],
)
def test_what_is_wrong_is_said_in_one_message(
    profile: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], status: int, message: str
) -> None:
    try:
        found = cli.main(arguments)
    except SystemExit as usage:
        found = int(str(usage.code))
    out, err = capsys.readouterr()
    assert (found, out) == (status, "")
    assert message in err
    assert "Traceback" not in err
    assert profile.read_text("utf-8") == PROFILE


def test_every_failure_is_reported_and_the_rest_is_built(profile: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("one.yaml").write_text("person: {}\n", "utf-8")
    Path("two.yaml").write_text("[]\n", "utf-8")
    assert cli.main(["build", "one.yaml", "ada.yaml", "two.yaml", "--format", "text"]) == cli.INPUT
    err = capsys.readouterr().err
    assert "one.yaml:1:9: " in err
    assert "two.yaml:1:1: " in err
    assert Path("build/ada.txt").exists()


def test_strict_builds_nothing_where_there_is_a_warning(profile: Path, capsys: pytest.CaptureFixture[str]) -> None:
    loose = PROFILE.replace("date: 2024", "date: soon")
    profile.write_text(loose, "utf-8")
    assert cli.main(["build", "ada.yaml", "--format", "text"]) == cli.OK
    assert "ada.yaml:4:27: warning: talks[0].date: 'soon' is not a date" in capsys.readouterr().err
    Path("build/ada.txt").unlink()
    assert cli.main(["build", "ada.yaml", "--format", "text", "--strict"]) == cli.INPUT
    assert not Path("build/ada.txt").exists()
    assert cli.main(["validate", "ada.yaml", "--strict"]) == cli.INPUT
    assert cli.main(["validate", "ada.yaml"]) == cli.OK


def test_quiet_prints_problems_only(profile: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["build", "ada.yaml", "--format", "text", "--quiet"]) == cli.OK
    assert capsys.readouterr().out == ""


def test_reports_as_json(profile: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["variants", "list", "ada.yaml", "--json"]) == cli.OK
    rows = json.loads(capsys.readouterr().out)
    assert [(row["variant"], row["private"]) for row in rows] == [("", ""), ("short", ""), ("open", "yes")]
    assert cli.main(["variants", "show", "ada.yaml", "short", "--json"]) == cli.OK
    assert json.loads(capsys.readouterr().out)["view"]["sections"] == ["skills"]
    assert cli.main(["themes", "--json"]) == cli.OK
    themes = {theme["name"]: theme for theme in json.loads(capsys.readouterr().out)}
    assert themes["letterpress"]["engines"] == ["weasyprint", "latex"]
    assert "base" not in themes
    assert cli.main(["schema"]) == cli.OK
    assert json.loads(capsys.readouterr().out)["required"] == ["person"]


def test_build_reports_artifacts_as_json(profile: Path, capsys: pytest.CaptureFixture[str]) -> None:
    profile.write_text(PROFILE.replace("date: 2024", "date: soon"), "utf-8")
    assert cli.main(["build", "ada.yaml", "none.yaml", "--format", "text,html", "--json"]) == cli.INPUT
    told = json.loads(capsys.readouterr().out)
    first, second = told["artifacts"]
    assert (first["path"], first["format"], first["variant"], first["pages"]) == ("build/ada.txt", "text", "", None)
    assert first["sha256"] == hashlib.sha256(Path("build/ada.txt").read_bytes()).hexdigest()
    assert first["seconds"] >= 0
    assert (first["warnings"][0]["line"], first["warnings"][0]["column"]) == (4, 27)
    assert second["format"] == "html"
    assert [problem["file"] for problem in told["problems"]] == ["none.yaml"]
    assert cli.main(["build", "ada.yaml", "--format", "text", "--json", "-o", "-"]) == cli.USAGE


def test_validate_reports_problems_as_json(profile: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("one.yaml").write_text("person: {name: Ada}\nskils: [{name: Tools}]\nview: {sections: [skill]}\n", "utf-8")
    profile.write_text(PROFILE.replace("date: 2024", "date: soon"), "utf-8")
    assert cli.main(["validate", "one.yaml", "ada.yaml", "--json"]) == cli.INPUT
    one, ada = json.loads(capsys.readouterr().out)
    assert (one["profile"], one["valid"], ada["valid"]) == ("one.yaml", False, True)
    assert ada["variants"] == ["short", "open"]
    problem = one["problems"][0]
    assert set(problem) == {"file", "line", "column", "where", "message", "hint"}
    assert (problem["file"], problem["line"]) == ("one.yaml", 2)
    assert ada["warnings"][0]["message"].startswith("'soon' is not a date")


def test_the_resolved_profile_builds_to_the_same_text(profile: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["build", "ada.yaml", "--variant", "short", "--format", "text", "-o", "-"]) == cli.OK
    text = capsys.readouterr().out
    assert cli.main(["variants", "show", "ada.yaml", "short"]) == cli.OK
    Path("resolved.yaml").write_text(capsys.readouterr().out, "utf-8")
    assert cli.main(["build", "resolved.yaml", "--format", "text", "-o", "-"]) == cli.OK
    assert capsys.readouterr().out == text


def test_targets_for_make_name_every_public_variant(profile: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["variants", "list", "--make", "ada.yaml"]) == cli.OK
    lines = capsys.readouterr().out.splitlines()
    assert "PDFS += build/ada-short.pdf" in lines
    assert "build/ada-short.pdf: ada.yaml" in lines
    assert not any("open" in line for line in lines)


def test_new_writes_a_profile_that_builds(profile: Path) -> None:
    for arguments in (["new", "mine.yaml"], ["new", "full.yaml", "--example"]):
        assert cli.main(arguments) == cli.OK
        assert cli.main(["validate", arguments[1], "--strict"]) == cli.OK
    assert Path("mine.yaml").read_text("utf-8").startswith("# yaml-language-server: $schema=cvbuild.schema.json\n")
    assert json.loads(Path("cvbuild.schema.json").read_text("utf-8"))["title"] == "cvbuild profile"


def test_help_ends_with_examples_that_are_understood(capsys: pytest.CaptureFixture[str]) -> None:
    for name, lines in EXAMPLES.items():
        assert 2 <= len(lines) <= 3
        for line in lines:
            command = line.partition("cvbuild ")[2].partition(" | ")[0].partition(" > ")[0].rstrip(")")
            parser().parse_args(shlex.split(command))
        path = ["variants", name] if name in ("list", "show", "diff") else [name]
        with pytest.raises(SystemExit):
            cli.main([*path, "--help"])
        assert capsys.readouterr().out.rstrip().endswith("\n  ".join(["examples:", *lines]))


@pytest.mark.parametrize(("parent", "file"), [("letterpress", "extra.css.j2"), ("base", "style.css.j2")])
def test_new_writes_a_theme_that_builds(
    profile: Path, capsys: pytest.CaptureFixture[str], parent: str, file: str
) -> None:
    assert cli.main(["new", "--theme", "sober", "--extends", parent]) == cli.OK
    assert sorted(path.name for path in Path("themes/sober").iterdir()) == sorted([file, "theme.yaml"])
    wishes = ["--theme", "sober", "--style", "tint=#123456"]
    assert cli.main(["build", "ada.yaml", "--strict", "--format", "html", "--output", "cv.html", *wishes]) == cli.OK
    css = Path("cv.html").read_text("utf-8").partition("@media screen")[0]
    assert css.rstrip().endswith("h2 { color: #123456; }")
    capsys.readouterr()
    assert cli.main(["new", "--theme", "sober"]) == cli.USAGE
    assert "there is a theme 'sober' already" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "status", "message"),
    [
        (["--theme", "../x"], cli.USAGE, "expected a name of letters"),
        (["--theme", "letterpress"], cli.USAGE, "there is a theme 'letterpress' already"),
        (["--theme", "x", "--extends", "leterpress"], cli.THEME, "did you mean 'letterpress'?"),
        (["--theme", "x", "mine.yaml"], cli.USAGE, "--theme writes no profile"),
        (["--extends", "letterpress"], cli.USAGE, "expected --theme NAME"),
    ],
)
def test_a_theme_that_cannot_be_started_is_refused(
    profile: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], status: int, message: str
) -> None:
    assert cli.main(["new", *arguments]) == status
    assert message in capsys.readouterr().err
    assert not Path("themes").exists()


def test_colour_is_for_terminals_that_want_it(profile: Path, monkeypatch: pytest.MonkeyPatch,
                                              capsys: pytest.CaptureFixture[str]) -> None:  # fmt: skip
    for no_color, coloured in (("", True), ("1", False)):
        monkeypatch.setenv("NO_COLOR", no_color)
        monkeypatch.setenv("TERM", "xterm")
        monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
        assert cli.main(["validate", "none.yaml"]) == cli.INPUT
        assert ("\x1b[" in capsys.readouterr().err) is coloured


def test_the_manifest_says_what_each_artifact_is(profile: Path) -> None:
    arguments = ["build", "ada.yaml", "--all", "--private", "--format", "text", "--manifest", "build/manifest.json"]
    assert cli.main([*arguments, "--jobs", "2"]) == cli.OK
    rows = json.loads(Path("build/manifest.json").read_text("utf-8"))["artifacts"]
    assert [(row["variant"], row["theme"], row["language"], row["as_of"]) for row in rows] == [
        ("short", "letterpress", "en", "2025-06-15"),
        ("open", "letterpress", "en", "2025-06-15"),
    ]
    for row in rows:
        assert hashlib.sha256(Path(row["path"]).read_bytes()).hexdigest() == row["sha256"]


def test_a_bar_says_how_far_it_is_on_a_terminal_only(
    profile: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["build", "ada.yaml", "--all", "--private", "--format", "text,native"]
    assert cli.main(arguments) == cli.OK
    assert capsys.readouterr().err == ""
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    assert cli.main(arguments) == cli.OK
    err = capsys.readouterr().err
    assert "━" * 6 + "─" * 18 + " 1/4" in err
    assert err.endswith("\r\x1b[K")
    assert cli.main([*arguments, "--quiet"]) == cli.OK
    assert capsys.readouterr().err == ""
