"""Reminders: messages written when a place is given, and withdrawn when it is given up (PRODUCT.md 4)."""

from collections.abc import Sequence

from django.utils import timezone

from accounts.models import Person
from accounts.time_zones import zone_of
from echo_portal.outbox.actions import NewMessage, postpone, write_messages
from echo_portal.outbox.models import Message
from registrations.actions.messages import message_to
from registrations.message_kinds import REMINDER_KINDS, REMINDER_OF_KIND, REMINDERS
from registrations.models import Registration
from registrations.reminder_times import due_at, is_worth_writing
from registrations.why_sent import registered_for
from sessions.vocabularies import Reminder


def write_reminders(registrations: Sequence[Registration]) -> None:
    """Write the reminders of active places, each with its own dedupe key; a second call writes nothing.

    Each registration comes with its person and session; one statement writes all reminders. The key contains the
    SEQUENCE, so that new reminders are written after a session moved, or a place was given up and taken again.
    """
    now = timezone.now()
    rows: list[NewMessage] = []
    for row in registrations:
        session, person = row.session, row.person
        if row.state != Registration.State.REGISTERED or session.is_cancelled:
            continue
        if session.starts_at is None or session.starts_at <= now:
            continue
        for name in session.reminders:
            due = due_at(Reminder(name), session.starts_at, zone_of(person))
            if not is_worth_writing(due, now):
                continue
            rows.append(
                message_to(
                    person,
                    kind=REMINDER_KINDS[Reminder(name)],
                    key=f"{row.pk}:{row.sequence}",
                    series=session.series,
                    about=f"registration:{row.pk}",
                    why=registered_for(session),
                    payload={"registration": row.pk, "sequence": row.sequence},
                    due_at=due,
                    expires_at=session.starts_at,
                )
            )
    write_messages(rows)


def follow_time_zone(*, person: Person) -> int:
    """Move unsent reminders to the due times of this person's current time zone; return how many moved.

    Reminders are not sent at night, local time. Rows are updated in place, so that held and edited ones stay so. A
    message that waits for a retry keeps the due time of its next attempt.
    """
    zone = zone_of(person)
    waiting = Message.objects.unsent().filter(person_id=person.pk, kind__in=REMINDERS).only("kind", "payload")
    starts = dict(
        Registration.objects.filter(pk__in=[row.payload["registration"] for row in waiting])
        .exclude(session__starts_at=None)
        .values_list("pk", "session__starts_at")
    )
    return postpone(
        {
            row.pk: due_at(REMINDER_OF_KIND[row.kind], starts_at, zone)
            for row in waiting
            if (starts_at := starts.get(row.payload["registration"]))
        }
    )
