"""Find the calendar entries that came from a REQUEST, which only a CANCEL can remove (DOMAIN.md IC-3)."""

from django.db.models import Exists, OuterRef

from echo_portal.outbox.models import Message
from registrations.message_kinds import CANCELLED, CONFIRMATION, INVITATION, LEFT, MOVED, PLACE, REMINDERS, RESCHEDULED

WITH_ONE_SESSION = (INVITATION, MOVED, PLACE, RESCHEDULED, *REMINDERS)


def invited_among(person_id: int, registration_ids: set[int]) -> set[int]:
    """Return those of this person's registrations whose entry came from a REQUEST and was not removed; one query.

    Messages are evaluated in the order in which they were written. Only messages that were sent, or may have been sent,
    added an entry. A confirmation of several sessions and a reminder of several sessions contain a file (PUBLISH), not
    a REQUEST. An email about a change to a person who has not answered yet (ADR 27) adds no entry. A reminder to them
    adds no entry either, but is counted as if it did, because the CANCEL of an unknown entry has no effect.
    """
    kinds = [CONFIRMATION, LEFT, CANCELLED, *WITH_ONE_SESSION]
    messages = (
        Message.objects.filter(person_id=person_id, kind__in=kinds)
        .exclude(state=Message.State.CANCELLED)
        .exclude(kind=RESCHEDULED, payload__awaits_answer=True)
        .annotate(is_shared=Exists(Message.objects.filter(carried_by=OuterRef("pk"))))
        .order_by("pk")
        .values_list("kind", "payload", "transmitting_at", "is_shared")
    )
    invited: set[int] = set()
    for kind, payload, transmitting_at, is_shared in messages:
        if kind == LEFT:
            invited.difference_update(payload["registrations"])
        elif kind == CANCELLED:
            invited.discard(payload["registration"])
        elif transmitting_at is not None and not is_shared:
            invited.add(payload.get("invites") if kind == CONFIRMATION else payload["registration"])
    return invited & registration_ids
