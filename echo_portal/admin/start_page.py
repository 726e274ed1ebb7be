"""The to-do list of the start page for the person's hubs, with counts (PRODUCT.md 9). One query for each group."""

import dataclasses
import datetime as dt
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Q, QuerySet, Window
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import Person
from attendance.queries.asked import waiting_requests
from attendance.queries.held import without_report
from credits.queries.waiting import series_waiting
from echo_portal.admin.messages.scope import messages_of, suppressions_of
from echo_portal.lib.bilingual import active_language
from echo_portal.lib.dates import date_medium
from echo_portal.outbox.models import Message
from proposals.models import Inquiry
from registrations.models import AddressCorrection, Registration
from registrations.queries.keys import keys_running_out
from registrations.queries.people import with_shown_names
from registrations.queries.places import sessions_with_free_places
from sessions.models import Series, Session, SessionQuerySet
from sessions.presenters import time_label, undated_label

SHOWN = 5
SOON_DAYS = 14


@dataclasses.dataclass(frozen=True)
class ToDoItem:
    """A row that needs attention, with a link."""

    text: str
    url: str
    detail: str = ""


@dataclasses.dataclass(frozen=True)
class ToDoGroup:
    """Rows that need the same action: their count and the first few. `url` is the list of all of them."""

    sentence: str
    count: int
    url: str
    items: list[ToDoItem]


def what_needs_doing(person: Person, now: dt.datetime) -> list[ToDoGroup]:
    """Return the groups of the to-do list that are not empty, the most urgent first."""
    found = [
        *(_sessions(need, person, now) for need in ("link", "places", "report")),
        _requests(person),
        _inquiries(person),
        _credits(person),
        *_messages(person, now),
        _suppressed(person, now),
        _addresses(person),
        _keys(person, now),
        _sessions("hour", person, now),
        _series_without_french(person),
        _sessions("french", person, now),
    ]
    return [kind for kind in found if kind.count]


# --- sessions ------------------------------------------------------------------------------------------


@dataclasses.dataclass(frozen=True)
class Need:
    """A condition on future sessions, or on held ones.

    `words` is the label in the list filter; `sentence` returns the text of the start page.
    """

    words: Any
    among: Callable[[SessionQuerySet], SessionQuerySet]
    sentence: Callable[[int], str]
    is_held: bool = False


NEEDS = {
    "link": Need(
        gettext_lazy("A joining link, within 14 days"),
        lambda rows: rows.without_link(until=timezone.localdate() + dt.timedelta(days=SOON_DAYS)),
        lambda count: ngettext(
            "%(count)d session in the next 14 days has no joining link.",
            "%(count)d sessions in the next 14 days have no joining link.",
            count,
        ),
    ),
    "places": Need(
        gettext_lazy("A free place given to those who wait"),
        sessions_with_free_places,
        lambda count: ngettext(
            "In %(count)d session, people wait although a place is free.",
            "In %(count)d sessions, people wait although a place is free.",
            count,
        ),
    ),
    "report": Need(
        gettext_lazy("An attendance report"),
        without_report,
        lambda count: ngettext(
            "The attendance report of %(count)d session is not imported.",
            "The attendance reports of %(count)d sessions are not imported.",
            count,
        ),
        is_held=True,
    ),
    "hour": Need(
        gettext_lazy("A date or an hour"),
        SessionQuerySet.without_time,
        lambda count: ngettext(
            "%(count)d published session has no date or no hour.",
            "%(count)d published sessions have no date or no hour.",
            count,
        ),
    ),
    "french": Need(
        gettext_lazy("A title in French"),
        SessionQuerySet.without_french,
        lambda count: ngettext(
            "%(count)d session to come has no title in French.",
            "%(count)d sessions to come have no title in French.",
            count,
        ),
    ),
}


def sessions_that_need(need: str, person: Person, now: dt.datetime) -> SessionQuerySet:
    """Return published sessions of the person's hubs that need attention; `need` is a key of NEEDS."""
    rows = Session.objects.editable_by(person)
    return NEEDS[need].among(rows.public().held(now) if NEEDS[need].is_held else rows.open_for_registration(now))


