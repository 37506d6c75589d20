"""Composition: the cases in `cases/compose`, and the tree of every public view of the example, to be read by eye."""

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

EXAMPLE = Path(__file__).parents[1] / "profiles" / "mina-seo.yaml"
_SOURCE = profiles.read(EXAMPLE)
_PUBLIC = [name for name in ("", *_SOURCE.profile.variants) if not shows_private(_SOURCE.profile, name)]
_CASES = dict(cases("compose"))


@pytest.mark.parametrize("case", _CASES.values(), ids=_CASES)
def test_a_section_is_composed_as_the_case_says(case: Tree) -> None:
    view = {"sections": [{case["section"]: case.get("options", {})}], **case.get("view", {})}
    profile = read({**case["profile"], "view": view}).profile
    document = composed(choose(profile, as_of=case.get("as_of", "")).profile)

    assert outline(document)[case["section"]] == case["expect"]


@pytest.mark.parametrize("variant", _PUBLIC)
def test_the_example_composes_to_its_golden_tree(
    variant: str, golden: Callable[[str, str], None], tmp_path: Path
) -> None:
    place = pipeline.Place(date(2026, 3, 1), tmp_path)
    artifact = pipeline.build(_SOURCE, variant, "native", Overrides(), place)

    golden(f"mina-seo-{variant or 'view'}.tree", artifact.data.decode())


@pytest.mark.parametrize("variant", _PUBLIC)
def test_nothing_private_of_the_example_is_in_what_is_published(variant: str, tmp_path: Path) -> None:
    """Phone and references, in whatever form: visible text, links or metadata."""
    place = pipeline.Place(date(2026, 3, 1), tmp_path)
    written = (pipeline.build(_SOURCE, variant, format, Overrides(), place) for format in ("html", "text", "native"))
    secrets = ("555 0100", "5550100", "maren@example.org", "gyeol@example.org", "남궁결 교수, 서울")

    assert not [secret for artifact in written for secret in secrets if secret in artifact.data.decode()]
