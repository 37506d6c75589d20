"""RIS, as publishers' pages and reference managers write it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

from msgspec.structs import replace

from cvbuild.errors import LimitError, Mark, Problem, ProfileError, quoted
from cvbuild.importers.works import ids, status
from cvbuild.importers.works.decoded import decoded
from cvbuild.importers.works.html import prose
from cvbuild.importers.works.names import whole, without_marks
from cvbuild.importers.works.work import Notes, Work, Works

FORMAT = "RIS"
MAX_ENTRIES = 20_000
_LINE = re.compile(r"([A-Z][A-Z0-9])  ?-(?: (.*)|)$")
_KINDS = {"JOUR": "journal", "MGZN": "journal", "EJOUR": "journal", "CONF": "conference", "CPAPER": "conference",
          "CHAP": "chapter", "BOOK": "book", "EBOOK": "book", "THES": "thesis", "RPRT": "report", "UNPB": "manuscript",
          "INPR": "journal", "PREPRINT": "preprint", "ECHAP": "chapter"}  # fmt: skip


def sniff(text: str) -> bool:
    return re.search(r"(?m)^TY  ?- ", text) is not None


def read(data: bytes, file: str) -> Works:
    """Return the works of *data*. Raises `LimitError`, and `ProfileError` where there is nothing to be read."""
    notes = Notes()
    text = decoded(data, file)
    entries = [_work(mark, fields, notes) for mark, fields in _entries(text, file, notes)]
    if not entries and not notes.problems:
        raise ProfileError(Problem(Mark(file, 1, 1), "", "no entry; expected RIS, which begins with 'TY  - '"))
    return notes.works(FORMAT, entries)


def _entries(text: str, file: str, notes: Notes) -> Iterator[tuple[Mark, dict[str, list[str]]]]:
    fields: dict[str, list[str]] | None = None
    start, last, count = Mark(file), "", 0
    for number, line in enumerate(text.split("\n"), 1):
        match, here = _LINE.match(line.rstrip()), Mark(file, number, 1)
        if match and match[1] == "TY":
            if fields is not None:
                notes.fault(start, "", f"this entry does not end before line {number}; expected a line 'ER  -'")
                yield start, fields
            fields, start, count = defaultdict(list), here, count + 1
            if count > MAX_ENTRIES:
                raise LimitError(Problem(here, "", f"more than {MAX_ENTRIES} entries"))
        elif fields is None:
            if line.strip():
                notes.fault(here, "", f"{quoted(line.strip())} stands in no entry; expected a line 'TY  - …'")
                if len(notes.problems) >= 50:
                    return
            continue
        if match and match[1] == "ER":
            yield start, fields
            fields = None
        elif match:
            last = match[1]
            fields[last].append((match[2] or "").strip())
        elif line.strip() and last:
            # Long texts go on in lines without a tag.
            fields[last].append(f"{fields[last].pop()} {line.strip()}".strip())
    if fields is not None:
        notes.fault(start, "", "this entry does not end; expected a line 'ER  -'")
        yield start, fields


class _Taker:
    def __init__(self, fields: dict[str, list[str]]) -> None:
        self.fields = fields

    def __call__(self, *tags: str) -> str:
        """Return the first value of the first of these tags that has one; it is taken."""
        for tag in tags:
            values = self.fields.get(tag, [])
            found = next((value for value in values if value), "")
            if found:
                values.remove(found)
                return found
        return ""

    def all(self, *tags: str) -> list[str]:
        """Return every value of these tags; they are taken."""
        return [value for tag in tags for value in self.fields.pop(tag, []) if value]


def _work(mark: Mark, fields: dict[str, list[str]], notes: Notes) -> Work:
    take = _Taker(fields)
    written = take("TY")
    kind, key = _KINDS.get(written, "other"), take("ID")
    people = [without_marks(whole(prose(name))) for name in take.all("AU", "A1") or take.all("A2", "ED")]
    cut = bool(people) and people[-1].written.casefold().rstrip(".") in ("et al", "others")
    found, others, lost = _addresses(take)
    venue = prose(take("JO", "JF", "T2", "BT", "J2", "JA")) if kind != "book" else prose(take("PB"))
    first, last = take("SP"), take("EP")
    note = prose(take("N1"))
    said, named, rest = status.of_note(note) if not venue or kind == "manuscript" else ("", "", note)
    if said:
        notes.guess(mark, key, f"the status '{said}' is taken from the note")
    issuer = (prose(take("M3")), prose(take("PB"))) if kind in ("thesis", "report") else ()
    if "arxiv" in dict(found) and not venue and kind in ("journal", "other", "manuscript"):
        kind = "preprint"
    made = Work(
        mark=mark,
        key=key,
        kind=kind,
        title=prose(take("TI", "T1", "CT")),
        authors=tuple(people[:-1] if cut else people),
        truncated=cut,
        ids=found,
        venue=venue or named,
        volume=take("VL"),
        issue=take("IS"),
        pages="–".join(dict.fromkeys(filter(None, (first.replace("-", "–"), last)))),
        date=_date(take, mark, key, notes),
        status=said or ("in press" if written == "INPR" else kind if kind in ("preprint", "manuscript") else ""),
        url=next(iter(others), ""),
        links=tuple((f"Link {number}", address) for number, address in enumerate(others[1:], 2)),
        abstract=prose(take("AB", "N2")),
        subjects=tuple(map(prose, take.all("KW"))),
        note=". ".join(filter(None, (", ".join(filter(None, issuer)), rest))),
    )
    left = [(tag, "; ".join(filter(None, values))) for tag, values in fields.items()]
    return replace(made, extras=tuple((tag, text) for tag, text in (*left, ("UR", "; ".join(lost))) if text))


def _addresses(take: _Taker) -> tuple[tuple[tuple[str, str], ...], list[str], list[str]]:
    """Return the identifiers of an entry, the addresses besides, and what is neither."""
    written, raw = take.all("UR", "L1", "L2"), take("DO")
    is_arxiv = "arxiv" in raw.lower() and bool(ids.arxiv(raw))
    arxiv = ids.arxiv(raw) if is_arxiv else next(filter(None, map(ids.arxiv, written)), "")
    doi = "" if is_arxiv else ids.doi(raw) or next(filter(None, map(ids.doi, written)), "")
    others = [url for url in map(ids.url, written) if url and not ids.doi(url) and not ids.arxiv(url)]
    lost = [address for address in written if not ids.url(address)] + ([raw] if raw and not (doi or arxiv) else [])
    return tuple((kind, value) for kind, value in (("doi", doi), ("arxiv", arxiv)) if value), others, lost


def _date(take: _Taker, mark: Mark, key: str, notes: Notes) -> str:
    """Return the most precise of the dates that say one year."""
    written = [take(tag) for tag in ("DA", "PY", "Y1")]
    found = [day for day in map(ids.day, written) if day]
    for text in written:
        if text and not ids.day(text):
            notes.guess(mark, key, f"the date {quoted(text)} is none; it is left out")
    return max(found, key=len, default="")
