"""The command line when something is wrong: one message, a documented status, and the old file left alone."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from cvbuild import pipeline
from cvbuild.cli import main
from cvbuild.errors import EngineError, Mark, Problem

_GOOD = """\
tags: [research]
person: {name: Ada Lovelace, contact: [email: ada@example.org]}
venues: {aej: {name: Journal}}
awards: [{id: prize, title: Prize, date: 1840, tags: [research]}]
publications: [{id: notes, title: Notes, venue: aej}]
variants:
  short: {sections: [awards]}
"""
_OLD = b"%PDF-1.7 as it was built before"

Run = Callable[..., tuple[int, str]]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Run:
    """Build `cv.yaml` in a folder with an old `build/cv.pdf`; return the status and what went to standard error."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1767225600")
    old = tmp_path / "build" / "cv.pdf"
    old.parent.mkdir()
    old.write_bytes(_OLD)

    def run(profile: str | bytes | None, *arguments: str) -> tuple[int, str]:
        if profile is not None:
            (tmp_path / "cv.yaml").write_bytes(profile if isinstance(profile, bytes) else profile.encode())
        try:
            status = main(["build", *arguments])
        except SystemExit as exit:
            status = int(exit.code or 0)
        out, err = capfd.readouterr()
        assert out == ""
        assert "Traceback" not in err
        assert old.read_bytes() == _OLD
        assert [path.name for path in old.parent.iterdir()] == ["cv.pdf"]
        return status, err

    return run


def messages(err: str) -> list[str]:
    """Return the problems in *err* without their hints."""
    return [line for line in err.splitlines() if not line.startswith("  ")]


def style(text: str) -> str:
    return f"{_GOOD}view: {{style: {{{text}}}}}\n"


