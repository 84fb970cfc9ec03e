"""The secret link of a dossier as a sheet of paper shows it. It must never be kept."""

from app.delivery.qr import qr_svg


def link_drawing(link: str) -> str:
    """The QR code of a link, an inline SVG of ours, escaped."""
    return qr_svg(link, "Le lien secret, à photographier")
