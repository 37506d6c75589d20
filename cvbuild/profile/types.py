"""The types of entry a profile may hold: which fields each has, and what a field may be.

A table, not code: reading, addressing by path, JSON Schema and composition all follow it.
"""

from __future__ import annotations

from collections.abc import Mapping

from cvbuild.schema import (
    Anything,
    Bool,
    Choice,
    Custom,
    Date,
    EndDate,
    Field,
    Identifier,
    Keys,
    ListOf,
    LooseDate,
    Number,
    Pattern,
    Reading,
    Record,
    RecordOf,
    Text,
    Url,
    Value,
    Varied,
    Word,
    json_of,
    read,
    shared,
)
from cvbuild.source import Mapping as MappingNode
from cvbuild.source import Node, describe

# The dotted form is what a resolved profile prints for one appearance of a work.
ID = Pattern(r"[A-Za-z0-9][\w-]*(\.[A-Za-z0-9][\w-]*)?", "an id of letters, figures, '-' and '_'")
TAG = Pattern(r"[\w-]+", "a tag of letters, figures, '-' and '_'")

TEXT = shared("text", Varied(Text()))
TEXTS = shared("texts", Varied(ListOf(TEXT, single=True)))
URL = shared("url", Varied(Url()))

FLAGS: Mapping[str, Field] = {
    "id": ID,
    "tags": ListOf(TAG, single=True),
    "priority": Number(0, 100),
    "private": Bool(),
    "since": Date(),
    "until": Date(),
}
# What the format has no field for, printed below the entry; and how a file that was imported put what a profile says
# otherwise, which only the way back reads.
KEPT: Mapping[str, Field] = {
    "extras": shared("extras", Keys()),
    "written": shared("written", Keys()),
}
PERIOD: Mapping[str, Field] = {
    "date": shared("dates", Varied(ListOf(LooseDate(), single=True))),
    "start": shared("start", Varied(LooseDate())),
    "end": shared("end", Varied(EndDate())),
}

_NESTED = RecordOf("highlight", {**FLAGS, "text": TEXT}, ("text",), main="text",
                   refused={"highlights": "highlights nest one level deep, no deeper"})  # fmt: skip
HIGHLIGHT = shared(
    "highlight",
    RecordOf("highlight", {**FLAGS, "text": TEXT, "highlights": ListOf(_NESTED)}, ("text",), main="text"),
)
BODY: Mapping[str, Field] = {"summary": TEXT, "highlights": ListOf(HIGHLIGHT), "note": TEXT}

STATUSES = (
    "in preparation",
    "preprint",
    "manuscript",
    "submitted",
    "revision",
    "accepted",
    "in press",
    "published",
)
UNPRINTED = ("rejected", "withdrawn")

# Where an identifier leads, what one looks like, and an example; `{}` stands for the identifier.
IDENTIFIERS = {
    "doi": ("https://doi.org/{}", r"10\.\d{4,9}/\S+", "10.1000/182"),
    "arxiv": (
        "https://arxiv.org/abs/{}",
        r"\d{4}\.\d{4,5}(v\d+)?|[a-z-]+(\.[A-Z]{2})?/\d{7}(v\d+)?",
        "2405.16002",
    ),
    "openreview": ("https://openreview.net/forum?id={}", r"[\w-]+", "Hkx1qkrKPr"),
    "pmid": ("https://pubmed.ncbi.nlm.nih.gov/{}/", r"\d{1,8}", "12345678"),
}


def _read_links(node: Node, where: str, reading: Reading) -> Value | None:
    """Return the links of a work, in file order: an address, or an identifier under the name of its kind."""
    if not isinstance(node, MappingNode):
        message = f"{describe(node)}; expected a mapping of labels to addresses"
        reading.fail(node.mark, where, message, "write 'Code: https://…'")
        return None
    links = []
    for key, item in node.items:
        at = f"{where}.{key.text}"
        record = read(_link(key.text), item, at, reading)
        if isinstance(record, Record):
            links.append(Record("link", {"label": key.text, **record.fields}, record.marks, record.mark))
    return tuple(links)


def _link(label: str) -> Field:
    known = IDENTIFIERS.get(label)
    target: Field = Url()
    if known:
        target = Identifier(known[1], f"an identifier such as {known[2]}")
    return RecordOf("link", {**FLAGS, "url": Varied(target)}, ("url",), main="url")


ANY_LINK = shared("link", RecordOf("link", {**FLAGS, "url": URL}, ("url",), main="url"))
LINKS = Custom(_read_links, "a mapping of labels to addresses",
               {"type": ["object", "null"], "additionalProperties": json_of(ANY_LINK)})  # fmt: skip

