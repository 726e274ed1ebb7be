"""Claim a message, send it, and save the outcome (ARCHITECTURE P3)."""

import dataclasses
import datetime as dt
import random
import time
from collections.abc import Sequence
from typing import Any

import structlog
from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.db.models import F, Value
from django.db.models.functions import Now
from django.utils import translation

from echo_portal.outbox import pauses
from echo_portal.outbox.actions import carry, requeue_carried
from echo_portal.outbox.as_sent import kept
from echo_portal.outbox.edits import with_edits
from echo_portal.outbox.email_content import Rendered
from echo_portal.outbox.evidence import Evidence, configured_evidence
from echo_portal.outbox.kinds import Kind, NoLongerTrue, kind_of
from echo_portal.outbox.mentions import note_scope, noted_mentions
from echo_portal.outbox.mime import as_bytes, sender_address
from echo_portal.outbox.models import Message, Suppression
from echo_portal.outbox.personal_links import collected_tokens
from echo_portal.outbox.reasons import Reason
from echo_portal.outbox.suppressions import is_suppressed, suppress
from echo_portal.outbox.transports import (
    OutcomeUnknown,
    PermanentFailure,
    SignInRefused,
    TemporaryFailure,
    Transport,
    configured_transport,
)

log = structlog.get_logger(__name__)

# Longer than sending can take (SmtpTransport times out earlier), short enough to retry a stuck row within a minute.
LEASE = dt.timedelta(seconds=2 * settings.MAIL_TIMEOUT_SECONDS + 5)
MAX_WORKER_DEATHS = 40  # After this many ended workers, the row is assumed to be the cause.
PAUSE_CHECK_SECONDS = 1.0
FIRST_RETRY = dt.timedelta(seconds=30)
LAST_RETRY_AFTER = dt.timedelta(hours=48)
# How long a message that does not expire waits for another one, and how often it is tried meanwhile.
LONGEST_WAIT = dt.timedelta(hours=48)
BETWEEN_LOOKS = dt.timedelta(minutes=5)
State = Message.State


class LostClaim(Exception):
    """Raised if another worker has claimed the row in the meantime, so that nothing may be saved or sent."""


class BundleChanged(Exception):
    """Raised if the messages in the email have changed since it was rendered. The message is then queued again."""


def deliver_due(*, at_most: int | None = None, transport: Transport | None = None) -> dict[str, int]:
    """Deliver due messages one at a time until none is left. Return how many messages have each resulting state."""
    if settings.MAIL_HELD:
        return {}
    outcome: dict[str, int] = {}
    worker = Worker(transport or configured_transport(), configured_evidence())
    checked_at, queue = -PAUSE_CHECK_SECONDS, pauses.Queue.PAUSED
    try:
        while at_most is None or sum(outcome.values()) < at_most:
            if queue is not pauses.Queue.OPEN or time.monotonic() - checked_at >= PAUSE_CHECK_SECONDS:
                checked_at, queue = time.monotonic(), pauses.check_queue()
            if queue is pauses.Queue.PAUSED or (message := claim_one()) is None:
                break
            state = worker.deliver(message)
            outcome[state] = outcome.get(state, 0) + 1
            if state == State.SENT and queue is pauses.Queue.PROBE:
                pauses.resume()
            elif state == State.QUEUED:  # returned to the queue: the server may have refused the sign-in
                queue = pauses.Queue.PAUSED
    finally:
        worker.transport.close()
    return outcome


# Three subqueries, each with its own index (Message.Meta). First, rows whose lease has ended, so that they do not wait
# behind a long queue; then urgent messages and those in doubt; then the message that has been due longest.
CLAIM = """
    WITH stuck AS (
        SELECT id, state FROM outbox_message
        WHERE state IN ('claimed', 'transmitting') AND lease_until <= STATEMENT_TIMESTAMP()
        ORDER BY lease_until LIMIT 1 FOR UPDATE SKIP LOCKED
    ), pressing AS (
        SELECT id, state FROM outbox_message
        WHERE state IN ('queued', 'deferred', 'in-doubt') AND (is_urgent OR state = 'in-doubt')
          AND due_at <= STATEMENT_TIMESTAMP() AND NOT EXISTS (SELECT FROM stuck)
        ORDER BY due_at LIMIT 1 FOR UPDATE SKIP LOCKED
    ), usual AS (
        SELECT id, state FROM outbox_message
        WHERE state IN ('queued', 'deferred', 'in-doubt') AND due_at <= STATEMENT_TIMESTAMP()
          AND NOT EXISTS (SELECT FROM stuck) AND NOT EXISTS (SELECT FROM pressing)
        ORDER BY due_at LIMIT 1 FOR UPDATE SKIP LOCKED
    ), taken AS (
        SELECT id, state AS found_in FROM stuck UNION ALL SELECT * FROM pressing UNION ALL SELECT * FROM usual
    )
    UPDATE outbox_message AS row SET
        state = CASE WHEN found_in IN ('transmitting', 'in-doubt') THEN 'transmitting' ELSE 'claimed' END,
        token = gen_random_uuid(), lease_until = STATEMENT_TIMESTAMP() + %s, tries = tries + 1
    FROM taken WHERE row.id = taken.id
    RETURNING row.*, found_in, STATEMENT_TIMESTAMP() AS taken_at
"""


