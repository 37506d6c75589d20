"""The reader: files → profile, all problems at once, and laws for whatever stands in a file."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cvbuild import pipeline
from cvbuild.errors import CvError, LimitError, ProfileError
from cvbuild.profile import Dated, Record, Translated
from cvbuild.reader import Source, read, read_text
from cvbuild.view import Overrides

_EXAMPLE = (Path(__file__).parents[1] / "profiles" / "mina-seo.yaml").read_text("utf-8")
_LINES = _EXAMPLE.split("\n")

Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write a profile and the variants beside it; return the profile's path."""

    def write(text: str, **variants: str) -> Path:
        (tmp_path / "cv.variants").mkdir()
        for name, variant in variants.items():
            (tmp_path / "cv.variants" / f"{name}.yaml").write_text(variant, "utf-8")
        path = tmp_path / "cv.yaml"
        path.write_text(text, "utf-8")
        return path

    return write


def refused(path: Path) -> list[str]:
    """Return what is wrong with the profile at *path*, names of files without their folders."""
    with pytest.raises(CvError) as caught:
        read(path)
    return [str(problem).replace(f"{path.parent}{os.sep}", "").split("\n")[0] for problem in caught.value.problems]


def profile(text: str) -> Source:
    return read_text(f"person: {{name: Ada}}\n{text}".encode(), "cv.yaml")


def entry(text: str) -> Record:
    return profile(f"awards:\n  - {{title: A, {text}}}").profile.collections[0].entries[0]


def warnings(text: str) -> list[str]:
    return [str(warning) for warning in profile(text).warnings]


# Files


def test_problems_of_all_files_are_told_at_once(write: Write) -> None:
    path = write("person: {nam: Ada}\n", industry="omit: [nothing]\nlangauge: en\n", short="- a list\n")

    assert refused(path) == [
        "cv.variants/industry.yaml:1:8: omit: 'nothing' is not in this profile",
        "cv.variants/industry.yaml:2:1: langauge: no such field 'langauge'",
        "cv.variants/short.yaml:1:1: a list; expected a mapping",
        "cv.yaml:1:10: person.nam: no such field 'nam'",
    ]


def test_a_file_that_cannot_be_parsed_does_not_hide_another(write: Write) -> None:
    path = write("person: 'Ada\n", industry="omit: 'x\n")

    assert refused(path) == [
        "cv.variants/industry.yaml:1:7: a quote that is never closed",
        "cv.yaml:1:9: a quote that is never closed",
    ]


def test_a_variant_whose_file_cannot_be_parsed_is_not_missed(write: Write) -> None:
    path = write("person: {name: Ada}\nvariants: {short: {extends: industry}}\n", industry="omit: 'x\n")

    assert refused(path) == ["cv.variants/industry.yaml:1:7: a quote that is never closed"]


def test_a_variant_is_declared_once(write: Write) -> None:
    path = write("person: {name: Ada}\nvariants:\n  industry: {language: en}\n", industry="language: en\n")

    assert refused(path) == [
        "cv.variants/industry.yaml: the variant 'industry' is declared twice: here and in cv.yaml:3:13"
    ]


def test_a_variant_in_a_file_may_say_nothing(write: Write) -> None:
    source = read(write("person: {name: Ada}\n", industry="# nothing yet\n"))

    assert list(source.profile.variants) == ["industry"]


def test_files_that_editors_and_systems_leave_are_no_variants(write: Write) -> None:
    path = write("person: {name: Ada}\n")
    for name in (".#industry.yaml", "._industry.yaml", "industry.yaml~", "notes.txt"):
        (path.parent / "cv.variants" / name).write_text("\0")

    assert read(path).profile.variants == {}


