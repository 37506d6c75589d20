"""Markdown: what a reader of CommonMark sees is the text of the document, and whatever looks like markup is text."""

from __future__ import annotations

import re

from documents import documents
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from test_html import texts
from typeset import mismatch

from cvbuild.document import (
    BulletList,
    Citation,
    CitationList,
    Code,
    Definition,
    DefinitionList,
    Document,
    Emph,
    Entry,
    Header,
    LineBreak,
    Link,
    ListItem,
    Math,
    Paragraph,
    Row,
    Section,
    Span,
    Strong,
    Text,
)
from cvbuild.writers import markdown

# Nothing but what the writer makes: any other kind of token is a text that was taken for markup.
KNOWN = {
    "heading_open", "heading_close", "paragraph_open", "paragraph_close", "bullet_list_open", "bullet_list_close",
    "list_item_open", "list_item_close", "inline", "text", "text_special", "code_inline", "softbreak", "hardbreak",
    "em_open", "em_close", "strong_open", "strong_close", "link_open", "link_close",
}  # fmt: skip
_DECORATION = re.compile(r"[|:]*")
_MARKS = st.lists(
    st.sampled_from(
        ["*", "**", "_", "`", "```", "\\", "[", "](x)", "!", "![", "<b>", "&amp;", "&#35;", "#", "# ", "- ", "+ ",
         "1. ", "2) ", ">", "---", "===", "~~~", "~", "|", ":", "$", " ", "    ", "a", "é", "한", "<http://x.y>", "http://x.y"]
    )
).map("".join)  # fmt: skip


def read(written: str) -> tuple[str, set[str]]:
    """Return the text that *written* shows, without white space, and the kinds of tokens that there are in it."""
    kinds, text = set(), ""
    for token in MarkdownIt("commonmark").parse(written):
        kinds.add(token.type)
        for inner in token.children or ():
            kinds.add(inner.type)
            text += inner.content
    return "".join(text.split()), kinds


@settings(max_examples=40)
@given(documents)
def test_whoever_reads_it_as_commonmark_sees_the_document(document: Document) -> None:
    text, kinds = read(markdown.write(document))

    assert mismatch(document, text, markdown.words, _DECORATION) == ""
    assert kinds <= KNOWN


@settings(max_examples=60)
@given(texts | _MARKS, texts | _MARKS)
def test_whatever_looks_like_markup_is_text_wherever_it_stands(first: str, second: str) -> None:
    """At the start of a line, in a list, beside emphasis and inside of it, as code and in a title."""
    mixed = Strong((Text(second), Emph((Text(first),))))
    run = (Text(first), mixed, Code(second), Text(second), LineBreak(), Text(first))
    document = Document(
        Header((Text("x"), *run)),
        (
            Section("text", (Text(first),), (
                Paragraph(run),
                BulletList((ListItem(run, (BulletList((ListItem(run),)),)),)),
                Entry("awards", (Row(run, run), Row((Text(second),)))),
                DefinitionList("skills", (Definition((Text(first),), run),)),
                CitationList((Citation(run, "[1]", (Text(second),), (Paragraph(run),)),)),
            )),
        ),
        "en", "", "",
    )  # fmt: skip
    text, kinds = read(markdown.write(document))

    assert mismatch(document, text, markdown.words, _DECORATION) == ""
    assert kinds <= KNOWN


@given(texts)
def test_an_address_is_one_address(text: str) -> None:
    written = markdown.write(
        Document(Header((Link((Text("x"),), "https://example.org/" + "".join(text.split())),)), (), "en", "", "")
    )
    tokens = MarkdownIt("commonmark").parse(written)[1].children or []

    assert [token.type for token in tokens] == ["link_open", "text", "link_close"]


def test_a_document_as_a_person_would_write_it() -> None:
    document = Document(
        Header((Text("Ada Lovelace"),), (Text("Analyst"),), DefinitionList("contact", (
            Definition((Text("Email"),), (Link((Text("ada@example.org"),), "mailto:ada@example.org"),)),
        ))),
        (
            Section("experience", (Text("Work *experience*"),), (
                Entry("experience", (
                    Row((Span("position", (Text("Analyst"),)), Text(", London")), (Text("1843"),)),
                    Row((Text("C#, 5_000 & snake_case"),)),
                ), (BulletList((
                    ListItem((Text("1. Wrote "), Emph((Text("notes"),))),
                             (BulletList((ListItem((Math("O(n^2)"),)),)),)),
                )),)),
            )),
            Section("skills", (Text("Skills"),), (
                DefinitionList("skills", (Definition((Text("Tools"),), (Text("looms"),)),)),
            ), (Text("a note"),)),
            Section("publications", (Text("Papers"),), (
                CitationList((Citation((Text("Notes, "), Link((Text("here"),), "https://example.org/(n)?a=b&c=d")),
                                       "[1]", (), (Paragraph((Text("Abstract."),)),)),)),
            )),
        ),
        "en", "Ada Lovelace", "Ada Lovelace",
    )  # fmt: skip

    assert (
        markdown.write(document)
        == r"""# Ada Lovelace

Analyst

- Email: [ada@example.org](mailto:ada@example.org)

## Work \*experience\*

**Analyst**, London | 1843\
C#, 5_000 & snake_case

- 1\. Wrote *notes*
  - O(n²)

## Skills

a note

- **Tools:** looms

## Papers

- \[1\] Notes, [here](<https://example.org/(n)?a=b\&c=d>)

  Abstract.
"""
    )
