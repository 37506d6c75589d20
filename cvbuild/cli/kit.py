"""`cvbuild init`: a repository for the CV of one person, with all that builds, checks and publishes it."""

from __future__ import annotations

import argparse
import json
import os
import re
import shlex
from collections.abc import Mapping
from importlib import metadata, resources
from pathlib import Path
from urllib.parse import urlsplit

from cvbuild import cli
from cvbuild.artifact import publish
from cvbuild.cli.inspect import SCHEMA_FILE, schema_text, starter
from cvbuild.errors import Mark, OutputError, Problem, one_line
from cvbuild.version import VERSION

_FILES = {
    "Makefile": "Makefile",
    "requirements.txt": "requirements.txt",
    ".gitignore": "gitignore",
    ".pre-commit-config.yaml": "pre-commit.yaml",
    "README.md": "README.md",
}
_CI = {
    "github": {".github/workflows/cv.yml": "github.yml"},
    "gitlab": {".gitlab-ci.yml": "gitlab.yml"},
    "none": {},
}


def init(options: argparse.Namespace) -> int:
    """Write each file of a CV's repository that is not there yet, and say of each whether it was."""
    folder = Path(options.folder)
    if os.path.lexists(folder) and not folder.is_dir():
        raise OutputError(Problem(Mark(str(folder)), "", "is no folder; expected a new one, or one to add files to"))
    made = {name: text for name, text in _files(options.ci).items() if not os.path.lexists(folder / name)}
    _check_inside(folder, made)
    for name, text in made.items():
        publish(text.encode(), folder / name)
    for name in _files(options.ci):
        print(f"{'made' if name in made else 'kept'}  {one_line(str(folder / name))}")
    print("now: make" if folder == Path() else f"now: make -C {one_line(shlex.quote(str(folder)))}")
    return cli.OK


def _files(ci: str) -> Mapping[str, str]:
    """Return the files of the repository by their names in it."""
    kit = resources.files("cvbuild") / "kit"
    found = {"cv.yaml": starter(), SCHEMA_FILE: schema_text()}
    for name, template in {**_FILES, **_CI[ci]}.items():
        found[name] = (kit / template).read_text("utf-8").replace("@REQUIREMENT@", requirement())
    return found


def _check_inside(folder: Path, names: Mapping[str, str]) -> None:
    """Refuse to write through a link that leads out of *folder*."""
    top = folder.resolve()
    out = [name for name in names if not (folder / name).parent.resolve().is_relative_to(top)]
    if out:
        raise OutputError(Problem(Mark(str(folder / out[0])), "", "lies behind a link that leads out of the folder"))


def requirement() -> str:
    """Return what pip is asked for to get this very cvbuild: by its commit if it came from one, or by its version."""
    try:
        said = json.loads(metadata.distribution("cvbuild").read_text("direct_url.json") or "{}")
    except (metadata.PackageNotFoundError, ValueError):
        said = {}
    url, origin = str(said.get("url", "")), said.get("vcs_info", {})
    commit = str(origin.get("commit_id", ""))
    # Who may read the repository is nobody's business here: no names or tokens, and nothing that parts words.
    plain = urlsplit(url).scheme == "https" and re.fullmatch(r"[\w.:/~+-]+", url)
    if origin.get("vcs") == "git" and plain and re.fullmatch("[0-9a-f]{40}", commit):
        return f"cvbuild @ git+{url}@{commit}"
    return f"cvbuild=={VERSION}"
