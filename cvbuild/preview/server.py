"""The way from a browser to a session: a small server for one person, that answers on the loopback interface only.

It has no files but a few of its own, and finds PDFs and pages by their digests. Every answer ends its connection.
"""

from __future__ import annotations

import json
import re
import secrets
import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.resources import files
from urllib.parse import quote

from cvbuild.errors import Mark, OutputError, Problem
from cvbuild.preview.guard import HEADERS, Guard
from cvbuild.preview.pictures import Pictures
from cvbuild.preview.session import Session, Wish

_FILES = {
    "": ("index.html", "text/html; charset=utf-8"),
    "icon.svg": ("icon.svg", "image/svg+xml"),
    "preview.css": ("preview.css", "text/css; charset=utf-8"),
    "preview.js": ("preview.js", "text/javascript; charset=utf-8"),
}
_PAGE = re.compile(r"([0-9a-f]{64})/(\d{1,3})-(\d{1,4})\.png", re.ASCII)
_PDF = re.compile(r"([0-9a-f]{64})/cv\.pdf", re.ASCII)
# A browser asks for six things at once; who keeps more connections open than that, or says nothing, is none.
_MOST_CONNECTIONS, _SILENCE_S, _BEAT_S = 32, 10.0, 10.0
_WORDS = {
    HTTPStatus.FORBIDDEN: "This address is not complete, or not for whoever asked. Open the one that `cvbuild serve` "
    "has printed, with all that follows the last but one slash.",
    HTTPStatus.NOT_FOUND: "There is nothing here.",
    HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE: "Too much was said.",
}


class Server(ThreadingHTTPServer):
    """Serves *session* on a port of 127.0.0.1, any that is free where *port* is 0."""

    daemon_threads = True
    block_on_close = False
    allow_reuse_address = True

    def __init__(self, session: Session, port: int, token: str = "") -> None:
        self.session, self.pictures = session, Pictures()
        self._slots = threading.BoundedSemaphore(_MOST_CONNECTIONS)
        try:
            super().__init__(("127.0.0.1", port), Handler)
        except OSError as error:
            message = f"port {port} cannot be had: {(error.strerror or str(error)).lower()}"
            raise OutputError(Problem(Mark("serve"), "--port", message, "leave it out for one that is free")) from None
        self.guard = Guard(self.server_address[1], token or secrets.token_urlsafe(24))

    def server_bind(self) -> None:
        """Bind, without asking the network for a name of this machine, as the library does."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind(self.server_address)
        self.server_address = self.socket.getsockname()
        self.server_name, self.server_port = "127.0.0.1", self.server_address[1]

    def process_request(self, request: object, client_address: object) -> None:
        """Answer in a thread of its own, unless there are too many."""
        if self._slots.acquire(blocking=False):
            super().process_request(request, client_address)  # type: ignore[arg-type]
        else:
            self.shutdown_request(request)  # type: ignore[arg-type]

    def process_request_thread(self, request: object, client_address: object) -> None:
        """Answer one request."""
        try:
            super().process_request_thread(request, client_address)  # type: ignore[arg-type]
        finally:
            self._slots.release()

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing: who asked has gone, and there is no other fault that ends here."""

    @contextmanager
    def running(self) -> Iterator[str]:
        """Answer while this lasts; gives the address of the page."""
        thread = threading.Thread(target=self.serve_forever, args=(0.1,), daemon=True)
        thread.start()
        try:
            yield self.guard.address
        finally:
            self.session.end()
            self.shutdown()
            self.server_close()


