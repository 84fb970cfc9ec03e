"""The members of an association: the list, a role, the way out, invitations. It must never show an address to who does
not manage the members.
"""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.domain.access import Action, Role
from app.domain.answer_faults import read_all
from app.domain.errors import InvalidAnswer
from app.domain.membership import read_role
from app.domain.typography import typeset
from app.services.addresses import mail_address
from app.services.house import current_house
from app.services.staff.invitations import invitations, invite, withdraw_invitation
from app.services.staff.member import Member
from app.services.staff.members import MemberCard, change_role, member_card, members_of, remove_member
from app.web.espace.member_forms import ROLES, InvitationForm, RoleForm
from app.web.limits import mails_limit
from app.web.staff import staff_only
from app.web.tracking.door_forms import put_beside

member_pages = Blueprint("members", __name__)


@member_pages.get("/espace/<string(maxlength=40):slug>/membres")
@staff_only(Action.SEE_MEMBERS)
def members(member: Member) -> str:
    """Who is in the association; who manages it sees the invitations too."""
    return _list(member, InvitationForm())


@member_pages.post("/espace/<string(maxlength=40):slug>/membres/inviter")
@mails_limit
@staff_only(Action.MANAGE_MEMBERS)
def invite_one(member: Member) -> ResponseReturnValue:
    """Invite an address. Where the house sends no mail the answer shows the link, once: no address leads to it."""
    form = InvitationForm(request.form)
    try:
        asked = read_all(
            email=lambda: mail_address(form.adresse.data or ""), role=lambda: read_role(form.role.data or "")
        )
        invited = invite(current_house(), member, **asked)
    except InvalidAnswer as refused:
        put_beside(form, refused, "adresse")
        return _list(member, form), 400
    if invited.link:
        return render_template("espace/invitation.html", member=member, link=invited.link)
    return redirect(url_for("members.members", slug=member.association.slug, _anchor="t-invitations"), 303)


@member_pages.post(
    "/espace/<string(maxlength=40):slug>/membres/invitations/<string(maxlength=22):invitation_id>/retirer"
)
@staff_only(Action.MANAGE_MEMBERS)
def withdraw(member: Member, invitation_id: str) -> ResponseReturnValue:
    """Make the link of an invitation worthless."""
    withdraw_invitation(current_house(), member, invitation_id)
    return redirect(url_for("members.members", slug=member.association.slug, _anchor="t-invitations"), 303)


@member_pages.get("/espace/<string(maxlength=40):slug>/membres/<string(maxlength=22):staff_id>")
@staff_only(Action.MANAGE_MEMBERS)
def member(member: Member, staff_id: str) -> str:
    """One member, and the role that could be theirs."""
    card = member_card(current_house(), member, staff_id)
    return _one(member, card, RoleForm(role=card.role.value))


@member_pages.post("/espace/<string(maxlength=40):slug>/membres/<string(maxlength=22):staff_id>")
@staff_only(Action.MANAGE_MEMBERS)
def change(member: Member, staff_id: str) -> ResponseReturnValue:
    """Give a member another role; who changes their own may then no longer see this page."""
    form = RoleForm(request.form)
    card = member_card(current_house(), member, staff_id)
    try:
        change_role(current_house(), member, staff_id, read_role(form.role.data or ""), _role(request.form.get("vu")))
    except InvalidAnswer as refused:
        put_beside(form, refused, "role")
        return _one(member, card, form), 400
    return redirect(url_for("members.members", slug=member.association.slug), 303)


@member_pages.get("/espace/<string(maxlength=40):slug>/membres/<string(maxlength=22):staff_id>/retirer")
@staff_only(Action.MANAGE_MEMBERS)
def leave(member: Member, staff_id: str) -> str:
    """Ask before a member is taken out."""
    return _leaving(member, member_card(current_house(), member, staff_id))


@member_pages.post("/espace/<string(maxlength=40):slug>/membres/<string(maxlength=22):staff_id>/retirer")
@staff_only(Action.MANAGE_MEMBERS)
def remove(member: Member, staff_id: str) -> ResponseReturnValue:
    """Take a member out; who takes themselves out goes back to their other associations."""
    try:
        remove_member(current_house(), member, staff_id)
    except InvalidAnswer as refused:
        return _leaving(member, member_card(current_house(), member, staff_id), refused.message), 400
    if staff_id == member.staff_id:
        return redirect(url_for("space.spaces"), 303)
    return redirect(url_for("members.members", slug=member.association.slug), 303)


def _list(member: Member, form: InvitationForm) -> str:
    house, may_manage = current_house(), member.may(Action.MANAGE_MEMBERS)
    return render_template(
        "espace/members.html",
        member=member,
        cards=members_of(house, member),
        invitations=invitations(house, member) if may_manage else (),
        may_manage=may_manage,
        form=form,
        roles=ROLES,
        has_mail=house.settings.has_mail,
        is_refused=any(field.errors for field in form),
    )


def _one(member: Member, card: MemberCard, form: RoleForm) -> str:
    form.role.label.text = typeset(f"Quel rôle pour {card.name} ?")
    return render_template(
        "espace/member.html", member=member, card=card, form=form, roles=ROLES, is_refused=bool(form.role.errors)
    )


def _leaving(member: Member, card: MemberCard, refusal: str = "") -> str:
    return render_template(
        "espace/member_remove.html", member=member, card=card, refusal=refusal, is_refused=bool(refusal)
    )


def _role(value: str | None) -> Role | None:
    return next((role for role in Role if role.value == value), None)
