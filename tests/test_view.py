"""Views: what a variant asks for, and one profile on every day of seventeen months."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from composing import CASES, choose, composed, outline, read

from cvbuild.dates import PartialDate
from cvbuild.errors import VariantError
from cvbuild.profile import Dated, Profile, Record
from cvbuild.profile.types import STATUSES, UNPRINTED
from cvbuild.reader import read as read_file
from cvbuild.view import Overrides, resolve, select
from cvbuild.view.resolve import shows_private

_FIRST, _LAST = date(2024, 10, 1), date(2026, 2, 28)


def days() -> Iterator[date]:
    for number in range((_LAST - _FIRST).days + 1):
        yield _FIRST + timedelta(days=number)


@pytest.fixture(scope="module")
def walked() -> Profile:
    return read_file(CASES / "days.yaml").profile


def test_on_every_day_each_work_stands_where_its_status_says(walked: Profile) -> None:
    """No work is in two sections, none is lost, and none is known too early."""
    for day in days():
        chosen = select(resolve(walked), day).profile
        found = {
            (entry.text("id"), collection.name)
            for collection in chosen.collections
            if collection.type == "publications"
            for entry in collection.entries
        }
        assert found == set(_expected(walked, day)), day


def _expected(profile: Profile, day: date) -> Iterator[tuple[str, str]]:
    """Yield the id of each appearance known on *day*, and its section, worked out from the file alone."""
    publications = profile.collection("publications")
    assert publications
    for work in publications.entries:
        for index, appearance in enumerate(work.records("appearances") or (work,)):
            status = _status(appearance, day)
            until = work.get("until")
            if status in (None, *UNPRINTED) or (isinstance(until, PartialDate) and until.last_day < day):
                continue
            name = work.text("id")
            if appearance is not work and (appearance.text("id") or index):
                name += f".{appearance.text('id') or index + 1}"
            early = STATUSES.index(str(status)) < STATUSES.index("accepted")
            yield name, "preprints" if early else "publications"


def _status(appearance: Record, day: date) -> str | None:
    status = appearance.get("status")
    if isinstance(status, Dated):
        held = [str(value) for start, value in status.steps if start.first_day <= day]
        return held[-1] if held else None
    known = (*appearance.items("since"), *appearance.items("date"))[0]
    assert isinstance(known, PartialDate)
    return str(status or "published") if known.first_day <= day else None


def test_on_every_day_names_titles_and_ends_are_those_of_the_day(walked: Profile) -> None:
    for day in days():
        chosen = select(resolve(walked), day).profile
        lines = outline(composed(chosen))
        assert ("Moving Light" in str(lines)) == (day < date(2025, 1, 20))
        assert ("Light That Moves" in str(lines)) == (day >= date(2025, 2, 1))
        assert chosen.person.texts("cite_as") == (("A. Quill",) if day >= date(2025, 11, 1) else ("A. Fern",))
        end = "Present" if day < date(2025, 6, 1) else "Expected" if day < date(2026, 1, 31) else "2026"
        assert end in lines["education"][-1]


def test_on_every_day_the_phone_is_shown_only_where_asked_for(walked: Profile) -> None:
    for day in days():
        assert "555" not in str(outline(composed(select(resolve(walked), day).profile)))
        assert "555" in str(outline(composed(select(resolve(walked, "full"), day).profile)))


def test_shows_private_follows_what_a_variant_extends() -> None:
    variants = {
        "a": {"show_private": "true"},
        "b": {"extends": "a"},
        "c": {"extends": "b", "show_private": "false"},
    }
    tree = {"person": {"name": "Ada"}, "interests": "light", "variants": variants}
    profile = read(tree).profile

    assert [shows_private(profile, name) for name in ("", "a", "b", "c")] == [False, True, True, False]


def test_the_day_is_that_of_the_command_line_the_variant_or_today() -> None:
    tree = {"person": {"name": "Ada"}, "interests": "light", "variants": {"then": {"as_of": "2024-02"}}}
    profile = read(tree).profile

    assert choose(profile).profile.as_of == date(2026, 1, 1)
    assert choose(profile, "then").profile.as_of == date(2024, 2, 29)
    assert choose(profile, "then", as_of="2023").profile.as_of == date(2023, 12, 31)


def test_what_the_command_line_names_is_checked() -> None:
    profile = read({"person": {"name": "Ada"}, "interests": [{"text": "light", "tags": ["a"]}]}).profile

    with pytest.raises(VariantError, match="no tag 'b'"):
        resolve(profile, "", Overrides(include=("b",)))
    with pytest.raises(VariantError, match="no language 'ko'"):
        resolve(profile, "", Overrides(language="ko"))
    with pytest.raises(VariantError, match="no variant 'x'"):
        resolve(profile, "x")
