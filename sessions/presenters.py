"""Labels for the state and times of a session and for the language of a series."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from echo_portal.lib.bilingual import active_language
from echo_portal.lib.dates import hours_in_zone, minutes_between_hours, time_range
from echo_portal.lib.zones import EASTERN, zone_words
from sessions.models import Material, Series, Session


def state_label(session: Session, now: dt.datetime) -> str:
    """Return a label for the session's state. Whether it is held, live or to come depends on `now`."""
    if session.state == Session.State.DRAFT or session.is_cancelled:
        return str(Session.State(session.state).label)
    if session.is_over(now):
        return pgettext("session", "Held")
    if session.is_live(now):
        return pgettext("session", "Live now")
    if session.on_date is None:
        return _("Date to be announced")
    return _("Hour to be announced") if session.start_time is None else pgettext("session", "To come")


def next_session(sessions: Iterable[Session], now: dt.datetime) -> Session | None:
    """Return the session that is live or the next to come, in order of time; else one without a date, or None.

    Drafts and cancelled sessions are left out. A session without an hour is the last of its day.
    """
    to_come = [
        session
        for session in sessions
        if not (session.is_over(now) or session.is_cancelled or session.state == Session.State.DRAFT)
    ]
    return min(to_come, key=_order_of_time, default=None)


def _order_of_time(session: Session) -> tuple[dt.date, bool, dt.datetime, int]:
    return (
        session.on_date or dt.date.max,
        session.starts_at is None,
        session.starts_at or dt.datetime.max.replace(tzinfo=dt.UTC),
        session.number,
    )


def undated_label(session: Session) -> str:
    """Return the text to display instead of a date for a session that has none."""
    return _("Held; date not recorded") if session.held_by and not session.is_cancelled else _("Date to be announced")


def hourless_label(session: Session) -> str:
    """Return the text to display instead of times for a session with a date only."""
    return _("Hour not recorded") if session.is_over(timezone.now()) else _("Hour to be announced")


def spoken_in(series: Series) -> str:
    """Return a label for the language in which the sessions of a series are taught."""
    return _("In French") if series.language == "fr" else _("In English")


def time_label(session: Session) -> str:
    """Return the session's local time range with the name of its time zone, or a dash if it has no times."""
    if session.start_time is None or session.end_time is None:
        return "–"
    language = active_language()
    hours = time_range(session.start_time, session.end_time, language)
    return hours_in_zone(hours, zone_words(session.time_zone, language), language)


def document_name(material: Material, extension: str) -> str:
    """Return the name under which a browser saves a document, such as "ltc-cop-3-slides-en.pdf"."""
    session = material.session
    number = f"-{session.number}" if session.number else ""
    return f"{session.series.slug}{number}-{material.kind}-{material.language}.{extension}"


def size_label(size: int) -> str:
    """Return a size such as "640 KB" or "1.2 MB", in the active language."""
    if size < 1000 * 1000:
        return _("%(number)s KB") % {"number": max(size // 1000, 1)}
    return _("%(number)s MB") % {"number": number_format(round(size / 1000 / 1000, 1), 1)}


def time_change_text(session: Session, previous: Session | None, usual_start: dt.time | None, zone: str | None) -> str:
    """Return a text if the session is at an unusual local time, because of its start or of a clock change, else "".

    The usual local time is the usual start of the series on the date of the previous session, in the reader's `zone`
    (Eastern if it is None), because clocks may have changed since then in their zone or in the session's zone.
    """
    if session.on_date is None or session.start_time is None or session.starts_at is None:
        return ""
    if usual_start is None or session.series.choose_one:
        return ""  # alternative dates with the same content have no usual time
    before = previous.on_date if previous and previous.on_date else session.on_date
    usual = dt.datetime.combine(before, usual_start, tzinfo=ZoneInfo(session.time_zone))
    minutes = minutes_between_hours(usual, session.starts_at, zone or EASTERN)
    if minutes and session.start_time == usual_start:
        return _("Another hour for you: a clock changed") if zone else ""
    return _difference_from_usual(minutes) if minutes else ""


def _difference_from_usual(minutes: int) -> str:
    hours, rest = divmod(abs(minutes), 60)
    words = {"n": hours or rest, "minutes": rest}
    if abs(minutes) == 30:
        return _("Half an hour later than usual") if minutes > 0 else _("Half an hour earlier than usual")
    if hours and rest:
        if minutes > 0:
            return _("%(n)d h %(minutes)02d min later than usual") % words
        return _("%(n)d h %(minutes)02d min earlier than usual") % words
    if hours:
        if minutes > 0:
            return ngettext("%(n)d hour later than usual", "%(n)d hours later than usual", hours) % words
        return ngettext("%(n)d hour earlier than usual", "%(n)d hours earlier than usual", hours) % words
    if minutes > 0:
        return ngettext("%(n)d minute later than usual", "%(n)d minutes later than usual", rest) % words
    return ngettext("%(n)d minute earlier than usual", "%(n)d minutes earlier than usual", rest) % words


def usual_start(sessions: Iterable[Session]) -> dt.time | None:
    """Return the local start time of more than half of the sessions that have a time, or None if there is none."""
    starts = Counter(row.start_time for row in sessions if row.start_time is not None)
    for start, count in starts.most_common(1):
        if count > 1 and 2 * count > starts.total():
            return start
    return None


def who_opens_materials(series: Series) -> str:
    """Return the sentence about who can open the materials for registrants of the sessions of this series."""
    if series.shares_with_everyone_registered:
        return _("Everyone registered for this series can open what is for registrants, also of earlier sessions.")
    return _("Only people who registered for a session can open what is for its registrants.")
