"""How a family takes its letters away from a shared tablet: on paper, by mail, by the link of a dossier. It must never
keep the address a letter was sent to.
"""

from app.domain.errors import InvalidAnswer
from app.services.addresses import address_key, mail_address
from app.services.contacts import need_mail
from app.services.dossiers import follow_letter, new_link
from app.services.house import House
from app.services.mailing import promise_letter
from app.services.sealing import letter_file
from app.services.workshop_families import Departure, note_departure

_ENOUGH = "Cette adresse a reçu assez de messages aujourd’hui. Imprimez la lettre, ou emportez le lien de son dossier."


def mail_letter(house: House, workshop_id: str, holder: str, letter_id: str, address: str) -> None:
    """Mail the PDF of a finished letter, once, to an address that is not kept.

    Raises NotFound, Conflict when the family is gone, MailUnavailable, MissingAnswer, InvalidAnswer on `adresse`.
    """
    need_mail(house)
    clean = mail_address(address)
    letter, pdf = letter_file(house, holder, letter_id, "pdf")
    with house.units.writing() as unit:
        note_departure(unit, workshop_id, holder, Departure.MAILED, letter.id)
        key = address_key(house.settings, clean)
        if not promise_letter(unit, clean, key, pdf, f"{letter.file_stem}.pdf"):
            raise InvalidAnswer("adresse", _ENOUGH)


def carry_away(house: House, holder: str, letter_id: str) -> str:
    """The token of the link of a letter's dossier, begun if it was not; an earlier link opens nothing any more.
    Raises NotFound.
    """
    followed = follow_letter(house, holder, letter_id)
    return followed.token or new_link(house, holder, followed.dossier_id)
