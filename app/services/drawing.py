"""The pictures of a dossier, for the pages. It must never draw what the page does not also say in words."""

from markupsafe import Markup

from app.delivery.timeline import timeline_svg
from app.domain.dossier.look import Look


def timeline_drawing(look: Look) -> Markup:
    """The line of time of a dossier, to scale, ready to stand in a page."""
    return Markup(timeline_svg(look.line, look.clocks, look.on))  # noqa: S704 - every word in it was escaped
