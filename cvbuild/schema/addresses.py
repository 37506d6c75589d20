"""Addresses: absolute, and of the few schemes that a CV may carry."""

from __future__ import annotations

import re

from cvbuild.errors import listed, quoted
from cvbuild.schema.fields import Reading
from cvbuild.schema.scalars import Word
from cvbuild.source import Scalar

ADDRESS = "an address such as https://example.org/page"
SCHEMES = ("https", "http", "mailto", "tel")
_HOST = re.compile(r"(?:[\w-]+\.)+[^\W\d_]{2,}(?::\d+)?(?:[/?#]\S*)?")


class Url(Word):
    """An address: https, http, mailto or tel; without a scheme it is taken as https."""

    expected = ADDRESS

    def value(self, node: Scalar, where: str, reading: Reading) -> str:
        return address(super().value(node, where, reading))


def address(text: str) -> str:
    """Return *text* as an absolute address. Raises `ValueError` where it is none, or of a scheme refused."""
    scheme, colon, rest = text.partition(":")
    known = scheme.lower() in SCHEMES
    # `example.org:8080` has a port, not a scheme.
    if colon and re.fullmatch(r"[A-Za-z][A-Za-z0-9+.-]*", scheme) and (known or not re.match(r"\d+(/|$)", rest)):
        if not known:
            raise ValueError(f"{quoted(text)} has the scheme '{scheme}'; expected {listed(SCHEMES)}")
        if re.search(r"\s", text) or not rest.strip("/"):
            raise ValueError(f"{quoted(text)}; expected {ADDRESS}")
        return text
    if not _HOST.fullmatch(text):
        raise ValueError(f"{quoted(text)}; expected {ADDRESS}")
    return f"https://{text}"
