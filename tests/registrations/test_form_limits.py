"""Limits of the registration form, which answer alike for known and unknown addresses (ADR 13)."""

import uuid
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import RateCounter
from accounts.throttles import DAY, HOUR, Limit, NetworkLimit
from echo_portal.outbox.models import Message
from registrations import throttles
from registrations.models import Registration
from sessions.models import EnrollmentKey, Series, Session
from tests.accounts.browsers import known_browser
from tests.builders import Programme
from tests.people import People
from tests.refused import shown_again
from tests.registrations.forms import form

pytestmark = pytest.mark.django_db
HERE, THERE = {"REMOTE_ADDR": "192.0.2.7"}, {"REMOTE_ADDR": "192.0.2.8"}


def post(client: Client, series: Series, session: Session, email: str, *, key: str = "", **extra: str) -> Any:
    here = reverse("register", kwargs={"slug": series.slug})
    fields = form(email=email, form_key=str(uuid.uuid4()), sessions=[session.pk])
    return client.post(here, fields | ({"enrollment_key": key} if key else {}), **extra)  # type: ignore[arg-type]


def registers(client: Client, series: Series, session: Session, email: str, **extra: str) -> int:
    return int(post(client, series, session, email, **extra).status_code)


@pytest.fixture
def one_form(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(throttles, "FORMS_PER_NETWORK", NetworkLimit("registration-ip", 1, HOUR))


def test_forms_from_one_network_are_limited(
    client: Client, programme: Programme, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(throttles, "FORMS_PER_NETWORK", NetworkLimit("registration-ip", 3, HOUR))
    # Forms refused by the limit of one network do not count towards the limit of all networks.
    monkeypatch.setattr(throttles, "FORMS_IN_ALL", Limit("registration-all", 4, HOUR))
    series, (session,) = programme.open_series(sessions=1)
    statuses = [registers(client, series, session, f"stranger-{n}@example.org", **HERE) for n in range(5)]
    assert statuses == [302, 302, 302, 303, 303]
    assert registers(client, series, session, "stranger-9@example.org", **THERE) == 302
    assert Registration.objects.count() == 4


@pytest.mark.parametrize("key", ["RIGHT22", "OTHER22", "WRONG22"])
def test_answer_beyond_a_limit_does_not_show_who_is_known(
    programme: Programme, people: People, one_form: None, key: str
) -> None:
    series = programme.series("keyed", registration_mode="key")
    other = programme.series("other", registration_mode="key")
    session = programme.session(series, 1)
    EnrollmentKey.objects.create(series=series, text="RIGHT22")
    EnrollmentKey.objects.create(series=other, text="OTHER22")
    assert post(Client(), series, session, "first@example.org", key="RIGHT22", **HERE).status_code == 302
    errors = []
    for email in (people.ama.email, "first@example.org", "unknown@example.org"):
        browser = Client()
        page = shown_again(browser, post(browser, series, session, email, key=key, **HERE))
        errors.append(page.context["form"].errors)
    assert errors[0] == errors[1] == errors[2] != {}
    assert Registration.objects.count() == 1


def test_forms_for_known_addresses_count_like_those_for_unknown_ones(
    client: Client, programme: Programme, people: People, one_form: None
) -> None:
    """Otherwise the forms that remain show whether an address is known, and a script can fill known mailboxes."""
    series, (session,) = programme.open_series(sessions=1)
    assert registers(client, series, session, people.ama.email, **HERE) == 302
    assert registers(client, series, session, "stranger@example.org", **HERE) == 303


def test_emails_from_one_network_to_unproved_addresses_are_limited(
    client: Client, programme: Programme, one_form: None
) -> None:
    series, sessions = programme.open_series(sessions=2)
    assert registers(client, series, sessions[0], "first@example.org", **HERE) == 302
    assert registers(client, series, sessions[0], "second@example.org", **THERE) == 302
    written = Message.objects.count()
    assert registers(client, series, sessions[1], "second@example.org", **HERE) == 303
    assert Message.objects.count() == written


def test_browser_that_signed_in_before_is_not_limited_by_its_network(
    client: Client, programme: Programme, people: People, one_form: None
) -> None:
    series, (session,) = programme.open_series(sessions=1)
    own = known_browser(people.ama.email)
    assert registers(client, series, session, "stranger@example.org", **HERE) == 302
    assert registers(own, series, session, people.ama.email, **HERE) == 302
    assert registers(own, series, session, "another@example.org", **HERE) == 303


def test_refused_form_does_not_count(client: Client, programme: Programme, one_form: None) -> None:
    """A key of another series, a wrong key and a session that is over are refused."""
    series = programme.series("keyed", registration_mode="key")
    other = programme.series("other", registration_mode="key")
    session, over = programme.session(series, 1), programme.session(series, 2, days=-9)
    EnrollmentKey.objects.create(series=series, text="RIGHT22")
    EnrollmentKey.objects.create(series=other, text="OTHER22")
    tried = [(session, "WRONG-1"), (session, "OTHER22"), (over, "RIGHT22")]
    assert [post(client, series, one, "new@example.org", key=key, **HERE).status_code for one, key in tried] == [
        303
    ] * 3
    assert registers(client, series, session, "new@example.org", key="RIGHT22", **HERE) == 302
    counted = RateCounter.objects.count()
    assert registers(client, series, session, "new2@example.org", key="RIGHT22", **HERE) == 303
    assert RateCounter.objects.count() == counted, "neither for the mailbox"


def test_same_form_sent_twice_counts_once(
    client: Client, programme: Programme, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(throttles, "FORMS_PER_NETWORK", NetworkLimit("registration-ip", 2, HOUR))
    series, (session,) = programme.open_series(sessions=1)
    here, fields = reverse("register", kwargs={"slug": series.slug}), form(sessions=[session.pk])
    assert [client.post(here, fields, **HERE).status_code for _time in range(3)] == [302] * 3  # type: ignore[arg-type]
    assert registers(client, series, session, "stranger@example.org", **HERE) == 302


def test_forms_for_plus_tags_of_one_mailbox_are_limited_together(
    client: Client, programme: Programme, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(throttles, "FORMS_PER_MAILBOX", Limit("registration-mailbox", 2, HOUR))
    series, (session,) = programme.open_series(sessions=1)
    statuses = [registers(client, series, session, f"ward+{n}@example.org") for n in range(4)]
    assert statuses == [302, 302, 303, 303]
    assert registers(client, series, session, "other@example.org") == 302


@pytest.mark.parametrize("address", ["stranger@example.org", "ama@example.org"])
def test_mailbox_gets_ten_emails_an_hour_from_all_networks_and_its_owner_more(
    programme: Programme, people: People, address: str
) -> None:
    """The mailbox is proved, and the number of remaining forms must not show that it is known."""
    assert people.ama.email == "ama@example.org"
    series, (session,) = programme.open_series(sessions=1)
    local = address.partition("@")[0]
    browsers = [(Client(), f"{local}+{n}@example.org", f"192.0.2.{n}") for n in range(12)]
    posted = [post(browser, series, session, email, REMOTE_ADDR=here) for browser, email, here in browsers]
    assert [answer.status_code for answer in posted] == [302] * 10 + [303] * 2
    assert Message.objects.filter(kind="confirmation").count() == 10
    page = shown_again(browsers[-1][0], posted[-1]).content.decode()
    assert "Many forms came for this address. Wait an hour, or sign in first" in page
    own = known_browser(address)
    statuses = [registers(own, series, session, f"{local}+own{n}@example.org", **HERE) for n in range(41)]
    assert statuses == [302] * 40 + [303]


def test_forms_for_one_mailbox_are_limited_in_a_day(
    client: Client, programme: Programme, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert (throttles.FORMS_PER_MAILBOX_AND_DAY.tries, throttles.FORMS_PER_MAILBOX_AND_DAY.window) == (80, DAY)
    monkeypatch.setattr(throttles, "FORMS_PER_MAILBOX_AND_DAY", Limit("registration-mailbox-day", 1, DAY))
    series, (session,) = programme.open_series(sessions=1)
    assert registers(client, series, session, "ward@example.org", **HERE) == 302
    page = shown_again(client, post(client, series, session, "ward+2@example.org", **THERE)).content.decode()
    assert "Many forms came for this address today." in page


def test_forms_of_strangers_do_not_use_up_the_owners(
    client: Client, programme: Programme, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(throttles, "FORMS_PER_MAILBOX", Limit("registration-mailbox", 2, HOUR))
    monkeypatch.setattr(throttles, "FORMS_PER_PERSON", Limit("registration-person", 3, HOUR))
    series, (session,) = programme.open_series(sessions=1)
    statuses = [registers(client, series, session, people.ama.email) for _time in range(3)]
    assert statuses == [302, 302, 303]
    owner = Client()
    owner.force_login(people.ama)
    assert [registers(owner, series, session, people.ama.email) for _time in range(4)] == [302, 302, 302, 303]
    other = Client()
    other.force_login(people.luc)
    assert registers(other, series, session, people.luc.email) == 302


def test_forms_in_total_are_limited_and_one_error_is_logged(
    client: Client, programme: Programme, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(throttles, "FORMS_IN_ALL", Limit("registration-all", 1, HOUR))
    series, (session,) = programme.open_series(sessions=1)
    statuses = [
        registers(client, series, session, f"stranger-{n}@example.org", REMOTE_ADDR=f"192.0.2.{n}") for n in range(3)
    ]
    assert statuses == [302, 303, 303]
    assert [record.levelname for record in caplog.records if "registrations.too_many" in str(record.msg)] == ["ERROR"]
    caplog.clear()
