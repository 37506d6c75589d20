"""A selected profile as a JSON Resume, which `resumed` and cvloom read, and as YAMLResume's input."""

from __future__ import annotations

import content
from content import Plain, plain

_FLUENCY = {"native": "Native or Bilingual Proficiency", "fluent": "Full Professional Proficiency"}
_DEGREES = {"Ph.D.": "Doctor", "M.Sc.": "Master", "B.Sc.": "Bachelor"}


def resume(profile: Plain) -> Plain:
    """Return *profile* as a JSON Resume."""
    found = content.contacts(profile)
    entries = {name: items for name, _, items in content.sections(profile)}
    city, _, region = found.get("location", "").partition(", ")
    jobs = [position for entry in entries.get("experience", []) for position in content.positions(entry)]
    return {
        "basics": {
            "name": profile["person"]["name"],
            "label": plain(profile["person"].get("headline", "")),
            "email": found.get("email", ""),
            "url": found.get("website", ""),
            "summary": " ".join(plain(entry) for entry in entries.get("statement", [])),
            "location": {"city": city, "region": region},
            "profiles": [{"network": n, "username": u} for n, u in content.networks(profile)],
        },
        "work": [
            {"name": plain(job["organization"]), "position": plain(job["position"]), **_span(job),
             "location": plain(job.get("location", "")), "highlights": content.lines(job)} for job in jobs
        ],
        "education": [
            {"institution": plain(e["institution"]), "area": plain(e["area"]), "studyType": plain(e["degree"]),
             **_span(e), "courses": content.lines(e)} for e in entries.get("education", [])
        ],
        "projects": [
            {"name": plain(e["name"]), "description": plain(e["summary"]), "url": e["url"], **_span(e),
             "highlights": content.lines(e)} for e in entries.get("projects", [])
        ],
        "publications": [
            {"name": plain(e["title"]), "publisher": content.venue(e, profile), "releaseDate": content.day(e),
             "url": e.get("url", ""), "summary": ", ".join(content.authors(e, profile))}
            for e in entries.get("publications", [])
        ],
        "awards": [
            {"title": plain(e["title"]), "awarder": plain(e["issuer"]), "date": content.day(e) or e["start"],
             "summary": " ".join(content.lines(e))} for e in entries.get("awards", [])
        ],
        "skills": [{"name": plain(e["name"]), "level": e.get("level", ""), "keywords": [plain(i) for i in e["items"]]}
                   for e in entries.get("skills", [])],
        "languages": [{"language": plain(e["name"]), "fluency": plain(e["level"])}
                      for e in entries.get("languages", [])],
    }  # fmt: skip


def yamlresume(profile: Plain) -> Plain:
    """Return *profile* as YAMLResume has it: closed lists of degrees and levels, highlights as Markdown lists."""
    found = resume(profile)
    basics = found["basics"]
    place = basics.pop("location")
    return {
        "content": {
            "basics": {**{k: basics[k] for k in ("name", "email", "url", "summary")}, "headline": basics["label"]},
            "location": {"city": place["city"]},
            "profiles": [p for p in basics["profiles"] if p["network"] in ("GitHub", "LinkedIn")],
            "work": [{**_without(e, "location", "highlights"), "summary": _markdown(e["highlights"])}
                     for e in found["work"]],
            "education": [{**_without(e, "studyType"), "degree": _DEGREES[e["studyType"]]} for e in found["education"]],
            "projects": [{**_without(e, "highlights"), "summary": _markdown([e["description"], *e["highlights"]])}
                         for e in found["projects"]],
            "publications": found["publications"],
            "awards": found["awards"],
            "skills": [{**e, "level": "Advanced"} for e in found["skills"]],
            "languages": [{**e, "fluency": _FLUENCY.get(e["fluency"], "Elementary Proficiency")}
                          for e in found["languages"]],
        },
        "layouts": [{"engine": "latex", "template": "moderncv-banking"}],
    }  # fmt: skip


def _markdown(items: list[str]) -> str:
    return "\n".join(f"- {item}" for item in items)


def _without(entry: Plain, *names: str) -> Plain:
    return {name: value for name, value in entry.items() if name not in names}


def _span(entry: Plain) -> Plain:
    return {"startDate": entry["start"], **({"endDate": entry["end"]} if "end" in entry else {})}
