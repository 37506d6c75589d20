"""Word files: a named style for each kind of paragraph, real headings, lists, tabs and links, and nothing of a machine.

Formulas are text, as they are in plain text: what reads applications reads no formula of Word's. python-docx is
imported on use; not everybody needs it.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any
from unicodedata import east_asian_width
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from msgspec import Struct
from msgspec.structs import replace

from cvbuild import math
from cvbuild.addresses import encoded
from cvbuild.document import (
    Block,
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
    Image,
    Inline,
    Inlines,
    LineBreak,
    Link,
    Logo,
    Math,
    Paragraph,
    Row,
    Section,
    Span,
    Strong,
    Text,
    plain,
)
from cvbuild.errors import EngineError, Mark, Problem
from cvbuild.rendered import Asset
from cvbuild.style import Style
from cvbuild.theme import Theme
from cvbuild.writers import docx_styles
from cvbuild.writers.docx_styles import Look

if TYPE_CHECKING:
    from docx.text.paragraph import Paragraph as WordParagraph

_EMU_PT = 12_700
_PHOTO_PT = 74.0
_NO_ASSETS: Mapping[str, Asset] = {}
_KEPT = ("/styles", "/settings", "/numbering")


def write(
    document: Document,
    theme: Theme,
    style: Style,
    options: Mapping[str, str | bool],
    assets: Mapping[str, Asset] = _NO_ASSETS,
) -> bytes:
    """Return *document* as a Word file in a look like that of *theme*; same input, same bytes.

    Raises `EngineError` where python-docx is not installed.
    """
    try:
        import docx
    except ImportError:
        message = "python-docx is not installed, which writes Word files: pip install 'cvbuild[docx]'"
        raise EngineError(Problem(Mark("docx"), "", message)) from None
    look = docx_styles.look(theme, style, options)
    file = docx.Document()
    _bare(file, look)
    properties = file.core_properties
    properties.title, properties.author, properties.language = document.title, document.author, document.language
    writer = _Writer(file, look, assets)
    writer.header(document.header, shows_photo=options.get("photo") is True)
    for block in document.blocks:
        writer.block(block)
    writer.footer(document.title)
    stream = io.BytesIO()
    file.save(stream)
    return _repacked(stream)


def _bare(file: Any, look: Look) -> None:
    """Take out of *file* all that python-docx's template has in it, and put our styles in."""
    from docx.oxml import parse_xml
    from docx.shared import Pt

    for relations, kept in ((file.part.package.rels, ("/core-properties", "/officeDocument")), (file.part.rels, _KEPT)):
        for name in [name for name, relation in relations.items() if not relation.reltype.endswith(kept)]:
            del relations[name]
    for part, xml in (
        (file.part._styles_part, docx_styles.styles(look)),
        (file.part.numbering_part, docx_styles.numbering()),
        (file.part._settings_part, docx_styles.settings()),
    ):
        part._element = parse_xml(xml)
    properties = file.core_properties._element
    for child in list(properties):
        properties.remove(child)
    page = file.sections[0]
    page.page_width, page.page_height = Pt(look.width_pt), Pt(look.height_pt)
    page.left_margin = page.right_margin = page.top_margin = page.bottom_margin = Pt(look.margin_pt)
    page.header_distance = page.footer_distance = Pt(look.margin_pt / 2)


# The first moment that a package can name.
_MADE = (1980, 1, 1, 0, 0, 0)


def _repacked(stream: io.BytesIO) -> bytes:
    """Return a package without what tells when, and on which system, it was made."""
    out = io.BytesIO()
    with ZipFile(stream) as made, ZipFile(out, "w", ZIP_DEFLATED) as package:
        for name in made.namelist():
            member = ZipInfo(name, _MADE)
            member.create_system, member.compress_type = 0, ZIP_DEFLATED
            package.writestr(member, made.read(name))
    return out.getvalue()


class _Face(Struct, frozen=True):
    """How a run of text is set."""

    strong: bool = False
    emph: bool = False
    code: bool = False
    link: bool = False
    raised: bool = False
    small: bool = False


_PLAIN = _Face()
_BAR = Text("\u00a0| ")


