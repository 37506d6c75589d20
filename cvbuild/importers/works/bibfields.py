"""One BibTeX entry → one work: what each field means."""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec import Struct
from msgspec.structs import replace
from pybtex.bibtex.utils import split_name_list
from pybtex.database import InvalidNameString, Person

from cvbuild.errors import Mark, quoted
from cvbuild.importers.works import ids, status
from cvbuild.importers.works.names import marks_of
from cvbuild.importers.works.tex import prose
from cvbuild.importers.works.work import Name, Notes, Work

_KINDS = {
    **dict.fromkeys(("article", "periodical", "suppperiodical"), "journal"),
    **dict.fromkeys(("inproceedings", "conference", "proceedings"), "conference"),
    **dict.fromkeys(("incollection", "inbook", "suppcollection", "suppbook", "inreference"), "chapter"),
    **dict.fromkeys(("book", "mvbook", "booklet", "collection", "manual", "reference"), "book"),
    **dict.fromkeys(("phdthesis", "mastersthesis", "thesis", "bachelorsthesis"), "thesis"),
    **dict.fromkeys(("techreport", "report"), "report"),
    "unpublished": "manuscript",
}
_THESES = {"phdthesis": "Ph.D. thesis", "mastersthesis": "Master’s thesis", "bachelorsthesis": "Bachelor’s thesis",
           "mathesis": "Master’s thesis", "bathesis": "Bachelor’s thesis",
           "techreport": "Technical report"}  # fmt: skip
# Fields of web pages made from BibTeX that lead somewhere.
_LINKS = {"pdf": "PDF", "code": "Code", "slides": "Slides", "poster": "Poster", "video": "Video", "website": "Website",
          "blog": "Blog", "html": "HTML", "supp": "Supplement", "data": "Data", "github": "Code",
          "preprint": "Preprint"}  # fmt: skip
_MAX_BRACES = 20_000


class Entry(Struct, frozen=True):
    """An entry as parsed: its fields by their names in small letters, with their places."""

    mark: Mark
    type: str
    key: str
    fields: dict[str, str]
    places: dict[str, Mark]

    def get(self, *names: str) -> str:
        """Return the first of these fields that is there, as written, on one line."""
        return next((" ".join(self.fields[name].split()) for name in names if self.fields.get(name, "").strip()), "")

    def place(self, name: str) -> Mark:
        return self.places.get(name, self.mark)


class _Taker:
    """Takes fields of an entry, and remembers which are left."""

    def __init__(self, entry: Entry) -> None:
        self.entry, self.left = entry, dict(entry.fields)

    def __call__(self, *names: str) -> str:
        """Return the first of these fields that is there as prose; it is taken."""
        return prose(self.raw(*names))

    def raw(self, *names: str) -> str:
        name = next((name for name in names if self.left.get(name, "").strip()), "")
        return " ".join(self.left.pop(name).split()) if name else ""


def inherited(entry: Entry, host: Entry | None) -> Entry:
    """Return *entry* with what it lacks and its cross-referenced *host* says."""
    if host is None or host is entry:
        return entry
    own = {
        name: text for name, text in host.fields.items() if name not in ("author", "title", "crossref", "editor", "doi")
    }
    booktitle = {"booktitle": host.get("booktitle", "title")}
    return Entry(entry.mark, entry.type, entry.key, {**own, **booktitle, **entry.fields}, entry.places)


def work(entry: Entry, host: Entry | None, notes: Notes) -> Work:
    """Return the work that *entry* tells of; what was guessed goes to *notes*."""
    entry = inherited(entry, host)
    take = _Taker(entry)
    kind = _KINDS.get(entry.type, "other")
    title, subtitle = take("title"), take("subtitle")
    authors, truncated = _people(take.raw("author"), entry, "author", notes)
    if not authors:
        authors, truncated = _people(take.raw("editor"), entry, "editor", notes)
        if authors:
            notes.guess(entry.place("editor"), entry.key, "no author; the editors are taken for the authors")
    found, arxiv = _identifiers(take, entry, notes)
    venue, short, kind, arxiv = _venue(take, entry, kind, arxiv)
    pages = re.sub(r"\s*(?:-+|–)\s*", "–", take("pages", "eid", "articleno"))
    made = Work(
        mark=entry.mark,
        key=entry.key,
        kind=kind,
        title=f"{title}: {subtitle}" if title and subtitle else title or subtitle,
        authors=authors,
        truncated=truncated,
        ids=(*found, *((("arxiv", arxiv),) if arxiv else ())),
        venue=venue,
        short_venue=short,
        volume=take("volume") if kind != "book" else "",
        issue=take("number", "issue") if kind in ("journal", "conference", "other") else "",
        pages=pages,
        date=_date(take, entry, notes),
        badge=take("award"),
        abstract=take("abstract"),
        subjects=tuple(_list(take("primaryclass"))) + tuple(_list(take("keywords"))),
    )
    made = _told(made, take, entry, notes)
    url, links = _links(take)
    extras = tuple((name, prose(text)) for name, text in take.left.items() if text.strip())
    return replace(made, url=url, links=links, extras=extras)


