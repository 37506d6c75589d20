"""What other formats, and habit, call the fields of this one; for hints only."""

from __future__ import annotations

from collections.abc import Container, Mapping

_ALIASES: Mapping[str, tuple[str, ...]] = {
    "organization": ("company", "employer", "firm", "lab", "group", "association", "club", "body"),
    "institution": ("school", "university", "college"),
    "position": ("role", "job", "jobtitle", "title"),
    "role": ("position", "title"),
    "title": ("name", "award"),
    "course": ("name", "title", "class"),
    "name": ("title", "language", "skill"),
    "start": ("from", "begin", "began", "startdate", "start_date", "since"),
    "end": ("to", "until", "till", "enddate", "end_date", "finish"),
    "date": ("year", "when", "day", "month", "releasedate", "dates"),
    "highlights": ("bullets", "details", "points", "description", "responsibilities", "achievements"),
    "summary": ("description", "abstract"),
    "url": ("link", "website", "homepage", "web", "href"),
    "area": ("major", "field", "subject", "studyarea", "discipline", "department"),
    "degree": ("studytype",),
    "gpa": ("score", "grade"),
    "venue": ("journal", "conference", "booktitle", "publisher", "publication"),
    "issuer": ("awarder", "from", "by"),
    "level": ("fluency", "proficiency"),
    "location": ("place", "city", "where"),
    "value": ("address", "handle", "username", "url", "number"),
    "items": ("keywords", "list", "skills"),
    "contact": ("contacts", "profiles", "links", "email", "phone", "website"),
    "headline": ("label", "tagline", "subtitle"),
    "photo": ("image", "picture"),
    "omit": ("hide", "drop", "remove"),
    "pin": ("keep",),
    "paper": ("papersize", "page_size", "size"),
    "person": ("basics", "me", "personal", "author", "cv", "resume"),
    "experience": ("work", "jobs", "employment", "positions"),
    "publications": ("papers", "articles", "research"),
    "awards": ("honors", "honours", "prizes", "scholarships"),
    "talks": ("presentations",),
    "volunteering": ("volunteer",),
    "certificates": ("certifications",),
    "email": ("mail", "e-mail"),
    "phone": ("tel", "telephone", "mobile", "cell"),
    "website": ("web", "homepage", "url", "site"),
    "x": ("twitter",),
}


def meant(name: str, known: Container[str]) -> str:
    """Return the field among *known* that elsewhere goes by *name*, '' where there is none."""
    word = name.casefold()
    return next((field for field, others in _ALIASES.items() if word in others and field in known), "")
