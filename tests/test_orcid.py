"""Records of ORCID: everything that they tell of a person has its place, and stays as private as it is there."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import suppress
from functools import reduce
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from cvbuild.errors import CvError
from cvbuild.importers import registry
from cvbuild.importers.imported import Imported
from cvbuild.importers.orcid.nodes import FOR_DATABASES
from tests.composing import CASES, choose, composed
from tests.importing import TODAY, letters, profile, said

_RECORD = CASES / "importers" / "orcid-record.json"
# Codes that ORCID writes where a profile has a word or a field of its own, and numbers of databases.
_CODES = ("creation-method", "locale", "host", "external-id-relationship", "language-code", "review-type", "type",
          "review-group-id", "uri", "disambiguation-source")  # fmt: skip


def imported(tree: Any) -> Imported:
    data = tree.encode() if isinstance(tree, str) else json.dumps(tree).encode()
    return registry.read(registry.recognised("orcid.json", data), "orcid.json", data, TODAY)


def strings(tree: Any, key: str = "") -> Iterator[str]:
    """Yield every text of *tree* that tells something of a person."""
    match tree:
        case str() if key not in _CODES:
            yield tree
        case list():
            for item in tree:
                yield from strings(item, key)
        case dict():
            for name, item in tree.items():
                if name not in FOR_DATABASES and item != "source-work-id":
                    yield from strings(item, name)


def test_a_record_becomes_a_profile() -> None:
    found = imported(_RECORD.read_text("utf-8"))

    assert found.tree == yaml.load((CASES / "importers" / "orcid-profile.yaml").read_text("utf-8"), yaml.BaseLoader)
    assert [str(note).partition("\n")[0] for note in found.notes] == [
        "orcid.json:6:17: person: other names that ORCID does not show to everybody are left out",
        "orcid.json:16:463: employment: another source has another department; the preferred one is taken",
        "orcid.json:24:38: 1: ORCID tells no authors of this work, and so it is with 1 more",
        "orcid.json: numbers, sources and days of what ORCID holds: for databases, and no part of a CV; left out",
    ]


def test_all_that_a_record_tells_is_in_the_private_view_and_nothing_private_in_the_public_one() -> None:
    source = profile(imported(_RECORD.read_text("utf-8")))
    private, public = (said(composed(choose(source.profile, private=shown).profile)) for shown in (True, False))
    # Months, a name that is laid down, the word of a source that is not preferred, the number of a review.
    left = {"03", "05", "09", "01", "Ada Former", "Dept of Pots", "zzz1"}
    told = [text for text in strings(json.loads(_RECORD.read_text("utf-8"))) if text not in left]

    shown = private + letters(str(source.profile.person))
    assert [t for t in told if letters(re.sub(r"https?://(www\.)?", "", t)) not in shown] == []
    secrets = {letters(secret) for secret in ("Secret Bureau", "Hidden Data", "j@example.org")}
    assert secrets.intersection(public.split("|")) == set()
    assert secrets.difference(private.split("|")) == set()


@pytest.mark.parametrize("part", ["employments", "fundings", "peer-reviews", "works", "educations"])
def test_a_part_of_a_record_is_read_as_the_whole_is(part: str) -> None:
    whole = json.loads(_RECORD.read_text("utf-8"))
    tree = imported(whole["activities-summary"][part]).tree
    of_all = imported({"activities-summary": {part: whole["activities-summary"][part]}}).tree

    assert tree
    assert tree == of_all


def test_one_activity_in_full_tells_its_kind_by_its_path() -> None:
    organization = {"name": "Pot Fund", "address": {"country": "CH"}}
    funding = {
        "put-code": 7, "path": "/0000-0002-1825-0097/funding/7", "title": {"title": {"value": "Cracks"}},
        "organization": organization, "type": "contract", "amount": {"value": "5000", "currency-code": "CHF"},
        "short-description": "All of them.", "organization-defined-type": {"value": "Small"},
        "contributors": {"contributor": [
            {"credit-name": {"value": "B. Author"}, "contributor-attributes": {"contributor-role": "lead"}}]},
    }  # fmt: skip
    assert imported(funding).tree == {
        "grants": [{
            "title": "Cracks", "funder": "Pot Fund", "amount": "CHF 5000", "location": "CH", "summary": "All of them.",
            "extras": {"type": "contract", "organization defined type": "Small", "contributors": "B. Author (lead)"},
        }]
    }  # fmt: skip


def test_a_record_knows_who_of_the_authors_it_is() -> None:
    author = {"credit-name": {"value": "Example A"}, "contributor-attributes": None}
    work = {"put-code": 1, "title": {"title": {"value": "On Pots"}}, "contributors": {"contributor": [author]}}
    record = {
        "orcid-identifier": {"path": "0000-0002-1825-0097"},
        "person": {"name": {"given-names": {"value": "Ada"}, "family-name": {"value": "Example"}}},
        "activities-summary": {"works": {"bulk": [{"work": work}]}},
    }
    publications: Any = imported(record).tree["publications"]

    assert publications[0]["authors"] == ["me"]


def test_what_a_private_source_tells_of_a_public_thing_stays_out() -> None:
    society = {"organization": {"name": "Pot Society"}}
    sources = [{**society, "role-title": "Spy", "visibility": "private", "display-index": "2"},
               {**society, "role-title": "Member", "visibility": "public", "display-index": "1"}]  # fmt: skip
    works = [{"put-code": n, "title": {"title": {"value": title}}, "visibility": visibility, "display-index": str(n)}
             for n, title, visibility in ((2, "Secrets", "limited"), (1, "Pots", "public"))]  # fmt: skip
    found = imported({"activities-summary": {
        "memberships": {"affiliation-group": [{"summaries": [{"membership-summary": source} for source in sources]}]},
        "works": {"group": [{"work-summary": works}]},
    }})  # fmt: skip

    assert found.tree["memberships"] == [{"organization": "Pot Society", "role": "Member"}]
    publications: Any = found.tree["publications"]
    assert [entry["title"] for entry in publications] == ["Pots"]
    assert len([note for note in found.notes if "does not show to everybody, is left out" in note.message]) == 2


def test_what_is_not_what_it_should_be_is_kept_as_words() -> None:
    record = {
        "orcid-identifier": {"path": "0000-0002-1825-0098"},
        "person": {"researcher-urls": {"researcher-url": [{"url-name": "Page", "url": {"value": "javascript:x"}}]}},
    }
    found = imported(record)

    assert found.tree["person"] == {
        "name": "–",
        "contact": [{"other": {"label": "ORCID", "value": "0000-0002-1825-0098"}},
                    {"other": {"label": "Page", "value": "javascript:x"}}],
    }  # fmt: skip
    assert "'0000-0002-1825-0098' is not an ORCID iD; kept as words" in str(found.notes[0])


def _places(tree: Any, place: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    inner = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ()
    for key, value in inner:
        yield (*place, key)
        yield from _places(value, (*place, key))


_ODD = (None, True, 5, [], {}, [None, {}], {"value": None}, {"=json": ["x"]}, "", "null", "<b>x</b> *_[ $y$ \\input{z}",
        "javascript:alert(1)", "#a: b", "{=json: 1}", "\u202e", "a\nb\tc")  # fmt: skip
_WHOLE = json.loads(_RECORD.read_text("utf-8"))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(list(_places(_WHOLE))), st.sampled_from(_ODD)), min_size=1, max_size=6))
def test_whatever_stands_in_a_record_it_becomes_a_profile_or_is_refused(odd: list[tuple[tuple[Any, ...], Any]]) -> None:
    tree = json.loads(json.dumps(_WHOLE))
    for (*place, last), value in odd:
        with suppress(KeyError, IndexError, TypeError):
            reduce(lambda inner, key: inner[key], place, tree)[last] = value
    with suppress(CvError):
        found = imported(tree)
        # What nobody has refused can be read.
        try:
            profile(Imported({"person": {"name": "Ada"}, **found.tree}))
        except CvError as error:
            raise AssertionError(str(error)) from error


@pytest.mark.parametrize("said", ['{"activities-summary": {}}', '{"orcid-identifier": null, "person": null}'])
def test_a_record_of_nothing_is_refused(said: str) -> None:
    with pytest.raises(CvError, match=r"orcid.json:1:1: nothing in this file; expected a record of ORCID"):
        imported(said)