def test_pictures_that_are_not_there_are_told_with_their_place(write: Write) -> None:
    text = "person: {name: Ada, photo: phto.jpg}\nbibliography: papers.bib\n"
    path = write(text + "experience:\n  - {organization: A, logo: a/b.png}\n")
    (path.parent / "photo.jpg").touch()

    assert refused(path) == [
        "cv.yaml:1:28: person.photo: no such file 'phto.jpg'; expected one beside the profile",
        "cv.yaml:2:15: bibliography.file: no such file 'papers.bib'; expected one beside the profile",
        "cv.yaml:4:29: experience[0].logo: no such file 'a/b.png'; expected one beside the profile",
    ]


def test_a_picture_that_lies_elsewhere_is_told_with_its_place(write: Write) -> None:
    path = write("person: {name: Ada, photo: ../me.jpg}\n")
    (path.parent.parent / "me.jpg").touch()

    said = "'../me.jpg' lies outside the profile's folder; expected a file beside the profile"
    assert refused(path) == [f"cv.yaml:1:28: person.photo: {said}"]


def test_what_is_no_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "cv.yaml").mkdir()
    os.mkfifo(tmp_path / "pipe.yaml")

    assert refused(tmp_path / "cv.yaml") == ["cv.yaml: a folder; expected a YAML file"]
    assert refused(tmp_path / "pipe.yaml") == ["pipe.yaml: not a regular file; expected a YAML file"]
    assert refused(tmp_path / "vc.yaml") == ["vc.yaml: no such file"]
    assert refused(tmp_path / "no" / "cv.yaml") == ["cv.yaml: no such file"]


def test_a_file_that_is_too_large_is_not_read(write: Write) -> None:
    path = write("#" * 9_000_000)

    with pytest.raises(LimitError, match="at most 4 MiB"):
        read(path)


# Values


def test_values_are_read_as_their_fields_say() -> None:
    assert entry("date: 2024-10, private: true, priority: 0").fields.keys() == {"title", "date", "private", "priority"}
    assert profile("awards: [{title: no, issuer: 3.10}]").profile.collections[0].entries[0].texts("issuer") == ("3.10",)


def test_null_is_absent() -> None:
    assert entry("date: null, issuer: ~, amount: ").fields == {"title": "A"}


def test_a_dated_value_may_end() -> None:
    location = entry("location: {2022: Turin, 2024: null}").get("location")

    assert isinstance(location, Dated)
    assert [value for _, value in location.steps] == ["Turin", None]


def test_dates_and_languages_nest_both_ways() -> None:
    dated = profile("translations: [en, fr]\nstatement: {2022: {en: A, fr: B}, 2024: C}").profile.collections[0]
    translated = profile("translations: [en, fr]\nstatement: {en: {2022: A}, fr: {2022: B}}").profile.collections[0]

    assert isinstance(dated.entries[0].get("text"), Dated)
    assert isinstance(translated.entries[0].get("text"), Translated)


def test_a_list_said_whole_in_each_language_is_a_list_of_translated_items() -> None:
    items = profile("translations: [en, fr]\ninterests: {en: [A, B], fr: [C, D]}").profile.collections[0].entries

    assert [item.get("text") for item in items] == [
        Translated((("en", "A"), ("fr", "C"))),
        Translated((("en", "B"), ("fr", "D"))),
    ]


def test_empty_lists_are_empty() -> None:
    (works, jobs) = profile("awards: []\nexperience: [{organization: A, highlights: []}]").profile.collections

    assert works.entries == ()
    assert jobs.entries[0].items("highlights") == ()


# Warnings


def test_a_venue_that_is_nearly_declared_is_told() -> None:
    venues = "venues: {icml: {name: Conference, short: ICML}}\n"

    assert warnings(venues + "publications: [{title: A, venue: imcl}]") == [
        "cv.yaml:3:34: publications[0].venue: 'imcl' is none of the venues declared; it is printed as it stands\n"
        "  hint: did you mean 'icml'?"
    ]
    for venue in ("icml", "ICML", "Conference", "Icarus", "ICLR", "Journal of Machine Learning"):
        assert warnings(venues + f"publications: [{{title: A, venue: {venue}}}]") == []


