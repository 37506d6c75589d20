"""`explain` says what `select` did: shown exactly when the thing is in the selection, and never without a reason."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from composing import read
from hypothesis import given
from hypothesis import strategies as st
from strategies import TAGS, Tree, days, profiles

from cvbuild import cli
from cvbuild.dates import PartialDate
from cvbuild.errors import CvError, VariantError
from cvbuild.profile import Profile, every
from cvbuild.profile.paths import targets
from cvbuild.reader import read as read_file
from cvbuild.view import Overrides, resolve, select
from cvbuild.view.explain import Account, Verdict

MINA = Path(__file__).parents[1] / "profiles" / "mina-seo.yaml"
DAYS = [date(2022, 10, 1), date(2024, 10, 20), date(2025, 2, 10), date(2026, 7, 1)]


@pytest.fixture(scope="module")
def mina() -> Profile:
    return read_file(MINA).profile


def found_in(chosen: Profile, whole: Profile) -> set[str]:
    """Return every path that a selection has something at, worked out from ids and fields alone."""
    found = {f"person.{name}" for name in chosen.person.fields}
    for contact in chosen.contacts:
        found.add(f"contact.{contact.text('kind')}")
    left = {record.text("id"): record for c in chosen.collections for record in every(c.entries)}
    known = targets(whole)
    for path in known:
        head, _, name = path.rpartition(".")
        works = [path, *(other for other in left if other.rpartition(".")[0] == path and other not in known)]
        if any(other in left for other in works) or any(p in left for p in known if p.startswith(f"{path}.")):
            found.add(path)
        if head in left and name in left[head].fields:
            found.add(path)
    return found


@pytest.mark.parametrize("variant", ["", "academic-2024", "industry", "korean", "application", "papers"])
@pytest.mark.parametrize("day", DAYS, ids=str)
def test_shown_is_what_is_selected(mina: Profile, variant: str, day: date) -> None:
    wish = resolve(mina, variant, Overrides(as_of=PartialDate((day.year, day.month, day.day))))
    account = Account(mina, wish, day)
    expected = found_in(select(wish, day).profile, mina)
    with_appearances = {p.rpartition(".")[0] for p in expected if p.startswith("drift.")} | {"drift", "shared-gauges"}
    for path in targets(mina):
        verdict = account.verdict(path)
        # Fields of a work that appears at several places are those of its entries.
        if path.rpartition(".")[0] not in with_appearances and "." in path and not mina.collection(path):
            assert verdict.shown == (path in expected), (path, verdict)
        _explained(verdict)


def _explained(verdict: Verdict) -> None:
    assert verdict.reasons or (verdict.shown and "." in verdict.path), verdict
    assert not {"unknown"} & {reason.rule for reason in verdict.reasons}, verdict
    for inner in verdict.inner:
        _explained(inner)


tags = st.lists(st.sampled_from(TAGS), max_size=2, unique=True)


@given(profiles(), days, tags, tags)
def test_every_record_has_its_reason(tree: Tree, day: str, include: list[str], exclude: list[str]) -> None:
    whole = read({**tree, "tags": TAGS}).profile
    overrides = Overrides(as_of=PartialDate.parse(day), include=tuple(include), exclude=tuple(exclude))
    wish = resolve(whole, "", overrides)
    try:
        chosen = select(wish, date(2026, 1, 1)).profile
    except VariantError:
        return
    account = Account(whole, wish, date(2026, 1, 1))
    marks = {record.mark for record in chosen.records()}
    for place in account.places:
        verdict = account._record(place)
        shown = place.record.mark in marks or any(a.mark in marks for a in place.record.records("appearances"))
        assert verdict.shown == shown, verdict
        _explained(verdict)
    for path in targets(whole):
        _explained(account.verdict(path))


@given(profiles(), st.data())
def test_what_is_omitted_or_pinned_is_told_so(tree: Tree, data: st.DataObject) -> None:
    """Omissions and pins, of records, fields and collections, inside each other as it comes."""
    known = sorted(path for path in targets(read(tree).profile) if not path.startswith("person."))
    some = st.lists(st.sampled_from(known), max_size=4, unique=True)
    views = {
        "mid": {"omit": data.draw(some), "pin": data.draw(some), "exclude": data.draw(tags)},
        "top": {"extends": "mid", "omit": data.draw(some), "pin": data.draw(some)},
    }
    try:
        whole = read({**tree, "tags": TAGS, "variants": views}).profile
        wish = resolve(whole, "top")
        chosen = select(wish, date(2026, 1, 1)).profile
    except CvError:
        return
    account = Account(whole, wish, date(2026, 1, 1))
    marks = {record.mark for record in chosen.records()} | {contact.mark for contact in chosen.contacts}
    for place in account.places:
        verdict = account._record(place)
        shown = place.record.mark in marks or any(a.mark in marks for a in place.record.records("appearances"))
        assert verdict.shown == shown, verdict
        _explained(verdict)
    for path in known:
        _explained(account.verdict(path))


CASES = [
    ("contact.phone", "", "", "private (", False),
    ("contact.linkedin", "", "2024-10-20", "not yet known on 2024-10-20: since 2025-06 (", False),
    ("contact.mastodon", "", "2026", "no longer true on 2026-12-31: until 2025-05 (", False),
    (
        "oslo",
        "industry",
        "",
        "tagged research, and of what has tags only industry is included (variants.industry.include, ",
        False,
    ),
    ("drift.workshop", "industry", "", "omitted (variants.industry.omit, ", False),
    ("bsc.gpa", "industry", "", "omitted (variants.industry.omit, ", False),
    ("drift", "industry", "", "'drift' is pinned (variants.industry.pin, ", True),
    ("alarms.text", "industry", "", "set by the view (variants.industry.set, ", True),
    ("alarms.text", "", "2024-10-20", "the value since 2024-09, in 'en' (", True),
    ("snow.abstract", "academic-2026", "", "hidden: 'show' of the section 'publications' lacks 'abstract' (", False),
    ("snow.abstract", "papers", "", "in the section 'publications' (", True),
    ("missing", "", "2025", "not yet known on 2025-12-31: from 2026-01-28 (", False),
    ("snow.url", "", "2024-10-20", "not yet known on 2024-10-20: from 2025-12 (", False),
    ("msc", "", "2015", "not yet known on 2015-12-31: from 2016-03 (", False),
    ("ubc-ra", "industry", "", "in the section 'experience' (", True),
    ("anytime", "", "2025-06", "the section 'publications' does not take it: status is submitted; expected >=", True),
    ("teaching", "industry", "", "none of its entries is in the view (", False),
    ("teaching", "industry", "", "excluded by the tag 'teaching' (variants.industry.exclude, ", False),
    ("interests", "industry", "", "in no section: the view lists none of 'interests' (", False),
    ("shared-gauges", "", "2025-03", "rejected on 2025-03-31, and so never printed (", True),
    ("person.headline", "", "2022", "the value since 2022-09, in 'en' (", True),
]


@pytest.mark.parametrize(("path", "variant", "day", "words", "shown"), CASES, ids=[f"{c[0]} {c[1]}" for c in CASES])
def test_the_rule_is_named_with_its_place(
    mina: Profile, path: str, variant: str, day: str, words: str, shown: bool
) -> None:
    wish = resolve(mina, variant, Overrides(as_of=PartialDate.parse(day) if day else None))
    verdict = Account(mina, wish, date(2026, 3, 1)).verdict(path)
    assert verdict.shown is shown
    said = list(_reasons(verdict))
    assert any(reason.startswith(words) for reason in said), said


def _reasons(verdict: Verdict) -> list[str]:
    return [*map(str, verdict.reasons), *(reason for inner in verdict.inner for reason in _reasons(inner))]


def _explain(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert cli.main(["explain", *arguments]) == cli.OK
    return capsys.readouterr().out


def test_the_command_prints_the_verdict_and_the_place(capsys: pytest.CaptureFixture[str]) -> None:
    lines = _explain(capsys, "snow.abstract", str(MINA), "--variant", "industry").splitlines()
    assert lines[0].endswith("industry, as of 2026-03-01, in en")
    assert lines[1] == "snow.abstract: not shown"
    assert "mina-seo.yaml:" in lines[2]


def test_the_verdict_as_json_has_file_line_and_column(capsys: pytest.CaptureFixture[str]) -> None:
    told = json.loads(_explain(capsys, "teaching", str(MINA), "--variant", "industry", "--json"))
    assert (told["shown"], len(told["inner"])) == (False, 4)
    reason = told["inner"][0]["reasons"][0]
    assert (reason["rule"], reason["where"]) == ("exclude", "variants.industry.exclude")
    assert MINA.read_text("utf-8").splitlines()[reason["line"] - 1].strip().startswith("exclude: [teaching]")


def test_a_limit_says_what_it_keeps(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "cv.yaml"
    path.write_text(LIMITED, "utf-8")
    told = _explain(capsys, "one", str(path))
    assert "the section 'talks' keeps no more than 1" in told
    assert "(its own is 50) (sections.talks.limit, " in told
    assert "omitted (view.omit, " in _explain(capsys, "inner", str(path))
    assert "set by the view (--set, command line)" in _explain(capsys, "two.title", str(path), "--set", "two.title=X")
    assert "'talks' is omitted" not in told
    assert "set by the view (--set" in _explain(capsys, "inner", str(path), "--set", "two.highlights=")


def test_a_collection_that_is_set_is_told_as_it_is_set(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "cv.yaml"
    path.write_text(LIMITED, "utf-8")
    told = _explain(capsys, "interests", str(path), "--set", "interests=Dark").splitlines()
    assert told[1:4] == ["interests: shown", told[2], "  set by the view (--set, command line)"]
    assert told[4] == "  interests[0]: shown  Dark"


LIMITED = """\
person: {name: Ada Example}
interests: light
talks:
  - {id: one, title: First, date: 2020}
  - {id: two, title: Second, date: 2021, priority: 60, highlights: [{id: inner, text: Deep}, Shallow]}
  - {id: three, title: Third, date: 2022, url: https://example.org}
view: {sections: [interests, talks: {limit: 1}], omit: [inner]}
"""


def test_a_path_that_leads_nowhere_is_an_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["explain", "snw", str(MINA)]) == cli.INPUT
    assert "did you mean 'snow'?" in capsys.readouterr().err


def test_links_of_an_appearance_stand_for_those_of_its_work() -> None:
    work = {"title": "Salt", "links": {"Data": {"id": "data", "url": "https://example.org/d"}},
            "appearances": [{"venue": "Tides", "status": "published", "date": "2024",
                             "links": {"Code": "https://example.org/c"}}]}  # fmt: skip
    whole = read({"person": {"name": "Ada Quill"}, "publications": [work]}).profile
    verdict = Account(whole, resolve(whole, ""), date(2026, 1, 1)).verdict("data")
    assert not verdict.shown
    assert str(verdict.reasons[0]).startswith("an appearance that is shown says its own 'links'")
