"""Formats: TeX as it is once it has read a preamble, kept so that it need not be read again.

A document is set from a format wherever its preamble can be made into one, also the first time and where nothing can
be kept: so what comes out never depends on what was kept.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import re
from pathlib import Path

from msgspec import Struct

from cvbuild.engines.latex import store
from cvbuild.engines.latex.build import FORMAT, JOB, SOURCE, Build, link_to
from cvbuild.rendered import PREAMBLE_ENDS

# A format has 15 to 35 million bytes.
MAX_KEPT_BYTES = 320 * 1024 * 1024
# By which a document is set from the format in its folder. By a path TeX would begin to record what it reads there.
OPTIONS = (f"-fmt={JOB}",)
_FILE = f"{JOB}.fmt"
_ABOUT = "about.json"
# A change to how formats are made makes other formats.
_VERSION = 1
# What only the document reads, and differs from one to the next.
_LATE = {".png", ".jpg", ".jpeg", ".pdf", ".xmp"}
_BEGIN = re.compile(r"^[ \t]*\\begin\{document\}", re.MULTILINE)
# A format has no page, yet what a preamble puts on the first one (colours, settings of the PDF) must not be lost.
_BOX = 30303
_DUMP = (
    f"\\begingroup\\topskip0pt\\output{{\\global\\setbox{_BOX}\\vbox{{\\unvbox255 \\setbox0\\lastbox\\unskip}}}}"
    "\\hbox{}\\penalty-10000 \\endgroup\\deadcycles0 \\dump\n"
)
# The fonts in a format of lualatex have lost all that Lua knew of them, and xelatex would rather make no format with
# fonts of its own. LaTeX loads its fonts again if it is told to; others cannot be there.
_OWN_FONT = re.compile(r"^\\font\\(\S+)=[\[\"].*$", re.MULTILINE)
_LATEX_FONT = re.compile(r"(?:[^/\s]+/){4}[^/\s]+")
# What a preamble has told Lua is lost as well, unless it is told again whenever TeX begins.
_TOLD_LUA = re.compile(r"^(?:Inserting `.*' in `.*'|Lua module: \S+|Lua-only attribute \S+)", re.MULTILINE)
# LaTeX keeps tables of numbers in Lua, and finds them only where no format is being made: here it does there too, and
# finds them again later. And each module of Lua that the preamble loads is told of in the log.
_LUA_START = """\
local original, depth = require, 0
cvbuild_is_telling = false
function require(name)
  if name ~= "expl3" then
    if cvbuild_is_telling and depth == 0 then texio.write_nl("log", "Requiring `" .. name .. "'.\\n") end
    depth = depth + 1
    local result = original(name)
    depth = depth - 1
    return result
  end
  local register = token.create("@expl@luadata@bytecode").index
  local tables, real = lua.bytecode[register], status
  status = setmetatable({ini_version = false}, {__index = real})
  local result = original(name)
  status = real
  lua.bytecode[register] = tables
  return result
end
"""
_REQUIRED = re.compile(r"^Requiring `([\w.-]+)'\.$", re.MULTILINE)
_ERROR = re.compile(r"^(?:! |[^:\n]+:\d+: )(?!Can't \\dump a format with native fonts)", re.MULTILINE)


class Format(Struct, frozen=True):
    """A format in a folder; *is_kept* if an earlier build has made it.

    A document is set from it by `source`, whose lines are numbered as those of the whole. The log of that has to have
    each line of `told`, or else the format has lost something. `inputs` are the files that it was made from.
    """

    folder: Path
    source: str
    is_kept: bool
    told: tuple[str, ...]
    inputs: tuple[str, ...] = ()

    def is_faithful(self, log: str) -> bool:
        """Tell whether a run with that *log* began with all that the preamble has set up."""
        return all(line in log for line in self.told)


def find(build: Build, cache: Path, *, fresh: bool) -> Format | None:
    """Return the format of the document's preamble, made now where none is kept or *fresh*.

    `None` where the preamble can be made into none. Raises `LimitError`.
    """
    lines = _preamble_lines(build)
    if not lines:
        return None
    kept, name = _kept(cache), key(build)
    place = None if fresh else kept.get(name)
    about = _about(place) if place else None
    is_kept = about is not None
    if place is None or about is None:
        kept.drop(name)
        place, about = _made(build, kept, name, lines)
    if not about["possible"]:
        return None
    link = build.folder / FORMAT
    if place != link:
        link_to(place, link)
    return Format(place, _source(build, lines, about), is_kept, _texts(about["told"]), _names(about["inputs"]))


def is_whole(folder: Path) -> bool:
    """Tell whether there is a format in *folder* from which documents can be set."""
    about = _about(folder)
    return about is not None and bool(about["possible"])


def refuse(build: Build, cache: Path) -> None:
    """Remember that the document's preamble makes no format."""
    about = {"possible": False, "inputs": {}, "fonts": [], "modules": [], "told": []}
    kept, name = _kept(cache), key(build)
    kept.drop(name)
    kept.put(name, lambda folder: _write(folder, about))


