"""Where a link may lead."""

from __future__ import annotations

import re

_SCHEMES = ("https", "http", "mailto", "tel")


class UnsafeLinkError(ValueError):
    """A link's scheme is none a CV may carry."""


def link_url(written: str) -> str:
    """Return the absolute URL that *written* means: an address may lack its `https://` or `mailto:`.

    Raises, with a message fit to show, `UnsafeLinkError` for other schemes and another `ValueError` for what
    is no address.
    """
    url = re.sub(r"[\s\"<>\\^`{|}\x00-\x20\x7f]", _percent, written.strip())
    scheme, colon, rest = url.partition(":")
    if colon and scheme.lower() in _SCHEMES and rest.strip("/"):
        return f"{scheme.lower()}:{rest}"
    if url.startswith("//"):
        url = url[2:]
    elif (
        colon
        and scheme.lower() not in _SCHEMES
        and re.fullmatch(r"[A-Za-z][\w+.-]*", scheme)
        and not ("." in scheme and rest[:1].isdigit())
    ):
        raise UnsafeLinkError(f"a link must not lead to '{written}'; write https, http, mailto or tel")
    if re.fullmatch(r"[^@/:?#]+@[\w-]+(\.[\w-]+)+", url):
        return f"mailto:{url}"
    if re.fullmatch(r"[\w-]+(\.[\w-]+)+(:\d+)?([/?#].*)?", url):
        return f"https://{url}"
    raise ValueError(f"'{written}' is no address; write https://…")


def _percent(match: re.Match[str]) -> str:
    return "".join(f"%{byte:02X}" for byte in match[0].encode("utf-8", "surrogatepass"))
