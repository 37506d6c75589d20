"""Same input, same bytes: each theme under environments that differ in all that should not matter."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from tex import ENGINES

from cvbuild import theme

ROOT = Path(__file__).parents[1]
PROFILE = ROOT / "profiles" / "mina-seo.yaml"
LOOKS = [look for look in (theme.load(folder.name) for folder in theme.available()) if not look.abstract]
_LONG = [pytest.mark.tex, pytest.mark.slow]
THEMES = [
    *(pytest.param(look.name, marks=_LONG if look.engines[0] == "latex" else ()) for look in LOOKS),
    *(pytest.param(f"letterpress@{each.values[0]}", marks=[*each.marks, *_LONG]) for each in ENGINES),
]

# What varies: the environment, the permissions of new files, whether it goes by another path.
VARIED: dict[str, tuple[dict[str, str], int, bool]] = {
    "as it is": ({}, 0o022, False),
    "hash seed": ({"PYTHONHASHSEED": "1"}, 0o022, False),
    "random hash": ({"PYTHONHASHSEED": "random"}, 0o022, False),
    "time zone": ({"TZ": "Pacific/Kiritimati"}, 0o022, False),
    "locale": ({"LC_ALL": "C", "LANG": "tr_TR.UTF-8", "LANGUAGE": "de"}, 0o022, False),
    "folder": ({}, 0o022, True),
    "user": ({"HOME": "/nonexistent", "USER": "nobody", "LOGNAME": "nobody", "XDG_CACHE_HOME": ""}, 0o077, True),
    "clock": ({"SOURCE_DATE_EPOCH": "2145916800"}, 0o000, False),
}
VARIED["all at once"] = ({k: v for changes, *_ in VARIED.values() for k, v in changes.items()}, 0o077, True)


def built(name: str, look: str, folder: Path) -> str:
    """Return the digest of the PDF that a process of its own makes under the conditions called *name*."""
    changes, mask, elsewhere = VARIED[name]
    place = folder / f"{look} {name}" / ("deep/er" if elsewhere else "")
    place.mkdir(parents=True)
    profile = Path(shutil.copy(PROFILE, place)) if elsewhere else PROFILE
    environment = {**os.environ, "XDG_CACHE_HOME": str(place / "cache"), "PYTHONPATH": str(ROOT), **changes}
    out = place / "cv.pdf"
    command = [sys.executable, "-m", "cvbuild", "build", str(profile), "--variant", "academic-2026", "--theme", look]
    subprocess.run([*command, "--output", str(out)], check=True, capture_output=True, env=environment, cwd=place,
                   umask=mask)  # fmt: skip
    return hashlib.sha256(out.read_bytes()).hexdigest()


@pytest.mark.pdf
@pytest.mark.parametrize("look", THEMES)
def test_the_same_bytes_when_all_is_different(look: str, tmp_path: Path) -> None:
    with ThreadPoolExecutor(2) as pool:
        first, second = pool.map(lambda name: built(name, look, tmp_path), ("as it is", "all at once"))
    assert first == second


@pytest.mark.pdf
@pytest.mark.slow
@pytest.mark.parametrize("look", THEMES)
def test_the_same_bytes_under_each_condition(look: str, tmp_path: Path) -> None:
    # Two at a time: that others build beside it is one of the conditions.
    with ThreadPoolExecutor(2) as pool:
        digests = dict(zip(VARIED, pool.map(lambda name: built(name, look, tmp_path), VARIED), strict=True))
    assert len(digests) == 9
    assert {name for name, digest in digests.items() if digest != digests["as it is"]} == set()
