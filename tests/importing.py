"""How tests import a file and look at what becomes of its strings."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from datetime import date
from typing import Any

from cvbuild.document import Code, Document, Link, Logo, Math, Text, walk
from cvbuild.importers.imported import Imported
from cvbuild.importers.known import known
from cvbuild.reader import Source, read_text
from cvbuild.source import dump_prose
from tests.composing import choose, composed

TODAY = date(2026, 1, 1)
# What is kept for tools and never printed, wherever it stands: settings, and the address of a picture.
UNPRINTED = ("$schema", "meta", "image", "picture")


def profile(found: Imported) -> Source:
    """Return the profile that an import writes, read again."""
    return read_text(dump_prose(known(found.tree, TODAY)).encode(), "cv.yaml")


def shown(source: Source) -> Document:
    """Return the default view of a profile, as it stands on `TODAY`."""
    return composed(choose(source.profile).profile)


def letters(text: str) -> str:
    """Return the letters and figures of *text*."""
    return re.sub(r"[\W_]", "", unicodedata.normalize("NFC", text)).casefold()


def said(document: Document) -> str:
    """Return all letters and figures of *document*, those of its addresses included, run after run."""
    texts = [node.text if isinstance(node, Text | Code) else node.tex if isinstance(node, Math) else
             node.word if isinstance(node, Logo) else "" for node in walk(document)]  # fmt: skip
    urls = [re.sub(r"^https?://(www\.)?", "", node.url) for node in walk(document) if isinstance(node, Link)]
    return "|".join([letters("".join(texts)), *map(letters, texts), *map(letters, urls)])


def leaves(tree: Any, key: str = "") -> Iterator[tuple[str, str]]:
    """Yield every string in *tree* under its key, but what is for tools."""
    match tree:
        case str():
            yield key, tree
        case list():
            for item in tree:
                yield from leaves(item, key)
        case dict():
            for name, item in tree.items():
                if name not in UNPRINTED:
                    yield from leaves(item, name)


def missing(tree: Any, document: Document) -> list[tuple[str, str]]:
    """Return the strings of *tree* that *document* does not show; of a date, the year counts."""
    text = said(document)
    return [(key, leaf) for key, leaf in leaves(tree) if any(part not in text for part in _parts(key, leaf))]


def _parts(key: str, leaf: str) -> list[str]:
    """Return what is to be seen of a string: of a link its words and its address."""
    year = re.search(r"\b(1|2)\d{3}\b", leaf)
    is_date = re.search(r"(date|^start|^end)$", key, re.IGNORECASE) and year
    if is_date and year:
        return [year[0]]
    # An address leads to the same place with and without what is left out where it is printed.
    plain = re.sub(r"https?://(www\.)?", "", re.sub("[\ue000-\uf8ff]", "", leaf))
    links = re.findall(r"\]\(([^()\s]*)\)", plain)
    return [letters(re.sub(r"\]\([^()\s]*\)", "", plain)), *map(letters, links)]
