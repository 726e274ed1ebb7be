"""Keys that pages fill in, keys that enrolled people need not type, and uses that become free again (PRODUCT.md 2)."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.actions import give_consent
from accounts.models import ConsentKind
from echo_portal.lib.refusals import Refusal
from registrations import actions
from registrations.models import Enrollment, Registration
from registrations.queries.keys import keys_running_out, uses_of
from sessions.models import EnrollmentKey, Series, Session
from tests.builders import Programme, enroll
from tests.people import People
from tests.registrations.forms import form

pytestmark = pytest.mark.django_db


@pytest.fixture
def keyed(programme: Programme) -> Series:
    series, _sessions = programme.open_series("ltc-cop", sessions=2, registration_mode="key")
    return series


def first_session(series: Series) -> Session:
    return Session.objects.filter(series=series).order_by("number")[0]


def links_to_form(client: Client, url: str) -> set[str]:
    page = client.get(url).content.decode().replace("&amp;", "&")
    return set(re.findall(r'href="(/en/series/ltc-cop/register/[^"]*)"', page))


def register_page(client: Client, series: Series, query: str = "") -> Any:
    return client.get(reverse("register", kwargs={"slug": series.slug}) + query)


def pages_of(series: Series, query: str = "") -> list[str]:
    session = first_session(series)
    return [
        reverse("catalogue"),
        reverse("series", kwargs={"slug": series.slug}) + query,
        reverse("session", kwargs={"session": session.public_id}) + query,
    ]


def test_every_link_to_the_form_contains_the_printed_key(client: Client, programme: Programme, keyed: Series) -> None:
    now = timezone.now()
    programme.key(keyed, "OLD", closes_at=now)
    programme.key(keyed, "SOON", opens_at=now + dt.timedelta(days=1))
    programme.key(keyed, "USED-UP", max_uses=0)
    programme.key(keyed, "CAMPAIGN", campaign="poster")
    programme.key(keyed, "LTC 2122")
    programme.key(keyed, "LTC-NEW")
    for page in pages_of(keyed):
        links = links_to_form(client, page)
        assert links, page
        assert all(link.endswith("key=LTC+2122") for link in links), page
        assert [client.get(link).context["form"]["enrollment_key"].value() for link in links] == ["LTC 2122"] * len(
            links
        )


def test_links_to_the_form_contain_no_key_if_none_is_printed(
    client: Client, programme: Programme, keyed: Series
) -> None:
    programme.key(keyed, "CAMPAIGN", campaign="poster")
    for page in pages_of(keyed):
        assert all("key=" not in link for link in links_to_form(client, page)), page


def test_key_in_the_url_is_added_to_the_links_of_the_page(client: Client, programme: Programme, keyed: Series) -> None:
    programme.key(keyed, "LTC2122")
    programme.key(keyed, "POSTER", campaign="poster")
    _home, series, session = pages_of(keyed, "?key=POSTER")
    for page in (series, session):
        assert all(link.endswith("key=POSTER") for link in links_to_form(client, page)), page
    assert f'href="{session}"' in client.get(series).content.decode()
    assert f'href="{series}"' in client.get(session).content.decode()


def test_form_keeps_the_key_when_going_back_from_the_done_page(
    client: Client, programme: Programme, keyed: Series
) -> None:
    programme.key(keyed, "LTC2122")
    assert register_page(client, keyed).context["form"]["enrollment_key"].value() == ""
    sent = form(sessions=[first_session(keyed).pk], enrollment_key="ltc 2122")
    assert client.post(reverse("register", kwargs={"slug": "ltc-cop"}), sent).status_code in (302, 303)
    page = register_page(client, keyed)
    assert page.context["form"]["enrollment_key"].value() == "LTC2122"
    assert "Filled in for you." in page.content.decode()
    assert register_page(client, keyed, "?key=OTHER").context["form"]["enrollment_key"].value() == "OTHER"
    assert register_page(Client(), keyed).context["form"]["enrollment_key"].value() == "", "another browser"
    other, _sessions = programme.open_series("heart-cop", registration_mode="key")
    assert register_page(client, other).context["form"]["enrollment_key"].value() == "", "another series"


def test_enrolled_person_does_not_need_the_key_again(
    client: Client, programme: Programme, people: People, keyed: Series
) -> None:
    first, second = Session.objects.filter(series=keyed).order_by("number")
    key = programme.key(keyed, "LTC2122", max_uses=1)
    client.force_login(people.ama)
    assert "enrollment_key" in register_page(client, keyed).context["form"].fields
    enroll(people.ama, keyed, first, key=key)
    EnrollmentKey.objects.update(closes_at=timezone.now())
    page = register_page(client, keyed)
    assert "enrollment_key" not in page.context["form"].fields
    assert 'name="enrollment_key"' not in page.content.decode()
    sent = form(sessions=[second.pk], email=people.ama.email)
    assert client.post(reverse("register", kwargs={"slug": "ltc-cop"}), sent).status_code in (302, 303)
    assert Registration.objects.filter(person=people.ama, state="registered").count() == 2
    assert (Enrollment.objects.get().enrollment_key, uses_of(key)) == (key, 1)


def test_enrolled_person_registers_with_one_press(
    client: Client, programme: Programme, people: People, keyed: Series
) -> None:
    first, second = Session.objects.filter(series=keyed).order_by("number")
    press = reverse("register_at_once", kwargs={"session": second.public_id})
    give_consent(
        person=people.ama, kind=ConsentKind.PRIVACY, language="en", source="test", at=timezone.now(), by_owner=True
    )
    client.force_login(people.ama)
    assert client.post(press)["Location"].startswith("/en/series/ltc-cop/register/")
    assert press not in client.get(reverse("catalogue")).content.decode()
    enroll(people.ama, keyed, first, key=programme.key(keyed, "LTC2122"))
    assert press in client.get(reverse("catalogue")).content.decode()
    client.post(press)
    assert Registration.objects.filter(person=people.ama, session=second).count() == 1


def test_address_of_an_enrolled_person_does_not_replace_the_key(
    programme: Programme, people: People, keyed: Series
) -> None:
    """Otherwise, the response would reveal to a stranger who is enrolled."""
    first, second = Session.objects.filter(series=keyed).order_by("number")
    enroll(people.ama, keyed, first, key=programme.key(keyed, "LTC2122"))
    with pytest.raises(Refusal) as refused:
        enroll(people.ama, keyed, second, signed_in=False)
    assert refused.value.code == "key-wrong"
    with pytest.raises(Refusal):
        enroll(people.luc, keyed, second)


def test_leaving_the_series_frees_a_use_of_the_key(programme: Programme, people: People, keyed: Series) -> None:
    key = programme.key(keyed, "LTC2122", max_uses=1)
    enroll(people.ama, keyed, first_session(keyed), key=key)
    with pytest.raises(Refusal) as refused:
        enroll(people.luc, keyed, first_session(keyed), key=key)
    assert (refused.value.code, len(keys_running_out(people.staff, timezone.now()))) == ("key-used-up", 1)
    actions.leave_series(person=people.ama, series=keyed, by=people.ama)
    assert keys_running_out(people.staff, timezone.now()) == []
    enroll(people.luc, keyed, first_session(keyed), key=key)
    with pytest.raises(Refusal) as refused:
        enroll(people.ama, keyed, first_session(keyed), key=key)
    assert refused.value.code == "key-used-up", "who comes back needs a use again"


def test_leaving_the_last_single_session_frees_a_use_of_the_key(
    programme: Programme, people: People, keyed: Series
) -> None:
    first, second = Session.objects.filter(series=keyed).order_by("number")
    key = programme.key(keyed, "LTC2122", max_uses=1)
    enroll(people.ama, keyed, first, second, key=key)
    uses = []
    for row in Registration.objects.filter(person=people.ama).order_by("pk"):
        actions.leave_session(registration=row, by=people.ama)
        uses.append(uses_of(key))
    assert uses == [1, 0]


def test_enrollment_in_the_whole_series_is_kept_after_leaving_each_session(
    client: Client, programme: Programme, people: People, keyed: Series
) -> None:
    programme.key(keyed, "LTC2122")
    sent = form(which="all", enrollment_key="LTC2122", email=people.luc.email)
    client.post(reverse("register", kwargs={"slug": "ltc-cop"}), sent)
    for row in Registration.objects.filter(person=people.luc):
        actions.leave_session(registration=row, by=people.luc)
    assert Enrollment.objects.get(person=people.luc).left_at is None


@pytest.mark.parametrize("number", [1, 40])
def test_catalogue_makes_two_queries_for_all_series_with_keys(
    client: Client, programme: Programme, people: People, number: int
) -> None:
    for index in range(number):
        programme.open_series(f"series-{index}", sessions=1, registration_mode="key" if index % 2 else "open")
    client.force_login(people.ama)
    client.get(reverse("catalogue"))
    with CaptureQueriesContext(connection) as seen:
        client.get(reverse("catalogue"))
    assert len(seen) == (8 if number == 1 else 10), "two for series with keys: printed keys and enrollments"
