"""Log lines contain no token of a personal link, neither in messages nor in tracebacks."""

import json
import logging
import sys

import pytest
from django.core import signing
from django.test import Client

from accounts.links import MANAGE, token_for
from echo_portal.lib.logs import structured_formatter, without_tokens
from registrations.links import JOIN
from tests.people import People


def line_of(record: logging.LogRecord) -> str:
    return structured_formatter().format(record)


@pytest.mark.django_db
def test_sign_in_link_without_a_cookie_is_logged_without_its_token(caplog: pytest.LogCaptureFixture) -> None:
    link = "kIJxQ3Wc7cO1J1JvGz2o7cMqE2yQx8zqz9C4kV0yZ1E"
    answer = Client(enforce_csrf_checks=True).post(f"/en/sign-in/link/{link}/")
    assert answer.status_code == 403
    lines = [line_of(record) for record in caplog.records if record.name == "django.security.csrf"]
    assert [link in line for line in lines] == [False]
    assert "/en/sign-in/link/…/" in lines[0]


@pytest.mark.django_db
def test_tokens_in_a_traceback_are_masked(people: People) -> None:
    token = token_for(people.ama, MANAGE)
    try:
        raise ValueError(f"/en/my-sessions/{token}/")
    except ValueError:
        record = logging.LogRecord("django.request", logging.ERROR, "", 0, "Internal Server Error", (), sys.exc_info())
    line = json.loads(line_of(record))
    assert token not in json.dumps(line)
    assert "/en/my-sessions/…/" in line["exception"]


@pytest.mark.parametrize(
    "path",
    [
        "/en/series/compassionate-workplaces-and-a-culture-of-compassion/",
        "/en/sessions/0d1b1f2e-1111-4111-8111-111111111111/",
        "/admin/outbox/message/12/change/",
    ],
)
def test_paths_without_a_token_are_logged_unchanged(path: str) -> None:
    assert without_tokens(path) == path


def test_every_kind_of_token_is_masked() -> None:
    for token in (JOIN.sign("12"), signing.Signer(salt=MANAGE, sep=".").sign_object([3, 1])):
        assert without_tokens(f"/fr/x/{token}/") == "/fr/x/…/"
