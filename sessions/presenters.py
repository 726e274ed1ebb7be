"""Labels for the state and times of a session and for the language of a series."""

import datetime as dt

from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from echo_portal.lib.bilingual import active_language
from echo_portal.lib.dates import hours_in_zone, time_range
from echo_portal.lib.zones import zone_words
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
