"""Files as people send them, and as they should not: photographs, PDFs, polyglots, bombs, all built here."""

import io
import zipfile
import zlib
from collections.abc import Callable
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Stream
from PIL import ExifTags, Image, PngImagePlugin

A4 = (595, 842)
SECRET = "Canari-GPS-48.1173"


def photo(width: int = 60, height: int = 40, known_format: str = "JPEG", mode: str = "RGB", **options: Any) -> bytes:
    """A picture whose top left quarter is dark, so that its way up can be read."""
    image = Image.new(mode, (width, height), "white" if mode != "RGBA" else (255, 255, 255, 0))
    image.paste("black" if mode in ("RGB", "RGBA") else 0, (0, 0, width // 2, height // 2))
    out = io.BytesIO()
    image.save(out, known_format, **options)
    return out.getvalue()


def photo_with_notes(turn: int = 1) -> bytes:
    """A JPEG that says where it was taken, by which device, and how it was held."""
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = turn
    exif[ExifTags.Base.Make] = SECRET
    exif.get_ifd(ExifTags.IFD.GPSInfo)[ExifTags.GPS.GPSAreaInformation] = SECRET.encode()
    return photo(exif=exif, comment=SECRET.encode(), icc_profile=b"\x00" * 128 + SECRET.encode())


def png_with_notes() -> bytes:
    """A PNG whose text says who made it."""
    notes = PngImagePlugin.PngInfo()
    notes.add_text("Author", SECRET)
    return photo(known_format="PNG", pnginfo=notes)


def archive() -> bytes:
    """A ZIP, as a word processor's document is one."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        file.writestr("virus.js", "alert(1)")
    return out.getvalue()


def pdf(pages: int = 1, spoil: Callable[[pikepdf.Pdf], object] | None = None, **saving: Any) -> bytes:
    """A PDF of so many pages with a word on each, then changed by `spoil`."""
    with pikepdf.new() as made:
        font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
        for number in range(1, pages + 1):
            page = made.add_blank_page(page_size=A4)
            page.obj.Resources = Dictionary(Font=Dictionary(F1=font))
            page.obj.Contents = made.make_stream(f"BT /F1 24 Tf 72 700 Td (Page {number}) Tj ET".encode())
        if spoil:
            spoil(made)
        out = io.BytesIO()
        made.save(out, **saving)
        return out.getvalue()


def script() -> Dictionary:
    """An action that runs a program."""
    return Dictionary(S=Name.JavaScript, JS="app.alert(1)")


def with_open_action(action: Dictionary) -> bytes:
    """A PDF that acts as soon as it is opened."""

    def spoil(made: pikepdf.Pdf) -> None:
        made.Root.OpenAction = action

    return pdf(spoil=spoil)


def with_attached_file() -> bytes:
    """A PDF that carries another file."""

    def spoil(made: pikepdf.Pdf) -> None:
        made.attachments["virus.exe"] = b"MZ"

    return pdf(spoil=spoil)


def with_form(**form: Any) -> bytes:
    """A PDF with a form."""

    def spoil(made: pikepdf.Pdf) -> None:
        made.Root.AcroForm = Dictionary(Fields=Array(), **form)

    return pdf(spoil=spoil)


def with_annotation(**keys: Any) -> bytes:
    """A PDF with a note, a link or an object on its page."""

    def spoil(made: pikepdf.Pdf) -> None:
        note = Dictionary(Type=Name.Annot, Rect=[0, 0, 100, 100], **keys)
        made.pages[0].obj.Annots = Array([made.make_indirect(note)])

    return pdf(spoil=spoil)


def with_stream(data: bytes, **keys: Any) -> bytes:
    """A PDF with one more stream, used by its page."""

    def spoil(made: pikepdf.Pdf) -> None:
        stream = Stream(made, data)
        for key, value in keys.items():
            stream[f"/{key}"] = value
        made.pages[0].obj.Resources.XObject = Dictionary(X=made.make_indirect(stream))

    return pdf(spoil=spoil)


def with_stamp() -> bytes:
    """A PDF on which somebody stamped a word, as a filled form or a note would."""

    def spoil(made: pikepdf.Pdf) -> None:
        look = Stream(made, b"BT /F1 12 Tf 0 0 Td (Tampon) Tj ET")
        look.Type, look.Subtype, look.BBox = Name.XObject, Name.Form, Array([0, 0, 100, 20])
        look.Resources = made.pages[0].obj.Resources
        note = Dictionary(Type=Name.Annot, Subtype=Name.Stamp, Rect=[50, 50, 150, 70], AP=Dictionary(N=look), F=4)
        made.pages[0].obj.Annots = Array([made.make_indirect(note)])

    return pdf(spoil=spoil)


def with_traces() -> bytes:
    """A PDF that says who made it, in every place where one can, a photograph on its page included."""

    def spoil(made: pikepdf.Pdf) -> None:
        made.docinfo["/Author"] = SECRET
        with made.open_metadata() as notes:
            notes["dc:creator"] = [SECRET]
        made.pages[0].obj.PieceInfo = Dictionary(App=Dictionary(Private=SECRET))
        photograph = Stream(made, photo_with_notes())
        for key, value in {"Subtype": Name.Image, "Filter": Name.DCTDecode, "Width": 60, "Height": 40}.items():
            photograph[f"/{key}"] = value
        photograph.Metadata = made.make_indirect(Stream(made, SECRET.encode()))
        photograph.ColorSpace, photograph.BitsPerComponent = Name.DeviceRGB, 8
        made.pages[0].obj.Resources.XObject = Dictionary(X=made.make_indirect(photograph))

    return pdf(spoil=spoil)


def pdf_bomb(megabytes: int) -> bytes:
    """A PDF whose one drawing expands to so many megabytes."""
    packer = zlib.compressobj(9)
    block = b" " * 1_000_000
    packed = b"".join([*(packer.compress(block) for _ in range(megabytes)), packer.flush()])
    return with_stream(packed, Subtype=Name.Form, BBox=Array([0, 0, 1, 1]), Filter=Name.FlateDecode)


def png_bomb(side: int) -> bytes:
    """A PNG of a few kilobytes that announces `side` × `side` points."""
    return photo(side, side, "PNG", "1", compress_level=9)


# What is wrong with each file, and a piece of the sentence it must be answered with.
REFUSED: dict[str, tuple[Callable[[], bytes], str]] = {
    "nothing we know": (lambda: b"\x00\x01\x02bonjour", "ni une photo ni un PDF"),
    "a text": (lambda: b"Bonjour", "ni une photo ni un PDF"),
    "a program": (lambda: b"MZ\x90\x00", "ni une photo ni un PDF"),
    "an archive under another name": (archive, "une archive"),
    "an old document": (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "traitement de texte"),
    "a GIF that is a script": (lambda: b"GIF89a/*" + b"\x00" * 8 + b"*/=1;alert(1)", "format d’image"),
    "a photograph of an iPhone": (lambda: b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic", "en JPEG"),
    "an AVIF": (lambda: photo(known_format="AVIF"), "format d’image"),
    "a TIFF": (lambda: photo(known_format="TIFF"), "format d’image"),
    "a drawing that runs": (lambda: b'<?xml version="1.0"?><svg onload="alert(1)"/>', "page web ou un dessin"),
    "a web page that says %PDF": (lambda: b"\xef\xbb\xbf <html><script>1</script>%PDF-1.7", "page web"),
    "a PDF behind a script": (lambda: b"#!/bin/sh\n" + pdf(), "ni une photo ni un PDF"),
    "a photograph cut short": (lambda: photo(400, 400)[:900], "incomplète ou abîmée"),
    "the head of a photograph": (lambda: b"\xff\xd8\xff\xe0", "incomplète ou abîmée"),
    "the head of a PNG": (lambda: b"\x89PNG\r\n\x1a\n", "incomplète ou abîmée"),
    "the head of a WEBP": (lambda: b"RIFF\x00\x00\x00\x00WEBP", "incomplète ou abîmée"),
    "a picture of many points": (lambda: png_bomb(7000), "40 millions de points"),
    "a picture of very many points": (lambda: png_bomb(15000), "40 millions de points"),
    "the head of a PDF": (lambda: b"%PDF-1.7\n", "incomplet ou abîmé"),
    "a PDF without a page": (lambda: pdf(0), "incomplet ou abîmé"),
    "a PDF of too many pages": (lambda: pdf(31), "31 pages"),
    "a PDF as large as a field": (lambda: pdf(spoil=_enlarge), "incomplet ou abîmé"),
    "a locked PDF": (lambda: pdf(encryption=pikepdf.Encryption(owner="a", user="b")), "mot de passe"),
    "a PDF locked with no password": (lambda: pdf(encryption=pikepdf.Encryption(owner="a")), "mot de passe"),
    "a PDF that runs": (lambda: with_open_action(script()), "JavaScript"),
    "a PDF that runs under an escaped name": (
        lambda: with_open_action(script()).replace(b"/JavaScript", b"/J#61v#61Script"),
        "JavaScript",
    ),
    "a PDF with named scripts": (lambda: pdf(spoil=_name_scripts), "JavaScript"),
    "a PDF that runs from a note": (lambda: with_annotation(Subtype=Name.Text, A=script()), "JavaScript"),
    "a PDF that launches": (lambda: with_open_action(Dictionary(S=Name.Launch, F="a.exe")), "lancer un programme"),
    "a PDF that opens another": (lambda: with_open_action(Dictionary(S=Name.GoToR, F="//x/a.pdf")), "en dehors"),
    "a PDF that sends its form": (lambda: with_open_action(Dictionary(S=Name.SubmitForm)), "en dehors"),
    "a PDF that carries a file": (with_attached_file, "d’autres fichiers"),
    "a PDF with a file pinned on it": (lambda: with_annotation(Subtype=Name.FileAttachment), "d’autres fichiers"),
    "a PDF with a film": (lambda: with_annotation(Subtype=Name.RichMedia), "une vidéo"),
    "a PDF that builds itself": (lambda: with_form(XFA="<xdp/>"), "XFA"),
    "a PDF whose bytes are elsewhere": (lambda: with_stream(b"", F="//x/a.bin"), "en dehors"),
    "a PDF with a vast picture": (lambda: with_stream(b"", Subtype=Name.Image, Width=90000, Height=90000), "compliqué"),
}


def _enlarge(made: pikepdf.Pdf) -> None:
    made.pages[0].obj.MediaBox = Array([0, 0, 10**6, 10**6])


def _name_scripts(made: pikepdf.Pdf) -> None:
    made.Root.Names = Dictionary(JavaScript=Dictionary(Names=Array()))
