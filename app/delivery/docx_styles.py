"""The named styles, sheet and numbering of the office file. It must never hold a word of a letter."""

from typing import Any

from docx.document import Document as OfficeFile
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

# On every computer, unlike the font of the paper: a missing font would be replaced by anything.
FONT = "Georgia"
_GREY = RGBColor(0x44, 0x44, 0x44)

SENDER, RECIPIENT, DATE, SUBJECT = "Expéditeur", "Destinataire", "Lieu et date", "Objet de la lettre"
HEAD_LINE, SALUTATION, CLOSING = "Ligne d’en-tête", "Appel", "Formule de politesse"
SIGNATURE, SIGNATORY, SMALL, GROUND = "Place pour signer", "Signataire", "Pièces et copies", "Fondement"
CREDIT = "Origine du modèle"
LABEL, REFERENCE, MISSING, LINK = "Étiquette", "Renvoi", "À compléter", "Lien"


def prepare(office: OfficeFile) -> None:
    """Sheet, language and styles; the built-in ones keep their names so that Word and readers know them."""
    section = office.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin, section.right_margin = Mm(26), Mm(24)
    section.top_margin, section.bottom_margin = Mm(18), Mm(20)
    section.header_distance, section.footer_distance = Mm(8), Mm(10)
    _normal(office)
    for name, size, before in (("Heading 2", 11.5, 12), ("Heading 3", 10.5, 9)):
        _title(office.styles[name], size, before)
    for name, after, size in (
        (SENDER, 0, 10.5), (RECIPIENT, 0, 10.5), (DATE, 14, 10.5), (HEAD_LINE, 2, 10.5), (SALUTATION, 7, 10.5),
        (CLOSING, 10, 10.5), (SIGNATURE, 44, 9), (SIGNATORY, 0, 10.5), (SMALL, 0, 9.5), (GROUND, 2.5, 8.5),
    ):  # fmt: skip
        style = office.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        style.base_style = office.styles["Normal"]
        style.font.size = Pt(size)
        style.paragraph_format.space_after = Pt(after)
    subject = office.styles["Heading 1"]
    _title(subject, 10.5, 0)
    subject.paragraph_format.space_after = Pt(2)
    for name in (HEAD_LINE, "Heading 1"):
        indent = office.styles[name].paragraph_format
        indent.left_indent, indent.first_line_indent = Mm(16), Mm(-16)
        indent.tab_stops.add_tab_stop(Mm(16))
    office.styles[RECIPIENT].paragraph_format.line_spacing = Mm(4.75)
    office.styles[SALUTATION].paragraph_format.space_before = Pt(12)
    for name in (CLOSING, SIGNATURE):
        office.styles[name].paragraph_format.keep_with_next = True
    office.styles[SIGNATURE].font.color.rgb = _GREY
    office.styles[GROUND].paragraph_format.keep_together = True
    _characters(office)


def add_credit(office: OfficeFile) -> None:
    """The style of who proposed the template; only where it is used, so that our own letters stay as they are."""
    style = office.styles.add_style(CREDIT, WD_STYLE_TYPE.PARAGRAPH)
    style.base_style = office.styles["Normal"]
    style.font.size, style.font.color.rgb = Pt(8), _GREY
    style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(16), Pt(0)


def restart_numbering(office: OfficeFile, start: int, pattern: str = "%1.", bullet: bool = False) -> int:
    """A numbering of its own, from `start`; returns its number for `number_paragraph`."""
    numbering = office.part.numbering_part.element
    abstract_id = 1 + max(
        (int(found.get(qn("w:abstractNumId"))) for found in numbering.findall(qn("w:abstractNum"))), default=0
    )
    abstract = _element("w:abstractNum", {"w:abstractNumId": str(abstract_id)})
    level = _element("w:lvl", {"w:ilvl": "0"})
    for name, value in (
        ("w:start", str(start)), ("w:numFmt", "bullet" if bullet else "decimal"),
        ("w:lvlText", pattern), ("w:lvlJc", "left"),
    ):  # fmt: skip
        level.append(_element(name, {"w:val": value}))
    place = _element("w:pPr", {})
    place.append(_element("w:ind", {"w:left": "369", "w:hanging": "369"}))
    level.append(place)
    abstract.append(level)
    first_number = numbering.find(qn("w:num"))
    if first_number is None:
        numbering.append(abstract)
    else:
        first_number.addprevious(abstract)
    return int(numbering.add_num(abstract_id).numId)


def number_paragraph(paragraph: Any, number_id: int) -> None:
    """Make a paragraph an item of a numbering."""
    properties = paragraph._p.get_or_add_pPr().get_or_add_numPr()
    properties.get_or_add_ilvl().val = 0
    properties.get_or_add_numId().val = number_id


def _normal(office: OfficeFile) -> None:
    normal = office.styles["Normal"]
    normal.font.name, normal.font.size = FONT, Pt(10.5)
    _use_font(normal)
    normal.paragraph_format.space_after = Pt(7)
    normal.paragraph_format.line_spacing = 1.25
    normal.paragraph_format.widow_control = True
    # The template's own language is American English, in the defaults and nowhere else.
    for language in office.styles.element.iter(qn("w:lang")):
        for kind in ("w:val", "w:eastAsia"):
            language.set(qn(kind), "fr-FR")


def _title(style: Any, size: float, before: float) -> None:
    style.font.size, style.font.bold = Pt(size), True
    style.font.color.rgb = RGBColor(0x11, 0x11, 0x11)
    style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(before), Pt(4)
    _use_font(style)


def _use_font(style: Any) -> None:
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for kind in ("w:asciiTheme", "w:hAnsiTheme", "w:eastAsiaTheme", "w:cstheme"):
        fonts.attrib.pop(qn(kind), None)
    for kind in ("w:ascii", "w:hAnsi", "w:eastAsia", "w:cs"):
        fonts.set(qn(kind), FONT)


def _characters(office: OfficeFile) -> None:
    styles = {
        name: office.styles.add_style(name, WD_STYLE_TYPE.CHARACTER) for name in (LABEL, REFERENCE, MISSING, LINK)
    }
    styles[LABEL].font.italic, styles[LABEL].font.bold, styles[LABEL].font.color.rgb = True, False, _GREY
    styles[REFERENCE].font.superscript = True
    styles[MISSING].font.bold = True
    shade = _element("w:shd", {"w:val": "clear", "w:color": "auto", "w:fill": "FFE45C"})
    styles[MISSING].element.get_or_add_rPr().append(shade)
    styles[LINK].font.italic, styles[LINK].font.color.rgb = True, _GREY


def _element(name: str, attributes: dict[str, str]) -> Any:
    element = OxmlElement(name)
    for key, value in attributes.items():
        element.set(qn(key), value)
    return element
