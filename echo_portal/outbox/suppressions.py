"""Suppressed addresses, and the reports because of which they are suppressed."""

import dataclasses
import datetime as dt
import uuid

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone

from echo_portal.lib.compiled_query import compiled_query
from echo_portal.lib.text import email_key
from echo_portal.outbox.models import MailEvent, Message, Suppression

SOFT_BOUNCES, SOFT_WINDOW = 5, dt.timedelta(days=14)  # DOMAIN.md E-5

REASONS = {
    MailEvent.Event.HARD_BOUNCE: Suppression.Reason.HARD_BOUNCE,
    MailEvent.Event.COMPLAINT: Suppression.Reason.COMPLAINT,
}


@dataclasses.dataclass(frozen=True)
class Report:
    """A report of an email provider. `report_id` is the provider's own ID, by which a repeated report is ignored."""

    report_id: str
    event: str
    happened_at: dt.datetime
    message_public_id: uuid.UUID | None = None
    address: str = ""
    detail: str = ""


def is_suppressed(address: str) -> bool:
    return bool(_open(email_key(address)))


@compiled_query
def _open(address_key: str) -> QuerySet[Suppression]:
    return Suppression.objects.open_for(address_key)


def has_bounced(address: str) -> bool:
    """Return whether emails to this address have bounced, so that a form can display a notice (PRODUCT.md 4).

    Return False after a complaint, because complaints must not be disclosed.
    """
    return Suppression.objects.open_for(email_key(address)).bounced().exists()


def suppress(*, address: str, reason: str, detail: str = "", scope_id: int | None = None) -> None:
    """Suppress the address for all hubs. While a suppression is active, a second call changes nothing.

    `scope_id` is the ID of the hub whose message caused it.
    """
    row = Suppression(address_key=email_key(address), scope_id=scope_id, reason=reason, detail=detail[:400])
    Suppression.objects.bulk_create([row], ignore_conflicts=True)


def lift(*, suppression: Suppression, by_id: int) -> None:
    """Lift the suppression, so that email is sent to the address again. A second call changes nothing."""
    Suppression.objects.filter(pk=suppression.pk, lifted_at__isnull=True).update(
        lifted_at=timezone.now(), lifted_by_id=by_id
    )


@transaction.atomic
def record_report(report: Report) -> bool:
    """Save one report, suppress the address if needed, and return whether the report was new.

    Reports can arrive in any order.
    """
    message = Message.objects.filter(public_id=report.message_public_id).first() if report.message_public_id else None
    key = email_key(report.address or (message.address if message else ""))
    row = MailEvent(
        report_id=report.report_id,
        message_public_id=report.message_public_id,
        event=report.event,
        address_key=key,
        detail=report.detail[:400],
        happened_at=report.happened_at,
    )
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        return False
    if not key:
        return True
    scope_id = message.scope_id if message else None
    if report.event in REASONS:
        reason = REASONS[MailEvent.Event(report.event)]
        suppress(address=key, reason=reason, detail=report.detail, scope_id=scope_id)
    elif report.event == MailEvent.Event.SOFT_BOUNCE and _too_many_soft(key):
        suppress(address=key, reason=Suppression.Reason.SOFT_BOUNCES, detail=report.detail, scope_id=scope_id)
    return True


def _too_many_soft(key: str) -> bool:
    recent = timezone.now() - SOFT_WINDOW
    return (
        MailEvent.objects.filter(address_key=key, event=MailEvent.Event.SOFT_BOUNCE, happened_at__gte=recent).count()
        >= SOFT_BOUNCES
    )
