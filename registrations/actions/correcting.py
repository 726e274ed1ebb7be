"""Correct the address of a person, which a coordinator proposes and Pallium staff decide."""

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actions import end_sessions, record, revoke_links
from accounts.models import Person
from echo_portal.lib.database import insert_unless_there
from echo_portal.lib.refusals import Refusal
from echo_portal.lib.text import email_key
from echo_portal.outbox.actions import NewMessage, send_to, write_messages
from registrations.actions.messages import message_to
from registrations.message_kinds import ADDRESS_CORRECTED, ADDRESS_REPLACED
from registrations.models import AddressCorrection
from registrations.why_sent import address_corrected
from sessions.models import Series

State = AddressCorrection.State


@transaction.atomic
def propose_address(*, person: Person, series: Series, new_address: str, reason: str, by: Person) -> AddressCorrection:
    """Propose another address for a person of the series, and return the proposal.

    Nothing changes and no email is sent until it is decided. Whether the new address is known to the portal is not
    checked here, because the coordinator must not find out. Raises Refusal if the profile is closed, if the person has
    this address, or if another proposal is waiting.
    """
    if not person.is_active:
        raise Refusal(_("This profile is closed."), code="closed")
    if email_key(new_address) == person.email_key:
        raise Refusal(_("This is the address that the person has."), code="same", field="new_address")
    row = AddressCorrection(
        person=person,
        series=series,
        old_address=person.email,
        new_address=new_address,
        reason=reason,
        proposed_at=timezone.now(),
        proposed_by=by,
    )
    if not insert_unless_there(row):
        raise Refusal(_("A proposal for this person waits already."), code="waiting")
    record("address-proposed", about=row.about, by=by, scope_id=series.hub_id, details={"person": person.pk})
    return row


@transaction.atomic
def accept_address(*, correction: AddressCorrection, by: Person) -> AddressCorrection:
    """Give the person the proposed address, readdress their unsent emails, and return the correction.

    The new address is not proved; its owner gets an email with a button. If the old address was proved, its owner gets
    an email too. Links in earlier emails become invalid, because the old address may belong to a stranger, and the
    person is signed out everywhere. Locks the correction, then the person. Raises Refusal if it was already decided, if
    the person's address has changed since, or if another person has the new address.
    """
    row = _undecided(correction)
    person = Person.objects.select_for_update(no_key=True).get(pk=row.person_id)
    if person.email_key != email_key(row.old_address):
        raise Refusal(_("The person has another address by now."), code="changed-since")
    if Person.objects.at_address(row.new_address).exists():
        raise Refusal(_("Another person has this address. The two have to be merged."), code="taken")
    was_proved = person.is_proved
    person.email, person.mailbox_proved_at = row.new_address, None
    try:
        with transaction.atomic():
            person.save()
    except IntegrityError:
        raise Refusal(_("Another person has this address. The two have to be merged."), code="taken") from None
    revoke_links(person=person, by=by)
    end_sessions(person=person)
    send_to(person_id=person.pk, address=person.email)
    messages = [_message(ADDRESS_CORRECTED, row, person)]
    if was_proved:
        person.email = row.old_address  # not saved: only the next message goes to the old address
        messages.append(_message(ADDRESS_REPLACED, row, person))
    write_messages(messages)
    _decide(row, State.ACCEPTED, by)
    record("address-accepted", about=row.about, by=by, scope_id=row.series.hub_id, details={"person": row.person_id})
    return row


@transaction.atomic
def refuse_address(*, correction: AddressCorrection, by: Person) -> AddressCorrection:
    """Refuse the proposal, without any other change. Raises Refusal if it was already decided."""
    row = _undecided(correction)
    _decide(row, State.REFUSED, by)
    record("address-refused", about=row.about, by=by, scope_id=row.series.hub_id, details={"person": row.person_id})
    return row


def _message(kind: str, row: AddressCorrection, person: Person) -> NewMessage:
    payload = {"series": row.series_id, "correction": row.pk}
    why = address_corrected(row.series)
    return message_to(person, kind=kind, key=f"{row.pk}", series=row.series, about=row.about, why=why, payload=payload)


def _undecided(correction: AddressCorrection) -> AddressCorrection:
    rows = AddressCorrection.objects.select_for_update(of=("self",)).select_related("series__hub")
    row = rows.get(pk=correction.pk)
    if row.state != State.PROPOSED:
        raise Refusal(_("This was decided before."), code="decided")
    return row


def _decide(row: AddressCorrection, state: str, by: Person) -> None:
    row.state, row.decided_at, row.decided_by = state, timezone.now(), by
    row.save(update_fields=["state", "decided_at", "decided_by"])
