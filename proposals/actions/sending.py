"""Send an inquiry, confirm it by a link that is sent to the mailbox, and delete old inquiries."""

import dataclasses
import datetime as dt
import uuid

from django.db import transaction
from django.utils import timezone

from accounts.actions import claim_form_key, give_consent, mark_mailbox_used, person_at_address, record
from accounts.models import ConsentKind, FormReceipt, Person
from echo_portal.lib.zones import EASTERN, PROVINCE_ZONES
from echo_portal.outbox.actions import withdraw, write_messages
from echo_portal.outbox.models import Message
from proposals import rules
from proposals.actions.messages import about_inquiry, locked, to_hub
from proposals.message_kinds import CONFIRM, RECEIVED
from proposals.models import Inquiry, Plan
from proposals.throttles import check_limits

State = Inquiry.State


@dataclasses.dataclass(frozen=True)
class Application:
    """The values of a submitted form. `inquiry` is not saved and has no sender yet."""

    form_key: uuid.UUID
    inquiry: Inquiry
    network: str

    def content(self) -> str:
        """Return a text that is the same for two submissions with the same values."""
        row = self.inquiry
        names = ("kind", "hub_id", "name", "email", "province", "profession", "organisation", "title", "text")
        more = ("format", "spoken_in", "audience", "team", "topics", "wants_news")
        return "\x1f".join(str(getattr(row, name)) for name in (*names, *more))


@transaction.atomic
def send_inquiry(*, application: Application, signed_in: Person | None) -> FormReceipt:
    """Save the inquiry and return the form's receipt.

    A guest gets an email with a button, and the hub sees the inquiry only after the guest has pressed it. The inquiry
    of a signed-in person, whose mailbox is proved, is passed to the hub immediately. Raises Refusal if a limit is
    exceeded, and RepeatedForm if the form was processed before; then nothing is saved.
    """
    row, now = application.inquiry, timezone.now()
    receipt = claim_form_key(key=application.form_key, form="inquiry", content=application.content())
    check_limits(form=row.kind, network=application.network, email=row.email, person=signed_in)
    row.person = signed_in or person_at_address(email=row.email, name=row.name, language=row.language)
    row.sent_at = now
    row.save()
    record("inquiry-sent", about=row.about, by=signed_in, scope_id=row.hub_id, details={"kind": row.kind})
    if signed_in is None:
        write_messages([about_inquiry(CONFIRM, row, expires_at=now + rules.UNPROVED_KEPT)])
    else:
        _open(row, now)
    receipt.answer = {"inquiry": row.pk, "address": row.email, "proved": signed_in is not None, "hub": row.hub_id}
    receipt.save(update_fields=["answer"])
    return receipt


@transaction.atomic
def confirm_inquiry(*, inquiry: Inquiry) -> Inquiry:
    """Record that the sender pressed the button in the email, pass the inquiry to the hub, and return it.

    This proves the mailbox and records the sender's consent. A second call changes nothing. Locks the inquiry.
    """
    row = locked(inquiry)
    if row.is_proved:
        return row
    row.person = mark_mailbox_used(person=row.person)
    _open(row, timezone.now())
    record("inquiry-confirmed", about=row.about, by=row.person, scope_id=row.hub_id)
    return row


@transaction.atomic
def disown_inquiry(*, inquiry: Inquiry) -> None:
    """Delete an inquiry, because the mailbox's owner says that they did not send it.

    A confirmed inquiry is not deleted.
    """
    row = locked(inquiry)
    if not row.is_proved:
        record("inquiry-disowned", about=row.about, by=None, scope_id=row.hub_id)
        withdraw(Message.objects.about(row.about))
        row.delete()


def delete_old_inquiries(now: dt.datetime) -> dict[str, int]:
    """Delete inquiries that were not confirmed within two weeks, and those that were closed two years ago.

    Return how many of each were deleted.
    """
    unproved = Inquiry.objects.filter(state=State.UNPROVED, sent_at__lt=now - rules.UNPROVED_KEPT)
    closed = Inquiry.objects.filter(state=State.CLOSED, closed_at__lt=now - rules.CLOSED_KEPT)
    return {
        name: rows.delete()[1].get(Inquiry._meta.label, 0)
        for name, rows in (("unproved", unproved), ("closed", closed))
    }


def _open(row: Inquiry, now: dt.datetime) -> None:
    """Pass the inquiry to its hub: set its state, record consents, and write emails to the sender and to the hub."""
    row.state, row.proved_at = State.NEW, now
    row.next_step_on = timezone.localtime(now + rules.ANSWER_WITHIN).date()
    row.save()
    if row.kind == Inquiry.Kind.IDEA:
        language = "fr" if row.spoken_in == ["fr"] else "en"
        zone = PROVINCE_ZONES.get(row.hub.province, EASTERN)
        Plan.objects.create(inquiry=row, language=language, time_zone=zone, **{f"title_{row.language}": row.title})
    kinds = [ConsentKind.PRIVACY, *([ConsentKind.NEWS] if row.wants_news else [])]
    for kind in kinds:
        give_consent(person=row.person, kind=kind, language=row.language, source=row.about, at=now, by_owner=True)
    write_messages([about_inquiry(RECEIVED, row), to_hub(row)])
