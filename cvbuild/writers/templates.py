"""Templates of themes: found among a theme's folders, run in a sandbox, and told by file and line where they fail."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import jinja2
from jinja2.runtime import Context
from msgspec.structs import replace

from cvbuild.document import Node
from cvbuild.errors import Mark, Problem, ThemeError
from cvbuild.theme import Theme
from cvbuild.writers.compiled import Compiled
from cvbuild.writers.sandbox import Sandbox

# What a template can raise: its own faults, and what its expressions and the names that it gets make of bad values.
_FAILURES = (
    jinja2.TemplateError,
    ArithmeticError,
    LookupError,
    MemoryError,
    OSError,
    RecursionError,
    SyntaxError,
    TypeError,
    ValueError,
)

_OPEN = jinja2.Environment


class Environment(Sandbox):
    """The sandbox over the files of *theme*; nothing leads out of its folders. In *cache* they are kept compiled.

    Templates that come with cvbuild look and call as they are written to, unwatched: that is a tenth of a document.
    """

    def __init__(self, theme: Theme, cache: Path | None = None, **options: Any) -> None:
        kept = Compiled(cache) if cache else None
        super().__init__(loader=jinja2.FunctionLoader(self.source), bytecode_cache=kept, **options)
        self.theme = theme
        self.watches = not theme.is_builtin
        self.blocks: dict[tuple[str, str], str] = {}

    def getattr(self, obj: Any, attribute: str) -> Any:
        """Return the attribute or item of *obj* that a template names; see `Sandbox`."""
        return super().getattr(obj, attribute) if self.watches else _OPEN.getattr(self, obj, attribute)

    def call(self, context: Context, obj: Any, /, *arguments: Any, **named: Any) -> Any:
        """Return what a template's call of *obj* comes to; see `Sandbox`."""
        call = partial(super().call, context) if self.watches else context.call
        return call(obj, *arguments, **named)

    def source(self, name: str) -> tuple[str, str, None] | None:
        """Return the text and the path of the template *name*, the theme's own or the nearest ancestor's."""
        for folder in self.theme.folders:
            path = folder / name
            # A link could lead out of the theme.
            if path.is_file() and path.resolve().is_relative_to(folder.resolve()):
                return path.read_text("utf-8"), str(path), None
        return None

    def block(self, node: Node, suffix: str) -> str:
        """Return the template that sets *node*: that of its type and kind, or that of its type."""
        name, kind = type(node).__name__.lower(), getattr(node, "kind", "")
        if (name, kind) not in self.blocks:
            names = [f"blocks/{name}.{kind}.{suffix}", f"blocks/{name}.{suffix}"]
            self.blocks[name, kind] = next((n for n in names if self.theme.file(n)), names[1])
        return self.blocks[name, kind]

    def rendered(self, name: str, names: Mapping[str, object]) -> str:
        """Return what the template *name* makes of *names*. Raises `ThemeError` where it fails."""
        try:
            return self.get_template(name).render(names)
        except _FAILURES as error:
            message = f"no template '{error}'" if isinstance(error, jinja2.TemplateNotFound) else str(error)
            message = message or "it takes more memory than there is"
            raise ThemeError(Problem(self._place(error, name), f"theme '{self.theme.name}'", message)) from error

    def _place(self, error: BaseException, name: str) -> Mark:
        """Return the line of a template at which *error* came, or the template *name*."""
        if isinstance(error, jinja2.TemplateSyntaxError):
            return Mark(error.filename or name, error.lineno, 1)
        steps = [(Path(step.filename), step.lineno) for step in traceback.extract_tb(error.__traceback__)]
        for path, line in reversed(steps):
            if line and any(path.is_relative_to(folder) for folder in self.theme.folders):
                return Mark(str(path), line, 1)
        return Mark(str(self.theme.file(name) or self.theme.folders[0]))


def styles(
    theme: Theme, suffix: str, names: Mapping[str, object], environment: Callable[[Theme], Environment]
) -> Iterator[str]:
    """Yield the nearest `style.SUFFIX.j2`, then each `extra.SUFFIX.j2` from that theme down to *theme* itself."""
    yield environment(theme).rendered(f"style.{suffix}.j2", names)
    for index in reversed(range(len(theme.folders))):
        if any((folder / f"style.{suffix}.j2").is_file() for folder in theme.folders[:index]):
            continue
        if (theme.folders[index] / f"extra.{suffix}.j2").is_file():
            elder = replace(theme, folders=theme.folders[index:])
            yield environment(elder).rendered(f"extra.{suffix}.j2", names)
