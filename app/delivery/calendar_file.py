"""A calendar file (RFC 5545): the dates of a dossier as all-day events, for the family's own calendar.

It must never hold a name, an address, a reference or a link: a calendar is synchronised, shared and read aloud.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import NAMESPACE_URL, uuid5

from icalendar import Alarm, Calendar, Event, Timezone, TimezoneStandard

from app.domain.dossier.agenda import AgendaEntry

PRODUCT = "-//Carnet de droits//Agenda//FR"
NAME = "Carnet de droits"
REFRESH_EVERY = timedelta(hours=12)
# Nine in the morning of the day itself, wherever the telephone is.
ALARM_AFTER_MIDNIGHT = timedelta(hours=9)
_ONE_DAY = timedelta(days=1)


def calendar_file(
    entries: Iterable[AgendaEntry], dossier_id: str, stamped_at: datetime, *, is_feed: bool = False
) -> bytes:
    """The file, in UTF-8, folded at 75 octets. `stamped_at` (UTC): when the dossier last changed, so that the same
    dossier gives the same file. `is_feed`: an address that a calendar reads again by itself.
    """
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("name", NAME)
    calendar.add("x-wr-calname", NAME)  # what most calendars read instead of NAME
    if is_feed:
        calendar.add("refresh-interval", REFRESH_EVERY, parameters={"VALUE": "DURATION"})
        calendar.add("x-published-ttl", "PT12H")
    for entry in entries:
        calendar.add_component(_event(entry, dossier_id, stamped_at))
    if not calendar.subcomponents:
        calendar.add_component(_clock())
    return bytes(calendar.to_ical())


def _event(entry: AgendaEntry, dossier_id: str, stamped_at: datetime) -> Event:
    event = Event()
    # The same date of the same dossier keeps its UID: read twice, it stands once. The digest does not give the id away.
    event.add("uid", str(uuid5(NAMESPACE_URL, f"carnet:{dossier_id}:{entry.key}")))
    event.add("dtstamp", stamped_at.replace(microsecond=0))
    event.add("dtstart", entry.on)
    event.add("dtend", entry.on + _ONE_DAY)  # not included: the event is the whole day, and that day only
    event.add("summary", entry.title)
    event.add("description", entry.text)
    event.add("class", "PRIVATE")
    event.add("transp", "TRANSPARENT")  # a date to keep in mind does not make the day busy
    event.add_component(_alarm(entry))
    return event


def _alarm(entry: AgendaEntry) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("trigger", ALARM_AFTER_MIDNIGHT)
    alarm.add("description", entry.title)
    return alarm


def _clock() -> Timezone:
    """What stands alone in an empty calendar: RFC 5545 (3.6) wants one component at least; nobody sees this one."""
    standard = TimezoneStandard()
    standard.add("dtstart", datetime(1970, 1, 1))  # noqa: DTZ001  RFC 5545 wants a local time here
    standard.add("tzoffsetfrom", timedelta(0))
    standard.add("tzoffsetto", timedelta(0))
    clock = Timezone()
    clock.add("tzid", "Etc/UTC")
    clock.add_component(standard)
    return clock
