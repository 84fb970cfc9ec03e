"""The shared tablet of a workshop: begin, choose a letter, take it away, make room for the next family. It must never
show one family anything of another.
"""

from flask import Blueprint, make_response, redirect, render_template, request, session, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response
from wtforms import Form, StringField

from app.domain.errors import InvalidAnswer, NotFound
from app.services.clock import hour_in_france
from app.services.device import kept_here
from app.services.house import current_house
from app.services.library import library
from app.services.paper.links import link_drawing
from app.services.sealing import open_letter
from app.services.workshop import WrongPin, end_workshop
from app.services.workshop_choice import letters_of_workshop
from app.services.workshop_families import begin_family, forget_family, note_print
from app.services.workshop_letters import carry_away, mail_letter
from app.web.holder import holder_anew
from app.web.limits import doors_limit, drafts_limit, mails_limit
from app.web.tracking.door_forms import AddressForm, put_beside
from app.web.workshop.guard import current_family, current_tablet
from app.web.workshop.tablet_cookie import drop_tablet, forget_browser, tablet_token

workshop_pages = Blueprint("workshop", __name__)
workshop_pages.add_app_template_filter(hour_in_france)

Answer = str | tuple[str, int] | Response
_LETTER = "/atelier/lettre/<string(maxlength=64):letter_id>"
_NOBODY = "Aucune famille n’a commencé sur cette tablette. Revenez à l’écran d’accueil de l’atelier."


class PinForm(Form):  # type: ignore[misc]  # WTForms has no types
    """The code that ends a workshop."""

    pin = StringField("Le code de l’atelier")


@workshop_pages.get("/atelier")
def workshop() -> Answer:
    """The first screen, for the next family; or the way back to what is being written."""
    tablet, family = current_tablet(), current_family()
    if family is not None:
        return render_template("workshop/workshop.html", tablet=tablet, is_busy=True)
    session.clear()
    answer = make_response(render_template("workshop/workshop.html", tablet=tablet, is_busy=False))
    forget_browser(answer)
    return answer


@workshop_pages.post("/atelier")
@drafts_limit
def begin() -> Response:
    """Let a family in: whatever came before is forgotten."""
    tablet = current_tablet()
    session.clear()
    answer = redirect(url_for("workshop.letters"), 303)
    forget_browser(answer)
    begin_family(current_house(), tablet.workshop_id, holder_anew())
    return answer


@workshop_pages.get("/atelier/lettres")
def letters() -> Answer:
    """Which letter: those of the campaign, of the association, of everybody."""
    tablet = current_tablet()
    _family()
    own = letters_of_workshop(current_house(), tablet.association_id)
    common = library().letters.first_letters
    return render_template("workshop/letters.html", tablet=tablet, own=own, letters=common)


@workshop_pages.get("/atelier/terminer")
def finish() -> Answer:
    """What the family takes away, before everything is erased."""
    return _finish(AddressForm())


@workshop_pages.post("/atelier/terminer")
def forget() -> Response:
    """Erase everything of this family, and go back to the first screen."""
    tablet, family = current_tablet(), current_family()
    if family is not None:
        forget_family(current_house(), tablet.workshop_id, family)
    session.clear()
    answer = redirect(url_for("workshop.workshop"), 303)
    forget_browser(answer)
    return answer


@workshop_pages.post(_LETTER + "/imprimer")
def print_letter(letter_id: str) -> Response:
    """Note that a letter is printed, and show its PDF, which the browser prints."""
    tablet, family = current_tablet(), _family()
    letter = open_letter(current_house(), family, letter_id)
    note_print(current_house(), tablet.workshop_id, family, letter.id)
    return redirect(url_for("letters.file", letter_id=letter.id, output="pdf"), 303)


@workshop_pages.post(_LETTER + "/courriel")
@mails_limit
def mail(letter_id: str) -> Answer:
    """Mail the PDF of a letter, once, to an address that is not kept."""
    tablet, family = current_tablet(), _family()
    form = AddressForm(request.form)
    try:
        mail_letter(current_house(), tablet.workshop_id, family, letter_id, form.adresse.data or "")
    except InvalidAnswer as refused:
        put_beside(form, refused, "adresse")
        return _finish(form, letter_id), 400
    return redirect(url_for("workshop.finish", envoye=1), 303)


@workshop_pages.post(_LETTER + "/emporter")
def carry(letter_id: str) -> Answer:
    """Begin the dossier of a letter, and draw the sheet of its link in the answer to the form."""
    current_tablet()
    house = current_house()
    link = f"{house.settings.BASE_URL}{url_for('doors.key', token=carry_away(house, _family(), letter_id))}"
    qr = Markup(link_drawing(link))  # noqa: S704 - our own drawing, escaped
    return render_template("workshop/carry.html", link=link, qr=qr)


@workshop_pages.get("/atelier/fermer")
def closing() -> Answer:
    """Ask for the code that ends the workshop."""
    return render_template("workshop/closing.html", tablet=current_tablet(), form=PinForm())


@workshop_pages.post("/atelier/fermer")
@doors_limit
def close() -> Answer:
    """End the workshop, the family on the tablet forgotten."""
    tablet = current_tablet()
    form = PinForm(request.form)
    try:
        end_workshop(current_house(), tablet_token() or "", form.pin.data or "")
    except InvalidAnswer as refused:
        form.pin.data = ""
        put_beside(form, refused, "pin")
        is_dead = isinstance(refused, WrongPin) and not tablet.may_try_pin
        return render_template("workshop/closing.html", tablet=tablet, form=form, is_refused=True, is_dead=is_dead), 400
    session.clear()
    answer = redirect(url_for("workshop.over"), 303)
    forget_browser(answer)
    drop_tablet(answer)
    return answer


@workshop_pages.get("/atelier/termine")
def over() -> str:
    """Say that the workshop is over, and that nothing of it is left here."""
    return render_template("workshop/over.html")


def _family() -> str:
    family = current_family()
    if family is None:
        raise NotFound(_NOBODY)
    return family


def _finish(form: AddressForm, letter_id: str = "") -> str:
    house = current_house()
    tablet, family = current_tablet(), _family()
    kept = kept_here(house, family)
    followed = {letter.id for dossier in kept.dossiers for letter in dossier.letters}
    letters = [*kept.letters, *(letter for dossier in kept.dossiers for letter in dossier.letters)]
    unfinished = [draft for draft in kept.drafts if draft.letter_id is None]
    return render_template(
        "workshop/finish.html",
        tablet=tablet,
        letters=letters,
        followed=followed,
        unfinished=unfinished,
        form=form,
        letter_id=letter_id,
        has_mail=house.settings.has_mail,
        is_sent="envoye" in request.args,
        is_file="fichier" in request.args,
        is_refused=bool(form.adresse.errors),
    )
