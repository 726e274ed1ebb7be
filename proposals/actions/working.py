"""Actions of the hub on an inquiry: plan the next step, close it, open it again, or pass it to another hub."""

import datetime as dt

from django.db import transaction
from django.utils import timezone

from accounts.actions import record
from accounts.models import Person
from echo_portal.outbox.actions import withdraw, write_messages
from echo_portal.outbox.models import Message
from hubs.models import Hub
from proposals import rules
from proposals.actions.messages import locked, to_hub
from proposals.message_kinds import COMMENTED, FOR_HUB
from proposals.models import Inquiry

State = Inquiry.State


@transaction.atomic
def plan_inquiry(
    *, inquiry: Inquiry, assigned_to: Person | None, next_step: str, next_step_on: dt.date, by: Person
) -> Inquiry:
    """Save who is responsible for the inquiry, and the next step with its date. Raises Refusal if it is closed."""
    row = locked(inquiry)
    rules.check_open(row)
    row.assigned_to, row.next_step, row.next_step_on, row.state = assigned_to, next_step, next_step_on, State.OPEN
    row.save(update_fields=["assigned_to", "next_step", "next_step_on", "state"])
    details = {"assigned_to": assigned_to.pk if assigned_to else None, "on": next_step_on.isoformat()}
    record("inquiry-planned", about=row.about, by=by, scope_id=row.hub_id, details=details)
    return row


@transaction.atomic
def close_inquiry(*, inquiry: Inquiry, outcome: str, by: Person) -> Inquiry:
    """Close the inquiry with its outcome, which the sender sees on their page. Raises Refusal if it is closed."""
    row = locked(inquiry)
    rules.check_open(row)
    row.state, row.outcome, row.closed_at, row.closed_by = State.CLOSED, outcome, timezone.now(), by
    row.save(update_fields=["state", "outcome", "closed_at", "closed_by"])
    record("inquiry-closed", about=row.about, by=by, scope_id=row.hub_id, details={"outcome": outcome})
    return row


def take_back_inquiry(*, inquiry: Inquiry) -> Inquiry:
    """Close the inquiry on behalf of its sender. Raises Refusal if it is closed already."""
    return close_inquiry(inquiry=inquiry, outcome=Inquiry.Outcome.WITHDRAWN, by=inquiry.person)


@transaction.atomic
def reopen_inquiry(*, inquiry: Inquiry, by: Person) -> Inquiry:
    """Open a closed inquiry again, with the next step due today. Raises Refusal if it is open."""
    row = locked(inquiry)
    rules.check_closed(row)
    row.state, row.outcome, row.closed_at, row.closed_by = State.OPEN, "", None, None
    row.next_step_on = timezone.localdate()
    row.save(update_fields=["state", "outcome", "closed_at", "closed_by", "next_step_on"])
    record("inquiry-reopened", about=row.about, by=by, scope_id=row.hub_id)
    return row


@transaction.atomic
def hand_over_inquiry(*, inquiry: Inquiry, hub: Hub, by: Person) -> Inquiry:
    """Pass the inquiry to another hub, which gets an email.

    Raises Refusal if the inquiry is closed, or if `by` is not Pallium staff.
    """
    row = locked(inquiry)
    rules.check_can_hand_over(row, hub, by)
    before, row.hub, row.assigned_to = row.hub_id, hub, None
    row.save(update_fields=["hub", "assigned_to"])
    withdraw(Message.objects.about(row.about).filter(kind__in=[FOR_HUB, COMMENTED]))
    write_messages([to_hub(row, key=f"{timezone.now().timestamp():.0f}")])
    for scope in (before, hub.pk):
        record("inquiry-handed-over", about=row.about, by=by, scope_id=scope, details={"from": before, "to": hub.pk})
    return row