def _sessions(need: str, person: Person, now: dt.datetime) -> ToDoGroup:
    rows = sessions_that_need(need, person, now).select_related("series").in_order_of_time()
    count, first = _counted(rows)
    items = [
        ToDoItem(
            _("%(series)s: %(session)s") % {"series": row.series, "session": row},
            reverse(
                f"admin:{'attendance_session' if NEEDS[need].is_held else 'echo_sessions_session_change'}",
                args=(row.pk,),
            ),
            _when(row),
        )
        for row in first
    ]
    url = f"{reverse('admin:echo_sessions_session_changelist')}?needs={need}"
    return ToDoGroup(NEEDS[need].sentence(count) % {"count": count}, count, url, items)


def _requests(person: Person) -> ToDoGroup:
    """Return the requests of people whose attendance is missing or too short."""
    count, first = _counted(with_shown_names(waiting_requests(person), series="session__series"))
    sentence = ngettext(
        "%(count)d request “I was there” waits for an answer.",
        "%(count)d requests “I was there” wait for an answer.",
        count,
    )
    items = [
        ToDoItem(
            _("%(label)s: %(value)s") % {"label": row.name_shown, "value": row.session},
            reverse("admin:attendance_answer", args=(row.session_id, row.pk)),
            str(row.session.series),
        )
        for row in first
    ]
    url = f"{reverse('admin:attendance_attendancerequest_changelist')}?state__exact=open"
    return ToDoGroup(sentence % {"count": count}, count, url, items)


def _inquiries(person: Person) -> ToDoGroup:
    """Return the ideas and inquiries that wait for a next step, the earliest date first."""
    rows = Inquiry.objects.open().editable_by(person).order_by("next_step_on", "pk")
    count, first = _counted(rows)
    sentence = ngettext(
        "%(count)d idea or inquiry waits for a next step.", "%(count)d ideas and inquiries wait for a next step.", count
    )
    items = [
        ToDoItem(
            _("%(label)s: %(value)s") % {"label": row.get_kind_display(), "value": row},
            reverse("admin:proposals_inquiry_change", args=(row.pk,)),
            _("%(step)s, by %(date)s")
            % {
                "step": row.next_step or _("First answer"),
                "date": date_medium(row.next_step_on or row.sent_at.date(), active_language()),
            },
        )
        for row in first
    ]
    url = f"{reverse('admin:proposals_inquiry_changelist')}?state__in=new,open"
    return ToDoGroup(sentence % {"count": count}, count, url, items)


def _credits(person: Person) -> ToDoGroup:
    """Return the series in which credits wait for a certificate, and how many people they belong to."""
    rows = series_waiting(person)
    count = sum(row.people for row in rows)  # type: ignore[attr-defined]
    sentence = ngettext(
        "The credits of %(count)d person wait for a certificate.",
        "The credits of %(count)d people wait for a certificate.",
        count,
    )
    items = [ToDoItem(str(row), reverse("admin:credits_certificate_issue", args=(row.pk,))) for row in rows[:SHOWN]]
    return ToDoGroup(sentence % {"count": count}, count, reverse("admin:credits_certificate_changelist"), items)


def _when(session: Session) -> str:
    if session.on_date is None:
        return undated_label(session)
    day = date_medium(session.on_date, active_language())
    return f"{day}, {time_label(session)}" if session.start_time else f"{day}, {_('Hour to be announced')}"


# --- messages and addresses --------------------------------------------------------------------------------


def _messages(person: Person, now: dt.datetime) -> list[ToDoGroup]:
    """Count recent failures, messages in doubt, and held messages."""
    state = Message.State
    since = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0) - dt.timedelta(days=SOON_DAYS)
    found = messages_of(person).filter(state__in=[state.FAILED, state.IN_DOUBT, state.HELD])
    counts = found.aggregate(
        failed=Count("pk", filter=Q(state=state.FAILED, due_at__gte=since)),
        in_doubt=Count("pk", filter=Q(state=state.IN_DOUBT)),
        held=Count("pk", filter=Q(state=state.HELD)),
    )
    failed, in_doubt, held = counts["failed"], counts["in_doubt"], counts["held"]
    messages = reverse("admin:outbox_message_changelist")
    sentences = (
        (
            ngettext(
                "%(count)d message of the last 14 days failed.",
                "%(count)d messages of the last 14 days failed.",
                failed,
            ),
            failed,
            f"{messages}?{urlencode({'state__exact': 'failed', 'due_at__gte': since.isoformat()})}",
        ),
        (
            ngettext(
                "Of %(count)d message we do not know whether it arrived.",
                "Of %(count)d messages we do not know whether they arrived.",
                in_doubt,
            ),
            in_doubt,
            f"{messages}?state__exact=in-doubt",
        ),
        (
            ngettext(
                "%(count)d message is held and waits for somebody to release it.",
                "%(count)d messages are held and wait for somebody to release them.",
                held,
            ),
            held,
            f"{messages}?state__exact=held",
        ),
    )
    return [ToDoGroup(sentence % {"count": count}, count, url, []) for sentence, count, url in sentences]


