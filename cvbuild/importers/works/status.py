"""The status of a work, as notes and fields of other formats tell it."""

from __future__ import annotations

import re

from cvbuild.profile.types import STATUSES, UNPRINTED

_AT = r"(?:\s+(?:for\s+publication|for\s+presentation))?(?:\s+(?:to|at|in|by|for|with))?(?:\s+the\b)?"
_FORMS = (
    ("revision", rf"(?:(?:major|minor)\s+revisions?|under\s+revision|revise\s+(?:and|&)\s+resubmit|r&r){_AT}"),
    (
        "submitted",
        rf"(?:currently\s+)?(?:submitted(?:\s+for\s+publication)?|under\s+(?:review|submission)|in\s+review){_AT}",
    ),
    ("in press", rf"(?:in\s+press|to\s+appear|to\s+be\s+published|forthcoming){_AT}"),
    ("accepted", rf"(?:conditionally\s+)?accepted{_AT}"),
    ("in preparation", r"(?:manuscript\s+|work\s+)?in\s+(?:preparation|progress)"),
    ("manuscript", r"(?:unpublished\s+)?manuscript|working\s+paper"),
    ("preprint", r"preprint"),
)
# The words of BibLaTeX and CSL for it.
_STATES = {"inpreparation": "in preparation", "submitted": "submitted", "forthcoming": "in press",
           "inpress": "in press", "prepublished": "preprint", "underreview": "submitted", "unpublished": "manuscript",
           "advanceonline": "published", "retracted": "withdrawn"}  # fmt: skip


def state(word: str) -> str:
    """Return the status that a field such as `pubstate` names, '' where it is none that is known."""
    plain = word.strip().casefold()
    if plain in (*STATUSES, *UNPRINTED):
        return plain
    return _STATES.get(re.sub(r"[\W_]+", "", plain), "")


def of_note(note: str) -> tuple[str, str, str]:
    """Return the status that *note* begins with, the venue that it names, and what else it says; '' for each absent.

    `Submitted to Annals of Statistics` is a status and a venue, and nothing else.
    """
    for status, form in _FORMS:
        found = re.match(rf"\s*(?:{form})\b\s*", note, re.IGNORECASE)
        if not found:
            continue
        rest = note[found.end() :].lstrip(" :,")
        if status in ("in preparation", "manuscript", "preprint"):
            return status, "", rest.strip(" .")
        venue = re.match(r"[^.;(,]*(?:\b[A-Z][a-z]{0,4}\.[^.;(,]*)*", rest)
        name = venue[0].strip(" .*") if venue else ""
        # A name begins with a capital; `accepted with minor changes` names none.
        if not name or not (name.lstrip("*{[")[:1].isupper() or name.lstrip("*{[")[:1].isdigit()):
            return status, "", rest.strip()
        return status, name, rest[venue.end() if venue else 0 :].strip(" .,;")
    return "", "", note


def of_comment(comment: str) -> tuple[str, str]:
    """Return the status and venue that a remark such as `12 pages, accepted at COLT 2024` tells somewhere."""
    found = re.search(r"\b(accepted|to\s+appear|submitted)\s+(?:for\s+publication\s+)?(?:to|at|in|by)\b", comment, re.I)
    if not found:
        return "", ""
    status, venue, _ = of_note(comment[found.start() :])
    return status, venue