def _people(text: str, entry: Entry, name: str, notes: Notes) -> tuple[tuple[Name, ...], bool]:
    if text.count("{") > _MAX_BRACES:
        notes.fault(entry.place(name), entry.key, f"more than {_MAX_BRACES} braces in a list of names; it is left out")
        return (), False
    said = [person for person in split_name_list(text) if person] if text else []
    truncated = bool(said) and prose(said[-1]).casefold().rstrip(".") in ("others", "et al")
    return tuple(_person(person, entry, name, notes) for person in (said[:-1] if truncated else said)), truncated


def _person(text: str, entry: Entry, name: str, notes: Notes) -> Name:
    left, marks = marks_of(text)
    try:
        person = Person(left.strip(" ,"))
    except InvalidNameString:
        message = f"{quoted(text)} has too many commas to be one name; names are joined by 'and'"
        notes.fault(entry.place(name), entry.key, message)
        return Name(literal=prose(left), marks=marks)
    given, particle, family, suffix = (
        prose(" ".join(parts))
        for parts in (person.bibtex_first_names, person.prelast_names, person.last_names, person.lineage_names)
    )
    if not given and not particle:
        return Name(literal=" ".join(filter(None, (family, suffix))), marks=marks)
    return Name(family, given, particle, suffix, marks=marks)


def _identifiers(take: _Taker, entry: Entry, notes: Notes) -> tuple[tuple[tuple[str, str], ...], str]:
    """Return the identifiers of an entry but that of arXiv, and that."""
    found: list[tuple[str, str]] = []
    raw = prose(entry.get("doi")).replace("\\", "")
    arxiv = ids.arxiv(raw) if "arxiv" in raw.lower() else ""
    if ids.doi(raw):
        take.raw("doi")
        found += [] if arxiv else [("doi", ids.doi(raw))]
    if entry.get("pmid").isdecimal():
        found.append(("pmid", take.raw("pmid")))
    eprint, kind = prose(entry.get("eprint", "arxivid", "arxiv")), entry.get("archiveprefix", "eprinttype").lower()
    own = ids.arxiv(eprint) if kind in ("", "arxiv") else ""
    if own:
        take.raw("eprint", "arxivid", "arxiv")
        take.raw("archiveprefix", "eprinttype")
        if not kind and "eprint" in entry.fields and "primaryclass" not in entry.fields:
            notes.guess(entry.place("eprint"), entry.key, f"the eprint {quoted(eprint)} is taken for one of arXiv")
    return tuple(found), own or arxiv or ids.arxiv(entry.get("url"))


def _venue(take: _Taker, entry: Entry, kind: str, arxiv: str) -> tuple[str, str, str, str]:
    """Return the venue, its short form, the kind of work, and the identifier of arXiv, which a venue may tell."""
    short = take("abbr", "shortjournal")
    fields = (
        ("booktitle", "journaltitle", "journal")
        if kind in ("conference", "chapter")
        else ("journaltitle", "journal", "booktitle")
    )
    venue = prose(entry.get(*fields))
    preprint = re.match(r"(?:arxiv\b|corr\b|biorxiv\b|medrxiv\b|ssrn\b)", venue, re.IGNORECASE)
    if preprint:
        arxiv = arxiv or ids.arxiv_within(venue)
        if venue.lower().startswith(("arxiv", "corr")) and (
            arxiv or re.fullmatch(r"arxiv(\.org)?( e-prints| preprint)?|corr", venue, re.I)
        ):
            take.raw(*fields)
            take.raw("volume")
            return "", short, "preprint", arxiv
        return take(*fields), short, "preprint", arxiv
    if kind == "book":
        return take("publisher"), short, kind, arxiv
    if kind in ("thesis", "report"):
        return "", short, kind, arxiv
    if not venue and kind in ("other", "journal", "manuscript") and arxiv:
        return "", short, "preprint", arxiv
    return take(*fields), short, kind, arxiv


