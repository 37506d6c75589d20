"""Where a link may lead."""

from __future__ import annotations

import re

from cvbuild.addresses import UnsafeLinkError, address

__all__ = ["UnsafeLinkError", "link_url"]


def link_url(written: str) -> str:
    """Return the absolute address that *written* means: it may lack its `https://` or `mailto:`.

    Raises as `addresses.address` does.
    """
    text = written.strip().removeprefix("//")
    if re.fullmatch(r"[^@/:?#\s]+@[\w-]+(\.[\w-]+)+", text):
        text = f"mailto:{text}"
    return address(text)