_PROFILES: dict[str, tuple[str | bytes, int, str]] = {
    "missing field": ("person: {}", 3, "cv.yaml:1:9: person: the field 'name' is missing"),
    "misspelt key": ("persn: {name: Ada}", 3, "cv.yaml:1:1: persn: no such field 'persn'"),
    "wrong type": ("person: [Ada]", 3, "cv.yaml:1:9: person: a list; expected a mapping"),
    "bad date": (_GOOD.replace("1840", "1840-13"), 3, "cv.yaml:4:42: awards[0].date: '1840-13' is not in the calendar"),
    "end before start": (_GOOD.replace("date: 1840", "start: 1840, end: 1839"), 3, "cv.yaml:4:54: awards[0].end: the"),
    "tab": ("person:\n\tname: Ada", 3, "cv.yaml:2:1: a tab; expected spaces"),
    "duplicate key": (_GOOD + "tags: []\n", 3, "cv.yaml:8:1: the key 'tags' stands twice: here and in line 1"),
    "unclosed quote": ('person: {name: "Ada}', 3, "cv.yaml:1:16: a quote that is never closed"),
    "unquoted colon": ("person:\n  name: Ada: Lovelace", 3, "cv.yaml:2:12: an unquoted ': ' inside a text"),
    "hash": ("person:\n  name: Ada #1 of 2", 3, "cv.yaml:2:13: the text is cut off at '#1 of 2'"),
    "asterisk": ("person:\n  name: *Ada* L", 3, "cv.yaml:2:9: text that begins with '*'"),
    "at sign": ("person:\n  name: @ada", 3, "cv.yaml:2:9: text that begins with '@'"),
    "list as root": ("- person", 3, "cv.yaml:1:1: a list; expected a mapping with 'person' and collections"),
    "empty": ("", 3, "cv.yaml: the file is empty; expected a profile"),
    "only comments": ("# nothing\n", 3, "cv.yaml: the file is empty; expected a profile"),
    "Latin-1": ("person: {name: Zoë}".encode("latin-1"), 3, "cv.yaml:1:18: the byte 0xeb is not UTF-8"),
    "UTF-16": (_GOOD.encode("utf-16"), 3, "cv.yaml: the file is UTF-16; expected YAML in UTF-8"),
    "NUL": (b"person: {name: A\0}", 3, "cv.yaml:1:17: U+0000, a control character"),
    "escape": (b"person: {name: \x1b[1mA}", 3, "cv.yaml:1:16: U+001B, a control character"),
    "two documents": (_GOOD + "---\n" + _GOOD, 3, "cv.yaml:8:1: a second document; expected one to a file"),
    "anchor": (_GOOD.replace("{name: Ada", "&a {name: Ada"), 3, "cv.yaml:2:9: an anchor '&a'; expected text"),
    "alias": ("person: *a", 3, "cv.yaml:1:9: an alias '*a'; expected text"),
    "tag of YAML": ("person: !!set {name: Ada}", 3, "cv.yaml:1:9: a tag '!!set'; expected text"),
    "unknown tag": (_GOOD.replace("tags: [research]}", "tags: [reserch]}"), 3, "the tag 'reserch' is not declared"),
    "unknown id": (_GOOD + "  a: {omit: [prise]}", 3, "cv.yaml:8:14: variants.a.omit: 'prise' is not in this profile"),
    "unknown section": (_GOOD + "view: {sections: [award]}", 3, "cv.yaml:8:19: view.sections.award: no collection"),
    "unknown parent": (_GOOD + "  a: {extends: shrt}", 3, "cv.yaml:8:16: variants.a.extends: no variant 'shrt'"),
    "unknown where": (
        _GOOD + "view: {sections: [awards: {where: {tittle: A}}]}",
        3,
        "view.sections.awards.where.tittle: no field 'tittle' in this collection",
    ),
    "unknown status": (_GOOD.replace("venue: aej", "status: acepted"), 3, "publications[0].status: 'acepted'"),
    "unknown sort key": (
        _GOOD + "view: {sections: [awards: {sort: -dte}]}",
        3,
        "cv.yaml:8:34: view.sections.awards.sort: no field 'dte' in awards",
    ),
    "unknown kind of venue": (_GOOD.replace("Journal}", "J, kind: x}"), 3, "cv.yaml:3:31: venues.aej.kind: 'x'"),
    "unknown style key": (style("papr: a4"), 3, "cv.yaml:8:16: view.style.papr: no such field 'papr'"),
    "unknown word": (style("words: {presnt: Now}"), 3, "cv.yaml:8:24: style.words.presnt: no such word 'presnt'"),
    "unknown theme": (style("theme: leterpress"), 4, "cv.yaml:8:23: style.theme: no theme 'leterpress'"),
    "unknown option": (style("options: {acent: red}"), 3, "style.options.acent: the theme 'letterpress' has no option"),
    "undeclared language": (_GOOD.replace("title: Notes", "title: {en: A, ko: B}"), 3, "the language 'ko' is not"),
    "dates and languages": (_GOOD.replace("title: Notes", "title: {en: A, 2024: B}"), 3, "dates and languages side by"),
    "ORCID": (_GOOD.replace("email: ada@example.org", "orcid: 0000-0002-1825-0098"), 3, "is not an ORCID iD"),
    "e-mail": (
        _GOOD.replace("ada@example.org", "ada"),
        3,
        "person.contact[0].email: 'ada'; expected an e-mail address",
    ),
    "link": (_GOOD.replace("date: 1840", "url: 'javascript:x'"), 3, "has the scheme 'javascript'; expected https"),
    "link in text": (_GOOD.replace("Prize", "'[A](javascript:x)'"), 3, "'javascript:x' has the scheme 'javascript'"),
    "contact as mapping": (
        "person: {name: A, contact: {email: a@example.org}}",
        3,
        "person.contact: a mapping; expected",
    ),
    "highlights as text": (
        _GOOD.replace("date: 1840", "highlights: did"),
        3,
        "awards[0].highlights: 'did'; expected a list",
    ),
    "private: yes": (
        _GOOD.replace("date: 1840", "private: yes"),
        3,
        "awards[0].private: 'yes'; expected true or false",
    ),
    "priority": (_GOOD.replace("date: 1840", "priority: 200"), 3, "awards[0].priority: '200'; expected a whole number"),
    "omit and pin": (_GOOD + "  a: {omit: [prize], pin: [prize]}", 3, "variants.a.pin: 'prize' is both omitted and"),
    "cycle": (_GOOD + "  a: {extends: b}\n  b: {extends: a}", 3, "variants.a.extends: a cycle: a → b → a"),
    "picture": (
        _GOOD.replace("{name: Ada Lovelace", "{name: A, photo: a.jpg"),
        3,
        "person.photo: no such file 'a.jpg'",
    ),
    "deep nesting": ("a: " + "[" * 100, 6, "cv.yaml:1:35: nested deeper than 32 levels"),
    "large file": ("#" * 9_000_000, 6, "cv.yaml: the file is too large; at most 4 MiB are read"),
    "nothing left": ("person: {name: Ada}", 3, "cv.yaml: nothing is left in the view"),
}


@pytest.mark.parametrize(("profile", "status", "said"), _PROFILES.values(), ids=_PROFILES.keys())
def test_a_broken_profile_gives_one_message(run: Run, profile: str | bytes, status: int, said: str) -> None:
    found, err = run(profile, "cv.yaml")

    assert found == status
    assert len(messages(err)) == 1, err
    assert said in err


