"""The letter as an office file, for whoever wants to finish it in Word or LibreOffice.

It must never carry a person's name in its metadata.

Same text and order as the paper; same bytes for the same letter. The head is a table without borders, whose right
column starts at 110 mm and whose recipient starts at 50 mm from the top: the window of the envelope.
"""

import io
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import docx
from docx.enum.text import WD_BREAK
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from app.delivery import docx_styles as styles
from app.delivery import wording
from app.domain.document import (
    Blank,
    Block,
    Box,
    BulletList,
    Citation,
    Document,
    Emphasis,
    Gap,
    Heading,
    Inlines,
    LineBreak,
    NumberedList,
    Paragraph,
    Strong,
    Table,
    Text,
)

_ZIP_DATE = (1980, 1, 1, 0, 0, 0)
_FILE_DATE = datetime(2000, 1, 1, tzinfo=UTC)


def letter_docx(document: Document) -> bytes:
    """A .docx file (A4, French) ready to be signed once printed."""
    office = docx.Document()
    styles.prepare(office)
    _Writer(office, document).write()
    _metadata(office, document)
    written = io.BytesIO()
    office.save(written)
    return _same_bytes(written.getvalue())


class _Writer:
    """Walks a letter once and writes it into an office file."""

    def __init__(self, office: Any, document: Document) -> None:
        self._office = office
        self._document = document
        self._bookmarks = 0

    def write(self) -> None:
        document = self._document
        self._head()
        self._subject()
        if document.salutation:
            self._paragraph(styles.SALUTATION, document.salutation)
        self._blocks(wording.with_page_breaks(document.body))
        self._closing()
        self._short_list(wording.ENCLOSURES, document.enclosures)
        self._short_list(wording.COPIES, document.copies)
        self._grounds()
        if document.credit:
            styles.add_credit(self._office)
            self._paragraph(styles.CREDIT, document.credit)
        self._blocks(wording.annex_blocks(document))
        self._page_number()

    def _head(self) -> None:
        document = self._document
        table = self._bare_table(1, (84, 76))
        table.rows[0].height = Mm(74)
        left, right = table.rows[0].cells
        places = [left.paragraphs[0], right.paragraphs[0]]
        for lines in document.sender:
            place = places[0] if lines is document.sender[0] else left.add_paragraph()
            self._lines(place, styles.SENDER, lines)
            place.paragraph_format.right_indent = Mm(22)
            place.paragraph_format.space_after = Pt(5)
        self._lines(places[1], styles.RECIPIENT, document.recipient)
        places[1].paragraph_format.space_before = Mm(32)
        date = self._office.add_paragraph(style=styles.DATE)
        date.paragraph_format.left_indent = Mm(84)
        self._inlines(date, document.place_and_date)

    def _subject(self) -> None:
        if not wording.has_subject(self._document):
            self._paragraph("Heading 1", self._document.title)
        for line in self._document.header:
            style = "Heading 1" if line.label == wording.SUBJECT else styles.HEAD_LINE
            paragraph = self._office.add_paragraph(style=style)
            self._run(paragraph, wording.label(line), styles.LABEL)
            paragraph.add_run("\t")
            self._inlines(paragraph, line.inlines)

    def _blocks(self, blocks: Iterator[tuple[Block, bool]]) -> None:
        for block, starts_sheet in blocks:
            if starts_sheet:
                self._office.add_paragraph().add_run().add_break(WD_BREAK.PAGE)
            self._block(block)

    def _block(self, block: Block) -> None:
        match block:
            case Paragraph():
                self._inlines(self._office.add_paragraph(), block.inlines)
            case Heading():
                style = "Heading 3" if block.level > 2 else "Heading 2"
                self._inlines(self._office.add_paragraph(style=style), block.inlines)
            case BulletList():
                self._items("List Bullet", block, styles.restart_numbering(self._office, 1, "–", bullet=True))
            case NumberedList():
                self._items("List Number", block, styles.restart_numbering(self._office, block.start))
            case Table():
                self._table(block)
            case _:
                raise TypeError(f"Cannot draw {type(block).__name__}.")

    def _items(self, style: str, block: BulletList | NumberedList, number_id: int) -> None:
        for item in block.items:
            paragraph = self._office.add_paragraph(style=style)
            styles.number_paragraph(paragraph, number_id)
            self._inlines(paragraph, item.inlines)

    def _table(self, block: Table) -> None:
        if block.caption:
            self._paragraph("Caption", block.caption)
        table = self._office.add_table(rows=0, cols=len(block.header), style="Table Grid")
        for number, cells in enumerate((block.header, *block.rows)):
            row = table.add_row()
            if number == 0:
                # Repeated on each page, and read as headings.
                row._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
            for cell, inlines in zip(row.cells, cells, strict=True):
                self._inlines(cell.paragraphs[0], inlines, bold=number == 0)

    def _closing(self) -> None:
        document = self._document
        if document.closing:
            self._paragraph(styles.CLOSING, document.closing)
        places = document.signatures
        for start in range(0, len(places), 2):
            row = self._bare_table(1, (80, 80)).rows[0]
            for cell, place in zip(row.cells, places[start : start + 2], strict=False):
                self._run(cell.paragraphs[0], wording.signature_caption(place))
                cell.paragraphs[0].style = styles.SIGNATURE
                if place.name:
                    self._run(cell.add_paragraph(style=styles.SIGNATORY), place.name)

    def _short_list(self, title: str, texts: tuple[str, ...]) -> None:
        if not texts:
            return
        self._paragraph(styles.SMALL, title).paragraph_format.space_before = Pt(8)
        number_id = styles.restart_numbering(self._office, 1, "–", bullet=True)
        for text in texts:
            styles.number_paragraph(self._paragraph(styles.SMALL, wording.typed_line(text)), number_id)

    def _grounds(self) -> None:
        if not self._document.grounds:
            return
        self._paragraph("Heading 2", wording.GROUNDS)
        first = self._document.grounds[0].number
        number_id = styles.restart_numbering(self._office, first)
        for ground, address in wording.printed_grounds(self._document):
            paragraph = self._office.add_paragraph(style=styles.GROUND)
            styles.number_paragraph(paragraph, number_id)
            self._bookmark(paragraph, f"fondement_{ground.number}")
            self._run(paragraph, ground.title)
            if address:
                paragraph.add_run(" ")
                relation = paragraph.part.relate_to(address, RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
                self._link(paragraph, {"r:id": relation}, address, styles.LINK)

    def _inlines(self, paragraph: Any, inlines: Inlines, bold: bool = False) -> None:
        for inline in inlines:
            match inline:
                case Text():
                    self._run(paragraph, inline.text).bold = bold or None
                case Strong():
                    self._run(paragraph, inline.text).bold = True
                case Emphasis():
                    self._run(paragraph, inline.text).italic = True
                case Citation():
                    anchor = {"w:anchor": f"fondement_{inline.number}"}
                    self._link(paragraph, anchor, str(inline.number), styles.REFERENCE)
                case Gap():
                    self._run(paragraph, wording.gap_text(inline), styles.MISSING)
                case Box():
                    self._run(paragraph, wording.box_text(inline))
                case Blank():
                    self._run(paragraph, wording.dots(inline))
                case LineBreak():
                    paragraph.add_run().add_break()

    def _paragraph(self, style: str, text: str) -> Any:
        paragraph = self._office.add_paragraph(style=style)
        self._run(paragraph, text)
        return paragraph

    def _lines(self, paragraph: Any, style: str, lines: tuple[str, ...]) -> None:
        paragraph.style = style
        for number, line in enumerate(lines):
            if number:
                paragraph.add_run().add_break()
            self._run(paragraph, wording.typed_line(line))

    def _run(self, paragraph: Any, text: str, style: str | None = None) -> Any:
        return paragraph.add_run(wording.printable(text), style=style)

    def _link(self, paragraph: Any, target: dict[str, str], text: str, style: str) -> None:
        link = OxmlElement("w:hyperlink")
        for name, value in target.items():
            link.set(qn(name), value)
        link.append(self._run(paragraph, text, style)._r)
        paragraph._p.append(link)

    def _bookmark(self, paragraph: Any, name: str) -> None:
        self._bookmarks += 1
        for tag in ("w:bookmarkStart", "w:bookmarkEnd"):
            mark = OxmlElement(tag)
            mark.set(qn("w:id"), str(self._bookmarks))
            if tag == "w:bookmarkStart":
                mark.set(qn("w:name"), name)
            paragraph._p.append(mark)

    def _bare_table(self, rows: int, widths: tuple[int, int]) -> Any:
        table = self._office.add_table(rows=rows, cols=2)
        table.autofit = False
        properties = table._tbl.tblPr
        margins = OxmlElement("w:tblCellMar")
        for side in ("w:left", "w:right"):
            margin = OxmlElement(side)
            margin.set(qn("w:w"), "0")
            margin.set(qn("w:type"), "dxa")
            margins.append(margin)
        properties.append(margins)
        for column, width in zip(table.columns, widths, strict=True):
            column.width = Mm(width)
            for cell in column.cells:
                cell.width = Mm(width)
        return table

    def _page_number(self) -> None:
        paragraph = self._office.sections[0].footer.paragraphs[0]
        paragraph.alignment = 2
        for number, field in enumerate(("PAGE", "NUMPAGES")):
            if number:
                paragraph.add_run(" / ")
            simple = OxmlElement("w:fldSimple")
            simple.set(qn("w:instr"), field)
            paragraph._p.append(simple)


def _metadata(office: Any, document: Document) -> None:
    core = office.core_properties
    core.title, core.language = wording.printable(document.title)[:255], "fr-FR"
    core.author = core.last_modified_by = core.comments = core.keywords = core.subject = ""
    core.created = core.modified = _FILE_DATE
    core.revision = 1
    # The picture of the library's own template.
    relations = office.part.package.rels
    for number, relation in tuple(relations.items()):
        if relation.reltype == RELATIONSHIP_TYPE.THUMBNAIL:
            del relations[number]


def _same_bytes(content: bytes) -> bytes:
    """The same archive with fixed dates."""
    copy = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(copy, "w") as target:
        for name in source.namelist():
            entry = zipfile.ZipInfo(name, _ZIP_DATE)
            entry.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(entry, source.read(name))
    return copy.getvalue()
