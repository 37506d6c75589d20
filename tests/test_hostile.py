"""Files of somebody who means harm: refused with a message, or set as plain text, and nothing read, run or written.

The cases are in `cases/hostile`. Whatever happens, `Attack.run` sees to it that a secret beside the project is in no
artifact and no message, that nobody calls a server that waits on this machine, that nothing appears outside the folder
of artifacts and nothing but artifacts in it, that no PDF does anything by itself, and that a refused build leaves what
stood there.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import zlib
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pypdf
import pytest
import yaml
from PIL import Image as Pictures

from cvbuild import cli
from cvbuild.cli import wishes
from cvbuild.engines.contained import Limits
from cvbuild.pipeline import Place

_CASES = Path(__file__).parent / "cases" / "hostile"
SECRET = "CANARY-5b0f7d1e"
ROOT = Path(__file__).parents[1]
OLD = b"the old artifact"
# One that is longer leaves the page.
LONGEST_WORD = 150
# What a PDF could do by itself, or carry.
ACTIVE = re.compile(rb"/(JavaScript|JS|Launch|SubmitForm|ImportData|GoToR|GoToE|EmbeddedFiles?|RichMedia|AA|Movie)\b")


def cases(name: str) -> list[Any]:
    """Return the cases of a file as test parameters."""
    found = yaml.safe_load((_CASES / f"{name}.yaml").read_text("utf-8"))
    return [pytest.param(case, id=case["id"]) for case in found]


class Attack:
    """A project, a secret outside of it, and what becomes of both."""

    def __init__(self, folder: Path, told: Callable[[], str], server: socket.socket) -> None:
        self.folder, self.told, self.server = folder, told, server
        self.canary, self.touch = folder / "canary.svg", folder / "touched"
        self.canary.write_text(f"<svg xmlns='http://www.w3.org/2000/svg'><text y='9'>{SECRET}</text></svg>")
        self.build = folder / "work" / "build"
        self.build.mkdir(parents=True)

    def payload(self, case: dict[str, Any], key: str = "text") -> str:
        """Return the text of *case* with the places of this attack in it."""
        before, unit, times, after = case.get("repeat", ["", "", 0, ""])
        text = case.get(key) or f"{before}{unit * times}{after}"
        named = {
            "@CANARY@": str(self.canary), "@URL@": self.canary.as_uri(), "@TOUCH@": str(self.touch),
            "@PORT@": str(self.server.getsockname()[1]),
        }  # fmt: skip
        return re.sub("|".join(named), lambda match: named[match[0]], text)

    def run(self, *arguments: str) -> tuple[int, str]:
        """Return status and messages of one command, which has left all alone that is not its business."""
        old = {self.build / f"cv{suffix}" for suffix in (".pdf", ".html", ".txt")}
        for path in old:
            path.write_bytes(OLD)
        before = self._files()
        started = time.process_time()
        status = cli.main(arguments)
        told = self.told()

        assert time.process_time() - started < 10
        assert status in (0, 2, 3, 4, 5, 6, 7, 8)
        assert not re.search(r"Traceback|[\x00-\x08\x0b-\x1f\x7f]", told)
        assert SECRET not in told
        assert {path for path in self._files() ^ before if not path.is_relative_to(self.build)} == set()
        for path in self.build.iterdir():
            held = b"".join(streams(path.read_bytes()))
            assert SECRET.encode() not in held
            assert path.suffix in (".pdf", ".html", ".txt", ".tree")
            assert path.suffix != ".pdf" or not ACTIVE.search(held)
        with pytest.raises(BlockingIOError):
            self.server.accept()
        if status:
            assert all(path.read_bytes() == OLD for path in old)
        return status, told

    def _files(self) -> set[Path]:
        return {path for path in self.folder.rglob("*") if not path.is_relative_to(self.folder / "cache")}


def streams(data: bytes) -> Iterator[bytes]:
    """Yield *data*, and what is compressed in it."""
    yield data
    for match in re.finditer(rb"stream\r?\n", data):
        packed = zlib.decompressobj()
        try:
            yield packed.decompress(data[match.end() :])
        except zlib.error:
            continue


@pytest.fixture
def attack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Attack]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        made = Attack(tmp_path, lambda: "".join(capsys.readouterr()), server)
        monkeypatch.chdir(tmp_path / "work")
        monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
        monkeypatch.setenv("SECRET_TOKEN", SECRET)
        yield made


def bare(text: str) -> str:
    """Return *text* without white space and quotes, which typography may change."""
    return re.sub(r"[\s'\"“”‘’]", "", text)


def profile(text: str) -> str:
    """Return a profile, as JSON, with *text* wherever a person may write."""
    highlights = {"organization": text, "highlights": [text]}
    return json.dumps({"person": {"name": "Ada", "headline": text}, "statement": text, "experience": [highlights],
                       "skills": [{"name": text, "items": [text]}]}, ensure_ascii=False)  # fmt: skip


@pytest.mark.parametrize("case", cases("texts"))
def test_a_text_is_text_or_refused(attack: Attack, case: dict[str, Any]) -> None:
    text, expected = attack.payload(case), case["expect"]
    Path("cv.yaml").write_text(profile(text), "utf-8")
    status, told = attack.run("build", "--format", "text,html")

    if expected in ("literal", "text", "no canary"):
        assert status == 0, told
        page = (attack.build / "cv.html").read_text("utf-8")
        assert not re.search(r"<(script|img|link|object|iframe|base|svg|image|meta)\b|\son\w+=|url\(", _body(page))
    elif expected in ("invisible character", "mixes letters"):
        assert status == 0
        assert re.search(rf"warning: person\.headline: .*{expected}", told)
    elif expected != "any":
        assert (status, expected in told) == (3, True), told
    if expected == "literal":
        assert bare(text) in bare((attack.build / "cv.txt").read_text("utf-8"))


def _body(page: str) -> str:
    """Return the tags of *page*'s body, without its texts."""
    return " ".join(re.findall(r"<[^>]*>", page.partition("<body")[2]))


