"""bubblewrap around TeX: a file system with TeX and the build in it, and neither network nor other processes."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterable
from functools import cache
from pathlib import Path

# Where systems keep programs, TeX and its settings; what is not there is left out.
_SYSTEM = (
    "/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/opt/texlive", "/nix/store", "/gnu/store",
    "/etc/alternatives", "/etc/fonts", "/etc/ld.so.cache", "/etc/texlive", "/etc/texmf",
    "/var/cache/fonts", "/var/lib/texlive", "/var/lib/texmf",
)  # fmt: skip
_PROBE_S = 10


@cache
def works() -> bool:
    """Tell whether programs can be run in a sandbox here."""
    if not (path := _bubblewrap()):
        return False
    try:
        command = [*_walls(path), "--", "/bin/sh", "-c", ":"]
        done = subprocess.run(command, capture_output=True, timeout=_PROBE_S, stdin=subprocess.DEVNULL, env={})
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def wrap(program: Path, folder: Path, readable: Iterable[Path]) -> list[str]:
    """Return the command before another that runs it in *folder*, which it may write to.

    It sees the system's programs, that of *program*, and what is *readable*, all at the places they have outside.
    """
    real = program.resolve()
    shown = [*readable, *([] if real.is_relative_to("/usr") else [program.parent, *_tree(real)])]
    binds = [part for path in dict.fromkeys(shown) for part in ("--ro-bind-try", str(path), str(path))]
    return [*_walls(_bubblewrap()), *binds, "--bind", str(folder), str(folder), "--chdir", str(folder), "--"]


def _tree(program: Path) -> list[Path]:
    """Return the folder of a TeX that is in none of the system's: `…/2024` of `…/2024/bin/x86_64-linux/pdftex`."""
    return [program.parents[2]] if len(program.parents) > 3 and program.parents[1].name == "bin" else [program.parent]


def _walls(bubblewrap: str) -> list[str]:
    command = [bubblewrap, "--unshare-all", "--die-with-parent", "--new-session"]
    for name in _SYSTEM:
        if Path(name).is_symlink() and len(Path(name).parts) == 2:
            command += ["--symlink", os.readlink(name), name]  # noqa: PTH115 (as it is, not resolved)
        elif Path(name).exists():
            command += ["--ro-bind", name, name]
    return [*command, "--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp"]


def _bubblewrap() -> str:
    return shutil.which("bwrap") or ""
