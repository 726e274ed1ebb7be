"""The command that creates the people of a demonstration and their registrations."""

import io

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from accounts.models import Person
from attendance.models import Attendance
from echo_portal.outbox.models import Message
from hubs.models import Hub, Membership
from registrations.models import Registration
from sessions.models import Material
from tests.programme.files import REAL
from tests.tables import checksums


@pytest.fixture
def demonstration(db: None, settings: Settings) -> None:
    settings.DEBUG = settings.DEMO = True
    call_command("load_programme", str(REAL), stdout=io.StringIO())


def seed() -> str:
    out = io.StringIO()
    call_command("seed_demo", stdout=out)
    return out.getvalue()


def test_demo_people_can_sign_in(demonstration: None) -> None:
    assert "clinician@example.org" in seed()
    rows = Person.objects.values_list("email", "is_staff", "is_programme_staff")
    assert sorted(rows) == [
        ("clinician@example.org", False, False),
        ("coordinator-bc@example.org", True, False),
        ("coordinator@example.org", True, False),
        ("staff@example.org", True, True),
    ]
    assert all(person.is_proved for person in Person.objects.all())
    given = Membership.objects.values_list("person__email", "hub__slug", "role")
    assert sorted(given) == [
        ("coordinator-bc@example.org", "bc", "coordinator"),
        ("coordinator@example.org", "national", "coordinator"),
    ]
    assert all(hub.contact_email.endswith("@example.org") for hub in Hub.objects.all())


def test_demo_hub_has_spokes_that_say_that_they_are_samples(demonstration: None, client: Client) -> None:
    seed()
    for path, word in (("/en/hubs/bc/", "Sample: "), ("/fr/carrefours/bc/", "Exemple\u00a0: ")):
        spokes = client.get(path).context["hub"].spokes
        assert [spoke.startswith(word) for spoke in spokes] == [True] * 3


def test_demo_clinician_has_places_and_confirmations(demonstration: None) -> None:
    seed()
    # The first session of heart-cop has a date without a time, so it can be chosen until the end of that day.
    places = Registration.objects.exclude(session__series__slug="heart-cop", session__number=1)
    places = places.exclude(session__over_at__lte=timezone.now())
    rows = places.values_list("session__series__slug", "session__number", "state")
    assert sorted(rows) == [
        ("heart-cop", 2, "registered"),
        ("heart-cop", 3, "registered"),
        ("heart-cop", 4, "registered"),
        ("sustainability-guide", 1, "registered"),
    ]
    assert Message.objects.filter(kind="confirmation", address="clinician@example.org").count() == 2


def test_demo_clinician_attended_sessions_and_the_library_opens_texts(demonstration: None, client: Client) -> None:
    seed()
    clinician = Person.objects.get(email="clinician@example.org")
    seconds = Attendance.objects.filter(person=clinician).values_list("session__series__slug", "seconds")
    assert list(seconds) == [("psw-cop", 3600)] * 3
    files = [row.public_id for row in Material.objects.filter(file__isnull=False).order_by("open_to", "pk")]
    urls = [reverse("material", kwargs={"material": one}) for one in files]
    assert [client.get(url).status_code for url in urls] == [200, 200, 302, 302]
    library = client.get(reverse("library")).content.decode()
    assert [url for url in urls if url in library] == urls[:2]


def test_second_seed_changes_nothing(demonstration: None) -> None:
    seed()
    before = checksums()
    seed()
    assert checksums() == before


@pytest.mark.parametrize(("debug", "demo"), [(True, False), (False, True), (False, False)])
def test_seed_is_refused_outside_a_demonstration(
    demonstration: None, settings: Settings, debug: bool, demo: bool
) -> None:
    settings.DEBUG, settings.DEMO = debug, demo
    with pytest.raises(CommandError, match="need both DEBUG and DEMO"):
        seed()
    assert not Person.objects.exists()


def test_seed_without_a_programme_is_refused(db: None, settings: Settings) -> None:
    settings.DEBUG = settings.DEMO = True
    with pytest.raises(CommandError, match="Load the programme first"):
        seed()
    assert not Person.objects.exists()
