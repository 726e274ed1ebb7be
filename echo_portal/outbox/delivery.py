"""Claim, do, prove (ARCHITECTURE P3): how a worker takes a message off the table and settles it."""

import datetime as dt
import random
import uuid
from collections.abc import Iterator

import structlog
from django.conf import settings
from django.db import DatabaseError, transaction
from django.db.models import F, Value
from django.db.models.functions import Now
from django.utils import timezone, translation

from echo_portal.outbox.kinds import Kind, NoLongerTrue, Rendered, kind_of
from echo_portal.outbox.mime import as_bytes, sender_address
from echo_portal.outbox.models import Message
from echo_portal.outbox.transports import (
    FateUnknown,
    PermanentFailure,
    TemporaryFailure,
    Transport,
    configured_transport,
)

log = structlog.get_logger(__name__)

LEASE = dt.timedelta(seconds=45)  # longer than every step of one message; a stuck row is back within a minute
DOUBT_WAIT = dt.timedelta(seconds=30)
FIRST_RETRY = dt.timedelta(seconds=30)
LAST_RETRY_AFTER = dt.timedelta(hours=48)
State = Message.State


class LostClaim(Exception):
    """Another worker has taken the row since: nothing may be written or sent."""


def deliver_due(*, at_most: int | None = None, transport: Transport | None = None) -> dict[str, int]:
    """Works off what is due, one message at a time, until nothing is; returns how many ended in which state."""
    if settings.MAIL_HELD:
        return {}
    outcome: dict[str, int] = {}
    channel = transport or configured_transport()
    try:
        for message in _claims(at_most):
            state = _deliver(message, channel)
            outcome[state] = outcome.get(state, 0) + 1
    finally:
        channel.close()
    return outcome


def _claims(at_most: int | None) -> Iterator[Message]:
    taken = 0
    while at_most is None or taken < at_most:
        message = claim_one()
        if message is None:
            return
        taken += 1
        yield message


def claim_one() -> Message | None:
    """Takes the row that has been due longest, on the database's clock; None when nothing is due."""
    with transaction.atomic():
        message = Message.objects.due().order_by("due_at", "id").select_for_update(skip_locked=True).first()
        if message is None:
            return None
        doubtful = message.state in (State.TRANSMITTING, State.IN_DOUBT)
        message.token = uuid.uuid4()
        Message.objects.filter(pk=message.pk).update(
            # A row found in `transmitting` keeps that mark: its fate is unknown until it is settled.
            state=State.TRANSMITTING if doubtful else State.CLAIMED,
            token=message.token,
            lease_until=Now() + Value(LEASE),
            tries=F("tries") + 1,
        )
        message.tries += 1
        message.state = State.TRANSMITTING if doubtful else State.CLAIMED
    return message


def _deliver(message: Message, transport: Transport) -> str:
    """Settles one claimed row and says in which state it ended."""
    try:
        kind = kind_of(message)
        if message.state == State.TRANSMITTING:
            settled = _settle_doubt(message, kind, transport)
            if settled:
                return settled
        if message.is_stale(timezone.now()):
            return _end(message, State.DROPPED, "no longer useful at its time")
        with translation.override(message.language):
            body = as_bytes(message, _render(message, kind))
        return _transmit(message, kind, body, transport)
    except NoLongerTrue as gone:
        return _end(message, State.DROPPED, str(gone))
    except LostClaim:
        log.warning("outbox.claim_lost", message=message.pk)
        return "lost-claim"
    except DatabaseError:
        raise
    except Exception as error:  # noqa: BLE001 (one bad message must not stop the queue)
        log.warning("outbox.message_failed", message=message.pk, kind=message.kind, error=type(error).__name__)
        return _end(message, State.FAILED, f"{type(error).__name__}: {error}"[:400])


def _render(message: Message, kind: Kind) -> Rendered:
    rendered = kind.render(message)
    if message.edited_subject or message.edited_text:
        from echo_portal.outbox.edited import with_edits

        return with_edits(message, rendered)
    return rendered


def _settle_doubt(message: Message, kind: Kind, transport: Transport) -> str:
    """Evidence first, then the policy of the kind; empty when the message is to be sent (again)."""
    evidence = transport.accepted(message.message_id)
    if evidence:
        return _end(message, State.SENT, "found in the transport's log")
    waited = message.transmitting_at is None or timezone.now() - message.transmitting_at >= DOUBT_WAIT
    if not waited:
        return _defer_until(message, State.IN_DOUBT, DOUBT_WAIT, "in doubt: waiting for evidence")
    if evidence is None and not kind.must_arrive:
        return _end(message, State.FAILED, "in doubt: it may have arrived, so it is not sent again by itself")
    return ""


def _transmit(message: Message, kind: Kind, body: bytes, transport: Transport) -> str:
    try:
        answer = transport.send(
            sender=sender_address(),
            address=message.address,
            body=body,
            message_id=message.message_id,
            before_body=lambda: _mark_transmitting(message, kind),
        )
    except PermanentFailure as failure:
        return _end(message, State.FAILED, str(failure))
    except TemporaryFailure as failure:
        if timezone.now() - message.created_at > LAST_RETRY_AFTER:
            return _end(message, State.FAILED, f"gave up: {failure}")
        return _defer_until(message, State.DEFERRED, _backoff(message.tries), str(failure))
    except FateUnknown as unknown:
        return _defer_until(message, State.IN_DOUBT, DOUBT_WAIT, str(unknown))
    return _end(message, State.SENT, answer)


def _mark_transmitting(message: Message, kind: Kind) -> None:
    """Commits `transmitting` after one more look whether the message is still true."""
    with transaction.atomic():
        if not kind.still_true(message):
            raise NoLongerTrue("no longer true just before sending")
        if not _mine(message).update(state=State.TRANSMITTING, transmitting_at=Now(), lease_until=Now() + Value(LEASE)):
            raise LostClaim


def _backoff(tries: int) -> dt.timedelta:
    """Doubles from half a minute to two hours, ±20 % so that a returning server is not stormed."""
    seconds = min(FIRST_RETRY.total_seconds() * 2 ** (tries - 1), 7200)
    return dt.timedelta(seconds=seconds * random.uniform(0.8, 1.2))  # noqa: S311 (spreading, not secrecy)


def _mine(message: Message):  # type: ignore[no-untyped-def]
    return Message.objects.filter(pk=message.pk, token=message.token, state__in=[State.CLAIMED, State.TRANSMITTING])


def _end(message: Message, state: str, reason: str) -> str:
    changed = _mine(message).update(
        state=state,
        reason=reason[:500],
        sent_at=Now() if state == State.SENT else None,
        lease_until=None,
        token=None,
        secret="",
    )
    return state if changed else "lost-claim"


def _defer_until(message: Message, state: str, delay: dt.timedelta, reason: str) -> str:
    changed = _mine(message).update(
        state=state, reason=reason[:500], due_at=Now() + Value(delay), lease_until=None, token=None
    )
    return state if changed else "lost-claim"
