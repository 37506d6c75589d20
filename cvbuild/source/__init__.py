"""YAML and JSON text as nodes with positions, and back. The only package that knows PyYAML.

Scalars stay text: what a scalar means is for a schema to decide. Nothing that YAML can do beyond mappings, lists
and text (anchors, tags, merge keys, several documents) gets through, and every budget is checked on the stream of
events, before a tree exists.
"""

from cvbuild.source.characters import MAX_BYTES, clean, decode, forbidden, invisible
from cvbuild.source.held import Plain, held, loose, same, text_node
from cvbuild.source.json_nodes import is_literal, is_plain, json_text, parse_json
from cvbuild.source.nodes import Mapping, Node, Scalar, Sequence, describe, scalars
from cvbuild.source.parser import (
    MAX_CHARACTERS,
    MAX_DEPTH,
    MAX_NODES,
    Exact,
    dump,
    dump_flow,
    dump_prose,
    parse,
    survey,
)
from cvbuild.source.spans import Span, spans, spliced, with_fields, with_items

__all__ = [
    "MAX_BYTES",
    "MAX_CHARACTERS",
    "MAX_DEPTH",
    "MAX_NODES",
    "Exact",
    "Mapping",
    "Node",
    "Plain",
    "Scalar",
    "Sequence",
    "Span",
    "clean",
    "decode",
    "describe",
    "dump",
    "dump_flow",
    "dump_prose",
    "forbidden",
    "held",
    "invisible",
    "is_literal",
    "is_plain",
    "json_text",
    "loose",
    "parse",
    "parse_json",
    "same",
    "scalars",
    "spans",
    "spliced",
    "survey",
    "text_node",
    "with_fields",
    "with_items",
]
