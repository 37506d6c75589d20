"""Addresses: where a CV may lead, and how machines write it. One judgement for fields and for links in texts."""

from __future__ import annotations

import re
import unicodedata

from cvbuild.errors import listed, quoted

EXAMPLE = "an address such as https://example.org/page"
SCHEMES = ("https", "http", "mailto", "tel")
MAX_LENGTH = 2000
# As a telephone and a mail program would obey them: service codes and headers are none of a CV's business.
_TEL = re.compile(r"\+?[\d ().-]*\d[\d ().-]*(;ext=\d{1,6})?", re.ASCII)
_MAIL = re.compile(r"([^\s@:/<>?&,;%#\"\\\[\]()]+)@([^\s@:/<>?&,;%#\"\\]+)")
_LABEL = re.compile(r"\w([\w-]{0,61}\w)?")
_AUTHORITY = re.compile(r"(\[[^\]]*\]|[^:\[\]]*)(?::(\d{1,5}))?")
_FILES = (
    "pdf", "html", "htm", "doc", "docx", "odt", "tex", "txt", "png", "jpg", "jpeg", "yaml", "yml",
)  # fmt: skip
# What may stand in an address though no program needs to write it so: controls and line ends, in plain or encoded.
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]|%[01][0-9A-Fa-f]|%7[Ff]")
_UNSAFE = re.compile(r"[\s\"<>\\^`{|}]")
# What an identifier may hold that would end it, or be decoded, inside an address; the slash of a DOI stays.
_NO_PART = re.compile(r"[^\w.~/:;()!$&'*+,=@-]")
_UNRESERVED = re.compile(r"[A-Za-z0-9._~-]")


class UnsafeLinkError(ValueError):
    """An address that a CV must not carry, whatever was meant."""


def address(text: str) -> str:
    """Return *text* as an absolute address; without a scheme it is taken as https.

    Raises, with a message fit to show, `UnsafeLinkError` for what a CV must not carry, and another `ValueError` for
    what is no address.
    """
    if len(text) > MAX_LENGTH:
        raise UnsafeLinkError(f"{quoted(text)} has {len(text)} characters; expected an address of {MAX_LENGTH} at most")
    if found := _CONTROL.search(text):
        char = found[0] if len(found[0]) > 1 else f"U+{ord(found[0]):04X}"
        raise UnsafeLinkError(f"a control character ({char}) in {quoted(text)}; expected {EXAMPLE}")
    scheme, colon, rest = text.partition(":")
    known = scheme.lower() in SCHEMES
    # `example.org:8080` has a port, not a scheme.
    if colon and re.fullmatch(r"[A-Za-z][A-Za-z0-9+.-]*", scheme) and (known or not re.match(r"\d+(/|$)", rest)):
        if not known:
            raise UnsafeLinkError(f"{quoted(text)} has the scheme '{scheme}'; expected {listed(SCHEMES)}")
        return f"{scheme.lower()}:{_CHECKS[scheme.lower()](rest, text)}"
    host = re.split(r"[/?#:]", text, maxsplit=1)[0]
    if not re.fullmatch(r"(?:[\w-]+\.)+(?:[^\W\d_]{2,}|xn--[\w-]+)", host):
        raise _no_address(text)
    if host.rpartition(".")[2].lower() in _FILES:
        raise ValueError(f"{quoted(text)} is a file's name; expected {EXAMPLE}")
    return f"https:{_web(f'//{text}', text)}"


def _no_address(text: str) -> ValueError:
    return ValueError(f"{quoted(text)}; expected {EXAMPLE}")


def _web(rest: str, text: str) -> str:
    """Return what follows `https:` where it is a host and, perhaps, a port and a path."""
    match = re.fullmatch(r"//([^/?#\\]*)(.*)", rest, re.DOTALL)
    if not match or not match[1]:
        raise _no_address(text)
    authority, tail = match[1], match[2]
    if "@" in authority:
        raise UnsafeLinkError(f"{quoted(text)} has a user's name before its host; expected {EXAMPLE}")
    found = _AUTHORITY.fullmatch(authority)
    if not found or not _is_host(found[1]) or int(found[2] or 1) not in range(1, 65536):
        raise ValueError(f"{quoted(text)} has no host that can be; expected {EXAMPLE}")
    return f"//{authority}{_UNSAFE.sub(_percent, tail)}"


