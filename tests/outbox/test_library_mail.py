"""An email that a library sends through Django becomes a message row and is sent by a worker."""

import pytest
from django.core.mail import send_mail
from pytest_django import Settings

from echo_portal.outbox.delivery import deliver_due
from echo_portal.outbox.models import Message
from tests.smtp_server import Sink

BACKEND = "echo_portal.outbox.django_mail.OutboxBackend"
pytestmark = pytest.mark.django_db


def test_email_sent_by_a_library_becomes_a_message_row(sink: Sink, settings: Settings) -> None:
    settings.MAILERS = {"default": {"BACKEND": BACKEND}}  # pytest-django replaces the backend
    send_mail("Subject", "Body & text", None, ["a@example.org", "b@example.org"])
    assert sink.accepted == []
    assert sorted(Message.objects.values_list("address", "state")) == [
        ("a@example.org", "queued"),
        ("b@example.org", "queued"),
    ]
    assert deliver_due() == {"sent": 2}
    assert [email["Subject"] for email in sink.emails] == ["Subject", "Subject"]
    body = sink.emails[0].get_body(("html",))
    assert body is not None
    assert "Body &amp; text" in body.get_content()
