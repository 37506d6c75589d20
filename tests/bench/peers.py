"""The programs that cvbuild is measured against, each in a folder of its own, from the machine's registries."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

RENDERCV, CVLOOM = "2.8", "0.11.0"
# What RenderCV's documents have Typst download, for icons: a stand-in without icons, a little faster than the real one.
_ICONS = Path("typst/packages/preview/fontawesome/0.6.0")
_ICONS_TOML = '[package]\nname = "fontawesome"\nversion = "0.6.0"\nentrypoint = "lib.typ"\n'
_ICONS_TYP = "#let fa-icon(..rest) = box(width: 1em)[]\n#let fa-version(..rest) = []\n"
_WHERE_PACKAGED = "import pathlib, rendercv; print(pathlib.Path(rendercv.__file__).parent / 'renderer/rendercv_typst')"


class Missing(Exception):
    """A program that could not be installed; the text says why."""


def rendercv(folder: Path, cache: Path) -> Path:
    """Return the folder with RenderCV's program, and place in *cache* what it would ask the network for."""
    programs = _environment(folder / "rendercv", f"rendercv[full]=={RENDERCV}")
    for name, text in {
        _ICONS / "typst.toml": _ICONS_TOML,
        _ICONS / "lib.typ": _ICONS_TYP,
        # Or it asks the network whether there is a newer one.
        Path("rendercv/version_check.json"): json.dumps({"last_check": time.time(), "latest_version": RENDERCV}),
    }.items():
        (cache / name).parent.mkdir(parents=True, exist_ok=True)
        (cache / name).write_text(text)
    found = subprocess.run([programs / "python", "-c", _WHERE_PACKAGED], check=True, capture_output=True, text=True)
    packaged = Path(found.stdout.strip())
    version = next(line.split('"')[1] for line in (packaged / "typst.toml").read_text().splitlines()
                   if line.startswith("version"))  # fmt: skip
    # Where Typst itself finds it, for it is also run alone.
    shutil.copytree(packaged, cache / "typst/packages/preview/rendercv" / version, dirs_exist_ok=True)
    return programs


def cvloom(folder: Path) -> Path:
    """Return the folder with cvloom's program."""
    return _environment(folder / "cvloom", f"cvloom=={CVLOOM}")


def npm(folder: Path, *packages: str) -> Path:
    """Return the folder with the programs of npm *packages*."""
    place = folder / packages[0]
    programs = place / "node_modules" / ".bin"
    if (programs / packages[0]).exists():
        return programs
    if not shutil.which("npm"):
        raise Missing("npm is not installed")
    place.mkdir(parents=True, exist_ok=True)
    _install(["npm", "install", "--no-audit", "--no-fund", "--prefix", str(place), *packages], place)
    return programs


def _environment(place: Path, requirement: str) -> Path:
    programs = place / "bin"
    done = place / "installed"
    if not done.exists():
        python = next(_pythons(), None)
        if python is None:
            raise Missing("no Python 3.12 or newer was found")
        _install([python, "-m", "venv", "--clear", str(place)], place)
        _install([str(programs / "python"), "-m", "pip", "--disable-pip-version-check", "install", "-q", requirement],
                 place)  # fmt: skip
        done.touch()
    return programs


def _pythons() -> Iterator[str]:
    """Yield the interpreters of this machine that are new enough for every peer."""
    named = [sys.executable, *(shutil.which(f"python3.{minor}") for minor in (14, 13, 12))]
    pyenv = [str(path) for path in sorted(Path.home().glob(".pyenv/versions/3.1[2-9]*/bin/python"), reverse=True)]
    for python in filter(None, [*named, *pyenv]):
        check = "import sys; sys.exit(sys.version_info < (3, 12))"
        if subprocess.run([python, "-c", check], capture_output=True).returncode == 0:
            yield python


def _install(words: list[str], place: Path) -> None:
    done = subprocess.run(words, capture_output=True, text=True)
    if done.returncode:
        shutil.rmtree(place, ignore_errors=True)
        said = [line for line in done.stderr.splitlines() if "rror" in line and "log of this run" not in line]
        lines = said or done.stderr.splitlines()
        telling = next((line for line in lines if "could not be found" in line or "No matching" in line), lines[-1])
        raise Missing(f"cannot be installed: {telling.removeprefix('npm error').strip()}")
