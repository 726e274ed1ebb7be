"""Write separate invitations, for calendars that accept emails but cannot subscribe to a feed."""

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
    """Write an invitation to each session to come in which the person has a place, and return how many were written.

    Sessions without a start time are skipped. A second call writes no invitation unless the session was changed since,
    because the `dedupe_key` contains the SEQUENCE.
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
