"""Files of other tools: what comes of them, what is told of them, and what is refused."""

from __future__ import annotations

import gzip
import io
import tarfile
import zipfile
import zlib
from pathlib import Path
from typing import Any

import pytest
import yaml

from cvbuild.document import Link, walk
from cvbuild.errors import CvError
from cvbuild.importers import registry
from cvbuild.importers.imported import Imported
from tests.composing import CASES
from tests.importing import TODAY, missing, profile, said, shown

_FOLDER = CASES / "importers"


class _Texts(yaml.SafeLoader):
    """Reads every scalar as the text it is, but lists of numbers."""

    yaml_implicit_resolvers = {  # noqa: RUF012 (PyYAML's protocol)
        key: [(tag, regexp) for tag, regexp in resolvers if tag.endswith(("int", "null"))]
        for key, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }


def cases(name: str) -> list[Any]:
    found = yaml.load((_FOLDER / f"{name}.yaml").read_text("utf-8"), _Texts)
    return [pytest.param(case, id=title) for title, case in found["cases"].items()]


def bytes_of(case: dict[str, Any]) -> bytes:
    """Return the file of a case; what stands under `times` makes it long: of its last character, or of all of it."""
    data = bytes.fromhex(str(case["bytes"])) if "bytes" in case else case["file"].encode("utf-8", "surrogatepass")
    part, times = case.get("times", ["", 0])
    return data + data[-1:] * times if part == "last" else data * (times or 1)


def imported(case: dict[str, Any]) -> Imported:
    data = bytes_of(case)
    format = registry.recognised("file", data, case.get("format", ""))
    return registry.read(format, "file", data, TODAY)


@pytest.mark.parametrize("case", cases("files"))
def test_a_file_becomes_a_profile(case: dict[str, Any]) -> None:
    found = imported(case)

    assert found.tree == case["profile"]
    assert [str(note).partition("\n")[0].removeprefix("file:") for note in found.notes] == case.get("notes", [])


@pytest.mark.parametrize("case", cases("files"))
def test_every_text_of_a_file_is_in_the_default_view(case: dict[str, Any]) -> None:
    source = profile(imported(case))
    tree = yaml.load(case["file"], yaml.BaseLoader)
    tree = tree.get("content") or tree.get("cv") or {**tree, "references": None}

    # What YAML reads as text here is none in the file, or is told otherwise.
    others = ("true", "null", "tel:+32-9-555-01-99")
    assert [text for _, text in missing(tree, shown(source)) if text not in others] == []


@pytest.mark.parametrize("case", cases("faults"))
def test_what_is_no_such_file_is_refused_in_one_line(case: dict[str, Any]) -> None:
    with pytest.raises(CvError) as caught:
        imported(case)

    assert len(caught.value.problems) == 1
    assert str(caught.value).removeprefix("file:").strip().startswith(case["told"])


def _zip(*entries: zipfile.ZipInfo) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for entry in entries:
            archive.writestr(entry, bytes(100_000))
    return held.getvalue()


def _tar(name: str) -> bytes:
    held = io.BytesIO()
    with tarfile.open(fileobj=held, mode="w") as archive:
        archive.addfile(tarfile.TarInfo(name))
    return held.getvalue()


def _link(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name)
    info.external_attr = 0o120777 << 16
    return info


_ARCHIVES = {
    "names that lead elsewhere": _zip(*map(zipfile.ZipInfo, ("../../out.txt", "/out.txt", "C:\\x\\..\\out"))),
    "a link": _zip(_link("link")),
    "many files": _zip(*(zipfile.ZipInfo(f"{n}.json") for n in range(300))),
    "a tar that leads elsewhere": _tar("../../out.txt"),
    "a file that swells": gzip.compress(b"{" + bytes(1_000_000)),
}


@pytest.mark.parametrize("data", _ARCHIVES.values(), ids=_ARCHIVES)
def test_no_archive_is_ever_opened(data: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*arguments: object) -> None:
        raise AssertionError(arguments)

    for module, name in ((zipfile, "ZipFile"), (tarfile, "open"), (gzip, "decompress"), (zlib, "decompressobj")):
        monkeypatch.setattr(module, name, refuse)
    for wished in ("", "jsonresume", "bibtex"):
        with pytest.raises(CvError, match="an archive; expected the file itself"):
            registry.recognised("file", data, wished)


def test_tags_in_a_title_are_text() -> None:
    title = "&lt;img src=x onerror=1&gt; $\\input{x}$"
    data = f'<feed xmlns="http://www.w3.org/2005/Atom"><entry><title>{title}</title></entry></feed>'.encode()
    found = registry.read(registry.recognised("file", data), "file", data, TODAY)
    source = profile(Imported({"person": {"name": "Ada"}, **found.tree}))

    assert "imgsrcxonerror1" in said(shown(source))
    assert not [node for node in walk(shown(source)) if isinstance(node, Link)]


def test_the_most_certain_format_is_taken() -> None:
    assert registry.recognised("cv.json", b'{"basics": {}}').name == "jsonresume"
    assert registry.recognised("cv.json", b'{"work": [], "meta": {"format": "FRESH@0.6.0"}}').name == "fresh"
    assert registry.recognised("cv.yaml", b"design: {}\ncv:\n  name: Ada\n").name == "rendercv"
    assert registry.recognised("cv.yaml", b"content:\n  basics:\n    name: Ada\n").name == "yamlresume"
    assert registry.recognised("cv.yaml", b"cv: {}", "yamlresume").name == "yamlresume"


_WORKS = {
    "bibtex": "@article{a, title={On Sums}, author={Example, Ada}, year=2020, journal={Sums}}",
    "csl": '[{"id": "a", "type": "article-journal", "title": "On Sums", "issued": {"date-parts": [[2020]]}}]',
    "ris": "TY  - JOUR\nTI  - On Sums\nAU  - Example, Ada\nPY  - 2020\nER  - \n",
}


@pytest.mark.parametrize("name", _WORKS)
def test_a_list_of_works_is_told_from_a_cv(name: str) -> None:
    data = _WORKS[name].encode()
    format = registry.recognised("file", data)
    entries: Any = registry.read(format, "file", data, TODAY).tree["publications"]

    assert format.name == name
    assert [(entry["title"], entry["date"]) for entry in entries] == [("On Sums", "2020")]
    with pytest.raises(CvError, match=r"expected Crossref|expected BibTeX"):
        registry.read(registry.formats()["crossref" if name == "bibtex" else "bibtex"], "file", data, TODAY)


def test_what_lies_ahead_is_known_today() -> None:
    data = b'{"basics": {"name": "Ada"}, "work": [{"name": "W", "startDate": "2027-01"}, {"name": "V"}]}'
    found = registry.read(registry.formats()["jsonresume"], "cv.json", data, TODAY)

    assert found.tree["experience"] == [
        {"organization": "W", "start": "2027-01", "since": "2026-01-01"},
        {"organization": "V"},
    ]


def test_no_importer_opens_a_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    import socket

    def refuse(*arguments: object) -> None:
        raise AssertionError(arguments)

    monkeypatch.setattr(socket, "socket", refuse)
    for case in cases("files"):
        imported(case.values[0])


def test_every_module_of_an_importer_is_registered() -> None:
    folder = Path(registry.__file__).parent
    offering = {path.stem for path in folder.glob("*.py") if "\nFORMAT = " in path.read_text("utf-8")}

    works = {"bibtex", "csl", "ris", "atom", "openalex", "orcid", "crossref"}
    assert offering | works == set(registry.formats())
