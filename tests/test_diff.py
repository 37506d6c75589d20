"""`variants diff`: what tells two selections apart, and nothing else."""

from __future__ import annotations

import json
import sys
from collections import Counter
from pathlib import Path

import pytest
from composing import choose, read
from hypothesis import given
from strategies import Tree, days, profiles

from cvbuild import cli
from cvbuild.profile import Profile
from cvbuild.profile.plain import plain
from cvbuild.reader import read as read_file
from cvbuild.view.diff import Change, compare

MINA = Path(__file__).parents[1] / "profiles" / "mina-seo.yaml"


@given(profiles(), days, days)
def test_nothing_differs_exactly_where_the_selections_are_one(tree: Tree, first: str, second: str) -> None:
    whole = read(tree).profile
    one, other = (choose(whole, as_of=day).profile for day in (first, second))

    assert compare(one, one) == ()
    assert (compare(one, other) == ()) == (plain(one) == plain(other))


@given(profiles(), days, days)
def test_the_way_back_takes_back_what_the_way_there_did(tree: Tree, first: str, second: str) -> None:
    whole = read(tree).profile
    one, other = (choose(whole, as_of=day).profile for day in (first, second))
    there, back = Counter(c.what for c in compare(one, other)), Counter(c.what for c in compare(other, one))

    assert (there["added"], there["removed"], there["changed"]) == (back["removed"], back["added"], back["changed"])


@pytest.fixture(scope="module")
def mina() -> Profile:
    return read_file(MINA).profile


def test_two_days_differ_in_what_was_learned(mina: Profile) -> None:
    changes = compare(choose(mina, as_of="2025-03").profile, choose(mina, as_of="2025-06").profile)

    assert Change("moved", "memory", "in preprints", "in publications") in changes
    assert Change("changed", "memory.status", "submitted", "accepted") in changes
    told = {(change.what, change.path) for change in changes}
    assert ("added", "anytime") in told
    assert ("removed", "contact.mastodon") in told
    assert ("added", "contact.linkedin") in told
    assert ("added", "ubc-ra.highlights 'Supervised three undergraduate theses on sensor calibration'") in told


def test_two_variants_differ_in_sections_and_wording(mina: Profile) -> None:
    changes = compare(*(choose(mina, name).profile for name in ("academic-2026", "industry")))

    assert Change("removed", "section talks") in changes
    assert Change("changed", "section statement.title", "Research Statement", "Profile") in changes
    assert any(c.what == "moved" and c.path in ("section education", "section experience") for c in changes)
    assert any(c.what == "changed" and c.path == "alarms.text" for c in changes)
    assert Change("removed", "contact.orcid", {"kind": "orcid", "value": "0000-0000-2024-0117",
                                               "tags": ["research"]}) in changes  # fmt: skip


def _run(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert cli.main(["variants", "diff", str(MINA), *arguments]) == cli.OK
    return capsys.readouterr().out


def test_the_command_takes_two_variants_or_two_days(capsys: pytest.CaptureFixture[str]) -> None:
    assert "~ changed  view.as_of: 2024-10-20 → 2026-03-01\n" in _run(capsys, "academic-2024", "academic-2026")
    told = _run(capsys, "view", "--as-of", "2025-03", "--against", "2025-06", "--json")
    assert {"what": "moved", "path": "memory", "old": "in preprints", "new": "in publications"} in json.loads(told)
    lines = _run(capsys, "academic-2026", "academic-2026").splitlines()
    assert [line.startswith("# ") for line in lines] == [True]


def test_what_is_missing_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["variants", "diff", str(MINA), "industry"]) == cli.USAGE
    assert "expected a second variant, or --against DAY" in capsys.readouterr().err
    assert cli.main(["variants", "diff", str(MINA), "industry", "--against", "then"]) == cli.USAGE
    assert "command line: --against: 'then' is not a date" in capsys.readouterr().err


def test_colour_is_for_terminals(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    for no_color, coloured in (("", True), ("1", False)):
        monkeypatch.setenv("NO_COLOR", no_color)
        monkeypatch.setenv("TERM", "xterm")
        monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
        assert ("\x1b[3" in _run(capsys, "academic-2024", "academic-2026")) is coloured
