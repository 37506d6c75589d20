"""A fontconfig of our own: the fonts it is given, and none of the machine's.

Without it a PDF would depend on where it was made; and with no font at all WeasyPrint takes the process with it.
"""

from __future__ import annotations

import atexit
import hashlib
import shutil
import tempfile
from contextlib import ExitStack, suppress
from functools import cache
from html import escape
from pathlib import Path

from cvbuild import fonts
from cvbuild.engines.passing import passing
from cvbuild.errors import EngineError, Mark, Problem

# TeX Gyre Pagella has Greek letters for formulas but none with accents: without this rule a Greek word would change
# its font in the middle.
_WHOLE_GREEK = """\
<match target="scan"><test name="family"><string>TeX Gyre Pagella</string></test>
<edit name="charset" mode="assign"><minus><name>charset</name>
<charset><range><int>0x370</int><int>0x3ff</int></range></charset></minus></edit></match>
"""


def configure(places: tuple[Path, ...], folder: Path) -> Path:
    """Return a configuration that knows the fonts at *places* (files, or folders of them) and no others.

    It is kept in *folder*, or, where that cannot be written, in a folder that goes with this process. Raises
    `EngineError` where there is no font.
    """
    files = tuple(dict.fromkeys(file.resolve() for place in places for file in fonts.files(place)))
    if not files:
        raise EngineError(Problem(Mark("fontconfig"), "", "no fonts; expected some under `fonts` of the theme"))
    # fontconfig would not notice a font that changes in its place.
    stamps = [f"{file}\n{file.stat().st_size} {file.stat().st_mtime_ns}" for file in files]
    name = hashlib.sha256("\n".join([*stamps, _WHOLE_GREEK]).encode("utf-8", "surrogateescape")).hexdigest()[:16]
    # fontconfig looks for a relative path in /etc, and for a missing file in the machine's fonts.
    with suppress(OSError):
        return _made(files, folder.absolute() / "fontconfig" / name)
    with suppress(OSError):
        return _made(files, _passing_folder() / name)
    raise EngineError(Problem(Mark(str(folder)), "", "the cache cannot be written"))


def _made(files: tuple[Path, ...], place: Path) -> Path:
    """Write the configuration into the folder *place*, all of it at once: others may be doing the same."""
    path = place / "fonts.conf"
    if path.is_file():
        return path
    place.parent.mkdir(parents=True, exist_ok=True)
    new = Path(tempfile.mkdtemp(prefix=".new-", dir=place.parent))
    try:
        # Links to the files and not their folders, which fontconfig would search to the last leaf.
        (new / "fonts").mkdir()
        for index, file in enumerate(files):
            (new / "fonts" / f"{index:02}-{file.name}").symlink_to(file)
        (new / path.name).write_text(_text(place), "utf-8")
        with suppress(OSError):
            new.replace(place)
    finally:
        shutil.rmtree(new, ignore_errors=True)
    if not path.is_file():
        raise OSError("the configuration is not there")
    return path


def _text(place: Path) -> str:
    return (
        '<?xml version="1.0"?>\n<!DOCTYPE fontconfig SYSTEM "fonts.dtd">\n<fontconfig>\n'
        f"<dir>{escape(str(place / 'fonts'))}</dir>\n<cachedir>{escape(str(place / 'cache'))}</cachedir>\n"
        f"{_WHOLE_GREEK}</fontconfig>\n"
    )


@cache
def _passing_folder() -> Path:
    kept = ExitStack()
    atexit.register(kept.close)
    return kept.enter_context(passing())