def _suppressed(person: Person, now: dt.datetime) -> ToDoGroup:
    """Return suppressed addresses of people who have a place in a future session of this person's hubs."""
    # Fetch the ids first: in a single statement the planner may check hub membership once per address.
    sessions = list(Session.objects.editable_by(person).open_for_registration(now).values_list("pk", flat=True))
    active = Registration.objects.active().filter(session__in=sessions).values("person")
    addresses = Person.objects.filter(pk__in=active).values("email_key")
    rows = suppressions_of(person).filter(lifted_at__isnull=True, address_key__in=addresses).order_by("-since_at")
    count, first = _counted(rows)
    sentence = ngettext(
        "Emails to %(count)d person with a place in an upcoming session do not arrive.",
        "Emails to %(count)d people with places in upcoming sessions do not arrive.",
        count,
    )
    url = f"{reverse('admin:outbox_suppression_changelist')}?lifted_at__isempty=1"
    items = [
        ToDoItem(row.address_key, f"{url}&{urlencode({'q': row.address_key})}", row.get_reason_display())
        for row in first
    ]
    return ToDoGroup(sentence % {"count": count}, count, url, items)


def _addresses(person: Person) -> ToDoGroup:
    """Return the proposed addresses, about which only Pallium staff decide."""
    rows = AddressCorrection.objects.open() if person.is_pallium_staff else AddressCorrection.objects.none()
    count, first = _counted(rows.select_related("series").order_by("proposed_at"))
    sentence = ngettext(
        "%(count)d proposed address waits for a decision.", "%(count)d proposed addresses wait for a decision.", count
    )
    items = [
        ToDoItem(str(row), reverse("admin:registrations_addresscorrection_decide", args=(row.pk,)), str(row.series))
        for row in first
    ]
    url = f"{reverse('admin:registrations_addresscorrection_changelist')}?state__exact=proposed"
    return ToDoGroup(sentence % {"count": count}, count, url, items)


# --- keys and translations -----------------------------------------------------------------------------------


def _keys(person: Person, now: dt.datetime) -> ToDoGroup:
    keys = keys_running_out(person, now)
    sentence = ngettext(
        "%(count)d enrollment key has expired or is nearly used up, and its series goes on.",
        "%(count)d enrollment keys have expired or are nearly used up, and their series go on.",
        len(keys),
    )
    items = [
        ToDoItem(
            _("%(label)s: %(value)s") % {"label": row, "value": row.series},
            reverse("admin:echo_sessions_enrollmentkey_change", args=(row.pk,)),
            _("Expired")
            if row.closes_at and row.closes_at <= now
            else _("Used %(uses)d of %(most)d times") % {"uses": row.uses, "most": row.max_uses},  # type: ignore[attr-defined]
        )
        for row in keys[:SHOWN]
    ]
    url = reverse("admin:echo_sessions_enrollmentkey_changelist")
    return ToDoGroup(sentence % {"count": len(keys)}, len(keys), url, items)


def series_without_french(person: Person) -> QuerySet[Series]:
    """Return the published series of the person's hubs without a French title or summary."""
    missing = (Q(title_fr="") & ~Q(title_en="")) | (Q(summary_fr="") & ~Q(summary_en=""))
    return Series.objects.editable_by(person).published().filter(missing)


def _series_without_french(person: Person) -> ToDoGroup:
    count, first = _counted(series_without_french(person).order_by("slug"))
    sentence = ngettext(
        "%(count)d published series has no title or no summary in French.",
        "%(count)d published series have no title or no summary in French.",
        count,
    )
    items = [ToDoItem(str(row), reverse("admin:echo_sessions_series_change", args=(row.pk,))) for row in first]
    url = f"{reverse('admin:echo_sessions_series_changelist')}?needs=french"
    return ToDoGroup(sentence % {"count": count}, count, url, items)


def _counted(rows: QuerySet[Any]) -> tuple[int, list[Any]]:
    """Return the total count and the first few rows; one query."""
    first = list(rows.annotate(in_all=Window(Count("*")))[:SHOWN])
    return (first[0].in_all if first else 0), first
