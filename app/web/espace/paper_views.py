"""The paper of a space: booklets asked for, waited for, fetched. It must never show a code on a screen."""

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse
from wtforms import Form

from app.domain.access import Action
from app.domain.errors import InvalidAnswer
from app.services.house import current_house
from app.services.paper.booklet_orders import offer, order_booklet
from app.services.paper.booklets import BookletPart, booklet_file, booklets
from app.services.paper.booklets import booklet as open_booklet
from app.services.staff.member import Member
from app.web.espace.paper_forms import FILES, LETTERS, booklet_parts, typed_order
from app.web.limits import may_repeat, packs_limit
from app.web.staff import staff_only
from app.web.tracking.outside_forms import Part, whole_page
from app.web.wizard.forms import answers_with, blank_form, make_visible, sent_form, show_faults

paper_pages = Blueprint("papers", __name__)

Answer = str | tuple[str, int] | AnyResponse
_PAPERS = "/espace/<string(maxlength=40):slug>/papier"
_ONE = _PAPERS + "/<string(maxlength=64):booklet_id>"


@paper_pages.get(_PAPERS)
@staff_only(Action.PRINT_PAPER)
def papers(member: Member) -> Answer:
    """Every booklet of the space, and what else can be done on paper."""
    return render_template(
        "espace/papers.html",
        member=member,
        booklets=booklets(current_house(), member),
        may_enter=member.may(Action.ENTER_STUBS),
    )


@paper_pages.get(_PAPERS + "/nouveau")
@staff_only(Action.PRINT_PAPER)
def order(member: Member) -> Answer:
    """Which letters, how many copies."""
    parts = booklet_parts(offer(current_house(), member))
    return _form(member, parts, blank_form(whole_page(parts), {}))


@paper_pages.post(_PAPERS + "/nouveau")
@packs_limit
@may_repeat(LETTERS, FILES)
@staff_only(Action.PRINT_PAPER)
def make(member: Member) -> Answer:
    """Have the booklets made, and show how they stand."""
    house = current_house()
    parts = booklet_parts(offer(house, member))
    page = whole_page(parts)
    form = sent_form(page, request.form)
    answers = answers_with(page, form, {})
    try:
        booklet_id = order_booklet(house, member, typed_order(answers))
    except InvalidAnswer as refused:
        elsewhere = show_faults(page, form, refused.faults)
        return _form(member, parts, form, elsewhere), 400
    return redirect(url_for("papers.booklet", slug=member.association.slug, booklet_id=booklet_id), 303)


@paper_pages.get(_ONE)
@staff_only(Action.PRINT_PAPER)
def booklet(member: Member, booklet_id: str) -> Answer:
    """How a booklet stands, its files, and how to print them."""
    found = open_booklet(current_house(), member, booklet_id)
    return render_template("espace/booklet.html", member=member, booklet=found)


@paper_pages.get(_ONE + "/<any(livret, talons):part>.pdf")
@staff_only(Action.PRINT_PAPER)
def file(member: Member, booklet_id: str, part: str) -> Answer:
    """One of its files, as an attachment."""
    content = booklet_file(current_house(), member, booklet_id, BookletPart(part))
    answer = Response(content, content_type="application/pdf")
    answer.headers["Content-Disposition"] = f'attachment; filename="{part}.pdf"'
    return answer


def _form(member: Member, parts: tuple[Part, ...], form: Form, refusals: list[str] | None = None) -> str:
    make_visible(form)
    is_refused = any(field.errors for field in form) or bool(refusals)
    return render_template(
        "espace/booklet_order.html",
        member=member,
        parts=parts,
        form=form,
        refusals=refusals or (),
        is_refused=is_refused,
    )
