"""The webhook for reports of an email provider: signature, age, repeated reports and their order."""

import json
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from echo_portal.outbox.models import MailEvent, Suppression
from echo_portal.outbox.webhooks import signature
from tests.outbox.plain_messages import write

pytestmark = pytest.mark.django_db

SECRET = "hook-secret"


def send(client: Client, body: Any, *, secret: str = SECRET, age: int = 0) -> HttpResponse:
    raw = json.dumps(body).encode() if not isinstance(body, bytes) else body
    stamp = str(int(timezone.now().timestamp()) - age)
    headers = {"X-Echo-Timestamp": stamp, "X-Echo-Signature": signature(secret, stamp, raw)}
    answer = client.post(reverse("mail_events"), raw, content_type="application/json", headers=headers)
    assert isinstance(answer, HttpResponse)
    return answer


def report(number: str, event: str, **fields: str) -> dict[str, str]:
    return {"id": number, "event": event, "at": timezone.now().isoformat()} | fields


@pytest.fixture(autouse=True)
def secret(settings: Settings) -> None:
    settings.MAIL_HOOK_SECRET = SECRET


def test_repeated_reports_are_recorded_once_in_any_order(client: Client) -> None:
    message = write("reported")
    bounced = report("2", "hard-bounce", message_id=message.message_id)
    delivered = report("1", "delivered", message_id=message.message_id)
    answers = [send(client, {"reports": rows}).content for rows in ([bounced], [delivered, bounced], [bounced])]
    assert [json.loads(answer) for answer in answers] == [
        {"new": 1, "all": 1},
        {"new": 1, "all": 2},
        {"new": 0, "all": 1},
    ]
    assert MailEvent.objects.count() == 2
    assert Suppression.objects.get().address_key == "ama@example.org"


@pytest.mark.parametrize("how", [{"secret": "wrong"}, {"age": 301}, {"age": -301}])
def test_report_with_wrong_or_old_signature_is_refused(client: Client, how: dict[str, Any]) -> None:
    answer = send(client, {"reports": [report("1", "complaint", address="ama@example.org")]}, **how)
    assert answer.status_code == 401
    assert not MailEvent.objects.exists()


def test_report_is_refused_if_no_secret_is_configured(client: Client, settings: Settings) -> None:
    settings.MAIL_HOOK_SECRET = ""
    assert send(client, {"reports": []}, secret="").status_code == 401


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        [],
        {},
        {"reports": "x"},
        {"reports": [{}]},
        {"reports": [None]},
        {"reports": [{"id": "1", "event": "opened", "at": "2026-11-22T00:00:00+00:00"}]},
        {"reports": [{"id": "1", "event": "delivered", "at": "2026-11-22T00:00:00"}]},
        {"reports": [{"id": "1", "event": "delivered", "at": "yesterday"}]},
    ],
)
def test_body_with_one_invalid_report_is_refused_as_a_whole(client: Client, body: Any) -> None:
    assert send(client, body).status_code == 400
    assert not MailEvent.objects.exists()
