"""How tests take a profile through `select` and `compose`, and what they compare: the outline of a document."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from cvbuild import style
from cvbuild.dates import PartialDate
from cvbuild.document import (
    Block,
    BulletList,
    CitationList,
    Definition,
    DefinitionList,
    Document,
    Entry,
    Paragraph,
    Section,
    plain,
)
from cvbuild.profile import Profile, Record
from cvbuild.reader import Source, read_text
from cvbuild.schema import Reading
from cvbuild.sections import compose
from cvbuild.source import dump
from cvbuild.view import Overrides, Selection, resolve, select

TODAY = date(2026, 1, 1)
CASES = Path(__file__).parent / "cases"
Tree = dict[str, Any]


def read(tree: Mapping[str, Any]) -> Source:
    """Return the profile that a tree of mappings, lists and text writes."""
    # A tree made by Hypothesis may hold one list at two places, which YAML would write as an alias.
    apart = json.loads(json.dumps(tree))
    return read_text(dump(apart).encode(), "profile.yaml")


def choose(profile: Profile, variant: str = "", *, as_of: str = "", private: bool = False) -> Selection:
    overrides = Overrides(as_of=PartialDate.parse(as_of) if as_of else None, private=private)
    return select(resolve(profile, variant, overrides), TODAY)


def composed(profile: Profile) -> Document:
    """Return the document of a selected profile in the style it asks for, no theme below it."""
    reading = Reading()
    settled = style.resolve(Record("style", {}), profile.view.style, profile.language, reading)
    assert not reading.problems
    return compose(profile, settled)


class _Texts(yaml.SafeLoader):
    """Reads every scalar as the text it is."""

    yaml_implicit_resolvers = {"n": [("tag:yaml.org,2002:null", re.compile("null$"))]}  # noqa: RUF012 (PyYAML's protocol)


def cases(folder: str) -> Iterator[tuple[str, Tree]]:
    """Yield the name of each case in a folder of `cases`, and the case, laid over what its file says of all."""
    for path in sorted((CASES / folder).glob("*.yaml")):
        file = yaml.load(path.read_text("utf-8"), _Texts)
        for name, case in file["cases"].items():
            profile = {**file["profile"], **case.get("profile", {})}
            yield f"{path.stem}: {name}", {**case, "profile": profile}


def outline(document: Document) -> dict[str, list[str]]:
    """Return the texts of each section under its id, those of the header under `header`."""
    header = document.header
    lines = [plain(header.name), plain(header.headline), *(_lines(header.contacts) if header.contacts else ())]
    found = {"header": [line for line in lines if line]}
    for block in document.blocks:
        assert isinstance(block, Section)
        assert block.id not in found, "a section stands twice"
        found[block.id] = list(_section(block))
    return found


def _section(section: Section) -> Iterator[str]:
    title = " ".join(filter(None, [plain(section.title), f"({plain(section.note)})" if section.note else ""]))
    yield f"{'#' * section.level} {title}".strip()
    for block in section.blocks:
        yield from _section(block) if isinstance(block, Section) else _lines(block)


def _lines(block: Block) -> Iterator[str]:
    match block:
        case Section():
            yield from _section(block)
        case Paragraph(content):
            yield plain(content)
        case BulletList(items):
            for item in items:
                yield f"- {plain(item.content)}"
                yield from _inner(item.blocks)
        case DefinitionList(_, items):
            yield from map(_definition, items)
        case Entry(rows=rows, blocks=blocks):
            for row in rows:
                yield " | ".join(filter(None, [plain(row.main), plain(row.aside)]))
            yield from _inner(blocks)
        case CitationList(items):
            for work in items:
                yield " ".join(filter(None, [work.number, plain(work.lead), plain(work.content)]))
                yield from _inner(work.blocks)


def _definition(item: Definition) -> str:
    return ": ".join(filter(None, [plain(item.term), plain(item.content)]))


def _inner(blocks: tuple[Block, ...]) -> Iterator[str]:
    for block in blocks:
        yield from (f"  {line}" for line in _lines(block))
