"""What this machine has of what PDFs are made with, and how it gets what it lacks."""

from __future__ import annotations

import ctypes
import ctypes.util
import os
import platform
import shutil
import tempfile
from importlib import metadata, util
from pathlib import Path

from cvbuild import fonts
from cvbuild.engines.finding import Finding
from cvbuild.engines.latex import doctor as tex
from cvbuild.errors import CvError
from cvbuild.version import VERSION

# As .ci/system-packages has them: the manager, its command, and what Pango and HarfBuzz's subset library are called.
_MANAGERS = (
    ("apt-get", "apt-get install --no-install-recommends", "libpango-1.0-0 libpangoft2-1.0-0", "libharfbuzz-subset0"),
    ("dnf", "dnf install", "pango", "harfbuzz"),
    ("apk", "apk add", "pango", "harfbuzz-subset"),
    ("brew", "brew install", "pango", "harfbuzz"),
)


def findings(cache: Path, font_folders: Path) -> tuple[Finding, ...]:
    """Return what this machine has; *cache* is the folder for caches, *font_folders* holds the bundled fonts."""
    pango, subset = _pango(), _subset()
    return (
        Finding("Python", True, f"{platform.python_version()} on {platform.system()} {platform.machine()}"),
        Finding("cvbuild", True, VERSION),
        pango,
        _weasyprint(loads=pango.ok),
        subset,
        _fonts(font_folders),
        _cache(cache),
        *tex.findings(),
        *(_extra(*extra) for extra in _EXTRAS),
    )


# What other formats than PDF are made with: the format, the package, its module, and the extra that brings it.
_EXTRAS = (("Word files", "python-docx", "docx", "docx"), ("pictures of pages", "pypdfium2", "pypdfium2", "png"))


def _extra(name: str, package: str, module: str, extra: str) -> Finding:
    if util.find_spec(module):
        return Finding(name, True, f"{package} {metadata.version(package)}", needed=False)
    remedy = f"pip install 'cvbuild[{extra}]'"
    return Finding(name, False, f"{package} is not installed", needed=False, remedy=remedy, lack="none")


def _library(name: str, number: int) -> ctypes.CDLL | None:
    """Return a library under one of the names by which WeasyPrint would look for it."""
    names = [f"lib{name}.so.{number}", f"lib{name}.{number}.dylib", f"lib{name}.dylib"]
    for path in (*names, ctypes.util.find_library(name)):
        try:
            if path:
                return ctypes.CDLL(path)
        except OSError:
            continue
    return None


def _pango() -> Finding:
    library = _library("pangoft2-1.0", 0) and _library("pango-1.0", 0)
    if not library:
        return Finding("Pango", False, "not found", remedy=_install(2))
    return Finding("Pango", True, _said(library, "pango_version_string"))


def _said(library: ctypes.CDLL, function: str) -> str:
    """Return what a *function* of a C library that gives a text gives."""
    call = getattr(library, function)
    call.restype = ctypes.c_char_p
    return bytes(call() or b"").decode()


def _subset() -> Finding:
    """Look for what makes fonts small quickly: HarfBuzz 4.1 or later with its subset library, or uharfbuzz."""
    library = _library("harfbuzz", 0)
    version = _said(library, "hb_version_string") if library else ""
    name = "fast font subsetting"
    if library and _library("harfbuzz-subset", 0) and library.hb_version_atleast(4, 1, 0):
        return Finding(name, True, f"HarfBuzz {version}", needed=False)
    if util.find_spec("uharfbuzz"):
        return Finding(name, True, f"uharfbuzz {metadata.version('uharfbuzz')}", needed=False)
    found = f"HarfBuzz {version} cannot" if version else "no HarfBuzz"
    remedy = _install(3) or "pip install 'cvbuild[harfbuzz]'"
    return Finding(name, False, f"{found}: fontTools is used, which takes longer", needed=False, remedy=remedy)


def _weasyprint(*, loads: bool) -> Finding:
    try:
        version = metadata.version("weasyprint")
    except metadata.PackageNotFoundError:
        return Finding("WeasyPrint", False, "not installed", remedy="pip install 'weasyprint>=70,<71'")
    if not loads:
        return Finding("WeasyPrint", False, f"{version}, which cannot be loaded without Pango")
    from cvbuild.engines import weasyprint

    try:
        weasyprint.load()
    except CvError as error:
        return Finding("WeasyPrint", False, error.problems[0].message, remedy=_install(2))
    return Finding("WeasyPrint", True, version)


def _fonts(folder: Path) -> Finding:
    """Read every bundled font, as a build would."""
    places = sorted(path for path in folder.iterdir() if path.is_dir()) if folder.is_dir() else []
    try:
        families = {fonts.family(file) for place in places for file in fonts.files(place) if fonts.coverage(file)}
    except CvError as error:
        return Finding("bundled fonts", False, str(error.problems[0]), remedy=_reinstall())
    if not families:
        return Finding("bundled fonts", False, f"none in {folder}", remedy=_reinstall())
    return Finding("bundled fonts", True, f"{len(families)} families in {folder}")


def _reinstall() -> str:
    return "pip install --force-reinstall cvbuild"


def _cache(folder: Path) -> Finding:
    """Try to write into the folder for caches; without one, fonts are looked through on every run."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=folder):
            return Finding("cache folder", True, str(folder), needed=False)
    except OSError as error:
        found = f"{folder} cannot be written: {(error.strerror or str(error)).lower()}"
        return Finding("cache folder", False, found, needed=False, remedy="export XDG_CACHE_HOME=FOLDER")


def _install(column: int) -> str:
    """Return the command that installs a package, by the package manager at hand; '' where none is known."""
    for manager in _MANAGERS:
        if shutil.which(manager[0]):
            root = manager[0] == "brew" or not hasattr(os, "geteuid") or os.geteuid() == 0
            return f"{'' if root else 'sudo '}{manager[1]} {manager[column]}"
    return ""
