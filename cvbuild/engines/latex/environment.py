"""What TeX finds around it: nothing of the person's, and no way out of the folder it works in."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

# What a run may be told besides: where libraries are, for a TeX that does not find them by itself.
_PASSED = ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "DYLD_FALLBACK_LIBRARY_PATH")
# The variables by which kpathsea looks for what belongs to a font. (It looks for pictures and styles by TEXINPUTS.)
_FONTS = ("TFMFONTS", "VFFONTS", "T1FONTS", "ENCFONTS", "TEXFONTMAPS", "OPENTYPEFONTS", "TTFONTS", "LUAINPUTS")


def environment(
    program: Path, folder: Path, fonts: Sequence[str], formats: str, epoch_s: int
) -> dict[str, str]:
    """Return the environment in which *program* runs in *folder*, which has the folders *fonts* and *formats* in it."""
    # An empty place is where kpathsea puts its own.
    places = ":".join([".", *(f"./{name}//" for name in fonts), ""])
    return {
        "PATH": f"{program.parent}:/usr/local/bin:/usr/bin:/bin",
        "HOME": str(folder),
        "TMPDIR": str(folder),
        "LC_ALL": "C",
        "TZ": "UTC",
        "SOURCE_DATE_EPOCH": str(epoch_s),
        "FORCE_SOURCE_DATE": "1",
        # Only below its folder may a document read, and write, and run nothing.
        "openin_any": "p",
        "openout_any": "p",
        "shell_escape": "f",
        # No font, format or metric is made on the way.
        **dict.fromkeys(("MKTEXFMT", "MKTEXMF", "MKTEXPK", "MKTEXTEX", "MKTEXTFM", "MKOCP", "MKOFM"), "0"),
        # Lines of the log are as long as what they say.
        "max_print_line": "10000",
        "error_line": "254",
        "half_error_line": "238",
        "TEXMFHOME": "./.none",
        "TEXMFCONFIG": "./.none",
        "TEXMFVAR": "./.var",
        "TEXMFCACHE": "./.var:./.kept",
        "TEXINPUTS": places,
        "TEXFORMATS": f"./{formats}:",
        **dict.fromkeys(_FONTS, places),
        **{name: os.environ[name] for name in _PASSED if name in os.environ},
    }
