"""A selected profile as RenderCV's input."""

from __future__ import annotations

from collections.abc import Iterator

import content
from content import Plain, plain


def resume(profile: Plain) -> Plain:
    """Return *profile* as the tree that `rendercv render` reads."""
    found = content.contacts(profile)
    cv = {
        "name": profile["person"]["name"],
        "headline": plain(profile["person"].get("headline", "")),
        "location": found.get("location"),
        "email": found.get("email"),
        "website": found.get("website"),
        "social_networks": [{"network": n, "username": u} for n, u in content.networks(profile) if n in _KNOWN],
        "sections": {title: list(_entries(name, entries, profile))
                     for name, title, entries in content.sections(profile)},
    }  # fmt: skip
    return {"cv": {name: value for name, value in cv.items() if value}, "design": {"theme": "classic"}}


_KNOWN = ("LinkedIn", "GitHub")


def _entries(name: str, entries: list[Plain], profile: Plain) -> Iterator[Plain | str]:
    for entry in entries:
        match name:
            case "statement":
                yield plain(entry)
            case "experience":
                yield from (_experience(position) for position in content.positions(entry))
            case "education":
                yield {**_dated(entry), "institution": plain(entry["institution"]), "area": plain(entry["area"]),
                       "degree": plain(entry["degree"])}  # fmt: skip
            case "publications":
                yield _publication(entry, profile)
            case "skills":
                yield {"label": plain(entry["name"]), "details": ", ".join(map(plain, entry["items"]))}
            case "languages":
                yield {"label": plain(entry["name"]), "details": plain(entry["level"])}
            case _:
                yield {**_dated(entry), "name": plain(entry.get("name") or entry["title"]),
                       "summary": plain(entry.get("summary") or entry.get("issuer", ""))}  # fmt: skip


def _experience(entry: Plain) -> Plain:
    return {**_dated(entry), "company": plain(entry["organization"]), "position": plain(entry["position"])}


def _publication(entry: Plain, profile: Plain) -> Plain:
    found = {"title": plain(entry["title"]), "authors": content.authors(entry, profile), "date": content.day(entry),
             "journal": content.venue(entry, profile), "url": entry.get("url")}  # fmt: skip
    return {name: value for name, value in found.items() if value}


def _dated(entry: Plain) -> Plain:
    """Return what every entry has: its place, its dates, and what is said below it."""
    found = {"location": plain(entry.get("location", "")), "highlights": content.lines(entry)}
    if "start" in entry:
        found |= {"start_date": entry["start"], "end_date": entry.get("end", "present")}
    elif content.day(entry):
        found["date"] = content.day(entry)
    return {name: value for name, value in found.items() if value}
