"""Composition: the cases in `cases/compose`, and the tree of every public view of the examples, to be read by eye."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from composing import Tree, cases, choose, composed, outline, read

from cvbuild import pipeline
from cvbuild import reader as profiles
from cvbuild.view import Overrides
from cvbuild.view.resolve import shows_private

PROFILES = Path(__file__).parents[1] / "profiles"
# The day for views that name none. Other files in profiles/ are their owners' business.
_DAYS = {
    "mina-seo": date(2026, 3, 1),
    "lorenz-prantlhuber": date(2026, 11, 1),
    "ines-valadeiro": date(2026, 10, 1),
}
_SOURCES = {name: profiles.read(PROFILES / f"{name}.yaml") for name in _DAYS}
_PUBLIC = [
    (name, variant)
    for name, source in _SOURCES.items()
    for variant in ("", *source.profile.variants)
    if not shows_private(source.profile, variant)
]
# What is private in the examples, in whatever form: visible text, links or metadata.
_SECRETS = {
    "mina-seo": ("555 0100", "5550100", "maren@example.org", "gyeol@example.org", "남궁결 교수, 서울"),
    "lorenz-prantlhuber": ("555 0142", "5550142", "marchetti@example.org", "thornbury@example.org"),
    "ines-valadeiro": ("55 01 42", "550142", "ashdown-kerr@example.org", "vanhoutvinck@example.org"),
}
_CASES = dict(cases("compose"))


@pytest.mark.parametrize("case", _CASES.values(), ids=_CASES)
def test_a_section_is_composed_as_the_case_says(case: Tree) -> None:
    view = {"sections": [{case["section"]: case.get("options", {})}], **case.get("view", {})}
    profile = read({**case["profile"], "view": view}).profile
    document = composed(choose(profile, as_of=case.get("as_of", "")).profile)

    assert outline(document)[case["section"]] == case["expect"]


@pytest.mark.parametrize(("name", "variant"), _PUBLIC)
def test_an_example_composes_to_its_golden_tree(
    name: str, variant: str, golden: Callable[[str, str], None], tmp_path: Path
) -> None:
    place = pipeline.Place(_DAYS[name], tmp_path)
    artifact = pipeline.build(_SOURCES[name], variant, "native", Overrides(), place)

    golden(f"{name}-{variant or 'view'}.tree", artifact.data.decode())


@pytest.mark.parametrize(("name", "variant"), _PUBLIC)
def test_nothing_private_of_an_example_is_in_what_is_published(name: str, variant: str, tmp_path: Path) -> None:
    place, source = pipeline.Place(_DAYS[name], tmp_path), _SOURCES[name]
    written = (pipeline.build(source, variant, format, Overrides(), place) for format in ("html", "text", "native"))

    assert not [secret for artifact in written for secret in _SECRETS[name] if secret in artifact.data.decode()]


@pytest.mark.parametrize("name", _DAYS)
def test_what_is_private_of_an_example_is_printed_where_it_is_asked_for(name: str, tmp_path: Path) -> None:
    """Else the test above would hold of a misspelt secret."""
    place = pipeline.Place(_DAYS[name], tmp_path)
    tree = pipeline.build(_SOURCES[name], "application", "native", Overrides(), place).data.decode()

    assert [secret for secret in _SECRETS[name] if "@" in secret and secret not in tree] == []
    assert _SECRETS[name][0] in tree
