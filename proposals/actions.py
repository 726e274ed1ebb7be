"""Send an inquiry, confirm it by the mailbox, work on it, and close it."""

import dataclasses
import datetime as dt
import uuid

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actions import claim_form_key, give_consent, mark_mailbox_used, person_at_address, record
from accounts.models import ConsentKind, FormReceipt, Person
from echo_portal.outbox.actions import NewMessage, withdraw, write_messages
from echo_portal.outbox.models import Message
from proposals import rules
from proposals.message_kinds import CONFIRM, FOR_HUB, RECEIVED
from proposals.models import Inquiry
from proposals.throttles import check_limits

State = Inquiry.State


@dataclasses.dataclass(frozen=True)
class Application:
    """The values of a submitted form. `inquiry` is unsaved and has no sender."""

    form_key: uuid.UUID
    inquiry: Inquiry
    network: str

    def content(self) -> str:
        """Return a text that is equal for two submissions with the same values."""
        row = self.inquiry
        names = ("kind", "hub_id", "name", "email", "province", "profession", "organisation", "title", "text")
        more = ("format", "spoken_in", "audience", "team", "topics", "wants_news")
        return "\x1f".join(str(getattr(row, name)) for name in (*names, *more))


@transaction.atomic
def send_inquiry(*, application: Application, signed_in: Person | None) -> FormReceipt:
    """Save the inquiry and return the form's receipt.

    A guest gets an email with a button, and the hub sees the inquiry after it was pressed. A signed-in person has
    proved their mailbox, so that the hub gets it at once. Raises Refusal beyond the limits, and RepeatedForm if the
    form was processed before; then nothing is saved.
    """
    row, now = application.inquiry, timezone.now()
    receipt = claim_form_key(key=application.form_key, form="inquiry", content=application.content())
    check_limits(network=application.network, email=row.email, person=signed_in)
    row.person = signed_in or person_at_address(email=row.email, name=row.name, language=row.language)
    row.sent_at = now
    row.save()
    record("inquiry-sent", about=row.about, by=signed_in, scope_id=row.hub_id, details={"kind": row.kind})
    if signed_in is None:
        write_messages([_message(CONFIRM, row, address=_address(row), expires_at=now + rules.UNPROVED_KEPT)])
    else:
        _open(row, now)
    receipt.answer = {"inquiry": row.pk, "address": row.email, "proved": signed_in is not None, "hub": row.hub_id}
    receipt.save(update_fields=["answer"])
    return receipt


@transaction.atomic
def confirm_inquiry(*, inquiry: Inquiry) -> Inquiry:
    """Record that the sender pressed the button in the email, pass the inquiry to the hub, and return it.

    Proves the mailbox, and records the sender's consent. A second call changes nothing. Locks the inquiry.
    """
    row = _locked(inquiry)
    if row.is_proved:
        return row
    row.person = mark_mailbox_used(person=row.person)
    _open(row, timezone.now())
    record("inquiry-confirmed", about=row.about, by=row.person, scope_id=row.hub_id)
    return row


@transaction.atomic
def disown_inquiry(*, inquiry: Inquiry) -> None:
    """Delete an inquiry of which the mailbox's owner says that it is not theirs. A confirmed one is kept."""
    row = _locked(inquiry)
    if not row.is_proved:
        record("inquiry-disowned", about=row.about, by=None, scope_id=row.hub_id)
        withdraw(Message.objects.about(row.about))
        row.delete()


@transaction.atomic
def plan_inquiry(
    *, inquiry: Inquiry, assigned_to: Person | None, next_step: str, next_step_on: dt.date, by: Person
) -> Inquiry:
    """Save who looks after the inquiry, the next step and its date. Raises Refusal if it is closed."""
    row = _locked(inquiry)
    rules.check_open(row)
    row.assigned_to, row.next_step, row.next_step_on, row.state = assigned_to, next_step, next_step_on, State.OPEN
    row.save(update_fields=["assigned_to", "next_step", "next_step_on", "state"])
    details = {"assigned_to": assigned_to.pk if assigned_to else None, "on": next_step_on.isoformat()}
    record("inquiry-planned", about=row.about, by=by, scope_id=row.hub_id, details=details)
    return row


