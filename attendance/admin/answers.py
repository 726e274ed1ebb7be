"""Functions shared by the attendance pages of one session."""

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.admin import ModelAdmin
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.urls import reverse

from echo_portal.lib.bilingual import active_language
from echo_portal.lib.dates import date_long, time_range
from echo_portal.lib.zones import zone_words
from sessions.models import Session


def answer(
    page: "ModelAdmin[Any]",
    request: HttpRequest,
    template: str,
    session: Session,
    context: dict[str, Any],
    status: int = 200,
) -> TemplateResponse:
    """Return the response for a page about a session's attendance, with `context` added to the common values."""
    whole = {
        **page.admin_site.each_context(request),
        "opts": page.opts,
        "session": session,
        "hours": hours(session),
        "back": reverse("admin:attendance_session", args=(session.pk,)),
        "back_words": str(session),
        **context,
    }
    return TemplateResponse(request, f"admin/attendance/{template}.html", whole, status=status)


def hours(session: Session) -> str:
    """Return the date and the times of the session as text, in the session's own time zone."""
    if session.starts_at is None or session.ends_at is None:
        return ""
    language, zone = active_language(), ZoneInfo(session.time_zone)
    start, end = (moment.astimezone(zone) for moment in (session.starts_at, session.ends_at))
    day = date_long(start.date(), language)
    return f"{day}, {time_range(start, end, language)}, {zone_words(session.time_zone, language)}"


def clock(moment: dt.datetime, session: Session) -> str:
    """Return a time as text with seconds, in the session's time zone."""
    return f"{moment.astimezone(ZoneInfo(session.time_zone)):%H:%M:%S}"
