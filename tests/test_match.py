"""A variant against a job ad: covered, left out by the variant, or missing; always the same, and with no model."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from typeset import place, profile

from cvbuild import cli, pipeline
from cvbuild.errors import ProfileError
from cvbuild.matching import Match, Side, ad, match
from cvbuild.matching.terms import Text, folded, table
from cvbuild.view import Overrides, resolve
from cvbuild.view.explain import Account

CASES = {
    case.pop("case"): case
    for case in yaml.safe_load((Path(__file__).parent / "cases" / "match.yaml").read_text("utf-8"))
}
FACTS = """
person: {name: Ada Lovelace}
experience:
  - id: engine
    organization: Analytical Engines
    position: Engineer
    start: 2020-01
    end: 2022-12
    highlights:
      - Wrote the planner in Python on PostgreSQL
      - {id: stream, text: Moved the stream to Apache Kafka, tags: [data]}
      - {text: Kept a secret in COBOL, private: true}
  - {organization: Other Engines, start: 2022-07, end: 2024-06, summary: "Python, time-series, JavaScript", tags: [web]}
skills: [{name: Languages, items: [Python, SQL, R, Time Series]}]
interests: [통계학]
tags: [data, web]
variants:
  now: {exclude: [data, web]}
"""


def matched(text: str, variant: str = "now", facts: str = FACTS) -> Match:
    source, where = profile(facts), place(Path("none"))
    draft = pipeline.draft(source, variant, Overrides(), where)
    account = Account(source.profile, resolve(source.profile, variant), where.today)
    side = Side(draft.document, draft.profile, account)
    return match(ad.read(text.encode(), "ad.txt"), source.profile, side, where.today)


@pytest.mark.parametrize("case", CASES)
def test_each_ad_has_what_it_asks_for_found(case: str) -> None:
    wanted = CASES[case]
    found = matched(wanted["ad"])

    for side in ("covered", "hidden", "missing"):
        assert {term.name for term in getattr(found, side)} == set(wanted.get(side, [])), side


def test_what_is_left_out_says_what_brings_it() -> None:
    found = matched("Requirements: Kafka, JavaScript")
    kafka, script = sorted(found.hidden, key=lambda term: term.name == "JavaScript")

    assert [spot.where for spot in kafka.hidden] == ["stream"]
    assert "tag" in " ".join(kafka.hidden[0].reasons)
    assert "data" in " ".join(kafka.hidden[0].reasons)
    assert "web" in " ".join(script.hidden[0].reasons)
    assert (found.coverage, found.potential) == (0, 100)


def test_importance_is_that_of_the_heading_and_required_comes_first() -> None:
    found = matched("Nice to have:\n- Rust\n- Docker (you must know it)\nRequirements:\n- Python\n- Git is a plus\n")

    assert [(term.name, term.importance) for term in found.terms] == [
        ("Docker", "required"), ("Python", "required"), ("Git", "preferred"), ("Rust", "preferred"),
    ]  # fmt: skip


def test_years_count_what_overlaps_once() -> None:
    (python,) = matched("Requirements: Python", variant="").covered

    assert python.years == pytest.approx(4.5, abs=0.1)
    assert "engine.highlights[0]" in python.shown


def test_the_table_names_nothing_twice() -> None:
    terms, _ = table()
    names = [name for term in terms for name in term.names]

    assert len(names) == len(set(names))


@given(st.text(max_size=200))
def test_any_ad_is_matched_or_refused(text: str) -> None:
    try:
        found = matched(text)
    except ProfileError:
        return
    assert 0 <= found.coverage <= found.potential <= 100
    assert len(found.covered) + len(found.hidden) + len(found.missing) == len(found.terms)


@given(st.text(st.sampled_from("abcsS.+#-/ 한"), max_size=40))
def test_folding_twice_folds_once(text: str) -> None:
    for word in Text(text).words:
        assert folded(folded(word)) in (folded(word), folded(folded(folded(word))))


@pytest.mark.parametrize("data", [b"", b"{", b"[" * 100_000, b"{}", b"x" * (ad.MAX_BYTES + 1)])
def test_what_is_no_ad_is_refused(data: bytes) -> None:
    with pytest.raises(ProfileError):
        ad.read(data, "ad.json")


# --- The command.


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "cv.yaml").write_text(FACTS)
    (tmp_path / "ad.txt").write_text("Requirements: Python, Kafka, Rust\n")
    return tmp_path


def test_a_match_is_told_the_same_twice(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["match", "cv.yaml", "--variant", "now", "--job", "ad.txt"]) == cli.OK
    first = capsys.readouterr().out
    assert cli.main(["match", "cv.yaml", "--variant", "now", "--job", "ad.txt"]) == cli.OK

    assert capsys.readouterr().out == first
    assert first.startswith("'now' covers 33 % of 3 terms; the whole profile 66 %")
    assert "tag" in first


def test_a_match_as_json_and_as_a_status(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["match", "cv.yaml", "--job", "ad.txt", "--json", "--min-coverage", "60"]) == cli.OK
    told = json.loads(capsys.readouterr().out)

    assert (told["coverage"], told["potential"], told["variants"]) == (66, 66, {"now": 33})
    assert [term["name"] for term in told["missing"]] == ["Rust"]
    assert cli.main(["match", "cv.yaml", "--job", "ad.txt", "--min-coverage", "67"]) == cli.CHECK
    assert cli.main(["match", "cv.yaml", "--job", "none.txt"]) == cli.USAGE
