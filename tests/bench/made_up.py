"""Profiles that are made up for the benchmark: of any length, and of many variants."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import yaml

THEMES = ("letterpress@weasyprint", "brief@weasyprint", "classic", "column")
VARIANTS = 24
_TEXT = """\
measured the drift of gauges in rivers and canals under load with two technicians over one winter season
compared models of flow against records kept since the last century and published every correction in full"""
_WORDS = _TEXT.split()


def long(entries: int) -> str:
    """Return a profile of *entries* entries: jobs with three highlights, and papers, in turn."""
    jobs = [_job(number) for number in range(entries // 2)]
    papers = [_paper(number) for number in range(entries - len(jobs))]
    return _yaml({"person": _person(), "experience": jobs, "publications": papers, "view": {"sections": [
        {"experience": {"title": "Experience"}}, {"publications": {"title": "Publications"}}]}})  # fmt: skip


def papers(entries: int) -> str:
    """Return a profile of *entries* papers, a line or two each."""
    listed = [_paper(number) for number in range(entries)]
    return _yaml({"person": _person(), "publications": listed, "view": {"sections": [
        {"publications": {"title": "Publications"}}]}})  # fmt: skip


def many(profile: dict[str, Any]) -> str:
    """Return a selected *profile* with `VARIANTS` variants in each of `THEMES`, no two alike."""
    view = {name: value for name, value in profile["view"].items() if name not in ("pages", "as_of", "language")}
    variants = {f"{look.replace('@', '-')}-{number:02}": _variant(look, number) for look in THEMES
                for number in range(VARIANTS)}  # fmt: skip
    return _yaml({**profile, "view": {**view, "style": {"paper": "letter"}}, "variants": variants})


def _variant(look: str, number: int) -> dict[str, Any]:
    theme, _, engine = look.partition("@")
    style = {"theme": theme, **({"engine": engine} if engine else {})}
    return {"style": style, "set": {"person.headline": f"Candidate for position {number + 1}"}}


def _person() -> dict[str, Any]:
    return {"name": "Ada Longlist", "contact": [{"email": "ada@example.org"}, {"location": "Bergen, Norway"}]}


def _job(number: int) -> dict[str, Any]:
    year = 2024 - number % 40
    return {
        "organization": f"Institute {number} for Water",
        "position": f"Scientist {number}",
        "location": "Bergen, Norway",
        "start": f"{year}-01",
        "end": f"{year}-11",
        "highlights": [_sentence(number + line, 32) for line in range(3)],
    }


def _paper(number: int) -> dict[str, Any]:
    return {
        "title": _sentence(number, 9).rstrip("."),
        "authors": ["A. Longlist", "B. Seonu", "C. Namgung"],
        "venue": f"Journal {number % 7} of Measurement",
        "date": str(2024 - number % 40),
    }


def _sentence(seed: int, words: int) -> str:
    return " ".join(_of(seed, words)).capitalize() + f" {seed}."


def _of(seed: int, words: int) -> Iterator[str]:
    for step in range(words):
        yield _WORDS[(seed * 7 + step * (1 + seed % 5)) % len(_WORDS)]


def _yaml(tree: dict[str, Any]) -> str:
    return yaml.safe_dump(tree, allow_unicode=True, sort_keys=False, width=120)
