"""The pages of the triage: one question each, then a letter and why. They must never keep an answer, nor ask a name."""

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.services.library import library

triage_pages = Blueprint("triage", __name__)


@triage_pages.get("/lettres/aide-au-choix")
def start() -> Response:
    """The first question."""
    return redirect(url_for("triage.ask", question_id=library().triage.first))


@triage_pages.get("/lettres/aide-au-choix/<string(maxlength=64):question_id>")
def ask(question_id: str) -> str:
    """One question; an unknown one raises UnknownReference."""
    return render_template("wizard/triage.html", question=library().triage.question(question_id), is_refused=False)


@triage_pages.post("/lettres/aide-au-choix/<string(maxlength=64):question_id>")
def answer(question_id: str) -> Response | tuple[str, int]:
    """On to the next question, or to the letter."""
    question = library().triage.question(question_id)
    option = question.option(request.form.get("reponse", ""))
    if option is None:
        return render_template("wizard/triage.html", question=question, is_refused=True), 400
    if option.next:
        return redirect(url_for("triage.ask", question_id=option.next), 303)
    return redirect(url_for("triage.proposal", question_id=question.id, option_id=option.id), 303)


@triage_pages.get("/lettres/aide-au-choix/<string(maxlength=64):question_id>/<string(maxlength=64):option_id>")
def proposal(question_id: str, option_id: str) -> str | Response:
    """The letter proposed, and why."""
    option = library().triage.question(question_id).option(option_id)
    if option is None or not option.letter:
        return redirect(url_for("triage.start"))
    letter = library().letters.lookup(option.letter)
    return render_template("wizard/proposal.html", letter=letter, why=option.why, question_id=question_id)
