"""What every test shares: `--accept`, golden files, and how hard Hypothesis tries."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

GOLDEN = Path(__file__).parent / "golden"

# Profiles take long to make and to shrink: no deadline, and the same examples on every run. `make long` tries harder:
# it asks for the second by name.
for name, examples in (("quick", 30), ("thorough", 300)):
    settings.register_profile(
        name, max_examples=examples, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
    )
settings.load_profile("quick")

# What a test looks at is made in it. Those of the cache name a folder.
os.environ["CVBUILD_CACHE"] = ""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--accept", action="store_true", help="take what the tests produce as the new golden files")


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip what needs TeX where there is none, unless `CVBUILD_REQUIRE_TEX=1` makes that a failure."""
    is_required = os.environ.get("CVBUILD_REQUIRE_TEX", "") not in ("", "0")
    if item.get_closest_marker("tex") and not is_required and not shutil.which("pdflatex"):
        pytest.skip("no pdflatex here")


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[str, str], None]:
    """Compare text with the golden file of a name; under `--accept`, rewrite the file instead."""

    def compare(name: str, text: str) -> None:
        path = GOLDEN / name
        if request.config.getoption("--accept"):
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, "utf-8")
        assert path.exists(), f"no golden file {name}; see `make accept`"
        assert text == path.read_text("utf-8")

    return compare
