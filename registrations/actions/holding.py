"""Hold all reminders of a session until somebody releases them (PRODUCT.md 4)."""

from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone

from accounts.actions import record
from accounts.models import Person
from echo_portal.outbox.actions import hold, release
from echo_portal.outbox.models import Message, MessageQuerySet
from registrations.drop_reasons import HoldReason
from registrations.message_kinds import REMINDERS
from registrations.models import Registration
from registrations.rules import check_can_hold_reminders
from sessions.models import Session


@transaction.atomic
def hold_reminders(*, session: Session, by: Person) -> int:
    """Hold the unsent reminders of a session, and those written later. Return how many were held now.

    A second call changes nothing. Raises Refusal if the session is cancelled or has started.
    """
    locked = Session.objects.select_for_update(no_key=True, of=("self",)).select_related("series").get(pk=session.pk)
    now = timezone.now()
    check_can_hold_reminders(locked, now)
    if locked.reminders_held_at is not None:
        return 0
    locked.reminders_held_at, locked.reminders_held_by = now, by
    locked.save(update_fields=["reminders_held_at", "reminders_held_by"])
    count = hold_reminders_of(list(Registration.objects.active().filter(session=locked)))
    about, hub = f"session:{locked.pk}", locked.series.hub_id
    record("reminders-held", about=about, by=by, scope_id=hub, details={"emails": count})
    return count


@transaction.atomic
def release_reminders(*, session: Session, by: Person) -> int:
    """Queue the reminders again that `hold_reminders` held, and return how many. Others remain held.

    A reminder whose due time has passed is sent immediately, unless the session has started. A second call changes
    nothing.
    """
    locked = Session.objects.select_for_update(no_key=True, of=("self",)).select_related("series").get(pk=session.pk)
    if locked.reminders_held_at is None:
        return 0
    locked.reminders_held_at = locked.reminders_held_by = None
    locked.save(update_fields=["reminders_held_at", "reminders_held_by"])
    count = release(_reminders_of(list(Registration.objects.filter(session=locked))), reason=HoldReason.WITH_SESSION)
    about, hub = f"session:{locked.pk}", locked.series.hub_id
    record("reminders-released", about=about, by=by, scope_id=hub, details={"emails": count})
    return count


def hold_reminders_of(rows: Sequence[Registration]) -> int:
    """Hold the waiting reminders of these registrations, and return how many were held."""
    return hold(_reminders_of(rows), reason=HoldReason.WITH_SESSION)


def _reminders_of(rows: Sequence[Registration]) -> MessageQuerySet:
    return Message.objects.about(*(f"registration:{row.pk}" for row in rows)).filter(kind__in=REMINDERS)
