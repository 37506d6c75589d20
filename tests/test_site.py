"""The public page: a folder of pages that load nothing, know one another, and show nothing private."""

from __future__ import annotations

import base64
import errno
import os
import re
import threading
from hashlib import sha256
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote

import pytest

from cvbuild import cli, site
from cvbuild.artifact import folders, publishing
from cvbuild.artifact.folders import publish_folder
from cvbuild.cli import site as command
from cvbuild.errors import OutputError, ThemeError
from cvbuild.site import Page

PROFILE = """\
person:
  name: Ada "><script>alert(1)</script>
  headline: {en: 'Engineer <b> & "more"', ko: 기술자}
  contact: [{email: ada@ada.example}, {phone: {value: '+44 1', private: true}}]
statement: {en: Wrote `code` and $x^2$., ko: 썼다.}
translations: [en, ko]
variants: {short: {}, korean: {language: ko}, secret: {show_private: true}}
"""


class Read(HTMLParser):
    """What of a page can be asked for: elements with their attributes, and styles."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.styles: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attributes}))
        if tag == "style":
            self.styles.append("")

    def handle_data(self, data: str) -> None:
        if self.cdata_elem == "style":
            self.styles[-1] += data

    def all(self, tag: str) -> list[dict[str, str]]:
        return [attributes for name, attributes in self.elements if name == tag]

    def meta(self, name: str) -> str:
        (found,) = (a["content"] for a in self.all("meta") if name in (a.get("name"), a.get("http-equiv")))
        return found


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a profile, in which one quick form stands for all."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(command, "_FORMS", {"jsonresume": "JSON Resume"})
    Path("cv.yaml").write_text(PROFILE, "utf-8")
    return tmp_path / "build" / "site"


def files(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*")}


def test_a_site_is_pages_with_their_other_forms(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["site"]) == cli.OK
    assert files(folder) == {
        ".nojekyll", ".cvbuild-site.json", "index.html", "cv-korean.html", "cv-short.json", "cv-korean.json"
    }  # fmt: skip
    assert capsys.readouterr().out.splitlines() == [
        "build/site/index.html  short  en  cv-short.json", "build/site/cv-korean.html  korean  ko  cv-korean.json"
    ]  # fmt: skip


@pytest.mark.slow
@pytest.mark.pdf
def test_pdfs_are_those_of_a_public_build(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command, "_FORMS", {"pdf": "PDF"})
    assert cli.main(["site", "--variant", "short"]) == cli.OK
    assert cli.main(["build", "--variant", "short"]) == cli.OK
    assert (folder / "cv-short.pdf").read_bytes() == Path("build/cv-short.pdf").read_bytes()


def test_a_page_loads_nothing_and_says_so(folder: Path) -> None:
    """The policy allows the styles that are there, byte by byte, and nothing else."""
    assert cli.main(["site"]) == cli.OK
    for name in ("index.html", "cv-korean.html"):
        page = Read((folder / name).read_text("utf-8"))
        policy = dict(part.split(" ", 1) for part in page.meta("Content-Security-Policy").split("; "))
        hashes = {f"'sha256-{base64.b64encode(sha256(s.encode()).digest()).decode()}'" for s in page.styles}

        assert policy["default-src"] == policy["base-uri"] == policy["form-action"] == "'none'"
        assert set(policy["style-src"].split()) == hashes
        assert "script-src" not in policy
        assert {"script", "iframe", "object", "form", "base"} & {tag for tag, _ in page.elements} == set()
        assert [a for _, a in page.elements if "style" in a or any(key.startswith("on") for key in a)] == []
        assert [a["href"] for a in page.all("link") if a["rel"] != "alternate"] == ["data:,"]
        assert not re.search(r"url\((?!data:)", "".join(page.styles))
        assert page.meta("referrer") == "no-referrer"
        assert page.elements[0] == ("html", {"lang": "ko" if "korean" in name else "en"})


def test_every_link_within_a_site_leads_somewhere(folder: Path) -> None:
    Path("cv.yaml").rename("my cv+@é.yaml")
    assert cli.main(["site", "my cv+@é.yaml"]) == cli.OK
    for path in folder.glob("*.html"):
        page = Read(path.read_text("utf-8"))
        links = [a["href"] for a in page.all("a") + page.all("link") if a["href"].startswith("./")]
        assert len(links) == 2 + 2 + 1  # alternates, versions, forms
        assert all((folder / unquote(link)).is_file() for link in links)
        (current,) = (a for a in page.all("a") if "aria-current" in a)
        assert unquote(current["href"]) == f"./{path.name}"


def test_pages_name_their_languages_and_say_what_they_are(folder: Path) -> None:
    assert cli.main(["site"]) == cli.OK
    english, korean = (Read((folder / name).read_text("utf-8")) for name in ("index.html", "cv-korean.html"))

    for page in (english, korean):
        alternates = {a["hreflang"]: a["href"] for a in page.all("link") if a["rel"] == "alternate"}
        assert alternates == {"en": "./index.html", "ko": "./cv-korean.html"}
        assert "width=device-width" in page.meta("viewport")
    assert english.meta("description") == 'Ada "><script>alert(1)</script> – Engineer <b> & “more”'
    assert [a["aria-label"] for a in english.all("nav")] == ["Versions", "Formats"]
    assert [a["aria-label"] for a in korean.all("nav")] == ["버전", "형식"]
    assert "korean (한국어)" in (folder / "index.html").read_text("utf-8")


def test_one_view_needs_no_choice(folder: Path) -> None:
    assert cli.main(["site", "--variant", "short"]) == cli.OK
    page = Read((folder / "index.html").read_text("utf-8"))
    assert [a["aria-label"] for a in page.all("nav")] == ["Formats"]
    assert [a for a in page.all("link") if a["rel"] == "alternate"] == []


def test_nothing_private_is_in_any_file(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["site"]) == cli.OK
    assert [path for path in folder.iterdir() if b"+44" in path.read_bytes() or b"secret" in path.read_bytes()] == []
    assert cli.main(["site", "--variant", "short", "--variant", "secret"]) == cli.INPUT
    assert "'secret' shows private facts" in capsys.readouterr().err
    Path("cv.yaml").write_text(PROFILE.replace("short: {}, korean: {language: ko}, ", ""), "utf-8")
    assert cli.main(["site"]) == cli.INPUT
    assert "every variant shows private facts" in capsys.readouterr().err


def test_a_view_that_only_tex_sets_has_a_page_too(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    style = "{style: {theme: column, options: {tint: 9}}}"
    Path("cv.yaml").write_text(f"person: {{name: Ada}}\nstatement: x\nview: {style}\n", "utf-8")
    assert cli.main(["site"]) == cli.OK
    assert "<main>" in (folder / "index.html").read_text("utf-8")
    assert "tint" not in capsys.readouterr().err


def test_pictures_are_in_the_page(folder: Path) -> None:
    from PIL import Image

    Image.new("RGB", (2, 2), "red").save("a b.png")
    Path("cv.yaml").write_text(
        "person: {name: Ada, photo: a b.png}\nstatement: x\nview: {style: {options: {photo: true}}}\n", "utf-8"
    )
    assert cli.main(["site"]) == cli.OK
    (picture,) = Read((folder / "index.html").read_text("utf-8")).all("img")
    assert picture["src"].startswith("data:image/png;base64,")


@pytest.mark.parametrize(("strict", "status"), [([], cli.OK), (["--strict"], cli.INPUT)])
def test_what_is_wrong_leaves_the_site_as_it_was(folder: Path, strict: list[str], status: int) -> None:
    assert cli.main(["site"]) == cli.OK
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    Path("cv.yaml").write_text(PROFILE.replace("short: {}", "short: {language: fr}"), "utf-8")
    assert cli.main(["site"]) != cli.OK
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
    odd = PROFILE.replace("short: {}", "short: {style: {theme: brief, options: {label: 30mm}}}")
    Path("cv.yaml").write_text(odd, "utf-8")
    assert cli.main(["site", *strict]) == status
    assert ({path.name: path.read_bytes() for path in folder.iterdir()} == before) is bool(strict)


def test_no_folder_of_somebody_else_is_replaced(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("mine").mkdir()
    Path("mine/thesis.txt").write_text("years of work", "utf-8")
    Path("link").symlink_to("mine")
    for output in ("mine", "link", "cv.yaml", ".", "cv.yaml/site"):
        assert cli.main(["site", "--output", output]) == cli.OUTPUT, output
    assert Path("mine/thesis.txt").read_text("utf-8") == "years of work"
    assert "holds 'thesis.txt'" in capsys.readouterr().err

    assert cli.main(["site"]) == cli.OK
    (folder / "own").mkdir()
    assert cli.main(["site"]) == cli.OUTPUT
    assert (folder / "own").is_dir()


PLAIN = '<!doctype html><html lang="en"><head><title>A</title></head><body><p>x</p></body></html>'


def page(html: str) -> Page:
    return Page("short", "en", "index.html", html, "Ada")


def test_a_page_of_any_theme_becomes_one_of_a_site() -> None:
    """Whatever policy it had would forbid the bar; and it is read in one way only."""
    policy = """<meta http-equiv="Content-Security-Policy" content="style-src 'none'">"""
    policy += '<meta name="viewport" content="a">'
    given = page(PLAIN.replace("<title>", f'{policy}<title>').replace("<p>", '<p style="color: red">'))
    read = Read(site.finished(given, [given]))

    assert read.elements[2] == ("meta", {"charset": "utf-8"})
    (found,) = (a["content"] for a in read.all("meta") if "http-equiv" in a)
    assert read.meta("viewport") == "a"
    assert "max-width" not in "".join(read.styles)
    assert "'unsafe-hashes'" in found
    assert f"'sha256-{base64.b64encode(sha256(b'color: red').digest()).decode()}'" in found


@pytest.mark.parametrize(
    "html",
    [
        "<p>x</p>",
        PLAIN.replace("<p>", "<script>1</script><p>"),
        PLAIN.replace("<p>", '<p onclick="a()">'),
        PLAIN.replace("<title>", '<link rel="stylesheet" href="https://c.example/a.css"><title>'),
        PLAIN.replace("<title>", '<meta http-equiv="refresh" content="0; url=https://c.example"><title>'),
        PLAIN.replace("<title>", '<base href="https://c.example"><title>'),
        PLAIN.replace("<p>", '<iframe src="https://c.example"></iframe><p>'),
    ],
)
def test_no_page_that_loads_or_runs_things_is_published(html: str) -> None:
    with pytest.raises(ThemeError):
        site.finished(page(html), [page(html)])


def test_a_folder_is_replaced_whole(tmp_path: Path) -> None:
    """Whoever looks while it is replaced finds all of one site."""
    folder, seen, done = tmp_path / "site", [], threading.Event()
    publish_folder({"a": b"0", "b/c": b"0"}, folder, "m.json")

    def look() -> None:
        while not done.is_set():
            handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
            try:
                ends = [os.open(name, os.O_RDONLY, dir_fd=handle) for name in ("a", "b/c")]
                seen.append([os.read(end, 9) for end in ends])
                for end in ends:
                    os.close(end)
            except FileNotFoundError:
                pass  # a folder that was the site when it was opened, and is being removed
            finally:
                os.close(handle)

    reader = threading.Thread(target=look)
    reader.start()
    try:
        for number in range(20):
            publish_folder({"a": b"%d" % number, "b/c": b"%d" % number}, folder, "m.json")
    finally:
        done.set()
        reader.join()
    assert seen
    assert [pair for pair in seen if pair[0] != pair[1]] == []
    assert files(tmp_path) == {"site", "site/a", "site/b", "site/b/c", "site/m.json"}


@pytest.mark.parametrize("exchanges", [True, False])
@pytest.mark.parametrize("fails", ["write", "put"])
def test_a_failure_leaves_the_old_folder_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, exchanges: bool, fails: str
) -> None:
    folder = tmp_path / "site"
    publish_folder({"a": b"old"}, folder, "m.json")

    def full(*arguments: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        if not exchanges:
            patch.setattr(folders, "_exchanged", lambda *names: False)
        if fails == "write":
            patch.setattr(os, "fsync", full)
        elif exchanges:
            patch.setattr(folders, "_exchanged", full)
        else:
            rename = Path.rename
            patch.setattr(Path, "rename", lambda old, new: full() if old.name.endswith("-new") else rename(old, new))
        with pytest.raises(OutputError, match="no space left"):
            publish_folder({"a": b"new"}, folder, "m.json")
    assert (folder / "a").read_bytes() == b"old"
    assert files(tmp_path) == {"site", "site/a", "site/m.json"}


@pytest.mark.parametrize("exchanges", [True, False])
def test_what_a_killed_one_left_is_used_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, exchanges: bool) -> None:
    if not exchanges:
        monkeypatch.setattr(folders, "_exchanged", lambda *names: False)
    with publishing.turn(tmp_path / "site") as lock:
        left = lock.with_name(f"{lock.name}-new")
    (left / "half").mkdir(parents=True)
    for data in (b"1", b"2"):
        publish_folder({"a": data}, tmp_path / "site", "m.json")
    assert (tmp_path / "site" / "a").read_bytes() == b"2"
    assert files(tmp_path) == {"site", "site/a", "site/m.json"}


@pytest.mark.parametrize("marker", ["", "no JSON", "[]", '{"made_by": "cvbuild"}', '{"made_by": 1, "files": {"a": 1}}'])
def test_a_marker_is_believed_only_if_it_is_one(tmp_path: Path, marker: str) -> None:
    folder = tmp_path / "site"
    folder.mkdir()
    publish_folder({"a": b"1"}, folder, "m.json")
    (folder / "m.json").write_text(marker, "utf-8")
    with pytest.raises(OutputError, match=re.escape("holds 'a'")):
        publish_folder({"a": b"2"}, folder, "m.json")
