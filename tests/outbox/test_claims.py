"""The order in which workers claim messages, cancelled messages, and the bytes of an email."""

import datetime as dt
from collections.abc import Callable
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from django.db.models import Value
from django.db.models.functions import Now
from django.utils import timezone

from echo_portal.outbox import delivery
from echo_portal.outbox.actions import withdraw
from echo_portal.outbox.delivery import MAX_WORKER_DEATHS, Worker, claim_one, deliver_due
from echo_portal.outbox.email_content import CalendarPart, Rendered
from echo_portal.outbox.evidence import NoEvidence
from echo_portal.outbox.mime import as_bytes
from echo_portal.outbox.models import Message
from tests.outbox.headers import decoded
from tests.outbox.plain_messages import write

pytestmark = pytest.mark.django_db

LONG_AGO = dt.timedelta(hours=1)


def claimed_in_order() -> list[str]:
    keys = []
    while (row := claim_one()) is not None:
        keys.append(row.dedupe_key)
    return keys


def test_messages_are_claimed_by_expired_lease_then_priority_then_due_time() -> None:
    write("planned", due_at=timezone.now() - LONG_AGO)
    write("planned-earlier", due_at=timezone.now() - 2 * LONG_AGO)
    write("answer")
    write("claimed")
    Message.objects.filter(dedupe_key="claimed").update(
        state="claimed", token="a7b5a0ae-0d51-4f1c-9f6e-1d6b1f6a3c0e", lease_until=Now()
    )
    assert claimed_in_order() == ["claimed", "answer", "planned-earlier", "planned"]


def test_message_fails_after_the_workers_of_forty_claims_have_ended() -> None:
    row = write("deadly")
    Message.objects.filter(pk=row.pk).update(
        state="claimed",
        token="a7b5a0ae-0d51-4f1c-9f6e-1d6b1f6a3c0e",
        lease_until=Now() - Value(LONG_AGO),
        tries=MAX_WORKER_DEATHS,
    )
    assert deliver_due() == {"failed": 1}
    row.refresh_from_db()
    assert row.reason == "workers-ended"


class Recorded:
    """A transport that records emails. It calls `first` after the email is rendered and before the body is sent."""

    def __init__(self, first: Callable[[], object] = lambda: None) -> None:
        self.first, self.sent = first, list[str]()

    def send(self, *, address: str, before_body: Callable[[], None], **rest: object) -> str:
        self.first()
        before_body()
        self.sent.append(address)
        return "250 taken"

    def close(self) -> None:
        pass


def cancel() -> int:
    return withdraw(Message.objects.about("test:1"))


def taken(key: str) -> Message:
    write(key)
    row = claim_one()
    assert row is not None
    return row


@pytest.mark.parametrize("moment", ["before the worker begins", "after it has rendered the email"])
def test_message_cancelled_after_its_claim_is_not_sent(moment: str) -> None:
    row = taken("cancelled-after-claim")
    late = moment.startswith("after")
    transport = Recorded(cancel if late else lambda: None)
    if not late:
        assert cancel() == 1
    assert Worker(transport, NoEvidence()).deliver(row) == "lost-claim"
    row.refresh_from_db()
    assert (transport.sent, row.state) == ([], "cancelled")


def test_cancelled_message_without_the_claim_check_is_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    """Control: without the check of the claim, the message is sent."""
    monkeypatch.setattr(delivery, "MINE", " WHERE id = %s AND (%s)::text IS NOT NULL")
    row = taken("cancelled-unseen")
    cancel()
    Message.objects.filter(pk=row.pk).update(token=row.token)  # the constraint would prevent sending, too
    transport = Recorded()
    Worker(transport, NoEvidence()).deliver(row)
    assert transport.sent == ["ama@example.org"]


def test_message_that_is_transmitting_cannot_be_cancelled() -> None:
    row = taken("going-out")
    Message.objects.filter(pk=row.pk).update(state="transmitting")
    assert cancel() == 0
    row.refresh_from_db()
    assert row.state == "transmitting"


def bytes_of(**changes: str) -> bytes:
    rendered = Rendered(
        subject=changes.get("subject", "Your session"),
        text=changes.get("text", "Hello\n"),
        html=changes.get("html", "<p>Hello</p>"),
        from_name=changes.get("from_name", "National ECHO"),
        reply_to="hub@example.org",
        calendar=CalendarPart("REQUEST", "invite.ics", "BEGIN:VCALENDAR\r\né\r\nEND:VCALENDAR\r\n".encode()),
    )
    return as_bytes(write("bytes", address=changes.get("address", "ama@example.org")), rendered)


def read(raw: bytes) -> EmailMessage:
    email = message_from_bytes(raw, policy=policy.default)
    assert isinstance(email, EmailMessage)
    assert not email.defects
    return email


def test_email_is_encoded_so_that_every_mail_server_accepts_it() -> None:
    """Emails are 7-bit, have CRLF line ends, and lines of at most 76 characters in bodies and 998 elsewhere."""
    raw = bytes_of(subject="É" * 300, from_name="Équipe " * 20, text=".dot\n" + "ç" * 2000, html="<p>" + "x" * 5000)
    assert raw.isascii()
    assert max(len(line) for line in raw.split(b"\r\n")) <= 998
    assert b"\n" not in raw.replace(b"\r\n", b"")
    assert b"\r" not in raw.replace(b"\r\n", b"")
    email = read(raw)
    assert email["Subject"] == "É" * 300
    assert decoded(raw, b"From") == ("Équipe " * 20).strip() + " <echo@example.org>"
    text = email.get_body(("plain",))
    assert text is not None
    assert text.get_content().replace("\r\n", "\n") == ".dot\n" + "ç" * 2000 + "\n"


def test_email_has_text_html_invitation_and_calendar_file_parts() -> None:
    email = read(bytes_of())
    kinds = [(part.get_content_type(), part.get_param("method"), part.get_filename()) for part in email.walk()]
    assert kinds == [
        ("multipart/mixed", None, None),
        ("multipart/alternative", None, None),
        ("text/plain", None, None),
        ("text/html", None, None),
        ("text/calendar", "REQUEST", None),
        ("text/calendar", "REQUEST", "invite.ics"),
    ]
    (invitation,) = list(email.iter_attachments())
    assert "é" in invitation.get_content()


@pytest.mark.parametrize(
    "broken",
    [{"subject": "a\r\nBcc: x@example.org"}, {"from_name": "a\nb"}, {"address": "a@example.org\r\nBcc: x@example.org"}],
)
def test_header_with_a_line_break_is_refused(broken: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=r"\S"):
        bytes_of(**broken)