def _date(take: _Taker, entry: Entry, notes: Notes) -> str:
    written = prose(entry.get("date"))
    found = ids.day(written) if written else ""
    if found:
        take.raw("date")
        if found[:4] == prose(entry.get("year"))[:4]:
            take.raw("year")
            take.raw("month")
        return found
    year, month = prose(entry.get("year")), ids.month(prose(entry.get("month")))
    four = re.search(r"(?<!\d)\d{4}(?!\d)", year)
    if not four:
        if year and not status.state(year) and not status.of_note(year)[0]:
            notes.guess(entry.place("year"), entry.key, f"the year {quoted(year)} is none; the work has no date")
        return ""
    if year == four[0]:
        take.raw("year")
    else:
        notes.guess(entry.place("year"), entry.key, f"the year {quoted(year)} is taken for {four[0]}")
    if month or not entry.get("month"):
        take.raw("month")
    day = prose(entry.get("day")) or next(iter(re.findall(r"(?<!\d)\d{1,2}(?!\d)", prose(entry.get("month")))), "")
    own_day = day if (day.isdecimal() and not prose(entry.get("month")).isdecimal()) or entry.get("day") else ""
    take.raw("day")
    return ids.date(four[0], month, own_day) if month else four[0]


def _told(made: Work, take: _Taker, entry: Entry, notes: Notes) -> Work:
    """Return *made* with its status, and what the entry remarks on it."""
    said = status.state(prose(entry.get("pubstate")))
    if said:
        take.raw("pubstate")
    note, venue = take("note"), made.venue
    if not said:
        said, named, rest = status.of_note(note)
        name = "note"
        if not said and status.of_note(prose(entry.get("year")))[0]:
            said, named, rest, name = status.of_note(take("year"))[0], "", note, "year"
        if named and venue and ids.folded(named) != ids.folded(venue):
            said = ""  # It went elsewhere, too: the remark is printed as it stands.
        if said:
            venue, note = venue or named, rest
            where = f" of {quoted(venue)}" if named else ""
            notes.guess(entry.place(name), entry.key, f"the status '{said}'{where} is taken from the {name}")
    if not said:
        said = {"preprint": "preprint", "manuscript": "manuscript"}.get(made.kind, "")
    issuer, published = _issuer(made, take, entry), take("howpublished") if not made.venue else ""
    remarks = [remark for remark in (*issuer, published, note, take("addendum")) if remark]
    text = ". ".join([*(remark.rstrip(".") for remark in remarks[:-1]), *remarks[-1:]])
    return replace(made, status=said, venue=venue, note=text)


def _issuer(made: Work, take: _Taker, entry: Entry) -> Iterator[str]:
    """Yield what kind of thesis or report a work is, and whose."""
    if made.kind not in ("thesis", "report"):
        return
    said = take("type")
    kind = _THESES.get(said.casefold(), said) or _THESES.get(entry.type, "")
    number = take("number") if made.kind == "report" else ""
    yield ", ".join(filter(None, (f"{kind} {number}".strip(), take("school", "institution", "publisher"))))


def _links(take: _Taker) -> tuple[str, tuple[tuple[str, str], ...]]:
    """Return the main address of a work, and those that its fields lead to."""
    found = ids.url(_bare(take.entry.get("url")))
    if found:
        take.raw("url")
    main = "" if ids.doi(found) or ids.arxiv(found) else found
    links = {}
    for name, label in _LINKS.items():
        address = ids.url(_bare(take.entry.get(name))) if "://" in take.entry.get(name) else ""
        if address and label not in links:
            links[label] = address
            take.raw(name)
    return main, tuple(links.items())


def _bare(address: str) -> str:
    r"""Return an address without the TeX that may be around it, or in it: `\url{…}`, `\_`, `{\textasciitilde}`."""
    inner = re.sub(r"\{?\\(?:textasciitilde|sim)\b\s*\}?", "~", re.sub(r"\\url\b", "", address))
    return re.sub(r"[{}\\]", "", inner).strip()


def _list(text: str) -> list[str]:
    return [part.strip() for part in re.split(r"[;,]", text) if part.strip()]