class _Writer(Struct, frozen=True):
    file: Any
    look: Look
    assets: Mapping[str, Asset]

    # --- Blocks.

    def header(self, header: Header, *, shows_photo: bool) -> None:
        name = self.paragraph("Title", header.name)
        if shows_photo and header.photo:
            self.photo(name, header.photo)
        if header.headline:
            self.paragraph("Subtitle", header.headline)
        if header.contacts:
            self.block(header.contacts)

    def footer(self, name: str) -> None:
        """Put *name* and the number of the page at the foot of each page but the first."""
        page = self.file.sections[0]
        page.different_first_page_header_footer = True
        foot = page.footer.paragraphs[0]
        foot.style = "footer"
        foot.add_run(f"{name}\t")
        for field, after in (("PAGE", " / "), ("NUMPAGES", "")):
            _child(foot._p, "w:fldSimple", {"w:instr": field})
            if after:
                foot.add_run(after)

    def block(self, block: Block, depth: int = 0) -> None:
        match block:
            case Section():
                self.section(block)
            case Paragraph(content, "note"):
                self.paragraph("Note", content)
            case Paragraph(content):
                self.paragraph("Body Text", content)
            case BulletList(items):
                for point in items:
                    self.paragraph(f"List Bullet {min(depth, 2) + 1}".removesuffix(" 1"), point.content)
                    self.blocks(point.blocks, depth + 1)
            case DefinitionList("contact" | "metrics" as kind, items) if items:
                parts = (inline for item in items for inline in (_BAR, *_defined(item, kind)))
                self.paragraph("Contact" if kind == "contact" else "Definition", tuple(parts)[1:])
            case DefinitionList(kind, items):
                for item in items:
                    self.paragraph("Definition", _defined(item, kind))
            case Entry():
                self.entry(block)
            case CitationList(items):
                for citation in items:
                    self.citation(citation)

    def blocks(self, blocks: Iterable[Block], depth: int = 0) -> None:
        for block in blocks:
            self.block(block, depth)

    def section(self, section: Section) -> None:
        if section.title:
            self.paragraph(f"heading {min(section.level, 2)}", section.title)
        if section.note:
            self.paragraph("Note", section.note)
        self.blocks(section.blocks)

    def entry(self, entry: Entry) -> None:
        is_line = len(entry.rows) == 1 and not entry.blocks
        for index, row in enumerate(entry.rows):
            main = row.main
            if main and not index and entry.kind != "position":
                main = (Strong(main[:1]), *main[1:])
            style = "Entry Line" if is_line else "Entry Detail" if index or entry.kind == "position" else "Entry"
            paragraph = self.row(style, replace(row, main=main))
            paragraph.paragraph_format.keep_with_next = True if index + 1 < len(entry.rows) or entry.blocks else None
        self.blocks(entry.blocks)

    def row(self, style: str, row: Row) -> WordParagraph:
        paragraph = self.paragraph(style, row.main)
        if row.aside:
            # Half a date on the first line and half on the next is read by nobody.
            fits = self.width_pt(row.main) + self.width_pt(row.aside) + 2 * self.look.size_pt < self.look.text_pt
            paragraph.add_run("\t" if fits or not row.main else "\n\t")
            self.inlines(paragraph, paragraph._p, row.aside, _PLAIN)
        return paragraph

    def width_pt(self, content: Inlines) -> float:
        """Return about how wide *content* is, in the face that comes where this one is missing: a wide one."""
        ems = (1.0 if east_asian_width(char) in "WF" else 0.56 for char in plain(content))
        return self.look.size_pt * sum(ems)

    def citation(self, citation: Citation) -> None:
        if citation.lead:
            self.paragraph("Citation Lead", citation.lead)
        number = f"{citation.number}\t" if citation.number else ""
        paragraph = self.paragraph("Citation", (), number)
        self.inlines(paragraph, paragraph._p, citation.content, _PLAIN)
        self.blocks(citation.blocks)

    # --- Runs of text.

    def paragraph(self, style: str, content: Inlines, before: str = "") -> WordParagraph:
        paragraph: WordParagraph = self.file.add_paragraph(before, style)
        self.inlines(paragraph, paragraph._p, content, _PLAIN)
        return paragraph

    def inlines(self, paragraph: WordParagraph, parent: Any, content: Inlines, face: _Face) -> None:
        for inline in content:
            self.inline(paragraph, parent, inline, face)

    def inline(self, paragraph: WordParagraph, parent: Any, inline: Inline, face: _Face) -> None:
        match inline:
            case Text(text) | Logo(text):
                self.run(paragraph, parent, text, face)
            case Code(text):
                self.run(paragraph, parent, text, replace(face, code=True))
            case Math(tex):
                self.run(paragraph, parent, math.plain(math.parse(tex)), face)
            case LineBreak():
                self.run(paragraph, parent, "\n", face)
            case Image():
                self.picture(paragraph, inline, self.look.size_pt)
            case Strong(content):
                self.inlines(paragraph, parent, content, replace(face, strong=True))
            case Emph(content):
                self.inlines(paragraph, parent, content, replace(face, emph=True))
            case Span(kind, content):
                raised, small = kind == "mark", kind == "smallcaps"
                self.inlines(paragraph, parent, content,
                             replace(face, raised=face.raised or raised, small=face.small or small))  # fmt: skip
            case Link(content, url) if not face.link:
                self.inlines(paragraph, self.link(paragraph, parent, url), content, replace(face, link=True))
            case Link(content):
                self.inlines(paragraph, parent, content, face)

    def link(self, paragraph: WordParagraph, parent: Any, url: str) -> Any:
        """Return an element in *parent* that leads to *url*, for runs to be put in."""
        from docx.opc.constants import RELATIONSHIP_TYPE

        relation = paragraph.part.relate_to(encoded(url), RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
        return _child(parent, "w:hyperlink", {"r:id": relation})

    def run(self, paragraph: WordParagraph, parent: Any, text: str, face: _Face) -> None:
        from docx.text.run import Run

        run = Run(_child(parent, "w:r", {}), paragraph)
        run.text = text
        styles = {"Hyperlink": face.link, "Code": face.code, "Strong": face.strong, "Emphasis": face.emph}
        style = next((name for name, wanted in styles.items() if wanted), "")
        if style:
            run.style = style
        # A run has one style; what else it is stands beside that.
        run.bold = True if face.strong and style != "Strong" else None
        run.italic = True if face.emph and style != "Emphasis" else None
        run.font.superscript = True if face.raised else None
        run.font.small_caps = True if face.small else None

    # --- Pictures.

    def picture(self, paragraph: WordParagraph, image: Image, height_pt: float) -> Any:
        """Return the shape of a picture at the end of *paragraph*, *height_pt* high; nothing where it is no asset."""
        if image.source not in self.assets:
            return None
        from docx.shared import Pt

        shape = paragraph.add_run().add_picture(io.BytesIO(self.assets[image.source].data), height=Pt(height_pt))
        shape._inline.docPr.set("descr", image.alt)
        return shape

    def photo(self, paragraph: WordParagraph, image: Image) -> None:
        """Let a picture float at the right edge of the text, from the top of *paragraph* down."""
        shape = self.picture(paragraph, image, _PHOTO_PT)
        if shape is None:
            return
        inline = shape._inline
        anchor = _child(inline.getparent(), "wp:anchor", {}, {
            "distT": "0", "distB": "0", "distL": "114300", "distR": "0", "simplePos": "0", "relativeHeight": "1",
            "behindDoc": "0", "locked": "0", "layoutInCell": "1", "allowOverlap": "0",
        })  # fmt: skip
        _child(anchor, "wp:simplePos", {}, {"x": "0", "y": "0"})
        across = _child(anchor, "wp:positionH", {}, {"relativeFrom": "margin"})
        _child(across, "wp:align", {}).text = "right"
        down = _child(anchor, "wp:positionV", {}, {"relativeFrom": "margin"})
        _child(down, "wp:align", {}).text = "top"
        size, *others = list(inline)
        anchor.append(size)
        _child(anchor, "wp:wrapSquare", {}, {"wrapText": "bothSides"})
        for child in others:
            anchor.append(child)
        inline.getparent().remove(inline)


def _defined(item: Definition, kind: str) -> Inlines:
    if not item.term:
        return item.content
    label = (*item.term, Text(": "))
    return (*(label if kind in ("contact", "metrics") else (Strong(label),)), *item.content)


def _child(parent: Any, tag: str, named: Mapping[str, str], bare: Mapping[str, str] | None = None) -> Any:
    """Return a new element at the end of *parent*, with attributes that have a prefix, and some that have none."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    child = OxmlElement(tag)
    for name, value in named.items():
        child.set(qn(name), value)
    for name, value in (bare or {}).items():
        child.set(name, value)
    parent.append(child)
    return child
