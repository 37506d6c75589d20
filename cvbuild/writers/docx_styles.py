"""The look of a Word file: named styles and the levels of a list, as WordprocessingML.

Faces are those that every Word has; a file for Word cannot bring its own. Lengths in Word are twentieths of a point,
sizes of text halves of one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from xml.sax.saxutils import quoteattr

from msgspec import Struct

from cvbuild.eastern import codes
from cvbuild.style import Style
from cvbuild.theme import Theme

_PAPERS_MM = {"a4": (210, 297), "letter": (215.9, 279.4)}
_POINTS = {"pt": 1.0, "mm": 72 / 25.4, "cm": 72 / 2.54, "in": 72.0}
# For East Asian text, by the codes of our own faces: those of every Word without serifs and with them, the language.
_EASTERN = {
    "jp": ("Yu Gothic", "Yu Mincho", "ja-JP"),
    "kr": ("Malgun Gothic", "Batang", "ko-KR"),
    "sc": ("Microsoft YaHei", "SimSun", "zh-CN"),
    "tc": ("Microsoft JhengHei", "PMingLiU", "zh-TW"),
}
_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


class Look(Struct, frozen=True):
    """What a theme's options come to in Word: points, a factor for lines, a colour of six figures, names of faces."""

    width_pt: float
    height_pt: float
    margin_pt: float
    size_pt: float
    leading: float
    accent: str
    face: str
    eastern: str
    language: str
    eastern_language: str

    @property
    def text_pt(self) -> float:
        """Return how wide a line may be."""
        return self.width_pt - 2 * self.margin_pt


def look(theme: Theme, style: Style, options: Mapping[str, str | bool]) -> Look:
    """Return the look that comes nearest to *theme* with its *options*."""
    width_mm, height_mm = _PAPERS_MM[style.paper]
    size_pt = _points(options.get("size"), 10.5)
    own = options.get("font") or (theme.fonts[0].name if theme.fonts else "")
    # The first of the faces that the document needs is that of its language.
    code = next(iter(codes(theme.fonts)), "")
    sans, serif, tongue = _EASTERN[code or "kr"]
    face, eastern = ("Calibri", sans) if "sans" in str(own) else ("Cambria", serif)
    return Look(
        width_mm * _POINTS["mm"], height_mm * _POINTS["mm"], _points(options.get("margin"), 54.0, size_pt), size_pt,
        float(options.get("leading") or 1.2), _colour(options.get("accent")), face, eastern, style.language,
        tongue if code else "",
    )  # fmt: skip


def _points(length: str | bool | None, default: float, em_pt: float = 10.5) -> float:
    found = re.fullmatch(r"([\d.]+)(pt|mm|cm|in|em)", str(length))
    return float(found[1]) * _POINTS.get(found[2], em_pt) if found else default


def _colour(value: str | bool | None) -> str:
    figures = str(value or "#1a1a1a").lstrip("#")
    return "".join(figure * 2 for figure in figures) if len(figures) == 3 else figures


def styles(look: Look) -> str:
    """Return the part of a Word file that has its styles."""
    # What stands in Latin letters beside East Asian text is broken as English is: any other way it is broken anywhere.
    is_eastern = bool(look.eastern_language) and look.eastern_language[:2] == look.language[:2]
    latin = "en-US" if is_eastern else look.language
    east = f' w:eastAsia="{look.eastern_language}"' if look.eastern_language else ""
    lines = round(240 * look.leading / 1.2)
    return (
        f"<w:styles {_W}><w:docDefaults><w:rPrDefault><w:rPr>{_faces(look.face, look.eastern)}{_size(look, 1)}"
        f"<w:lang w:val={quoteattr(latin)}{east}/></w:rPr></w:rPrDefault><w:pPrDefault><w:pPr>"
        f'<w:spacing w:after="0" w:line="{lines}" w:lineRule="auto"/></w:pPr></w:pPrDefault></w:docDefaults>'
        f"{''.join(_styles(look))}</w:styles>"
    )


def numbering() -> str:
    """Return the part of a Word file that has its lists: one, of three levels."""
    levels = (
        f'<w:lvl w:ilvl="{level}"><w:start w:val="1"/><w:numFmt w:val="bullet"/><w:lvlText w:val="{sign}"/>'
        f'<w:lvlJc w:val="left"/><w:pPr><w:ind w:left="{260 * (level + 1)}" w:hanging="220"/></w:pPr></w:lvl>'
        for level, sign in enumerate("•–•")
    )
    return (
        f'<w:numbering {_W}><w:abstractNum w:abstractNumId="0"><w:multiLevelType w:val="multilevel"/>'
        f'{"".join(levels)}</w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num></w:numbering>'
    )


