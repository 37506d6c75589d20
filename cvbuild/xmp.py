"""XMP: what a PDF says of itself in XML, with the schemas that PDF/A wants described there.

A stamp says which variant a file shows, of which day, from which content and by which version, so that a person can
see which CV they sent.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable

from cvbuild.rendered import Stamp

_NAMESPACE = "urn:cvbuild:stamp:1:"
_NAMES = {"variant": "variant", "as_of": "asOf", "content": "content", "version": "version", "theme": "theme"}
_HELP = {
    "variant": "The variant of the profile that the document shows",
    "asOf": "The day as of which it shows it",
    "content": "The first figures of the SHA-256 of all that it was made from",
    "version": "The version of cvbuild that made it",
    "theme": "The theme that gave it its look",
}
_TEXT = "Text"


def accessible(stamp: Stamp | None) -> bytes:
    """Return what makes of the XMP of a PDF/A file that of a PDF/UA-1 file, with *stamp*."""
    schemas = [_schema("PDF/UA identification", "http://www.aiim.org/pdfua/ns/id/", "pdfuaid",
                       [("part", "Integer", "The part of ISO 14289 that the file keeps")])]  # fmt: skip
    claim = '<rdf:Description xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/" rdf:about="" pdfuaid:part="1"/>\n'
    return (claim + _stamped(stamp, schemas)).encode()


def stamped(packet: bytes, stamp: Stamp | None) -> bytes:
    """Return the XMP *packet*, which describes no schemas of its own, with *stamp*, unless it has one."""
    if _NAMESPACE.encode() in packet:
        return packet
    return packet.replace(b"</rdf:RDF>", _stamped(stamp, []).encode() + b"</rdf:RDF>", 1)


def archived(title: str, author: str, language: str, producer: str = "", stamp: Stamp | None = None) -> bytes:
    """Return the whole XMP of a PDF/A-3b file, which says its *producer* where there is one."""
    made = f"""<rdf:Description xmlns:pdf="http://ns.adobe.com/pdf/1.3/" rdf:about="">
<pdf:Producer>{_escape(producer)}</pdf:Producer>
</rdf:Description>
"""
    return f"""<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/" rdf:about="" pdfaid:part="3" pdfaid:conformance="B"/>
<rdf:Description xmlns:dc="http://purl.org/dc/elements/1.1/" rdf:about="">
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{_escape(title)}</rdf:li></rdf:Alt></dc:title>
<dc:creator><rdf:Seq><rdf:li>{_escape(author)}</rdf:li></rdf:Seq></dc:creator>
<dc:language><rdf:Bag><rdf:li>{_escape(language)}</rdf:li></rdf:Bag></dc:language>
</rdf:Description>
{made if producer else ""}{_stamped(stamp, [])}</rdf:RDF></x:xmpmeta>
<?xpacket end="r"?>""".encode()


def _stamped(stamp: Stamp | None, schemas: list[str]) -> str:
    said = ""
    if stamp:
        values = ((own, getattr(stamp, name)) for name, own in _NAMES.items())
        lines = "".join(f"<cvbuild:{name}>{_escape(value)}</cvbuild:{name}>\n" for name, value in values if value)
        said = f'<rdf:Description xmlns:cvbuild="{_NAMESPACE}" rdf:about="">\n{lines}</rdf:Description>\n'
        properties = [(name, _TEXT, _HELP[name]) for name in _NAMES.values()]
        schemas.append(_schema("cvbuild stamp", _NAMESPACE, "cvbuild", properties))
    return said + _extensions(schemas)


def _extensions(schemas: list[str]) -> str:
    if not schemas:
        return ""
    return f"""<rdf:Description xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
 xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#"
 xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#" rdf:about="">
<pdfaExtension:schemas><rdf:Bag>{"".join(schemas)}</rdf:Bag></pdfaExtension:schemas>
</rdf:Description>
"""


def _schema(name: str, namespace: str, prefix: str, properties: Iterable[tuple[str, str, str]]) -> str:
    """Return the description of a schema; a property is its name, type and meaning."""
    described = "".join(
        f"""<rdf:li rdf:parseType="Resource">
<pdfaProperty:name>{own}</pdfaProperty:name>
<pdfaProperty:valueType>{kind}</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>{_escape(text)}</pdfaProperty:description>
</rdf:li>"""
        for own, kind, text in properties
    )
    return f"""<rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>{_escape(name)}</pdfaSchema:schema>
<pdfaSchema:namespaceURI>{namespace}</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>{prefix}</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq>{described}</rdf:Seq></pdfaSchema:property>
</rdf:li>"""


def stamp_in(packet: bytes) -> Stamp | None:
    """Return the stamp that the XMP *packet* bears, if it bears one."""
    text = packet.decode("utf-8", "replace")
    if _NAMESPACE not in text:
        return None
    found = {name: re.search(rf"<cvbuild:{own}>([^<]{{0,200}})</cvbuild:{own}>", text) for name, own in _NAMES.items()}
    said = {name: _unescaped(match[1]) if match else "" for name, match in found.items()}
    return Stamp(**said)


def _unescaped(text: str) -> str:
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _escape(text: str) -> str:
    return html.escape(text, quote=False)
