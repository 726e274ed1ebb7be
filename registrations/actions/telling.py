"""Who needs a letter about how a session stands now, and what that letter answers to (docs/adr/0009)."""

import datetime as dt
from collections.abc import Sequence

from echo_portal.outbox.actions import NewMessage, hold, requeue, withdraw, write_messages
from echo_portal.outbox.models import Message
from echo_portal.outbox.reasons import Reason
from registrations.actions.reminding import REMINDERS
from registrations.drop_reasons import DropReason
from registrations.emails import ANNOUNCEMENT, CANCELLED, CONFIRMATION, INVITATION, PLACE, RESCHEDULED
from registrations.models import Registration, SessionChange
from registrations.reasons import registered_for
from registrations.standing import Values, as_it_stands
from sessions.models import Session

State = Message.State

ON_THE_PLACE = (CONFIRMATION, PLACE, INVITATION)
CANCELLED_MEANWHILE = (DropReason.EVERY_PLACE_LEFT, DropReason.PLACE_LEFT_OR_CANCELLED, Reason.NOT_TRUE)


def registrants(session: Session) -> list[Registration]:
    """Each with the session as it stands in this transaction."""
    rows = list(Registration.objects.of_session(session))
    for row in rows:
        row.session = session
    return rows


def hold_still(session: Session, rows: Sequence[Registration], *, because: str) -> set[int]:
    """Nothing that tells the session's hours leaves from here to the end of the transaction.

    Letters of its changes and reminders that have not left are taken back; other letters wait for the commit and are
    then written of the new time. Returns whose letter of a change somebody held by hand: the next one is held, too.
    """
    people = {row.person_id for row in rows}
    kinds = [*ON_THE_PLACE, ANNOUNCEMENT]
    others = Message.objects.pending().filter(person_id__in=people, kind__in=kinds)
    list(others.order_by("pk").select_for_update().values_list("pk"))
    changes = SessionChange.objects.filter(session=session).values_list("pk", flat=True)
    letters = Message.objects.about(*(f"change:{pk}" for pk in changes))
    waiting = list(letters.pending().order_by("pk").select_for_update())
    withdraw(letters, reason=because)
    withdraw(Message.objects.about(*(f"registration:{row.pk}" for row in rows)).filter(kind__in=REMINDERS))
    return {letter.payload["registration"] for letter in waiting if letter.state == State.HELD}


def letter_of_change(
    row: Registration, was: Values, *, change: SessionChange, about: SessionChange, due_at: dt.datetime
) -> NewMessage:
    """`change` is what the letter is about to its reader, with the coordinator's word; `about` takes it back."""
    kind = CANCELLED if row.session.is_cancelled else RESCHEDULED
    return NewMessage(
        kind=kind,
        dedupe_key=f"{kind}:{row.pk}:{row.sequence}",
        address=row.person.email,
        language=row.person.language,
        person_id=row.person_id,
        scope_id=row.session.series.hub_id,
        about=f"change:{about.pk}",
        why=registered_for(row.session),
        payload={
            "registration": row.pk,
            "revision": row.revision,
            "change": change.pk,
            "was": was,
            "says": as_it_stands(row.session),
        },
        due_at=due_at,
    )


def write_letters(letters: Sequence[NewMessage], *, held: set[int]) -> None:
    """Writes them; those for whom `held` says so wait for somebody's hand again."""
    write_messages(letters)
    keys = [letter.dedupe_key for letter in letters if letter.payload["registration"] in held]
    if keys:
        hold(Message.objects.filter(dedupe_key__in=keys))


def letters_of(change: SessionChange | None) -> dict[int, Message]:
    """The newest letter about this change by registration, whatever became of it."""
    if change is None:
        return {}
    letters = Message.objects.filter(about=f"change:{change.pk}").order_by("pk")
    return {letter.payload["registration"]: letter for letter in letters}


def send_what_was_dropped(rows: Sequence[Registration]) -> None:
    """Letters on a place that came due while its session was cancelled by mistake, and so went nowhere."""
    places = {row.pk: row for row in rows}
    dropped = Message.objects.filter(
        person_id__in={row.person_id for row in rows},
        kind__in=ON_THE_PLACE,
        state=State.DROPPED,
        reason__in=CANCELLED_MEANWHILE,
        transmitting_at=None,
    )
    again = [
        letter.pk
        for letter in dropped
        for row in map(places.get, letter.payload.get("registrations") or [letter.payload.get("registration")])
        if row is not None and letter.created_at >= row.registered_at
    ]
    requeue(Message.objects.filter(pk__in=again))
