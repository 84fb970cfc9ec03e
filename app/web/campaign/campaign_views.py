"""The page behind the short link of a campaign, and the way from it to a letter. It must never count by showing itself,
nor ask who one is.
"""

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response
from wtforms import BooleanField, Form, StringField

from app.domain.campaigns import CampaignState
from app.services.campaigns.beginning import NoLongerOffered, begin_from_campaign
from app.services.campaigns.reading import PublicCampaign, public_campaign
from app.services.drafts import open_draft
from app.services.house import current_house
from app.web.holder import ensure_holder
from app.web.limits import doors_limit, drafts_limit

short_pages = Blueprint("campaign", __name__)

_CODE = "/c/<string(maxlength=40):code>"
Answer = str | tuple[str, int] | Response


class BeginForm(Form):  # type: ignore[misc]  # WTForms has no types
    """Which letter, and whether what becomes of it may be counted: no unless ticked."""

    lettre = StringField("Quelle lettre écrire\u202f?")
    compter = BooleanField("Compter ma lettre, sans rien dire de moi", false_values=("", "non"))


@short_pages.get(_CODE)
@doors_limit
def campaign(code: str) -> Answer:
    """What the association proposes; before its first day and after its last, when that is and where else to go."""
    found = public_campaign(current_house(), code)
    if found.code != code:
        return redirect(url_for("campaign.campaign", code=found.code), 303)
    if found.state is not CampaignState.OPEN:
        return render_template("campaign/waiting.html", campaign=found)
    only = found.letters[0].ref if len(found.letters) == 1 else None
    return _page(found, BeginForm(data={"lettre": only}))


@short_pages.post(_CODE)
@drafts_limit
def begin(code: str) -> Answer:
    """Begin one of its letters, with what the association has answered beforehand."""
    house = current_house()
    found = public_campaign(house, code)
    if found.state is not CampaignState.OPEN:
        return redirect(url_for("campaign.campaign", code=found.code), 303)
    form = BeginForm(request.form)
    if form.lettre.data not in {letter.ref for letter in found.letters}:
        form.lettre.errors = ["Choisissez la lettre à écrire, puis appuyez sur Commencer."]
        return _page(found, form), 400
    holder = ensure_holder()
    try:
        draft_id = begin_from_campaign(house, holder, code, form.lettre.data, may_count=form.compter.data)
    except NoLongerOffered:  # withdrawn while the page was read: the page says so
        return redirect(url_for("campaign.campaign", code=found.code), 303)
    step = open_draft(house, holder, draft_id).way.expected
    return redirect(url_for("wizard.step", draft_id=draft_id, step_id=step), 303)


def _page(found: PublicCampaign, form: BeginForm) -> str:
    return render_template(
        "campaign/campaign.html",
        campaign=found,
        form=form,
        letters=[(letter.ref, letter.door, letter.hint) for letter in found.letters],
        is_refused=bool(form.lettre.errors),
    )
