"""The profile format as JSON Schema, for completion and checks in editors."""

from __future__ import annotations

from collections.abc import Mapping

from cvbuild.profile.collections import METRICS, TITLED
from cvbuild.profile.contacts import ANY_CONTACT, CONTACT, WORD
from cvbuild.profile.types import ANY_LINK, ENTRY_TYPES, HIGHLIGHT, KEPT, PERIOD, TEXT, TEXTS, TYPE_OF, URL
from cvbuild.profile.variants import NAME, OPTIONS, STYLE, VARIANT, VIEW
from cvbuild.schema import Field, json_of

DRAFT = "https://json-schema.org/draft/2020-12/schema"
SHARED = (TEXT, TEXTS, URL, *PERIOD.values(), HIGHLIGHT, ANY_LINK, ANY_CONTACT, CONTACT, WORD, OPTIONS, STYLE,
          *KEPT.values())  # fmt: skip


def schema(parts: Mapping[str, Field], venue: Field) -> dict[str, object]:
    """Return the schema of a whole profile; *parts* are the fields outside collections and views.

    It is as strict as JSON Schema can be without knowing the profile: any language, tag, id or path will do.
    """
    variants = {"type": ["object", "null"], "additionalProperties": {"anyOf": [json_of(VARIANT), {"type": "null"}]},
                "propertyNames": json_of(NAME)}  # fmt: skip
    return {
        "$schema": DRAFT,
        "title": "cvbuild profile",
        "type": "object",
        "required": ["person"],
        "properties": {
            **{name: json_of(field) for name, field in parts.items()},
            "venues": {"type": ["object", "null"], "additionalProperties": json_of(venue)},
            **{name: _collection(kind) for name, kind in TYPE_OF.items()},
            "view": {"anyOf": [json_of(VIEW), {"type": "null"}]},
            "variants": variants,
        },
        "additionalProperties": {"anyOf": [_titled(kind, said=True) for kind in ENTRY_TYPES]},
        "$defs": {
            **{field.name: field.schema() for field in SHARED},
            **{f"{name}_entry": entry.schema() for name, entry in ENTRY_TYPES.items()},
        },
    }


def _entries(kind: str) -> dict[str, object]:
    return {"type": "array", "items": {"$ref": f"#/$defs/{kind}_entry"}}


def _collection(kind: str) -> dict[str, object]:
    """Return the schema of what stands under a name whose type is known to be *kind*."""
    forms: list[object] = [_entries(kind), _titled(kind, said=False), {"type": "null"}]
    if kind in ("text", "interests"):
        forms.append(json_of(TEXT if kind == "text" else TEXTS))
    return {"anyOf": forms}


def _titled(kind: str, *, said: bool) -> dict[str, object]:
    if kind == "metrics":
        record = METRICS.schema()
    else:
        held: dict[str, object] = {"anyOf": [_entries(kind), json_of(TEXT)]} if kind == "text" else _entries(kind)
        fields: dict[str, object] = {name: json_of(field) for name, field in TITLED.fields.items()}
        fields |= {"entries": held, "text": held if kind == "text" else False}
        record = {"type": "object", "properties": fields, "additionalProperties": False,
                  "required": [] if kind == "text" else ["entries"]}  # fmt: skip
    properties = record["properties"]
    assert isinstance(properties, dict)
    required = record.get("required")
    assert isinstance(required, list)
    return {**record, "properties": {**properties, "type": {"const": kind}},
            "required": [*required, "type"] if said else required}  # fmt: skip
