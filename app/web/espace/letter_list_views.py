"""The letters of an association: their list, the beginning of a new one, the page and the story of each. It must never
show a family, but as a number.
"""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import Form, StringField

from app.domain.access import Action
from app.domain.errors import InvalidAnswer
from app.domain.typography import typeset
from app.domain.versions import Move, VersionState
from app.services.house import current_house
from app.services.library import library
from app.services.packs.history import history
from app.services.packs.letters import LetterCard, letter_card, letters_of, start_blank, start_from
from app.services.staff.member import Member
from app.web.espace.letter_acts import SHAPES, allowed, listed, next_act, standing_words
from app.web.public.deadline_form import printable
from app.web.staff import staff_only
from app.web.tracking.door_forms import put_beside

letter_list_pages = Blueprint("letter_list", __name__)
letter_list_pages.add_app_template_filter(standing_words, "version_name")
letter_list_pages.add_app_template_filter(SHAPES.__getitem__, "version_shape")

_LETTERS = "/espace/<string(maxlength=40):slug>/lettres"
_BLANK = "vierge"


class NewLetterForm(Form):  # type: ignore[misc]  # WTForms has no types
    """What a new letter begins with."""

    titre = StringField("Son titre, pour votre équipe", filters=[printable])
    slug = StringField("Son nom dans l’adresse de sa page", filters=[printable])
    modele = StringField("De quoi partez-vous\u202f?")


@letter_list_pages.get(_LETTERS)
@staff_only(Action.SEE_LETTERS)
def letters(member: Member) -> str:
    """Every letter, what waits for the member first."""
    shown = [listed(member, card) for card in letters_of(current_house(), member)]
    return render_template(
        "espace/letters.html",
        member=member,
        pressing=[letter for letter in shown if letter.is_pressing],
        others=[letter for letter in shown if not letter.is_pressing],
        may_write=member.may(Action.EDIT_LETTERS),
    )


@letter_list_pages.get(f"{_LETTERS}/nouvelle")
@staff_only(Action.EDIT_LETTERS)
def new(member: Member) -> str:
    """From which letter to begin, and how to call the new one."""
    return _new(member, NewLetterForm(modele=request.args.get("modele", "")))


@letter_list_pages.post(f"{_LETTERS}/nouvelle")
@staff_only(Action.EDIT_LETTERS)
def create(member: Member) -> ResponseReturnValue:
    """Begin the letter and open its editor."""
    form = NewLetterForm(request.form)
    try:
        made = _begun(member, form)
    except InvalidAnswer as refused:
        put_beside(form, refused, "titre")
        return _new(member, form), 400
    return redirect(url_for("editor.overview", slug=member.association.slug, letter_slug=made), 303)


def _begun(member: Member, form: NewLetterForm) -> str:
    """The name in addresses of the letter that was begun."""
    house, base, title, name = current_house(), form.modele.data, form.titre.data or "", form.slug.data or ""
    if base == _BLANK:
        return start_blank(house, member, name, title).slug
    if base not in {letter.id for letter in library().letters.first_letters}:
        raise InvalidAnswer("modele", "Choisissez une lettre à adapter, ou la page blanche.")
    return start_from(house, member, base, name, title).slug


def _new(member: Member, form: NewLetterForm) -> str:
    choices = [(letter.id, typeset(letter.title), typeset(letter.hint)) for letter in library().letters.first_letters]
    blank = (_BLANK, "La page blanche", typeset("Deux phrases à remplacer par les vôtres."))
    return render_template(
        "espace/letter_new.html",
        member=member,
        form=form,
        choices=[*choices, blank],
        is_refused=any(field.errors for field in form),
    )


@letter_list_pages.get(f"{_LETTERS}/<string(maxlength=40):letter_slug>")
@staff_only(Action.SEE_LETTERS)
def letter(member: Member, letter_slug: str) -> str:
    """One letter: where it stands, what can be done now, and its story."""
    house = current_house()
    card = letter_card(house, member, letter_slug)
    story = history(house, member, letter_slug)
    line = card.in_progress or card.last
    return render_template(
        "espace/letter.html",
        member=member,
        letter=story,
        last=story.versions[0],
        act=next_act(member, letter_slug, line),
        may=_possible(member, card),
        is_own_reading=line.state is VersionState.RELECTURE and member.staff_id in line.authors,
    )


def _possible(member: Member, card: LetterCard) -> dict[str, bool]:
    """What this member may do with the letter, by the name of the act."""
    line = card.in_progress or card.last
    return {
        "write": member.may(Action.EDIT_LETTERS) and not card.in_progress,
        "submit": allowed(member, line, Move.SUBMIT),
        "take_back": allowed(member, line, Move.TAKE_BACK),
        "withdraw": card.published is not None and allowed(member, card.published, Move.WITHDRAW),
    }
