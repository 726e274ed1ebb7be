"""The error that is logged when many wrong keys are typed in the form of one series, or on the page "I have a key"."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from accounts.throttles import HOUR, KEY_FAILURES_IN_ONE_PLACE
from sessions.models import EnrollmentKey
from tests.builders import Programme
from tests.registrations.forms import form

pytestmark = pytest.mark.django_db
RIGHT = "RIGHT22"
TYPED_IN: dict[str, Callable[[Client, str, str], None]] = {
    "page": lambda client, key, here: _posted(client, reverse("have_key"), {"enrollment_key": key}, here),
    "form": lambda client, key, here: _posted(client, _form_of("keyed"), form(enrollment_key=key, which="all"), here),
    "form with another error": lambda client, key, here: _posted(
        client, _form_of("keyed"), form(enrollment_key=key, name=""), here
    ),
    "check": lambda client, key, here: _posted(
        client, reverse("check_key", kwargs={"slug": "keyed"}), {"enrollment_key": key}, here
    ),
    "link": lambda client, key, here: _opened(client, _form_of("keyed"), key, here),
}


def _form_of(slug: str) -> str:
    return reverse("register", kwargs={"slug": slug})


def _posted(client: Client, url: str, fields: dict[str, str], here: str) -> None:
    assert client.post(url, fields, REMOTE_ADDR=here).status_code in (200, 302, 303)


def _opened(client: Client, url: str, key: str, here: str) -> None:
    assert client.get(url, {"key": key}, REMOTE_ADDR=here).status_code == 200


@pytest.fixture
def alarms(programme: Programme, caplog: pytest.LogCaptureFixture) -> Callable[[], list[str]]:
    """Create two series with keys, and return a function that returns the levels of the errors logged so far."""
    for slug, text in (("keyed", RIGHT), ("other", "OTHER22")):
        series, _sessions = programme.open_series(slug, registration_mode="key")
        EnrollmentKey.objects.create(series=series, text=text)
    return lambda: [one.levelname for one in caplog.records if "registrations.key_failures" in str(one.msg)]


@pytest.mark.parametrize("place", TYPED_IN)
def test_wrong_keys_from_all_networks_are_logged_once(
    alarms: Callable[[], list[str]], caplog: pytest.LogCaptureFixture, place: str
) -> None:
    assert (KEY_FAILURES_IN_ONE_PLACE.tries, KEY_FAILURES_IN_ONE_PLACE.window) == (50, HOUR)
    type_key = TYPED_IN[place]
    for number in range(60):
        type_key(Client(), f"GUESS{number}", f"192.0.2.{number}")
        assert alarms() == ["ERROR"] * (number >= 49), number
    assert "GUESS" not in caplog.text
    caplog.clear()
    link = _form_of("keyed")
    right = Client().post(reverse("have_key"), {"enrollment_key": RIGHT}, REMOTE_ADDR="192.0.2.1")
    assert right["Location"] == f"{link}?key={RIGHT}"
    accepted = Client().post(link, form(enrollment_key=RIGHT, which="all"), REMOTE_ADDR="192.0.2.1")
    assert (accepted.status_code, alarms()) == (302, [])


def test_valid_keys_and_failures_in_other_places_do_not_count(alarms: Callable[[], list[str]]) -> None:
    for number in range(26):
        for place in ("page", "check"):
            TYPED_IN[place](Client(), f"GUESS{number}", f"192.0.2.{number}")
        for key in (RIGHT, "OTHER22"):
            TYPED_IN["check"](Client(), key, f"192.0.2.{number}")
    assert alarms() == []
