"""The people of a series, in one row each, with what coordinators may see, and the CSV file with the same rows."""

import csv
import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEvent, Person
from echo_portal.admin.desk.registrants import number_ranges
from echo_portal.outbox.models import Suppression
from registrations.models import Enrollment, Registration
from sessions.models import Series
from tests.admin.pages import leaks, says
from tests.admin.two_hubs import HubRows
from tests.builders import Programme, enroll
from tests.people import People

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_suppression")]
REGISTRANTS = 9
IN_ENGLISH = (
    "Name,Email address,Profession,Province or territory,Practice settings,Language,Sessions,Sessions with a place,"
    "Sessions waiting,Sessions attended,Emails,Enrollment key"
)
IN_FRENCH = (
    "Nom,Adresse courriel,Profession,Province ou territoire,Milieux de pratique,Langue,Séances,Séances avec une place,"
    "Séances sur liste d’attente,Séances suivies,Courriels,Clé d’inscription"
)


def page_of(series: Series, name: str = "registrants") -> str:
    return reverse(f"admin:echo_sessions_series_{name}", args=(series.pk,))


def names(client: Client, series: Series, query: str = "") -> list[str]:
    return [row.name for row in client.get(page_of(series) + query).context["rows"]]


@pytest.fixture
def series(own: HubRows, programme: Programme, people: People) -> Series:
    """Return a series of the own hub. Ama has a key, Luc is waiting, and a stranger sent an unconfirmed form."""
    series = programme.series("people", hub=own.hub, registration_mode="key")
    key = programme.key(series, "OUR KEY")
    first, second, third, fourth = (
        programme.session(series, number, days=number, capacity=1 if number == 4 else None) for number in (1, 2, 3, 4)
    )
    Person.objects.filter(pk=people.ama.pk).update(practice_settings=["HOME", "HOSPICE"])
    enroll(people.ama, series, first, second, fourth, key=key)
    enroll(people.luc, series, fourth, key=key)
    now = timezone.now()
    form = {
        "form_name": "=Typed Name",
        "form_sort_key": "=typed name",
        "form_profession": "SW",
        "form_province": "YT",
        "form_language": "fr",
    }
    Registration.objects.create(
        person=people.stranger, session=third, state="registered", registered_at=now, changed_at=now, **form
    )
    return series


def test_each_person_is_one_row(coordinator_client: Client, series: Series, people: People) -> None:
    answer = coordinator_client.get(page_of(series))
    assert [(row.name, row.profession, row.province, row.settings) for row in answer.context["rows"]] == [
        ("=Typed Name", "Social worker", "Yukon", ""),
        ("Ama Okpik", "Registered nurse", "Nunavut", "Home and community care, Residential hospice"),
        ("Luc Bélanger", "Personal support worker, health care aide or care assistant", "Quebec", ""),
    ]
    assert [(row.sessions, row.registered, row.waiting, row.emails, row.key) for row in answer.context["rows"]] == [
        ("3", 1, 0, "Address not confirmed yet", ""),
        ("1–2, 4", 3, 0, "No problem known", "OUR KEY"),
        ("4", 0, 1, "No problem known", "OUR KEY"),
    ]
    assert "Sam Stranger" not in says(answer)
    Person.objects.filter(pk=people.stranger.pk).update(mailbox_used_at=timezone.now())
    confirmed = coordinator_client.get(page_of(series)).context["rows"][-1]
    assert (confirmed.name, confirmed.province, confirmed.emails) == ("Sam Stranger", "Ontario", "No problem known")


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("?q=belanger", ["Luc Bélanger"]),
        ("?q=AMA@example", ["Ama Okpik"]),
        ("?q=stranger+sam", []),
        ("?q=typed", ["=Typed Name"]),
        ("?place=waiting", ["Luc Bélanger"]),
        ("?place=gone", []),
        ("?place=nonsense", []),
        ("?profession=RN", ["Ama Okpik"]),
        ("?profession=SW", ["=Typed Name"]),
        ("?profession=FP", []),
        ("?profession=%00", ["=Typed Name", "Ama Okpik", "Luc Bélanger"]),
        ("?province=QC", ["Luc Bélanger"]),
        ("?province=ON", []),
        ("?province=YT", ["=Typed Name"]),
        ("?province=NU&profession=RN&q=ama&page=99", ["Ama Okpik"]),
    ],
)
def test_people_are_searched_and_filtered_by_what_is_displayed(
    coordinator_client: Client, series: Series, query: str, expected: list[str]
) -> None:
    Person.objects.filter(email="stranger@example.org").update(profession="FP")
    assert names(coordinator_client, series, query) == expected


