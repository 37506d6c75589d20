"""Selection: the cases in `cases/select`, and the days of one profile one by one."""

from __future__ import annotations

import pytest
from composing import Tree, cases, choose, composed, outline, read

from cvbuild.errors import CvError
from cvbuild.view import Selection

_CASES = dict(cases("select"))


@pytest.mark.parametrize("case", _CASES.values(), ids=_CASES)
def test_a_view_prints_what_the_case_says(case: Tree) -> None:
    if "error" in case:
        with pytest.raises(CvError, match=case["error"]):
            _choose(case)
        return
    selection = _choose(case)
    found = outline(composed(selection.profile))
    if "header" not in case["expect"]:
        del found["header"]
    expected = {name: lines if isinstance(lines, list) else [lines] for name, lines in case["expect"].items()}
    assert {name: _untitled(name, lines, expected) for name, lines in found.items()} == expected
    assert list(found) == list(expected)
    warned = [str(warning) for warning in selection.warnings + selection.unplaced]
    assert len(warned) == len(case.get("warns", []))
    for part in case.get("warns", []):
        assert any(part in warning for warning in warned), warned


def _choose(case: Tree) -> Selection:
    named: Tree = {name: case[name] for name in ("view", "variants") if name in case}
    profile = read({**case["profile"], **named}).profile
    private = case.get("private") == "true"
    return choose(profile, case.get("variant", ""), as_of=case.get("as_of", ""), private=private)


def _untitled(name: str, lines: list[str], expected: dict[str, list[str]]) -> list[str]:
    """Return *lines* without the title of their section, unless the case tells it."""
    told = name == "header" or expected.get(name, [""])[0].startswith("# ")
    return lines if told else lines[1:]
