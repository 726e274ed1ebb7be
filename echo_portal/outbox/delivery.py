"""Claim, do, prove (ARCHITECTURE P3): how a worker takes a message off the table and settles it."""

import dataclasses
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

from echo_portal.outbox import pauses
from echo_portal.outbox.edited import with_edits
from echo_portal.outbox.evidence import Evidence, configured_evidence
from echo_portal.outbox.kinds import Kind, NoLongerTrue, Rendered, TryAgain, kind_of
from echo_portal.outbox.mime import as_bytes, sender_address
from echo_portal.outbox.models import Message, Suppression
from echo_portal.outbox.personal_links import remembered
from echo_portal.outbox.suppressions import is_suppressed, suppress
from echo_portal.outbox.transports import (
    FateUnknown,
    PermanentFailure,
    SignInRefused,
    TemporaryFailure,
    Transport,
    configured_transport,
)

log = structlog.get_logger(__name__)

LEASE = dt.timedelta(seconds=45)  # longer than every step of one message; a stuck row is back within a minute
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
    worker = Worker(transport or configured_transport(), configured_evidence())
    try:
        for message in _claims(at_most):
            state = worker.deliver(message)
            outcome[state] = outcome.get(state, 0) + 1
    finally:
        worker.transport.close()
    return outcome


def _claims(at_most: int | None) -> Iterator[Message]:
    """Due rows one by one; while the queue is paused, one a minute as a probe."""
    taken = 0
    while at_most is None or taken < at_most:
        queue = pauses.look()
        if queue is pauses.Queue.PAUSED:
            return
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


@dataclasses.dataclass(frozen=True)
class Worker:
    """One worker's connection and what it looks at when an answer got lost."""

    transport: Transport
    evidence: Evidence

    def deliver(self, message: Message) -> str:
        """Settles one claimed row and says in which state it ended."""
        try:
            kind = kind_of(message)
            if message.state == State.TRANSMITTING:
                settled = self._settle_doubt(message, kind)
                if settled:
                    return settled
            if message.is_stale(timezone.now()):
                log.info("outbox.stale", message=message.pk, kind=message.kind)
                return _end(message, State.DROPPED, "no longer useful at its time")
            if not kind.also_to_suppressed and is_suppressed(message.address):
                return _end(message, State.SUPPRESSED, "mail to this address has come back")
            with translation.override(message.language):
                body = as_bytes(message, _render(message, kind))
            return self._transmit(message, kind, body)
        except NoLongerTrue as gone:
            return _end(message, State.DROPPED, str(gone))
        except TryAgain as changed:
            return _give_back(message, str(changed))
        except LostClaim:
            log.warning("outbox.claim_lost", message=message.pk)
            return "lost-claim"
        except DatabaseError:
            raise
        except Exception as error:  # noqa: BLE001 (one bad message must not stop the queue)
            log.warning("outbox.message_failed", message=message.pk, kind=message.kind, error=type(error).__name__)
            return _end(message, State.FAILED, f"{type(error).__name__}: {error}"[:400])

    def _settle_doubt(self, message: Message, kind: Kind) -> str:
        """Evidence first, then the policy of the kind; empty when the message is to be sent (again)."""
        found = self.evidence.accepted(message)
        if found:
            return _end(message, State.SENT, "found among what the transport accepted")
        since = timezone.now() - message.transmitting_at if message.transmitting_at else self.evidence.wait
        if since < self.evidence.wait:
            return _defer_until(message, State.IN_DOUBT, self.evidence.wait - since, "in doubt: waiting for evidence")
        if found is None and not kind.must_arrive:
            return _end(message, State.FAILED, "in doubt: it may have arrived, so it is not sent again by itself")
        return ""

    def _transmit(self, message: Message, kind: Kind, body: bytes) -> str:
        try:
            answer = self.transport.send(
                sender=sender_address(),
                address=message.address,
                body=body,
                message_id=message.message_id,
                before_body=lambda: _mark_transmitting(message, kind),
            )
        except SignInRefused as refused:
            pauses.pause(str(refused))
            return _give_back(message, str(refused))
        except PermanentFailure as failure:
            if failure.bad_address:
                suppress(address=message.address, reason=Suppression.Reason.HARD_BOUNCE, detail=str(failure))
            return _end(message, State.FAILED, str(failure))
        except TemporaryFailure as failure:
            if timezone.now() - message.created_at > LAST_RETRY_AFTER:
                return _end(message, State.FAILED, f"gave up: {failure}")
            return _defer_until(message, State.DEFERRED, _backoff(message.tries), str(failure))
        except FateUnknown as unknown:
            return _defer_until(message, State.IN_DOUBT, dt.timedelta(seconds=5), str(unknown))
        pauses.resume()
        return _end(message, State.SENT, answer)


def _render(message: Message, kind: Kind) -> Rendered:
    if not (message.edited_subject or message.edited_text):
        return kind.render(message)
    with remembered() as tokens:
        rendered = kind.render(message)
    return with_edits(message, rendered, tokens)


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


def _give_back(message: Message, reason: str) -> str:
    """As if it had never been taken: no try is burnt."""
    changed = _mine(message).update(
        state=State.QUEUED, reason=reason[:500], tries=F("tries") - 1, lease_until=None, token=None
    )
    return State.QUEUED if changed else "lost-claim"


def _defer_until(message: Message, state: str, delay: dt.timedelta, reason: str) -> str:
    changed = _mine(message).update(
        state=state, reason=reason[:500], due_at=Now() + Value(delay), lease_until=None, token=None
    )
    return state if changed else "lost-claim"
