"""PDF/A-3b of what TeX made: its metadata, colours, links and enclosures as an archive wants them, and its stamp."""

from __future__ import annotations

import io
from collections.abc import Sequence
from hashlib import md5, sha256
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from cvbuild import shipped, xmp
from cvbuild.artifact import opened
from cvbuild.rendered import Enclosure, Rendered, Stamp

if TYPE_CHECKING:
    from pypdf import PdfWriter

_MADE = "D:20000101000000Z"
_PRINTED = 4


# What LaTeX themes that come with cvbuild make is an archive: its metadata are this file beside the document.
_PACKET = "cv.xmp"


def stamped(rendered: Rendered) -> Rendered:
    """Return *rendered* with its stamp in the metadata that its theme gives the PDF."""
    packet = rendered.assets[_PACKET]
    asset = replace(packet, data=xmp.stamped(packet.data, rendered.stamp))
    return replace(rendered, assets={**rendered.assets, _PACKET: asset})


def is_stamped(pdf: bytes, rendered: Rendered) -> bool:
    """Tell whether *pdf* is all that `archived` would make of it: it has its metadata, and is to enclose nothing.

    What XeLaTeX makes is of an earlier version, and tells of a day besides.
    """
    is_new = pdf.startswith(b"%PDF-1.7") and rendered.assets[_PACKET].data in pdf
    return is_new and not rendered.enclosed


def archived(pdf: bytes, stamp: Stamp | None, enclosed: Sequence[Enclosure] = ()) -> bytes:
    """Return *pdf* as PDF/A-3b with *stamp*, carrying what is *enclosed*; same input, same bytes."""
    from pypdf import PdfWriter
    from pypdf.generic import ArrayObject, ByteStringObject, NameObject

    writer = PdfWriter(clone_from=opened(pdf))
    writer.pdf_header = "%PDF-1.7"
    root = writer.root_object
    for page in writer.pages:
        for reference in page.get("/Annots", ()):
            # An archive shows and prints all that there is.
            annotation = reference.get_object()
            annotation[NameObject("/F")] = _number(int(annotation.get("/F", 0)) & ~(1 | 2 | 32) | _PRINTED)
    packet = _packet(writer, stamp)
    root[NameObject("/Metadata")] = _stream(writer, packet, {"/Type": "/Metadata", "/Subtype": "/XML"}, packed=False)
    if "/OutputIntents" not in root:
        root[NameObject("/OutputIntents")] = ArrayObject([_colours(writer)])
    _drop(writer)
    if enclosed:
        _enclose(writer, enclosed)
    figures = sha256(pdf + packet).digest()[:16]
    writer._ID = ArrayObject([ByteStringObject(figures), ByteStringObject(figures)])
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def _packet(writer: PdfWriter, stamp: Stamp | None) -> bytes:
    """Return what the file says of itself, as its theme has it say that, or else from its title and author."""
    own = writer.root_object.get("/Metadata")
    if own is not None:
        return xmp.stamped(own.get_object().get_data(), stamp)
    said = dict(writer.metadata or {})
    title, author, producer = (str(said.get(name, "")) for name in ("/Title", "/Author", "/Producer"))
    return xmp.archived(title, author, str(writer.root_object.get("/Lang", "en")), producer, stamp)


def _drop(writer: PdfWriter) -> None:
    """Leave out of the information what the metadata do not say, too, and the action on opening."""
    information = writer._info
    for name in [name for name in (information or {}) if name not in ("/Title", "/Author", "/Producer")]:
        del information[name]  # type: ignore[union-attr]
    writer.root_object.pop("/OpenAction", None)


def _number(value: int) -> Any:
    from pypdf.generic import NumberObject

    return NumberObject(value)


def _stream(writer: PdfWriter, data: bytes, said: dict[str, Any], *, packed: bool = True) -> Any:
    """Add a stream of *data* to *writer*, and return the reference to it."""
    from pypdf.generic import NameObject, StreamObject

    stream = StreamObject()
    stream.set_data(data)
    if packed:
        stream = stream.flate_encode()
    stream.update({NameObject(k): NameObject(v) if isinstance(v, str) else v for k, v in said.items()})
    return writer._add_object(stream)


def _colours(writer: PdfWriter) -> Any:
    from pypdf.generic import DictionaryObject, NameObject, NumberObject, TextStringObject

    profile = _stream(writer, shipped.srgb(), {"/N": NumberObject(3)})
    intent = {
        "/Type": NameObject("/OutputIntent"),
        "/S": NameObject("/GTS_PDFA1"),
        "/OutputConditionIdentifier": TextStringObject("sRGB"),
        "/Info": TextStringObject("sRGB"),
        "/DestOutputProfile": profile,
    }
    return writer._add_object(DictionaryObject({NameObject(name): value for name, value in intent.items()}))


def _enclose(writer: PdfWriter, enclosed: Sequence[Enclosure]) -> None:
    from pypdf.generic import ArrayObject, DictionaryObject, NameObject, TextStringObject

    files = {enclosure.name: _file(writer, enclosure) for enclosure in sorted(enclosed, key=lambda e: e.name)}
    names = ArrayObject(item for name, file in files.items() for item in (TextStringObject(name), file))
    tree = writer._add_object(DictionaryObject({NameObject("/Names"): names}))
    known = writer.root_object.get("/Names", DictionaryObject()).get_object()
    known[NameObject("/EmbeddedFiles")] = tree
    writer.root_object[NameObject("/Names")] = known
    writer.root_object[NameObject("/AF")] = ArrayObject(files.values())


def _file(writer: PdfWriter, enclosure: Enclosure) -> Any:
    from pypdf.generic import ByteStringObject, DictionaryObject, NameObject, NumberObject, TextStringObject

    parameters = {
        "/Size": NumberObject(len(enclosure.data)),
        "/CheckSum": ByteStringObject(md5(enclosure.data, usedforsecurity=False).digest()),
        "/CreationDate": TextStringObject(_MADE),
        "/ModDate": TextStringObject(_MADE),
    }
    said = {"/Type": "/EmbeddedFile", "/Subtype": f"/{enclosure.media_type}",
            "/Params": DictionaryObject({NameObject(n): v for n, v in parameters.items()})}  # fmt: skip
    stream = _stream(writer, enclosure.data, said)
    file = {
        "/Type": NameObject("/Filespec"),
        "/F": TextStringObject(enclosure.name),
        "/UF": TextStringObject(enclosure.name),
        "/Desc": TextStringObject(enclosure.description),
        "/AFRelationship": NameObject("/Source"),
        "/EF": DictionaryObject({NameObject("/F"): stream, NameObject("/UF"): stream}),
    }
    return writer._add_object(DictionaryObject({NameObject(name): value for name, value in file.items()}))
