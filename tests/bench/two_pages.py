"""The two-page CV: how cvbuild makes it, and how everybody else does."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import peers
import resumes
import yaml
from content import Plain
from peers import Missing
from timing import Command, Failed
from workshop import CVBUILD, PROFILE, VARIANT, Workshop

_STOCK = "import sys, weasyprint; weasyprint.HTML(filename=sys.argv[1]).write_pdf(sys.argv[2])"
_TYPST = (
    "import sys, typst, rendercv_fonts as fonts; "
    "typst.compile(sys.argv[1], output=sys.argv[2], font_paths=fonts.paths_to_font_folders)"
)


def commands(shop: Workshop) -> tuple[dict[str, Command], dict[str, str]]:
    """Return what is run, by name; and for each peer that cannot be had, why not."""
    made, missing = _own(shop), {}
    profile = shop.selected(PROFILE, VARIANT)
    for peer, names in _PEERS.items():
        try:
            made |= peer(shop, profile)
        except (Missing, Failed) as error:
            missing |= dict.fromkeys(names, str(error))
    return made, missing


def _own(shop: Workshop) -> dict[str, Command]:
    view = ("--variant", VARIANT, *shop.unchecked)
    whole = (*view, "--no-fit")
    checked = ("--variant", VARIANT, "--no-fit")
    tight = shop.place("in/tight.yaml")
    tight.write_text(PROFILE.read_text("utf-8").replace("pages: 2 ", "pages: 1 "), "utf-8")
    made = {
        "--version": shop.command(*CVBUILD, "--version"),
        "--help": shop.command(*CVBUILD, "--help"),
        "validate": shop.command(*CVBUILD, "validate", PROFILE),
        "page": shop.build(PROFILE, "page.html", "--format", "html", "--theme", "letterpress", *whole),
        "html": shop.build(PROFILE, "html.pdf", "--theme", "letterpress", *whole),
        "html, checked": shop.build(PROFILE, "html-checked.pdf", "--theme", "letterpress", *checked),
        "html, again": shop.rebuild(PROFILE, "html-again.pdf", "--theme", "letterpress", *checked),
        "html, budget": shop.build(tight, "html-budget.pdf", "--theme", "letterpress", *view),
        "python": shop.command(sys.executable, "-c", "pass"),
    }
    if shutil.which("pdflatex"):
        made |= {
            "latex": shop.build(PROFILE, "latex.pdf", "--theme", "letterpress@latex", *whole),
            "latex, checked": shop.build(PROFILE, "latex-checked.pdf", "--theme", "letterpress@latex", *checked),
            "latex, again": shop.rebuild(PROFILE, "latex-again.pdf", "--theme", "letterpress@latex", *checked),
            "latex, budget": shop.build(tight, "latex-budget.pdf", "--theme", "letterpress@latex", *view),
        }
    return made


def _rendercv(shop: Workshop, profile: Plain) -> dict[str, Command]:
    render = shop.rendercv(profile, "rendercv")
    # What RenderCV writes for Typst in a first run, Typst is then measured with alone.
    shop.run(render)
    program = Path(render.words[0])
    written = next((render.folder or Path()).glob("rendercv_output/*.typ"))
    return {
        "rendercv": render,
        "rendercv --version": shop.command(program, "--version"),
        "rendercv --help": shop.command(program, "--help"),
        "typst": shop.command(program.with_name("python"), "-c", _TYPST, written, shop.place("out/typst.pdf")),
    }


def _cvloom(shop: Workshop, profile: Plain) -> dict[str, Command]:
    program = peers.cvloom(shop.folder / "peers") / "cvloom"
    source = shop.place("in/cvloom/resume.json")
    source.write_text(json.dumps(resumes.resume(profile)))
    shop.run(shop.command(program, "import", "--force", source, folder=source.parent))
    shop.place("in/cvloom/profiles/general.yaml").write_text("template: cv/ats-clean\noutput_filename: cv\n")
    build = shop.command(program, "build", "--output-dir", shop.place("out/cvloom/"), folder=source.parent)
    return {"cvloom": build}


def _resumed(shop: Workshop, profile: Plain) -> dict[str, Command]:
    theme = "jsonresume-theme-even"
    programs = peers.npm(shop.folder / "peers", "resumed", theme)
    source = shop.place("in/resumed/resume.json")
    source.write_text(json.dumps(resumes.resume(profile)))
    words = (programs / "resumed", "render", source, "--theme", theme, "--output", shop.place("out/resumed.html"))
    # It looks for themes from where it runs.
    return {"resumed": shop.command(*words, folder=programs.parents[1])}


def _yamlresume(shop: Workshop, profile: Plain) -> dict[str, Command]:
    program = peers.npm(shop.folder / "peers", "yamlresume") / "yamlresume"
    source = shop.place("in/yamlresume/resume.yml")
    source.write_text(yaml.safe_dump(resumes.yamlresume(profile), allow_unicode=True, sort_keys=False))
    return {
        "yamlresume": shop.command(program, "build", source, folder=source.parent),
        "yamlresume validate": shop.command(program, "validate", source, folder=source.parent),
    }


def _weasyprint(shop: Workshop, profile: Plain) -> dict[str, Command]:
    """WeasyPrint as its manual runs it, on the page that cvbuild hands it and with the same fonts."""
    own = _own(shop)
    shop.run(own["page"])
    shop.run(own["html"])
    # With all fonts of the machine it would be measured at reading them.
    fonts = max(shop.folder.glob("cache/cvbuild/fontconfig/*/fonts.conf"), key=lambda path: path.stat().st_mtime)
    words = (sys.executable, "-c", _STOCK, shop.place("out/page.html"), shop.place("out/stock.pdf"))
    return {"stock weasyprint": shop.command(*words, FONTCONFIG_FILE=str(fonts))}


def _tex(shop: Workshop, profile: Plain) -> dict[str, Command]:
    """TeX as one runs it by hand, on the source that cvbuild exports."""
    options = ("--format", "tex", "--theme", "letterpress@latex", "--variant", VARIANT, "--no-fit")
    shop.run(shop.build(PROFILE, "tex", *options))
    made = {}
    for engine in ("pdflatex", "lualatex"):
        if shutil.which(engine):
            words = (engine, "-interaction=batchmode", f"-jobname={engine}", "cv.tex")
            made[f"plain {engine}"] = shop.command(*words, folder=shop.place("out/tex"))
    return made


_PEERS: dict[Callable[[Workshop, Plain], dict[str, Command]], tuple[str, ...]] = {
    _rendercv: ("rendercv", "rendercv --version", "rendercv --help", "typst"),
    _cvloom: ("cvloom",),
    _resumed: ("resumed",),
    _yamlresume: ("yamlresume", "yamlresume validate"),
    _weasyprint: ("stock weasyprint",),
    _tex: ("plain pdflatex", "plain lualatex"),
}
