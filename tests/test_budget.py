"""The page budget, kept by real engines: what went is told, and what is locked is the same again."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from msgspec.structs import replace
from typeset import EXAMPLE, place, profile

from cvbuild import cli, pipeline, reader
from cvbuild.artifact import Artifact, Fit
from cvbuild.engines.latex import available
from cvbuild.errors import VariantError
from cvbuild.profile import Pages
from cvbuild.reader import Source
from cvbuild.schema import Record
from cvbuild.view import Overrides

_TEX = pytest.mark.skipif(not available("pdflatex"), reason="needs pdflatex")
ENGINES = [pytest.param("weasyprint", marks=pytest.mark.pdf), pytest.param("pdflatex", marks=[pytest.mark.tex, _TEX])]
engines = pytest.mark.parametrize("engine", ENGINES)

LONG = "\n".join(
    f"  - {{id: e{n}, organization: House {n}, start: {2024 - n}, highlights: [Point {n}a, Point {n}b]}}"
    for n in range(40)
)
ADA = f"person: {{name: Ada}}\nexperience:\n{LONG}\n"


def wishes(engine: str, **style: str) -> Overrides:
    return Overrides(style=Record("style", {"theme": "letterpress", "engine": engine, **style}))


def build(source: Source, engine: str, folder: Path, variant: str = "") -> Artifact:
    return pipeline.build(source, variant, "pdf", wishes(engine), place(folder))


def fit_of(made: Artifact) -> Fit:
    assert made.fit is not None
    return made.fit


@pytest.mark.pdf
def test_a_section_that_is_gone_is_told_unless_somebody_said_it_may_go(tmp_path: Path) -> None:
    pins = ", ".join(f"e{n}" for n in range(25))
    for said, told in (("", ["pages: nothing is left of the section 'Honors and Awards'"]), (", priority: 10", [])):
        text = f"{ADA}awards: [{{title: Prize, date: 2020{said}}}]\nview: {{pages: 1, pin: [{pins}]}}"
        made = build(profile(text), "weasyprint", tmp_path)

        assert [f"{one.where}: {one.message}" for one in made.warnings] == told


@engines
def test_a_view_fits_its_pages_and_fills_them(tmp_path: Path, engine: str) -> None:
    made = build(profile(f"{ADA}view: {{pages: 1}}"), engine, tmp_path)
    fit = fit_of(made)

    assert made.pages == fit.pages == 1
    assert fit.whole_pages > 1
    assert fit.fill > 0.9
    assert fit.compiles <= 4
    assert {"size", "leading", "margin", "density"} <= {name for name, _, _ in fit.tightened}
    assert {one.id for one in fit.dropped}, "they are told"
    assert all(one.mark.line for one in fit.dropped)
    # The newest stay.
    assert "e0" not in {one.id for one in fit.dropped}
    assert "e39" in {one.id for one in fit.dropped}
    assert made.warnings == ()


@pytest.mark.pdf
@pytest.mark.parametrize("pages", [1, 2, 3])
def test_budgets_of_an_example_are_kept(tmp_path: Path, pages: int) -> None:
    """All that stays of it is in the PDF, and nothing of what went."""
    source = reader.read(EXAMPLE)
    variant = replace(source.profile.variants["academic-2024"], pages=Pages(pages))
    source = replace(source, profile=replace(source.profile, variants={**source.profile.variants, "v": variant}))
    made = build(source, "weasyprint", tmp_path, "v")

    assert made.pages <= pages
    assert fit_of(made).compiles <= 4
    assert fit_of(made).fill > 0.85 or not fit_of(made).dropped


@engines
def test_a_little_too_much_is_only_tightened(tmp_path: Path, engine: str) -> None:
    fit = fit_of(build(profile(f"{ADA[:ADA.index('  - {id: e18')]}view: {{pages: 1}}"), engine, tmp_path))

    assert (fit.whole_pages, fit.pages, fit.dropped) == (2, 1, ())
    assert fit.tightened


@pytest.mark.pdf
def test_what_fits_is_left_as_it_is(tmp_path: Path) -> None:
    source = "person: {name: Ada}\nskills: [{name: Tools, items: [Git]}]\n"
    plain = build(profile(source), "weasyprint", tmp_path)
    made = build(profile(f"{source}view: {{pages: 2}}"), "weasyprint", tmp_path)

    assert made.data == plain.data
    assert (fit_of(made).tightened, fit_of(made).dropped, fit_of(made).compiles) == ((), (), 1)
    assert plain.fit is None


@engines
def test_what_somebody_has_set_is_not_tightened(tmp_path: Path, engine: str) -> None:
    source = profile(f"{ADA}view: {{pages: 1, style: {{options: {{size: 10pt, density: airy}}}}}}")

    assert {"size", "density"}.isdisjoint(name for name, _, _ in fit_of(build(source, engine, tmp_path)).tightened)


@pytest.mark.pdf
def test_a_budget_that_cannot_be_kept_is_an_error_that_says_why(tmp_path: Path) -> None:
    text = ADA.replace("experience:", "statement: Words.\nexperience:", 1) + "view:\n  pin: [experience]\n  pages: 1\n"

    said = r"what must stay takes \d+ mm \(about \d+ lines\) more than 1 page"
    with pytest.raises(VariantError, match=said) as error:
        build(profile(text), "weasyprint", tmp_path)
    (problem,) = error.value.problems
    assert (problem.where, problem.mark.line) == ("pages", text.splitlines().index("  pages: 1") + 1)
    assert problem.hint.startswith("pinned: e0, e1")
    assert problem.hint.endswith("never dropped: statement")


def _with_lines(count: int) -> str:
    points = ", ".join(["x"] * count)
    return f"person: {{name: Ada}}\nexperience: [{{organization: X, highlights: [{points}]}}]\n"


@engines
def test_a_last_page_with_one_line_is_a_warning(tmp_path: Path, engine: str) -> None:
    """Also where there is no budget."""
    made = [build(profile(_with_lines(count)), engine, tmp_path) for count in range(46, 54)]
    short = [m for m in made if any("the last, has one line" in str(w) for w in m.warnings)]

    assert {m.pages for m in made} == {1, 2}
    assert short == [m for m in made if m.pages == 2][:1]


@pytest.mark.pdf
def test_a_last_page_with_less_than_asked_for_is_a_warning(tmp_path: Path) -> None:
    made = build(profile(f"{_with_lines(20)}view: {{pages: {{max: 1, min_fill: 0.9}}}}"), "weasyprint", tmp_path)

    assert [w.message for w in made.warnings if w.where == "pages"] == [
        f"the last page is filled to {fit_of(made).fill:.0%}; the view asks for 90%"
    ]


@pytest.fixture
def long(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    path = tmp_path / "ada.yaml"
    path.write_text(f"{ADA}variants: {{short: {{pages: 1, as_of: 2026-01-01}}, free: {{}}}}\n", "utf-8")
    return path


@pytest.mark.pdf
def test_a_choice_is_locked_and_used_again(long: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["build", "ada.yaml", "--variant", "short", "--output"]
    assert cli.main([*arguments, "a.pdf", "--lock"]) == cli.OK
    assert (long.parent / "ada.fit" / "short.yaml").is_file()
    assert cli.main([*arguments, "b.pdf", "--locked"]) == cli.OK
    assert Path("a.pdf").read_bytes() == Path("b.pdf").read_bytes()
    assert "as locked" in capsys.readouterr().out

    # A view without a budget needs no lock.
    assert cli.main(["build", "ada.yaml", "--variant", "free", "--locked", "--output", "c.pdf"]) == cli.OK
    long.write_text(long.read_text().replace("Point 0a", "Another point"), "utf-8")
    assert cli.main([*arguments, "b.pdf", "--locked"]) == cli.INPUT
    assert "before something in it changed" in capsys.readouterr().err
    (long.parent / "ada.fit" / "short.yaml").unlink()
    assert cli.main([*arguments, "b.pdf", "--locked"]) == cli.INPUT
    assert "no lock: no such file" in capsys.readouterr().err


@pytest.mark.pdf
def test_a_lock_that_no_longer_fits_fails(long: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["build", "ada.yaml", "--variant", "short", "--output", "a.pdf"]
    assert cli.main([*arguments, "--lock"]) == cli.OK
    lock = long.parent / "ada.fit" / "short.yaml"
    lock.write_text(lock.read_text().partition("drop:")[0], "utf-8")

    assert cli.main([*arguments, "--locked"]) == cli.INPUT
    assert "the view asks for 1 at most" in capsys.readouterr().err


@pytest.mark.pdf
def test_the_whole_is_shown_on_demand(long: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["build", "ada.yaml", "--variant", "short", "--no-fit", "--json", "--output", "a.pdf"]) == cli.OK
    (row,) = json.loads(capsys.readouterr().out)["artifacts"]

    assert row["pages"] > 1
    assert "fit" not in row


@pytest.mark.pdf
def test_the_plan_is_told(long: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = sorted(path.name for path in long.parent.iterdir())
    assert cli.main(["fit", "ada.yaml", "--variant", "short"]) == cli.OK
    told = capsys.readouterr().out.splitlines()
    assert told[0] == "# ada.yaml: short, letterpress by weasyprint, as of 2026-01-01"
    assert told[1].startswith("1 page of 1, the last filled to ")
    assert told[2].startswith("tightened: ")
    assert "left out, of priority 50:" in told
    assert cli.main(["fit", "ada.yaml", "--variant", "short", "--json"]) == cli.OK
    tree = json.loads(capsys.readouterr().out)
    rows = [line for line in told if line.startswith("  ada.yaml:")]
    assert len(tree["dropped"]) == len(rows) > 6
    assert rows[0].startswith(f"  ada.yaml:{tree['dropped'][0]['line']}:5: {tree['dropped'][0]['id']}: House")
    assert sorted({*before, "cache"}) == sorted(path.name for path in long.parent.iterdir()), "nothing is written"

    assert cli.main(["fit", "ada.yaml", "--variant", "free"]) == cli.USAGE
    assert "'free' has no page budget" in capsys.readouterr().err


@pytest.mark.tex
@_TEX
def test_what_tex_complains_of_is_told_at_the_entry(tmp_path: Path) -> None:
    text = f"person: {{name: Ada}}\nexperience:\n  - id: house\n    organization: X\n    highlights: [{'w' * 150}]\n"
    where = replace(place(tmp_path), checks=False)
    warnings = pipeline.build(profile(text), "", "pdf", wishes("pdflatex"), where).warnings

    told = [w for w in warnings if "pt more than" in w.message]
    assert [(w.mark.file.endswith("cv.yaml"), w.mark.line, w.where) for w in told] == [
        (True, 5, "house.highlights[0]")
    ]


@pytest.mark.tex
@_TEX
def test_an_exported_document_fits_and_has_no_marks(tmp_path: Path) -> None:
    source = profile(f"{ADA}view: {{pages: 1}}")
    exported = pipeline.build(source, "", "tex", wishes("pdflatex"), place(tmp_path))
    built = build(source, "pdflatex", tmp_path)

    assert exported.fit is not None
    assert exported.fit.dropped == fit_of(built).dropped
    assert not any(b"cvat" in data or b"cvbuild-" in data for data in exported.files.values())
