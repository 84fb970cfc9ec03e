"""The reading of a version by a second person, its publication, its withdrawal. It must never decide who may: the
services do, and refuse again what a page no longer offers.
"""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import Form, StringField

from app.domain.access import Action
from app.domain.difference import folded
from app.domain.errors import InvalidAnswer
from app.services.house import current_house
from app.services.packs.history import VersionReading, history, read_version
from app.services.packs.letters import open_version
from app.services.packs.publishing import (
    LONGEST_REASON,
    DraftChoice,
    PublicationPlan,
    plan_publication,
)
from app.services.packs.publishing import (
    publish as publish_version,
)
from app.services.packs.publishing import (
    withdraw as withdraw_letter,
)
from app.services.packs.reviewing import LONGEST_COMMENT, LONGEST_NOTE, FaultyLetter, review
from app.services.packs.reviewing import submit as submit_version
from app.services.packs.reviewing import take_back as take_back_version
from app.services.staff.member import Member, allow
from app.web.espace.sample_sheets import sheets
from app.web.staff import staff_only
from app.web.tracking.door_forms import put_beside
from app.web.wizard.forms import make_visible

review_pages = Blueprint("review", __name__)
_LETTER = "/espace/<string(maxlength=40):slug>/lettres/<string(maxlength=40):letter_slug>"
_VERSION = f"{_LETTER}/versions/<int:number>"
ACCEPT, REFUSE = "accepter", "refuser"


class SubmissionForm(Form):  # type: ignore[misc]  # WTForms has no types
    """What the second person should know."""

    note = StringField("Que doit savoir la personne qui relit\u202f?")


class ReadingForm(Form):  # type: ignore[misc]
    """The decision of the second person."""

    decision = StringField("Cette version peut-elle paraître\u202f?")
    comment = StringField("Votre commentaire")


class PublicationForm(Form):  # type: ignore[misc]
    """What becomes of the letters that families have begun."""

    choix = StringField("Que deviennent les lettres commencées\u202f?")


class WithdrawalForm(Form):  # type: ignore[misc]
    """Why a letter is withdrawn."""

    reason = StringField("Pourquoi la retirez-vous\u202f?")


@review_pages.get(_VERSION)
@staff_only(Action.SEE_LETTERS)
def version(member: Member, letter_slug: str, number: int) -> str:
    """One version as families read it, in each of its samples."""
    reading = read_version(current_house(), member, letter_slug, number)
    return render_template("espace/version.html", member=member, reading=reading, sheets=sheets(reading))


@review_pages.get(f"{_VERSION}/difference")
@staff_only(Action.SEE_LETTERS)
def difference(member: Member, letter_slug: str, number: int) -> str:
    """What one version changes in another: the one published before it, or the one that was chosen."""
    against = request.args.get("avec", "")
    other = int(against) if against.isascii() and against.isdigit() and len(against) < 6 else None
    reading = read_version(current_house(), member, letter_slug, number, other)
    numbers = [card.number for card in history(current_house(), member, letter_slug).versions if card.number != number]
    return render_template(
        "espace/difference.html",
        member=member,
        reading=reading,
        passages=folded(reading.passages),
        numbers=numbers,
        other=other,
    )


@review_pages.get(f"{_LETTER}/proposer")
@staff_only(Action.SUBMIT_LETTERS)
def submission(member: Member, letter_slug: str) -> str:
    """What proposing means, and a word for the second person."""
    return _submission(member, letter_slug, SubmissionForm())


@review_pages.post(f"{_LETTER}/proposer")
@staff_only(Action.SUBMIT_LETTERS)
def submit(member: Member, letter_slug: str) -> ResponseReturnValue:
    """Propose the version; its faults, if it has any, are listed instead."""
    form = SubmissionForm(request.form)
    try:
        submit_version(current_house(), member, letter_slug, form.note.data or "", _seen())
    except InvalidAnswer as refused:
        put_beside(form, refused, "note")
        return _submission(member, letter_slug, form), 400
    except FaultyLetter as faulty:
        return _submission(member, letter_slug, form, faulty), 400
    return _to_letter(member, letter_slug)


def _submission(member: Member, letter_slug: str, form: SubmissionForm, faulty: FaultyLetter | None = None) -> str:
    make_visible(form)
    return render_template(
        "espace/submission.html",
        member=member,
        version=open_version(current_house(), member, letter_slug),
        form=form,
        faults=faulty.faults if faulty else (),
        most=LONGEST_NOTE,
        is_refused=bool(faulty or form.note.errors),
    )


@review_pages.post(f"{_LETTER}/reprendre")
@staff_only(Action.EDIT_LETTERS)
def take_back(member: Member, letter_slug: str) -> ResponseReturnValue:
    """Go back to writing a version that was proposed or accepted."""
    take_back_version(current_house(), member, letter_slug, _seen())
    return _to_letter(member, letter_slug)


