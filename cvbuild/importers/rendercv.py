"""RenderCV 1.x and 2.x: its sections, whatever their titles, by the kind of entry that each holds."""

from __future__ import annotations

import re

from cvbuild import source
from cvbuild.errors import Problem, quoted
from cvbuild.importers.facts import Facts, mapping_of
from cvbuild.importers.imported import Format, Imported, Known, Tree, noticed, root_of
from cvbuild.importers.names import title_of
from cvbuild.interchange.forms import day, is_empty, normal
from cvbuild.interchange.parts import Part, Section
from cvbuild.interchange.texts import marked
from cvbuild.source import Mapping, Node, Plain, Scalar, Sequence, cleaned, held

_PERIOD = (Part("start", ("start_date",), "date"), Part("end", ("end_date",), "end"), Part("date", ("date",), "date"))
_BODY = (Part("url", ("url",), "url"), Part("location", ("location",)), *_PERIOD, Part("summary", ("summary",)),
         Part("highlights", ("highlights",), "highlights"), Part("note", ("note",)))  # fmt: skip
# The kinds of entry by the key that tells one from the others, as RenderCV tells them.
_KINDS = {
    "institution": Section("", "", "education", (Part("institution", ("institution",)), Part("area", ("area",)),
                                                 Part("degree", ("degree",)), *_BODY)),
    "company": Section("", "", "experience", (Part("organization", ("company",)), Part("position", ("position",)),
                                              *_BODY)),
    "authors": Section("", "", "publications", (
        Part("title", ("title",)), Part("authors", ("authors",), "words"), Part("venue", ("journal",)),
        Part("date", ("date",), "date"), Part("url", ("url",), "url"), Part("note", ("summary",)),
        Part("links", ("links",), "links"))),
    "details": Section("", "", "skills", (Part("name", ("label", "name")), Part("items", ("details",), "texts"))),
    "name": Section("", "", "projects", (Part("name", ("name",)), *_BODY)),
}  # fmt: skip
_TEXTS = ("bullet", "number", "reversed_number")
_SINGLE = {"email": "email", "phone": "phone", "website": "url", "location": "location", "name": "name",
           "headline": "label", "label": "label", "photo": "image"}  # fmt: skip
_LANGUAGES = {"english": "en", "german": "de", "french": "fr", "spanish": "es", "italian": "it", "korean": "ko",
              "portuguese": "pt", "turkish": "tr", "japanese": "ja", "russian": "ru", "dutch": "nl", "danish": "da",
              "norwegian_bokmål": "nb", "norwegian_nynorsk": "nn", "hungarian": "hu", "indonesian": "id",
              "vietnamese": "vi", "mandarin_chinese": "zh"}  # fmt: skip


def sniff(data: bytes) -> float:
    """Tell how sure it is that *data* is a RenderCV file."""
    head = data[:65536]
    if not re.search(rb"(?m)^cv:", head):
        return 0.0
    return 0.9 if re.search(rb"(?m)^  +(sections|social_networks|name):", head) else 0.4


def read(file: str, data: bytes, known: Known | None = None) -> Imported:
    """Return the facts of a RenderCV file. Raises `ProfileError` or `LimitError`."""
    root = root_of(source.parse(source.decode(data, file), file), file, FORMAT.title)
    whole = root.get("cv")
    cv = root_of(whole or root, file, FORMAT.title)
    facts = Facts(_language(root))
    if not facts.language and (said := _said_language(root)):
        message = f"{quoted(said.text)} is no language that is known; the CV is taken for English"
        hint = "say under 'translations:' which it is: [en]"
        facts.notes.append(Problem(said.mark, "locale.language", message, hint))
    facts.person(_basics(cv), "cv")
    sections = cv.get("sections")
    if isinstance(sections, Mapping):
        for key, node in sections.items:
            _section(facts, key.text, node)
    for key, node in root.items if whole else ():
        if key.text != "cv" and not is_empty(node):
            facts.extras[key.text] = held(node)
    return noticed(facts.imported(), root)


def _basics(cv: Mapping) -> Mapping:
    """Return the person and their accounts under the keys of JSON Resume; a list of addresses as one after another."""
    pairs: list[tuple[str, Node | None]] = []
    accounts: list[Node] = []
    for key, node in cv.items:
        first, more = (node.items[0], node.items[1:]) if isinstance(node, Sequence) and node.items else (node, ())
        if key.text in _SINGLE:
            pairs.append((_SINGLE[key.text], _number(first) if key.text == "phone" else first))
            accounts += (mapping_of([("network", Scalar(key.text.capitalize(), n.mark, False)),
                                     ("url" if key.text == "website" else "username", n)]) for n in more)  # fmt: skip
        elif key.text in ("social_networks", "custom_connections"):
            accounts += (_account(item) for item in node.items) if isinstance(node, Sequence) else ()
        elif key.text != "sections":
            pairs.append((key.text, node))
    if accounts:
        pairs.append(("profiles", Sequence(tuple(accounts), accounts[0].mark)))
    return mapping_of(pairs)


