"""The profile format as JSON Schema, for completion and checks in editors."""

from __future__ import annotations

from collections.abc import Mapping

from cvbuild.profile.types import ENTRY_TYPES, TYPE_OF
from cvbuild.profile.variants import VARIANT, VIEW
from cvbuild.schema import Field

DRAFT = "https://json-schema.org/draft/2020-12/schema"


def schema(parts: Mapping[str, Field], venue: Field) -> dict[str, object]:
    """Return the schema of a whole profile; *parts* are the fields outside collections and views.

    It is as strict as JSON Schema can be without knowing the profile: dated and translated values are any mapping.
    """
    definitions = {name: entry.schema() for name, entry in ENTRY_TYPES.items()}
    collections = {name: _collection(kind) for name, kind in TYPE_OF.items()}
    own = {
        "type": "object",
        "required": ["type"],
        "properties": {"type": {"enum": list(ENTRY_TYPES)}, "title": True, "entries": True, "text": True,
                       "date": True, "items": True},
        "additionalProperties": False,
    }  # fmt: skip
    return {
        "$schema": DRAFT,
        "title": "cvbuild profile",
        "type": "object",
        "required": ["person"],
        "properties": {
            **{name: field.schema() for name, field in parts.items()},
            "venues": {"type": "object", "additionalProperties": venue.schema()},
            **collections,
            "view": VIEW.schema(),
            "variants": {"type": "object", "additionalProperties": VARIANT.schema()},
        },
        "additionalProperties": own,
        "$defs": definitions,
    }


def _collection(kind: str) -> dict[str, object]:
    entries: dict[str, object] = {"type": "array", "items": {"$ref": f"#/$defs/{kind}"}}
    titled = {"type": "object", "properties": {"type": True, "title": True, "entries": entries, "text": True,
                                               "date": True, "items": entries}}  # fmt: skip
    forms: list[object] = [entries, titled]
    if kind in ("text", "interests"):
        forms += [{"type": "string"}, {"type": "object"}]
    return {"anyOf": forms}
