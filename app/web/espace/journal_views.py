"""The journal of a space, in sentences. It must never be changed from here, nor seen by who does not administer."""

from flask import Blueprint, render_template, request, url_for

from app.domain.access import Action
from app.domain.journal_families import JournalFamily
from app.services.house import current_house
from app.services.staff.journal_pages import read_journal
from app.services.staff.member import Member
from app.web.staff import staff_only

journal_pages = Blueprint("journal", __name__)
_LONGEST_ID = 22


@journal_pages.get("/espace/<string(maxlength=40):slug>/journal")
@staff_only(Action.SEE_JOURNAL)
def journal(member: Member) -> str:
    """What was done, day by day; `?sujet=` keeps one family, `?avant=` goes on after an entry."""
    slug = member.association.slug
    family = next((one for one in JournalFamily if one.value == request.args.get("sujet")), None)
    page = read_journal(current_house(), member, family, request.args.get("avant", "")[:_LONGEST_ID])
    subject = family.value if family else None
    everything = url_for("journal.journal", slug=slug)
    return render_template(
        "espace/journal.html",
        member=member,
        page=page,
        is_further=bool(request.args.get("avant")),
        filters=[(everything, "Tout"), *((_of(slug, one), one.words) for one in JournalFamily)],
        current=_of(slug, family) if family else everything,
        further=url_for("journal.journal", slug=slug, sujet=subject, avant=page.before) if page.before else "",
    )


def _of(slug: str, family: JournalFamily) -> str:
    return url_for("journal.journal", slug=slug, sujet=family.value)
