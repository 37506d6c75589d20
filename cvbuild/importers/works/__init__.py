"""Lists of works, in the formats that programs and registries write them → works, and entries of a profile.

    bytes ─ read ▶ Works ─ fold ▶ one work for its versions ─ records ▶ mappings in the schema of a profile

Nothing here opens a file or a connection: `read` is given what is to be read.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from cvbuild.errors import Mark, Problem, ProfileError
from cvbuild.importers.works import atom, crossref, csl, jsontext, openalex, orcid, ris
from cvbuild.importers.works.decoded import decoded
from cvbuild.importers.works.folding import fold
from cvbuild.importers.works.names import Own
from cvbuild.importers.works.records import Records, records
from cvbuild.importers.works.work import Name, Work, Works

__all__ = ["FORMATS", "Name", "Own", "Records", "Work", "Works", "fold", "format_of", "read", "records"]

FORMATS = ("BibTeX", "CSL-JSON", "RIS", "Atom", "OpenAlex", "ORCID", "Crossref")
_MODULES = (crossref, openalex, orcid, csl)
_JSON: dict[str, Callable[[Any, str], Works]] = {module.FORMAT: module.read for module in _MODULES}
_SNIFF: dict[str, Callable[[Any], bool]] = {module.FORMAT: module.sniff for module in _MODULES}
_SUFFIXES = {".bib": "BibTeX", ".ris": "RIS", ".atom": "Atom"}


def format_of(name: str, data: bytes) -> str:
    """Return which of `FORMATS` a file is in, by what it holds, else by its *name*; '' where it is in none.

    Raises `ProfileError` and `LimitError` for JSON that is broken or nested too deep.
    """
    return _recognized(name, data)[0]


def read(name: str, data: bytes) -> Works:
    """Return the works in *data*; *name* is the file's, for messages and where what it holds is no help.

    Raises `ProfileError` where nothing can be read of it, and `LimitError` past a limit, with the place.
    """
    works = _read(name, data)
    if not works.works:
        hint = f"expected {works.format} with at least one"
        raise ProfileError(*(works.problems or [Problem(Mark(name, 1, 1), "", "no work in this file", hint)]))
    return works


def _read(name: str, data: bytes) -> Works:
    found, tree = _recognized(name, data)
    match found:
        case "BibTeX":
            # pybtex is only loaded where there is something for it to read.
            from cvbuild.importers.works import bibtex

            return bibtex.read(data, name)
        case "RIS":
            return ris.read(data, name)
        case "Atom":
            return atom.read(data, name)
        case "":
            kinds = f"{', '.join(FORMATS[:-1])} or {FORMATS[-1]}"
            raise ProfileError(Problem(Mark(name, 1, 1), "", f"no list of works that is known; expected {kinds}"))
    return _JSON[found](tree, name)


def _recognized(name: str, data: bytes) -> tuple[str, Any]:
    """Return the format of *data* and, of JSON, what it says."""
    start = data.removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    if start in (b"{", b"["):
        tree = jsontext.parse(data, name)
        return next((kind for kind, sniff in _SNIFF.items() if sniff(tree)), ""), tree
    if start == b"<":
        return "Atom", None
    text = decoded(data, name)
    if ris.sniff(text):
        return "RIS", None
    suffix = name[name.rfind(".") :].lower() if "." in name else ""
    return ("BibTeX" if _is_bibtex(text) else _SUFFIXES.get(suffix, "")), None


def _is_bibtex(text: str) -> bool:
    return any(line.lstrip().startswith("@") and "{" in line + "{" for line in text.split("\n"))
