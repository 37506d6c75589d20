"""What comes with cvbuild, and where it lies."""

from __future__ import annotations

from functools import cache
from pathlib import Path


def builtin() -> Path:
    """Return the folder of the built-in themes: in the installed package, or in the checkout."""
    package = Path(__file__).parent
    installed = package / "_themes"
    return installed if installed.is_dir() else package.parent / "themes"


@cache
def srgb() -> bytes:
    """Return the ICC profile of sRGB, which says what the colours of a PDF mean."""
    return (Path(__file__).parent / "srgb.icc").read_bytes()
