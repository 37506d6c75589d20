"""Who may ask the preview for what: this machine's browser, on our own page, with the token of this run.

Any site that a person has open can send requests to this machine. What it cannot do is guess the token, which is the
first part of every path; and a browser says where a request comes from. Each of these is enough, and all are asked for.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from http import HTTPStatus
from types import MappingProxyType

from msgspec import Struct

MAX_BODY = 64 * 1024
# Nothing is loaded, framed, sent or submitted but from and to our own page.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'"
)
HEADERS: Mapping[str, str] = MappingProxyType({
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cache-Control": "no-store",
})  # fmt: skip


class Guard(Struct, frozen=True):
    """Knows the port and the token of this run."""

    port: int
    token: str

    @property
    def address(self) -> str:
        """Return the address of the page."""
        return f"http://127.0.0.1:{self.port}/{self.token}/"

    def refusal(self, method: str, path: str, headers: Mapping[str, str]) -> HTTPStatus | None:
        """Return why a request is refused, if it is. *headers* have names in lower case."""
        hosts = {f"{name}:{self.port}" for name in ("127.0.0.1", "localhost", "[::1]")}
        host = headers.get("host", "")
        if host not in hosts:
            return HTTPStatus.FORBIDDEN
        if (origin := headers.get("origin")) is not None and origin != f"http://{host}":
            return HTTPStatus.FORBIDDEN
        if not self._is_ours(method, path, headers):
            return HTTPStatus.FORBIDDEN
        if method not in ("GET", "POST"):
            return HTTPStatus.METHOD_NOT_ALLOWED
        if self.inner(path) is None:
            return HTTPStatus.FORBIDDEN if path.partition("?")[0] == "/" else HTTPStatus.NOT_FOUND
        return _refused_body(headers) if method == "POST" else None

    def inner(self, path: str) -> str | None:
        """Return *path* below the token; nothing where it is not there."""
        first, slash, rest = path.partition("?")[0].removeprefix("/").partition("/")
        known = hmac.compare_digest(first.encode("utf-8", "replace"), self.token.encode())
        return rest if path.startswith("/") and slash and known else None

    def _is_ours(self, method: str, path: str, headers: Mapping[str, str]) -> bool:
        """Tell whether the browser says that our page asks, or the person; a link elsewhere may lead to the page."""
        site = headers.get("sec-fetch-site", "none")
        leads = method == "GET" and self.inner(path) == "" and headers.get("sec-fetch-mode") == "navigate"
        return site in ("same-origin", "none") or (leads and headers.get("sec-fetch-dest") == "document")


def _refused_body(headers: Mapping[str, str]) -> HTTPStatus | None:
    """Refuse what a form elsewhere could send, and what is too long."""
    if headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        return HTTPStatus.UNSUPPORTED_MEDIA_TYPE
    length = headers.get("content-length", "")
    if not (length.isascii() and length.isdigit()) or "transfer-encoding" in headers:
        return HTTPStatus.LENGTH_REQUIRED
    return HTTPStatus.REQUEST_ENTITY_TOO_LARGE if len(length) > 9 or int(length) > MAX_BODY else None
