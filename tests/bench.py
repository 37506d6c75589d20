"""What cvbuild costs, against what would be run in its place: ratios of medians over paired, interleaved runs.

Run by `make bench`; never part of the tests. Prints a table and writes build/bench.json.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).parents[1]
PROFILE = ROOT / "profiles" / "mina-seo.yaml"
VIEW = ["--variant", "industry"]
ROUNDS = 9
CVBUILD = [sys.executable, "-m", "cvbuild"]
STOCK = "import sys, weasyprint; weasyprint.HTML(filename=sys.argv[1]).write_pdf(sys.argv[2])"


def seconds(command: Sequence[str], environment: dict[str, str]) -> float:
    """Return how long *command* takes, in seconds of wall time."""
    started = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True, env=environment)
    return time.perf_counter() - started


def paired(ours: Sequence[str], theirs: Sequence[str], environment: dict[str, str]) -> tuple[float, float]:
    """Return the median times of two commands run in turn; a first run of each does not count."""
    runs = [(seconds(ours, environment), seconds(theirs, environment)) for _ in range(ROUNDS + 1)][1:]
    return statistics.median(a for a, _ in runs), statistics.median(b for _, b in runs)


def main() -> int:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        environment = {**os.environ, "XDG_CACHE_HOME": name}
        page, pdf = folder / "cv.html", folder / "cv.pdf"
        # Its own budget of pages is a job of its own.
        build = [*CVBUILD, "build", str(PROFILE), *VIEW, "--no-fit", "--quiet", "--output"]
        tight = folder / "tight.yaml"
        tight.write_text(PROFILE.read_text("utf-8").replace("pages: 2 ", "pages: 1 "), "utf-8")
        fit = [*CVBUILD, "build", str(tight), *VIEW, "--quiet", "--output", str(folder / "fit.pdf")]
        subprocess.run([*build, str(page), "--format", "html"], check=True, env=environment)
        subprocess.run([*build, str(pdf)], check=True, env=environment)
        # The peer sees the same fonts, no more: or it would be measured at reading those of the machine.
        configuration = next(folder.glob("cvbuild/fontconfig/*/fonts.conf"))
        environment["FONTCONFIG_FILE"] = str(configuration)
        stock = [sys.executable, "-c", STOCK, str(page), str(folder / "stock.pdf")]
        jobs = {
            "one PDF, cold process": ([*build, str(pdf)], stock, "a stock WeasyPrint process on the same HTML", 1.3),
            "page budget, 2 pages on 1": (fit, [*build, str(pdf)], "one build of the whole", 4.0),
            "validate": ([*CVBUILD, "validate", str(PROFILE)], stock, "the same", 0.6),
            "--version": ([*CVBUILD, "--version"], [sys.executable, "-c", "pass"], "an empty Python process", 4.0),
        }
        rows = []
        for job, (ours, theirs, against, goal) in jobs.items():
            mine, peer = paired(ours, theirs, environment)
            rows.append({"job": job, "against": against, "seconds": round(mine, 4), "peer_seconds": round(peer, 4),
                         "ratio": round(mine / peer, 3), "goal": goal})  # fmt: skip
            print(f"{job:26} {mine:7.3f} s  {mine / peer:6.2f} × {against} ({peer:.3f} s; goal ≤ {goal})")
    out = ROOT / "build" / "bench.json"
    out.parent.mkdir(exist_ok=True)
    out.write_text(json.dumps({"rows": rows, "rounds": ROUNDS, "processors": os.cpu_count()}, indent=2) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
