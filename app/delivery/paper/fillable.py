"""Turns the page of a form into a PDF whose fields can be filled. It must never add a script, nor require an answer.

The engine writes one field per place, with its name, its tooltip and its tag. What it leaves out is written here:
places of one name are one field, said once and shown everywhere; each page is walked in the order of its tags; an
empty box has an appearance of its own. Source: PDF 32000-1, 12.7 (forms), 12.5.6.19 (widgets), table 220 and 226.
"""

import hashlib
import re
from io import BytesIO
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, String

from app.delivery.pdf import laid_out_form
from app.delivery.rendered import RenderedPdf

_BUTTON = "/Btn"
_SIZE = re.compile(r"([\d.]+) Tf")
_OF_THE_FIELD = ("/FT", "/T", "/TU", "/DA", "/Ff", "/V")


def fillable_pdf(html: str, sheet: str) -> RenderedPdf:
    """The PDF of a page whose inputs are fields; same page, same bytes. Raises as `pdf.render_pdf` does."""
    content, pages = laid_out_form(html, sheet)
    with pikepdf.open(BytesIO(content)) as pdf:
        _finish(pdf)
        out = BytesIO()
        pdf.save(out, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    written = out.getvalue()
    return RenderedPdf(written, pages, hashlib.sha256(written).hexdigest())


def _finish(pdf: pikepdf.Pdf) -> None:
    form: Any = pdf.Root.get("/AcroForm")
    for page in pdf.pages:
        page.obj.Tabs = Name.S
    if form is None:
        return
    fields: dict[str, list[Any]] = {}
    for widget in form.Fields:
        _mend(pdf, widget)
        fields.setdefault(str(widget.T), []).append(widget)
    form.Fields = Array([_field(pdf, widgets) for widgets in fields.values()])
    # Text fields are written empty, without an appearance: the reader draws what is typed, in a font that every reader
    # has. The letter's own has no simple encoding, and several readers could not type with it.
    form.NeedAppearances = True
    form.DR = Dictionary(Font=Dictionary(Helv=_font(pdf, Name.Helvetica), ZaDb=_font(pdf, Name.ZapfDingbats)))
    form.DA = String("/Helv 11 Tf 0 g")


def _font(pdf: pikepdf.Pdf, name: Name) -> Any:
    font: Any = pdf.make_indirect(Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=name))
    if name == Name.Helvetica:
        font.Encoding = Name.WinAnsiEncoding
    return font


def _mend(pdf: pikepdf.Pdf, widget: Any) -> None:
    """A box that is not ticked shows nothing, and says so."""
    if str(widget.FT) == _BUTTON:
        left, bottom, right, top = (float(side) for side in widget.Rect)
        off = pdf.make_stream(b"", Type=Name.XObject, Subtype=Name.Form)
        off.BBox = Array([0, 0, abs(right - left), abs(top - bottom)])
        widget.AP.N.Off = off
        widget.V = Name.Off
        widget.AS = Name.Off
        widget.MK.CA = String("4")  # a tick, in the font of signs
        widget.DA = String("/ZaDb 0 Tf 0 g")
        return
    size = _SIZE.search(str(widget.DA))
    widget.DA = String(f"/Helv {float(size[1]) if size else 11:g} Tf 0 g")


def _field(pdf: pikepdf.Pdf, widgets: list[Any]) -> Any:
    """One field for the places of one name: its own place, or a parent of them all."""
    if len(widgets) == 1:
        return widgets[0]
    first = widgets[0]
    parent: Any = pdf.make_indirect(Dictionary({key: first[key] for key in _OF_THE_FIELD if key in first}))
    parent.Kids = Array(widgets)
    for widget in widgets:
        for key in ("/T", "/FT", "/V", "/Ff"):
            if key in widget:
                del widget[key]
        widget.Parent = parent
    return parent
