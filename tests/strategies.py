"""Profiles and views for Hypothesis: plain trees that are valid as they stand, at every corner of the format."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

Tree = dict[str, Any]

LANGUAGES = ["en", "ko"]
TAGS = ["red", "green", "blue"]
# Each text is said once in a profile, so that a test can tell where it went.
_WORDS = ["Lantern", "Beacon", "étude", "등대", "R&D <b>", "null", "~", "yes", "3.10", "2024", "a: b", "- c", "'q'",
          "# d", "**bold**", "*slant*", "`code`", "50%", "x_y", "{\\it in}", "$x^2$", "“q”", "a  b"]  # fmt: skip
_COUNTER = st.shared(st.builds(lambda: iter(range(1_000_000))), key="texts")


@st.composite
def texts(draw: st.DrawFn, kind: str = "text") -> str:
    """A text that is unlike every other one of the same profile; it holds *kind*, to search for."""
    number = next(draw(_COUNTER))
    return f"{draw(st.sampled_from(_WORDS))} {kind}{number}x"


months = st.integers(2019 * 12, 2027 * 12).map(lambda n: f"{n // 12}-{n % 12 + 1:02d}")
days = st.builds(lambda month, day: f"{month}-{day:02d}", months, st.integers(1, 28))
years = st.integers(2019, 2027).map(str)
dates = st.one_of(days, months, years)
terms = st.builds(lambda y, s: f"{y} {s}", years, st.sampled_from(["Fall", "Spring", "Summer"]))
moments = st.lists(dates, min_size=1, max_size=3, unique_by=lambda d: (d + "-01-01")[:10])


@st.composite
def varied(draw: st.DrawFn, inner: st.SearchStrategy[Any], *, always: bool = False) -> Any:
    """A value that is constant, translated, dated, or dated and translated within."""
    form = draw(st.sampled_from(["constant", "constant", "translated", "dated", "both"]))
    if form == "constant":
        return draw(inner)
    if form == "translated":
        return draw(_translated(inner))
    # What must always have a value has one from before any day.
    keys = (["1990"] if always else []) + draw(moments)
    return {key: draw(inner if form == "dated" else _translated(inner)) for key in sorted(keys)}


def _translated(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Tree]:
    return st.fixed_dictionaries({"en": inner}, optional={"ko": inner})


def flags(prefix: str) -> dict[str, st.SearchStrategy[Any]]:
    number = _COUNTER.map(next)
    return {
        "id": number.map(lambda n: f"{prefix}{n}"),
        "tags": st.lists(st.sampled_from(TAGS), min_size=1, max_size=2, unique=True),
        "priority": st.integers(0, 100).map(str),
        "private": st.just("true"),
        "since": dates,
    }


def records(
    prefix: str, required: dict[str, st.SearchStrategy[Any]], optional: dict[str, st.SearchStrategy[Any]]
) -> st.SearchStrategy[Tree]:
    """A record with some of its optional fields; few flags, so that much of it stays."""
    some = st.one_of(
        st.fixed_dictionaries(required, optional=optional),
        st.fixed_dictionaries(required, optional={**optional, **flags(prefix)}),
    )
    return some.map(_sensible)


def _sensible(record: Tree) -> Tree:
    """A private record is told apart by its texts; a record has a date or a period, and no end before its start."""
    if "start" in record:
        record = {key: value for key, value in record.items() if key != "date"}
        if "end" in record and str(record["end"])[:4] <= str(record["start"])[:4]:
            del record["end"]
    else:
        record = {key: value for key, value in record.items() if key != "end"}
    return _marked(record) if record.get("private") else record


def _marked(value: Any) -> Any:
    """Return *value* with every text of a private record marked as a secret."""
    if isinstance(value, dict):
        return {key: item if key in _PLAIN else _marked(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_marked(item) for item in value]
    return value.replace("text", "secret") if isinstance(value, str) else value


_PLAIN = ("id", "tags", "date", "start", "end", "since", "until", "status", "url", "venue", "private", "priority")

text = texts()
highlights = st.lists(
    st.one_of(
        text,
        records("h", {"text": varied(text)}, {"highlights": st.lists(text, min_size=1, max_size=2)}),
    ),
    min_size=1,
    max_size=3,
)
links = st.dictionaries(
    st.sampled_from(["Code", "Data", "Slides"]),
    st.one_of(
        st.just("https://example.org/l"),
        records("l", {"url": st.just("https://example.org/l")}, {}),
    ),
    min_size=1,
    max_size=2,
)
body = {"summary": varied(text), "note": varied(text), "highlights": highlights}
period = {"date": st.one_of(dates, terms, st.lists(dates, min_size=1, max_size=2)), "start": dates, "end": dates}
place = {"location": varied(text), "url": st.just("https://example.org/e")}
statuses = st.sampled_from(["in preparation", "preprint", "manuscript", "submitted", "revision", "accepted",
                            "in press", "published", "rejected", "withdrawn"])  # fmt: skip
appearance = {
    "venue": st.one_of(varied(text), st.sampled_from(["jx", "cx"])),
    "track": varied(text),
    "volume": text,
    "issue": text,
    "pages": text,
    "date": st.one_of(dates, terms),
    "status": st.one_of(statuses, st.builds(lambda d, s: dict(zip(sorted(d), s, strict=False)), moments,
                                            st.lists(statuses, min_size=3, max_size=3))),
    "badge": st.one_of(text, st.lists(text, min_size=1, max_size=2)),
    "url": st.just("https://example.org/p"),
    "links": links,
}  # fmt: skip
authors = st.lists(
    st.sampled_from(["me", "me†", "A. Quill", "Ada Quill*", "B. Foo†", "C. Bar"]), min_size=1, max_size=4
)

education = records(
    "e",
    {"institution": varied(text, always=True)},
    {**place, **period, **body, "degree": varied(text), "area": text, "honors": st.lists(text, min_size=1, max_size=2),
     "gpa": text, "thesis": varied(text), "advisors": st.lists(varied(text), min_size=1, max_size=2)},
)  # fmt: skip
positions = st.lists(
    records("q", {"position": varied(text)}, {"start": dates, "end": dates, "highlights": highlights}),
    min_size=1,
    max_size=2,
)
experience = records(
    "x",
    {"organization": varied(text, always=True)},
    {**place, **period, **body, "position": varied(text), "positions": positions},
)
publications = records(
    "p",
    {"title": varied(text, always=True)},
    {**appearance, "authors": authors, "abstract": varied(text), "note": varied(text), "key": st.just("key9"),
     "subjects": st.lists(text, min_size=1, max_size=2), "author_order": st.just("alphabetical"),
     "appearances": st.lists(records("a", {}, appearance), min_size=1, max_size=3)},
)  # fmt: skip
awards = records("w", {"title": varied(text, always=True)}, {**place, **period, **body, "issuer": text, "amount": text})
skills = records("k", {"name": varied(text, always=True)}, {"items": st.lists(varied(text), min_size=1), "level": text})
service = records("s", {"role": varied(text, always=True)}, {**period, "venue": appearance["venue"], "track": text})
patents = records(
    "n",
    {"title": varied(text, always=True)},
    {**period, **body, "number": text, "status": text, "issuer": text},
)
references = records(
    "r",
    {"name": text},
    {"position": text, "organization": varied(text), "relationship": text, "email": st.just("foo@example.org"),
     "reference": varied(text)},
)  # fmt: skip
spoken = records("g", {"name": varied(text, always=True)}, {"level": text})
interests = st.one_of(text, records("i", {"text": varied(text, always=True)}, {}))

COLLECTIONS = {
    "education": education,
    "experience": experience,
    "publications": publications,
    "awards": awards,
    "skills": skills,
    "interests": interests,
    "service": service,
    "patents": patents,
    "references": references,
    "languages": spoken,
}


def collections() -> st.SearchStrategy[Tree]:
    lists = {name: st.lists(entry, min_size=1, max_size=3) for name, entry in COLLECTIONS.items()}
    own = st.fixed_dictionaries(
        {"type": st.just("experience"), "entries": st.lists(experience, min_size=1, max_size=2)},
        optional={"title": varied(text)},
    )
    # One entry that is always there keeps every view from being empty.
    return st.fixed_dictionaries({"statement": texts("text")}, optional={**lists, "outreach": own})


contacts = st.lists(
    st.one_of(
        varied(st.sampled_from(["ada@example.org", "quill@example.org"])).map(lambda v: {"email": {"value": v}}),
        st.just({"phone": {"value": "+1 555 0199", "private": "true"}}),
        st.just({"website": {"value": "https://ada.example.org", "tags": ["red"]}}),
    ),
    max_size=3,
)


@st.composite
def views(draw: st.DrawFn, profile: Tree) -> Tree:
    """A view of *profile*: tags, omissions, pins, sections with options, a day, a language."""
    view: Tree = {"as_of": draw(dates)}
    if draw(st.booleans()):
        view["language"] = draw(st.sampled_from(LANGUAGES))
    for name in ("include", "exclude"):
        if draw(st.integers(0, 3)) == 0:
            view[name] = [draw(st.sampled_from(TAGS))]
    ids = sorted(_ids({name: profile[name] for name in profile if name in {*COLLECTIONS, "outreach"}}))
    chosen = draw(st.lists(st.sampled_from(ids), max_size=4, unique=True)) if ids else []
    half = len(chosen) // 2
    view |= {"omit": chosen[:half], "pin": chosen[half:]}
    names = [name for name in profile if name in {*COLLECTIONS, "outreach", "statement"}]
    listed = draw(st.permutations(names))[: draw(st.integers(0, len(names)))]
    sections: list[Any] = ["statement"] + [{name: draw(_options(name))} for name in listed if name != "statement"]
    if "publications" in listed:
        sections.insert(1, {"preprints": {"from": "publications", "where": {"status": "<accepted"}}})
    if draw(st.booleans()):
        view["sections"] = sections
    return view


@st.composite
def _options(draw: st.DrawFn, name: str) -> Tree:
    options: Tree = {}
    if draw(st.integers(0, 2)) == 0:
        options["sort"] = draw(st.sampled_from(["-file", "priority", "-since"]))
    if draw(st.integers(0, 2)) == 0:
        options["limit"] = draw(st.integers(1, 3).map(str))
    if draw(st.integers(0, 2)) == 0:
        options["layout"] = draw(st.sampled_from(["list", "table", "inline"]))
    if draw(st.integers(0, 3)) == 0 and name in ("awards", "publications", "education", "experience"):
        options["number"] = draw(st.sampled_from(["ascending", "descending", "continue"]))
    if draw(st.integers(0, 3)) == 0 and name in ("awards", "publications", "education", "experience"):
        options["group_by"] = "date"
    if name == "publications":
        options |= {
            "legend": "true",
            "show": draw(st.sampled_from([["abstract"], ["key", "subjects", "date"], ["-note"]])),
        }
    if draw(st.integers(0, 2)) == 0:
        options["where"] = {"tags": {"none": [draw(st.sampled_from(TAGS))]}}
    return options


_NEEDED = ("id", "role", "institution", "organization", "position", "title", "name", "text", "status", "appearances")


def _ids(value: Any) -> set[str]:
    """Return the ids in a tree and the paths of their fields; not of appearances, whose paths are longer."""
    if isinstance(value, list):
        return {found for item in value for found in _ids(item)}
    if isinstance(value, dict):
        inner = {found for key, item in value.items() if key != "appearances" for found in _ids(item)}
        if isinstance(value.get("id"), str):
            inner |= {value["id"], *(f"{value['id']}.{field}" for field in value if field not in _NEEDED)}
        return inner
    return set()


@st.composite
def profiles(draw: st.DrawFn) -> Tree:
    """A valid profile with a view of its own, as a tree of mappings, lists and text."""
    facts = draw(collections())
    profile = {
        "translations": LANGUAGES,
        "tags": TAGS,
        "person": {
            "name": draw(st.sampled_from(["Ada Quill", {"en": "Ada Quill", "ko": "에이다 퀼"}])),
            "cite_as": draw(st.sampled_from([["A. Quill"], {"2019": "A. Fern", "2024": ["A. Quill", "A. F. Quill"]}])),
            "headline": draw(varied(texts("text"))),
            "contact": draw(contacts),
        },
        "venues": {
            "jx": {"name": "Journal of Examples", "short": "JEX", "kind": "journal"},
            "cx": {"name": {"en": "Conference on Examples", "ko": "예시 학회"}},
        },
        **facts,
    }
    return {**profile, "view": draw(views(profile))}
