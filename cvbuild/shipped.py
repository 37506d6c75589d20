"""What comes with cvbuild, and where it lies."""

from __future__ import annotations

from functools import cache
from pathlib import Path


def package() -> Path:
    """Return the folder of the package itself."""
    return Path(__file__).parent


def builtin() -> Path:
    """Return the folder of the built-in themes: in the installed package, or in the checkout."""
    installed = package() / "_themes"
    return installed if installed.is_dir() else package().parent / "themes"


@cache
def srgb() -> bytes:
    """Return the ICC profile of sRGB, which says what the colours of a PDF mean."""
    return (package() / "srgb.icc").read_bytes()
