"""Calendar entries: one VEVENT per session, in UTC, with a UID that never changes (DOMAIN.md IC-1 to IC-5)."""

import datetime as dt
import functools
from collections.abc import Iterable

from django.conf import settings
from icalendar import Calendar, vUri

from accounts.links import absolute_url
from echo_portal.outbox.mime import sender_address
from sessions.cached_events import as_bytes
from sessions.calendar_events import Attendee, Entry
from sessions.models import Session

PRODUCT = "-//Palliative Care ECHO//portal//EN"
END = b"END:VCALENDAR\r\n"


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
    changed_at: dt.datetime | None = None,
    written_at: dt.datetime | None = None,
) -> Entry | None:
    """Return the session's calendar entry, or None if the session has no start or no end time.

    `changed_at` is the time of the last change to the person's registration. LAST-MODIFIED is this time or that of the
    last change to the session, whichever is later. DTSTAMP is `written_at`, the time at which a message is written.
    Without it, as in files and feeds, DTSTAMP equals LAST-MODIFIED, so that unchanged rows give the same bytes.
    """
    if session.starts_at is None or session.ends_at is None:
        return None
    title, title_language = session.full_title_in(language)
    last_modified_at = max(session.last_modified_at, changed_at or session.last_modified_at).astimezone(dt.UTC)
    return Entry(
        uid=f"session-{session.public_id}@{settings.CALENDAR_DOMAIN}",
        written_at=written_at.astimezone(dt.UTC) if written_at else last_modified_at,
        last_modified_at=last_modified_at,
        sequence=sequence,
        starts_at=session.starts_at.astimezone(dt.UTC),
        ends_at=session.ends_at.astimezone(dt.UTC),
        title=title,
        title_language=title_language,
        organiser_name=organiser_name,
        organiser_address=organiser_address,
        page_url=page_url,
        description=description,
        join_url=join_url,
        attendee=attendee,
        cancelled=cancelled,
    )


def calendar(entries: Iterable[Entry | None], *, method: str, name: str = "", source_url: str = "") -> bytes:
    """Return a VCALENDAR with these entries, without those that are None. `method` is REQUEST, CANCEL or PUBLISH.

    A feed has a name and a refresh interval.
    """
    return _head(method, name, source_url) + b"".join(as_bytes(one) for one in entries if one is not None) + END


@functools.lru_cache(maxsize=64)
def _head(method: str, name: str, source_url: str) -> bytes:
    head = Calendar()
    head.add("prodid", PRODUCT)
    head.add("version", "2.0")
    head.add("calscale", "GREGORIAN")
    head.add("method", method)
    if name:
        head.add("name", name)
        head.add("x-wr-calname", name)
        head.add("refresh-interval", dt.timedelta(hours=4), parameters={"VALUE": "DURATION"})
        head.add("x-published-ttl", "PT4H")
        if source_url:
            head.add("source", vUri(source_url))
    return bytes(head.to_ical()).removesuffix(END)


def public_entry(session: Session, language: str) -> Entry | None:
    """Return the session's entry without attendee and joining link, with the session's revision as SEQUENCE."""
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
