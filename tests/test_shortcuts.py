"""Shortcuts through WeasyPrint lead where its own ways do."""

from __future__ import annotations

import json
import pickle
import subprocess
import sys
from pathlib import Path

import pytest
from typeset import EXAMPLE, TODAY, draft

from cvbuild import formats, reader, theme
from cvbuild.drafts import Place
from cvbuild.engines import fontconfig, warm, weasyprint
from cvbuild.rendered import Rendered

pytestmark = pytest.mark.pdf

# Whatever a shortcut makes an exception of, or might have overlooked.
ODD = Path(__file__).parent / "cases" / "pages" / "odd.html"
_SET = """\
import hashlib, json, pickle, sys
from cvbuild.engines import shortcuts, weasyprint
if sys.argv[1] == "stock":
    shortcuts.take = lambda: None
told = []
for page, configuration in pickle.load(sys.stdin.buffer):
    # The second time much has been done before.
    made = [weasyprint.typeset(page, configuration).data for _ in range(2)]
    measured = weasyprint.measure(page, configuration, 400, 600)
    told.append([hashlib.sha256(data).hexdigest() for data in made] + [repr(measured)])
print(json.dumps(told))
"""


def _set(pages: list[tuple[Rendered, Path]], way: str) -> object:
    run = subprocess.run([sys.executable, "-c", _SET, way], input=pickle.dumps(pages), capture_output=True, check=True)
    return json.loads(run.stdout.splitlines()[-1])


def _page(made: Rendered, tmp_path: Path) -> tuple[Rendered, Path]:
    return made, fontconfig.configure(made.fonts, tmp_path)


def test_shortcuts_change_no_byte(tmp_path: Path) -> None:
    place = Place(TODAY, tmp_path)
    drafts = [draft(reader.read(EXAMPLE), name, place) for name in ("industry", "academic-2024", "korean")]
    pages = [_page(formats.html_page(made), tmp_path) for made in drafts]
    pages.append(_page(Rendered(ODD.read_text("utf-8"), {}, theme.load("letterpress").fonts), tmp_path))

    assert _set(pages, "short") == _set(pages, "stock")


_OTHER = """\
import weasyprint
from cvbuild.engines import weasyprint as engine
weasyprint.__version__ = "70.1"
before = weasyprint.css.ComputedStyle.__missing__, weasyprint.text.line_break.Layout.setup
engine.load()
after = weasyprint.css.ComputedStyle.__missing__, weasyprint.text.line_break.Layout.setup
print(before == after)
"""


def test_other_versions_go_their_own_ways() -> None:
    assert subprocess.check_output([sys.executable, "-c", _OTHER], text=True).strip() == "True"


_COUNTED = """\
import sys
from pathlib import Path
from cssselect2 import ElementWrapper
from cvbuild.engines import weasyprint
weasyprint.load()
import weasyprint as engine
real, asked = ElementWrapper.iter_subtree, []
def iter_subtree(self):
    asked.append(self)
    return real(self)
ElementWrapper.iter_subtree = iter_subtree
rule = "<style>section:has(i:not(b)) p u { color: red }</style><section>"
for count in (10, 100):
    asked.clear()
    html = engine.HTML(string=rule + "<p><u>x</u></p>" * count)
    engine.css.get_all_computed_styles(html, page_rules=[], layers=[])
    print(len(asked))
"""


def test_a_section_is_searched_once_however_long_it_is() -> None:
    few, many = subprocess.check_output([sys.executable, "-c", _COUNTED], text=True).split()

    assert few == many


BRINGING = ("<style>@font-face{}</style>", "@FONT-FACE {}", "@import 'x'", "<LINK>", "\\40 font-face")


@pytest.mark.parametrize("text", BRINGING)
def test_documents_share_fonts_unless_one_brings_its_own(
    text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    weasyprint.load()
    configuration = fontconfig.configure(theme.load("letterpress").fonts, tmp_path)
    monkeypatch.setenv("FONTCONFIG_FILE", str(configuration))
    shared = warm.fonts(configuration, "<p>one")

    assert warm.fonts(configuration, "<p>another") is shared
    assert warm.fonts(configuration, text) is not shared
