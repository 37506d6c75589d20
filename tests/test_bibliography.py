"""Files of publications beside a profile: what joins, what wins, what is said, and how the two are compared."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from cvbuild import cli
from cvbuild.errors import CvError, LimitError
from cvbuild.profile import Record
from cvbuild.reader import Source, read, read_text

BIB = r"""
@string{annals = {Annals of Things}}
@article{quill:2024, author = {Quill, A. and Foo$^\dagger$, B.}, title = {The {First} Work on $\alpha$},
  journal = annals, volume = 5, pages = {1--9}, date = {2024-03-01}, doi = {10.5555/first},
  abstract = {Of \emph{things}.}}
@misc{second, author = {Foo, B. and Quill, Ada}, title = {The Second Work},
  eprint = {2402.00001}, archiveprefix = {arXiv}, year = 2024}
@inproceedings{third, author = {Ada Quill}, title = {The Third Work}, booktitle = {A Conference}, year = 2020}
"""
PERSON = "person: {name: Ada Quill, cite_as: [A. Quill]}\n"

Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Write:
    """Write a profile beside a file of publications; return its path, relative to the folder that is worked in."""
    monkeypatch.chdir(tmp_path)

    def write(profile: str, bib: str = BIB, name: str = "works.bib") -> Path:
        Path("cv.yaml").write_text(f"{PERSON}bibliography: {name}\n{profile}", "utf-8")
        Path(name).write_text(bib, "utf-8")
        return Path("cv.yaml")

    return write


def works(source: Source) -> dict[str, Record]:
    collection = source.profile.collection("publications")
    assert collection is not None
    return {entry.text("id"): entry for entry in collection.entries}


def refused(path: Path) -> list[str]:
    with pytest.raises(CvError) as caught:
        read(path)
    return [str(problem).partition("\n")[0] for problem in caught.value.problems]


def test_works_of_a_file_are_the_profile_s(write: Write) -> None:
    source = read(write(""))
    found = works(source)

    assert list(found) == ["quill-2024", "second", "third"]
    assert found["quill-2024"].texts("authors") == ("me", "B. Foo†")
    assert found["quill-2024"].text("title") == r"The First Work on $\alpha$"
    assert source.profile.venues["annals-of-things"].text("kind") == "journal"
    assert not source.warnings
    assert str(found["third"].mark_of("title")) == "works.bib:8:1"


@pytest.mark.parametrize(
    "item",
    [
        "key: quill:2024",
        "id: quill-2024",
        "title: Anything, links: {doi: 10.5555/FIRST}",
        "title: Anything, links: {doi: https://doi.org/10.5555/first}",
        r"title: 'The first work on $\alpha$', authors: [me, B. Foo]",
        r"title: 'The first work on $\alpha$', date: 2025",
    ],
)
def test_facts_of_the_profile_win_and_the_file_fills_in(write: Write, item: str) -> None:
    said = f"{{{item}, volume: 7, note: Mine, pages: null, status: {{2024: accepted}}}}"
    source = read(write(f"publications:\n  - {said}\n"))
    (first, *others) = works(source).values()

    assert (first.text("volume"), first.text("note"), first.text("pages")) == ("7", "Mine", "")
    assert first.texts("authors")[-1].startswith("B. Foo")
    assert first.text("abstract") == "Of *things*."
    assert first.records("links")[0].text("url").lower().endswith("10.5555/first")
    assert [other.text("id") for other in others] == ["second", "third"]


def test_another_year_or_author_is_another_work(write: Write) -> None:
    items = ("{id: a, title: The Third Work, date: 2010}", "{id: b, title: The Second Work, authors: [X. Bar]}")
    profile = "publications:\n" + "".join(f"  - {item}\n" for item in items)

    assert list(works(read(write(profile)))) == ["a", "b", "quill-2024", "second", "third"]


def test_links_add_up_and_appearances_are_filled_in(write: Write) -> None:
    profile = """
