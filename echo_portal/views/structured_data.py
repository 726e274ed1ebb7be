"""schema.org data of series and sessions, for search engines (JSON-LD), without joining links."""

import datetime as dt
import json
from collections.abc import Iterable
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe

from echo_portal.lib.addresses import slug_address, uuid_address
from echo_portal.lib.bilingual import in_language
from sessions.models import Series, Session

CONTEXT = "https://schema.org"
# Characters that could end the script element. str.replace() is 50 times faster than str.translate() here.
_ESCAPED = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026"}


def picture_url(series: Series) -> str:
    """Return the absolute URL of the picture of a series, in the active language."""
    return f"{settings.SITE_URL}{slug_address('series_picture', series.slug)}"


def as_script(values: dict[str, Any]) -> SafeString:
    """Return the values as the content of a script element of the type application/ld+json, or "" for no values."""
    if not values:
        return SafeString("")
    text = json.dumps({"@context": CONTEXT, **values}, ensure_ascii=False)
    for character, escaped in _ESCAPED.items():
        text = text.replace(character, escaped)
    return mark_safe(text)  # noqa: S308 (escaped above)


def event(session: Session, language: str) -> dict[str, Any]:
    """Return a session as an Event, or {} for a session without a date, because an Event must have one.

    The session must have `places_taken`.
    """
    start = _start(session)
    if not start:
        return {}
    series = session.series
    page = f"{settings.SITE_URL}{uuid_address('session', 'session', session.public_id)}"
    summary, _written_in = in_language(series, "summary", language)
    found: dict[str, Any] = {
        "@type": "EducationEvent",
        "name": session.full_title_in(language)[0],
        "url": page,
        "startDate": start,
        "eventStatus": f"{CONTEXT}/{_status(session)}",
        "eventAttendanceMode": f"{CONTEXT}/OnlineEventAttendanceMode",
        "location": {"@type": "VirtualLocation", "url": page},
        "image": [picture_url(series)],
        "inLanguage": series.language,
        "isAccessibleForFree": series.free_of_charge,
        "organizer": _organiser(series),
        "superEvent": {"@type": "EventSeries", "name": in_language(series, "title", language)[0], "url": _of(series)},
    }
    if session.ends_at is not None:
        found["endDate"] = _local(session.ends_at, session)
    if summary:
        found["description"] = summary
    if session.presenters:
        found["performer"] = [{"@type": "Person", "name": name} for name in session.presenters]
    if series.free_of_charge and not session.is_cancelled:
        found["offers"] = {
            "@type": "Offer",
            "price": "0",
            "priceCurrency": "CAD",
            "availability": f"{CONTEXT}/{'SoldOut' if _is_sold_out(session) else 'InStock'}",
            "url": page,
            "validFrom": session.created_at.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        }
    return found


def _is_sold_out(session: Session) -> bool:
    """Return whether all places are taken, or the session is over."""
    return session.is_over(timezone.now()) or session.is_full(session.places_taken or 0)  # type: ignore[attr-defined]


def event_series(series: Series, sessions: Iterable[Session], language: str) -> dict[str, Any]:
    """Return a series as an EventSeries with its sessions that have a date, or {} if there are none."""
    events = [event(session, language) for session in sessions]
    dated = [{key: one[key] for key in one if key != "superEvent"} for one in events if one]
    if not dated:
        return {}
    summary, _written_in = in_language(series, "summary", language)
    page = _of(series)
    return {
        "@type": "EventSeries",
        "name": in_language(series, "title", language)[0],
        "url": page,
        **({"description": summary} if summary else {}),
        "startDate": min(one["startDate"] for one in dated),
        "endDate": max(one.get("endDate", one["startDate"]) for one in dated),
        "eventAttendanceMode": f"{CONTEXT}/OnlineEventAttendanceMode",
        "location": {"@type": "VirtualLocation", "url": page},
        "image": [picture_url(series)],
        "inLanguage": series.language,
        "isAccessibleForFree": series.free_of_charge,
        "organizer": _organiser(series),
        "subEvent": dated,
    }


def _of(series: Series) -> str:
    return f"{settings.SITE_URL}{slug_address('series', series.slug)}"


def _organiser(series: Series) -> dict[str, str]:
    hub = series.hub
    return {"@type": "Organization", "name": hub.name, "url": f"{settings.SITE_URL}{slug_address('hub', hub.slug)}"}


def _start(session: Session) -> str:
    """Return the start with its UTC offset, the date if the time is not known, or ""."""
    if session.starts_at is not None:
        return _local(session.starts_at, session)
    return session.on_date.isoformat() if session.on_date else ""


def _local(at: dt.datetime, session: Session) -> str:
    return at.astimezone(ZoneInfo(session.time_zone)).isoformat(timespec="seconds")


def _status(session: Session) -> str:
    if session.is_cancelled:
        return "EventCancelled"
    return "EventRescheduled" if session.state == Session.State.RESCHEDULED else "EventScheduled"
