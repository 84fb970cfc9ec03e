"""The way from a letter that an association offers to its first question. It must never take a letter of an association
for one of the house: who wrote it is said before anything is asked.
"""

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response

from app.domain.progress import CHECK
from app.services.drafts import begin_draft, open_draft
from app.services.house import current_house
from app.services.packs.offered import offered_letter
from app.web.holder import ensure_holder
from app.web.limits import drafts_limit

association_letter_pages = Blueprint("association_letters", __name__)
_LETTER = "/associations/<string(maxlength=40):slug>/lettres/<string(maxlength=40):letter_slug>"


@association_letter_pages.get(_LETTER)
def start(slug: str, letter_slug: str) -> str:
    """What the letter asks for and gives, and who wrote it; one that is not offered raises UnknownReference."""
    house = current_house()
    offered = offered_letter(house, slug, letter_slug)
    return render_template("association_letters/start.html", offered=offered, draft_days=house.settings.DRAFT_DAYS)


@association_letter_pages.post(_LETTER)
@drafts_limit
def begin(slug: str, letter_slug: str) -> Response:
    """Begin a draft with the version that is offered now, and open its first question."""
    house, holder = current_house(), ensure_holder()
    draft_id = begin_draft(house, holder, offered_letter(house, slug, letter_slug).key)
    return redirect(first_question(draft_id, open_draft(house, holder, draft_id).way.expected), 303)


def first_question(draft_id: str, step_id: str) -> str:
    """The address of the first page to answer: a campaign may have answered those before it."""
    if step_id == CHECK:
        return url_for("letters.check", draft_id=draft_id)
    return url_for("wizard.step", draft_id=draft_id, step_id=step_id)
