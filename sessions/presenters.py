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


def hour_texts(series: Series, sessions: Iterable[Session], zone: str | None) -> dict[int, str]:
    """Return a text for each session at an unusual hour in the reader's `zone`, by session number.

    The usual hour is that of `usual_start` on the date of the session. A difference from it is described only if other
    sessions start at this hour in `zone`, too. If clocks changed in either zone, the first session at another hour for
    the reader says so. If `zone` is None, hours are compared in Eastern time, and clocks are not described alone.
    """
    timed = sorted((row for row in sessions if row.on_date and row.start_time), key=_start_of)
    usual = usual_start(timed)
    if usual is None or series.choose_one:
        return {}  # alternative dates with the same content have no usual time
    own = zone or EASTERN
    usual_at = [_at(row.on_date, *usual) for row in timed]
    held_at = {
        at.astimezone(ZoneInfo(own)).time() for at, row in zip(usual_at, timed, strict=True) if _start_of(row) == at
    }
    known, previous, found = usual_at[0], _start_of(timed[0]), {}
    for row, here in zip(timed, usual_at, strict=True):
        at, before, previous = _start_of(row), previous, _start_of(row)
        minutes = minutes_between_hours(here, at, own)
        moved = minutes_between_hours(known, here, own) != 0
        if minutes != minutes_between_hours(here, at, usual[1]) or (
            moved and not minutes_between_hours(known, at, own)
        ):
            continue
        if minutes and here.astimezone(ZoneInfo(own)).time() in held_at:
            difference = _difference_from_usual(minutes)
            found[row.number] = (
                _("%(difference)s, after a clock change") % {"difference": difference} if moved else difference
            )
            known = here
        elif moved and minutes_between_hours(before, at, own):
            if zone:
                found[row.number] = _("Another hour for you: a clock changed")
            known = here
    return found


def _start_of(session: Session) -> dt.datetime:
    return _at(session.on_date, session.start_time, session.time_zone)


def _at(day: dt.date | None, hour: dt.time | None, zone: str) -> dt.datetime:
    assert day is not None
    assert hour is not None
    return dt.datetime.combine(day, hour, tzinfo=ZoneInfo(zone))


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


def usual_start(sessions: Iterable[Session]) -> tuple[dt.time, str] | None:
    """Return the local start and time zone of more than half of the sessions that have a time, or None."""
    starts = Counter((row.start_time, row.time_zone) for row in sessions if row.start_time is not None)
    for start, count in starts.most_common(1):
        if count > 1 and 2 * count > starts.total():
            return start
    return None


def who_opens_materials(series: Series) -> str:
    """Return the sentence about who can open the materials for registrants of the sessions of this series."""
    if series.shares_with_everyone_registered:
        return _("Everyone registered for this series can open what is for registrants, also of earlier sessions.")
    return _("Only people who registered for a session can open what is for its registrants.")
