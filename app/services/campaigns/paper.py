"""What a campaign prints: its QR code as a file, its poster. It must never lay out a page in this process."""

import logging
import threading

from markupsafe import Markup

from app.delivery.errors import RenderFailed
from app.delivery.poster import PosterWords, poster_html
from app.delivery.qr import qr_file, qr_svg
from app.delivery.rendered import POSTER_SHEET
from app.domain.access import Action
from app.domain.errors import DomainError
from app.domain.typography import typeset
from app.services import rendering
from app.services.campaigns.editing import own_campaign
from app.services.campaigns.reading import OpenCampaign, link_of, open_campaign
from app.services.campaigns.words import campaign_words
from app.services.clock import local_day
from app.services.event_log import log_event
from app.services.house import House
from app.services.staff.identity import identity_of
from app.services.staff.member import Member, allow

_MAKING = threading.Lock()
_NOT_NOW = (
    "L’affiche n’a pas pu être préparée cette fois. Rien n’est perdu : recommencez dans une minute. Si cela se répète, "
    "téléchargez le code QR seul."
)


class PosterFailed(DomainError):
    """The poster could not be made in the time and memory one may take; asking again later may work."""


def campaign_qr(house: House, member: Member, campaign_id: str) -> bytes:
    """The QR code of the link, an SVG file; raises NotAllowed, NotFound."""
    campaign = open_campaign(house, member, campaign_id)
    return qr_file(campaign.link, typeset(f"Code QR de {campaign.title}"))


def qr_drawing_of(campaign: OpenCampaign) -> Markup:
    """The same drawing, ready to stand in a page."""
    drawing = qr_svg(campaign.link, typeset("Code QR de la campagne"))
    return Markup(drawing)  # noqa: S704 - our own drawing, every word in it escaped


def campaign_poster(house: House, member: Member, campaign_id: str) -> bytes:
    """The poster as a PDF of one page: the same campaign gives the same bytes. Raises NotAllowed, NotFound,
    PosterFailed.
    """
    allow(member, Action.SEE_COUNTS)
    with house.units.reading() as unit:
        row = own_campaign(unit, member, campaign_id)
        campaign = open_campaign(house, member, campaign_id)
        identity = identity_of(unit, row.association_id)
    words = PosterWords(
        association=identity.name,
        title=campaign.title,
        lead=campaign_words(campaign.words).lead,
        link=link_of(house, campaign.code),
        dates=campaign.dates.words,
        notice=" ".join(identity.legal_notice.split()),
        made_on=local_day(campaign.updated_at),
        has_logo=identity.logo is not None,
    )
    with _MAKING:
        pool = rendering.worker_pool(1)  # posters are rare: one process of this one waits for them
    try:
        images = {"logo": identity.logo} if identity.logo is not None else {}
        return pool.render(poster_html(words), POSTER_SHEET, images).bytes
    except RenderFailed as failure:
        log_event("poster-failed", logging.WARNING, reason=type(failure).__name__)
        raise PosterFailed(typeset(_NOT_NOW)) from failure
