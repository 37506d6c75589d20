"""TeX engines: what they make, what they tell of what goes wrong, and that it does not matter where or how often."""

from __future__ import annotations

import os
import shutil
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from tex import BY_TIME, SAMPLE, SAMPLES, TEMPLATE, document, processes, running, set_by, streams

from cvbuild import cli, pipeline
from cvbuild.artifact import opened, page_count
from cvbuild.engines import latex
from cvbuild.engines.closing import closed
from cvbuild.engines.contained import Limits
from cvbuild.engines.latex import formats, log, sandbox
from cvbuild.engines.latex.log import Places
from cvbuild.errors import CvError, EngineError, Mark, Problem, ThemeError
from cvbuild.rendered import Asset, Origin, Rendered

# --- What comes out.


@pytest.mark.tex
@pytest.mark.parametrize("program", BY_TIME)
def test_the_bytes_do_not_depend_on_where_when_and_how_often(
    program: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache = tmp_path / "cache"
    first = set_by(program, SAMPLES[program], cache).data
    again = set_by(program, SAMPLES[program], cache).data
    (tmp_path / "a folder, with $x and ~" / "tmp").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "a folder, with $x and ~")
    monkeypatch.setenv("TMPDIR", str(tmp_path / "a folder, with $x and ~" / "tmp"))
    monkeypatch.setattr("tempfile.tempdir", None)
    for name, value in {"TZ": "Asia/Kathmandu", "LC_ALL": "tr_TR.UTF-8", "SOURCE_DATE_EPOCH": "77"}.items():
        monkeypatch.setenv(name, value)
    elsewhere = set_by(program, SAMPLES[program], tmp_path / "other: cache").data
    monkeypatch.setattr(sandbox, "works", lambda: False)
    unpacked = set_by(program, SAMPLES[program], Path("/dev/null/none")).data

    assert page_count(opened(first)) == 2
    assert len({first, again, elsewhere, unpacked}) == 1
    told = b"".join(streams(first))
    assert not [word for word in (str(tmp_path), "/tmp", "cvbuild", "root") if word.encode() in told]


