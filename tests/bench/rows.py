"""The rows of the table: what is compared with what, and what it ought to come to."""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from timing import Run

_UNITS = {"seconds": "s", "cpu_s": "s", "peak_mb": "MB"}


@dataclass(frozen=True, slots=True)
class Row:
    """One comparison: the run `ours` against the run `theirs`, at most `goal` times as much (`None`: no goal).

    `peers` runs of theirs stand against one of ours; `less` is a run whose share in ours is not meant. What is compared
    is the field `measure` of a `Run`. `note` says what the numbers do not.
    """

    job: str
    ours: str
    against: str
    theirs: str
    goal: float | None = None
    measure: str = "seconds"
    peers: int = 1
    less: str = ""
    note: str = ""

    def told(self, runs: Mapping[str, Sequence[Run]], failures: Mapping[str, str]) -> dict[str, Any]:
        """Return the row as JSON has it: with a ratio, or with the reason why there is none."""
        said: dict[str, Any] = {"job": self.job, "against": self.against, "goal": self.goal}
        if self.note:
            said["note"] = self.note
        missing = [name for name in filter(None, (self.ours, self.theirs, self.less)) if name not in runs]
        if missing:
            return {**said, "why": f"{missing[0]}: {failures.get(missing[0], 'was not run')}"}
        ours, theirs = self._values(runs, self.measure)
        if self.measure == "seconds":
            # What else the machine has to do changes this one less.
            said["cpu_ratio"] = _ratio(*self._values(runs, "cpu_s"))
        return {
            **said,
            "ratio": _ratio(ours, theirs),
            "unit": _UNITS[self.measure],
            "median": round(statistics.median(ours), 4),
            "peer_median": round(statistics.median(theirs), 4),
            "min": round(min(ours), 4),
            "peer_min": round(min(theirs), 4),
            "runs": len(ours),
        }

    def _values(self, runs: Mapping[str, Sequence[Run]], measure: str) -> tuple[list[float], list[float]]:
        """Return what our runs took and what theirs did, one value a run."""
        ours, theirs = ([float(getattr(run, measure)) for run in runs[name]] for name in (self.ours, self.theirs))
        if self.less:
            less = (float(getattr(run, measure)) for run in runs[self.less])
            ours = [a - b for a, b in zip(ours, less, strict=True)]
        return ours, [value * self.peers for value in theirs]


def _ratio(ours: Sequence[float], theirs: Sequence[float]) -> float:
    """Return the median of the ratios of runs side by side: what else the machine had to do then slowed both."""
    if len(ours) != len(theirs):
        theirs = [statistics.median(theirs)] * len(ours)
    return round(statistics.median(a / b for a, b in zip(ours, theirs, strict=True)), 3)


@dataclass(frozen=True, slots=True)
class Limit:
    """One number that is not to be over `goal`; `why` says why there is none, `note` what the number does not."""

    job: str
    goal: float
    unit: str
    value: float | None = None
    why: str = ""
    note: str = ""

    def told(self) -> dict[str, Any]:
        """Return the row as JSON has it."""
        said: dict[str, Any] = {"job": self.job, "against": "", "goal": self.goal, "unit": self.unit}
        said |= {"note": self.note} if self.note else {}
        return {**said, "why": self.why} if self.value is None else {**said, "median": round(self.value, 3)}


def line(row: Mapping[str, Any]) -> str:
    """Return *row* for eyes."""
    job = row["job"] + (f" ({row['note']})" if "note" in row else "")
    goal = f"≤ {row['goal']}" if row["goal"] is not None else "–"
    if "why" in row:
        return f"{job:52} {'–':>7} {goal:>8}   {': '.join(filter(None, (row['against'], row['why'])))}"
    if "ratio" not in row:
        return f"{job:52} {row['median']:7.2f} {goal:>8}  {row['unit']}"
    met = " " if row["goal"] is None or row["ratio"] <= row["goal"] else "✗"
    ours, theirs = (f"{row[m]:.3g} ({row[n]:.3g})" for m, n in (("median", "min"), ("peer_median", "peer_min")))
    cpu = f", of processors {row['cpu_ratio']:.2f}" if "cpu_ratio" in row else ""
    return f"{job:52} {row['ratio']:7.2f} {goal:>8} {met} {row['against']}: {ours} to {theirs} {row['unit']}{cpu}"
