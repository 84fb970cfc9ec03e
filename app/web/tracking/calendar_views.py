"""The dates of a dossier for a calendar: what is in it, the file, the private address. No view here may write."""

from flask import Blueprint, Response, render_template, url_for

from app.services.calendar import dossier_calendar, dossier_dates, feed_calendar
from app.services.house import current_house
from app.web.holder import current_holder

calendar_pages = Blueprint("calendar", __name__)

ICS = "text/calendar; charset=utf-8"


@calendar_pages.get("/dossier/<string(maxlength=64):dossier_id>/agenda")
def dates(dossier_id: str) -> str:
    """The days that would be put in a calendar, and the two ways to put them there."""
    house = current_house()
    found = dossier_dates(house, current_holder(), dossier_id)
    base, path = house.settings.BASE_URL, url_for("calendar.feed", token=found.feed_token)
    return render_template(
        "tracking/calendar.html",
        dossier=found.dossier,
        entries=found.entries,
        feed_url=f"{base}{path}",
        webcal_url=f"webcal://{base.partition('://')[2]}{path}",
    )


@calendar_pages.get("/dossier/<string(maxlength=64):dossier_id>/agenda.ics")
def file(dossier_id: str) -> Response:
    """The file, whose name says nothing of the dossier."""
    answer = _calendar(dossier_calendar(current_house(), current_holder(), dossier_id))
    answer.headers["Content-Disposition"] = 'attachment; filename="dates.ics"'
    return answer


@calendar_pages.get("/agenda/<string(maxlength=128):token>.ics")
def feed(token: str) -> Response:
    """The dates for whoever knows the address: a calendar has no cookie."""
    return _calendar(feed_calendar(current_house(), token))


def _calendar(content: bytes) -> Response:
    return Response(content, content_type=ICS)
