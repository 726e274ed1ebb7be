"""People whom a coordinator registered, while the email that tells them so has not been sent (ADR 27).

They get no other email about their places before that one.
"""

from collections.abc import Iterable, Sequence

from echo_portal.outbox.actions import NewMessage, hold, withdraw, write_messages
from echo_portal.outbox.models import Message
from registrations.actions.messages import message_to
from registrations.drop_reasons import DropReason
from registrations.message_kinds import ADDED
from registrations.models import Registration
from registrations.queries.email_facts import active_among
from registrations.queries.last_told import untold_among
from registrations.why_sent import hub_registered


def lock_untold(rows: Sequence[Registration]) -> set[int]:
    """Return the IDs of those registrations of which the person was not told. Locks the unsent emails about them.

    No query is made if the persons registered themselves or have answered.
    """
    people = {row.person_id for row in rows if row.awaits_answer}
    if not people:
        return set()
    emails = Message.objects.pending().filter(kind=ADDED, person_id__in=people)
    list(emails.order_by("pk").select_for_update().values_list("pk"))
    return untold_among(rows)


def withdraw_without_places(rows: Iterable[Registration]) -> None:
    """Withdraw the unsent emails to the people of these registrations if none of the places in an email remains."""
    for message in _unsent({row.person_id for row in rows}):
        ids = message.payload["registrations"]
        if ids and not active_among(ids):
            withdraw(Message.objects.filter(pk=message.pk), reason=DropReason.EVERY_PLACE_LEFT)


def tell_of_place_at_once(row: Registration, *, note_en: str, note_fr: str) -> None:
    """Replace the unsent email about an addition by one that also says why the hub gave the person this place.

    The new email is due when the old one was, and is held if that was held.
    """
    for message in _unsent({row.person_id}):
        if row.pk not in message.payload["registrations"]:
            continue
        is_held = message.state == Message.State.HELD
        withdraw(Message.objects.filter(pk=message.pk), reason=DropReason.REWRITTEN)
        again = _with_place(message, row, note_en=note_en, note_fr=note_fr)
        write_messages([again])
        if is_held:
            hold(Message.objects.filter(dedupe_key=again.dedupe_key))


def _unsent(people: set[int]) -> list[Message]:
    return list(Message.objects.unsent().filter(kind=ADDED, person_id__in=people).order_by("pk"))


def _with_place(message: Message, row: Registration, *, note_en: str, note_fr: str) -> NewMessage:
    series = row.session.series
    places = [*message.payload.get("given", []), {"registration": row.pk, "note_en": note_en, "note_fr": note_fr}]
    return message_to(
        row.person,
        kind=ADDED,
        key=f"{message.payload['addition']}:{row.person_id}:{row.pk}:{row.revision}",
        series=series,
        about=message.about,
        why=hub_registered(series),
        payload={**message.payload, "given": places},
        due_at=message.due_at,
    )
