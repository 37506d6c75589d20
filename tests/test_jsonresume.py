"""JSON Resume there and back: what another tool wrote comes out as it went in, and is in the CV."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given, settings

from cvbuild.importers import jsonresume
from cvbuild.writers import jsonresume as writer
from tests.composing import choose
from tests.importing import missing, profile, shown
from tests.resumes import resumes


def there_and_back(resume: Any) -> Any:
    source = profile(jsonresume.read("cv.json", json.dumps(resume).encode()))
    return json.loads(writer.write(choose(source.profile).profile))


@settings(max_examples=1500, deadline=None)
@given(resumes())
def test_an_import_is_lossless(resume: Any) -> None:
    resume = {**resume, "skills": [{"name": "always something"}]}
    assert json.dumps(there_and_back(resume)) == json.dumps(resume)


@settings(max_examples=1500, deadline=None)
@given(resumes())
def test_every_string_is_in_the_default_view(resume: Any) -> None:
    resume = {**resume, "skills": [{"name": "always something"}]}
    found = jsonresume.read("cv.json", json.dumps(resume).encode())
    assert missing(resume, shown(profile(found))) == []