publications:
  - {id: second, links: {Code: https://example.org/c}}
  - id: quill-2024
    appearances: [{venue: A Workshop, date: 2023}, {id: paper, links: {doi: 10.5555/first}, status: accepted}]
"""
    found = works(read(write(profile)))
    workshop, paper = found["quill-2024"].records("appearances")

    assert [link.text("label") for link in found["second"].records("links")] == ["Code", "arxiv"]
    assert (workshop.text("volume"), paper.text("volume"), paper.text("status")) == ("", "5", "accepted")
    assert "venue" not in found["quill-2024"].fields


def test_only_some_entries_join(write: Write) -> None:
    path = write("")
    path.write_text(f"{PERSON}bibliography: {{file: works.bib, only: [third, secnd]}}\n")

    assert refused(path) == ["cv.yaml:2:39: bibliography.only: no entry 'secnd'"]

    path.write_text(f"{PERSON}bibliography: {{file: works.bib, only: third}}\n")
    assert list(works(read(path))) == ["third"]


def test_several_files_of_several_formats(write: Write) -> None:
    path = write("")
    path.write_text(f"{PERSON}bibliography: [works.bib, more.json]\n")
    csl = '[{"id": "m1", "type": "article", "title": "Any", "DOI": "10.5555/First"},\n {"id": "m2", "type": "book"}]'
    Path("more.json").write_text(csl)
    source = read(path)

    assert list(works(source)) == ["quill-2024", "second", "third", "m2"]
    assert source.files == (path, Path("works.bib"), Path("more.json"))
    assert [str(w).partition("\n")[0] for w in source.warnings] == [
        "more.json:1:2: m1: 'Any' is also in line 3; the two are taken for one"
    ]


def test_what_is_wrong_is_told_at_its_place_in_any_of_the_files(write: Write) -> None:
    bib = "@article{a, title = {A}, journal = nowhere}\n@article{b, title = {\\x$^ {B}, url = {x}}\n"
    path = write("publications: [{key: c, priority: 1}, {titel: B}]\n", bib)

    assert refused(path) == [
        "cv.yaml:3:22: publications[0]: no title, and no entry 'c' in the bibliography",
        "cv.yaml:3:40: publications[1].titel: no such field 'titel'",
        "works.bib:1:36: a: no string 'nowhere' is defined; it is taken as text",
        "works.bib:2:1: b: this entry does not end: a brace or quote is not closed",
    ]


def test_a_fault_in_an_entry_that_is_not_asked_for_is_no_problem(write: Write) -> None:
    path = write("", "@article{a, title = {A}, journal = nowhere}\n@article{b, title = {B}, author = {Quill, A.}}\n")
    path.write_text(f"{PERSON}bibliography: {{file: works.bib, only: b}}\n")

    assert not read(path).warnings


def test_no_file_outside_the_profile_s_folder_is_read(write: Write, tmp_path: Path) -> None:
    path = write("")
    (tmp_path.parent / "outside.bib").write_text(BIB)
    Path("link.bib").symlink_to("../outside.bib")
    os.mkfifo("pipe.bib")
    named = f"../outside.bib, link.bib, {tmp_path.parent}/outside.bib, pipe.bib, nothing.bib"
    path.write_text(f"{PERSON}bibliography: [{named}]\n")

    told = refused(path)
    assert [line.partition("; ")[0].replace(str(tmp_path.parent), "…") for line in told] == [
        "cv.yaml:2:15: bibliography.file: '../outside.bib' lies outside the profile's folder",
        "cv.yaml:2:15: bibliography.file: '…/outside.bib' lies outside the profile's folder",
        "cv.yaml:2:15: bibliography.file: 'link.bib' lies outside the profile's folder",
        "cv.yaml:2:15: bibliography.file: no such file 'nothing.bib'",
        "cv.yaml:2:15: bibliography.file: no such file 'pipe.bib'",
    ]


def test_a_file_has_its_limit(write: Write) -> None:
    with pytest.raises(LimitError):
        read(write("", " " * (8 * 1024 * 1024 + 1)))


def test_beside_standard_input_there_is_nothing() -> None:
    source = read_text(f"{PERSON}bibliography: works.bib\n".encode(), "<stdin>")

    (warning,) = source.warnings
    assert str(warning).startswith("<stdin>:2:15: bibliography: files of publications stand beside a profile;")


def built(capsys: pytest.CaptureFixture[str], *options: str) -> str:
    assert cli.main(["build", "cv.yaml", "--output", "-", "--quiet", *options]) == cli.OK
    return capsys.readouterr().out


def test_a_namesake_is_never_set_in_bold(write: Write, capsys: pytest.CaptureFixture[str]) -> None:
    """Two who may be the person are nobody; whoever has another first name is another."""
    twice, another = "author = {Quill, A. and Quill, Ada}, title = {T}", "author = {Quill, Arno}, title = {U}"
    write("", f"@article{{a, {twice}}}\n@article{{b, {another}}}\n")
    tree = built(capsys, "--format", "native")

    assert "Span kind='me'" not in tree
    assert "Text 'A. Quill'" in tree
    assert "Text 'Arno Quill'" in tree


def test_a_preprint_gives_way_on_the_day_the_paper_is_out(write: Write, capsys: pytest.CaptureFixture[str]) -> None:
    bib = """
@misc{p, author = {Quill, A.}, title = {On the Work of Days}, eprint = {2301.00001}, eprinttype = {arxiv},
  date = {2023-01-05}}
@article{w, author = {Quill, A.}, title = {On the Work of Days}, journal = {Annals}, date = {2024-06},
  doi = {10.5555/w}}
"""
    write("", bib)
    before, after = (built(capsys, "--format", "text", "--as-of", day) for day in ("2024-05-31", "2024-06-01"))

    assert before.count("On the Work") == after.count("On the Work") == 1
    assert "Preprint, 2023" in before
    assert "Annals" not in before
    assert "Annals, 2024" in after
    assert "Preprint" not in after
    assert "arXiv:2301.00001" in before
    assert "arXiv:2301.00001" in after


def test_make_knows_the_files(write: Write, capsys: pytest.CaptureFixture[str]) -> None:
    write("")

    assert cli.main(["variants", "list", "--make", "cv.yaml"]) == cli.OK
    assert "build/cv.pdf: cv.yaml works.bib" in capsys.readouterr().out


def test_lint_tells_where_facts_differ(write: Write, capsys: pytest.CaptureFixture[str]) -> None:
    path = write("")
    path.write_text(
        f"""{PERSON}
publications:
  - {{key: "quill:2024", title: 'The First Work on $\\alpha$', authors: [me, B. Foo†], volume: 6, date: 2024}}
  - {{title: The Second Work, authors: [Bob Foo, me], date: 2023, links: {{arxiv: 2402.00009}}}}
  - {{title: Not There}}    # lint: off differs
"""
    )
    assert cli.main(["lint", "cv.yaml", "--against", "works.bib", "--as-of", "2024-06"]) == cli.OK
    told = capsys.readouterr()
    lines = (told.err + told.out).splitlines()

    assert [line for line in lines if "differs" in line] == [
        "cv.yaml:4:94: warning: publications[0].volume: '6' here, '5' in works.bib:3:1 [differs]",
        "cv.yaml:5:60: warning: publications[1].date: '2023' here, '2024' in works.bib:6:1 [differs]",
        "cv.yaml:5:73: warning: publications[1].arxiv: '2402.00009' here, '2402.00001' in works.bib:6:1 [differs]",
        "works.bib:8:1: note: third: the profile does not have 'The Third Work' [differs]",
    ]
    assert cli.main(["lint", "cv.yaml"]) == cli.OK
    assert cli.main(["lint", "cv.yaml", "--against", "nowhere.bib"]) != cli.OK


def test_markup_in_a_title_stays_text(write: Write, capsys: pytest.CaptureFixture[str]) -> None:
    feed = (
        "<feed xmlns='http://www.w3.org/2005/Atom'><entry><title>&lt;img src=x onerror=1&gt; $\\input{x}$ \\write18{id}"
        "</title></entry></feed>"
    )
    write("", feed, "feed.xml")
    html = built(capsys, "--format", "html")

    assert "<img" not in html
    assert "&lt;img src=x onerror=1&gt;" in html
