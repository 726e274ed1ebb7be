"""Delivery of messages: claims, refusals by the mail server, messages in doubt, bounces and pauses."""

import datetime as dt
import smtplib
import uuid
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings
from django.db.models.functions import Now
from django.utils import timezone
from pytest_django import Settings

from echo_portal.outbox import delivery
from echo_portal.outbox.actions import read_secret, withdraw, write_message
from echo_portal.outbox.delivery import claim_one, deliver_due
from echo_portal.outbox.evidence import NoEvidence
from echo_portal.outbox.models import MailEvent, Message, Pause, Suppression
from echo_portal.outbox.suppressions import Report, lift, record_report
from echo_portal.outbox.transports import OutcomeUnknown, SmtpTransport
from tests.outbox.plain_messages import TRUE, write
from tests.smtp_server import Sink

pytestmark = pytest.mark.django_db

State = Message.State


def test_message_is_sent_once_with_its_message_id(sink: Sink) -> None:
    message = write("one")
    assert deliver_due() == {"sent": 1}
    assert deliver_due() == {}
    (email,) = sink.emails
    message.refresh_from_db()
    assert email["Message-ID"] == f"<{message.public_id}@calendar.example.org>"
    assert (email["From"], email["To"], email["Reply-To"]) == (
        "ECHO <echo@example.org>",
        "ama@example.org",
        "hub@example.org",
    )
    assert (email["Auto-Submitted"], email["Content-Language"]) == ("auto-generated", "en")
    assert (message.state, message.token, message.lease_until) == ("sent", None, None)
    assert message.sent_at is not None


def test_message_with_the_same_dedupe_key_is_written_once() -> None:
    write("reminder:1:2")
    write_message(
        kind="test", dedupe_key="reminder:1:2", address="a@example.org", language="en", about="x", why=lambda: "y"
    )
    assert Message.objects.count() == 1


def test_message_that_is_not_due_waits_and_an_expired_one_is_dropped(sink: Sink) -> None:
    later = write("later", due_at=timezone.now() + dt.timedelta(hours=1))
    stale = write("stale", expires_at=timezone.now() - dt.timedelta(seconds=1))
    assert deliver_due() == {"dropped": 1}
    states = dict(Message.objects.values_list("pk", "state"))
    assert states == {later.pk: "queued", stale.pk: "dropped"}
    assert sink.accepted == []


def test_message_no_longer_true_is_dropped(sink: Sink) -> None:
    write("gone", payload={"gone": True})
    assert deliver_due() == {"dropped": 1}
    assert sink.accepted == []


def test_message_that_is_no_longer_true_before_its_body_is_sent_is_dropped(sink: Sink) -> None:
    write("left-meanwhile")
    TRUE["now"] = False
    try:
        assert deliver_due() == {"dropped": 1}
    finally:
        TRUE["now"] = True
    assert sink.accepted == []


@pytest.mark.parametrize("payload", [{"broken": True}, {"subject": "a\r\nBcc: x@example.org"}])
def test_message_that_cannot_be_rendered_fails_once(sink: Sink, payload: dict[str, object]) -> None:
    broken = write("broken", payload=payload)
    write("healthy")
    assert deliver_due() == {"failed": 1, "sent": 1}
    broken.refresh_from_db()
    assert broken.state == "failed"
    assert broken.reason != ""
    assert len(sink.accepted) == 1


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        ("450 busy", "deferred"),
        ("451 later", "deferred"),
        ("550 no such user", "failed"),
        ("data:452 full", "deferred"),
        ("data:552 too big", "failed"),
        ("data:554 refused", "failed"),
    ],
)
def test_answer_of_the_server_determines_the_state_of_the_message(sink: Sink, answer: str, state: str) -> None:
    sink.answers["ama@example.org"] = answer
    message = write("refused")
    write("healthy", address="luc@example.org")
    assert deliver_due() == {state: 1, "sent": 1}
    message.refresh_from_db()
    assert message.state == state
    assert answer.removeprefix("data:")[:3] in message.reason
    if state == "deferred":
        assert timezone.now() < message.due_at < timezone.now() + dt.timedelta(minutes=1)


def test_messages_are_deferred_while_the_mail_server_is_unreachable(settings: Settings) -> None:
    settings.EMAIL_URL = "smtp://127.0.0.1:9"
    message = write("nobody-there")
    assert deliver_due() == {"deferred": 1}
    message.refresh_from_db()
    assert "no connection" in message.reason


def test_worker_that_lost_its_claim_sends_nothing(sink: Sink) -> None:
    message = write("stolen")
    first = claim_one()
    assert first is not None
    Message.objects.filter(pk=message.pk).update(lease_until=Now())
    second = claim_one()
    assert second is not None
    assert second.pk == first.pk
    with SmtpTransportFrom(sink) as transport:
        worker = delivery.Worker(transport, NoEvidence())
        assert worker.deliver(first) == "lost-claim"
        assert sink.accepted == []
        assert worker.deliver(second) == "sent"
    assert len(sink.accepted) == 1


class SmtpTransportFrom:
    def __init__(self, sink: Sink) -> None:
        self.transport = SmtpTransport(settings.EMAIL_URL, 5)

    def __enter__(self) -> SmtpTransport:
        return self.transport

    def __exit__(self, *details: object) -> None:
        self.transport.close()


class CutAfterBody(SmtpTransport):
    """A transport whose connection is cut after the body was sent and before the answer arrives."""

    delivered = 0

    def send(self, *, sender: str, address: str, body: bytes, message_id: str, before_body: Callable[[], None]) -> str:
        super().send(sender=sender, address=address, body=body, message_id=message_id, before_body=before_body)
        type(self).delivered += 1
        raise OutcomeUnknown("cut") from smtplib.SMTPServerDisconnected()