@transaction.atomic
def close_inquiry(*, inquiry: Inquiry, outcome: str, by: Person) -> Inquiry:
    """Close the inquiry with its outcome; the sender sees it behind their link. Raises Refusal if it is closed."""
    row = _locked(inquiry)
    rules.check_open(row)
    row.state, row.outcome, row.closed_at, row.closed_by = State.CLOSED, outcome, timezone.now(), by
    row.save(update_fields=["state", "outcome", "closed_at", "closed_by"])
    record("inquiry-closed", about=row.about, by=by, scope_id=row.hub_id, details={"outcome": outcome})
    return row


def take_back_inquiry(*, inquiry: Inquiry) -> Inquiry:
    """Close the inquiry for its sender. Raises Refusal if it is closed."""
    return close_inquiry(inquiry=inquiry, outcome=Inquiry.Outcome.WITHDRAWN, by=inquiry.person)


@transaction.atomic
def reopen_inquiry(*, inquiry: Inquiry, by: Person) -> Inquiry:
    """Open a closed inquiry again, with today as the date of the next step. Raises Refusal if it is open."""
    row = _locked(inquiry)
    rules.check_closed(row)
    row.state, row.outcome, row.closed_at, row.closed_by = State.OPEN, "", None, None
    row.next_step_on = timezone.localdate()
    row.save(update_fields=["state", "outcome", "closed_at", "closed_by", "next_step_on"])
    record("inquiry-reopened", about=row.about, by=by, scope_id=row.hub_id)
    return row


def delete_old_inquiries(now: dt.datetime) -> dict[str, int]:
    """Delete inquiries that nobody confirmed within two weeks, and those closed two years ago; return their numbers."""
    unproved = Inquiry.objects.filter(state=State.UNPROVED, sent_at__lt=now - rules.UNPROVED_KEPT)
    closed = Inquiry.objects.filter(state=State.CLOSED, closed_at__lt=now - rules.CLOSED_KEPT)
    return {"unproved": unproved.delete()[0], "closed": closed.delete()[0]}


def _open(row: Inquiry, now: dt.datetime) -> None:
    """Pass the inquiry to its hub, and write the emails to the sender and to the hub."""
    row.state, row.proved_at = State.NEW, now
    row.next_step_on = timezone.localtime(now + rules.ANSWER_WITHIN).date()
    row.save()
    kinds = [ConsentKind.PRIVACY, *([ConsentKind.NEWS] if row.wants_news else [])]
    for kind in kinds:
        give_consent(person=row.person, kind=kind, language=row.language, source=row.about, at=now)
    hub_language = row.hub.languages[0] if row.hub.languages else "en"
    write_messages(
        [
            _message(RECEIVED, row, address=_address(row)),
            _message(FOR_HUB, row, address=row.hub.reply_address, language=hub_language, person_id=None),
        ]
    )


def _message(kind: str, row: Inquiry, **values: object) -> NewMessage:
    fields = {
        "kind": kind,
        "dedupe_key": f"{kind}:{row.pk}",
        "language": row.language,
        "about": row.about,
        "why": _WHY[kind],
        "person_id": row.person_id,
        "scope_id": row.hub_id,
        "payload": {"inquiry": row.pk},
    }
    return NewMessage(**(fields | values))  # type: ignore[arg-type]


_WHY = {
    CONFIRM: lambda: _("Somebody gave this address in a form on the portal."),
    RECEIVED: lambda: _("You sent a form on the portal."),
    FOR_HUB: lambda: _("This address is the contact of the hub."),
}


def _address(row: Inquiry) -> str:
    """Return the spelling of the address that its owner has proved, else the one in the form."""
    return row.person.email if row.person.is_proved else row.email


def _locked(inquiry: Inquiry) -> Inquiry:
    rows = Inquiry.objects.select_for_update(of=("self",), no_key=True).select_related("hub", "person")
    return rows.get(pk=inquiry.pk)
