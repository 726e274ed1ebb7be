"""Write messages in the caller's transaction, and perform actions of staff on them."""

import copy
import dataclasses
import datetime as dt
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.db.models.functions import Now
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from echo_portal.lib.bilingual import LANGUAGES
from echo_portal.lib.refusals import Refusal
from echo_portal.lib.sealed import seal, unseal
from echo_portal.lib.text import ERASED_DOMAIN
from echo_portal.outbox.edits import text_to_edit
from echo_portal.outbox.kinds import NoLongerTrue, is_readable, kind_of
from echo_portal.outbox.models import Message, MessageQuerySet
from echo_portal.outbox.personal_links import (
    check_no_written_out_links,
    collected_tokens,
    misplaced_in,
    placeholder_addresses,
    placeholders_in,
)
from echo_portal.outbox.suppressions import is_suppressed

SECRET_PURPOSE = "outbox.message"  # noqa: S105 (a name, not a secret)


@dataclasses.dataclass(frozen=True)
class NewMessage:
    """The values of a message to be written.

    `secret` is stored encrypted, and erased when the message has been sent or has ended. `why` returns the reason why
    this person receives the message, in the active language. The reason is stored in both languages, because the person
    may change their language before the message is sent, and staff may use another one. Without `due_at`, the message
    is due now and is sent before scheduled messages, because a person is waiting for it.
    """

    kind: str
    dedupe_key: str
    address: str
    language: str
    about: str
    why: Callable[[], str]
    person_id: int | None = None
    scope_id: int | None = None
    payload: dict[str, Any] = dataclasses.field(default_factory=dict)
    secret: str = ""
    due_at: dt.datetime | None = None
    expires_at: dt.datetime | None = None


def write_messages(messages: Iterable[NewMessage]) -> None:
    """Write the messages whose `dedupe_key` does not exist yet, with one statement, in the caller's transaction.

    Messages to erased people are not written.

    Because `dedupe_key` is unique, a repeated call by another scheduler, request or worker writes nothing.
    """
    Message.objects.bulk_create(
        [
            Message(
                **(
                    {field.name: getattr(new, field.name) for field in dataclasses.fields(new) if field.name != "why"}
                    | _in_both_languages(new.why)
                    | {
                        "secret": seal(new.secret, purpose=SECRET_PURPOSE) if new.secret else "",
                        "due_at": new.due_at or Now(),  # the database's clock, as everywhere in the outbox
                        "is_urgent": new.due_at is None,
                    }
                )
            )
            for new in messages
            if not new.address.endswith(f"@{ERASED_DOMAIN}")
        ],
        ignore_conflicts=True,
    )


def _in_both_languages(why: Callable[[], str]) -> dict[str, str]:
    written = {}
    for language in LANGUAGES:
        with translation.override(language):
            written[f"why_{language}"] = why()[:300]
    return written


def _as_written(row: Message) -> Callable[[], str]:
    return lambda: row.why


def write_message(**fields: Any) -> None:
    """Write one message. The arguments are the fields of NewMessage."""
    write_messages([NewMessage(**fields)])


def read_secret(message: Message) -> str:
    """Return the code or token of a sign-in message, or "" if it was sent or has expired."""
    return (unseal(message.secret, purpose=SECRET_PURPOSE) or "") if message.secret else ""


def write_in_language(*, person_id: int, language: str) -> int:
    """Change the language of a person's unsent messages, except edited ones, and return how many were changed."""
    waiting = Message.objects.unsent().filter(person_id=person_id, edited_subject="", edited_text="")
    return waiting.exclude(language=language).update(language=language)


def send_to(*, person_id: int, address: str) -> int:
    """Change the address of a person's unsent messages, and return how many were changed."""
    return Message.objects.unsent().filter(person_id=person_id).exclude(address=address).update(address=address)


def hand_over(*, from_person: int, to_person: int, address: str) -> int:
    """Readdress a person's unsent messages to their other profile, and return how many were readdressed.

    Messages with a secret are cancelled, because they are for the mailbox that requested them. A message is also
    cancelled if an unsent one of the same kind and about the same object is addressed to the other profile already.
    """
    waiting = Message.objects.unsent().filter(person_id=from_person)
    withdraw(waiting.exclude(secret=""))
    same = Message.objects.unsent().filter(person_id=to_person, kind=OuterRef("kind"), about=OuterRef("about"))
    withdraw(waiting.filter(Exists(same)))
    return waiting.filter(secret="").update(person_id=to_person, address=address)


