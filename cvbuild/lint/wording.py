"""Rules about words: one thing said in two ways, claims that differ, the sample person left in."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator

from cvbuild.errors import Mark, quoted
from cvbuild.facts import Facts, Said
from cvbuild.findings import Finding, error, note, warning
from cvbuild.profile import Record, Translated
from cvbuild.source import Scalar

# --- The same thing in two forms.

_NOW = re.compile(r"\b(?:19|20)\d\d\s*[–—-]+\s*(present|current|now|today|ongoing)\b", re.IGNORECASE)
_MONTH = re.compile(
    r"\b(Jan(?:uary|\.)?|Feb(?:ruary|\.)?|Mar(?:ch|\.)?|Apr(?:il|\.)?|June?|July?|Aug(?:ust|\.)?"
    r"|Sept?(?:ember|\.)?|Oct(?:ober|\.)?|Nov(?:ember|\.)?|Dec(?:ember|\.)?),? (?:\d{1,2}, )?(?:19|20)\d\d\b"
)


def present_word(facts: Facts) -> Iterator[Finding]:
    """What goes on is called by two words: `2020 – present` here, `2021 – now` there."""
    yield from _mixed("present-word", facts, _NOW, str.lower, "'{}' here, '{}' elsewhere")


def months(facts: Facts) -> Iterator[Finding]:
    """Months are written in two ways: `Sept. 2020` here, `September 2021` there."""
    english = [said for said in facts.texts if said.language.startswith("en")]
    yield from _mixed("months", facts, _MONTH, _form, "months are {} here, {} elsewhere", english)


def _form(month: str) -> str:
    name = month.rstrip(".")
    if month.endswith("."):
        return "abbreviated with a point"
    # The names of some are as long as their abbreviations.
    return "" if name in ("May", "June", "July") else "abbreviated" if len(name) <= 4 else "written out"


def _mixed(
    rule: str, facts: Facts, pattern: re.Pattern[str], form: Callable[[str], str], message: str,
    texts: list[Said] | None = None,
) -> Iterator[Finding]:  # fmt: skip
    """Yield each text that has another form of *pattern* than most have."""
    found = [(said, form(match[1])) for said in (facts.texts if texts is None else texts)
             for match in pattern.finditer(said.text) if form(match[1])]  # fmt: skip
    counted = Counter(one for _, one in found)
    if len(counted) > 1:
        usual = max(counted, key=lambda one: (counted[one], one))
        for said, one in found:
            if one != usual:
                yield warning(rule, message.format(one, usual), said.mark, said.where)


# --- Places.


def place_differs(facts: Facts) -> Iterator[Finding]:
    """One house stands in two places."""
    places: dict[str, dict[str, tuple[Mark, str]]] = defaultdict(dict)
    for entry in facts.of("experience", "education", "volunteering", "teaching"):
        house = facts.text(entry.record, "organization") or facts.text(entry.record, "institution")
        place = facts.text(entry.record, "location")
        if house and place:
            places[house.casefold()].setdefault(place, (entry.record.mark_of("location"), entry.where))
    for found in places.values():
        (first, _), *others = found.items()
        for place, (mark, where) in others:
            message = f"{quoted(place)} here, {quoted(first)} elsewhere for the same house"
            yield warning("place-differs", message, mark, f"{where}.location")


# --- Claims.

_NUMBER = re.compile(r"\d+(?:[.,]\d+)*\s?%?")
_SHARE = re.compile(r"\d+(?:[.,]\d+)?(?=\s?%)")


def claim_differs(facts: Facts) -> Iterator[Finding]:
    """The same thing with other figures, in another wording or language."""
    said = _by_path(facts)
    for view in facts.profile.variants.values():
        for path, node in view.set:
            others = said.get(path, [])
            if isinstance(node, Scalar) and others and not _agree(node.text, [other.text for other in others]):
                message = f"the figures are none of those said at {others[0].mark}"
                yield warning("claim-differs", message, view.mark_of("set", path), f"variants.{view.name}.set.{path}")
    for entry in facts.entries:
        for mark, where, value in _translated(entry.record, entry.where):
            shares = {language: set(_SHARE.findall(text)) for language, text in value}
            first = next(iter(shares))
            for language in shares:
                if shares[language] != shares[first]:
                    message = f"the percentages in '{language}' are not those in '{first}'"
                    yield warning("claim-differs", message, mark, where)


def _by_path(facts: Facts) -> dict[str, list[Said]]:
    found: dict[str, list[Said]] = defaultdict(list)
    for said in facts.texts:
        found[said.where].append(said)
    return found


def _agree(text: str, others: list[str]) -> bool:
    """Tell whether *text* has no figure, or one of those that *others* have."""
    own = set(_NUMBER.findall(text))
    return not own or any(not (found := set(_NUMBER.findall(other))) or own & found for other in others)


def _translated(record: Record, where: str) -> Iterator[tuple[Mark, str, list[tuple[str, str]]]]:
    for name, value in record.fields.items():
        for index, inner in enumerate(record.records(name)):
            yield from _translated(inner, f"{where}.{name}[{index}]")
        if isinstance(value, Translated):
            versions = [(language, version) for language, version in value.versions if isinstance(version, str)]
            if len(versions) > 1:
                yield record.mark_of(name), f"{where}.{name}", versions


# --- Links.


def link_missing(facts: Facts) -> Iterator[Finding]:
    """Most entries of a collection have a link, and one or two do not."""
    for collection in facts.profile.collections:
        entries = [entry for entry in facts.in_collection(collection) if facts.known(entry.record)]
        lacking = [entry for entry in entries if not _leads(entry.record)]
        if len(entries) >= 4 and 0 < len(lacking) <= max(1, len(entries) // 6):
            for entry in lacking:
                message = f"no link, as {len(entries) - len(lacking)} of {len(entries)} in '{collection.name}' have"
                yield note("link-missing", message, entry.record.mark, entry.where)


def _leads(record: Record) -> bool:
    return bool(record.get("url") or record.get("links")) or any(map(_leads, record.records("appearances")))


# --- The sample person.

_SAMPLES = (
    "Ada Example", "A. Example", "Example University", "Example Instruments", "Exampleton", "An Example of a Title",
    "Conference on Examples", "Prof. B. Example", "+44 20 7946 0000", "One or two sentences on what you do",
)  # fmt: skip
# Names that are nobody's, kept for documentation (RFC 2606), and numbers that are nobody's.
_RESERVED = re.compile(r"(?:[@/.]|^)example\.(?:com|org|net)\b|[\w-]+\.example\b|\b555[ -]?01\d\d\b", re.IGNORECASE)


def sample(facts: Facts) -> Iterator[Finding]:
    """Something of the sample person is left in: a name, an address or a number that is nobody's."""
    for said in facts.texts:
        found = next((text for text in _SAMPLES if text in said.text), "")
        found = found or (match[0].lstrip("@/.") if (match := _RESERVED.search(said.text)) else "")
        if found:
            message = f"{quoted(found)} is from a sample, and nobody's"
            yield error("sample", message, said.mark, said.where, "write your own, or leave it out")
