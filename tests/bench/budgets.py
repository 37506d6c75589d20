"""What page budgets cost: those of 1 to 4 pages, for every view of the examples, in a theme of either engine."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from msgspec.structs import replace
from rows import Limit

from cvbuild import pipeline, reader
from cvbuild.artifact import Artifact
from cvbuild.cli.wishes import place
from cvbuild.errors import CvError
from cvbuild.profile import Pages
from cvbuild.reader import Source
from cvbuild.schema import Record
from cvbuild.view import Overrides

_PROFILES = Path(__file__).parents[2] / "profiles"
_THEMES = {"HTML": "brief@weasyprint", "LaTeX": "classic@latex"}
_MOST_PAGES = 4


def rows() -> Iterator[dict[str, Any]]:
    """Yield for each kind of theme how many budgets were not kept, how many compiles they took, and how long."""
    for kind, theme in _THEMES.items():
        made = list(_made(theme))
        kept = [(artifact, seconds) for artifact, seconds in made if artifact]
        compiles = [artifact.fit.compiles for artifact, _ in kept if artifact.fit]
        over = sum(not artifact.fit or artifact.pages > artifact.fit.max_pages for artifact, _ in kept)
        note = f"of {len(made)}, {len(made) - len(kept)} impossible"
        yield Limit(f"budgets of 1–4 pages not kept, {kind}", 0, "documents", over, note=note).told()
        note = f"most: {max(compiles)}; more than 4: {sum(count > 4 for count in compiles)}"
        yield Limit(f"compiles for a budget, {kind}", 4, "(median)", statistics.median(compiles), note=note).told()
        taken = statistics.median(seconds for _, seconds in kept)
        yield Limit(f"a budget kept, engine warm, {kind}", 2, "s (median)", taken).told()


def _made(theme: str) -> Iterator[tuple[Artifact | None, float]]:
    """Yield each document with a budget, nothing where even what must stay takes more, and the seconds it took."""
    name, _, engine = theme.partition("@")
    wish = Overrides(style=Record("style", {"theme": name, "engine": engine}))
    for path in sorted(_PROFILES.glob("*.yaml")):
        source = reader.read(path)
        for variant in source.profile.variants:
            for pages in range(1, _MOST_PAGES + 1):
                started = time.perf_counter()
                try:
                    made = pipeline.build(_limited(source, variant, pages), variant, "pdf", wish, place(source))
                except CvError:
                    made = None
                yield made, time.perf_counter() - started


def _limited(source: Source, variant: str, pages: int) -> Source:
    """Return *source* with a budget for *variant*."""
    view = replace(source.profile.variants[variant], pages=Pages(pages))
    variants = {**source.profile.variants, variant: view}
    return replace(source, profile=replace(source.profile, variants=variants))
