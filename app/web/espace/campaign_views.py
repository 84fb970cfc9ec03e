"""The campaigns of a space: their list, one of them with its counts, its form, its prints. It must never show a count
as a number.
"""

from datetime import date
from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse
from wtforms import Form

from app.domain.access import Action
from app.domain.errors import InvalidAnswer
from app.services.campaigns.editing import (
    ChangedMeanwhile,
    change_campaign,
    close_campaign,
    create_campaign,
    prepare_replies,
    reopen_campaign,
)
from app.services.campaigns.paper import campaign_poster, campaign_qr, qr_drawing_of
from app.services.campaigns.reading import (
    OpenCampaign,
    campaigns_of,
    letters_on_offer,
    open_campaign,
    questions_to_prepare,
)
from app.services.clock import local_day
from app.services.house import current_house
from app.services.staff.member import Member
from app.web.espace.campaign_forms import (
    Part,
    campaign_parts,
    reply_parts,
    shown_replies,
    shown_values,
    typed_campaign,
    whole_page,
)
from app.web.limits import may_repeat, packs_limit
from app.web.staff import staff_only
from app.web.wizard.forms import answers_with, blank_form, make_visible, sent_form, show_faults

campaign_pages = Blueprint("campaigns", __name__)

Answer = str | tuple[str, int] | AnyResponse
_LIST = "/espace/<string(maxlength=40):slug>/campagnes"
_ONE = _LIST + "/<string(maxlength=64):campaign_id>"
MANAGE, SEE = Action.MANAGE_CAMPAIGNS, Action.SEE_COUNTS


@campaign_pages.get(_LIST)
@staff_only(SEE)
def campaigns(member: Member) -> Answer:
    """Every campaign of the space."""
    found = campaigns_of(current_house(), member)
    return render_template("espace/campaigns.html", member=member, campaigns=found, may_manage=member.may(MANAGE))


@campaign_pages.get(_LIST + "/nouvelle")
@staff_only(MANAGE)
def new(member: Member) -> Answer:
    """The form of a new campaign."""
    parts = campaign_parts(letters_on_offer(current_house(), member))
    return _form_page(member, parts, blank_form(whole_page(parts), shown_values(None)))


@campaign_pages.post(_LIST + "/nouvelle")
@may_repeat("lettres", "fichiers")
@staff_only(MANAGE)
def create(member: Member) -> Answer:
    """Make it, then show it; or say what is wrong, with what was typed."""
    house = current_house()
    parts = campaign_parts(letters_on_offer(house, member))
    page = whole_page(parts)
    form = sent_form(page, request.form)
    try:
        campaign_id = create_campaign(house, member, typed_campaign(answers_with(page, form, {})))
    except InvalidAnswer as refused:
        elsewhere = _without_field(show_faults(page, form, refused.faults))
        return _form_page(member, parts, form, refusals=elsewhere), 400
    return _to(member, "campaigns.campaign", campaign_id)


@campaign_pages.get(_ONE)
@staff_only(SEE)
def campaign(member: Member, campaign_id: str) -> Answer:
    """Its link, its prints, its counts, and what can be done with it."""
    found = open_campaign(current_house(), member, campaign_id)
    return render_template(
        "espace/campaign.html",
        member=member,
        campaign=found,
        may_manage=member.may(MANAGE),
        has_questions=bool(questions_to_prepare(found, _today())),
        qr=qr_drawing_of(found),
        most=max((count.told.at_least for count in found.counts), default=0),
    )


@campaign_pages.get(_ONE + "/changer")
@staff_only(MANAGE)
def change(member: Member, campaign_id: str) -> Answer:
    """The form, filled with what stands."""
    found = open_campaign(current_house(), member, campaign_id)
    parts = campaign_parts(letters_on_offer(current_house(), member))
    return _form_page(member, parts, blank_form(whole_page(parts), shown_values(found)), campaign=found)


@campaign_pages.post(_ONE + "/changer")
@may_repeat("lettres", "fichiers")
@staff_only(MANAGE)
def save(member: Member, campaign_id: str) -> Answer:
    """Keep the change; when somebody else was faster, show both and write over nothing."""
    house = current_house()
    found = open_campaign(house, member, campaign_id)
    parts = campaign_parts(letters_on_offer(house, member))
    page = whole_page(parts)
    form = sent_form(page, request.form)
    try:
        change_campaign(house, member, campaign_id, typed_campaign(answers_with(page, form, {})), _seen())
    except InvalidAnswer as refused:
        elsewhere = _without_field(show_faults(page, form, refused.faults))
        return _form_page(member, parts, form, campaign=found, refusals=elsewhere), 400
    except ChangedMeanwhile:
        return _form_page(member, parts, form, campaign=found, is_late=True), 409
    return _to(member, "campaigns.campaign", campaign_id)


