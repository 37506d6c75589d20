"""The web page: all of it is in it, it may do nothing, and everybody can read it."""

from __future__ import annotations

import base64
import io
import re
from hashlib import sha256
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont
from msgspec.structs import replace
from test_themes import ASSETS, EVERYTHING
from typeset import EXAMPLE, place, profile

from cvbuild import drafts, fonts, formats, reader, theme
from cvbuild.drafts import Draft, Place
from cvbuild.errors import ThemeError
from cvbuild.rendered import Asset, Rendered
from cvbuild.schema import Reading
from cvbuild.style import Style
from cvbuild.theme import Theme
from cvbuild.view import Overrides
from cvbuild.writers import html, web, web_faces, web_fonts

LOOKS = [look for look in map(theme.load, (folder.name for folder in theme.available())) if look.file("style.css.j2")]
THEMES = [pytest.param(look, id=look.name) for look in LOOKS]
FONTS = theme.builtin() / "fonts"
PAGELLA = fonts.files(FONTS / "pagella")
# What a page may ask for without a connection: nothing.
_ADDRESS = re.compile(r"url\(\s*[\"']?(?!data:)")


@pytest.fixture(scope="module")
def where(tmp_path_factory: pytest.TempPathFactory) -> Place:
    return place(tmp_path_factory.mktemp("web"))