@pytest.mark.pdf
def test_all_texts_together_are_text_in_a_pdf(attack: Attack) -> None:
    texts = [attack.payload(p.values[0]) for p in cases("texts") if p.values[0]["expect"] == "literal"]
    texts = [text for text in texts if all(len(word) < LONGEST_WORD for word in text.split())]
    highlights = json.dumps({"organization": "X", "highlights": texts})
    Path("cv.yaml").write_text(f"person: {{name: Ada}}\nexperience: [{highlights}]", "utf-8")
    status, told = attack.run("build")
    assert status == 0, told
    data = (attack.build / "cv.pdf").read_bytes()
    read = pypdf.PdfReader(attack.build / "cv.pdf")
    words = bare("".join(page.extract_text() for page in read.pages)).replace("…", "...")

    assert (status, data.count(b"%%EOF"), b"/Prev" in data) == (0, 1, False), told
    assert [text for text in texts if bare(text).replace("…", "...") not in words and "\\" not in text] == []
    assert not any("/Annots" in page for page in read.pages)
    assert read.attachments == {}


@pytest.mark.pdf
def test_a_word_that_no_line_holds_is_no_pdf(attack: Attack) -> None:
    Path("cv.yaml").write_text(f"person: {{name: Ada}}\nstatement: {'A' * LONGEST_WORD}", "utf-8")
    status, told = attack.run("build")

    assert (status, "leaves the page" in told) == (8, True), told


@pytest.mark.parametrize("case", cases("profiles"))
def test_a_profile_is_refused_with_a_message(attack: Attack, case: dict[str, Any]) -> None:
    Path("cv.yaml").write_text(attack.payload(case), "utf-8")
    status, told = attack.run("build", "--all", "--format", "html")

    assert status in (3, 6), told
    assert case["expect"] in told
    assert len(told) < 4000


@pytest.mark.pdf
@pytest.mark.parametrize("case", cases("themes"))
def test_a_theme_gets_nothing_that_it_was_not_given(
    attack: Attack, monkeypatch: pytest.MonkeyPatch, case: dict[str, Any]
) -> None:
    limits = Limits(cpu_s=4, writing_s=1, wall_s=30, memory_bytes=1024 * 1024 * 1024)
    monkeypatch.setattr(wishes, "Place", partial(Place, limits=limits))
    theme = Path("themes/odd")
    theme.mkdir(parents=True)
    (theme / "theme.yaml").write_text("{extends: letterpress, summary: Odd}")
    (theme / "link.j2").symlink_to(attack.canary)
    if "css" in case:
        (theme / "style.css.j2").write_text(attack.payload(case, "css"))
    else:
        (theme / "document.html.j2").write_text(attack.payload(case, "page"))
    Path("cv.yaml").write_text(f"person: {{name: Ada}}\nskills: [{{name: A, items: [{', '.join('x' * 300)}]}}]\n"
                               "view: {style: {theme: odd}}")  # fmt: skip
    status, told = attack.run("build")

    expected = (case["status"],) if "status" in case else (5, 6) if "css" in case else (4, 6)
    assert status in expected, told
    assert case["expect"] in told
    assert "page" not in case or "status" in case or re.search(r"^themes/odd/document\.html\.j2(:\d+:1)?: ", told), told


