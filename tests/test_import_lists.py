"""Lists of publications, imported: a new profile of one, or its works put into a profile."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from cvbuild import cli
from cvbuild.importers import registry
from cvbuild.importers.works import format_of
from cvbuild.reader import read

_CASES = Path(__file__).parent / "cases" / "works"
_FORMATS = {"bibtex": "BibTeX", "csl": "CSL-JSON", "ris": "RIS", "atom": "Atom", "openalex": "OpenAlex",
            "orcid": "ORCID", "crossref": "Crossref"}  # fmt: skip
BIB = """@article{first, title = {The First Work}, author = {Quill, Ada and Foo, B.}, year = 2024, journal = {Annals},
  publisher = {Press}, file = {/home/ada/first.pdf}}
@misc{second, title = {The Second Work}, author = {A. Quill}}
"""
PROFILE = """person: {name: Ada Quill, cite_as: [A. Quill]}
venues:
  conf: {name: A Conference, kind: conference}    # of mine
publications:
  # first things first
  - id: first
    title: The First Work
    status: accepted
"""


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("papers.bib").write_text(BIB)
    Path("cv.yaml").write_text(PROFILE)


def cases() -> list[Any]:
    found = ((name, case) for name in _FORMATS for case in yaml.safe_load((_CASES / f"{name}.yaml").read_text("utf-8")))
    return [pytest.param(name, case, id=f"{name}: {case['case']}") for name, case in found]


@pytest.mark.parametrize(("name", "case"), cases())
def test_a_list_is_known_by_what_it_holds(name: str, case: dict[str, Any]) -> None:
    data = case["text"].encode()

    assert registry.recognised(case["file"], data).name == name
    assert format_of(case["file"], data) == _FORMATS[name]


@pytest.mark.parametrize(("name", "case"), [case for case in cases() if not case.values[1].get("problems")])
def test_what_is_imported_is_a_profile(name: str, case: dict[str, Any]) -> None:
    Path("list").write_bytes(case["text"].encode())

    assert cli.main(["import", "list", "--output", "new.yaml"]) == cli.OK
    found = read(Path("new.yaml")).profile.collection("publications")
    assert found is not None
    assert found.entries


def test_works_go_into_a_profile(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["import", "papers.bib", "--into", "cv.yaml", "--write"]) == cli.OK
    text = Path("cv.yaml").read_text()
    profile = read(Path("cv.yaml")).profile
    collection = profile.collection("publications")
    assert collection is not None
    first, second = collection.entries

    assert "# of mine" in text
    assert "# first things first" in text
    assert list(profile.venues) == ["conf", "annals"]
    assert first.texts("authors") == ("me", "B. Foo")
    assert (first.text("venue"), first.text("status")) == ("annals", "accepted")
    assert second.texts("authors") == ("me",)
    assert "/home/ada" not in text
    assert "file: for tools" in capsys.readouterr().err

    assert cli.main(["import", "papers.bib", "--into", "cv.yaml", "--write"]) == cli.OK
    assert Path("cv.yaml").read_text() == text


def test_a_fault_is_told_and_nothing_is_written(capsys: pytest.CaptureFixture[str]) -> None:
    Path("papers.bib").write_text("@article{a, title = {One},\n  journal = nowhere}\n")

    assert cli.main(["import", "papers.bib", "--into", "cv.yaml", "--write"]) == cli.INPUT
    assert "papers.bib:2:13: a: no string 'nowhere' is defined" in capsys.readouterr().err
    assert Path("cv.yaml").read_text() == PROFILE
