"""Enter the code of a stub and tell how the letter left. It must never put a code in an address, nor half keep what was
told.
"""

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response
from wtforms import Form

from app.domain.errors import InvalidAnswer
from app.services.clock import local_day
from app.services.house import current_house
from app.services.paper.stubs import StubCard, StubRefused, enter_stub, stub_card
from app.web.holder import ensure_holder
from app.web.limits import doors_limit, may_repeat
from app.web.paper.stub_cookie import drop_code, keep_code, waiting_code
from app.web.paper.stub_forms import (
    ASKED,
    COUNTED,
    CodeForm,
    field_of,
    first_answers,
    read_sending,
    sending_parts,
)
from app.web.tracking.door_forms import put_beside
from app.web.tracking.doors_views import show_link
from app.web.tracking.event_forms import REFUSALS, refused_beside
from app.web.tracking.outside_forms import Part, whole_page
from app.web.wizard.forms import answers_with, blank_form, make_visible, sent_form, show_faults

stub_pages = Blueprint("stubs", __name__)

Answer = str | tuple[str, int] | Response


@stub_pages.get("/talon")
def stub() -> str:
    """Ask for the code of a stub."""
    return _ask(CodeForm())


@stub_pages.post("/talon")
@doors_limit
def check() -> Answer:
    """Read the code, and go on to the sending; it is not used up yet."""
    form = CodeForm(request.form)
    try:
        card = stub_card(current_house(), form.code.data or "")
    except InvalidAnswer as refused:
        put_beside(form, refused, "code")
        return _ask(form), 400
    except StubRefused as refused:
        form.code.errors = [refused.message]
        return _ask(form, is_dead=True), 400
    answer = redirect(url_for("stubs.sending"), 303)
    keep_code(answer, card.code)
    return answer


@stub_pages.get("/talon/envoi")
@doors_limit
def sending() -> Answer:
    """Ask how the letter of the code left."""
    card = _waiting_card()
    if card is None:
        return redirect(url_for("stubs.stub"), 303)
    parts = sending_parts(card, local_day(current_house().now()))
    return _draw(card, parts, blank_form(whole_page(parts), first_answers(card)))


@stub_pages.post("/talon/envoi")
@doors_limit
@may_repeat(ASKED, COUNTED)
def enter() -> Answer:
    """Begin the dossier, and show its link once; the code is used up."""
    house = current_house()
    card = _waiting_card()
    if card is None:
        return _ask(CodeForm(), is_gone=True), 400
    today = local_day(house.now())
    parts = sending_parts(card, today)
    page = whole_page(parts)
    form = sent_form(page, request.form)
    answers = answers_with(page, form, {})
    try:
        followed = enter_stub(house, ensure_holder(), card.code, read_sending(page, answers, today))
    except REFUSALS as refused:
        faults = refused_beside(refused, answers)
        show_faults(page, form, [InvalidAnswer(field_of(fault.field), fault.message) for fault in faults])
        return _draw(card, parts, form), 400
    except StubRefused:  # used meanwhile: the answer is that of a code that opens nothing
        return _ask(CodeForm(), is_gone=True), 400
    answer = Response(show_link(followed.dossier_id, followed.token or ""), content_type="text/html; charset=utf-8")
    drop_code(answer)
    return answer


def _waiting_card() -> StubCard | None:
    code = waiting_code()
    if code is None:
        return None
    try:
        return stub_card(current_house(), code)
    except (InvalidAnswer, StubRefused):
        return None


def _ask(form: CodeForm, *, is_dead: bool = False, is_gone: bool = False) -> str:
    is_refused = bool(form.code.errors) or is_gone
    return render_template(
        "paper/stub.html", form=form, is_dead=is_dead or is_gone, is_gone=is_gone, is_refused=is_refused
    )


def _draw(card: StubCard, parts: tuple[Part, ...], form: Form) -> str:
    make_visible(form)
    is_refused = any(field.errors for field in form)
    return render_template("paper/sending.html", card=card, parts=parts, form=form, is_refused=is_refused)
