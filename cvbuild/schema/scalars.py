"""Fields of one scalar: words, prose, choices, numbers."""

from __future__ import annotations

import re
from abc import abstractmethod

from cvbuild import addresses, markup
from cvbuild.errors import listed, nearest
from cvbuild.schema.fields import Field, Reading, Refusal
from cvbuild.schema.values import Value
from cvbuild.source import Node, Scalar, clean, describe, forbidden, invisible


class ScalarField(Field):
    """A field whose value is one scalar."""

    json: dict[str, object] = {"type": "string"}  # noqa: RUF012 (read, never written)

    def read(self, node: Node, where: str, reading: Reading) -> Value | None:
        if not isinstance(node, Scalar):
            self.refuse(node, where, reading)
            return None
        try:
            return self.value(node, where, reading)
        except ValueError as error:
            reading.fail(node.mark, where, str(error), error.hint if isinstance(error, Refusal) else "")
            return None

    @abstractmethod
    def value(self, node: Scalar, where: str, reading: Reading) -> Value:
        """Return the value, or raise `ValueError` with a message fit to show."""

    def schema(self) -> dict[str, object]:
        return dict(self.json)

    def refusal(self, node: Scalar, hint: str = "") -> Refusal:
        return Refusal(f"{describe(node)}; expected {self.expected}", hint)


class Word(ScalarField):
    """Text that is matched, not printed as prose: NFC, on one line."""

    expected = "text"
    # Editors tell YAML's numbers, booleans and nulls from text, and would mark `gpa: 4.3` as wrong.
    json = {"type": ["string", "number", "boolean", "null"]}  # noqa: RUF012

    def value(self, node: Scalar, where: str, reading: Reading) -> str:
        if char := forbidden(node.text):
            raise Refusal(f"U+{ord(char):04X}, a control character; expected {self.expected}")
        for char in invisible(node.text):
            reading.warn(node.mark, where, f"invisible character U+{ord(char):04X}; it is left out")
        text = clean(node.text).strip()
        if not text:
            raise Refusal(f"empty text; expected {self.expected}", "or leave the field out")
        return text


class Text(Word):
    """Prose in the Markdown subset; paragraphs may be parted by blank lines."""

    def value(self, node: Scalar, where: str, reading: Reading) -> str:
        text = super().value(node, where, reading)
        for fault in markup.check(text):
            report = reading.fail if fault.fatal else reading.warn
            report(node.mark, where, fault.message)
        for word in addresses.within(text):
            warn_if_mixed(word, node, where, reading)
        return text


def warn_if_mixed(text: str, node: Scalar, where: str, reading: Reading) -> None:
    """Warn of an address with letters that only look like those of the alphabet around them."""
    if word := addresses.mixed(text):
        reading.warn(node.mark, where, f"'{word}' mixes letters of two alphabets that look alike; was it copied?")


class Pattern(Word):
    """A word of a given form."""

    def __init__(self, pattern: str, expected: str) -> None:
        self.pattern, self.expected = re.compile(pattern), expected

    def value(self, node: Scalar, where: str, reading: Reading) -> str:
        if not self.pattern.fullmatch(node.text):
            raise self.refusal(node)
        return node.text

    def schema(self) -> dict[str, object]:
        # In JavaScript's expressions `\w` is ASCII only; a Korean tag is right all the same.
        exact = {} if "\\w" in self.pattern.pattern else {"pattern": f"^(?:{self.pattern.pattern})$"}
        return {"type": ["string", "number", "null"], **exact}


class Choice(ScalarField):
    """One of a few words."""

    def __init__(self, *words: str) -> None:
        self.words = words
        self.expected = listed(words)

    def value(self, node: Scalar, where: str, reading: Reading) -> str:
        if node.text not in self.words:
            raise self.refusal(node, nearest(node.text, self.words))
        return node.text

    def schema(self) -> dict[str, object]:
        return {"enum": [*self.words, None]}


class Bool(ScalarField):
    expected = "true or false"
    json = {"enum": ["true", "false", True, False, None]}  # noqa: RUF012

    def value(self, node: Scalar, where: str, reading: Reading) -> bool:
        if node.text not in ("true", "false"):
            meant = {"yes": "true", "on": "true", "true": "true", "no": "false", "off": "false", "false": "false"}
            hint = meant.get(node.text.lower(), "")
            raise self.refusal(node, f"write {hint}" if hint else "")
        return node.text == "true"


class Number(ScalarField):
    """A whole number between two bounds, both included."""

    def __init__(self, low: int, high: int) -> None:
        self.low, self.high = low, high
        self.expected = f"a whole number from {low} to {high}"

    def value(self, node: Scalar, where: str, reading: Reading) -> int:
        if not re.fullmatch(r"\d{1,9}", node.text, re.ASCII) or not self.low <= int(node.text) <= self.high:
            raise self.refusal(node)
        return int(node.text)

    def schema(self) -> dict[str, object]:
        return {"type": ["integer", "string", "null"], "minimum": self.low, "maximum": self.high, "pattern": r"^\d+$"}


class Share(ScalarField):
    """A part of one, such as 0.8, kept as written."""

    expected = "a number from 0 to 1"
    json = {"type": ["number", "string", "null"]}  # noqa: RUF012

    def value(self, node: Scalar, where: str, reading: Reading) -> str:
        if not re.fullmatch(r"0(\.\d+)?|1(\.0+)?|\.\d+", node.text, re.ASCII):
            raise self.refusal(node)
        return node.text
