"""What makes builds quick changes nothing of what they make."""

from __future__ import annotations

import subprocess
import sys
from argparse import Namespace
from pathlib import Path

import pytest
from typeset import EXAMPLE, TODAY, draft

from cvbuild import formats, reader
from cvbuild.cli import ahead
from cvbuild.drafts import Draft, Place
from cvbuild.writers import compiled

WRITERS = {"html": formats.html_page, "latex": formats.latex_document}


@pytest.fixture
def made(tmp_path: Path) -> Draft:
    return draft(reader.read(EXAMPLE), "industry", Place(TODAY, tmp_path))


@pytest.mark.parametrize("name", WRITERS)
def test_compiled_templates_make_what_templates_make(name: str, made: Draft, tmp_path: Path) -> None:
    write = WRITERS[name]
    plain = write(made)
    for kept in (False, True):
        compiled._memory.clear()
        assert any(tmp_path.rglob("*-plain")) is kept
        assert write(made, cache=tmp_path) == plain


def test_a_compiled_template_that_was_changed_is_not_run(made: Draft, tmp_path: Path) -> None:
    plain = formats.html_page(made, cache=tmp_path)
    for path in (path for path in tmp_path.rglob("*") if path.is_file()):
        kept = path.read_bytes()
        path.write_bytes(kept[:-1] + bytes([kept[-1] ^ 1]))
    compiled._memory.clear()

    assert formats.html_page(made, cache=tmp_path) == plain


def test_nothing_has_to_be_kept(made: Draft, tmp_path: Path) -> None:
    taken = tmp_path / "taken"
    taken.touch()

    assert formats.html_page(made, cache=taken) == formats.html_page(made)


GUESSES = {
    "brief": ("", {}, True),
    "latex": ("", {"theme": "letterpress@latex"}, False),
    "lualatex": ("view: {style: {theme: brief}}", {"engine": "lualatex"}, False),
    "classic": ("view: {style: {theme: classic}}", {}, False),
    "said": ("view:\n  style:\n    engine: latex", {}, False),
    "some": ("view: {style: {theme: classic}}\nvariants: {a: {style: {theme: 'brief'}}}", {}, True),
    "back": ("view: {style: {theme: classic}}", {"theme": "brief"}, True),
    "own": ("view: {style: {theme: own}}", {}, False),
}


@pytest.mark.parametrize(("text", "options", "expected"), GUESSES.values(), ids=GUESSES)
def test_the_engine_that_loads_ahead_is_the_one_wanted(
    text: str, options: dict[str, str], expected: bool, tmp_path: Path
) -> None:
    profile = tmp_path / "cv.yaml"
    profile.write_text(text)
    (tmp_path / "themes" / "own").mkdir(parents=True)
    (tmp_path / "themes" / "own" / "theme.yaml").write_text("extends: base\nengine: [latex, weasyprint]\n")
    said = Namespace(**{"theme": None, "engine": None, "profiles": [str(profile)], **options})

    assert ahead._takes_weasyprint(said) is expected


@pytest.mark.parametrize("name", ["-", "none.yaml", "/dev/stdin", "a\0b", "."])
def test_what_is_no_profile_is_left_to_those_who_read_it(name: str) -> None:
    assert ahead._takes_weasyprint(Namespace(theme=None, engine=None, profiles=[name]))


HEAVY = ("pypdf", "weasyprint", "jinja2", "pylatex", "PIL", "fontTools", "email", "ssl", "urllib.request", "asyncio",
         "subprocess", "tempfile", "cvbuild.engines.contained", "cvbuild.formats", "cvbuild.fit",
         "cvbuild.checks.proof")  # fmt: skip


def test_what_a_command_does_not_need_is_not_loaded() -> None:
    code = f"""\
import sys
from cvbuild.cli import main
from cvbuild.math import parse
status = main(["validate", {str(EXAMPLE)!r}])
parse("x^2")
print([name for name in {HEAVY!r} if name in sys.modules], status)
"""
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout

    assert said.splitlines()[-1] == "[] 0"