def claim_one() -> Message | None:
    """Claim one row that is due by the database's clock, and return it, or None if no row is due.

    This is one statement without a sort, because ten thousand reminders can be due at the same time. A row whose state
    was `transmitting` keeps this state: until the outcome is saved, it is unknown whether the email arrived.
    """
    return next(iter(Message.objects.raw(CLAIM, [LEASE])), None)


@dataclasses.dataclass(frozen=True)
class Worker:
    """Deliver claimed messages with one transport.

    `evidence` is asked whether an email was sent if the connection broke before the mail server answered.
    """

    transport: Transport
    evidence: Evidence

    def deliver(self, message: Message) -> str:
        """Deliver one claimed message. Return its new state, or "lost-claim"."""
        try:
            kind = kind_of(message)
            if message.state == State.TRANSMITTING:
                settled = self._resolve_doubt(message, kind)
                if settled:
                    return settled
            if message.found_in in (State.CLAIMED, State.TRANSMITTING) and message.tries > MAX_WORKER_DEATHS:
                return _end(message, State.FAILED, Reason.WORKERS_ENDED)
            if message.is_stale(message.taken_at):
                log.info("outbox.stale", message=message.pk, kind=message.kind)
                return _end(message, State.DROPPED, Reason.NOT_USEFUL)
            if not kind.also_to_suppressed and is_suppressed(message.address):
                return _end(message, State.SUPPRESSED, Reason.ADDRESS_SUPPRESSED)
            if kind.waits(message):
                return _wait(message)
            bundle = kind.bundle_of(message)
            with translation.override(message.language):
                rendered, content = _render(message, kind, bundle)
                body = as_bytes(message, rendered)
            return self._transmit(message, kind, bundle, body, content)
        except NoLongerTrue as gone:
            return _end(message, State.DROPPED, str(gone))
        except BundleChanged:
            return _return_to_queue(message, Reason.BUNDLE_CHANGED)
        except LostClaim:
            log.warning("outbox.claim_lost", message=message.pk)
            return "lost-claim"
        except DatabaseError:
            raise
        except Exception as error:  # noqa: BLE001 (one bad message must not stop the queue)
            log.warning("outbox.message_failed", message=message.pk, kind=message.kind, error=type(error).__name__)
            return _end(message, State.FAILED, f"{type(error).__name__}: {error}"[:400])

    def _resolve_doubt(self, message: Message, kind: Kind) -> str:
        """Check the evidence for whether the message arrived, then apply the policy of its kind.

        Return the new state, or "" if the message is to be sent.
        """
        found = self.evidence.accepted(message)
        if found:
            return _end(message, State.SENT, Reason.FOUND_ACCEPTED)
        # Both times are from the database: a worker's own clock may be an hour wrong (SAFETY.md F18).
        since = message.taken_at - message.transmitting_at if message.transmitting_at else self.evidence.wait
        if since < self.evidence.wait:
            return _defer_until(message, State.IN_DOUBT, self.evidence.wait - since, Reason.AWAITING_EVIDENCE)
        if found is None and not kind.must_arrive:
            return _end(message, State.FAILED, Reason.MAY_HAVE_ARRIVED)
        return ""

    def _transmit(
        self, message: Message, kind: Kind, bundle: Sequence[Message], body: bytes, content: bytes | None
    ) -> str:
        try:
            answer = self.transport.send(
                sender=sender_address(),
                address=message.address,
                body=body,
                message_id=message.message_id,
                before_body=lambda: _mark_transmitting(message, kind, bundle, content),
            )
        except SignInRefused as refused:
            requeue_carried(message)
            pauses.pause(str(refused))
            return _return_to_queue(message, str(refused))
        except PermanentFailure as failure:
            requeue_carried(message)
            if failure.bad_address:
                suppress(
                    address=message.address,
                    reason=Suppression.Reason.HARD_BOUNCE,
                    detail=str(failure),
                    scope_id=message.scope_id,
                )
            return _end(message, State.FAILED, str(failure))
        except TemporaryFailure as failure:
            requeue_carried(message)
            if message.taken_at - message.created_at > LAST_RETRY_AFTER:
                return _end(message, State.FAILED, f"gave up: {failure}")
            return _defer_until(message, State.DEFERRED, _backoff(message.tries), str(failure))
        except OutcomeUnknown as unknown:
            return _defer_until(message, State.IN_DOUBT, dt.timedelta(seconds=5), str(unknown))
        return _end(message, State.SENT, answer)


