"""A view of a profile as cvbuild has selected it, said again in the words of the programs it is measured against."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

Plain = dict[str, Any]

_NETWORKS = {"github": "GitHub", "linkedin": "LinkedIn", "orcid": "ORCID", "mastodon": "Mastodon"}


def selected(cvbuild: tuple[str, ...], profile: Path, variant: str = "") -> Plain:
    """Return the view *variant* of *profile*, as `cvbuild variants show` tells it."""
    command = [*cvbuild, "variants", "show", str(profile), *([variant] if variant else []), "--json"]
    found: Plain = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
    return found


def sections(profile: Plain) -> Iterator[tuple[str, str, list[Plain]]]:
    """Yield what a profile shows: the name of each section, its title and its entries."""
    for said in profile["view"]["sections"]:
        name, options = next(iter(said.items())) if isinstance(said, dict) else (said, {})
        entries = profile.get(name, [])
        yield name, options.get("title", name.title()), entries["entries"] if isinstance(entries, dict) else entries


def contacts(profile: Plain) -> dict[str, str]:
    """Return the contacts of a profile by their kinds."""
    found = {}
    for contact in profile["person"].get("contact", []):
        ((kind, value),) = contact.items()
        found[kind] = value["value"] if isinstance(value, dict) else value
    return found


def networks(profile: Plain) -> list[tuple[str, str]]:
    """Return the networks that the person is on, with the name that is theirs there."""
    return [(_NETWORKS[kind], value) for kind, value in contacts(profile).items() if kind in _NETWORKS]


def plain(text: Any) -> str:
    """Return *text* without cvbuild's markup, which no other program reads."""
    return re.sub(r"\\(?:[a-zA-Z]+ ?)?|[$`{}†]", "", str(text["text"] if isinstance(text, dict) else text))


def lines(entry: Plain) -> list[str]:
    """Return what is said below the head of *entry*, one text a line."""
    found = [plain(entry[name]) for name in ("thesis", "gpa", "amount", "note") if entry.get(name)]
    found += [", ".join(map(plain, entry[name])) for name in ("advisors", "honors", "courses", "keywords", "badge")
              if entry.get(name)]  # fmt: skip
    for highlight in entry.get("highlights", []):
        found.append(plain(highlight))
        if isinstance(highlight, dict):
            found += [plain(inner) for inner in highlight.get("highlights", [])]
    return found


def positions(entry: Plain) -> list[Plain]:
    """Return the positions held at the organization of *entry*: several, or the one that it is."""
    return [{**entry, **position} for position in entry.get("positions", [entry])]


def authors(entry: Plain, profile: Plain) -> list[str]:
    """Return who wrote *entry*, the person by the name that they are cited with."""
    me = profile["person"].get("cite_as", [profile["person"]["name"]])[0]
    return [me if plain(name) == "me" else plain(name) for name in entry.get("authors", [])]


def venue(entry: Plain, profile: Plain) -> str:
    """Return the name of the venue of *entry*."""
    name = entry.get("venue", "")
    return plain(profile.get("venues", {}).get(name, {}).get("name", name))


def day(entry: Plain) -> str:
    """Return the day of *entry*, or the first of several."""
    date = entry.get("date", "")
    return str(date[0] if isinstance(date, list) else date)
