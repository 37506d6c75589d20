"""JSON Resumes for Hypothesis, as people and tools write them: old names, empty values, odd dates, own keys."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

_WORDS = ["Lantern", "étude", "e\u0301tude", "등대", "R&D <b>x</b>", "null", "~", "yes", "3.10", "2024", "a: b", "- c",
          "'q'", "# d", "**bold**", "*slant*", "2*3*4", "`code`", "50%", "x_y", "\\it C:\\new", "$5 and $6", "$x$ 7",
          "[a](b)", "[x](https://example.org/l)", " padded ", "two\nlines", "a\n\n  b\n", "tab\there", "\u200bzero",
          "\ue001icon", "\u2028line", "end #1 x", "", "{\"a\": 1}", "–", "present"]  # fmt: skip
texts = st.sampled_from(_WORDS)
_dates = st.sampled_from(["2014", "2014-12", "2014-12-01", "2016-00", "2014-13-45", "2017-12-24T15:53:00Z", "Oct 2024",
                          "Sep 1, 2016", "Summer 2013", "Present", "", "someday", "12/2019", "2013-01"])  # fmt: skip
_odd = st.one_of(st.none(), st.booleans(), st.integers(-5, 3000), st.just(4.5), st.just([]), st.just({}), texts,
                 st.lists(texts, max_size=2), st.dictionaries(st.sampled_from(["name", "=json", "self", "a b"]), texts,
                                                              max_size=2))  # fmt: skip
_lists = st.lists(texts, max_size=3)
_urls = st.sampled_from(["https://example.org/a", "http://www.example.org/", "example.org", "no address", "",
                         "javascript:alert(1)"])  # fmt: skip
_UNKNOWN = ["industry", "keys", "self", "written", "x-y", "Größe", "", "true"]


def _mostly(usual: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.integers(0, 11).flatmap(lambda n: usual if n else _odd)


@st.composite
def _entries(draw: st.DrawFn, fields: dict[str, st.SearchStrategy[Any]]) -> Any:
    """A list of entries with some of *fields* each, in any order."""
    found: list[Any] = []
    for _ in range(draw(st.integers(0, 3))):
        names = draw(st.lists(st.sampled_from([*fields, *_UNKNOWN]), unique=True, max_size=6))
        found.append({name: draw(_mostly(fields.get(name, _odd))) for name in names})
    if draw(st.integers(0, 15)) == 0:
        found.append(draw(_odd))
    return found


_work = {"name": texts, "company": texts, "position": texts, "url": _urls, "website": _urls, "location": texts,
         "description": texts, "startDate": _dates, "endDate": _dates, "summary": texts, "highlights": _lists,
         "date": _dates}  # fmt: skip
_SECTIONS: dict[str, dict[str, st.SearchStrategy[Any]]] = {
    "work": _work,
    "volunteer": {**_work, "organization": texts},
    "education": {**_work, "institution": texts, "area": texts, "studyType": texts, "score": texts, "gpa": texts,
                  "courses": _lists},
    "awards": {"title": texts, "date": _dates, "awarder": texts, "summary": texts, "website": _urls},
    "certificates": {"name": texts, "date": _dates, "url": _urls, "issuer": texts},
    "publications": {"name": texts, "publisher": texts, "releaseDate": _dates, "url": _urls, "summary": texts,
                     "authors": _lists, "links": _odd, "status": texts},
    "skills": {"name": texts, "level": texts, "keywords": _lists},
    "languages": {"language": texts, "fluency": texts, "name": texts, "level": texts},
    "interests": {"name": texts, "keywords": _lists, "summary": texts},
    "references": {"name": texts, "reference": texts, "email": texts},
    "projects": {**_work, "roles": _lists, "entity": texts, "type": texts, "keywords": _lists},
    "talks": {"title": texts, "date": _dates, "event": texts},
    "hobbies": {"name": texts, "since": _dates},
    "experience": {"name": texts},
}  # fmt: skip
_accounts = st.lists(
    st.fixed_dictionaries(
        {},
        optional={
            "network": st.sampled_from(["GitHub", "Twitter", "Skype", "linkedin", ""]),
            "username": st.sampled_from(["ada", "ada.q", "@ada@example.org", "a b", ""]),
            "url": st.one_of(_urls, st.just("https://github.com/ada"), st.just("https://www.linkedin.com/in/ada/")),
            "icon": texts,
        },
    ),
    max_size=3,
)
_parts = st.sampled_from(["address", "city", "countryCode", "region", "geo"])
_place = st.dictionaries(_parts, _mostly(texts), max_size=3)
_BASICS = {
    "name": texts, "label": texts, "image": _urls, "picture": _urls, "url": _urls, "website": _urls, "summary": texts,
    "email": st.sampled_from(["ada@example.org", "mailto:ada@example.org", "ada at example", ""]),
    "phone": st.sampled_from(["(912) 555-4321", "+1 555 CALL", ""]),
    "location": _place, "profiles": _accounts, "age": texts,
}  # fmt: skip


@st.composite
def resumes(draw: st.DrawFn) -> dict[str, Any]:
    """A JSON Resume, its keys in any order."""
    names = draw(st.lists(st.sampled_from(["basics", "basics", *_SECTIONS, "meta", "$schema", "keys", "odd"]),
                          unique=True, max_size=6))  # fmt: skip
    found: dict[str, Any] = {}
    for name in names:
        if name == "basics":
            keys = draw(st.lists(st.sampled_from(list(_BASICS)), unique=True, max_size=7))
            usual: st.SearchStrategy[Any] = st.fixed_dictionaries({key: _mostly(_BASICS[key]) for key in keys})
        else:
            usual = _entries(_SECTIONS[name]) if name in _SECTIONS else _odd
        found[name] = draw(_mostly(usual))
    return found