_ARGUMENTS: dict[str, tuple[tuple[str, ...], int, str]] = {
    "missing file": (("vc.yaml",), 3, "vc.yaml: no such file\n  hint: did you mean 'cv.yaml'?"),
    "folder": (("build",), 3, "build: a folder; expected a YAML file"),
    "variant": (
        ("cv.yaml", "--variant", "shrt"),
        3,
        "no variant 'shrt' in this profile\n  hint: did you mean 'short'?",
    ),
    "flag": (("cv.yaml", "--varient", "short"), 2, "unrecognized arguments: --varient"),
    "as-of": (("cv.yaml", "--as-of", "2024-13"), 2, "--as-of: '2024-13' is not in the calendar"),
    "format": (("cv.yaml", "--format", "odt"), 2, "--format: 'odt'; expected pdf"),
    "style": (("cv.yaml", "--style", "papr=a4"), 3, "has no option 'papr'\n  hint: did you mean 'paper'?"),
    "style value": (("cv.yaml", "--style", "paper=a5"), 2, "--style.paper: 'a5'; expected letter or a4"),
    "style without value": (("cv.yaml", "--style", "paper"), 2, "--style: 'paper'; expected"),
    "theme": (("cv.yaml", "--theme", "leterpress"), 4, "no theme 'leterpress'\n  hint: did you mean 'letterpress'?"),
    "theme option": (("cv.yaml", "--style", "acent=#123456"), 3, "has no option 'acent'"),
    "set": (("cv.yaml", "--set", "prise.title=A"), 3, "--set: 'prise.title' is not in this profile"),
    "set a wrong value": (("cv.yaml", "--set", "prize.date=1840-13"), 3, "'1840-13' is not in the calendar"),
    "set without value": (("cv.yaml", "--set", "prize.title"), 2, "--set: 'prize.title'; expected PATH=VALUE"),
    "language": (("cv.yaml", "--language", "ko"), 3, "--language: no language 'ko' in this profile"),
    "include": (("cv.yaml", "--include", "reserch"), 3, "--include: no tag 'reserch' in this profile"),
    "variant and all": (("cv.yaml", "--all", "--variant", "short"), 2, "not allowed with"),
    "onto itself": (("cv.yaml", "--output", "cv.yaml"), 2, "'cv.yaml' is a profile; it would be overwritten"),
    "onto a folder": (("cv.yaml", "--format", "html", "--output", "/proc/none/cv.html"), 7, "cannot be written"),
}


@pytest.mark.parametrize(("arguments", "status", "said"), _ARGUMENTS.values(), ids=_ARGUMENTS.keys())
def test_a_wrong_wish_gives_one_message(run: Run, arguments: tuple[str, ...], status: int, said: str) -> None:
    found, err = run(_GOOD, *arguments)

    assert found == status, err
    assert len(messages(err)) == 1, err
    assert said in err


def test_an_engine_that_fails_is_told(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(*_: object) -> None:
        raise EngineError(Problem(Mark("weasyprint"), "", "it failed"))

    monkeypatch.setattr(pipeline, "build", failing)

    assert run(_GOOD, "cv.yaml") == (5, "weasyprint: it failed\n")


def test_an_interruption_is_told(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(pipeline, "build", interrupted)

    assert run(_GOOD, "cv.yaml") == (130, "interrupted\n")


def test_the_first_failure_decides_and_all_are_told(run: Run, tmp_path: Path) -> None:
    (tmp_path / "other.yaml").write_text("person: {name: A\tB}")

    status, err = run("a: " + "[" * 100, "cv.yaml", "other.yaml")

    assert status == 6
    assert [message.partition(":")[0] for message in messages(err)] == ["cv.yaml", "other.yaml"]


@pytest.mark.parametrize(
    ("arguments", "given", "status", "said"),
    [
        (["build", "-"], b"person: {nam: Ada}", 3, "<stdin>:1:10: person.nam: no such field 'nam'"),
        (["build", os.fsdecode(b"\xff\x1b.yaml")], b"", 3, "no such file"),
        (["bild"], b"", 2, "invalid choice: 'bild'"),
    ],
)
def test_a_process_tells_what_is_wrong_without_a_traceback(
    tmp_path: Path, arguments: list[str], given: bytes, status: int, said: str
) -> None:
    command = [sys.executable, "-m", "cvbuild", *arguments]
    done = subprocess.run(command, input=given, capture_output=True, cwd=tmp_path, timeout=60, check=False)

    err = done.stderr.decode()
    assert (done.returncode, done.stdout) == (status, b"")
    assert said in err
    assert not re.search(r"Traceback|\x1b", err)
