"""Find out whether the email that tells a person of their place has been sent (docs/adr/0049)."""

from collections.abc import Collection

from django.db.models import Q

from echo_portal.lib.compiled_query import compiled_query
from echo_portal.outbox.models import Message, MessageQuerySet
from registrations.message_kinds import ADDED, CONFIRMATION, MOVED, PLACE

FIRST_EMAILS = (CONFIRMATION, ADDED, MOVED, PLACE)
State = Message.State


@compiled_query
def first_emails(person_id: int) -> MessageQuerySet:
    """Return the emails that tell this person of their places, the newest first.

    Those that failed are left out, as are those that the portal itself withdrew or dropped.
    """
    rows = Message.objects.filter(person_id=person_id, kind__in=FIRST_EMAILS)
    rows = rows.exclude(state__in=[State.FAILED, State.SUPPRESSED, State.DROPPED])
    return rows.exclude(Q(state=State.CANCELLED) & ~Q(reason="")).only("payload", "state").order_by("-pk")


def first_email_is_missing(person_id: int, registrations: Collection[int]) -> bool:
    """Return whether the newest email that tells of each of these registrations is unsent, held or withdrawn by staff.

    An email that staff withdrew is missing only if no earlier one was sent. Return False for registrations of which no
    email tells.
    """
    waits: dict[int, bool] = {}
    withdrawn: set[int] = set()
    for message in first_emails(person_id):
        for pk in message.payload.get("registrations") or [message.payload.get("registration")]:
            if message.state == State.CANCELLED:
                withdrawn.add(pk)
            else:
                waits.setdefault(pk, message.state in (*Message.UNSENT, State.CLAIMED))
    return bool(registrations) and all(waits.get(pk, pk in withdrawn) for pk in registrations)