@pytest.mark.parametrize(
    ("date_written", "hint"),
    [
        ("Spring term", "write YYYY, YYYY-MM or YYYY-MM-DD"),
        ("Oct 2024", "did you mean 2024-10?"),
        ("2020–2024", "write 'start: 2020' and 'end: 2024'"),
    ],
)
def test_words_for_a_date_are_kept_with_a_warning(date_written: str, hint: str) -> None:
    (warning,) = warnings(f"awards: [{{title: A, date: {date_written}}}]")

    assert f"'{date_written}' is not a date; it is printed as it stands" in warning
    assert warning.endswith(f"hint: {hint}")


def test_invisible_characters_are_left_out_with_a_warning() -> None:
    source = profile("awards: [{title: 'A\u200bB'}]")

    assert source.profile.collections[0].entries[0].text("title") == "AB"
    assert "invisible character U+200B; it is left out" in str(source.warnings[0])


# Laws

_BROKEN = ["*", "&a ", "!!set ", "'", '"', "{", "[", ": ", " #x", "\t", "- ", "null", "@", "2024-13", "\u00a0", "zz: "]


@st.composite
def broken_examples(draw: st.DrawFn) -> str:
    """The example with a few lines or characters gone, doubled, swapped or put in."""
    lines = list(_LINES)
    for _ in range(draw(st.integers(1, 3))):
        one, other = draw(st.integers(0, len(lines) - 2)), draw(st.integers(0, len(lines) - 2))
        match draw(st.sampled_from(["delete", "double", "swap", "cut", "put"])):
            case "delete":
                del lines[one]
            case "double":
                lines.insert(one, lines[one])
            case "swap":
                lines[one], lines[other] = lines[other], lines[one]
            case "cut":
                place = draw(st.integers(0, len(lines[one])))
                lines[one] = lines[one][:place] + lines[one][place + 1 :]
            case _:
                place = draw(st.integers(0, len(lines[one])))
                lines[one] = lines[one][:place] + draw(st.sampled_from(_BROKEN)) + lines[one][place:]
    return "\n".join(lines)


@settings(max_examples=25, deadline=None)
@given(broken_examples())
def test_a_broken_profile_is_refused_or_composed(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    """Whatever a slip of the hand makes of a profile, no stage before the writers fails but by a `CvError`."""
    place = pipeline.Place(date(2026, 1, 1), tmp_path_factory.getbasetemp())
    with suppress(CvError):
        source = read_text(text.encode(), "cv.yaml")
        for variant in ("", *source.profile.variants):
            pipeline.draft(source, variant, Overrides(), place)


@given(st.text() | st.text("personawd:-#[]{}'\"|>&*! \n\t\\,?"))
def test_any_text_is_a_profile_or_refused(text: str) -> None:
    with pytest.raises(CvError):
        read_text(text.encode("utf-8", "surrogatepass"), "cv.yaml")


def test_the_example_has_nothing_wrong() -> None:
    assert read_text(_EXAMPLE.encode(), "cv.yaml").warnings == ()
    assert read_text(_EXAMPLE.replace("\n", "\r\n").encode("utf-8-sig"), "cv.yaml").warnings == ()


def test_each_problem_in_a_long_file_is_told_in_one_go() -> None:
    lines = [line.replace("    start: ", "    strat: ") for line in _LINES]
    count = sum(old != new for old, new in zip(_LINES, lines, strict=True))

    with pytest.raises(ProfileError) as caught:
        read_text("\n".join(lines).encode(), "cv.yaml")

    misspelt = [problem for problem in caught.value.problems if "'strat'" in problem.message]
    assert len(misspelt) == count > 5
    assert all(lines[p.mark.line - 1][p.mark.column - 1 :].startswith("strat: ") for p in misspelt)