@pytest.mark.tex
@pytest.mark.parametrize("program", [p for p in BY_TIME if p.values[0] != "lualatex"])
def test_a_format_changes_nothing(program: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a preamble puts on the first page is on it; lualatex only numbers its fonts in another way."""
    made = set_by(program, SAMPLES[program], tmp_path / "a").data
    monkeypatch.setattr(formats, "find", lambda *_, **__: None)
    assert set_by(program, SAMPLES[program], tmp_path / "b").data == made


@pytest.mark.tex
@pytest.mark.parametrize("name", ["../x.sty", ".x", "a/b.sty", "cv.tex", "cv.fmt", ""])
def test_files_have_plain_names(name: str, tmp_path: Path) -> None:
    with pytest.raises(ThemeError):
        set_by("pdflatex", Rendered("x", {name: Asset(b"", "")}), tmp_path)
    assert not list(tmp_path.rglob("x.sty"))


# --- What goes wrong, and where.


def problem(rendered: Rendered, tmp_path: Path, program: str = "pdflatex") -> Problem:
    with pytest.raises(EngineError) as caught:
        set_by(program, rendered, tmp_path)
    assert caught.value.log
    return caught.value.problems[0]


@pytest.mark.tex
@pytest.mark.parametrize("program", BY_TIME)
def test_an_error_is_told_at_its_template_and_node(program: str, tmp_path: Path) -> None:
    for rendered, line in [
        (document("one\n\n\\nosuch{x}\n"), 8),
        (document("x", "\\nosuch"), 2),
        (document("x", own="\\nosuch"), 4),
    ]:
        found = problem(rendered, tmp_path, program)
        assert (found.mark, found.where) == (Mark(TEMPLATE, line), f"n{line}")
        assert found.message == "Undefined control sequence."
        assert "\\nosuch" in found.hint


@pytest.mark.tex
def test_an_error_in_a_file_of_the_theme_is_told_there(tmp_path: Path) -> None:
    asset = Asset(b"\\ProvidesPackage{own}\n\\nosuch\n", "", (Origin("themes/odd/own.sty.j2", 7), Origin("x.j2", 9)))
    rendered = document("x", "\\usepackage{own}")
    assert problem(Rendered(rendered.source, {"own.sty": asset}), tmp_path).mark == Mark("x.j2", 9)
    bare = Rendered(rendered.source, {"own.sty": Asset(asset.data, "")})
    assert problem(bare, tmp_path).mark == Mark("own.sty", 2)


@pytest.mark.tex
@pytest.mark.parametrize("program", BY_TIME)
def test_a_missing_character_is_an_error_at_its_node(program: str, tmp_path: Path) -> None:
    found = problem(document("one\n\ntwo 漢\n"), tmp_path, program)
    assert (found.mark, found.where) == (Mark(TEMPLATE, 8), "n8")
    assert "漢" in found.message
    assert "U+6F22" in found.message


@pytest.mark.tex
def test_a_missing_character_of_an_old_font_is_an_error(tmp_path: Path) -> None:
    found = problem(document("x \\symbol{200}"), tmp_path)
    assert "Missing character" in found.message or "has no" in found.message


@pytest.mark.tex
def test_a_package_that_is_not_there_is_named(tmp_path: Path) -> None:
    found = problem(document("x", "\\usepackage{nosuchpackage}\\relax"), tmp_path)
    assert "nosuchpackage.sty" in found.message
    assert found.mark == Mark(TEMPLATE, 2)


@pytest.mark.tex
@pytest.mark.parametrize("program", BY_TIME)
def test_what_sticks_out_is_a_warning_at_its_node(program: str, tmp_path: Path) -> None:
    body = "fine\n\n\\noindent\\hbox to 14cm{a}\\hbox{b}\n\n\\noindent\\hbox{\\rule{\\linewidth}{1pt}\\kern.5pt}\n"
    (found,) = set_by(program, document(body), tmp_path).problems
    assert (found.mark, found.where) == (Mark(TEMPLATE, 8), "n8")
    assert "pt more than the line has room for" in found.message


def test_a_log_may_be_anything() -> None:
    places = Places.of(document("x"), "cv.tex")
    too_wide = "Overfull \\hbox (9.0pt too wide) in paragraph at lines 9--99999999"
    for text in ("", "!", "! \n", "l.99999999999", too_wide, f"! x\n{too_wide}\nl.99999999999 x"):
        assert isinstance(log.errors(text, places) + log.overfull(text, places), tuple)
    assert log.missing_characters("Missing character: There is no \u0178 in font x!", places)


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ("! Emergency stop.\n<*> cv.tex\n\n*** (job aborted, no legal \\end found)\n", "Emergency stop.", "no legal"),
        ("./cv.tex:7: LaTeX Error: Odd.\n\nSee the LaTeX manual\nType  H <return>  for\n ...  \n\nl.7 \\x\n   y\n",
         "LaTeX Error: Odd.", "l.7 \\x\n   y"),
        ("xdvipdfmx:fatal: Unable to open \"a.pdf\".\n", "xdvipdfmx:fatal: Unable to open \"a.pdf\".", ""),
        ("!pdfTeX error: pdflatex (file x): not found\n ==> Fatal error occurred, no output PDF file produced!",
         "pdfTeX error: pdflatex (file x): not found", ""),
    ],
)  # fmt: skip
def test_the_telling_lines_are_told(text: str, message: str, hint: str) -> None:
    (found,) = log.errors(text, Places.of(document("x"), "cv.tex"))
    assert found.message == message
    assert hint in found.hint


def test_the_log_of_a_failure_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(*_: object) -> object:
        raise EngineError(Problem(Mark("pdflatex"), "", "no"), log="all that was said")

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(pipeline, "build", fail)
    Path("ada.yaml").write_text("person: {name: Ada}")

    assert cli.main(["build", "ada.yaml", "--output", "out.pdf"]) == cli.ENGINE
    assert Path("build/.logs/ada.log").read_text() == "all that was said"
    assert "build/.logs/ada.log" in capsys.readouterr().err
    assert not Path("out.pdf").exists()


# --- How it ends.


@pytest.mark.tex
@pytest.mark.parametrize("is_contained", [True, False])
def test_an_interruption_leaves_nothing(is_contained: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if not is_contained:
        monkeypatch.setattr(sandbox, "works", lambda: False)
    epoch = 20_000_000 + os.getpid()
    with ThreadPoolExecutor(1) as pool:
        build = pool.submit(set_by, "pdflatex", document("\\loop\\iftrue\\repeat"), tmp_path, Limits(), epoch)
        while not running(epoch):
            time.sleep(0.02)
        started = time.monotonic()
        with closed():
            with pytest.raises(CvError):
                build.result()
            with pytest.raises(EngineError, match="interrupted"):
                set_by("pdflatex", SAMPLE, tmp_path)
    assert time.monotonic() - started < 10
    assert processes(epoch) == []


@pytest.mark.tex
def test_a_program_that_is_not_there_is_told_with_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    (tmp_path / "apt-get").symlink_to(shutil.which("true", path="/usr/bin:/bin") or "")
    found = "texlive-latex-base texlive-latex-recommended texlive-fonts-recommended lmodern texlive-luatex"
    assert not latex.available("lualatex")
    assert latex.missing("lualatex").endswith(found)
    assert "\n" not in latex.missing("lualatex")
    with pytest.raises(EngineError, match=f"{found}; or say --style engine=weasyprint"):
        set_by("lualatex", SAMPLE, tmp_path)
    (tmp_path / "pdflatex").symlink_to("/bin/true")
    with pytest.raises(EngineError, match="; or say --style engine=pdflatex, which"):
        set_by("lualatex", SAMPLE, tmp_path)


@pytest.mark.tex
@pytest.mark.parametrize("program", BY_TIME)
def test_nothing_of_the_users_tex_is_read(program: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    good = set_by(program, SAMPLES[program], tmp_path / "a").data
    evil = tmp_path / "evil"
    tree = evil / "texmf" / "tex" / "latex"
    tree.mkdir(parents=True)
    for place in (evil, tree):
        for name in ("article.cls", "xcolor.sty", "latexmkrc", ".latexmkrc", "texmf.cnf", "luaotfload.conf",
                     "fontspec.lua", "cv.tex", "cv.aux", "cv.cfg", "t1cmr.fd"):  # fmt: skip
            (place / name).write_text("\\errmessage{evil}\nos.exit(3)\n")
    monkeypatch.chdir(evil)
    monkeypatch.setenv("HOME", str(evil))
    for name in ("TEXINPUTS", "LUAINPUTS", "TEXMFHOME", "TEXMFCNF", "TEXMFVAR", "TEXMFDBS", "TEXFORMATS", "TEXFONTMAPS",
                 "TEXMF", "TEXMFOUTPUT", "PYTHONPATH", "TEXINPUTS_latex", "CLUAINPUTS"):  # fmt: skip
        monkeypatch.setenv(name, f"{evil}//:{evil}/texmf//")
    monkeypatch.setenv("LD_PRELOAD", str(evil / "none.so"))

    assert set_by(program, SAMPLES[program], tmp_path / "b").data == good
    assert set_by(program, SAMPLES[program], tmp_path / "a").data == good