NAMES = ["-x.yaml", "--all.yaml", "a\nb.yaml", "a\x1b[31m.yaml", ".yaml", "..yaml", "$(touch q).yaml", "a;b|c.yaml",
         os.fsdecode(b"\xff.yaml"), "<x>.yaml", "a" * 240 + ".yaml"]  # fmt: skip


@pytest.mark.parametrize("name", NAMES, ids=ascii)
def test_a_name_of_a_file_is_a_name(attack: Attack, name: str) -> None:
    """No option, no way out of the folder, no second line, and nothing for make and its shell to run."""
    Path(name).write_text("person: {name: ../../evil}\nstatement: x\nvariants: {a: {}}")
    status, told = attack.run("build", "--format", "text", "--all", "--", name)
    (made,) = {path.name for path in attack.build.iterdir()} - {"cv.pdf", "cv.html", "cv.txt"}

    assert status == 0, told
    assert re.fullmatch(r"[\w][\w.+@ -]*-a\.txt", made)
    assert told.count("\n") == 1
    for arguments in (["validate"], ["variants", "show"], ["variants", "list", "--make"]):
        attack.told()
        cli.main([*arguments, "--", name])
        assert "\x1b" not in (told := attack.told())
        assert "touch q" not in told or "not a name that make can have" in told or "# $(" in told or "valid" in told