def _is_host(host: str) -> bool:
    try:
        # As browsers read it, a host with such an end is a number.
        if host.startswith("[") or re.fullmatch(r"(.*\.)?(\d+|0x[0-9a-f]*)", host, re.ASCII | re.IGNORECASE):
            return _is_number(host)
        return len(_ascii_host(host)) <= 253
    except ValueError:
        return False


def _is_number(host: str) -> bool:
    from ipaddress import IPv4Address, IPv6Address

    return bool(IPv6Address(host[1:-1]) if host.startswith("[") else IPv4Address(host)) and "%" not in host


def _mail(rest: str, text: str) -> str:
    match = _MAIL.fullmatch(rest)
    if not match or not _is_host(match[2]):
        raise UnsafeLinkError(f"{quoted(text)}; expected nothing after 'mailto:' but one address")
    return _UNSAFE.sub(_percent, rest)


def _tel(rest: str, text: str) -> str:
    if not _TEL.fullmatch(rest):
        raise UnsafeLinkError(f"{quoted(text)}; expected nothing after 'tel:' but a number such as +44-20-5550-0100")
    return re.sub(r"[ ()]", "", rest)


_CHECKS = {"https": _web, "http": _web, "mailto": _mail, "tel": _tel}


def encoded(url: str) -> str:
    """Return an address that has been judged as machines write it: in ASCII, its host by IDNA, else percent-encoded."""
    scheme = url.partition(":")[0]
    pattern = r"mailto:[^@]*@()([^@]*)()" if scheme == "mailto" else r"https?://()([^/?#:\[\]]*)(.*)"
    match = re.fullmatch(pattern, url, re.DOTALL)
    if not match or not _is_host(match[2]):
        return _quoted(url)
    return f"{_quoted(url[: match.start(2)])}{_ascii_host(match[2])}{_quoted(match[3])}"


def part(identifier: str) -> str:
    """Return *identifier* as it stands inside an address, the whole of it: `#`, `?`, `%` and the like in code."""
    return _NO_PART.sub(_percent, identifier)


def _ascii_host(host: str) -> str:
    """Return *host* in the letters of the DNS. Raises `ValueError` where it is none."""
    labels = host.lower().removesuffix(".").split(".")
    # A letter such as ⒈ is two characters in the end, one of them a dot.
    labels = [unicodedata.normalize("NFKC", label) for label in labels]
    coded = [label if label.isascii() else f"xn--{label.encode('punycode').decode()}" for label in labels]
    if not all(_LABEL.fullmatch(label) for label in (*labels, *coded)):
        raise ValueError("no host")
    return ".".join(coded)


def _quoted(text: str) -> str:
    """Return *text* with the percent-encoding that RFC 3986 calls normal: no more than needed, in capitals."""
    return re.sub(r"%([0-9A-Fa-f]{2})|%|[^!-~]|[\"<>\\^`{|}]", _normal, text)


def _normal(match: re.Match[str]) -> str:
    if not match[1]:
        return _percent(match)
    char = chr(int(match[1], 16))
    return char if _UNRESERVED.fullmatch(char) else f"%{match[1].upper()}"


def _percent(match: re.Match[str]) -> str:
    return "".join(f"%{byte:02X}" for byte in match[0].encode("utf-8", "surrogatepass"))


def within(text: str) -> list[str]:
    """Return the words of *text* that look as if an address stood in them."""
    return [word for word in text.split() if "@" in word or "://" in word or "](" in word]


def mixed(text: str) -> str:
    """Return the first word of *text*'s host, or of an e-mail address, that mixes alphabets; '' where none does."""
    host = re.split(r"[/?#]", text.split("://")[-1], maxsplit=1)[0]
    words: list[str] = re.findall(r"[^\W\d_]+", host)
    for word in words:
        if not word.isascii() and len({_alphabet(char) for char in word} - {""}) > 1:
            return word
    return ""


def _alphabet(char: str) -> str:
    name = unicodedata.name(char, "").partition(" ")[0]
    return name if name in ("LATIN", "CYRILLIC", "GREEK") else ""
