"""YAML text as nodes with positions, and back. The only package that knows PyYAML.

Scalars stay text: what a scalar means is for a schema to decide. Nothing that YAML can do beyond mappings, lists
and text (anchors, tags, merge keys, several documents) gets through, and every budget is checked on the stream of
events, before a tree exists.
"""

from cvbuild.source.characters import MAX_BYTES, clean, decode, forbidden, invisible
from cvbuild.source.nodes import Mapping, Node, Scalar, Sequence, describe, scalars
from cvbuild.source.parser import MAX_CHARACTERS, MAX_DEPTH, MAX_NODES, dump, parse, survey

__all__ = [
    "MAX_BYTES",
    "MAX_CHARACTERS",
    "MAX_DEPTH",
    "MAX_NODES",
    "Mapping",
    "Node",
    "Scalar",
    "Sequence",
    "clean",
    "decode",
    "describe",
    "dump",
    "forbidden",
    "invisible",
    "parse",
    "scalars",
    "survey",
]