def _number(node: Node) -> Node:
    return Scalar(node.text.removeprefix("tel:"), node.mark, False) if isinstance(node, Scalar) and node.text else node


def _account(node: Node) -> Node:
    if not isinstance(node, Mapping):
        return mapping_of([("username", node)])
    names = {"placeholder": "username", "fontawesome_icon": ""}
    return mapping_of((name, value) for key, value in node.items if (name := names.get(key.text, key.text)))


def _section(facts: Facts, key: str, node: Node) -> None:
    """Take one section: texts as paragraphs, entries by the kind of the first; what is of several kinds as it is."""
    items = [item for item in node.items if not is_empty(item)] if isinstance(node, Sequence) else []
    where = f"cv.sections.{key}"
    if items and (texts := [_text(item) for item in items]) and all(texts):
        facts.put(key, "text", texts, title=_title(key))
        return
    kinds = {_kind(item) for item in items}
    if len(kinds) != 1 or "" in kinds:
        facts.other(key, node)
        return
    section = _KINDS[kinds.pop()]
    prepared = Sequence(tuple(_prepared(item, section.kind) for item in items), node.mark)
    found = facts.taken(section, prepared, where)
    if found is None:
        facts.other(key, node)
    else:
        facts.put(key, section.kind, [_nested(entry) for entry in found], title=_title(key))


def _title(key: str) -> str:
    """Return a section's title: as it is written, or, written as a key, its words, with the capitals that it has."""
    if not re.search(r"[A-Z ]", key):
        return title_of(key)
    words = cleaned(key) if " " in key else cleaned(key).replace("_", " ").strip() or key
    return marked(words[:1].upper() + words[1:])


def _text(node: Node) -> Plain:
    if isinstance(node, Mapping) and len(node.items) == 1 and node.items[0][0].text in _TEXTS:
        node = node.items[0][1]
    return normal("text", node) if isinstance(node, Scalar) else None


def _kind(node: Node) -> str:
    keys = [key.text for key, _ in node.items] if isinstance(node, Mapping) else []
    return next((kind for kind in _KINDS if kind in keys), "")


def _prepared(node: Node, kind: str) -> Node:
    """Return an entry with a date that is prose as a note, names without emphasis, and its DOI among the links."""
    if not isinstance(node, Mapping):
        return node
    pairs: list[tuple[str, Node | None]] = []
    for key, value in node.items:
        if key.text == "date" and isinstance(value, Scalar) and "](" in day(value.text) and kind != "publications":
            pairs.append(("note", value))
        elif key.text == "authors" and isinstance(value, Sequence):
            pairs.append(("authors", Sequence(tuple(map(_bare, value.items)), value.mark)))
        elif key.text == "doi" and kind == "publications" and not is_empty(value):
            pairs.append(("links", mapping_of([("doi", value)])))
        else:
            pairs.append((key.text, value))
    return mapping_of(pairs)


def _bare(node: Node) -> Node:
    return Scalar(node.text.strip("*_ "), node.mark, False) if isinstance(node, Scalar) else node


def _nested(entry: Tree) -> Tree:
    """Return *entry* with what RenderCV prints below a point, each after ' - ', below it."""
    held_points = entry.get("highlights")
    if not isinstance(held_points, list):
        return entry
    found: list[Plain] = []
    for point in held_points:
        text, *below = re.split(r"\s- (?=\S)", point) if isinstance(point, str) else [point]
        found.append({"text": text, "highlights": list(below)} if below else point)
    return {**entry, "highlights": found}


def _said_language(root: Mapping) -> Scalar | None:
    locale = root.get("locale") or root.get("locale_catalog")
    said = locale.get("language") if isinstance(locale, Mapping) else None
    return said if isinstance(said, Scalar) and not is_empty(said) else None


def _language(root: Mapping) -> str:
    said = _said_language(root)
    text = said.text.casefold() if said else ""
    return _LANGUAGES.get(text, text if text in _LANGUAGES.values() else "")


FORMAT = Format("rendercv", "a RenderCV file", sniff, read)
