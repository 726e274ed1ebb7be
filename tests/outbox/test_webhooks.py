"""The webhook for reports of an email provider: signature, age, repeated reports and their order."""

import datetime as dt
import json
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
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
        {"new": 1, "refused": 0, "all": 1},
        {"new": 1, "refused": 0, "all": 2},
        {"new": 0, "refused": 0, "all": 1},
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


@pytest.mark.parametrize("body", [b"", b"{", [], {}, {"reports": "x"}, {"reports": [{}] * 1001}])
def test_body_without_a_list_of_reports_is_refused(client: Client, body: Any) -> None:
    assert send(client, body).status_code == 400
    assert not MailEvent.objects.exists()


@pytest.mark.parametrize(
    "fields",
    [
        {"event": "opened"},
        {"event": ["delivered"]},
        {"id": None},
        {"id": "\x00 \ud800"},
        {"id": ["1"]},
        {"at": "2026-11-22T00:00:00"},
        {"at": "yesterday"},
        {"at": 5},
        {"at": "0001-01-01T00:00:00+14:00"},
        {"at": "1999-12-31T23:59:59+00:00"},
        {"at": "2100-12-31T23:00:00-10:00"},
        {"at": "9999-12-31T23:59:59-14:00"},
        {"address": "\ufdfa" * 254},
    ],
)
def test_impossible_report_is_refused_and_the_others_are_saved(client: Client, fields: dict[str, Any]) -> None:
    good = [report("1", "hard-bounce", address="ama@example.org"), report("3", "delivered")]
    rows = [good[0], report("2", "delivered") | fields, good[1]]
    answers = [send(client, {"reports": rows}) for _time in range(2)]
    assert [(answer.status_code, json.loads(answer.content)) for answer in answers] == [
        (200, {"new": 2, "refused": 1, "all": 3}),
        (200, {"new": 0, "refused": 1, "all": 3}),
    ]
    assert set(MailEvent.objects.values_list("report_id", flat=True)) == {"1", "3"}
    assert Suppression.objects.get().address_key == "ama@example.org"


@pytest.mark.parametrize("row", [None, {}, [], "report", 7])
def test_row_that_is_not_a_report_is_refused(client: Client, row: Any) -> None:
    assert json.loads(send(client, {"reports": [row]}).content) == {"new": 0, "refused": 1, "all": 1}


def test_control_characters_and_surrogates_in_texts_are_removed(client: Client) -> None:
    body = {
        "reports": [
            report(
                "\x00a\ud8001", "hard-bounce", address="ama\x00@example.org\udfff", detail="550\r\nno\x00 such\ud800"
            )
        ]
    }
    assert json.loads(send(client, body).content) == {"new": 1, "refused": 0, "all": 1}
    assert MailEvent.objects.values_list("report_id", "address_key", "detail").get() == (
        "a1",
        "ama@example.org",
        "550 no such",
    )
    assert Suppression.objects.values_list("address_key", "detail").get() == ("ama@example.org", "550 no such")


@given(
    st.fixed_dictionaries(
        {},
        optional={
            name: st.text() | st.none() | st.integers() | st.lists(st.text())
            for name in ("id", "address", "detail", "message_id")
        }
        | {"at": st.datetimes(timezones=st.timezones()).map(dt.datetime.isoformat) | st.text()},
    )
)
@hypothesis_settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_report_with_any_values_is_taken_or_refused(client: Client, fields: dict[str, Any]) -> None:
    assert send(client, {"reports": [report("1", "hard-bounce") | fields]}).status_code == 200