@review_pages.get(f"{_LETTER}/relire")
@staff_only(Action.REVIEW_LETTERS)
def reading(member: Member, letter_slug: str) -> str:
    """What changed, then the letter as families will read it, then the decision."""
    return _reading(member, letter_slug, ReadingForm())


@review_pages.post(f"{_LETTER}/relire")
@staff_only(Action.REVIEW_LETTERS)
def judge(member: Member, letter_slug: str) -> ResponseReturnValue:
    """Accept the version, or send it back with a comment."""
    form = ReadingForm(request.form)
    decision, comment = form.decision.data, form.comment.data or ""
    try:
        if decision not in (ACCEPT, REFUSE):
            raise InvalidAnswer("decision", "Choisissez : accepter la version, ou la renvoyer avec vos remarques.")
        review(current_house(), member, letter_slug, is_accepted=decision == ACCEPT, comment=comment, seen=_seen())
    except InvalidAnswer as refused:
        put_beside(form, refused, "comment")
        return _reading(member, letter_slug, form), 400
    return _to_letter(member, letter_slug)


def _reading(member: Member, letter_slug: str, form: ReadingForm) -> str:
    make_visible(form)
    current = open_version(current_house(), member, letter_slug)
    allow(member, Action.REVIEW_LETTERS, current.authors)
    shown: VersionReading = read_version(current_house(), member, letter_slug, current.number)
    return render_template(
        "espace/reading.html",
        member=member,
        reading=shown,
        passages=folded(shown.passages),
        sheets=sheets(shown),
        form=form,
        most=LONGEST_COMMENT,
        is_refused=any(field.errors for field in form),
    )


@review_pages.get(f"{_LETTER}/publier")
@staff_only(Action.PUBLISH_LETTERS)
def publication(member: Member, letter_slug: str) -> str:
    """What publishing does to the letters that families have begun, before it is done."""
    return _publication(member, letter_slug, PublicationForm())


@review_pages.post(f"{_LETTER}/publier")
@staff_only(Action.PUBLISH_LETTERS)
def publish(member: Member, letter_slug: str) -> ResponseReturnValue:
    """Publish the accepted version."""
    form = PublicationForm(request.form)
    choice = next((one for one in DraftChoice if one.value == form.choix.data), None)
    try:
        publish_version(current_house(), member, letter_slug, _seen(), choice)
    except InvalidAnswer as refused:
        put_beside(form, refused, "choix")
        return _publication(member, letter_slug, form), 400
    except FaultyLetter as faulty:
        return _publication(member, letter_slug, form, faulty), 400
    return _to_letter(member, letter_slug)


def _publication(member: Member, letter_slug: str, form: PublicationForm, faulty: FaultyLetter | None = None) -> str:
    plan: PublicationPlan = plan_publication(current_house(), member, letter_slug)
    return render_template(
        "espace/publication.html",
        member=member,
        plan=plan,
        form=form,
        faults=faulty.faults if faulty else (),
        is_refused=bool(faulty or form.choix.errors),
    )


@review_pages.get(f"{_LETTER}/retirer")
@staff_only(Action.PUBLISH_LETTERS)
def withdrawal(member: Member, letter_slug: str) -> ResponseReturnValue:
    """Ask why, and say what withdrawing does."""
    return _withdrawal(member, letter_slug, WithdrawalForm())


@review_pages.post(f"{_LETTER}/retirer")
@staff_only(Action.PUBLISH_LETTERS)
def withdraw(member: Member, letter_slug: str) -> ResponseReturnValue:
    """Withdraw the published version."""
    form = WithdrawalForm(request.form)
    try:
        withdraw_letter(current_house(), member, letter_slug, form.reason.data or "", _seen())
    except InvalidAnswer as refused:
        put_beside(form, refused, "reason")
        return _withdrawal(member, letter_slug, form, 400)
    return _to_letter(member, letter_slug)


def _withdrawal(member: Member, letter_slug: str, form: WithdrawalForm, status: int = 200) -> ResponseReturnValue:
    make_visible(form)
    letter = history(current_house(), member, letter_slug)
    if letter.published is None:
        return _to_letter(member, letter_slug)
    page = render_template(
        "espace/withdrawal.html",
        member=member,
        letter=letter,
        form=form,
        most=LONGEST_REASON,
        is_refused=bool(form.reason.errors),
    )
    return page, status


def _seen() -> int:
    """The lock of the version that the page showed; 0, which none has, when the form does not say."""
    sent = request.form.get("vu", "")
    return int(sent) if sent.isascii() and sent.isdigit() and len(sent) < 10 else 0


def _to_letter(member: Member, letter_slug: str) -> ResponseReturnValue:
    return redirect(url_for("letter_list.letter", slug=member.association.slug, letter_slug=letter_slug), 303)
