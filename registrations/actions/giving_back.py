"""The steps of giving up a place: cancel the registration, withdraw its messages, and build the email about it."""

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any

from django.db.models import Exists, OuterRef

from accounts.models import Person
from echo_portal.outbox.actions import NewMessage, withdraw
from echo_portal.outbox.models import Message
from registrations.actions.messages import message_to
from registrations.message_kinds import (
    BY_FILE,
    BY_INVITATION,
    FREE_PLACE,
    IN_NO_CALENDAR,
    INVITATION,
    LEFT,
    MOVED,
    PLACE,
    REMINDERS,
)
from registrations.models import Enrollment, Registration
from registrations.queries.calendar_invitations import invited_among
from registrations.why_sent import gave_back, left_waiting_list
from sessions.models import Series

State = Registration.State
# The messages that are withdrawn with a place.
OF_A_PLACE = (PLACE, MOVED, FREE_PLACE, INVITATION, *REMINDERS)


def entry_of(row: Registration) -> str:
    """Return how the session was added to the person's calendar. Call this before the registration is cancelled.

    The value is BY_INVITATION, BY_FILE or IN_NO_CALENDAR.
    """
    if row.state != State.REGISTERED:
        return IN_NO_CALENDAR
    return BY_INVITATION if row.pk in invited_among(row.person_id, {row.pk}) else BY_FILE


def cancel_place(row: Registration, *, by: Person | None, now: dt.datetime) -> None:
    row.was_waiting = row.state == State.WAITING
    row.state, row.waiting_number = State.CANCELLED, None
    row.cancelled_at, row.cancelled_by, row.changed_at = now, by, now
    row.revision += 1
    row.save()
    withdraw(Message.objects.about(f"registration:{row.pk}").filter(kind__in=OF_A_PLACE))


def end_empty_enrollment(row: Registration, now: dt.datetime) -> None:
    """End the registration's enrollment if it covers single sessions only and no active registration remains."""
    if row.enrollment_id is None:
        return
    places = Registration.objects.active().filter(enrollment=OuterRef("pk"))
    mine = Enrollment.objects.active().filter(pk=row.enrollment_id, covers_later_sessions=False)
    mine.filter(~Exists(places)).update(left_at=now)


def left_message(
    person: Person,
    series: Series,
    rows: Sequence[Registration],
    *,
    why: Callable[[], str] | None = None,
    due_at: dt.datetime | None = None,
    **facts: Any,
) -> NewMessage:
    """Return the message that says that these registrations in a series were cancelled.

    `facts` are added to its payload.
    """
    one = len(rows) == 1
    places = sum(not row.was_waiting for row in rows)
    reason = gave_back(series, places) if places else left_waiting_list(series)
    return message_to(
        person,
        kind=LEFT,
        key=f"{'' if one else 'series:'}{rows[0].pk}:{rows[0].revision}",
        series=series,
        about=f"registration:{rows[0].pk}" if one else f"series:{series.pk}",
        why=why or reason,
        payload={"series": series.pk, "registrations": [row.pk for row in rows], **facts},
        due_at=due_at,
    )