def withdraw(messages: MessageQuerySet, *, reason: str = "") -> int:
    """Cancel the messages that are still pending, with a reason code, and return how many were cancelled.

    If a worker has claimed one of them, it loses its claim and does not send the message.
    """
    values: dict[str, Any] = {"state": Message.State.CANCELLED, "secret": "", "token": None, "lease_until": None}
    return messages.pending().update(**values, **({"reason": reason} if reason else {}))


def hold(messages: MessageQuerySet, *, reason: str = "") -> int:
    """Hold the messages that are waiting to be sent, with a reason code, and return how many are held now."""
    waiting = messages.filter(state__in=[Message.State.QUEUED, Message.State.DEFERRED])
    return waiting.update(state=Message.State.HELD, **({"reason": reason} if reason else {}))


def release(messages: MessageQuerySet, *, reason: str) -> int:
    """Queue the messages again that are held for this reason, and return how many."""
    return messages.filter(state=Message.State.HELD, reason=reason).update(state=Message.State.QUEUED, reason="")


def requeue(messages: MessageQuerySet) -> int:
    """Queue the messages again that were dropped before they were sent, and return how many."""
    dropped = messages.filter(state=Message.State.DROPPED, transmitting_at=None)
    return dropped.update(state=Message.State.QUEUED, reason="")


def postpone(moments: Mapping[int, dt.datetime]) -> int:
    """Set the due times of queued and held messages, and return how many were changed.

    `moments` maps primary keys to due times. A message that waits for a retry keeps its due time, which is the time of
    the next attempt.
    """
    states = [Message.State.QUEUED, Message.State.HELD]
    rows = Message.objects.filter(pk__in=moments, state__in=states).only("due_at").select_for_update()
    moved = [row for row in rows if row.due_at != moments[row.pk]]
    for row in moved:
        row.due_at = moments[row.pk]
    return Message.objects.bulk_update(moved, ["due_at"])


State = Message.State
ENDED = (State.SENT, State.FAILED, State.CANCELLED, State.DROPPED, State.SUPPRESSED, State.CARRIED)


@transaction.atomic
def edit_message(*, message: Message, subject: str, text: str) -> Message:
    """Replace the subject and text by plain text, and return the message. An empty value restores the original.

    Raises Refusal if the message is being sent or has ended. Raises Refusal also if the text contains a placeholder
    that is not one of this message's personal links, or that is not part of the complete address that the portal wrote.
    """
    row = _locked(message)
    check_can_edit(row)
    _check_placeholders(row, subject=subject, text=text)
    row.edited_subject, row.edited_text = subject, text
    row.save(update_fields=["edited_subject", "edited_text"])
    if row.is_edited:
        requeue_carried(row)
    return row


@transaction.atomic
def hold_message(*, message: Message) -> Message:
    """Hold the message until it is released. Raises Refusal if it is not waiting to be sent."""
    row = _locked(message)
    check_can_hold(row)
    requeue_carried(row)
    return _settle(row, State.HELD)


@transaction.atomic
def release_message(*, message: Message) -> Message:
    """Queue a held message again; if it is due, it is sent immediately. Raises Refusal if it is not held."""
    row = _locked(message)
    check_can_release(row)
    return _settle(row, State.QUEUED)


@transaction.atomic
def cancel_message(*, message: Message) -> Message:
    """Cancel the message, so that it is never sent. Raises Refusal if it is being sent or has ended."""
    row = _locked(message)
    check_can_cancel(row)
    requeue_carried(row)
    return _settle(row, State.CANCELLED)


@transaction.atomic
def resend_message(*, message: Message, number: int) -> Message:
    """Write a new message, due now, with the payload and the edits of the old one, and return it.

    `number` must be the result of `next_resend` when the page was displayed; a second call with the same number returns
    the same message. Raises Refusal if staff may not read the kind, if the message has not ended, if it is no longer
    true or useful, or if the address is suppressed.
    """
    row = _locked(message)
    check_can_resend(row)
    write_message(
        kind=row.kind,
        dedupe_key=f"resend:{row.pk}:{number}",
        address=row.address,
        language=row.language,
        about=row.about,
        why=_as_written(row),
        person_id=row.person_id,
        scope_id=row.scope_id,
        payload=row.payload,
        expires_at=row.expires_at,
    )
    again = Message.objects.get(dedupe_key=f"resend:{row.pk}:{number}")
    if row.is_edited:
        again.edited_subject, again.edited_text = row.edited_subject, row.edited_text
        again.save(update_fields=["edited_subject", "edited_text"])
    return again


