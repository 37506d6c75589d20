"""YAMLResume: its `content` as facts; `locale` says the language, `layouts` are kept for who goes back."""

from __future__ import annotations

import re

from cvbuild import source
from cvbuild.importers.facts import Facts, mapping_of, renamed
from cvbuild.importers.imported import Format, Imported, Known, noticed, root_of
from cvbuild.interchange.forms import is_empty
from cvbuild.interchange.parts import SECTIONS
from cvbuild.source import Mapping, Node, Scalar, held

_SECTIONS = ("work", "volunteer", "education", "awards", "certificates", "publications", "skills", "languages",
             "interests", "references", "projects")  # fmt: skip
# What a section calls otherwise than JSON Resume does.
_KEYS = {
    "education": {"degree": "studyType"},
    "references": {"summary": "reference"},
    "projects": {"description": "note", "summary": "description"},
}
_PERSON = {"headline": "label"}


def sniff(data: bytes) -> float:
    """Tell how sure it is that *data* is a YAMLResume file."""
    head = data[:65536]
    return 0.9 if re.search(rb"(?m)^content:", head) and re.search(rb"(?m)^  +(basics|education):", head) else 0.0


def read(file: str, data: bytes, known: Known | None = None) -> Imported:
    """Return the facts of a YAMLResume file. Raises `ProfileError` or `LimitError`."""
    root = root_of(source.parse(source.decode(data, file), file), file, FORMAT.title)
    content = root_of(root.get("content") or root, file, FORMAT.title)
    facts = Facts(_language(root))
    facts.person(_basics(content), "content.basics")
    for key, node in content.items:
        if key.text in _SECTIONS:
            section = SECTIONS[key.text]
            facts.entries(key.text, section, _renamed(node, _KEYS.get(key.text, {})), f"content.{key.text}")
        elif key.text not in ("basics", "location", "profiles"):
            facts.other(key.text, node)
    for key, node in root.items:
        if key.text != "content" and root.get("content") and not is_empty(node):
            facts.extras[key.text] = held(node)
    return noticed(facts.imported(), root)


def _basics(content: Mapping) -> Mapping:
    """Return the person, where they live and their accounts, under the keys of JSON Resume."""
    basics = renamed(content.get("basics") or mapping_of(()), _PERSON)
    own = [(key.text, node) for key, node in basics.items] if isinstance(basics, Mapping) else [("other", basics)]
    return mapping_of((*own, ("location", content.get("location")), ("profiles", content.get("profiles"))))


def _renamed(node: Node, keys: dict[str, str]) -> Node:
    if not isinstance(node, source.Sequence):
        return node
    return source.Sequence(tuple(renamed(item, keys) for item in node.items), node.mark)


def _language(root: Mapping) -> str:
    locale = root.get("locale")
    said = locale.get("language") if isinstance(locale, Mapping) else None
    text = said.text if isinstance(said, Scalar) else ""
    return text if re.fullmatch(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*", text) else ""


FORMAT = Format("yamlresume", "a YAMLResume file", sniff, read)