def test_people_who_gave_up_their_place_are_listed_apart(
    coordinator_client: Client, series: Series, people: People
) -> None:
    now = timezone.now()
    Registration.objects.filter(person=people.luc).update(
        state="cancelled", waiting_number=None, cancelled_at=now, cancelled_by=people.luc
    )
    Enrollment.objects.filter(person=people.luc).update(left_at=now + dt.timedelta(seconds=1))
    assert names(coordinator_client, series) == ["=Typed Name", "Ama Okpik"]
    assert names(coordinator_client, series, "?place=gone") == ["Luc Bélanger"]


def test_suppression_by_another_hub_is_not_displayed(
    coordinator_client: Client, series: Series, own: HubRows, other: HubRows, people: People
) -> None:
    Suppression.objects.all().delete()
    row = Suppression.objects.create(address_key=people.ama.email_key, scope_id=other.hub.pk, reason="hard-bounce")
    assert {row.emails for row in coordinator_client.get(page_of(series) + "?q=ama").context["rows"]} == {
        "No problem known"
    }
    Suppression.objects.filter(pk=row.pk).update(scope_id=own.hub.pk)
    assert {row.emails for row in coordinator_client.get(page_of(series) + "?q=ama").context["rows"]} == {
        "Emails do not arrive"
    }


@pytest.mark.parametrize(("language", "header"), [("en", IN_ENGLISH), ("fr", IN_FRENCH)])
def test_csv_file_contains_the_rows_and_no_formula(
    coordinator_client: Client, series: Series, own: HubRows, language: str, header: str
) -> None:
    answer = coordinator_client.post(page_of(series, "registrants_export"), headers={"accept-language": language})
    assert answer["Content-Disposition"] == 'attachment; filename="people.csv"'
    text = answer.content.decode()
    assert text.startswith("\ufeff")
    separator = {"en": ",", "fr": ";"}[language]
    rows = list(csv.reader(text.removeprefix("\ufeff").splitlines(), delimiter=separator))
    assert rows[0] == header.split(",")
    assert [row[0] for row in rows[1:]] == ["'=Typed Name", "Ama Okpik", "Luc Bélanger"]
    assert rows[2][6:10] == ["1–2, 4", "3", "0", "0"]
    assert not leaks(answer)
    event = AuditEvent.objects.latest("pk")
    assert (event.verb, event.about, event.actor_id, event.scope_id, event.details) == (
        "registrants-exported",
        f"series:{series.pk}",
        own.coordinator.pk,
        own.hub.pk,
        {"people": 3},
    )
    filtered = coordinator_client.post(page_of(series, "registrants_export"), {"profession": "RN"})
    assert [line.partition(",")[0] for line in filtered.content.decode().splitlines()[1:]] == ["Ama Okpik"]


def test_csv_file_needs_a_post_and_a_recent_second_factor(coordinator_client: Client, series: Series) -> None:
    here = page_of(series, "registrants_export")
    assert coordinator_client.get(here).status_code == 405
    session = coordinator_client.session
    records: list[dict[str, Any]] = session["account_authentication_methods"]
    session["account_authentication_methods"] = [{**record, "at": record["at"] - 6 * 60} for record in records]
    session.save()
    answer = coordinator_client.post(here)
    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse("mfa_reauthenticate"))
    assert not AuditEvent.objects.filter(verb="registrants-exported").exists()


@pytest.mark.parametrize(("numbers", "words"), [([], ""), ([3], "3"), ([1, 2, 3], "1–3"), ([1, 3, 4, 7], "1, 3–4, 7")])
def test_numbers_are_displayed_as_ranges(numbers: list[int], words: str) -> None:
    assert number_ranges(numbers) == words


@pytest.mark.parametrize("number", [1, 300])
def test_registrants_page_makes_the_same_number_of_queries(
    coordinator_client: Client, own: HubRows, programme: Programme, number: int
) -> None:
    series = programme.series("many", hub=own.hub)
    session = programme.session(series, 1)
    crowd = [Person(email=f"p{at}@example.org", email_key=f"p{at}@example.org", name=f"P {at}") for at in range(number)]
    Person.objects.bulk_create(crowd)
    now = timezone.now()
    Registration.objects.bulk_create(
        Registration(person=one, session=session, state="registered", registered_at=now, changed_at=now)
        for one in crowd
    )
    coordinator_client.get(page_of(series))
    with CaptureQueriesContext(connection) as asked:
        answer = coordinator_client.get(page_of(series))
    assert (len(asked), len(answer.context["rows"])) == (REGISTRANTS, min(number, 50))