@campaign_pages.get(_ONE + "/reponses")
@staff_only(MANAGE)
def replies(member: Member, campaign_id: str) -> Answer:
    """The questions of its letters that may be answered beforehand."""
    found = open_campaign(current_house(), member, campaign_id)
    parts = reply_parts(questions_to_prepare(found, _today()))
    page = whole_page(parts)
    return _replies_page(member, found, parts, blank_form(page, shown_replies(page, found)))


@campaign_pages.post(_ONE + "/reponses")
@may_repeat("reponses-*")
@staff_only(MANAGE)
def prepare(member: Member, campaign_id: str) -> Answer:
    """Keep those that were given; an empty one is left to each family."""
    house = current_house()
    found = open_campaign(house, member, campaign_id)
    parts = reply_parts(questions_to_prepare(found, _today()))
    page = whole_page(parts)
    form = sent_form(page, request.form)
    given = answers_with(page, form, {}).get("reponses") or {}
    try:
        prepare_replies(house, member, campaign_id, given, _seen())
    except InvalidAnswer as refused:
        elsewhere = _without_field(show_faults(page, form, refused.faults))
        return _replies_page(member, found, parts, form, refusals=elsewhere), 400
    except ChangedMeanwhile:
        return _replies_page(member, found, parts, form, is_late=True), 409
    return _to(member, "campaigns.campaign", campaign_id)


@campaign_pages.post(_ONE + "/fermer")
@staff_only(MANAGE)
def close(member: Member, campaign_id: str) -> Answer:
    """Close the page to families, now; it can be opened again."""
    close_campaign(current_house(), member, campaign_id)
    return _to(member, "campaigns.campaign", campaign_id)


@campaign_pages.post(_ONE + "/rouvrir")
@staff_only(MANAGE)
def reopen(member: Member, campaign_id: str) -> Answer:
    """Leave it to its dates again."""
    reopen_campaign(current_house(), member, campaign_id)
    return _to(member, "campaigns.campaign", campaign_id)


@campaign_pages.get(_ONE + "/code-qr.svg")
@staff_only(SEE)
def code(member: Member, campaign_id: str) -> Answer:
    """The QR code as a drawing, for whoever prints something else."""
    found = open_campaign(current_house(), member, campaign_id)
    return _attachment(campaign_qr(current_house(), member, campaign_id), "image/svg+xml", f"code-qr-{found.code}.svg")


@campaign_pages.get(_ONE + "/affiche.pdf")
@packs_limit
@staff_only(SEE)
def poster(member: Member, campaign_id: str) -> Answer:
    """The poster, with its strips to tear off."""
    found = open_campaign(current_house(), member, campaign_id)
    return _attachment(
        campaign_poster(current_house(), member, campaign_id), "application/pdf", f"affiche-{found.code}.pdf"
    )


def _form_page(member: Member, parts: tuple[Part, ...], form: Form, **more: Any) -> str:
    make_visible(form)
    is_refused = any(field.errors for field in form) or bool(more.get("refusals"))
    return render_template(
        "espace/campaign_form.html", member=member, parts=parts, form=form, is_refused=is_refused, **more
    )


def _replies_page(member: Member, campaign: OpenCampaign, parts: tuple[Part, ...], form: Form, **more: Any) -> str:
    make_visible(form)
    is_refused = any(field.errors for field in form) or bool(more.get("refusals"))
    return render_template(
        "espace/campaign_replies.html",
        member=member,
        campaign=campaign,
        parts=parts,
        form=form,
        is_refused=is_refused,
        **more,
    )


def _without_field(sentences: list[str]) -> list[tuple[str, str]]:
    return [("", sentence) for sentence in sentences]


def _seen() -> int:
    """The version that the form showed; none of ours is 0."""
    typed = request.form.get("version", "")
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else 0


def _today() -> date:
    return local_day(current_house().now())


def _to(member: Member, endpoint: str, campaign_id: str) -> AnyResponse:
    return redirect(url_for(endpoint, slug=member.association.slug, campaign_id=campaign_id), 303)


def _attachment(content: bytes, media_type: str, name: str) -> Response:
    answer = Response(content, content_type=media_type)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
