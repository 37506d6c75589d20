"""Every theme, example and variant: two programs read in the PDF what the document says, whole and in order."""

from __future__ import annotations

from pathlib import Path

import pytest
from typeset import Pdf, broken_words, mismatch, place, prose, squeezed

from cvbuild import pipeline, reader, theme
from cvbuild.document import Document, Math, walk
from cvbuild.schema import Record
from cvbuild.view import Overrides

PROFILES = sorted((Path(__file__).parents[1] / "profiles").glob("*.yaml"))
LOOKS = [look for look in (theme.load(folder.name) for folder in theme.available()) if not look.abstract]
_LONG = [pytest.mark.tex, pytest.mark.slow]
THEMES = [pytest.param(look.name, marks=_LONG if look.engines[0] == "latex" else ()) for look in LOOKS]
# One by which to see at once that something broke.
PATHS = [
    pytest.param(path, id=path.stem, marks=() if path.stem == "lorenz-prantlhuber" else pytest.mark.slow)
    for path in PROFILES
]


def has_formulas(document: Document) -> bool:
    return any(isinstance(node, Math) for node in walk(document))


@pytest.mark.pdf
@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("name", THEMES)
def test_two_programs_read_what_the_document_says(name: str, path: Path, tmp_path: Path) -> None:
    source, where = reader.read(path), place(tmp_path)
    wish = Overrides(private=True, style=Record("style", {"theme": name}))
    faults = {}
    for variant in ("", *source.profile.variants):
        draft = pipeline.draft(source, variant, wish, where)
        if draft.profile.view.pages or (has_formulas(draft.document) and "weasyprint" not in draft.theme.engines):
            # What a budget leaves out and the order of a formula in TeX have tests of their own.
            continue
        made = Pdf(pipeline.build(source, variant, "pdf", wish, where).data, draft)
        for program in ("pypdf", "poppler"):
            faults[variant, program] = [
                mismatch(made.document, squeezed(made.texts[program], made.document.title)),
                *broken_words(made.document, made.texts[program], prose),
            ]
    assert {place: found for place, found in faults.items() if any(found)} == {}
