"""Calendar entries: one VEVENT a session, in UTC, with a UID that never changes (DOMAIN.md IC-1 to IC-5)."""

import dataclasses
import datetime as dt
from collections.abc import Iterable

from django.conf import settings
from django.utils import timezone
from icalendar import Alarm, Calendar, Event, vCalAddress, vText, vUri

from accounts.links import absolute_url
from echo_portal.outbox.mime import sender_address
from sessions.models import Session

PRODUCT = "-//Palliative Care ECHO//portal//EN"
REMIND_BEFORE = dt.timedelta(minutes=15)


@dataclasses.dataclass(frozen=True)
class Attendee:
    """The one person an invitation is for."""

    address: str
    name: str


def entry(
    session: Session,
    *,
    language: str,
    sequence: int,
    organiser_name: str,
    organiser_address: str,
    page_url: str,
    description: str,
    join_url: str = "",
    attendee: Attendee | None = None,
    cancelled: bool = False,
) -> Event | None:
    """The session's entry; None while it has no hour. Public entries carry neither attendee nor join link."""
    if session.starts_at is None or session.ends_at is None:
        return None
    event = Event()
    event.add("uid", f"session-{session.public_id}@{settings.CALENDAR_DOMAIN}")
    event.add("dtstamp", timezone.now().astimezone(dt.UTC))
    event.add("last-modified", session.last_modified_at.astimezone(dt.UTC))
    event.add("sequence", sequence)
    event.add("dtstart", session.starts_at.astimezone(dt.UTC))
    event.add("dtend", session.ends_at.astimezone(dt.UTC))
    title, title_language = session.full_title_in(language)
    event.add("summary", title, parameters={"LANGUAGE": f"{title_language}-CA"})
    event.add("description", description)
    event.add("url", vUri(page_url))
    event.add("status", "CANCELLED" if cancelled else "CONFIRMED")
    event.add("transp", "TRANSPARENT" if cancelled else "OPAQUE")
    event.add("class", "PUBLIC" if attendee is None and not join_url else "PRIVATE")
    organiser = vCalAddress(f"mailto:{organiser_address}")
    organiser.params["CN"] = vText(_one_line(organiser_name))
    event.add("organizer", organiser)
    if attendee is not None:
        guest = vCalAddress(f"mailto:{attendee.address}")
        guest.params.update({"CN": vText(_one_line(attendee.name)), "PARTSTAT": "ACCEPTED", "RSVP": "FALSE"})
        event.add("attendee", guest)
    if join_url:
        event.add("location", join_url)
        conference = vUri(join_url)
        conference.params.update({"VALUE": "URI", "FEATURE": ["AUDIO", "VIDEO"], "LABEL": "ECHO"})
        event.add("conference", conference)
        if not cancelled:
            alarm = Alarm()
            alarm.add("action", "DISPLAY")
            alarm.add("description", title)
            alarm.add("trigger", -REMIND_BEFORE)
            event.add_component(alarm)
    return event


def calendar(entries: Iterable[Event | None], *, method: str, name: str = "", source_url: str = "") -> bytes:
    """One object of `method` REQUEST, CANCEL or PUBLISH. A name makes it a feed with hints how often to look."""
    whole = Calendar()
    whole.add("prodid", PRODUCT)
    whole.add("version", "2.0")
    whole.add("calscale", "GREGORIAN")
    whole.add("method", method)
    if name:
        whole.add("name", name)
        whole.add("x-wr-calname", name)
        whole.add("refresh-interval", dt.timedelta(hours=4), parameters={"VALUE": "DURATION"})
        whole.add("x-published-ttl", "PT4H")
        if source_url:
            whole.add("source", vUri(source_url))
    for event in entries:
        if event is not None:
            whole.add_component(event)
    return bytes(whole.to_ical())


def _one_line(text: str) -> str:
    """Names are one line; what a control character would break is a space."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())


def public_entry(session: Session, language: str) -> Event | None:
    """The session for everybody: no attendee, no join link, the session's own revision as SEQUENCE."""
    hub = session.series.hub
    page = absolute_url("series", language, slug=session.series.slug)
    return entry(
        session,
        language=language,
        sequence=session.revision,
        organiser_name=hub.name,
        organiser_address=sender_address(),
        page_url=page,
        description=f"{session.series.title}\n{page}",
        cancelled=session.is_cancelled,
    )
