"""Addresses: which a CV may carry, and how machines write them."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typeset import draft, place, profile

from cvbuild.addresses import UnsafeLinkError, address, encoded, mixed, part
from cvbuild.document import Link, walk
from cvbuild.errors import ProfileError
from cvbuild.markup import check, link_url


@pytest.mark.parametrize(
    ("written", "machines"),
    [
        ("example.org", "https://example.org"),
        ("HTTPS://Example.org/A", "https://example.org/A"),
        ("https://example.org/a%2fb%7eme%", "https://example.org/a%2Fb~me%25"),
        ("https://example.org/a b", "https://example.org/a%20b"),
        ("https://example.org/é?q=한#ü", "https://example.org/%C3%A9?q=%ED%95%9C#%C3%BC"),
        ('https://example.org/"><img src=x>', "https://example.org/%22%3E%3Cimg%20src=x%3E"),
        ("https://example.org/}\\input{x}{", "https://example.org/%7D%5Cinput%7Bx%7D%7B"),
        ("https://bücher.example/", "https://xn--bcher-kva.example/"),
        ("https://faß.example", "https://xn--fa-hia.example"),
        ("서울.example:8443/x", "https://xn--2i4bq6h.example:8443/x"),
        ("http://[2001:DB8::1]:80/", "http://[2001:DB8::1]:80/"),
        ("http://192.0.2.7/", "http://192.0.2.7/"),
        ("http://localhost:8000", "http://localhost:8000"),
        ("mailto:zoë@bücher.example", "mailto:zo%C3%AB@xn--bcher-kva.example"),
        ("tel:+44 (20) 5550-0100", "tel:+44205550-0100"),
        ("TEL:+1-555-0100;ext=12", "tel:+1-555-0100;ext=12"),
    ],
)
def test_an_address_has_one_form(written: str, machines: str) -> None:
    assert encoded(address(written)) == machines
    assert encoded(machines) == machines
    assert link_url(written) == address(written) == address(address(written))


@pytest.mark.parametrize(
    ("written", "machines"),
    [
        ("10.1000/182", "10.1000/182"),
        ("10.1002/(SICI)1-2(98)4:4<3::AID-X>3.0.CO;2-#", "10.1002/(SICI)1-2(98)4:4%3C3::AID-X%3E3.0.CO;2-%23"),
        ("10.1000/a?b#c%20d", "10.1000/a%3Fb%23c%2520d"),
        ("10.1000/a b+c", "10.1000/a%20b+c"),
        ('10.1000/"{}', "10.1000/%22%7B%7D"),
    ],
)  # fmt: skip
def test_an_identifier_is_a_part_of_its_address(written: str, machines: str) -> None:
    found = f"https://doi.org/{part(written)}"

    assert found == f"https://doi.org/{machines}"
    assert encoded(address(found)) == found


@given(st.from_regex(r"\A10\.\d{4}/\S{1,20}\Z"))
def test_an_identifier_is_read_back_from_its_address(written: str) -> None:
    assert unquote(urlsplit(encoded(f"https://doi.org/{part(written)}")).path) == f"/{written}"


def test_a_work_leads_to_its_identifier_and_its_venue(tmp_path: Path) -> None:
    text = "\n".join((
        "person: {name: Ada}",
        "venues: {j: {name: Journal, short: J, url: example.org/j k}}",
        "publications: [{title: T, venue: j, date: 2020, links: {doi: '10.1000/a#b'}}]",
        "service: [{role: Reviewer, venue: j, url: https://example.org/s}]",
    ))  # fmt: skip
    made = draft(profile(text), "", place(tmp_path))
    links = {node.url for node in walk(made.document) if isinstance(node, Link)}

    assert links == {"https://doi.org/10.1000/a%23b", "https://example.org/j%20k", "https://example.org/s"}


@pytest.mark.parametrize("url", ["javascript:x()", "journal.pdf", "tel:*21#", "a b"])
def test_the_address_of_a_venue_is_judged_as_any(url: str) -> None:
    with pytest.raises(ProfileError, match=r"venues\.j\.url: "):
        profile(f"person: {{name: Ada}}\nvenues: {{j: {{name: J, url: '{url}'}}}}")


UNSAFE = [
    "javascript:x()", "JaVaScRiPt:x()", "java\tscript:x()", "data:text/html,x", "file:///etc/motd", "vbscript:x",
    "mailto:a@example.org?bcc=b@example.org", "mailto:a@example.org,b@example.org", "mailto:a@example.org%0Abcc:x",
    "mailto:a", "mailto:", "tel:*21*5550100%23", "tel:*#06#", "tel:+", "tel:1;phone-context=x",
    "https://ada:word@example.org/", "https://example.com@example.org/", "https://example.org/%0d%0aX: y",
    "https://example.org/\r\nX: y", "https://example.org/\x1b", "https://example.org/" + "a" * 2000,
    "https://example.org/\ud800", "https://example.org/%00",
]  # fmt: skip
NONE = [
    "", "x", "//", "https:", "https:example.org", "https:///x", "http://[::1", "http://[::1%25eth0]/", "http://[x]/",
    "https://example.org:99999/", "https://example.org:0/", "https://example.org:x/", "https://a b/", "https://-a.org/",
    "https://a..org/", "http://0x7f.1/", "http://2130706433/", "http://127.1/", "https://exa⒈mple.org/",
    "https://℀.org/", "https://" + "a" * 64 + ".org", "https://" + "a." * 127 + "org", "https://\\\\example.org",
    "https:\\\\example.org", "\\\\files.example\\share", "portfolio.pdf", "cv.html#top", "/cv.pdf", "#top", "my page",
    "https://exa。mple.org/",
]  # fmt: skip


@pytest.mark.parametrize("written", UNSAFE, ids=ascii)
def test_what_a_cv_must_not_carry_is_refused_everywhere(written: str) -> None:
    with pytest.raises(UnsafeLinkError):
        address(written)
    with pytest.raises(UnsafeLinkError):
        link_url(written)


@pytest.mark.parametrize("written", NONE, ids=ascii)
def test_what_is_no_address_is_refused_everywhere(written: str) -> None:
    for judge in (address, link_url):
        with pytest.raises(ValueError, match="expected") as caught:
            judge(written)
        assert not isinstance(caught.value, UnsafeLinkError)


def test_an_unsafe_link_in_a_text_is_no_mere_warning() -> None:
    assert [fault.fatal for fault in check("[a](mailto:a@example.org?cc=b@example.org), [b](tel:*21*5)")] == [
        True,
        True,
    ]
    assert [fault.fatal for fault in check("f[i](x), [cv](cv.pdf)")] == [False, False]


@pytest.mark.parametrize(
    "contact",
    [
        "email: ada?bcc=b@example.org", "email: ada@exa_-.org", "phone: '*21*5550100#'", "linkedin: ada%0d%0a",
        "website: https://ada@example.org", "mastodon: '@ada@127.1.1'", "Blog: 'tel:*21*5'",
    ],
)  # fmt: skip
def test_a_contact_is_judged_as_any_address(contact: str) -> None:
    with pytest.raises(ProfileError):
        profile(f"person: {{name: Ada, contact: [{{{contact}}}]}}")


def test_an_identifier_that_is_an_address_is_judged_as_one() -> None:
    text = (
        'person: {name: Ada}\npublications: [{title: T, links: {doi: "https://a@example.org/x", arxiv: "https://b"}}]'
    )
    with pytest.raises(ProfileError, match="user's name"):
        profile(text)
    with pytest.raises(ProfileError, match="control character"):
        profile('person: {name: Ada}\npublications: [{title: T, links: {doi: "10.1000/\\x07"}}]')


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("https://exаmple.org/x", "exаmple"),
        ("аda@example.org", "аda"),
        ("https://пример.example/ä", ""),
        ("https://example.org/пример", ""),
        ("αβγ.example", ""),
    ],
)
def test_letters_that_look_alike_are_noticed(text: str, found: str) -> None:
    assert mixed(text) == found


@pytest.mark.parametrize("text", ["Write to аda@example.org.", "[me](https://exаmple.org/)", "(http://exаmple.org)",
                                  "[me](exаmple.org)"])  # fmt: skip
def test_letters_that_look_alike_are_noticed_in_a_text(text: str) -> None:
    (warning,) = profile(f"person: {{name: Ada}}\nstatement: '{text}'").warnings

    assert "two alphabets" in warning.message


def test_letters_that_look_alike_are_a_warning() -> None:
    text = (
        "person: {name: Ada, contact: [{email: аda@example.org}, {Page: exаmple.org}]}\n"
        "awards: [{title: x, url: exаmple.org}]"
    )
    warnings = [str(warning) for warning in profile(text).warnings]

    assert [warning.split(": ")[1] for warning in warnings if "two alphabets" in warning] == [
        "person.contact[0].email", "person.contact[1].Page", "awards[0].url",
    ]  # fmt: skip


@given(st.text(max_size=40) | st.from_regex(r"\A(https?://|mailto:|tel:)?[\w.@:/?#%\[\]-]{1,30}\Z"))
def test_what_passes_is_ascii_and_of_a_known_scheme(text: str) -> None:
    try:
        found = encoded(address(text))
    except ValueError:
        return
    assert found.isascii()
    assert found.startswith(("https://", "http://", "mailto:", "tel:"))
    assert not set(found) & set(' "<>\\^`{|}\n\t')
    assert encoded(found) == found