class Tags(HTMLParser):
    """The elements of a page with their attributes, in order."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.found if name == tag]


def everything(look: Theme, **options: str | bool) -> str:
    chosen = {**look.values({}, Reading()), **options}
    return web.write(html.write_for_screens(EVERYTHING, look, Style(), chosen, ASSETS))


def drafted(variant: str, where: Place) -> Draft:
    return drafts.draft(reader.read(EXAMPLE), variant, Overrides(), where)


@pytest.mark.parametrize("look", THEMES)
def test_a_page_holds_all_it_needs_and_may_do_nothing(look: Theme) -> None:
    page = everything(look, photo=True)
    tags = Tags(page)
    metas = {str(meta.get("http-equiv") or meta.get("name")): str(meta.get("content")) for meta in tags.all("meta")}
    styles = re.findall(r"<style>(.*?)</style>", page, re.DOTALL)
    hashes = {f"'sha256-{base64.b64encode(sha256(css.encode()).digest()).decode()}'" for css in styles}
    rules = dict(rule.split(" ", 1) for rule in metas["Content-Security-Policy"].split("; "))

    assert set(rules.pop("style-src").split(" ")) == hashes
    assert rules == {
        "default-src": "'none'", "img-src": "data:", "font-src": "data:", "base-uri": "'none'", "form-action": "'none'"
    }  # fmt: skip
    assert page.index("Content-Security-Policy") < page.index("<style>")
    assert not {"script", "link", "iframe", "object", "base", "form"} & {name for name, _ in tags.found}
    assert not {name for _, given in tags.found for name in given if name.startswith(("on", "style", "data-"))}
    assert all(str(picture["src"]).startswith("data:image/") for picture in tags.all("img"))
    assert not _ADDRESS.search("".join(styles))
    assert "cv-asset:" not in page


@pytest.mark.parametrize("look", THEMES)
def test_a_page_has_what_helps_whoever_does_not_see_it(look: Theme) -> None:
    tags = Tags(everything(look, photo=True))
    levels = [int(name[1]) for name, _ in tags.found if re.fullmatch("h[1-6]", name)]

    assert tags.all("html") == [{"lang": EVERYTHING.language}]
    assert (levels[0], levels.count(1)) == (1, 1)
    assert all(after <= before + 1 for before, after in pairwise(levels))
    assert [len(tags.all(name)) for name in ("title", "header", "main")] == [1, 1, 1]
    assert {"section", "ul"} <= {name for name, _ in tags.found}
    assert all("alt" in picture for picture in tags.all("img"))
    assert any("width=device-width" in str(meta.get("content")) for meta in tags.all("meta"))


def _lightness(colour: str) -> float:
    figures = "".join(c * 2 for c in colour) if len(colour) == 3 else colour
    parts = [int(figures[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("look", THEMES)
def test_every_colour_of_text_stands_out_from_the_page(look: Theme) -> None:
    page = everything(look)
    colours = re.findall(r"(?<![\w-])color: #([0-9a-f]{3,6})\b", page)

    assert len(set(colours)) > 2
    assert re.findall(r"background[\w-]*: ([^;]+);", page) == ["#fff"]
    assert {colour for colour in colours if 1.05 / (_lightness(colour) + 0.05) < 4.5} == set()


@pytest.mark.parametrize("variant", ["academic-2026", "korean"])
def test_every_character_is_in_one_of_the_fonts_of_the_page(variant: str, where: Place) -> None:
    page = formats.web_page(drafted(variant, where), where.limits, where.cache)
    carried = [
        TTFont(io.BytesIO(base64.b64decode(font)), lazy=True).getBestCmap()
        for font in re.findall(r"url\(data:font/woff2;base64,([^)]*)\)", page)
    ]
    shown = re.sub(r"<[^>]*>|\s", "", page.partition("<body>")[2])

    assert 2 <= len(carried) <= 7
    assert {char for char in shown if not any(ord(char) in known for known in carried)} == set()
    # All of the family would be ten times as much.
    assert len(page) < 200_000


def test_faces_are_told_as_a_browser_does() -> None:
    page = (
        "<html><head><style>html { font: 10pt/1.2 'TeX Gyre Pagella', serif } .x { text-transform: uppercase }"
        "@media print { i.y { font-style: normal } } p::before { content: '§' } p:: { color: red }"
        ".z { font-family: 'STIX Two Text', 'TeX Gyre Pagella'; font-weight: 650 }</style></head>"
        "<body><h1>a<em>b</em></h1><p class=x>c</p><i class=y>d</i><div class=z>e</div>한</body></html>"
    )
    stix = fonts.files(FONTS / "stix-two-text")
    used = web_faces.used(page, (*PAGELLA, *stix))
    found = {path.stem: "".join(sorted(chars)) for (path, _), chars in used.items()}

    assert found == {
        "texgyrepagella-bold": "a", "texgyrepagella-bolditalic": "b", "texgyrepagella-regular": "Ccd§",
        "STIXTwoText-Bold": "e",
    }  # fmt: skip


@pytest.mark.parametrize("maker", ["uharfbuzz", "fonttools"])
def test_a_part_of_a_font_has_the_glyphs_of_its_characters(
    maker: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(web_fonts.util, "find_spec", lambda name: name == maker or None)
    made = web_fonts.subset(PAGELLA[0], "Añb", tmp_path)
    font = TTFont(io.BytesIO(made))

    assert set(font.getBestCmap()) == set(map(ord, "Añb"))
    assert made[:4] == b"wOF2"
    assert len(made) < 9000
    (kept,) = (tmp_path / "web-fonts").iterdir()
    assert web_fonts.subset(PAGELLA[0], "bñA", tmp_path) == made
    kept.write_bytes(b"x" * 40)
    assert web_fonts.subset(PAGELLA[0], "Añb", tmp_path) == made


def test_a_theme_has_the_last_word_on_screens_alone(tmp_path: Path) -> None:
    folder = tmp_path / "themes" / "mine"
    folder.mkdir(parents=True)
    (folder / "theme.yaml").write_text("extends: letterpress\nsummary: Mine.\n")
    (folder / "screen.css.j2").write_text("body { max-width: 61rem; } /* {{ paper }} */")
    source = profile("{person: {name: Ada}, view: {style: {theme: mine}}, statement: x}", tmp_path)
    made = drafts.draft(source, "", Overrides(), place(tmp_path, tmp_path / "themes"))
    page, sheet = formats.web_page(made), formats.html_page(made).source
    rules = ("@media screen", "max-width: 47rem", "max-width: 56rem", "61rem; } /* letter")
    places = [page.index(rule) for rule in rules]

    assert places == sorted(places)
    assert "@media screen" not in sheet
    assert "61rem" not in sheet


def test_a_page_without_a_head_or_with_no_end_is_the_themes_fault() -> None:
    with pytest.raises(ThemeError, match="no <head>"):
        web.write(Rendered("<p>x"))
    deep = "<html><head></head><body>" + "<div>" * 2000 + "x"
    with pytest.raises(ThemeError, match="too deeply"):
        web.write(Rendered(deep, fonts=(FONTS / "pagella",)))


def test_a_picture_is_in_the_page_whatever_it_is_called() -> None:
    look = LOOKS[0]
    photo = EVERYTHING.header.photo
    assert photo is not None
    header = replace(EVERYTHING.header, photo=replace(photo, source="a b&'<.png"))
    assets = {**ASSETS, "a b&'<.png": Asset(b"PNG", "image/png")}
    page = web.write(
        html.write_for_screens(
            replace(EVERYTHING, header=header), look, Style(), {**look.values({}, Reading()), "photo": True}, assets
        )
    )

    assert f'src="data:image/png;base64,{base64.b64encode(b"PNG").decode()}"' in page
