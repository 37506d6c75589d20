"""What templates of themes may do: look at what they are given, choose, repeat and join; no more."""

from __future__ import annotations

from typing import Any, NoReturn

import jinja2
from jinja2 import nodes
from jinja2.compiler import CodeGenerator
from jinja2.exceptions import SecurityError
from jinja2.sandbox import ImmutableSandboxedEnvironment

# None makes markup of text, changes what a person wrote, draws lots, or takes more than it is given.
_FILTERS = (
    "batch", "count", "d", "default", "first", "items", "join", "last", "length", "list", "map", "reject", "rejectattr",
    "select", "selectattr", "slice", "string",
)  # fmt: skip


class _Generator(CodeGenerator):
    def visit_ScopedEvalContextModifier(self, node: nodes.ScopedEvalContextModifier, frame: object) -> NoReturn:
        self.fail("a theme cannot change what is escaped", node.lineno)


class Sandbox(ImmutableSandboxedEnvironment):
    """An environment without attributes that begin with `_`, changes, powers, generators, or markup made of text."""

    code_generator_class = _Generator
    intercepted_binops = frozenset(["**"])

    def __init__(self, **options: Any) -> None:
        super().__init__(undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True, **options)
        # Generators of arbitrary text have no place in a theme.
        self.globals.clear()
        self.filters = {name: self.filters[name] for name in _FILTERS}

    def call_binop(self, context: object, operator: str, left: Any, right: Any) -> NoReturn:
        raise SecurityError(f"a theme cannot compute with '{operator}'")
