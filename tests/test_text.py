"""Plain text: nothing lost, nothing out of order, and lines of a width."""

from __future__ import annotations

import re

from documents import documents
from hypothesis import given, settings
from typeset import mismatch

from cvbuild.document import BulletList as Bullets
from cvbuild.document import (
    Citation,
    CitationList,
    Code,
    Definition,
    DefinitionList,
    Document,
    Emph,
    Entry,
    Header,
    Image,
    LineBreak,
    Link,
    ListItem,
    Logo,
    Math,
    Paragraph,
    Row,
    Section,
    Span,
    Strong,
    Text,
)
from cvbuild.writers import text

_DECORATION = re.compile(r"[-|:()]*")


@settings(max_examples=40, deadline=None)
@given(documents)
def test_every_word_stands_there_in_the_documents_order(document: Document) -> None:
    written = text.write(document)

    assert mismatch(document, "".join(written.split()), text.inline_text, _DECORATION) == ""


@settings(max_examples=40, deadline=None)
@given(documents)
def test_lines_are_no_longer_than_they_may_be_and_have_no_loose_ends(document: Document) -> None:
    lines = text.write(document).split("\n")

    for line in lines:
        assert line == line.rstrip()
        assert text.columns(line) <= text.WIDTH or len(line.split(maxsplit=2)) < 3
    assert lines[-1] == ""
    assert "\n\n\n" not in "\n".join(lines)


def test_characters_of_two_columns_count_as_two() -> None:
    document = Document(Header((Text("한글 " * 30),)), (Section("x", (Text("경력"),), ()),), "ko", "", "")

    lines = text.write(document).splitlines()
    assert [text.columns(line) for line in lines] == [84, 64, 0, 4, 4]
    assert lines[-1] == "----"


def test_a_document_as_a_person_would_paste_it() -> None:
    document = Document(
        Header(
            (Text("Ada Lovelace"),), (Text("Analyst"),),
            DefinitionList("contact", (
                Definition((Text("Email"),), (Link((Text("ada@example.org"),), "mailto:ada@example.org"),)),
                Definition((Text("Website"),), (Link((Text("ada.example.org"),), "https://ada.example.org/"),)),
            )),
            Image("photo.png", "Ada"),
        ),
        (
            Section("experience", (Text("Experience"),), (
                Entry("experience",
                      (Row((Strong((Text("Analyst"),)),), (Span("when", (Text("1843"),)),)), Row((Text("Engines"),))),
                      (Bullets((ListItem((Text("Wrote "), Code("notes"), LineBreak(), Text("in "), Logo("LaTeX")),
                                         (Bullets((ListItem((Math("O(n^2)"),)),)),)),)),)),
            )),
            Section("publications", (Text("Papers"),), (
                CitationList((Citation((Emph((Text("Notes"),)), Text(". ["),
                                        Link((Text("Link"),), "https://example.org/n"), Text("]")),
                                       "[1]", (Text("May 1843"),), (Paragraph((Text("Abstract."),)),)),)),
            ), (Text("† equal"),)),
        ),
        "en", "Ada Lovelace", "Ada Lovelace",
    )  # fmt: skip

    assert (
        text.write(document)
        == """\
Ada Lovelace
Analyst
Email: ada@example.org
Website: ada.example.org

EXPERIENCE
----------
Analyst | 1843
Engines
- Wrote notes in LaTeX
  - O(n²)

PAPERS († EQUAL)
----------------
May 1843
[1] Notes. [Link <https://example.org/n>]
Abstract.
"""
    )
