"""The preview: who is answered and who is not, what a page is told, and what its wishes come to."""

from __future__ import annotations

import http.client
import io
import json
import math
import re
import resource
import socket
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import yaml
from PIL import Image

from cvbuild import cli
from cvbuild.cli import serve
from cvbuild.cli.parser import parser
from cvbuild.errors import EngineError, Mark
from cvbuild.preview import pictures, server, told
from cvbuild.preview.server import Server
from cvbuild.preview.session import Session, Shown, Wish

CASES = yaml.safe_load((Path(__file__).parent / "cases" / "hostile" / "preview.yaml").read_text("utf-8"))
DIGEST = "a" * 64
# One empty page, and no table of what is where in the file, which readers can do without.
PDF = b"""%PDF-1.4
1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj
2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 400]/Resources<<>>>>endobj
trailer<</Root 1 0 R/Size 4>>
%%EOF
"""


@pytest.fixture(scope="module")
def running() -> Iterator[Server]:
    session = Session(Wish("short"))
    session.show(Shown({"state": "current"}, DIGEST, PDF, "ché ré.pdf"))
    made = Server(session, 0)
    with made.running():
        yield made


Answer = tuple[int, dict[str, str], bytes]


def answer(to: Server, data: bytes) -> Answer:
    """Return what is answered to *data*, all of which is said first: status, headers and the rest."""
    with socket.create_connection(("127.0.0.1", to.server_port), timeout=20) as connection:
        with suppress(ConnectionError):
            connection.sendall(data)
        response = http.client.HTTPResponse(connection)
        response.begin()
        return response.status, {name.lower(): value for name, value in response.getheaders()}, response.read()


def ask(to: Server, place: str) -> Answer:
    """Return what is answered to our own page."""
    host = f"Host: 127.0.0.1:{to.server_port}"
    lines = [f"GET /{to.guard.token}/{place} HTTP/1.1", host, "Sec-Fetch-Site: same-origin"]
    return answer(to, "\r\n".join([*lines, "", ""]).encode())


def repeated(case: dict[str, Any], key: str) -> str:
    before, unit, times, after = case.get(key, ["", "", 0, ""])
    return f"{before}{unit * times}{after}"


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_what_others_ask_is_refused(running: Server, case: dict[str, Any]) -> None:
    body = case.get("body", repeated(case, "repeat_body"))
    lines = [*case.get("send", []), *filter(None, [repeated(case, "repeat").removesuffix("\r\n")])]
    lines += [f"Content-Length: {len(body)}"] if body else []
    named = {"@HOST@": "Host: 127.0.0.1:@PORT@", "@TOKEN@": running.guard.token, "@PORT@": str(running.server_port),
             "@ZEROS@": "0" * 64, "@DIGEST@": DIGEST}  # fmt: skip
    text = "\r\n".join([*lines, "", body])
    for name, value in named.items():
        text = text.replace(name, value)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    status, headers, said = answer(running, text.encode("latin-1"))

    assert status == case["status"]
    assert "access-control-allow-origin" not in headers
    assert headers["content-security-policy"].startswith("default-src 'none'")
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert "Python" not in headers.get("server", "")
    assert running.guard.token.encode() not in said
    assert b"<script" not in said or status == 200
    assert running.session.wish == (0, Wish("short"))
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 50 * 1024


@pytest.mark.parametrize("place", ["", "preview.css", "preview.js", "icon.svg"])
def test_the_page_has_all_that_it_names(running: Server, place: str) -> None:
    status, headers, said = ask(running, place)

    assert status == 200
    assert headers["content-type"].partition(";")[0] in ("text/html", "text/css", "text/javascript", "image/svg+xml")
    # Nothing in the page would need another policy, or another place.
    assert not re.search(rb"""\son\w+=|\sstyle=|https?://(?!www\.w3\.org/2000/svg)|innerHTML|eval\(""", said)
    names = re.findall(rb"""(?:href|src)="([\w.]+)\"""", said)
    assert {name.decode() for name in names} <= {*server._FILES}


