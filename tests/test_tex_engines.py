"""Which TeX sets an example is nobody's business: its text is the same by each of them."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest
from tex import ENGINES
from typeset import EXAMPLE, Pdf, place

from cvbuild import pipeline, reader, theme
from cvbuild.errors import Mark
from cvbuild.schema import Record
from cvbuild.source import Mapping, Scalar
from cvbuild.view import Overrides

NOWHERE = Mark("style")
_ALL = [theme.load(folder.name) for folder in theme.available()]
QUICK = ("industry", "deutsch", "papers")
JAGGED = Mapping(((Scalar("justify", NOWHERE), Scalar("false", NOWHERE)),), NOWHERE)
LOOKS = [look for look in _ALL if not look.abstract and "latex" in look.engines]


def text(file: Path, variant: str, look: theme.Theme, program: str, cache: Path) -> dict[str, str]:
    """Return the text of an example without white space, as two programs read it."""
    # Only where lines are not filled are they the same: xelatex has no letters that give way.
    options = {"options": JAGGED} if "justify" in look.options else {}
    wish = Overrides(private=True, style=Record("style", {"theme": look.name, "engine": program, **options}))
    source, where = reader.read(file), place(cache)
    made = Pdf(pipeline.build(source, variant, "pdf", wish, where).data, pipeline.draft(source, variant, wish, where))
    return {
        reading: unicodedata.normalize("NFC", "".join("".join(made.texts[reading]).split()))
        for reading in ("pypdf", "poppler")
    }


@pytest.mark.tex
@pytest.mark.slow
@pytest.mark.parametrize("program", [engine for engine in ENGINES if engine.values[0] != "pdflatex"])
@pytest.mark.parametrize("look", LOOKS, ids=lambda look: look.name)
def test_every_engine_sets_every_example_with_the_same_text(look: theme.Theme, program: str, tmp_path: Path) -> None:
    for file in sorted(EXAMPLE.parent.glob("*.yaml")):
        # One of each person; the rest take long.
        for variant in (name for name in reader.read(file).profile.variants if name in (*QUICK, "korean")):
            by_rule = text(file, variant, look, "latex", tmp_path)
            assert text(file, variant, look, program, tmp_path) == by_rule, f"{file.stem} {variant}"
