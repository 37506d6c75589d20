"""Build what the inputs of the action ask for, as the runner starts it; `cvbuild` itself tells of problems.

Reads CVBUILD, the command, and the inputs PROFILE, VARIANTS, THEMES, FORMATS and STRICT. Says in GITHUB_OUTPUT:
`files`, one to a line; `manifest`; `pdf-1` … `pdf-16`, for each artifact; `more`, the PDFs after those; `others`.
"""

from __future__ import annotations

import json
import os
import re
import secrets
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

BUILD = Path("build")
MANIFEST = BUILD / "manifest.json"
SLOTS = 16
INPUT = 3


def main() -> int:
    """Build, look for slips, and say what there is; return the first status that is not 0."""
    if BUILD.is_symlink():
        fail("build: is a link; expected a folder")
    profiles = expanded(words("PROFILE") or ["cv.yaml"])
    strict = ["--strict"] if flag("STRICT") else []
    chosen = chosen_variants(profiles)
    make_sure_of_tex(profiles)
    statuses, entries = [], []
    themes = words("THEMES", ",")
    for theme in themes or [""]:
        status, made = built(profiles, chosen, theme, strict, suffixed=len(themes) > 1)
        statuses.append(status)
        entries += made
    write_manifest(entries)
    if INPUT not in statuses:  # who cannot read a profile has said so
        status = cvbuild("lint", "--annotations=github", *strict, "--", *profiles)
        statuses += [status] if strict else []
    say(entries)
    return next((status for status in statuses if status), 0)


def words(name: str, also: str = "") -> list[str]:
    """Return what the input *name* lists, one to a line, or parted by *also*."""
    text = os.environ.get(name, "")
    return list(dict.fromkeys(word.strip() for word in re.split(f"[\n{also}]", text) if word.strip()))


def flag(name: str) -> bool:
    """Return what the input *name* says, true or false; nothing else will do."""
    text = os.environ.get(name, "").strip().lower()
    if text not in ("true", "false", ""):
        fail(f"{name.lower()}: '{text}'; expected true or false")
    return text == "true"


def expanded(names: Iterable[str]) -> list[str]:
    """Return the files that *names* stand for; a name that is no pattern stands for itself."""
    found: list[str] = []
    for name in names:
        is_pattern = bool(set("*?[") & set(name)) and not name.startswith("/")
        found += (sorted(map(str, Path().glob(name))) if is_pattern else []) or [name]
    return list(dict.fromkeys(found))


def chosen_variants(profiles: list[str]) -> list[str]:
    """Return the options that choose the variants. Fails where one shows private facts: what CI makes is public."""
    names = words("VARIANTS", ",")
    if not names:
        return ["--all"]
    private = {row["variant"] for row in asked("variants", "list", "--json", "--", *profiles) if row["private"]}
    if hidden := [name for name in names if name in private]:
        fail(f"variants: '{hidden[0]}' shows private facts; expected public ones")
    return [f"--variant={name}" for name in names]


def make_sure_of_tex(profiles: list[str]) -> None:
    """Install TeX where a theme or an engine asks for it and there is none."""
    if shutil.which("pdflatex"):
        return
    engines = {look["name"]: look["engines"][0] for look in asked("themes", "--json")}
    rows = asked("variants", "list", "--json", "--", *profiles)
    themes = [name.partition("@") for name in words("THEMES", ",")] or [(row["theme"], "", "") for row in rows]
    wanted = {engine or engines.get(name, "") for name, _, engine in themes} | {row["engine"] for row in rows}
    if any("latex" in engine for engine in wanted):
        packages = Path(os.environ["GITHUB_ACTION_PATH"]) / ".ci" / "system-packages"
        subprocess.run([*(["sudo"] if os.getuid() else []), str(packages), "tex"], check=False)


def built(
    profiles: list[str], chosen: list[str], theme: str, strict: list[str], *, suffixed: bool
) -> tuple[int, list[dict[str, Any]]]:
    """Build into `build/` in one theme; return the status and what the manifest says.

    Where there are several themes, each file's name ends with that of its theme.
    """
    BUILD.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=BUILD, prefix=".theme-") as scratch:
        manifest = Path(scratch) / "manifest.json"
        formats = ",".join(words("FORMATS", ",")) or "pdf"
        folder = Path(scratch) / "made" if suffixed else BUILD
        options = [*chosen, f"--format={formats}", f"--output={folder}/", f"--manifest={manifest}"]
        options += [f"--theme={theme}"] if theme else []
        status = cvbuild("build", "--annotations=github", *options, *strict, "--", *profiles)
        entries = json.loads(manifest.read_text("utf-8"))["artifacts"] if manifest.exists() else []
        if suffixed:
            entries = [moved(entry, re.sub(r"[^\w.+-]", "-", theme)) for entry in entries]
    return status, entries


def moved(entry: dict[str, Any], theme: str) -> dict[str, Any]:
    """Put an artifact into `build/` under a name with *theme* in it; return what the manifest says of it then."""
    made = Path(entry["path"])
    target = BUILD / f"{made.stem}-{theme}{made.suffix}"
    if target.is_dir() and not target.is_symlink():
        shutil.rmtree(target)
    made.replace(target)
    return {**entry, "path": str(target)}


def write_manifest(entries: list[dict[str, Any]]) -> None:
    """Put the manifest in its place; a link there is replaced, not followed."""
    BUILD.mkdir(exist_ok=True)
    new = BUILD / f".manifest-{secrets.token_hex(8)}"
    new.write_text(json.dumps({"artifacts": entries}, indent=2, ensure_ascii=False) + "\n", "utf-8")
    new.replace(MANIFEST)


def say(entries: list[dict[str, Any]]) -> None:
    """Write the outputs."""
    pdfs = [entry["path"] for entry in entries if entry["format"] == "pdf"]
    output("files", "\n".join(entry["path"] for entry in entries))
    output("manifest", str(MANIFEST))
    for number, path in enumerate(pdfs[:SLOTS], 1):
        output(f"pdf-{number}", path)
    output("more", "\n".join(pdfs[SLOTS:]))
    output("others", "\n".join(entry["path"] for entry in entries if entry["format"] != "pdf"))


def output(name: str, value: str) -> None:
    """Write one output; no value can end itself and begin another."""
    end = secrets.token_hex(16)
    with Path(os.environ["GITHUB_OUTPUT"]).open("a", encoding="utf-8") as stream:
        stream.write(f"{name}<<{end}\n{value}\n{end}\n")


def asked(*arguments: str) -> Any:
    """Return what a command prints as JSON; what it cannot read is told by the build."""
    done = subprocess.run([os.environ["CVBUILD"], *arguments], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    return json.loads(done.stdout) if done.returncode == 0 else []


def cvbuild(*arguments: str) -> int:
    return subprocess.run([os.environ["CVBUILD"], *arguments]).returncode


def fail(message: str) -> None:
    escaped = message.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    print(f"::error title=cvbuild::{escaped}", flush=True)
    sys.exit(INPUT)


if __name__ == "__main__":
    sys.exit(main())