@pytest.mark.parametrize("value", ["99999999999999999999", "-1", "soon", "1e9", " "])
def test_a_day_from_the_environment_is_judged(attack: Attack, monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    Path("cv.yaml").write_text("person: {name: Ada}")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", value)
    status, told = attack.run("build", "--format", "text")

    assert (status, told.count("SOURCE_DATE_EPOCH")) == (2, 1)


_ODD: list[dict[str, str]] = [
    {"HOME": "", "XDG_CACHE_HOME": ""},
    {"TEXINPUTS": "evil//:", "LD_PRELOAD": "", "PYTHONPATH": "evil", "FONTCONFIG_FILE": "/nonexistent"},
    {"TMPDIR": "/nonexistent"},
    {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
    {"LC_ALL": "tr_TR.UTF-8", "LANG": "tr_TR.UTF-8"},
    {"COLUMNS": "0", "TERM": "", "NO_COLOR": "1"},
    {"PATH": "/nonexistent"},
]


@pytest.mark.pdf
@pytest.mark.parametrize(
    "odd", [*_ODD[:2], *(pytest.param(odd, marks=pytest.mark.slow) for odd in _ODD[2:])],
    ids=lambda odd: next(iter(odd)),
)  # fmt: skip
def test_an_odd_environment_makes_the_same(attack: Attack, odd: dict[str, str]) -> None:
    text = "person: {name: Zoë 한}\nstatement: INTERNATIONAL istanbul\nskills: [{name: A}]"
    Path("cv.yaml").write_text(f"{text}\nvariants: {{a: {{}}, b: {{omit: skills}}}}", "utf-8")
    told = []
    for number, changed in enumerate(({}, odd)):
        environment = {**os.environ, **changed, "PYTHONPATH": str(ROOT)}
        build = f"build --format pdf,text --output {number} --quiet"
        for command in (build, "variants diff cv.yaml a b", "variants show cv.yaml"):
            arguments = [sys.executable, "-m", "cvbuild", *command.split()]
            run = subprocess.run(arguments, env=environment, capture_output=True)
            assert (run.returncode, SECRET.encode() in run.stdout + run.stderr) == (0, False), run.stderr.decode()
            told.append(run.stdout)
    assert told[:3] == told[3:]
    for name in ("cv.pdf", "cv.txt"):
        assert Path("0", name).read_bytes() == Path("1", name).read_bytes()


@pytest.mark.pdf
def test_a_home_is_not_needed(attack: Attack, monkeypatch: pytest.MonkeyPatch) -> None:
    Path("cv.yaml").write_text("person: {name: Ada}\nstatement: x")
    monkeypatch.setenv("HOME", "")
    monkeypatch.delenv("XDG_CACHE_HOME")
    status, told = attack.run("build")

    assert status == 0, told
    assert not Path("/.cache/cvbuild").exists()


@pytest.mark.pdf
def test_one_variant_says_nothing_of_another_or_of_who_builds(attack: Attack, monkeypatch: pytest.MonkeyPatch) -> None:
    """The name of a variant may be that of an employer."""
    for name in ("USER", "LOGNAME", "USERNAME", "HOSTNAME"):
        monkeypatch.setenv(name, "builder-5b0f")
    variants = "variants: {rival-corp-senior: {omit: awards}, plain: {extends: rival-corp-senior}}"
    Path("cv.yaml").write_text(f"person: {{name: Ada Quill}}\nstatement: x\nawards: [{{title: A}}]\n{variants}")
    status, told = attack.run("build", "--all", "--format", "pdf,html,text,native")
    read = pypdf.PdfReader(attack.build / "cv-plain.pdf")
    # A PDF says which variant it is; no file says so of another.
    others = [path for path in attack.build.glob("cv-*") if path.name != "cv-rival-corp-senior.pdf"]
    held = b"".join(chunk for path in others for chunk in streams(path.read_bytes()))

    assert status == 0, told
    assert b"Quill" in held
    assert not re.search(rb"rival|builder-5b0f|cv\.yaml|plain\.(?:pdf|html)|" + re.escape(bytes(ROOT)), held)
    assert read.metadata is not None
    assert read.metadata.author == "Ada Quill"


def test_a_chain_of_variants_has_an_end(attack: Attack) -> None:
    chain = "".join(f"  v{n}: {{extends: v{n + 1}}}\n" for n in range(1000))
    Path("cv.yaml").write_text(f"person: {{name: Ada}}\nvariants:\n{chain}  v1000: {{}}\n")
    status, told = attack.run("build", "--variant", "v0", "--format", "text")

    assert status in (0, 3, 6), told


@pytest.mark.pdf
def test_a_photo_may_have_any_name(attack: Attack) -> None:
    name = "my photo #1 %20 {x} $(touch q) \\input.png"
    picture = Pictures.new("RGB", (3, 2), "red")
    picture.save(name, "PNG")
    person = json.dumps({"name": "Ada", "photo": name})
    Path("cv.yaml").write_text(f"person: {person}\nstatement: x\nview: {{style: {{options: {{photo: true}}}}}}")
    status, told = attack.run("build", "--format", "pdf,html")
    read = pypdf.PdfReader(attack.build / "cv.pdf")

    assert status == 0, told
    assert [image.image.size for image in read.pages[0].images if image.image] == [(3, 2)]


@pytest.mark.parametrize("written", ["0123", "12:30:45", "no", "1_000", "+1", ".nan", "1e3", "0x1f", "2020-13-45"])
def test_a_text_is_what_was_written(attack: Attack, written: str) -> None:
    """Not the number, the time or the truth that YAML could make of it."""
    Path("cv.yaml").write_text(f"person: {{name: Ada, headline: {written}}}\nstatement: {written}")
    status, told = attack.run("build", "--format", "text")

    assert status == 0, told
    assert (attack.build / "cv.txt").read_text().split().count(written) == 2


@pytest.mark.pdf
@pytest.mark.slow
def test_a_build_needs_no_network(attack: Attack) -> None:
    Path("cv.yaml").write_text("person: {name: Ada, contact: [{website: https://example.org}]}\nstatement: x")
    alone = ["unshare", "--user", "--map-root-user", "--net"]
    if not shutil.which("unshare") or subprocess.run([*alone, "true"], capture_output=True).returncode:
        pytest.skip("no name spaces here")
    command = [*alone, sys.executable, "-m", "cvbuild", "build"]
    run = subprocess.run(command, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True)

    assert (run.returncode, run.stderr) == (0, "")
    assert (attack.build / "cv.pdf").read_bytes().startswith(b"%PDF-")
