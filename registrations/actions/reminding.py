"""Write the reminders of registrations, and change their due times (PRODUCT.md 4)."""

import datetime as dt
from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone

from accounts.actions import mark_mailbox_used
from accounts.models import Person
from accounts.time_zones import zone_of
from echo_portal.outbox.actions import NewMessage, postpone, write_messages
from echo_portal.outbox.models import Message
from registrations.actions.holding import hold_reminders_of
from registrations.actions.messages import message_to, why_registered
from registrations.message_kinds import REMINDER_KINDS, REMINDER_OF_KIND, REMINDERS
from registrations.models import Registration
from registrations.queries.people import first_starts
from registrations.reminder_times import due_at, is_worth_writing
from registrations.rules import keep_until, waiting_list_moves
from sessions.models import Session
from sessions.vocabularies import Reminder


def set_unproved_terms(rows: Sequence[Registration], now: dt.datetime, *, is_new: bool = False) -> None:
    """Set `reminders_wait` and `kept_until` on unsaved registrations, whose person and session must be loaded.

    A person whose address nobody has proved gets reminders of their next session only. The other reminders are written
    when the mailbox is used. If there is such a person, one query is made, except for a new person, who has no other
    places.
    """
    unproved = [row for row in rows if row.state == Registration.State.REGISTERED and not row.person.is_proved]
    first = first_starts([row.person_id for row in unproved], now) if unproved and not is_new else {}
    for row in unproved:
        starts_at, so_far = row.session.starts_at, first.get(row.person_id)
        if starts_at is not None and starts_at > now and not row.session.is_cancelled:
            first[row.person_id] = min(starts_at, so_far or starts_at)
    for row in rows:
        row.reminders_wait, row.kept_until = False, None
    for row in unproved:
        starts_at, earliest = row.session.starts_at, first.get(row.person_id)
        row.reminders_wait = earliest is not None and (starts_at is None or starts_at > earliest)
        row.kept_until = keep_until(row.session, now)


def end_terms_past_the_list(rows: Sequence[Registration]) -> None:
    """Clear `kept_until` of registrations whose waiting list stops moving up before that time.

    Their places are then kept like any other. The session of each registration must have its new time. A query is made
    only if there is such a registration.
    """
    late = [row for row in rows if row.kept_until and not waiting_list_moves(row.session, row.kept_until)]
    for row in late:
        row.kept_until = None
    if late:
        Registration.objects.filter(pk__in=[row.pk for row in late]).update(kept_until=None)


@transaction.atomic
def use_mailbox(*, person: Person) -> Person:
    """Record that the mailbox's owner used a link that was sent to it, and return the reloaded person.

    The first use proves the mailbox, and writes the reminders that were left out before.
    """
    person = mark_mailbox_used(person=person)
    write_waiting_reminders(person=person)
    return person


@transaction.atomic
def write_waiting_reminders(*, person: Person) -> int:
    """Write the reminders that were left out until this person's mailbox was proved. Return for how many registrations.

    Locks the sessions by ascending primary key, so that none is moved in the meantime, then the registrations.
    """
    waiting = Registration.objects.filter(person=person, reminders_wait=True, person__mailbox_proved_at__isnull=False)
    sessions = Session.objects.filter(pk__in=waiting.values("session")).order_by("pk")
    list(sessions.select_for_update(no_key=True).values_list("pk"))
    rows = list(waiting.select_for_update(of=("self",)).select_related("person", "session__series__hub").order_by("pk"))
    for row in rows:
        row.reminders_wait = False
    Registration.objects.bulk_update(rows, ["reminders_wait"])
    write_reminders(rows)
    return len(rows)


def write_reminders(registrations: Sequence[Registration]) -> None:
    """Write the reminders of registrations with a place, using one SQL statement. A second call writes nothing.

    No reminder is written for registrations with `reminders_wait`, nor for sessions that are cancelled, have started,
    or have no time.

    The person and session of each registration must be loaded. Each reminder has its own `dedupe_key`, which contains
    the SEQUENCE, so that new reminders are written after a session was moved, or after a place was given up and taken
    again.
    """
    now = timezone.now()
    rows: list[NewMessage] = []
    for row in registrations:
        session, person = row.session, row.person
        if row.state != Registration.State.REGISTERED or row.reminders_wait or session.is_cancelled:
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
                    why=why_registered(row),
                    payload={"registration": row.pk, "sequence": row.sequence},
                    due_at=due,
                    expires_at=session.starts_at,
                )
            )
    write_messages(rows)
    if held := [row for row in registrations if row.session.reminders_held_at is not None]:
        hold_reminders_of(held)


def follow_time_zone(*, person: Person) -> int:
    """Change unsent reminders to the due times of this person's current time zone, and return how many were changed.

    Reminders are not sent at night, local time. Rows are updated in place, so that held and edited reminders stay held
    and edited. A message that waits for a retry keeps the due time of its next attempt.
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
