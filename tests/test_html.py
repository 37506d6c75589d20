"""HTML: whatever a person wrote is text, whatever it looks like."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import quote

import pytest
import typeset
from hypothesis import given
from hypothesis import strategies as st
from typeset import draft, place, profile, squeezed

from cvbuild import locale, pipeline
from cvbuild.addresses import encoded
from cvbuild.document import (
    Code,
    Emph,
    Image,
    Inline,
    Inlines,
    LineBreak,
    Link,
    Logo,
    Math,
    Span,
    Strong,
    Text,
)
from cvbuild.errors import ThemeError
from cvbuild.markup import UnsafeLinkError, link_url
from cvbuild.writers import html
from cvbuild.writers.breaks import whole_words

# No surrogates (the reader refuses them), no carriage returns (a parser makes them line feeds), no NUL.
characters = st.characters(exclude_categories=["Cs"], exclude_characters="\r\0")
texts = st.text(characters) | st.lists(
    st.sampled_from(
        ["<", ">", "&", '"', "'", "</p>", "<!--", "]]>", "&amp;", "&#60;", "{{", "{%", "한글", " ", "a", "=", "`"]
    )
).map("".join)


class Reader(HTMLParser):
    """What a browser sees: tags with their attributes, and the text."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = []
        self.attributes: list[dict[str, str | None]] = []
        self.text = ""
        self.others: list[str] = []
        self.feed(str(page))
        self.close()

    def handle_starttag(self, tag: str, attrs: Iterable[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes.append(dict(attrs))

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_comment(self, data: str) -> None:
        self.others.append(data)

    handle_decl = unknown_decl = handle_pi = handle_comment


@given(texts)
def test_a_text_is_that_text_and_no_element(text: str) -> None:
    """But for the spans that keep a word on one line, and those of Chinese and Japanese."""
    read = Reader(html.inline((Text(text),)))
    kinds = Counter(found.get("class") for found in read.attributes)

    assert read.text == text
    assert read.others == []
    assert set(read.tags) <= {"span"}
    assert kinds["nobreak"] == len(list(whole_words(text)))
    assert kinds.keys() <= {"nobreak", "wide"}
    assert locale.is_unspaced(text) or "wide" not in kinds


@given(texts, texts)
def test_a_link_is_one_element_with_one_address(text: str, url: str) -> None:
    read = Reader(html.inline((Link((Code(text),), url),)))

    assert read.tags == ["a", "code"]
    assert read.attributes == [{"href": encoded(url)}, {}]
    assert read.text == text


@given(texts)
def test_whatever_a_node_holds_stays_in_its_place(text: str) -> None:
    inlines: Inlines = (Code(text), Logo(text), LineBreak(), Image(text, text), Span(text, (Emph((Strong(()),)),)))
    read = Reader(html.inline(inlines))

    assert read.tags == ["code", "span", "br", "img", "span", "em", "strong"]
    assert read.attributes[3] == {"src": html.ASSETS + quote(text, safe=""), "alt": text}
    assert read.attributes[4] == {"class": text}
    assert read.text == text * 2


@given(texts)
def test_a_formula_is_no_way_in(tex: str) -> None:
    read = Reader(html.inline((Math(tex),)))

    assert set(read.tags) <= {"span", "i", "b", "sub", "sup"}
    assert {name for found in read.attributes for name in found} <= {"class"}
    assert read.others == []


@given(st.text(characters) | texts)
def test_only_four_schemes_are_addresses(written: str) -> None:
    try:
        url = link_url(written)
    except ValueError:
        return
    assert re.match(r"(https|http|mailto|tel):\S", url)
    assert not re.search(r"[\x00-\x20\"<>\\^`{|}\x7f]", url)


@pytest.mark.parametrize(
    "address",
    ["javascript:app.alert(1)", " JaVaScRiPt:alert(1)", "java\tscript:alert(1)", "data:text/html,<script>1</script>",
     "\\\\evil.example\\share\\x", "file:///etc/passwd", "vbscript:x", "ftp://example.org/x", "//", "http:", "blob:x"],
)  # fmt: skip
def test_what_leads_elsewhere_is_refused(address: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        link_url(address)
    if ":" in address and not address.startswith(("http", "//", "\\")):
        with pytest.raises(UnsafeLinkError):
            link_url(address.replace("\t", ""))


@pytest.mark.parametrize("inline", [Text("x"), Math("x"), LineBreak(), Link((), "https://a.org")])
def test_markup_is_made_here_and_nowhere_else(inline: Inline) -> None:
    assert isinstance(html.inline((inline,)), str)
    assert html.inline(()) == ""
    assert str(html.inline((inline,))) == str(html.inline((inline,)))


def test_a_korean_word_is_kept_on_its_line_with_what_clings_to_it() -> None:
    assert html.inline((Text("The 서울대학교, (통계학)에서 & more"),)) == (
        'The <span class="nobreak">서울대학교,</span> <span class="nobreak">(통계학)에서</span> &amp; more'
    )


def test_a_korean_word_longer_than_a_line_may_break() -> None:
    assert html.inline((Text("가" * 80),)) == "가" * 80


# --- The hostile corpus, in every text field of a profile.

HOSTILE = (
    '<script>fetch("http://127.0.0.1:9/js")</script>',
    '<img src="file:///etc/hostname">',
    '<link rel=attachment href="file:///etc/hostname">',
    '<a rel=attachment href="file:///etc/hostname">cv</a>',
    "</title></style><style>@import url(http://127.0.0.1:9/i.css);</style>",
    '" onmouseover="x" style="background:url(http://127.0.0.1:9/a)',
    "--><img src=x><!--",
    '<base href="http://127.0.0.1:9/">',
    '<meta http-equiv=refresh content="0;url=http://127.0.0.1:9/r">',
    "</style> } body{display:none} /* x",
    "{{ 7 * 7 }}{% for x in y %}{# gone #}",
    "<!DOCTYPE html><![CDATA[x]]>",
    "&lt;b&gt; &amp; &#60;i&#62; &nbsp;",
    "<svg onload=x><use href='file:///etc/hostname'/></svg>",
)


def _everywhere(attack: str) -> str:
    """Return a profile that says *attack* wherever it can say anything."""
    text = "'" + re.sub(r"([\\`*\[\]${}])", r"\\\1", attack).replace("'", "''") + "'"
    bare = "'" + attack.replace("'", "''") + "'"
    return f"""
person:
  name: {text}
  headline: {text}
  contact:
    - email: a@example.org
    - location: {bare}
statement: {text}
interests: [{text}]
education:
  - {{institution: {text}, degree: {text}, area: {text}, thesis: {text}, advisors: [{text}], location: {text}}}
experience:
  - organization: {text}
    position: {text}
    summary: {text}
    note: {text}
    url: https://example.org/x
    highlights: [{{text: {text}, highlights: [{text}]}}]
awards: [{{title: {text}, issuer: {text}, amount: {text}}}]
skills: [{{name: {text}, items: [{text}], level: {text}}}]
languages: [{{name: {text}, level: {text}}}]
metrics: {{date: 2024, items: [{{label: {text}, value: {text}}}]}}
venues: {{v: {{name: {text}, short: {text}}}}}
publications:
  - {{title: {text}, authors: [{text}], venue: v, track: {text}, badge: {text}, note: {text}, abstract: {text}}}
view:
  sections:
    - statement: {{title: {text}, intro: {text}}}
    - interests
    - education
    - experience
    - awards
    - skills
    - languages
    - metrics
    - publications: {{show: [abstract]}}
  style: {{words: {{present: {bare}}}}}
"""


@pytest.mark.parametrize("attack", HOSTILE)
def test_an_attack_is_text_wherever_it_is_said(attack: str, tmp_path: Path) -> None:
    made = draft(profile(_everywhere(attack)), "", place(tmp_path))
    page = pipeline.html_page(made).source
    harmless = pipeline.html_page(draft(profile(_everywhere("harmless")), "", place(tmp_path))).source

    read, same = Reader(page), Reader(harmless)
    assert read.tags == same.tags
    assert [set(found) for found in read.attributes] == [set(found) for found in same.attributes]
    assert read.others == same.others
    assert read.text.count(_set(attack)) >= 30


def _set(text: str) -> str:
    """Return *text* with the quotes and dashes that it is printed with."""
    from cvbuild import markup

    return markup.plain_text(re.sub(r"([\\`*\[\]${}])", r"\\\1", text))


@pytest.mark.pdf
@pytest.mark.parametrize("attack", HOSTILE)
def test_an_attack_is_text_in_the_pdf_too(attack: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    where = place(tmp_path_factory.getbasetemp() / "hostile")
    made = typeset.pdf(profile(_everywhere(attack)), "", where)

    assert made.links() == {"mailto:a@example.org", "https://example.org/x"}
    wanted = "".join(_set(attack).split())
    for program, pages in made.texts.items():
        assert squeezed(pages, made.document.title).count(wanted) >= 30, program


@pytest.mark.parametrize("family", ['"; } @import url(x); {', "A\\B", "</style>", "Ünï 한글 9"])
def test_the_name_of_a_font_is_a_string_in_css(family: str) -> None:
    css = html._css_string(family)

    assert re.fullmatch(r'"(?:[\w ]|\\[0-9a-f]+ )*"', css)
    assert re.sub(r"\\([0-9a-f]+) ", lambda match: chr(int(match[1], 16)), css[1:-1]) == family


def test_a_style_sheet_gets_nothing_that_a_person_wrote(tmp_path: Path) -> None:
    folder = tmp_path / "spy"
    folder.mkdir()
    (folder / "theme.yaml").write_text("summary: x\nextends: base\n")
    (folder / "style.css.j2").write_text("{{ words.present }}")
    source = profile("person: {name: A}\nstatement: b\nview: {style: {theme: spy}}")

    with pytest.raises(ThemeError, match=r"style\.css\.j2:1:1: .*'words' is undefined"):
        pipeline.html_page(draft(source, "", place(tmp_path, tmp_path)))
