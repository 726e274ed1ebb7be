"""Separate invitations, for calendars that accept email and no feeds."""

from django.db import transaction
from django.utils import timezone

from accounts.actions import record
from accounts.models import Person
from echo_portal.outbox.actions import write_messages
from echo_portal.outbox.models import Message
from registrations.actions.messages import message_to
from registrations.message_kinds import INVITATION
from registrations.models import Registration
from registrations.queries.people import registrations_of
from registrations.why_sent import asked_for_invitations


@transaction.atomic
def send_invitations(*, person: Person, by: Person | None) -> int:
    """Write one message for each session to come that has a start time; return how many were written.

    A second call writes none for a session that has not changed since: the dedupe key contains the SEQUENCE.
    """
    now = timezone.now()
    messages = [
        message_to(
            person,
            kind=INVITATION,
            key=f"{row.pk}:{row.sequence}",
            series=row.session.series,
            about=f"registration:{row.pk}",
            why=asked_for_invitations,
            payload={"registration": row.pk},
            expires_at=row.session.ends_at,
        )
        for row in registrations_of(person)
        if row.state == Registration.State.REGISTERED
        and row.session.starts_at is not None
        and row.session.starts_at > now
        and not row.session.is_cancelled
    ]
    keys = [message.dedupe_key for message in messages]
    before = Message.objects.filter(dedupe_key__in=keys).count()
    write_messages(messages)
    written = len(messages) - before
    record("send-invitations", about=f"person:{person.pk}", by=by, details={"count": written})
    return written
