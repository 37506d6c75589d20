"""Hypothesis strategies for whole documents."""

from __future__ import annotations

from typing import TypeVar

from hypothesis import strategies as st

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
    Logo,
    Math,
    Paragraph,
    Row,
    Section,
    Span,
    Strong,
    Text,
)

T = TypeVar("T")

# Words with what writers put meaning into, but nothing that stands between texts; upper case has no other length.
words = st.text(st.sampled_from("abcXYZ089éΩ한<>&\"'*_`\\{}[]#%~^$@!?"), min_size=1, max_size=12)
phrases = st.lists(words, min_size=1, max_size=3).map(" ".join)
texts = phrases.map(Text)
_more = st.lists(
    st.recursive(
        texts
        | phrases.map(Code)
        | st.sampled_from(["x^2", r"\frac{a}{b}", "n"]).map(Math)
        | st.just(Logo("LaTeX"))
        | st.just(LineBreak()),
        lambda inner: (
            st.lists(inner, min_size=1, max_size=3)
            .map(tuple)
            .flatmap(
                lambda content: st.sampled_from(
                    [Strong(content), Emph(content), Span("title", content), Link(content, "https://example.org/a?b=c")]
                )
            )
        ),
        max_leaves=4,
    ),
    max_size=2,
).map(tuple)
# A run of nothing but a line break is nothing.
inlines = st.tuples(texts, _more).map(lambda parts: (parts[0], *parts[1]))
optional = st.just(()) | inlines


def some(strategy: st.SearchStrategy[T], least: int = 0, most: int = 2) -> st.SearchStrategy[tuple[T, ...]]:
    return st.lists(strategy, min_size=least, max_size=most).map(tuple)


paragraphs = st.builds(Paragraph, inlines)
nested = st.builds(BulletList, some(st.builds(ListItem, inlines), 1))
bullets = st.builds(BulletList, some(st.builds(ListItem, inlines, some(nested, 0, 1)), 1))
definitions = st.builds(
    DefinitionList,
    st.sampled_from(["skills", "metrics", "groups"]),
    some(st.builds(Definition, optional, inlines), 1),
)
entries = st.builds(
    Entry,
    st.sampled_from(["experience", "awards"]),
    some(st.builds(Row, inlines, optional), 1),
    some(paragraphs | bullets),
)
citation = st.builds(Citation, inlines, st.sampled_from(["", "[1]"]), optional, some(paragraphs, 0, 1))
citations = st.builds(CitationList, some(citation, 1))
blocks = some(paragraphs | bullets | definitions | entries | citations, 1)
groups = st.builds(Section, st.just("group"), optional, blocks, level=st.just(2))
sections = st.builds(Section, st.just("experience"), inlines, blocks | some(groups, 1), optional)
documents = st.builds(
    Document,
    st.builds(Header, inlines, optional, st.none() | definitions),
    st.lists(sections, max_size=3).map(tuple),
    st.just("en"), phrases, phrases,
)  # fmt: skip
