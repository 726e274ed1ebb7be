"""Public sessions as values for other programs: the JSON list and the RSS feed. They contain no joining links."""

import datetime as dt
from typing import Any

from accounts.links import absolute_url
from echo_portal.lib.bilingual import LANGUAGES, in_language
from echo_portal.lib.dates import date_long, instant
from sessions.models import Session, SessionQuerySet

VERSION = 1
MOST_SESSIONS = 5000
FILTERS = ("hub", "series", "language")


def public_sessions(now: dt.datetime, wanted: dict[str, str]) -> list[Session]:
    """Return the public sessions to come that match the filters, with their series and hub, in order of time.

    A value that no row has, such as "", matches nothing.
    """
    sessions: SessionQuerySet = Session.objects.public().to_come(now)
    if (hub := wanted.get("hub")) is not None:
        sessions = sessions.at_hub(hub)
    if (series := wanted.get("series")) is not None:
        sessions = sessions.filter(series__slug=series)
    if (language := wanted.get("language")) is not None:
        sessions = sessions.filter(series__language=language)
    return list(sessions.select_related("series__hub").in_order_of_time()[:MOST_SESSIONS])


def session_values(session: Session) -> dict[str, Any]:
    """Return the values of a session in the JSON list (which the page `public_data` documents)."""
    series, hub = session.series, session.series.hub
    return {
        "id": str(session.public_id),
        "number": session.number,
        "state": session.state,
        **_in_both("title", lambda language: session.title_in(language)[0]),
        "date": session.on_date.isoformat() if session.on_date else None,
        "starts_at": _utc(session.starts_at),
        "ends_at": _utc(session.ends_at),
        "time_zone": session.time_zone,
        "language": series.language,
        "presenters": session.presenters,
        "free_of_charge": series.free_of_charge,
        "for_professions": series.audience_professions,
        "practice_areas": series.practice_areas,
        **_in_both("url", lambda language: absolute_url("session", language, session=session.public_id)),
        "series": {
            "slug": series.slug,
            "kind": series.kind,
            **_in_both("title", lambda language: in_language(series, "title", language)[0]),
            **_in_both("url", lambda language: absolute_url("series", language, slug=series.slug)),
        },
        "hub": {
            "slug": hub.slug,
            **_in_both("name", lambda language: in_language(hub, "name", language)[0]),
            **_in_both("url", lambda language: absolute_url("hub", language, slug=hub.slug)),
        },
    }


def _in_both(name: str, value: Any) -> dict[str, str]:
    return {f"{name}_{language}": value(language) for language in LANGUAGES}


def _utc(at: dt.datetime | None) -> str | None:
    return at.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if at else None


def when_words(session: Session, language: str) -> str:
    """Return the session's Eastern time as text, or its date, or "" if neither is known."""
    if session.starts_at is not None:
        return instant(session.starts_at, None, language, year=True)
    return date_long(session.on_date, language) if session.on_date else ""
