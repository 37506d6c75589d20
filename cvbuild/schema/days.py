"""Fields that hold days."""

from __future__ import annotations

import re

from cvbuild import dates
from cvbuild.dates import PartialDate
from cvbuild.errors import quoted
from cvbuild.schema.fields import Reading, Refusal
from cvbuild.schema.scalars import ScalarField, Word
from cvbuild.schema.values import Value
from cvbuild.source import Scalar

_FORM = "a date: YYYY, YYYY-MM or YYYY-MM-DD"


def _hint(text: str) -> str:
    period = re.fullmatch(r"(\d{4}(?:-\d\d)?)\s*[-–—]+\s*(\d{4}(?:-\d\d)?)", text)
    if period:
        return f"write 'start: {period[1]}' and 'end: {period[2]}'"
    meant = dates.meant(text)
    return f"did you mean {meant}?" if meant else ""


class Date(ScalarField):
    """A calendar date, nothing looser."""

    expected = _FORM
    json = {"type": ["string", "integer", "null"], "pattern": r"^\d{4}(-\d{2}(-\d{2})?)?$"}  # noqa: RUF012

    def value(self, node: Scalar, where: str, reading: Reading) -> PartialDate:
        try:
            return PartialDate.parse(node.text)
        except ValueError as error:
            raise Refusal(str(error), _hint(node.text)) from None


class LooseDate(ScalarField):
    """A date, an academic term, or, with a warning, words that stand for one."""

    expected = _FORM
    json = {"type": ["string", "integer", "null"]}  # noqa: RUF012

    def value(self, node: Scalar, where: str, reading: Reading) -> Value:
        text = Word().value(node, where, reading)
        try:
            found = dates.parse(text)
        except ValueError as error:
            raise Refusal(str(error), _hint(text)) from None
        if isinstance(found, str):
            message = f"{quoted(text)} is not a date; it is printed as it stands, and no day is known from it"
            reading.warn(node.mark, where, message, _hint(text) or "write YYYY, YYYY-MM or YYYY-MM-DD")
        return found


class EndDate(LooseDate):
    """The end of a period; `present` says that there is none yet."""

    def value(self, node: Scalar, where: str, reading: Reading) -> Value:
        if node.text == "present":
            return "present"
        if node.text.lower() in ("present", "now", "today", "current", "ongoing"):
            raise Refusal(f"'{node.text}'; expected {self.expected}, or present", "write present, or leave 'end' out")
        return super().value(node, where, reading)