def test_a_page_is_drawn_as_wide_as_it_is_asked_for(running: Server) -> None:
    for width in (600, 601, 600):
        status, headers, said = ask(running, f"{DIGEST}/1-{width}.png")
        assert (status, headers["content-type"]) == (200, "image/png")
        assert Image.open(io.BytesIO(said)).size == (width, math.ceil(width * 4 / 3))
    assert len(running.pictures.kept) == 2


def test_a_pdf_is_downloaded_under_its_name(running: Server) -> None:
    status, headers, said = ask(running, f"{DIGEST}/cv.pdf")

    assert (status, said) == (200, PDF)
    assert headers["content-disposition"] == "attachment; filename*=UTF-8''ch%C3%A9%20r%C3%A9.pdf"


def test_only_the_loopback_interface_answers(running: Server) -> None:
    assert running.server_address[0] == "127.0.0.1"
    assert len(running.guard.token) >= 32
    with Server(Session(Wish()), 0) as another:
        assert another.guard.token != running.guard.token


def test_every_change_is_said_to_whoever_listens() -> None:
    session = Session(Wish())
    made = Server(session, 0)
    with made.running():
        session.show(Shown({"state": "building"}))
        connection = http.client.HTTPConnection("127.0.0.1", made.server_port, timeout=20)
        connection.request("GET", f"/{made.guard.token}/events")
        response = connection.getresponse()
        assert response.readline() == b'data: {"state": "building"}\n'
        session.show(Shown({"state": "</script>\n\ndata: x"}))
        assert response.readline() == b"\n"
        assert json.loads(response.readline().removeprefix(b"data: ")) == {"state": "</script>\n\ndata: x"}
    assert response.read().strip(b":\n ") == b""


def test_who_keeps_too_many_connections_gets_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "_MOST_CONNECTIONS", 2)
    monkeypatch.setattr(server.Handler, "timeout", 0.3)
    made = Server(Session(Wish()), 0)
    with made.running():
        silent = [socket.create_connection(("127.0.0.1", made.server_port)) for _ in range(2)]
        with pytest.raises((http.client.RemoteDisconnected, ConnectionError)):
            ask(made, "")
        # Those who say nothing are left after a while.
        assert [connection.recv(1) for connection in silent] == [b"", b""]
        for connection in silent:
            connection.close()


def test_a_port_that_is_taken_is_said_to_be(
    running: Server, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "cv.yaml").write_text("person: {name: Ada}\n")
    status = cli.main(["serve", str(tmp_path / "cv.yaml"), "--port", str(running.server_port), "--theme", "classic"])

    assert status == cli.OUTPUT
    assert "address already in use" in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [["-"], ["--port", "0"], ["--port", "65536"], ["--as-of", "soon"]])
def test_what_cannot_be_served_is_refused(arguments: list[str]) -> None:
    with suppress(SystemExit):
        assert cli.main(["serve", "--theme", "classic", *arguments]) == cli.USAGE


def test_what_draws_pages_is_asked_for_where_it_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "pypdfium2", None)
    with pytest.raises(EngineError, match=r"pip install 'cvbuild\[serve\]'"):
        pictures.load()


@pytest.mark.parametrize(
    ("line", "shown"),
    [(0, []), (1, [1, 2, 3]), (2, [1, 2, 3, 4]), (5, [3, 4, 5]), (9, [])],
)  # fmt: skip
def test_a_problem_has_the_lines_about_it(tmp_path: Path, line: int, shown: list[int]) -> None:
    (tmp_path / "cv.yaml").write_bytes("one\ntwo\x1b[31m\nthré\n\xff\nfive".encode("latin-1") + b"e" * 1000)
    found = told.excerpt(Mark(str(tmp_path / "cv.yaml"), line))

    assert [number for number, _ in found] == shown
    assert all(len(text) <= 300 and "\x1b" not in text for _, text in found)
    assert told.excerpt(Mark(str(tmp_path / "none"), 1)) == []


# --- What wishes come to.

PROFILE = """\
person: {name: Ada}
statement: Whole
skills: [{name: Logic}]
translations: [en, de]
variants: {short: {omit: skills, pages: 1}, other: {style: {theme: brief}}}
"""


