"""What runs in a rendering process: pages laid out, one at a time. It must never hold a secret nor log a letter.

Started by `pool.RenderPool`.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from app.delivery.child import run
from app.delivery.errors import ForbiddenResource
from app.delivery.html import letter_html
from app.delivery.images import apart
from app.delivery.paper.fillable import fillable_pdf
from app.delivery.pdf import check_pdf, render_pdf
from app.domain.document import Document, Emphasis, HeaderLine, Paragraph, Strong, Text


def lay_out(header: dict[str, Any], payload: bytes) -> tuple[dict[str, Any], bytes]:
    """The answer to `render` (a PDF), `form` (a PDF with fields) or `check` (what was measured on it)."""
    content, images = apart(header["page"], header["images"], payload)
    page = content.decode()
    if header["job"] == "check":
        return {"check": _plain_check(page, images)}, b""
    fields = header["job"] == "form"
    rendered = fillable_pdf(page, header["sheet"]) if fields else render_pdf(page, header["sheet"], images)
    return {"pages": rendered.pages, "sha256": rendered.sha256}, rendered.bytes


def warm_up() -> None:
    """Register the fonts, parse the style sheet, load what the first letter would wait for."""
    render_pdf(letter_html(_WARM_UP, dated_on=date(2000, 1, 1)))


def _plain_check(page: str, images: Mapping[str, bytes]) -> dict[str, Any]:
    found = check_pdf(page, images)
    zone = found.address
    return {
        "pages": found.pages,
        "fonts": found.fonts,
        "unprintable": found.unprintable,
        "address": None if zone is None else [zone.left, zone.top, zone.right, zone.bottom],
        "intruders": found.intruders,
    }


_WARM_UP = Document(
    title="Mise en train",
    sender=(("Expéditeur",),),
    recipient=("Destinataire", "99000 SAINT-FICTIF"),
    place_and_date=(Text("Saint-Fictif"),),
    header=(HeaderLine("Objet", (Text("mise en train"),)),),
    salutation="Madame, Monsieur,",
    body=(Paragraph((Text("Texte"), Strong("gras"), Emphasis("italique"))),),
    closing="Formule.",
    signatures=(),
    enclosures=(),
    copies=(),
    grounds=(),
)


if __name__ == "__main__":
    run(lay_out, warm_up, refusals=(ForbiddenResource,))
