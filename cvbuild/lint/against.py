"""Where the works of a profile differ from what a file of publications says of them."""

from __future__ import annotations

from collections.abc import Iterator

from cvbuild.bibliography import Listed, is_at, signs_of, tree_of
from cvbuild.errors import NOWHERE, quoted
from cvbuild.facts import Facts, Located
from cvbuild.findings import Finding, note, warning
from cvbuild.importers.works.ids import folded
from cvbuild.profile import Record
from cvbuild.profile.authors import ME, parse
from cvbuild.profile.plain import Plain, plain_value
from cvbuild.source import Mapping

RULE = "differs"
_WORDS = ("title", "venue", "volume", "issue", "pages", "status", "abstract")
_LINKS = ("doi", "arxiv", "pmid")


def differences(facts: Facts, listed: Listed) -> Iterator[Finding]:
    """Facts about a publication differ from those in the file of `--against`."""
    left = dict.fromkeys(range(len(listed.signs)))
    for entry in facts.entries:
        if entry.type != "publications":
            continue
        said = _said(entry.record, facts)
        tree = tree_of(said, entry.record.mark)
        index = listed.match(signs_of(tree), left) if isinstance(tree, Mapping) else None
        if index is None:
            yield note(RULE, "the file does not have this work", entry.record.mark, entry.where)
            continue
        del left[index]
        yield from _compared(entry, said, listed, index, facts)
    for index in left:
        title = quoted(str(listed.found.entries[index]["title"]))
        yield note(RULE, f"the profile does not have {title}", listed.mark(index), listed.found.works[index].key)


def _said(record: Record, facts: Facts) -> dict[str, Plain]:
    """Return what the profile says of a work today."""
    plain = [name for name in record.fields if name not in ("links", "appearances")]
    said = {name: plain_value(facts.value(record, name)) for name in plain}
    if record.records("appearances"):
        said["appearances"] = [_said(inner, facts) for inner in record.records("appearances")]
    links = {link.text("label"): link.text("url") for link in record.records("links")}
    return {**said, **({"links": dict(links)} if links else {})}


def _compared(entry: Located, said: dict[str, Plain], listed: Listed, index: int, facts: Facts) -> Iterator[Finding]:
    own, told = _place(said, listed.found.flat[index]), listed.found.flat[index]
    here, there = _comparable(own, facts, listed), _comparable(told, facts, listed)
    work = listed.found.works[index]
    for name in here:
        # A date known to the month agrees with one to the day.
        alike = here[name].startswith(there.get(name, "")) or there.get(name, "").startswith(here[name])
        if name in there and not (alike if name == "date" else here[name] == there[name]):
            message = f"{quoted(_text(own, name))} here, {quoted(_text(told, name))} in {work.mark}"
            place = entry.record.mark_of(name if name in entry.record.fields else "links")
            yield warning(RULE, message, place, f"{entry.where}.{name}")


def _place(said: dict[str, Plain], told: dict[str, Plain]) -> dict[str, Plain]:
    """Return what is *said* of a work as it came out at the place that the file tells of."""
    shown = said.get("appearances")
    if not isinstance(shown, list):
        return said
    nodes = ((item, tree_of(item, NOWHERE)) for item in shown if isinstance(item, dict))
    place = next((item for item, tree in nodes if isinstance(tree, Mapping) and is_at(tree, told)), {})
    return {**said, **place}


def _comparable(said: dict[str, Plain], facts: Facts, listed: Listed) -> dict[str, str]:
    """Return the facts of a work in a form in which the same is equal: letters and figures, last names and initials."""
    found = {name: folded(str(said[name])) for name in _WORDS if said.get(name)}
    if "venue" in found:
        found["venue"] = _venue(str(said["venue"]), facts, listed)
    dates = said.get("date")
    if dates:
        found["date"] = ", ".join(map(str, dates)) if isinstance(dates, list) else str(dates)
    authors = said.get("authors")
    if isinstance(authors, list):
        found["authors"] = "; ".join(_author(str(author), facts) for author in authors)
    links = said.get("links")
    if isinstance(links, dict):
        found |= {kind: str(links[kind]).lower() for kind in _LINKS if kind in links}
    return found


def _venue(name: str, facts: Facts, listed: Listed) -> str:
    known = facts.profile.venues.get(name)
    declared = listed.found.venues.get(name)
    return folded(facts.text(known, "name") if known else str(declared["name"]) if declared else name)


def _author(text: str, facts: Facts) -> str:
    """Return an author as last name and initial, with the marks: what two forms of one name have in common."""
    author = parse(text, facts.profile.person.texts("cite_as"))
    if author.me or author.name == ME or author.truncation:
        return f"{ME if not author.truncation else 'et al'}{author.marks}"
    name = author.name.replace("\\", "")
    last, comma, first = (part.strip() for part in name.partition(","))
    if not comma:
        *given, last = name.split() or [""]
        first = " ".join(given)
    return f"{folded(first)[:1]} {folded(last)}{author.marks}".strip()


def _text(said: dict[str, Plain], name: str) -> str:
    """Return a fact as a message shows it."""
    links = said.get("links")
    value = links.get(name) if name in _LINKS and isinstance(links, dict) else said.get(name)
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
