"""The field of an address."""

from __future__ import annotations

import re

from cvbuild import addresses
from cvbuild.schema.fields import Reading, Refusal
from cvbuild.schema.scalars import Pattern, Word, warn_if_mixed
from cvbuild.source import Scalar, forbidden


class Url(Word):
    """An address: https, http, mailto or tel; without a scheme it is taken as https."""

    expected = addresses.EXAMPLE

    def value(self, node: Scalar, where: str, reading: Reading) -> str:
        text = super().value(node, where, reading)
        warn_if_mixed(text, node, where, reading)
        return addresses.address(text)


class Identifier(Pattern):
    """An identifier of a given form, or an address."""

    def __init__(self, pattern: str, expected: str) -> None:
        super().__init__(pattern + r"|https?://\S+", f"{expected}, or an address")

    def value(self, node: Scalar, where: str, reading: Reading) -> str:
        text = super().value(node, where, reading)
        if char := forbidden(text):
            raise Refusal(f"U+{ord(char):04X}, a control character; expected {self.expected}")
        return addresses.address(text) if re.match("https?:", text) else text