def test_message_with_an_unknown_outcome_is_resent_or_fails_by_its_kind(sink: Sink, settings: Settings) -> None:
    must, bulk = write("must"), write("bulk", kind="test-bulk")
    assert deliver_due(transport=CutAfterBody(settings.EMAIL_URL, 5)) == {"in-doubt": 2}
    Message.objects.update(due_at=Now(), transmitting_at=timezone.now() - dt.timedelta(minutes=2))
    assert deliver_due() == {"sent": 1, "failed": 1}
    must.refresh_from_db()
    bulk.refresh_from_db()
    assert (must.state, bulk.state) == ("sent", "failed")
    identities = [email["Message-ID"] for email in sink.emails]
    assert identities.count(must.message_id) == 2, "sent again under the same identity"
    assert identities.count(bulk.message_id) == 1


def test_secret_is_encrypted_until_the_message_is_sent_and_then_erased(sink: Sink) -> None:
    message = write("code", secret="123456 link")
    assert "123456" not in message.secret
    assert read_secret(message) == "123456 link"
    deliver_due()
    message.refresh_from_db()
    assert message.secret == ""


def test_cancelled_message_is_not_sent(sink: Sink) -> None:
    write("reminder")
    assert withdraw(Message.objects.about("test:1")) == 1
    assert deliver_due() == {}
    assert sink.accepted == []


def test_no_send_mode_sends_no_message_and_keeps_it_queued(sink: Sink, settings: Settings) -> None:
    settings.MAIL_HELD = True
    write("held")
    assert deliver_due() == {}
    assert Message.objects.get().state == "queued"


def test_each_claim_has_its_own_token() -> None:
    write("a")
    write("b")
    first, second = claim_one(), claim_one()
    assert first is not None
    assert second is not None
    assert isinstance(first.token, uuid.UUID)
    assert first.token != second.token
    assert first.pk != second.pk
    assert claim_one() is None


def test_address_of_an_unknown_mailbox_is_suppressed_until_staff_lift_it(sink: Sink) -> None:
    sink.answers["ama@example.org"] = "550 5.1.1 no such user"
    write("first")
    assert deliver_due() == {"failed": 1}
    sink.answers.clear()
    second = write("second")
    assert deliver_due() == {"suppressed": 1}
    row = Suppression.objects.get()
    assert (row.address_key, row.reason) == ("ama@example.org", "hard-bounce")
    second.refresh_from_db()
    assert second.reason == "address-suppressed"
    lift(suppression=row, by_id=1)
    write("third")
    assert deliver_due() == {"sent": 1}


@pytest.mark.parametrize("answer", ["552 full", "554 5.7.1 policy", "550 5.7.1 spam", "450 busy", "data:550 content"])
def test_other_permanent_refusals_do_not_suppress_the_address(sink: Sink, answer: str) -> None:
    sink.answers["ama@example.org"] = answer
    write("first")
    deliver_due()
    assert not Suppression.objects.exists()


def test_each_report_is_recorded_once_in_any_order(sink: Sink) -> None:
    message = write("reported")
    deliver_due()
    now = timezone.now()
    bounced = Report("r2", MailEvent.Event.HARD_BOUNCE, now, message.public_id, detail="550")
    delivered = Report("r1", MailEvent.Event.DELIVERED, now, message.public_id)
    taken = [record_report(report) for report in (bounced, delivered, bounced, delivered, bounced)]
    assert taken == [True, True, False, False, False]
    assert Suppression.objects.get().address_key == "ama@example.org"


def test_five_soft_bounces_in_fourteen_days_suppress_the_address() -> None:
    now = timezone.now()
    for number in range(4):
        record_report(Report(f"r{number}", "soft-bounce", now, address="Ama@Example.org"))
    record_report(Report("old", "soft-bounce", now - dt.timedelta(days=15), address="ama@example.org"))
    assert not Suppression.objects.exists()
    record_report(Report("r5", "soft-bounce", now, address="ama@example.org"))
    assert Suppression.objects.get().reason == "soft-bounces"


def test_message_in_doubt_that_is_in_the_servers_log_is_not_sent_again(
    sink: Sink, settings: Settings, tmp_path: Path
) -> None:
    log = tmp_path / "accepted.log"
    settings.MAIL_EVIDENCE = f"log:{log}"
    arrived, lost = write("arrived"), write("lost", address="luc@example.org")
    assert deliver_due(transport=CutAfterBody(settings.EMAIL_URL, 5)) == {"in-doubt": 2}
    log.write_text(f"accepted {arrived.message_id} for somebody\naccepted <half")
    Message.objects.update(due_at=Now())
    assert deliver_due() == {"sent": 1, "in-doubt": 1}
    Message.objects.filter(pk=lost.pk).update(due_at=Now(), transmitting_at=timezone.now() - dt.timedelta(seconds=31))
    assert deliver_due() == {"sent": 1}
    identities = [email["Message-ID"] for email in sink.emails]
    assert (identities.count(arrived.message_id), identities.count(lost.message_id)) == (1, 2)


def test_refused_smtp_sign_in_pauses_the_queue_and_counts_no_attempt(
    sink: Sink, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    message = write("first")
    write("second", address="luc@example.org")
    sink.answers["ama@example.org"] = "535 authentication failed"
    assert deliver_due() == {"queued": 1}
    message.refresh_from_db()
    assert (message.state, message.tries) == ("queued", 0)
    assert [record.levelname for record in caplog.records if "paused" in record.getMessage()] == ["ERROR"]
    caplog.clear()
    assert deliver_due() == {}, "no probe before a minute has passed"
    sink.answers.clear()
    Pause.objects.update(next_probe_at=Now())
    assert deliver_due() == {"sent": 2}
    assert not Pause.objects.exists()
