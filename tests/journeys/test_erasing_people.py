"""Pallium staff erase a person: the page in both languages, on a computer and on a phone."""

import uuid

import pytest
from django.utils import timezone

from accounts.models import Person
from credits.codes import new_code
from credits.models import MOST_ATTEMPTS, Certificate
from hubs.models import Hub
from sessions.models import Session
from tests.admin.two_hubs import signed_in_client
from tests.builders import Programme
from tests.journeys.own_places import enroll, somebody
from tests.journeys.reader import Reader
from tests.live_portal import LivePortal

pytestmark = pytest.mark.browser


def a_person_to_erase(language: str) -> tuple[Person, str]:
    """Create a person with two places to come and a certificate. Return them, and the session key of Pallium staff."""
    person = somebody(language)
    hub = Hub.objects.get(slug="national")
    series = Programme.new_series(f"erased-{uuid.uuid4().hex[:8]}", hub=hub)
    series.save()
    sessions = [Programme.new_session(series, number, days=700 + number) for number in (1, 2)]
    Session.objects.bulk_create(sessions)
    enroll(person, series, sessions)
    values = {"name": person.name}
    issued = {"person": person, "series": series, "language": "en", "values": values, "issued_at": timezone.now()}
    Certificate.objects.create(code=new_code(), attempts=MOST_ATTEMPTS, **issued)
    return person, signed_in_client(somebody("en", is_staff=True, is_programme_staff=True)).cookies["session"].value


def test_page_for_erasing_has_no_accessibility_or_console_error(reader: Reader, portal: LivePortal) -> None:
    person, key = portal.within(lambda: a_person_to_erase(reader.language))
    reader.context.add_cookies([{"name": "session", "value": key, "url": portal.url}])
    reader.lang = reader.language  # Django's pages do not name the country
    reader.opens("person", reader.address("admin:accounts_person_change", object_id=person.pk))
    reader.opens("erase a person", reader.address("admin:accounts_person_erase", pk=person.pk))
    reader.page.locator("[name=reason]").select_option("asked")
    reader.sends("erase a person refused", address="other@example.org")
    reader.sends("person erased", address=person.email)
    assert portal.within(lambda: Person.objects.get(pk=person.pk)).is_erased