APPEARANCE: Mapping[str, Field] = {
    "venue": TEXT,
    "track": TEXT,
    "volume": TEXT,
    "issue": TEXT,
    "pages": TEXT,
    "date": PERIOD["date"],
    "status": Varied(Choice(*STATUSES, *UNPRINTED)),
    "badge": TEXTS,
    "url": URL,
    "links": LINKS,
}


def _entry(kind: str, required: str, **fields: Field) -> RecordOf:
    first = {required: fields.pop(required, TEXT)}
    common = {"location": TEXT, "url": URL, "logo": Word(), **PERIOD, **BODY}
    inner = {**FLAGS, **first, **fields, **{k: v for k, v in common.items() if k not in fields}, **KEPT}
    return RecordOf(kind, inner, (required,))


POSITION = RecordOf(
    "position", {**FLAGS, "position": TEXT, "location": TEXT, "url": URL, **PERIOD, **BODY, **KEPT}, ("position",)
)
_EMPLOYMENT: dict[str, Field] = {"organization": TEXT, "position": TEXT, "positions": ListOf(POSITION)}

ENTRY_TYPES: Mapping[str, RecordOf] = {
    "education": _entry(
        "education", "institution", degree=TEXT, area=TEXT, honors=TEXTS, gpa=TEXT, minor=TEXTS, thesis=TEXT,
        advisors=TEXTS, courses=TEXTS,
    ),
    "experience": _entry("experience", **_EMPLOYMENT, required="organization"),
    "volunteering": _entry("volunteering", **_EMPLOYMENT, required="organization"),
    "publications": RecordOf(
        "publications",
        {
            **FLAGS,
            "title": TEXT,
            "authors": Varied(ListOf(Word())),
            "author_order": Choice("alphabetical"),
            **APPEARANCE,
            "abstract": TEXT,
            "subjects": TEXTS,
            "note": TEXT,
            "key": Word(),
            "appearances": ListOf(RecordOf("appearance", {**FLAGS, **APPEARANCE})),
            **KEPT,
        },
        ("title",),
        # A file of publications may have the rest.
        found_by=("key", "id"),
    ),
    "awards": _entry("awards", "title", issuer=TEXT, amount=TEXT),
    "talks": _entry("talks", "title", event=TEXT, host=TEXT),
    "teaching": _entry("teaching", "course", institution=TEXT, role=TEXT),
    "service": _entry("service", "role", venue=TEXT, organization=TEXT, track=TEXT),
    "projects": _entry("projects", "name", role=TEXT, keywords=TEXTS),
    "grants": _entry("grants", "title", funder=TEXT, amount=TEXT, role=TEXT),
    "certificates": _entry("certificates", "name", issuer=TEXT),
    "memberships": _entry("memberships", "organization", role=TEXT),
    "patents": _entry("patents", "title", number=TEXT, issuer=TEXT, inventors=TEXTS, status=TEXT),
    "supervision": _entry("supervision", "name", degree=TEXT, topic=TEXT, role=TEXT, institution=TEXT),
    "references": _entry(
        "references", "name", position=TEXT, organization=TEXT, relationship=TEXT, email=Varied(Word()),
        phone=Varied(Word()), reference=TEXT,
    ),
    "skills": RecordOf("skills", {**FLAGS, "name": TEXT, "items": TEXTS, "level": TEXT, **KEPT}, ("name",)),
    "languages": RecordOf("languages", {**FLAGS, "name": TEXT, "level": TEXT, **KEPT}, ("name",)),
    "metrics": RecordOf(
        "metrics",
        {**FLAGS, "label": TEXT, "value": TEXT},
        ("label", "value"),
    ),
    "interests": RecordOf("interests", {**FLAGS, "text": TEXT, **KEPT}, ("text",), main="text"),
    "text": RecordOf("text", {**FLAGS, "text": TEXT, **KEPT}, ("text",), main="text"),
    "other": RecordOf("other", {**FLAGS, "extras": Anything(), "written": KEPT["written"]}, ("extras",)),
}  # fmt: skip

# A collection under one of these names has its type without saying so.
TYPE_OF = {**{name: name for name in ENTRY_TYPES}, "statement": "text", "summary": "text"}
del TYPE_OF["text"], TYPE_OF["other"]

# Fields that are printed only where a section's `show` asks for them.
HIDDEN = {"publications": ("abstract", "subjects", "key")}


def section_fields(kind: str) -> Mapping[str, Field]:
    """Return the fields of the entries of *kind* that a `where` or `sort` may name."""
    return {name: field for name, field in ENTRY_TYPES[kind].fields.items() if name not in KEPT}
