"""Fields: what a value may be, how it is read from a node, and how JSON Schema says so.

A field never coerces in silence and never stops at the first fault: it reports each on the `Reading`, with its
place, and returns what could be read. What a value means is decided here, never by YAML.
"""

from cvbuild.schema.addresses import Identifier, Url
from cvbuild.schema.composite import ListOf, RecordOf, Varied, is_dated, is_translated
from cvbuild.schema.days import Date, EndDate, LooseDate
from cvbuild.schema.fields import Anything, Custom, Field, Keys, Raw, Reading, Refusal, join, json_of, read, shared
from cvbuild.schema.scalars import Bool, Choice, Number, Pattern, ScalarField, Share, Text, Word, warn_if_mixed
from cvbuild.schema.values import Dated, Record, Translated, Value

__all__ = [
    "Anything",
    "Bool",
    "Choice",
    "Custom",
    "Date",
    "Dated",
    "EndDate",
    "Field",
    "Identifier",
    "Keys",
    "ListOf",
    "LooseDate",
    "Number",
    "Pattern",
    "Raw",
    "Reading",
    "Record",
    "RecordOf",
    "Refusal",
    "ScalarField",
    "Share",
    "Text",
    "Translated",
    "Url",
    "Value",
    "Varied",
    "Word",
    "is_dated",
    "is_translated",
    "join",
    "json_of",
    "read",
    "shared",
    "warn_if_mixed",
]
