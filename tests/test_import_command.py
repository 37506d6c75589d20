"""`cvbuild import` as people run it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from cvbuild import cli
from tests.test_importers import bytes_of, cases

RESUME = """{"basics": {"name": "Ada Example", "email": "ada@example.org"},
 "work": [{"name": "Example Works", "startDate": "2014-00"}]}"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Path("resume.json").write_text(RESUME)
    return tmp_path


def test_a_file_becomes_a_profile_and_goes_back(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["import", "resume.json"]) == cli.OK
    told = capsys.readouterr()
    assert told.out == "cv.yaml  from a JSON Resume: 1 experience; 1 to look at\n"
    assert told.err == "resume.json:2:50: warning: work[0].startDate: '2014-00' is read as 2014\n"
    head = "# From resume.json, a JSON Resume.\n\nperson:\n  name: Ada Example\n"
    assert Path("cv.yaml").read_text().startswith(head)
    assert cli.main(["validate", "cv.yaml", "--strict"]) == cli.OK
    assert cli.main(["build", "cv.yaml", "--format", "jsonresume,text"]) == cli.OK
    assert json.loads(Path("build/cv.json").read_text()) == json.loads(RESUME)
    assert "Example Works" in Path("build/cv.txt").read_text()


def test_nothing_is_overwritten_unless_asked_for(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("cv.yaml").write_text("mine")
    assert cli.main(["import", "resume.json"]) == cli.USAGE
    assert "there is such a file already" in capsys.readouterr().err
    assert Path("cv.yaml").read_text() == "mine"
    assert cli.main(["import", "resume.json", "--force", "--json"]) == cli.OK
    found = json.loads(capsys.readouterr().out)
    assert (found["profile"], found["format"], found["entries"]) == ("cv.yaml", "jsonresume", {"experience": 1})
    assert (found["notes"][0]["line"], found["notes"][0]["column"]) == (2, 50)
    assert "Ada Example" in Path("cv.yaml").read_text()


def test_a_profile_is_shown_what_it_would_get_before_it_gets_it(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    old = "# mine\nperson: {name: Ada Q. Example}\n\nexperience:\n  - {organization: Other, start: 2010}  # first\n"
    Path("mine.yaml").write_text(old)
    assert cli.main(["import", "resume.json", "--into", "mine.yaml"]) == cli.OK
    assert Path("mine.yaml").read_text() == old
    told = capsys.readouterr().out
    assert "+  - organization: Example Works\n+    start: 2014\n" in told
    assert told.endswith("mine.yaml  1 new in contact, 1 new in experience; --write puts it there\n")
    assert cli.main(["import", "resume.json", "--into", "mine.yaml", "--write", "--json"]) == cli.OK
    assert json.loads(capsys.readouterr().out)["added"] == {"contact": 1, "experience": 1}
    kept = [line for line in Path("mine.yaml").read_text().splitlines() if line in old.splitlines()]
    assert kept == [line for line in old.splitlines() if "person" not in line]
    assert cli.main(["import", "resume.json", "--into", "mine.yaml", "--write"]) == cli.OK
    assert capsys.readouterr().out == "mine.yaml  nothing new\n"


def test_works_join_those_that_a_profile_has(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("papers.bib").write_text(
        "@article{a, title={On {S}ums}, author={Example, Ada}, year=2020, journal={Sums}, doi={10.1000/182}}\n"
        "@book{b, title={More Sums}, author={Example, A. and Author, B.}, year=2021}\n"
    )
    old = "person: {name: Ada Example, cite_as: A. Example}\npublications:\n  - {title: On sums, date: 2019}  # mine\n"
    Path("mine.yaml").write_text(old)
    assert cli.main(["import", "papers.bib", "--into", "mine.yaml", "--write"]) == cli.OK
    assert "1 new in publications, 1 completed in publications" in capsys.readouterr().out
    text = Path("mine.yaml").read_text()
    more = "authors: [me], venue: sums, links: {doi: 10.1000/182}, key: a"
    assert f"- {{title: On sums, date: 2019, {more}}}  # mine" in text
    assert "    authors:\n      - me\n      - B. Author\n" in text
    assert cli.main(["validate", "mine.yaml"]) == cli.OK


@pytest.mark.parametrize(
    ("profile", "told"),
    [
        ("bibliography: papers.bib\n", "1 new in publications, 2 known from papers.bib"),
        (
            "bibliography: papers.bib\npublications:\n  - {key: a, status: accepted}\n",
            "1 new in publications, 1 completed in publications, 1 known from papers.bib",
        ),
        (
            "bibliography: {file: papers.bib, only: [a]}\npapers:\n  type: publications\n  entries:\n    - {key: a}\n",
            "2 new in papers, 1 completed in papers",
        ),
        ("publications: [{title: More Sums}]\nold: {type: publications, entries: [{title: On Sums}]}\n",
         "1 new in publications, 1 completed in publications, 1 known from other collections"),
    ],
    ids=["in the file alone", "in both", "in a collection of another name", "in another collection"],
)  # fmt: skip
def test_works_that_a_profile_has_by_its_bibliography_are_not_added_again(
    folder: Path, capsys: pytest.CaptureFixture[str], profile: str, told: str
) -> None:
    def entry(key: str, title: str, more: str) -> str:
        return f"@misc{{{key}, title={{{title}}}, author={{Example, Ada}}, year=2020, {more}}}\n"

    Path("papers.bib").write_text(entry("a", "On {S}ums", "doi={10.1000/182}") + entry("b", "More Sums", ""))
    titles = {"x": "On Sums", "y": "More Sums", "z": "Last Sums"}
    Path("more.bib").write_text("".join(entry(key, title, "volume=7") for key, title in titles.items()))
    Path("mine.yaml").write_text(f"person: {{name: Ada Example}}\n{profile}")

    assert cli.main(["import", "more.bib", "--into", "mine.yaml", "--write"]) == cli.OK
    assert capsys.readouterr().out.splitlines()[-1] == f"mine.yaml  {told}"
    assert cli.main(["validate", "mine.yaml"]) == cli.OK
    assert cli.main(["import", "more.bib", "--into", "mine.yaml"]) == cli.OK
    assert "new" not in capsys.readouterr().out.splitlines()[-1].replace("nothing new", "")


def test_a_list_of_works_is_nobodys(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("papers.bib").write_text("@article{a, title={On Sums}, author={Example, Ada}, year=2020}")
    assert cli.main(["import", "papers.bib"]) == cli.OK
    assert "person.name: the file names nobody" in capsys.readouterr().err
    assert "title: On Sums" in Path("cv.yaml").read_text()


def test_a_profile_comes_out_of_a_pipe(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["import", "resume.json", "--output", "-"]) == cli.OK
    assert "organization: Example Works" in capsys.readouterr().out
    assert not Path("cv.yaml").exists()


@pytest.mark.parametrize(
    ("arguments", "status", "told"),
    [
        (["--format", "jsonresum"], cli.USAGE, "did you mean 'jsonresume'?"),
        (["--into", "mine.yaml", "--output", "x.yaml"], cli.USAGE, "--into changes a profile"),
        (["--write"], cli.USAGE, "--write goes with --into"),
        (["--json", "--output", "-"], cli.USAGE, "expected one of --json and --output -"),
        (["--into", "none.yaml"], cli.INPUT, "no such file"),
        (["--format", "rendercv"], cli.INPUT, "resume.json:1:1: a list; expected a RenderCV file"),
    ],
)
def test_what_cannot_be_done_is_said(
    folder: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], status: int, told: str
) -> None:
    Path("resume.json").write_text("[]" if "rendercv" in arguments else RESUME)
    assert cli.main(["import", "resume.json", *arguments]) == status
    assert told in capsys.readouterr().err
    assert {path.name for path in folder.iterdir()} == {"resume.json"}


def test_a_profile_that_is_broken_gets_nothing(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("mine.yaml").write_text("person: {nme: Ada}\n")
    assert cli.main(["import", "resume.json", "--into", "mine.yaml", "--write"]) == cli.INPUT
    assert "mine.yaml:1:10: person.nme" in capsys.readouterr().err
    assert Path("mine.yaml").read_text() == "person: {nme: Ada}\n"


def test_a_private_fact_is_in_no_json(folder: Path) -> None:
    Path("cv.yaml").write_text(
        "person: {name: Ada}\nskills: [{name: Sums}]\n"
        "references: [{name: R. Example, private: true, extras: {phone: '+32 9 555 01 99'}}]\n"
    )
    assert cli.main(["build", "cv.yaml", "--format", "jsonresume"]) == cli.OK
    assert "555" not in Path("build/cv.json").read_text()


@pytest.mark.parametrize("case", cases("faults"))
def test_a_file_that_is_refused_leaves_nothing(
    folder: Path, capsys: pytest.CaptureFixture[str], case: dict[str, Any]
) -> None:
    Path("resume.json").write_bytes(bytes_of(case))
    wished = ["--format", case["format"]] if "format" in case else []
    assert cli.main(["import", "resume.json", *wished]) in (cli.INPUT, cli.LIMIT)
    told = capsys.readouterr().err
    assert case["told"] in told
    assert len([line for line in told.splitlines() if not line.startswith("  hint: ")]) == 1
    assert {path.name for path in folder.iterdir()} == {"resume.json"}