def _render(message: Message, kind: Kind, bundle: Sequence[Message]) -> tuple[Rendered, bytes | None]:
    """Return the email, and its content to store, or None for kinds that staff may not read."""
    with collected_tokens() as tokens, noted_mentions() as mentions:
        for row in (message, *bundle):
            note_scope(row.scope_id)
        rendered = kind.render_with(message, bundle)
    if message.is_edited:
        rendered = with_edits(message, rendered, tokens)
    return rendered, kept(rendered, tokens, mentions) if kind.readable else None


def _mark_transmitting(message: Message, kind: Kind, bundle: Sequence[Message], content: bytes | None) -> None:
    """Check again that the message is still true, and commit its state `transmitting`, or `carried` for its bundle."""
    with transaction.atomic():
        if not kind.still_true(message):
            raise NoLongerTrue(Reason.NOT_TRUE)
        _mark_carried(message, kind, bundle)
        if not _write(MARK + MINE, [LEASE, content, message.pk, message.token]):
            raise LostClaim


def _mark_carried(message: Message, kind: Kind, bundle: Sequence[Message]) -> None:
    """Lock the messages of the rendered bundle, and mark them as carried.

    Raises BundleChanged if the bundle has changed.
    """
    rendered = {row.pk for row in bundle}
    if rendered:  # lock them, so that nobody can edit or hold them until the commit
        list(Message.objects.select_for_update().filter(pk__in=rendered).order_by("pk").values_list("pk"))
    if {row.pk for row in kind.bundle_of(message)} != rendered:
        raise BundleChanged
    if rendered:
        carry(bundle, by=message)


def _backoff(tries: int) -> dt.timedelta:
    """Return a delay that doubles from half a minute to two hours, ±20 % so that retries are spread over time."""
    seconds = min(FIRST_RETRY.total_seconds() * 2 ** (tries - 1), 7200)
    return dt.timedelta(seconds=seconds * random.uniform(0.8, 1.2))  # noqa: S311 (spreading, not secrecy)


# The two UPDATE statements of every message as SQL: Django takes far longer to compile them than they take to run.
MINE = " WHERE id = %s AND token = %s AND state IN ('claimed', 'transmitting')"
MARK = """
    UPDATE outbox_message SET state = 'transmitting', transmitting_at = STATEMENT_TIMESTAMP(),
        lease_until = STATEMENT_TIMESTAMP() + %s, sent_content = %s"""
SETTLE = """
    UPDATE outbox_message SET state = %s, reason = %s, sent_at = CASE WHEN %s THEN STATEMENT_TIMESTAMP() END,
        lease_until = NULL, token = NULL, secret = ''"""


def _write(statement: str, values: list[Any]) -> bool:
    """Execute the statement, and return whether this worker still had the claim on the row."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return bool(cursor.rowcount)


def _mine(message: Message):  # type: ignore[no-untyped-def]
    return Message.objects.filter(pk=message.pk, token=message.token, state__in=[State.CLAIMED, State.TRANSMITTING])


def _end(message: Message, state: str, reason: str) -> str:
    changed = _write(SETTLE + MINE, [state, reason[:500], state == State.SENT, message.pk, message.token])
    return state if changed else "lost-claim"


def _return_to_queue(message: Message, reason: str) -> str:
    """Return the message to the queue without counting an attempt."""
    changed = _mine(message).update(
        state=State.QUEUED, reason=reason[:500], tries=F("tries") - 1, lease_until=None, token=None
    )
    return State.QUEUED if changed else "lost-claim"


def _wait(message: Message) -> str:
    """Queue the message for a later look without counting an attempt, or drop it if it has waited too long."""
    if message.expires_at is None and message.taken_at - message.created_at > LONGEST_WAIT:
        return _end(message, State.DROPPED, Reason.FIRST_NOT_SENT)
    changed = _mine(message).update(
        state=State.QUEUED,
        reason=Reason.FIRST_NOT_SENT,
        due_at=Now() + Value(BETWEEN_LOOKS),
        tries=F("tries") - 1,
        lease_until=None,
        token=None,
    )
    return State.QUEUED if changed else "lost-claim"


def _defer_until(message: Message, state: str, delay: dt.timedelta, reason: str) -> str:
    changed = _mine(message).update(
        state=state, reason=reason[:500], due_at=Now() + Value(delay), lease_until=None, token=None
    )
    return state if changed else "lost-claim"
