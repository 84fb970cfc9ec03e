"""One PDF out of many: presentation, letters as they were sealed, pieces on captioned sheets. It must never change a
word of a letter, nor put in anything but the parts it was given.

Runs in a process that can be killed (see `piece_process`): the pieces were cleaned, yet they came from outside.
"""

import io
from collections.abc import Iterator, Sequence

import pikepdf
from pikepdf import Array, Dictionary, Name, OutlineItem, Page, Pdf, Rectangle, Stream
from PIL import Image

from app.delivery.pack_parts import PackPart, PartKind
from app.delivery.pdf_tags import append_tagged
from app.domain.pieces import MediaType

_POINTS_PER_INCH = 72
_DOTS_PER_INCH = 150  # a photograph is never enlarged past it
# Where the page of a piece stands on its A4 sheet, in points from the lower left corner: inside the frame that the
# sheet draws (`pack.css`: 178 × 246 mm, 16 mm from the left and 18 mm from the bottom), 1 mm away from it.
_FRAME = tuple(side * _POINTS_PER_INCH / 25.4 for side in (17, 19, 193, 263))


def bind(title: str, parts: Sequence[PackPart]) -> bytes:
    """The pack; the same parts give the same bytes. `parts`: the presentation first, then in reading order.

    Raises pikepdf.PdfError on a part that is no PDF.
    """
    with pikepdf.open(io.BytesIO(parts[0].content)) as pack:
        labels = [(0, "")]
        bookmarks: list[tuple[str, int]] = []
        for part in parts:
            if part.kind is PartKind.LETTER:
                if part.title:  # a page left white between two letters has none
                    labels.append((len(pack.pages), part.label))
                    bookmarks.append((part.title, len(pack.pages)))
                with pikepdf.open(io.BytesIO(part.content)) as letter:
                    append_tagged(pack, letter)
        _lay_pieces(pack, parts, labels, bookmarks)
        with pack.open_outline() as outline:
            outline.root.extend(OutlineItem(words, page) for words, page in bookmarks)
        pack.Root.PageLabels = Dictionary(Nums=Array(list(_numbering(labels))))
        pack.Root.PageMode = Name.UseOutlines
        _say_what_it_is(pack, title)
        out = io.BytesIO()
        pack.save(out, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
        return out.getvalue()


def _lay_pieces(
    pack: Pdf, parts: Sequence[PackPart], labels: list[tuple[int, str]], bookmarks: list[tuple[str, int]]
) -> None:
    """Add the sheets, then lay on each the page it was made for."""
    number = len(pack.pages)
    for part in parts:
        if part.kind is PartKind.SHEETS:
            with pikepdf.open(io.BytesIO(part.content)) as sheets:
                append_tagged(pack, sheets)
    for part in parts:
        if part.kind is PartKind.PIECE:
            labels.append((number, part.label))
            bookmarks.append((part.title, number))
            with _as_pdf(part) as piece:
                for page in piece.pages:
                    _lay(pack, number, page)
                    number += 1


def _lay(pack: Pdf, number: int, page: Page) -> None:
    """Draw a page inside the frame of a sheet, whole, never enlarged; the frame already names it to who listens."""
    sheet, form = pack.pages[number], pack.copy_foreign(page.as_form_xobject())
    # The sheets share their resources: each drawing needs a name of its own.
    name = sheet.add_resource(form, Name.XObject, Name(f"/Piece{number}"))
    drawing = sheet.calc_form_xobject_placement(
        form, name, Rectangle(*_FRAME), invert_transformations=True, allow_shrink=True, allow_expand=False
    )
    sheet.contents_add(b"q", prepend=True)  # what the sheet did to its axes stays its own
    sheet.contents_add(b"Q\n/Artifact BMC\n" + drawing + b"\nEMC")


def _as_pdf(part: PackPart) -> Pdf:
    """The pages of a piece; an image is a page of its own size."""
    if part.media_type is MediaType.PDF:
        return pikepdf.open(io.BytesIO(part.content))
    pdf = pikepdf.new()
    with Image.open(io.BytesIO(part.content), formats=("JPEG", "PNG")) as image:
        if part.media_type is MediaType.JPEG:
            drawn = _image_object(pdf, image, part.content)
        elif image.mode == "RGBA":
            drawn = _image_object(pdf, image.convert("RGB"))
            drawn.SMask = _image_object(pdf, image.getchannel("A"))
        else:
            drawn = _image_object(pdf, image)
        width, height = (side * _POINTS_PER_INCH / _DOTS_PER_INCH for side in image.size)
    page = pdf.add_blank_page(page_size=(max(width, 3), max(height, 3)))
    page.obj.Resources = Dictionary(XObject=Dictionary(Image=drawn))
    page.obj.Contents = pdf.make_stream(f"{width:.4f} 0 0 {height:.4f} 0 0 cm /Image Do".encode())
    return pdf


def _image_object(pdf: Pdf, image: Image.Image, jpeg: bytes = b"") -> Stream:
    """An image as a PDF holds it: a JPEG as it is, else the points themselves."""
    drawn = pdf.make_stream(
        jpeg or image.tobytes(),
        Type=Name.XObject,
        Subtype=Name.Image,
        Width=image.width,
        Height=image.height,
        ColorSpace=Name.DeviceGray if image.mode == "L" else Name.DeviceRGB,
        BitsPerComponent=8,
    )
    if jpeg:
        drawn.Filter = Name.DCTDecode
    return drawn


def _numbering(labels: Sequence[tuple[int, str]]) -> Iterator[int | Dictionary]:
    """The number that viewers show for each page: 1, 2… in front, then L1-1, P1-1…"""
    for start, prefix in labels:
        yield start
        yield Dictionary(S=Name.D, P=prefix) if prefix else Dictionary(S=Name.D)


def _say_what_it_is(pack: Pdf, title: str) -> None:
    """The title of the whole; the parts that came from outside forbid to claim the conformance of our own pages."""
    pack.docinfo["/Title"] = title
    with pack.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as said:
        said["dc:title"] = title
        if "pdfuaid:part" in said:
            del said["pdfuaid:part"]