def _kept(cache: Path) -> store.Folders:
    return store.Folders(cache.absolute() / "latex" / "formats", MAX_KEPT_BYTES)


def _write(folder: Path, about: dict[str, object]) -> None:
    (folder / _ABOUT).write_text(json.dumps(about), "utf-8")


def _preamble_lines(build: Build) -> int:
    """Return how many lines of the source are for the format: up to the mark or the document, 0 for none at all."""
    source = build.rendered.source
    before, mark, _ = source.partition(f"\n{PREAMBLE_ENDS}\n")
    if mark:
        return before.count("\n") + 1
    # Fonts of the others cannot be in a format, and where there is no mark they may be anywhere.
    match = _BEGIN.search(source) if build.name == "pdflatex" else None
    return source.count("\n", 0, match.start()) if match else 0


def key(build: Build) -> str:
    """Return what is different for every program and every preamble with all that it could read."""
    digest = hashlib.sha256(repr((_VERSION, build.name, store.stamp(build.program))).encode())
    around = {name: value for name, value in build.environment.items() if name not in ("HOME", "TMPDIR")}
    digest.update(repr((sorted(around.items()), [str(path) for path in build.fonts])).encode())
    digest.update("\n".join(build.rendered.source.split("\n")[: _preamble_lines(build)]).encode())
    for name, asset in sorted(build.rendered.assets.items()):
        if Path(name).suffix not in _LATE:
            digest.update(f"\0{name}\0{hashlib.sha256(asset.data).hexdigest()}".encode())
    return digest.hexdigest()[:32]


def _about(place: Path) -> dict[str, object] | None:
    """Return what is known of the format in *place*, if it is whole and what it was made from is as it was then."""
    try:
        about = json.loads((place / _ABOUT).read_bytes())
        stamps = {Path(name): stamp for name, stamp in about["inputs"].items()}
        if about["possible"]:
            stamps[place / _FILE] = about["stamp"]
        is_known = {"fonts", "modules", "told"} <= about.keys()
        if is_known and all(store.stamp(path) == stamp for path, stamp in stamps.items()):
            return dict(about)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        pass
    return None


def _made(build: Build, kept: store.Folders, name: str, lines: int) -> tuple[Path, dict[str, object]]:
    """Make the format; return where it is, for good or until the build ends, and what is to be known of it."""
    preamble = "\n".join(build.rendered.source.split("\n")[:lines])
    start = []
    if build.name == "lualatex":
        (build.folder / "start.lua").write_text(_LUA_START, "utf-8")
        start = ["--lua=start.lua"]
        preamble = f"\\directlua{{cvbuild_is_telling = true}}{preamble}"
    (build.folder / SOURCE).write_text(f"{preamble}\n{_DUMP}", "utf-8", "strict", "\n")
    outcome = build.run("-ini", *start, "-recorder", f"&{build.name}", SOURCE, halts=build.name != "xelatex")
    log, path = build.log(), build.folder / _FILE
    fonts = _OWN_FONT.findall(log)
    is_made = path.is_file() and outcome.status in (0, 1 if fonts else 0) and not _ERROR.search(log)
    about: dict[str, object] = {
        "possible": is_made and all(map(_LATEX_FONT.fullmatch, fonts)),
        "inputs": {str(path): store.stamp(path) for path in build.inputs()},
        "fonts": fonts,
        "modules": list(dict.fromkeys(_REQUIRED.findall(log))),
        "told": sorted(set(_TOLD_LUA.findall(log))) if build.name == "lualatex" else [],
    }

    def fill(folder: Path) -> None:
        if about["possible"]:
            _unpack(path, folder / _FILE)
            about["stamp"] = store.stamp(folder / _FILE)
        _write(folder, about)

    # Whatever else went wrong may go well another time.
    if is_made:
        place = kept.put(name, fill)
        if place and _about(place):
            return place, about
    place = build.folder / FORMAT
    if place.is_symlink():
        place.unlink()
    place.mkdir(exist_ok=True)
    fill(place)
    return place, about


def _unpack(path: Path, place: Path) -> None:
    """Write the format at *path* to *place*, as TeX reads it fastest: not compressed."""
    data = path.read_bytes()
    place.write_bytes(gzip.decompress(data) if data.startswith(b"\x1f\x8b") else data)


def _texts(value: object) -> tuple[str, ...]:
    return tuple(map(str, value)) if isinstance(value, list) else ()


def _names(value: object) -> tuple[str, ...]:
    return tuple(map(str, value)) if isinstance(value, dict) else ()


def _source(build: Build, lines: int, about: dict[str, object]) -> str:
    modules = "".join(f'require("{name}") ' for name in _texts(about["modules"]))
    again = [f"\\expandafter\\let\\csname {name}\\endcsname\\relax " for name in _texts(about["fonts"])]
    if modules:
        again.insert(0, f"\\directlua{{{modules}}}")
    rest = build.rendered.source.split("\n")[lines:]
    return "\n".join([f"{build.constants()}\\unvbox{_BOX} {''.join(again)}%", *["%"] * (lines - 1), *rest])
