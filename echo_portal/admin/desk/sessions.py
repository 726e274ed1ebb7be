"""The first tab of the desk: the next session with what to do, other things to do, registrants, and all sessions."""

import dataclasses
import datetime as dt

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.admin_scope import signed_in_person
from accounts.vocabularies import Profession
from echo_portal.admin.desk.frame import desk_answer
from echo_portal.admin.desk.queries import count_registrants, recallable_changes, sessions_of_desk
from echo_portal.admin.desk.to_do import Point, open_points, points_of, points_of_series
from echo_portal.lib.bilingual import active_language
from echo_portal.lib.dates import date_long, date_medium, hours_in_zone, time_range
from echo_portal.lib.zones import zone_label
from hubs.admin_scope import HubScopedAdmin
from hubs.forms import missing_in_french
from sessions.models import Series, Session
from sessions.presenters import hourless_label, next_session, state_label, undated_label

PROFESSIONS_SHOWN = 4


@dataclasses.dataclass(frozen=True)
class DeskRow:
    """A session in the table. `when` contains the time zone only if most sessions have another one."""

    session: Session
    when: str
    is_held: bool
    lacks_french: bool
    to_do: list[Point]
    state: str


@dataclasses.dataclass(frozen=True)
class Bar:
    """The number of people of one profession. `width` is a percentage of the largest number."""

    label: str
    count: int
    width: int


def desk_page(page: HubScopedAdmin, request: HttpRequest, series: Series) -> HttpResponse:
    """Display the first tab of the desk of a series."""
    now = timezone.now()
    sessions = sessions_of_desk(series)
    upcoming = next_session(sessions, now)
    week_ago = now - dt.timedelta(days=7)
    people, new, professions = count_registrants(series, since=week_ago)
    drafts = sum(session.state == Session.State.DRAFT and not session.is_over(now) for session in sessions)
    with_drafts = upcoming is not None or not drafts
    context = {
        "rows": rows_of(sessions, now),
        "zone": zone_label(usual_zone(sessions), active_language()),
        "next": upcoming,
        "drafts": drafts,
        "next_when": when_words(upcoming, now) if upcoming else "",
        "next_has_started": bool(upcoming and upcoming.is_live(now)),
        "points": points_of(upcoming) if upcoming else [],
        "waits": points_of_series(series, sessions, signed_in_person(request), now, with_drafts=with_drafts),
        "has_held": any(session.is_over(now) and not session.is_cancelled for session in sessions),
        "recallable": recallable_changes(sessions),
        "now": now,
        "people": people,
        "new_people": new,
        "bars": bars_of(professions),
    }
    return desk_answer(page, request, series, "desk", "sessions", context)


def usual_zone(sessions: list[Session]) -> str:
    """Return the time zone of most of the sessions."""
    zones = [session.time_zone for session in sessions]
    return max(zones, key=zones.count, default=str(Session._meta.get_field("time_zone").default))


def rows_of(sessions: list[Session], now: dt.datetime) -> list[DeskRow]:
    usual = usual_zone(sessions)
    return [
        DeskRow(
            session,
            day_and_hours(session, with_zone=session.time_zone != usual),
            session.is_over(now) and not session.is_cancelled and session.state != Session.State.DRAFT,
            bool(missing_in_french(session, "title")),
            open_points(session, now),
            state_label(session, now),
        )
        for session in sessions
    ]


def day_and_hours(session: Session, *, with_zone: bool, with_weekday: bool = False) -> str:
    language = active_language()
    if session.on_date is None:
        return undated_label(session)
    day = (date_long if with_weekday else date_medium)(session.on_date, language)
    if session.start_time is None or session.end_time is None:
        return f"{day}, {hourless_label(session)}"
    hours = time_range(session.start_time, session.end_time, language)
    if with_zone:
        hours = hours_in_zone(hours, zone_label(session.time_zone, language), language)
    return f"{day}, {hours}"


def when_words(session: Session, now: dt.datetime) -> str:
    """Return the day and times of a session as text, with its time zone and the number of days until then."""
    words = day_and_hours(session, with_zone=True, with_weekday=True)
    if session.on_date is None:
        return words
    days = (session.on_date - timezone.localdate(now)).days
    if days <= 0:
        return _("%(when)s. Today.") % {"when": words}
    distance = ngettext("%(when)s. In %(days)d day.", "%(when)s. In %(days)d days.", days)
    return distance % {"when": words, "days": days}


def bars_of(professions: list[tuple[str, int]]) -> list[Bar]:
    """Return a bar for each of the most frequent professions, and one bar for all others together."""
    shown = professions[:PROFESSIONS_SHOWN] if len(professions) > PROFESSIONS_SHOWN + 1 else professions
    rest = sum(count for _code, count in professions[len(shown) :])
    most = max([rest, *(count for _code, count in shown)], default=0)
    bars = [(str(Profession(code).label) if code else _("Not said"), count) for code, count in shown]
    if rest:
        bars.append((_("Other professions"), rest))
    return [Bar(label, count, round(100 * count / most)) for label, count in bars]
