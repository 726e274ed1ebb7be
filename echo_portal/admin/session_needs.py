"""What a published session may need from its coordinators (PRODUCT.md 9)."""

import dataclasses
import datetime as dt
from collections.abc import Callable
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import Person
from attendance.queries.held import with_undecided_rows, without_report
from echo_portal.admin.desk.to_do import edit_url
from evaluations.queries.missing import with_missing_feedback
from registrations.queries.places import sessions_with_free_places
from sessions.models import Session, SessionQuerySet

SOON_DAYS = 14
# The days before a session, or after it, in which an act is in time.
HOUR_DAYS, FRENCH_DAYS, REPORT_DAYS, FEEDBACK_DAYS = 14, 7, 7, 14


@dataclasses.dataclass(frozen=True)
class Need:
    """A condition under which future or held sessions need something from a coordinator.

    `words` is its label in the list filter. `sentence` returns the text for a number of sessions, and `said` is the
    text for a single session. If `among` annotates each session with a number `how_many`, `said_of` returns the text
    that contains it. `url` returns the URL of the form to which `button` leads. The deadline is `days_before` the date
    of the session.
    """

    words: Any
    among: Callable[[SessionQuerySet], SessionQuerySet]
    sentence: Callable[[int], str]
    said: Any
    button: Any
    url: Callable[[Session], str]
    days_before: int = 0
    is_held: bool = False
    said_of: Callable[[int], str] | None = None

    def said_about(self, session: Session, title: str) -> str:
        """Return the text for this session, which is named by `title`."""
        count = getattr(session, "how_many", 0)
        return str(self.said_of(count) if self.said_of else self.said) % {"session": title, "count": count}


NEEDS = {
    "link": Need(
        gettext_lazy("A joining link, within 14 days"),
        lambda rows: rows.without_link(until=timezone.localdate() + dt.timedelta(days=SOON_DAYS)),
        lambda count: ngettext(
            "%(count)d session in the next 14 days has no joining link.",
            "%(count)d sessions in the next 14 days have no joining link.",
            count,
        ),
        gettext_lazy("%(session)s has no joining link."),
        gettext_lazy("Add the link"),
        lambda session: edit_url(session, "join_url"),
    ),
    "places": Need(
        gettext_lazy("A free place given to those who wait"),
        sessions_with_free_places,
        lambda count: ngettext(
            "In %(count)d session, people wait although a place is free.",
            "In %(count)d sessions, people wait although a place is free.",
            count,
        ),
        gettext_lazy("In %(session)s, people wait although a place is free."),
        gettext_lazy("See the places"),
        lambda session: f"{reverse('admin:echo_sessions_session_change', args=(session.pk,))}#id_capacity",
    ),
    "report": Need(
        gettext_lazy("An attendance report"),
        without_report,
        lambda count: ngettext(
            "The attendance report of %(count)d session is not imported.",
            "The attendance reports of %(count)d sessions are not imported.",
            count,
        ),
        gettext_lazy("The attendance report of %(session)s is not imported."),
        gettext_lazy("Import"),
        lambda session: reverse("admin:attendance_upload", args=(session.pk,)),
        days_before=-REPORT_DAYS,
        is_held=True,
    ),
    "rows": Need(
        gettext_lazy("Decisions about rows of a report"),
        with_undecided_rows,
        lambda count: ngettext(
            "The attendance report of %(count)d session has rows that wait for a decision.",
            "The attendance reports of %(count)d sessions have rows that wait for a decision.",
            count,
        ),
        "",
        gettext_lazy("Decide"),
        lambda session: reverse("admin:attendance_desk", args=(session.pk,)),
        days_before=-REPORT_DAYS,
        is_held=True,
        said_of=lambda count: ngettext(
            "%(count)d row of the attendance report of %(session)s waits for a decision.",
            "%(count)d rows of the attendance report of %(session)s wait for a decision.",
            count,
        ),
    ),
    "feedback": Need(
        gettext_lazy("Feedback of people who attended"),
        with_missing_feedback,
        lambda count: ngettext(
            "The evaluation of %(count)d session is open, and not everybody has answered.",
            "The evaluations of %(count)d sessions are open, and not everybody has answered.",
            count,
        ),
        "",
        gettext_lazy("See the answers"),
        lambda session: (
            f"{reverse('admin:echo_sessions_series_feedback', args=(session.series_id,))}?session={session.pk}"
        ),
        days_before=-FEEDBACK_DAYS,
        is_held=True,
        said_of=lambda count: ngettext(
            "%(count)d person who attended %(session)s has not given feedback yet.",
            "%(count)d people who attended %(session)s have not given feedback yet.",
            count,
        ),
    ),
    "hour": Need(
        gettext_lazy("A date or an hour"),
        SessionQuerySet.without_time,
        lambda count: ngettext(
            "%(count)d published session has no date or no hour.",
            "%(count)d published sessions have no date or no hour.",
            count,
        ),
        gettext_lazy("%(session)s has no date or no hour."),
        gettext_lazy("Set the hour"),
        lambda session: edit_url(session, "start_time" if session.on_date else "on_date"),
        days_before=HOUR_DAYS,
    ),
    "french": Need(
        gettext_lazy("A title in French"),
        SessionQuerySet.without_french,
        lambda count: ngettext(
            "%(count)d session to come has no title in French.",
            "%(count)d sessions to come have no title in French.",
            count,
        ),
        gettext_lazy("%(session)s has no title in French."),
        gettext_lazy("Translate"),
        lambda session: edit_url(session, "title_fr"),
        days_before=FRENCH_DAYS,
    ),
}


def sessions_that_need(need: str, person: Person, now: dt.datetime) -> SessionQuerySet:
    """Return published sessions of the person's hubs that have this need, which is a key of NEEDS."""
    rows = Session.objects.editable_by(person)
    return NEEDS[need].among(rows.public().held(now) if NEEDS[need].is_held else rows.open_for_registration(now))
