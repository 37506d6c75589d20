"""The wheel: all that it needs is inside, and it works away from the checkout."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT)],
        check=True, capture_output=True,
    )  # fmt: skip
    (path,) = folder.glob("*.whl")
    return path


@pytest.fixture(scope="module")
def installed(wheel: Path) -> Path:
    """The folder that the wheel is installed in, alone."""
    folder = wheel.parent / "site"
    subprocess.run(
        [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", "--disable-pip-version-check",
         "--target", str(folder), str(wheel)],
        check=True, capture_output=True,
    )  # fmt: skip
    return folder


@pytest.fixture
def run(installed: Path, tmp_path: Path) -> Run:
    """Run Python in an empty folder, with the installed wheel and its dependencies but without the checkout.

    `-S` keeps the links to editable installs out.
    """
    libraries = {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}
    environment = {
        "PATH": os.environ["PATH"], "HOME": str(tmp_path), "PYTHONPATH": os.pathsep.join([str(installed), *libraries]),
    }  # fmt: skip

    def run(*arguments: str, status: int = 0) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            [sys.executable, "-S", *arguments],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == status, done.stderr
        return done

    return run


def test_the_wheel_holds_what_it_needs_and_nothing_else(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    tracked = [path.relative_to(ROOT) for folder in ("cvbuild", "themes") for path in (ROOT / folder).rglob("*")]
    wanted = {
        str(path).replace("themes/", "cvbuild/_themes/", 1) if path.parts[0] == "themes" else str(path)
        for path in tracked
        if (ROOT / path).is_file() and "__pycache__" not in path.parts
    }
    extra = {name for name in names if not name.startswith("cvbuild-")} - wanted

    assert wanted - names == set()
    people = ("mina-seo.yaml", "lorenz-prantlhuber.yaml", "ines-valadeiro.yaml", "ines-valadeiro.bib")
    assert extra == {f"cvbuild/_profiles/{name}" for name in people}
    assert any(name.startswith("cvbuild-") and name.endswith("/LICENSE") for name in names)
    files = ("writers/math.css", "srgb.icc", "words/ko.toml", "starter.yaml", "_themes/letterpress/theme.yaml")
    for needed in files:
        assert f"cvbuild/{needed}" in names
    assert any(name.startswith("cvbuild/_themes/fonts/") and name.endswith(".otf") for name in names)


def test_the_installed_package_is_the_one_that_runs(run: Run, installed: Path) -> None:
    assert run("-c", "import cvbuild; print(cvbuild.__file__)").stdout.startswith(str(installed))


@pytest.mark.pdf
def test_the_packaged_example_builds_away_from_the_checkout(run: Run, tmp_path: Path) -> None:
    run("-m", "cvbuild", "new", "--example", "mina.yaml")
    run("-m", "cvbuild", "build", "mina.yaml", "--variant", "industry", "--format", "pdf,text")

    assert (tmp_path / "build" / "mina-industry.pdf").read_bytes().startswith(b"%PDF")
    assert "Mina Seo" in (tmp_path / "build" / "mina-industry.txt").read_text()


def test_a_new_profile_builds(run: Run, tmp_path: Path) -> None:
    run("-m", "cvbuild", "new", "cv.yaml")
    run("-m", "cvbuild", "validate", "cv.yaml")

    assert run("-m", "cvbuild", "build", "cv.yaml", "--format", "text", "--output", "-").stdout
    assert (tmp_path / "cvbuild.schema.json").is_file()


def test_the_themes_are_found(run: Run) -> None:
    assert "letterpress" in run("-m", "cvbuild", "themes").stdout


def test_the_script_is_there_and_starts(installed: Path, run: Run) -> None:
    assert run(str(installed / "bin" / "cvbuild"), "--version").stdout.startswith("cvbuild ")


@pytest.mark.slow
@pytest.mark.pdf
def test_a_new_repository_makes_its_pdfs_and_its_site(run: Run, installed: Path, tmp_path: Path) -> None:
    """`cvbuild init`, and then `make`, with the cvbuild that is installed."""
    libraries = os.pathsep.join([str(installed), sysconfig.get_path("purelib"), sysconfig.get_path("platlib")])
    program = tmp_path / "bin" / "cvbuild"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nPYTHONPATH={libraries} exec {sys.executable} -S -m cvbuild "$@"\n')
    program.chmod(0o755)
    run("-m", "cvbuild", "init", "my cv")
    environment = {"PATH": f"{program.parent}:{os.environ['PATH']}", "HOME": str(tmp_path)}
    for goal in ("all", "check", "site"):
        subprocess.run(["make", "-C", "my cv", goal], cwd=tmp_path, env=environment, check=True)

    made = {path.name for path in (tmp_path / "my cv" / "build").iterdir()}
    assert made == {"cv-industry.pdf", "cv-research.pdf", "manifest.json", "site"}
