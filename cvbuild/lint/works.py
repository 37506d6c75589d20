"""Rules about publications: one work twice, one name in two forms."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator

from cvbuild.errors import Mark, quoted
from cvbuild.facts import Facts
from cvbuild.findings import Finding, warning
from cvbuild.profile.authors import parse


def _plain(text: str) -> str:
    """Return the letters and figures of *text*, without accents, in one case."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(char for char in decomposed if char.isalnum())


def work_twice(facts: Facts) -> Iterator[Finding]:
    """One title stands twice: a work belongs into one section, with its appearances."""
    seen: dict[str, str] = {}
    for entry in facts.entries:
        title = _plain(facts.text(entry.record, "title")) if entry.type == "publications" else ""
        if title and title in seen:
            message = f"{quoted(facts.text(entry.record, 'title'))} is also '{seen[title]}'"
            hint = "make one work of them, with 'appearances'"
            yield warning("work-twice", message, entry.record.mark_of("title"), entry.where, hint)
        elif title:
            seen[title] = entry.where


def author_name(facts: Facts) -> Iterator[Finding]:
    """A co-author is written in two ways: `T. Achterberg` here, `Tobias Achterberg` there."""
    forms: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    places: dict[str, list[tuple[Mark, str]]] = defaultdict(list)
    for entry in facts.entries:
        if entry.type != "publications":
            continue
        value = facts.value(entry.record, "authors")
        for written in value if isinstance(value, tuple) else ():
            author = parse(str(written), facts.profile.person.texts("cite_as"))
            if author.me or author.truncation:
                continue
            key = _key(author.name)
            forms[key][author.name] += 1
            places[author.name].append((entry.record.mark_of("authors"), f"{entry.where}.authors"))
    for counted in forms.values():
        usual = max(counted, key=lambda name: (counted[name], name))
        for name in counted:
            if name != usual and not _other_person(name, usual):
                for mark, where in places[name]:
                    yield warning("author-name", f"{quoted(name)} here, {quoted(usual)} elsewhere", mark, where)


def _key(name: str) -> tuple[str, str]:
    """Return what two forms of a name have in common: the last name, and the first letter of the first."""
    last, _, first = name.partition(",")
    if not first:
        *given, last = name.split() or [""]
        first = " ".join(given)
    return _plain(last), _plain(first)[:1]


def _other_person(one: str, other: str) -> bool:
    """Tell whether two names with the same initial are of two persons: both are written out, and differ."""
    given = [re.split(r"[\s.]+", name.strip())[0] for name in (one, other)]
    written = [_plain(name) for name in given]
    return all(len(name) > 1 for name in written) and written[0] != written[1]
