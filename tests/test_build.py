"""The spine strung together: every format, and faults of every stage as errors of its kind."""

from __future__ import annotations

from pathlib import Path

import pytest
from typeset import EXAMPLE, place, profile

from cvbuild import formats, pipeline, reader
from cvbuild.errors import CvError, ProfileError, ThemeError, VariantError
from cvbuild.theme import builtin
from cvbuild.view import Overrides

ADA = "person: {name: Ada}\nstatement: Wrote *notes*.\n"


@pytest.mark.parametrize(
    ("format", "holds"),
    [
        ("text", b"Wrote notes."),
        ("native", b"Text 'notes'"),
        ("html", b"Wrote <em>notes</em>."),
        ("markdown", b"Wrote *notes*."),
        ("docx", b"PK"),
    ],
)
def test_every_format_is_built_without_an_engine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, format: str, holds: bytes
) -> None:
    monkeypatch.setattr(formats, "contained", None)
    monkeypatch.setattr(formats, "latex", None)
    built = pipeline.build(profile(ADA), "", format, Overrides(), place(tmp_path))

    assert holds in built.data
    assert (built.format, built.pages) == (format, 0)
    assert {path.name for path in (tmp_path / "cache").glob("*")} <= {"templates", "web-fonts"}


@pytest.mark.pdf
def test_a_pdf_knows_its_pages(tmp_path: Path) -> None:
    built = pipeline.build(profile(ADA), "", "pdf", Overrides(), place(tmp_path))

    assert built.data.startswith(b"%PDF-1.")
    assert built.data.rstrip().endswith(b"%%EOF")
    assert built.pages == 1
    assert built.warnings == ()


@pytest.mark.parametrize("format", ["text", "native", "html"])
def test_two_builds_are_the_same(tmp_path: Path, format: str) -> None:
    source = reader.read(EXAMPLE)
    one, other = (pipeline.build(source, "korean", format, Overrides(), place(tmp_path)) for _ in range(2))

    assert one == other


def test_what_is_built_does_not_depend_on_where_the_profile_lies(tmp_path: Path) -> None:
    (tmp_path / "elsewhere.yaml").write_bytes(EXAMPLE.read_bytes())
    one, other = (
        pipeline.build(reader.read(path), "industry", "html", Overrides(), place(tmp_path)).data
        for path in (EXAMPLE, tmp_path / "elsewhere.yaml")
    )

    assert one == other


def test_private_facts_are_nowhere_unless_asked_for(tmp_path: Path) -> None:
    source = profile("person: {name: Ada, contact: [{phone: {value: +1 555 0100, private: true}}]}\nstatement: x")
    for format in ("text", "native", "html"):
        hidden, shown = (
            pipeline.build(source, "", format, Overrides(private=private), place(tmp_path)).data
            for private in (False, True)
        )
        assert b"0100" not in hidden
        assert b"0100" in shown


@pytest.mark.parametrize(
    ("text", "error", "said"),
    [
        ("view: {style: {theme: leterpress}}", ThemeError, "did you mean 'letterpress'"),
        ("view: {style: {options: {size: 99pt}}}", VariantError, "expected a length from"),
        ("view: {style: {options: {siez: 9pt}}}", VariantError, "did you mean 'size'"),
        ("view: {style: {fonts: [none.ttf]}}", VariantError, "is no font file"),
        ("view: {style: {fonts: [.]}}", VariantError, "is no font file"),
        ("view: {style: {fonts: [/dev/null]}}", VariantError, "is no font file"),
        ("view: {style: {date_format: long}}\nawards: [{title: Ꭰ}]", ProfileError, "has no glyph"),
    ],
)
def test_a_wrong_wish_is_an_error_of_its_kind(tmp_path: Path, text: str, error: type[CvError], said: str) -> None:
    with pytest.raises(error, match=said):
        pipeline.build(profile(f"{ADA}{text}", tmp_path), "", "text", Overrides(), place(tmp_path))


def test_a_file_that_is_no_font_is_said(tmp_path: Path) -> None:
    (tmp_path / "bad.ttf").write_bytes(b"no font")
    source = profile(f"{ADA}view: {{style: {{fonts: [bad.ttf]}}}}", tmp_path)

    with pytest.raises(ProfileError, match=r"bad\.ttf: is not a font"):
        pipeline.build(source, "", "html", Overrides(), place(tmp_path))


@pytest.mark.pdf
def test_a_pdf_reads_the_same_with_a_font_of_ones_own(tmp_path: Path) -> None:
    """Fonts may be named by file or by folder."""
    sans = builtin() / "fonts" / "source-sans-3"
    built = {
        name: pipeline.build(
            profile(f"{ADA}view: {{style: {{fonts: ['{name}']}}}}"), "", "pdf", Overrides(), place(tmp_path)
        ).pages
        for name in (str(sans), str(sans / "SourceSans3-Regular.ttf"))
    }

    assert set(built.values()) == {1}


def test_an_option_of_another_theme_is_a_warning(tmp_path: Path) -> None:
    """A profile whose style speaks to one theme can be built in another."""
    source = profile("person: {name: A}\nskills: [{name: B}]\nview: {style: {theme: brief, options: {label: 30mm}}}")
    made = pipeline.draft(source, "", Overrides(), place(tmp_path))
    assert [str(warning) for warning in made.warnings] == [
        "cv.yaml:3:47: style.options.label: the theme 'brief' has no option 'label', as 'letterpress' has; "
        "it changes nothing"
    ]
    assert "label" not in made.options
