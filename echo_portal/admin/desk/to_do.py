"""What a coordinator has to do in one series: for its next session, and for the rest of the series."""

import dataclasses
import datetime as dt

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Person
from credits.queries.waiting import series_waiting
from echo_portal.admin.lists_at_work import lists_to_tell
from hubs.forms import missing_in_french
from registrations.queries.keys import usable_keys
from registrations.reminder_times import BEFORE
from sessions.models import Series, Session
from sessions.vocabularies import Reminder


@dataclasses.dataclass(frozen=True)
class Point:
    """A sentence about something to do, with a button for it. If `is_done` is true, nothing remains to be done.

    If `act` is set, the button posts it to the URL; otherwise the button is a link.
    """

    text: str
    button: str = ""
    url: str = ""
    is_done: bool = False
    act: str = ""


def edit_url(session: Session, field: str) -> str:
    """Return the URL of a field of this session in the table of sessions, which then displays only this session."""
    table = reverse("admin:echo_sessions_series_table", args=(session.series_id,))
    return f"{table}?session={session.pk}#id_s{session.pk}-{field}"


def points_of(session: Session) -> list[Point]:
    """Return the points of a session to come, including those that are done."""
    has_link, has_hour = bool(session.join_url), session.start_time is not None
    points = [
        Point(_("The joining link is set."), _("Change"), edit_url(session, "join_url"), is_done=True)
        if has_link
        else Point(_("The joining link is missing."), _("Add the link"), edit_url(session, "join_url")),
    ]
    if not has_hour:
        points.append(Point(_("The hour is not known yet."), _("Set the hour"), edit_url(session, "start_time")))
    if missing_in_french(session, "title"):
        points.append(Point(_("The title in French is missing."), _("Translate"), edit_url(session, "title_fr")))
    if not session.presenters:
        points.append(Point(_("No presenter is named."), _("Name one"), edit_url(session, "presenters")))
    reminders_url = reverse("admin:echo_sessions_session_reminders", args=(session.pk,))
    if session.reminders_held_at is not None:
        held = _("The reminders are held.") if has_hour else _("Reminders will be held, once the hour is known.")
        points.append(Point(held, _("Release them"), reminders_url, act="release"))
    elif session.reminders:
        points.append(_reminders_to_come(session, reminders_url))
    waiting = session.waiting if _has_free_place(session) else 0  # type: ignore[attr-defined]
    if waiting:
        places = f"{reverse('admin:echo_sessions_session_change', args=(session.pk,))}#id_capacity"
        sentence = ngettext(
            "%(count)d person waits although a place is free.",
            "%(count)d people wait although a place is free.",
            waiting,
        )
        points.append(Point(sentence % {"count": waiting}, _("See the places"), places))
    return points


def _reminders_to_come(session: Session, url: str) -> Point:
    """Return a point that names the reminders that are still to come. If their time has passed, it says so."""
    starts_at, now = session.starts_at, timezone.now()
    to_come = [name for name in session.reminders if starts_at is None or starts_at - BEFORE[Reminder(name)] > now]
    if not to_come:
        said = (
            _("No reminder is to come: the session has started.")
            if session.is_live(now)
            else _("No reminder is to come: the session starts too soon.")
        )
        return Point(said, _("Write to the registrants"), _write_url(session), is_done=True)
    said = (
        _("Reminders are set: %(when)s.") if len(to_come) == len(session.reminders) else _("Still to come: %(when)s.")
    )
    names = ", ".join(str(Reminder(name).label).lower() for name in to_come)
    return Point(said % {"when": names}, _("Hold them"), url, is_done=True, act="hold")


def _write_url(session: Session) -> str:
    return reverse("admin:echo_sessions_session_write", args=(session.pk,))


def _has_free_place(session: Session) -> bool:
    return not session.is_full(session.registered)  # type: ignore[attr-defined]


def open_points(session: Session, now: dt.datetime) -> list[Point]:
    """Return what has to be done for a session, whether it is to come or was held."""
    if session.is_cancelled or session.state == Session.State.DRAFT:
        return []
    if not session.is_over(now):
        return [point for point in points_of(session) if not point.is_done]
    if not session.needs_report:  # type: ignore[attr-defined]
        return []
    sentence = _("The attendance report of session %(number)d is not imported.") % {"number": session.number}
    return [Point(sentence, _("Import"), reverse("admin:attendance_upload", args=(session.pk,)))]


def points_of_series(
    series: Series, sessions: list[Session], reader: Person, now: dt.datetime, *, with_drafts: bool
) -> list[Point]:
    """Return what has to be done in the series, except for its sessions to come, using at most four queries.

    Drafts are included only if `with_drafts` is true, because the desk displays them elsewhere if no session is to
    come.
    """
    points = [point for session in sessions if session.is_over(now) for point in open_points(session, now)]
    points += [Point(row.sentence, row.button, row.url) for row in lists_to_tell(reader, series)]
    for row in series_waiting(reader):
        if row.series.pk == series.pk:
            count = row.people
            sentence = ngettext(
                "The credits of %(count)d person wait for a certificate.",
                "The credits of %(count)d people wait for a certificate.",
                count,
            )
            url = reverse("admin:credits_certificate_issue", args=(series.pk,))
            points.append(Point(sentence % {"count": count}, _("Issue"), url))
    drafts = sum(session.state == Session.State.DRAFT for session in sessions)
    publish = reverse("admin:echo_sessions_series_publish", args=(series.pk,))
    if drafts and with_drafts:
        sentence = ngettext(
            "%(count)d session is a draft: the public does not see it.",
            "%(count)d sessions are drafts: the public does not see them.",
            drafts,
        )
        points.append(Point(sentence % {"count": drafts}, _("Publish"), publish))
    elif not drafts and not series.is_published:
        points.append(Point(_("The series is a draft: the public does not see it."), _("Publish"), publish))
    if series.needs_key and not list(usable_keys(now, [series.pk])):
        url = f"{reverse('admin:echo_sessions_enrollmentkey_add')}?series={series.pk}"
        points.append(Point(_("No enrollment key is valid now, so nobody can register."), _("Add a key"), url))
    if missing_in_french(series, "title", "summary"):
        url = reverse("admin:echo_sessions_series_change", args=(series.pk,))
        points.append(Point(_("The title or the summary of the series is missing in French."), _("Translate"), url))
    return points
