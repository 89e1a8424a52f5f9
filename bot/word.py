"""An empty Word file: A4, our styles, the language, page numbers; what `documents` writes on.

python-docx brings a template of its own; what it holds beyond the styles we set (a thumbnail, an author, a hundred
table styles) is taken out, so that a file shows nobody's name and opens without compatibility mode.
"""

from datetime import datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from docx.document import Document as File
    from docx.styles.style import ParagraphStyle
    from docx.text.paragraph import Paragraph

LANGUAGE = {"sv": "sv-SE", "en": "en-GB"}
FONT = "Calibri"  # on every office machine; others take a font of the same widths
BLUE = "1F3864"
KEPT = ("Normal Table", "Table Grid")
UNWANTED = ("thumbnail", "stylesWithEffects", "customXml", "extended-properties")


def empty_file(title: str, lang: str, made: datetime | None) -> "File":
    """A file without a paragraph, whose properties hold `title`, the language and, if given, when it was `made`."""
    from docx import Document as new_file

    file = new_file()
    _clean(file)
    _page(file)
    _styles(file)
    _properties(file, title, LANGUAGE.get(lang, LANGUAGE["sv"]), made)
    return file


def element(tag: str, attributes: dict[str, str]) -> Any:
    """One element of the file format, as in `element("w:shd", {"w:fill": "F2F2F2"})`."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    new = OxmlElement(tag)
    for name, value in attributes.items():
        new.set(qn(name), value)
    return new


def _clean(file: "File") -> None:
    from docx.enum.style import WD_STYLE_TYPE
    from docx.oxml.ns import qn

    for owner in (file.part.package.rels, file.part.rels):
        for id in [id for id, rel in owner.items() if any(word in rel.reltype for word in UNWANTED)]:
            del owner[id]
    for style in [style for style in file.styles if style.type == WD_STYLE_TYPE.TABLE and style.name not in KEPT]:
        style.delete()
    for setting in list(file.settings.element.iter(qn("w:useFELayout"), qn("w:savePreviewPicture"), qn("w:rsids"))):
        setting.getparent().remove(setting)


def _page(file: "File") -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Cm

    section = file.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.5)
    section.top_margin = section.bottom_margin = Cm(2.5)
    footer = section.footer.paragraphs[0]
    footer.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    for field, after in (("PAGE", " ("), ("NUMPAGES", ")")):
        _field(footer, field)
        footer.add_run(after)


def _field(paragraph: "Paragraph", instruction: str) -> None:
    simple = element("w:fldSimple", {"w:instr": instruction})
    run = paragraph.add_run("1")  # until the program that opens the file counts
    simple.append(run._r)
    paragraph._p.append(simple)


def _styles(file: "File") -> None:
    from docx.oxml.ns import qn
    from docx.shared import Pt

    for name, size, before, after in (("Normal", 11, 0, 6), ("Title", 22, 0, 14), ("Heading 1", 15, 16, 6)):
        style = file.styles[name]
        style.font.size, style.font.name = Pt(size), FONT
        _own_font(style)
        style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(before), Pt(after)
    file.styles["Normal"].paragraph_format.line_spacing = 1.1
    for name in ("Title", "Heading 1"):
        _dark(file.styles[name])
    for name in ("List Bullet", "List Number"):
        style = file.styles[name]
        style.paragraph_format.space_after = Pt(3)
        style.element.pPr.remove(style.element.pPr.find(qn("w:contextualSpacing")))  # it would take the space away
    file.styles["Footer"].font.size = Pt(9)
    grid = file.styles["Table Grid"].element
    for border in next(grid.iter(qn("w:tblBorders"))):
        border.set(qn("w:color"), "A6A6A6")
    for side in ("w:top", "w:bottom"):
        _set(next(grid.iter(qn("w:tblCellMar"))), side, "w:w", "50")  # twentieths of a point


def _own_font(style: "ParagraphStyle") -> None:
    """A theme font would win over the name we set, so its attributes go."""
    from docx.oxml.ns import qn

    fonts = style.element.rPr.rFonts
    for name in [name for name in fonts.attrib if "heme" in name]:
        del fonts.attrib[name]
    for name in ("w:eastAsia", "w:cs"):
        fonts.set(qn(name), FONT)


def _dark(style: "ParagraphStyle") -> None:
    from docx.shared import RGBColor

    style.font.color.rgb = RGBColor.from_string(BLUE)
    style.font.bold = True
    style.paragraph_format.keep_with_next = True
    for border in style.element.pPr.findall(f"{{{style.element.nsmap['w']}}}pBdr"):
        style.element.pPr.remove(border)


def _properties(file: "File", title: str, language: str, made: datetime | None) -> None:
    properties = file.core_properties
    properties.title, properties.language = title[:255], language
    properties.author = properties.comments = properties.last_modified_by = ""
    for stamp in [child for child in properties._element if child.tag.endswith(("}created", "}modified"))]:
        properties._element.remove(stamp)
    if made:
        properties.created = properties.modified = made
    _set(file.styles.element, "w:lang", "w:val", language)
    settings = file.settings.element
    _set(settings, "w:themeFontLang", "w:val", language)
    _set(settings, "w:compatSetting", "w:val", "15", "compatibilityMode")  # below 15 Word says "compatibility mode"
    _set(settings, "w:zoom", "w:percent", "100")  # the schema wants it and the template lacks it


def _set(root: Any, tag: str, attribute: str, value: str, name: str = "") -> None:
    """Give `attribute` to every `tag` under `root`, or to those that bear `name`."""
    from docx.oxml.ns import qn

    for found in root.iter(qn(tag)):
        if not name or found.get(qn("w:name")) == name:
            found.set(qn(attribute), value)