def settings() -> str:
    """Return the part of a Word file that says it is none of an older Word's."""
    return (
        f'<w:settings {_W}><w:compat><w:compatSetting w:name="compatibilityMode" '
        'w:uri="http://schemas.microsoft.com/office/word" w:val="15"/></w:compat></w:settings>'
    )


def _faces(face: str, eastern: str) -> str:
    return f'<w:rFonts w:ascii="{face}" w:hAnsi="{face}" w:eastAsia="{eastern}" w:cs="{face}"/>'


def _size(look: Look, factor: float) -> str:
    halves = round(2 * look.size_pt * factor)
    return f'<w:sz w:val="{halves}"/><w:szCs w:val="{halves}"/>'


def _styles(look: Look) -> Iterator[str]:
    colour = f'<w:color w:val="{look.accent}"/>'
    grey = '<w:color w:val="444444"/>'
    keep = "<w:keepNext/><w:keepLines/>"
    rule = f'<w:pBdr><w:bottom w:val="single" w:sz="4" w:space="1" w:color="{look.accent}"/></w:pBdr>'
    dates = f'<w:tabs><w:tab w:val="right" w:pos="{round(20 * look.text_pt)}"/></w:tabs>'
    hanging = round(50 * look.size_pt)
    number = f'<w:tabs><w:tab w:val="left" w:pos="{hanging}"/></w:tabs>'
    indent = f'<w:ind w:left="{hanging}" w:hanging="{hanging}"/>'
    yield '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/><w:qFormat/></w:style>'
    yield (
        '<w:style w:type="character" w:default="1" w:styleId="DefaultParagraphFont">'
        '<w:name w:val="Default Paragraph Font"/><w:semiHidden/></w:style>'
    )
    yield _paragraph("Title", keep + _space(look, 0, 0.1), "<w:b/>" + _size(look, 2))
    yield _paragraph("Subtitle", keep + _space(look, 0, 0.2), colour + _size(look, 1.15))
    yield _paragraph("Contact", _space(look, 0.1, 0.4), grey)
    yield _paragraph("heading 1", keep + rule + _space(look, 1.1, 0.35) + _level(0), f"<w:b/><w:caps/>{colour}")
    yield _paragraph("heading 2", keep + _space(look, 0.6, 0.15) + _level(1), "<w:b/>")
    yield _paragraph("Note", keep + _space(look, 0, 0.3), grey + _size(look, 0.88))
    yield _paragraph("Body Text", _space(look, 0.15, 0.15))
    yield _paragraph("Entry", "<w:keepLines/>" + dates + _space(look, 0.45, 0))
    yield _paragraph("Entry Detail", "<w:keepLines/>" + dates)
    yield _paragraph("Entry Line", "<w:keepLines/>" + dates + _space(look, 0.15, 0))
    yield _paragraph("Definition", _space(look, 0.1, 0.1))
    yield _paragraph("Citation", "<w:keepLines/>" + number + _space(look, 0.3, 0) + indent)
    yield _paragraph("Citation Lead", "<w:keepNext/>" + _space(look, 0.3, 0), grey + _size(look, 0.9))
    for level in range(3):
        numbered = f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="1"/></w:numPr>'
        yield _paragraph(f"List Bullet {level + 1}".removesuffix(" 1"), numbered + _space(look, 0.08, 0))
    yield _paragraph("footer", dates, grey + _size(look, 0.85))
    yield _character("Strong", "<w:b/>")
    yield _character("Emphasis", "<w:i/>")
    yield _character("Code", _faces("Consolas", look.eastern))
    yield _character("Hyperlink", f'{colour}<w:u w:val="single"/>')


def _level(number: int) -> str:
    return f'<w:outlineLvl w:val="{number}"/>'


def _space(look: Look, before: float, after: float) -> str:
    """Return white space *before* and *after* a paragraph, in sizes of the text."""
    unit = 20 * look.size_pt
    return f'<w:spacing w:before="{round(unit * before)}" w:after="{round(unit * after)}"/>'


def _paragraph(name: str, layout: str = "", face: str = "") -> str:
    return _style("paragraph", name, '<w:basedOn w:val="Normal"/>', f"<w:pPr>{layout}</w:pPr><w:rPr>{face}</w:rPr>")


def _character(name: str, face: str) -> str:
    return _style("character", name, '<w:basedOn w:val="DefaultParagraphFont"/>', f"<w:rPr>{face}</w:rPr>")


def _style(kind: str, name: str, based: str, form: str) -> str:
    styleId = re.sub(r" (.)|^(.)", lambda match: (match[1] or match[2]).upper(), name)
    return (
        f'<w:style w:type="{kind}" w:styleId="{styleId}"><w:name w:val="{name}"/>{based}<w:qFormat/>{form}</w:style>'
    )