@pytest.fixture
def previewer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> serve.Previewer:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    Path("cv.yaml").write_text(PROFILE)
    arguments = ["serve", "--variant", "short", "--style", "size=10pt", "--private", "--as-of", "2024-12"]
    return serve.Previewer(parser().parse_args(arguments))


def rounded(previewer: serve.Previewer) -> dict[str, Any]:
    previewer.tell(previewer.build())
    previewer.check()
    return dict(previewer.session.shown.said)


@pytest.mark.pdf
def test_a_view_is_shown_with_all_that_is_to_be_said(previewer: serve.Previewer) -> None:
    first = previewer.session.shown.said
    said = rounded(previewer)
    shown = previewer.session.shown
    json.dumps(said)

    assert (first["state"], first["document"]) == ("building", None)
    assert (said["state"], said["problems"], said["fit"]) == ("current", [], ["1 page of 1, the last filled to 8%"])
    assert shown.pdf.startswith(b"%PDF")
    assert said["document"]["digest"] == shown.digest
    assert (said["document"]["as_of"], shown.name) == ("2024-12-31", "cv-short.pdf")
    assert "Whole" in said["texts"][0]
    assert {"letterpress", "brief@latex", "classic"} <= {name for name, _ in said["choices"]["themes"]}
    assert (said["choices"]["variants"], said["choices"]["languages"]) == (["short", "other"], ["en", "de"])
    assert next(o for o in said["choices"]["options"] if o["name"] == "size")["value"] == "10pt"
    assert said["command"] == "cvbuild build cv.yaml --variant short --as-of 2024-12 --style size=10pt --private"
    assert all(finding["rule"] for finding in said["findings"])


@pytest.mark.pdf
def test_wishes_and_errors_come_and_go(previewer: serve.Previewer) -> None:
    before = previewer.look()
    good = rounded(previewer)
    previewer.session.ask(Wish("other", "letterpress", "2025-01-02", "de", {"size": "11pt"}))
    assert previewer.look() != before
    other = rounded(previewer)
    previewer.session.ask(Wish("none"))
    unknown = rounded(previewer)
    previewer.session.ask(Wish("short"))
    Path("cv.yaml").write_text(PROFILE + "skils: []\n")
    wrong = rounded(previewer)
    Path("cv.yaml").write_text(PROFILE)
    mended = rounded(previewer)

    assert other["document"]["theme"] == "letterpress"
    assert (other["document"]["as_of"], other["document"]["language"]) == ("2025-01-02", "de")
    assert "--variant other --theme letterpress --as-of 2025-01-02 --language de" in other["command"]
    assert other["command"].endswith("--style size=10pt --style size=11pt --private")
    assert (unknown["state"], unknown["document"]) == ("failed", other["document"])
    assert "none" in unknown["problems"][0]["message"]
    assert wrong["problems"][0]["excerpt"][-1] == (6, "skils: []")
    assert (wrong["problems"][0]["line"], wrong["choices"]) == (6, other["choices"])
    assert (mended["state"], mended["problems"]) == ("current", [])
    assert mended["document"]["pages"] == good["document"]["pages"]


@pytest.mark.parametrize("error", [RuntimeError("a bug"), OSError(28, "No space left on device", "cv.yaml")])
def test_nothing_ends_it(previewer: serve.Previewer, monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr(serve, "load", fail)
    said = rounded(previewer)

    assert said["state"] == "failed"
    assert re.search("a bug|no space left", said["problems"][0]["message"])


@pytest.mark.pdf
def test_it_begins_and_ends(
    previewer: serve.Previewer, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    over, opened = threading.Event(), []
    monkeypatch.setattr("webbrowser.open", lambda address: (opened.append(address), over.set()))
    options = parser().parse_args(["serve", "--open"])
    assert serve.serve(options, over) == cli.OK

    assert opened[0] in capsys.readouterr().out
    assert re.fullmatch(r"http://127\.0\.0\.1:\d+/[\w-]{32}/", opened[0])
