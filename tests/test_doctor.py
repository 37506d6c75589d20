"""`doctor`: what a machine has, what it lacks, and the command that would help."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cvbuild import cli, theme
from cvbuild.engines import probe
from cvbuild.engines.latex import doctor as tex
from cvbuild.engines.latex import installed
from cvbuild.engines.probe import Finding, findings

FONTS = theme.builtin() / "fonts"


def of(name: str, found: tuple[Finding, ...]) -> Finding:
    return next(finding for finding in found if finding.name == name)


@pytest.mark.pdf
def test_a_machine_that_builds_is_well(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["doctor"]) == cli.OK
    lines = capsys.readouterr().out.splitlines()
    assert lines[-1] == "PDFs can be built"
    assert any(line.startswith("ok      Pango") for line in lines)


@pytest.mark.parametrize(
    ("manager", "command"),
    [
        ("apt-get", "apt-get install --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0"),
        ("dnf", "dnf install pango"),
        ("apk", "apk add pango"),
        ("brew", "brew install pango"),
        ("", ""),
    ],
)
def test_without_pango_the_command_is_that_of_the_machine(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], manager: str, command: str
) -> None:
    monkeypatch.setattr(probe, "_library", lambda name, number: None)
    monkeypatch.setattr(probe.shutil, "which", lambda name: f"/bin/{name}" if name == manager else None)
    monkeypatch.setattr(probe.os, "geteuid", lambda: 0)
    assert cli.main(["doctor", "--json"]) == cli.ENGINE
    told = json.loads(capsys.readouterr().out)
    assert told["ok"] is False
    remedies = {finding["name"]: finding["remedy"] for finding in told["findings"]}
    assert remedies["Pango"] == command
    monkeypatch.setattr(probe.os, "geteuid", lambda: 1000)
    assert probe._install(2) == (f"sudo {command}" if manager not in ("brew", "") else command)


def test_the_names_of_packages_are_those_that_make_installs() -> None:
    script = (Path(__file__).parents[1] / ".ci" / "system-packages").read_text("utf-8")
    for manager, command, pango, harfbuzz in probe._MANAGERS:
        assert f"have {manager};" in script
        assert all(text in script for text in (command, pango, harfbuzz))


def test_slow_subsetting_and_no_cache_are_no_faults(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(probe, "_library", lambda name, number: None)
    monkeypatch.setattr(probe.util, "find_spec", lambda name: None)
    (tmp_path / "file").write_text("", "utf-8")
    found = findings(tmp_path / "file" / "cache", FONTS)
    for name in ("fast font subsetting", "cache folder"):
        assert (of(name, found).ok, of(name, found).needed) == (False, False)
        assert of(name, found).remedy


def test_a_format_that_lacks_its_package_is_none_and_no_fault(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(probe.util, "find_spec", lambda name: None)
    assert cli.main(["doctor"]) == cli.OK
    lines = [line.strip() for line in capsys.readouterr().out.splitlines()]
    for name, package, _, extra in probe._EXTRAS:
        place = next(i for i, line in enumerate(lines) if line.startswith(f"none    {name}"))
        assert lines[place].endswith(f"{package} is not installed")
        assert lines[place + 1] == f"pip install 'cvbuild[{extra}]'"


def test_a_font_that_cannot_be_read_is_found(tmp_path: Path) -> None:
    assert not of("bundled fonts", findings(tmp_path, tmp_path / "none")).ok
    (tmp_path / "family").mkdir()
    (tmp_path / "family" / "broken.otf").write_bytes(b"OTTO")
    found = of("bundled fonts", findings(tmp_path, tmp_path))
    assert not found.ok
    assert "broken.otf" in found.found


def test_a_tex_engine_tells_its_version(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    program = tmp_path / "lualatex"
    program.write_text("#!/bin/sh\necho This is LuaHBTeX, Version 1.0\n", "utf-8")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert of("lualatex", tuple(tex.findings())).found.startswith("LuaHBTeX, Version 1.0; ")
    program.write_text("not a program\x00", "utf-8")
    found = tuple(tex.findings())
    assert "does not answer" in of("lualatex", found).found
    assert of("pdflatex", found).found.startswith("not found; ")
    assert all(finding.ok and not finding.needed for finding in found)


@pytest.mark.tex
def test_what_is_installed_of_tex_is_found_whole() -> None:
    found = {finding.name: finding.found for finding in tex.findings()}
    assert "TeX" in found["pdflatex"]
    assert "without" not in found["pdflatex"]


def test_the_packages_of_tex_are_those_that_make_installs() -> None:
    script = (Path(__file__).parents[1] / ".ci" / "system-packages").read_text("utf-8")
    for manager, command, packages, more in installed.MANAGERS:
        assert f"have {manager};" in script
        assert all(text in script for text in (command, packages, more.get("lualatex", "")))
