"""What cvbuild costs, against what would be run in its place: ratios of paired, interleaved runs, and their medians.

Run by `make bench`; never part of the tests. Prints a table and writes build/bench.json.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import budgets
import goals
import made_up
import saves
import timing
import two_pages
from peers import Missing
from rows import Limit, line
from timing import Command, Failed, Run
from workshop import PROFILE, VARIANT, Workshop

_OUT = Path(__file__).parents[2] / "build"
_PARTS = ("two-pages", "budgets", "long", "batch", "watch")
# Measured all the same; said so that nobody takes them for more than they are.
_NOTES = (
    "RenderCV downloads icons for Typst when it runs; a stand-in without icons was put in their place.",
    "Whatever is measured has run once before: formats and fonts are kept. Artifacts are not, but for 'same again'.",
)

Rows = list[dict[str, Any]]
Runs = dict[str, list[Run]]


def main() -> int:
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"of {', '.join(_PARTS)} (default: all)")
    parser.add_argument("--rounds", type=int, default=9, help="how many runs of each count (default: 9)")
    options = parser.parse_args()
    parts = options.parts or _PARTS
    shop = Workshop(_OUT / "bench")
    rows: Rows = []
    runs: Runs = {}
    for note in _NOTES:
        print(note)
    print(f"\n{'':52} {'ratio':>7} {'goal':>8}    against: median (least) of ours to theirs")
    if "two-pages" in parts or "batch" in parts:
        rounds = options.rounds if "two-pages" in parts else 3
        runs, failures = _measured(*two_pages.commands(shop), rounds)
        if "two-pages" in parts:
            _tell(rows, [row.told(runs, failures) for row in goals.two_pages()])
    if "budgets" in parts:
        for row in budgets.rows():
            _tell(rows, [row])
    if "long" in parts:
        found = _measured(*_long(shop), min(options.rounds, 3))
        _tell(rows, [row.told(*found) for row in goals.long()])
    if "batch" in parts:
        _tell(rows, _batch(shop, runs))
        _tell(rows, [_changed(shop)])
    if "watch" in parts:
        for row in saves.rows(shop, options.rounds):
            _tell(rows, [row])
    said = {"rows": rows, "notes": _NOTES, "rounds": options.rounds, "processors": os.cpu_count(),
            "load": os.getloadavg()}  # fmt: skip
    (_OUT / "bench.json").write_text(json.dumps(said, indent=2, ensure_ascii=False) + "\n")
    return 0


def _measured(
    commands: Mapping[str, Command], missing: Mapping[str, str], rounds: int
) -> tuple[Runs, dict[str, str]]:
    runs, failures = timing.interleaved(commands, rounds)
    return runs, {**missing, **failures}


def _tell(rows: Rows, told: Rows) -> None:
    rows += told
    for row in told:
        print(line(row), flush=True)


def _long(shop: Workshop) -> tuple[dict[str, Command], dict[str, str]]:
    """Return how long documents are built: of 500 entries on many pages, and of ever more short ones."""
    commands: dict[str, Command] = {}
    missing: dict[str, str] = {}
    kinds = {"latex": "classic", "html": "letterpress@weasyprint"}
    texts = {"long": made_up.long(500), **{str(count): made_up.papers(count) for count in (100, 500, 2500)}}
    for name, text in texts.items():
        source = shop.place(f"in/{name}.yaml")
        source.write_text(text)
        for kind, theme in kinds.items():
            commands[f"{name}, {kind}"] = shop.build(source, f"{name}-{kind}.pdf", "--theme", theme, *shop.unchecked)
    try:
        commands["long, rendercv"] = shop.rendercv(shop.selected(shop.place("in/long.yaml")), "long-rendercv")
    except (Missing, Failed) as error:
        missing["long, rendercv"] = str(error)
    return commands, missing


def _batch(shop: Workshop, runs: Runs) -> Rows:
    """Return the rows of many documents made by one command, for which a batch runs twice."""
    source = shop.place("in/many.yaml")
    source.write_text(made_up.many(shop.selected(PROFILE, VARIANT)))
    documents = made_up.VARIANTS * len(made_up.THEMES)
    command = shop.build(source, "many/", "--all")
    found, failures = timing.interleaved({"batch": command}, 1)
    made = len(list(shop.place("out/many/").glob("*.pdf")))
    shutil.rmtree(shop.place("out/many/"))
    if found and made != documents:
        found, failures = {}, {"batch": f"{made} documents of {documents}"}
    rows = [row.told({**runs, **found}, failures) for row in goals.batch(documents)]
    for run in found.get("batch", []):
        idle = 1 - run.cpu_s / (run.seconds * (os.cpu_count() or 1))
        rows.append(Limit("24 variants × 4 themes: share of processors idle", 0.1, "", idle).told())
    return rows


def _changed(shop: Workshop) -> dict[str, Any]:
    """Return the row of one word changed in one of many variants: how many documents are set anew."""
    text = made_up.many(shop.selected(PROFILE, VARIANT))
    source, kept = shop.place("in/changed.yaml"), shop.place("kept/artifacts")
    names = [f"brief-weasyprint-{number:02}" for number in range(made_up.VARIANTS)]
    chosen = [word for name in names for word in ("--variant", name)]
    shutil.rmtree(kept, ignore_errors=True)
    documents = [0]
    for said in (text, text.replace("position 7\n", "place 7\n")):
        source.write_text(said)
        command = shop.rebuild(source, "changed/", *chosen)
        shop.run(replace(command, environment={**command.environment, "CVBUILD_CACHE": str(kept.parent)}))
        documents.append(sum(b"\n%PDF-" in path.read_bytes()[:400] for path in kept.glob("*/*")))
    changed = documents[-1] - documents[-2]
    return Limit("one word changed in one of 24 variants", 1, "documents", changed).told()


if __name__ == "__main__":
    sys.exit(main())