def next_resend(message: Message) -> int:
    """Return the number of the next resend, beginning at 1."""
    return Message.objects.filter(dedupe_key__startswith=f"resend:{message.pk}:").count() + 1


def check_can_edit(message: Message) -> None:
    _check_readable(message)
    _check_state(message, Message.UNSENT, _("Only a message that has not left can be edited."))


def check_can_hold(message: Message) -> None:
    _check_readable(message)
    _check_state(message, (State.QUEUED, State.DEFERRED), _("Only a waiting message can be held."))


def check_can_release(message: Message) -> None:
    _check_state(message, (State.HELD,), _("Only a held message can be released."))


def check_can_cancel(message: Message) -> None:
    _check_readable(message)
    _check_state(message, Message.UNSENT, _("Only a message that has not left can be cancelled."))


def check_can_resend(message: Message) -> None:
    _check_readable(message)
    _check_state(message, ENDED, _("This message has not ended; it may still leave by itself."))
    if message.is_stale(timezone.now()):
        raise Refusal(_("Its moment has passed: it would be of no use any more."), code="stale")
    if is_suppressed(message.address):
        raise Refusal(_("Emails to this address have come back. Lift the address first."), code="suppressed")
    if not _is_true(message):
        raise Refusal(_("What it says is no longer true, so it is not sent again."), code="no-longer-true")


def _check_readable(message: Message) -> None:
    if not is_readable(message.kind):
        raise Refusal(_("Messages about signing in are left alone: they belong to their receiver."), code="private")


def _check_state(message: Message, states: Iterable[str], sentence: str) -> None:
    if message.state not in states:
        raise Refusal(sentence, code="state")


def _is_true(message: Message) -> bool:
    """Return whether the message is still true: render it, and call the check that is made before sending."""
    kind = kind_of(message)
    try:
        with translation.override(message.language):
            kind.render(message)
            return kind.still_true(message)
    except (NoLongerTrue, ObjectDoesNotExist):
        return False


def _check_placeholders(row: Message, *, subject: str, text: str) -> None:
    """Raise Refusal for an unknown placeholder, which would be a broken link, or for one in the subject."""
    for field, words in (("subject", subject), ("text", text)):
        check_no_written_out_links(words, field=field)
        found = placeholders_in(words)
        if not found:
            continue
        known, addresses = _placeholders_of(row, text) if field == "text" else ((), set())
        for placeholder in found:
            if placeholder not in known:
                raise Refusal(
                    _(
                        "“%(stand_in)s” is none of this message’s personal links. Write it as it was, or take the "
                        "whole address out."
                    )
                    % {"stand_in": placeholder},
                    code="stand-in",
                    field=field,
                )
        if misplaced := misplaced_in(words, addresses):
            raise Refusal(
                _("“%(address)s” is not an address of the portal: a personal link works only as it was written.")
                % {"address": misplaced[0][:80]},
                code="misplaced-link",
                field=field,
            )


def _placeholders_of(row: Message, text: str) -> tuple[Collection[str], set[str]]:
    """Return the placeholders that are replaced by tokens when the email is sent, and their complete addresses.

    Both are empty if the message cannot be rendered.
    """
    edited = copy.copy(row)
    edited.payload, edited.edited_text = dict(row.payload), text
    try:
        with translation.override(row.language), collected_tokens() as tokens:
            original = text_to_edit(kind_of(edited).render(edited))
    except (NoLongerTrue, ObjectDoesNotExist):
        return (), set()
    return {*tokens, *placeholders_in(original)}, placeholder_addresses(tokens, original)


def carry(messages: Sequence[Message], *, by: Message) -> None:
    """Mark the messages as sent in the email of `by`. Call this in the transaction that marks `by` as transmitting."""
    waiting = Message.objects.waiting().filter(pk__in=[row.pk for row in messages])
    waiting.update(state=State.CARRIED, carried_by=by.pk)


def requeue_carried(row: Message) -> None:
    """Queue the messages again that were part of this message's email, because sending the email failed."""
    Message.objects.filter(carried_by=row.pk, state=State.CARRIED).update(state=State.QUEUED, carried_by=None)


def _locked(message: Message) -> Message:
    return Message.objects.select_for_update().get(pk=message.pk)


def _settle(row: Message, state: str) -> Message:
    row.state, row.token, row.lease_until = state, None, None
    if state == State.CANCELLED:
        row.secret = ""
    row.save(update_fields=["state", "token", "lease_until", "secret"])
    return row
