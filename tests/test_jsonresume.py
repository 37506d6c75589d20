"""JSON Resume there and back: what another tool wrote comes out as it went in, and is in the CV."""

from __future__ import annotations

import json
from textwrap import dedent
from typing import Any

import pytest
from hypothesis import given, settings

from cvbuild.importers import jsonresume
from cvbuild.importers.imported import Imported
from cvbuild.reader import read_text
from cvbuild.writers import jsonresume as writer
from tests.composing import choose, composed
from tests.importing import missing, profile, shown
from tests.resumes import resumes


def there_and_back(resume: Any) -> Any:
    source = profile(jsonresume.read("cv.json", json.dumps(resume).encode()))
    return json.loads(writer.write(choose(source.profile).profile))


@settings(max_examples=40, deadline=None)
@given(resumes())
def test_an_import_is_lossless(resume: Any) -> None:
    resume = {**resume, "skills": [{"name": "always something"}]}
    assert json.dumps(there_and_back(resume)) == json.dumps(resume)


@settings(max_examples=25, deadline=None)
@given(resumes())
def test_every_string_is_in_the_default_view(resume: Any) -> None:
    resume = {**resume, "skills": [{"name": "always something"}]}
    found = jsonresume.read("cv.json", json.dumps(resume).encode())
    assert missing(resume, shown(profile(found))) == []


@pytest.mark.slow
@settings(max_examples=1500, deadline=None)
@given(resumes())
def test_an_import_is_lossless_a_thousand_times(resume: Any) -> None:
    resume = {**resume, "skills": [{"name": "always something"}]}
    source = profile(jsonresume.read("cv.json", json.dumps(resume).encode()))
    selected = choose(source.profile).profile

    assert json.dumps(json.loads(writer.write(selected))) == json.dumps(resume)
    assert missing(resume, composed(selected)) == []


def test_what_was_changed_comes_out_changed() -> None:
    """How the source put a thing holds only as long as the thing is the same."""
    work = [{"company": "W", "startDate": "Oct 2024"}]
    resume = {"basics": {"name": "Ada", "email": " ada@example.org "}, "work": work}
    tree: Any = jsonresume.read("cv.json", json.dumps(resume).encode()).tree
    tree["experience"][0] |= {"start": "2023-02", "position": "Clerk"}
    tree["person"]["contact"][0]["email"]["value"] = "a@example.org"
    source = profile(Imported(tree))

    assert json.loads(writer.write(choose(source.profile).profile)) == {
        "basics": {"name": "Ada", "email": "a@example.org"},
        "work": [{"company": "W", "position": "Clerk", "startDate": "2023-02"}],
    }


def test_a_profile_of_our_own_is_a_json_resume() -> None:
    text = """
        person: {name: Ada Example, contact: [{location: Ghent}, {github: ada}, {phone: {value: +32 9, private: true}}]}
        experience:
          - organization: W
            positions:
              - {position: Head, start: 2020, end: present}
              - {position: Clerk, start: 2018, end: 2020-05, highlights: [{text: counts, highlights: [twice]}]}
        publications: [{title: On, authors: [me†, B. Author], venue: Sums, date: 2021, links: {doi: 10.1000/182}}]
        teaching: [{course: Sums, institution: U, date: 2019 Fall}]
        interests: [chess]
    """
    found = json.loads(writer.write(choose(read_text(dedent(text).encode(), "cv.yaml").profile).profile))

    assert found.pop("$schema").startswith("https://")
    assert found == {
        "basics": {
            "name": "Ada Example",
            "location": {"address": "Ghent"},
            "profiles": [{"network": "GitHub", "username": "ada", "url": "https://github.com/ada"}],
        },
        "work": [
            {"name": "W", "position": "Head", "startDate": "2020"},
            {"name": "W", "position": "Clerk", "startDate": "2018", "endDate": "2020-05",
             "highlights": ["counts", "twice"]},
        ],
        "publications": [
            {"name": "On", "publisher": "Sums", "releaseDate": "2021", "authors": ["Ada Example†", "B. Author"],
             "links": {"doi": "10.1000/182"}},
        ],
        "teaching": [{"course": "Sums", "institution": "U", "startDate": "2019 Fall", "endDate": "2019 Fall"}],
        "interests": [{"name": "chess"}],
    }  # fmt: skip
