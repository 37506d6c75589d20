"""XML → elements with positions. No document types, no entities of one's own, nothing from elsewhere."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NoReturn
from xml.parsers import expat

from msgspec import Struct, field

from cvbuild.errors import LimitError, Mark, Problem, ProfileError
from cvbuild.importers.works.decoded import checked_size

MAX_DEPTH = 64
MAX_ELEMENTS = 200_000


class Element(Struct):
    """An element by its local `name`; `parts` are the texts and elements in it, in order."""

    name: str
    attributes: Mapping[str, str]
    mark: Mark
    parts: list[str | Element] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The text of the element and of all within, on one line."""
        return " ".join("".join(self._texts()).split())

    def _texts(self) -> Iterator[str]:
        for part in self.parts:
            if isinstance(part, str):
                yield part
            else:
                yield from part._texts()

    def all(self, name: str) -> Iterator[Element]:
        return (part for part in self.parts if isinstance(part, Element) and part.name == name)

    def of(self, name: str) -> str:
        """Return the text of the first child of this *name*, on one line; '' where there is none."""
        return next((child.text for child in self.all(name)), "")


def parse(data: bytes, file: str) -> Element:
    """Return the root of *data*. Raises `ProfileError` and `LimitError`, with the place."""
    builder = _Builder(file)
    return builder.built(checked_size(data, file))


class _Builder:
    def __init__(self, file: str) -> None:
        self.file = file
        self.parser = parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        parser.StartDoctypeDeclHandler = self._doctype
        self.stack: list[Element] = []
        self.root: Element | None = None
        self.count = 0
        self.data = b""

    def built(self, data: bytes) -> Element:
        self.data = data
        try:
            self.parser.Parse(data, True)
        except expat.ExpatError as error:
            mark = Mark(self.file, error.lineno, error.offset + 1)
            raise ProfileError(Problem(mark, "", f"not XML: {expat.ErrorString(error.code)}")) from None
        except (LookupError, ValueError) as error:
            raise ProfileError(Problem(self._mark(), "", f"not XML that can be read: {error}")) from None
        assert self.root is not None
        return self.root

    def _mark(self) -> Mark:
        return Mark(self.file, self.parser.CurrentLineNumber, self.parser.CurrentColumnNumber + 1)

    def _doctype(self, *told: object) -> NoReturn:
        message = "a document type declaration; expected none, for it can name files and entities"
        # Where the parser is by now depends on its version.
        before, found, _rest = self.data.partition(b"<!DOCTYPE")
        line, column = before.count(b"\n") + 1, len(before) - before.rfind(b"\n")
        raise ProfileError(Problem(Mark(self.file, line, column) if found else self._mark(), "", message))

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self.count += 1
        if len(self.stack) >= MAX_DEPTH:
            raise LimitError(Problem(self._mark(), "", f"nested deeper than {MAX_DEPTH} levels"))
        if self.count > MAX_ELEMENTS:
            raise LimitError(Problem(self._mark(), "", f"more than {MAX_ELEMENTS} elements"))
        element = Element(name.rpartition(" ")[2], attributes, self._mark())
        if self.stack:
            self.stack[-1].parts.append(element)
        else:
            self.root = element
        self.stack.append(element)

    def _end(self, name: str) -> None:
        self.stack.pop()

    def _text(self, text: str) -> None:
        self.stack[-1].parts.append(text)
