"""Throws at the layers what nobody foresaw, for as long as you like: `python tests/fuzz [LAYER …] [--seconds N]`.

What fails is made small and printed, as Hypothesis does.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parents[1]), str(Path(__file__).parents[2])]


def main() -> None:
    from fuzz.targets import TARGETS, fuzz

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("layers", nargs="*", metavar="LAYER", help=f"one of {', '.join(TARGETS)}; without, all")
    parser.add_argument("--seconds", type=float, default=60.0, metavar="N", help="how long at each; without, a minute")
    options = parser.parse_args()
    if unknown := set(options.layers) - set(TARGETS):
        parser.error(f"no layer {', '.join(sorted(unknown))}; expected {', '.join(TARGETS)}")
    for name in options.layers or TARGETS:
        print(f"{name}: {fuzz(name, options.seconds)} inputs", flush=True)


if __name__ == "__main__":
    main()