class Handler(BaseHTTPRequestHandler):
    """Answers one request."""

    server: Server
    protocol_version = "HTTP/1.1"
    server_version, sys_version = "cvbuild", ""
    timeout = _SILENCE_S

    def handle(self) -> None:
        """Answer, and then listen no more."""
        with suppress(OSError):
            self.handle_one_request()
            self.wfile.flush()
            self._drain()

    def _answer(self) -> None:
        headers = {name.lower(): value for name, value in self.headers.items()}
        # Of two of a name none is to be believed.
        doubled = len(headers) < len(self.headers)
        refusal = self.server.guard.refusal(self.command, self.path, headers)
        if doubled or refusal:
            self.send_error(refusal or HTTPStatus.BAD_REQUEST)
            return
        place = self.server.guard.inner(self.path) or ""
        if self.command == "POST":
            self._wish(place, int(headers["content-length"]))
        elif place == "events":
            self._events()
        else:
            self._file(place)

    do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = do_HEAD = do_OPTIONS = do_TRACE = do_CONNECT = _answer

    def _file(self, place: str) -> None:
        shown = self.server.session.shown
        if place in _FILES:
            name, kind = _FILES[place]
            self._send(files(__package__).joinpath("page", name).read_bytes(), kind)
        elif (match := _PAGE.fullmatch(place)) and match[1] == shown.digest:
            try:
                picture = self.server.pictures.png(match[1], shown.pdf, int(match[2]) - 1, int(match[3]))
            except LookupError:
                self.send_error(HTTPStatus.NOT_FOUND)
            else:
                self._send(picture, "image/png")
        elif (match := _PDF.fullmatch(place)) and match[1] == shown.digest:
            named = f"attachment; filename*=UTF-8''{quote(shown.name)}"
            self._send(shown.pdf, "application/pdf", {"Content-Disposition": named})
        else:
            self.send_error(HTTPStatus.NOT_FOUND)

    def _wish(self, place: str, length: int) -> None:
        try:
            if place != "view":
                raise LookupError(place)
            wish = Wish.of(json.loads(self.rfile.read(length)))
        except LookupError:
            self.send_error(HTTPStatus.NOT_FOUND)
        except (ValueError, RecursionError):
            self.send_error(HTTPStatus.BAD_REQUEST)
        else:
            self.server.session.ask(wish)
            self._send(b"", "", status=HTTPStatus.NO_CONTENT)

    def _events(self) -> None:
        """Say what is shown, and again whenever that changes, until nobody listens."""
        self._head(HTTPStatus.OK, {"Content-Type": "text/event-stream"})
        version, session = 0, self.server.session
        while not session.is_over:
            version, shown = session.after(version, _BEAT_S)
            said = f"data: {json.dumps(shown.said)}\n\n" if shown and shown.said else ": \n\n"
            self.wfile.write(said.encode())
            self.wfile.flush()

    def _send(
        self, data: bytes, kind: str, more: Mapping[str, str] | None = None, status: HTTPStatus = HTTPStatus.OK
    ) -> None:
        described = {"Content-Type": kind, "Content-Length": str(len(data))} if kind else {}
        self._head(status, {**described, **(more or {})})
        self.wfile.write(data)

    def _head(self, status: HTTPStatus, more: Mapping[str, str]) -> None:
        # Of what speaks an older protocol, or none, nobody knows what it makes of headers; it gets them all the same.
        self.request_version = self.protocol_version
        self.send_response(status)
        for name, value in {**HEADERS, **more, "Connection": "close"}.items():
            self.send_header(name, value)
        self.end_headers()
        self.close_connection = True

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Refuse, in words that hold nothing of what was asked."""
        status = HTTPStatus(code)
        words = _WORDS.get(status, status.phrase)
        more = {"Allow": "GET, POST"} if status == HTTPStatus.METHOD_NOT_ALLOWED else {}
        self._send(f"{status.value} {words}\n".encode(), "text/plain; charset=utf-8", more, status)

    def _drain(self) -> None:
        """Let who still speaks hear the answer: closed at once, the connection would take it back."""
        self.connection.shutdown(socket.SHUT_WR)
        self.connection.settimeout(0.2)
        for _ in range(64):
            if not self.connection.recv(65536):
                return

    def log_message(self, format: str, *arguments: object) -> None:
        """Print nothing."""
