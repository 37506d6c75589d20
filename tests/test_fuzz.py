"""Fuzzing, by inputs that are always the same; `make fuzz` takes others, for as long as it is told."""

from __future__ import annotations

import pytest
from fuzz.targets import TARGETS, fuzz


@pytest.mark.slow
@pytest.mark.parametrize("name", TARGETS)
def test_nothing_thrown_at_a_layer_is_a_bug(name: str) -> None:
    assert fuzz(name) >= 100
