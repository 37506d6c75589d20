"""Documents that an engine has set before: kept by all that they were made from, with the engine's own files."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

from msgspec import Struct
from msgspec.structs import astuple

from cvbuild.errors import Mark, Problem
from cvbuild.kept import inputs
from cvbuild.kept.store import Store
from cvbuild.rendered import Asset, Compiled, Measured, Origin, Rendered, Row, Sheet
from cvbuild.shipped import builtin

_VERSION = "1"


class Kept(Struct, frozen=True):
    """What is kept in *store* of what *builder* has made: all that decides besides the input, in one name."""

    store: Store
    builder: str

    def compiled(self, rendered: Rendered, asked: tuple[object, ...], make: Callable[[], Compiled]) -> Compiled:
        """Return what *make* makes of *rendered*, or has made before; *asked* is what else it depends on."""
        key = self._key("compiled", rendered, asked)
        said = self._found(key)
        if said is not None and (data := self.store.get(str(said["data"]))) is not None:
            return _compiled(said, data)
        made = make()
        stamps = inputs.stamps(made.inputs)
        if key and stamps and (name := self.store.put_named(made.data)):
            self._keep(key, {**_described(made), "data": name, "inputs": stamps})
        return made

    def measured(self, rendered: Rendered, asked: tuple[object, ...], make: Callable[[], Measured]) -> Measured:
        """Return what *make* measures of *rendered*, or has measured before."""
        key = self._key("measured", rendered, asked)
        said = self._found(key)
        if said is not None:
            return Measured(tuple(Row(*row) for row in said["rows"]), said["room"], tuple(said["inputs"]))
        made = make()
        stamps = inputs.stamps(made.inputs)
        if key and stamps:
            self._keep(key, {"rows": [astuple(row) for row in made.rows], "room": made.room_pt, "inputs": stamps})
        return made

    def _key(self, kind: str, rendered: Rendered, asked: tuple[object, ...]) -> str:
        """Return what is different for everything that comes out differently, '' where nobody can be sure."""
        digest = sha256(repr((_VERSION, kind, self.builder, asked)).encode("utf-8", "surrogateescape"))
        for place in rendered.fonts:
            told = _font(place)
            if told == inputs.DOUBTFUL:
                return ""
            digest.update(sha256(f"{place} {told}".encode("utf-8", "surrogateescape")).digest())
        for part in _parts(rendered):
            digest.update(sha256(part).digest())
        return digest.hexdigest()

    def _found(self, key: str) -> dict[str, Any] | None:
        """Return what was kept under *key*, if the engine's files are what they were."""
        data = self.store.get(key) if key else None
        said: dict[str, Any] | None = json.loads(data) if data else None
        if said is None or inputs.stamps(said["inputs"]) != said["inputs"]:
            return None
        return said

    def _keep(self, key: str, said: dict[str, object]) -> None:
        self.store.put(key, json.dumps(said).encode())


def _font(place: Path) -> str:
    """Return what tells the fonts at *place* from any others there; those of cvbuild are in the builder's name."""
    if place.is_relative_to(builtin()):
        return ""
    # All that is there, for engines look for more than fonts.
    kind = "tree" if place.is_dir() else "file"
    inputs.note(kind, [place])
    return inputs.PRINTS[kind](str(place))


def _parts(rendered: Rendered) -> Iterator[bytes]:
    yield rendered.source.encode("utf-8", "surrogatepass")
    yield from map(_line, rendered.origins)
    for name, asset in rendered.assets.items():
        yield from _asset(name, asset)
    yield repr(rendered.stamp).encode("utf-8", "surrogatepass")
    for enclosure in rendered.enclosed:
        yield repr((enclosure.name, enclosure.media_type, enclosure.description)).encode("utf-8", "surrogatepass")
        yield enclosure.data


def _asset(name: str, asset: Asset) -> Iterator[bytes]:
    yield f"{name} {asset.media_type}".encode()
    yield asset.data
    yield from map(_line, asset.origins)


def _line(origin: Origin) -> bytes:
    return f"{origin.file}\0{origin.line}\0{origin.node}".encode("utf-8", "surrogateescape")


def _described(made: Compiled) -> dict[str, object]:
    return {
        "log": made.log,
        "problems": [[*astuple(p.mark), p.where, p.message, p.hint] for p in made.problems],
        "sheets": [astuple(sheet) for sheet in made.sheets],
        "pages": made.pages,
    }


def _compiled(said: dict[str, Any], data: bytes) -> Compiled:
    problems = (Problem(Mark(*problem[:3]), *problem[3:]) for problem in said["problems"])
    sheets = tuple(Sheet(*sheet) for sheet in said["sheets"])
    return Compiled(data, tuple(said["log"]), tuple(problems), sheets, said["pages"], tuple(said["inputs"]))
