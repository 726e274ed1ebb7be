"""People see and download all that the portal stores about them, shortly after signing in (PRODUCT.md 10)."""

import json
import re
import time

import pytest
from django.apps import apps
from django.test import Client
from django.urls import reverse
from django.utils import translation

from accounts.models import AuditEvent, Person
from attendance.models import Attendance
from echo_portal.admin.history_sentences import sentence_of
from echo_portal.lib.zones import zone_label
from echo_portal.outbox.kinds import kind_label
from echo_portal.views.own_data import name_of
from echo_portal.views.own_data_parts import ACTED, PARTS
from echo_portal.views.own_data_words import HEADINGS
from registrations.actions import leave_series, leave_session, use_mailbox
from tests.admin.two_hubs import CANARY, HubRows, fill, signed_in_client
from tests.builders import Programme, enroll
from tests.people import People

ZONE = "America/Rankin_Inlet"

pytestmark = pytest.mark.django_db


def signed_in(person: Person, *, minutes_ago: int = 0) -> Client:
    client = Client()
    client.force_login(person)
    session = client.session
    session["account_authentication_methods_user"] = str(person.pk)
    session["account_authentication_methods"] = [{"method": "code", "at": time.time() - 60 * minutes_ago}]
    session.save()
    return client


@pytest.fixture
def person(programme: Programme, people: People) -> Person:
    """Return a person with a row of most kinds. Other people have such rows, too."""
    fill(programme, people, programme.national, CANARY)
    rows: HubRows = fill(programme, people, programme.bc, "XOWNROWS")
    found: Person = rows[Person]
    return found


def test_file_has_every_table_with_data_about_the_person_and_nobody_else(person: Person) -> None:
    answer = signed_in(person).post(reverse("own_data_file"))
    text = answer.content.decode()
    tables = json.loads(text)["tables"]
    assert list(tables) == [part.name for part in PARTS]
    filled = {name for name, found in tables.items() if found}
    assert filled >= {"profile", "registrations", "enrollments", "attendances", "credits", "certificates", "messages"}
    assert tables["profile"][0]["email"] == person.email
    attendance = Attendance.objects.get(person=person)
    assert [row["seconds"] for row in tables["attendances"]] == [attendance.seconds]
    assert CANARY.casefold() not in text.casefold()
    event = AuditEvent.objects.get(verb="own-data-downloaded")
    assert (event.about, event.actor_id) == (f"person:{person.pk}", person.pk)
    assert answer.headers["Content-Disposition"] == 'attachment; filename="my-data.json"'
    assert "no-store" in answer.headers["Cache-Control"]


def test_each_relation_to_people_is_in_the_file_or_listed_as_an_act() -> None:
    relations = {
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models()
        for field in model._meta.fields
        if field.related_model is Person and not model._meta.proxy
    }
    given = {f"{part.model._meta.label}.{part.path}" for part in PARTS}
    assert relations - given == ACTED


def test_each_table_and_column_has_a_name_in_french() -> None:
    with translation.override("fr"):
        french = [name_of(part, column) for part in PARTS for column in part.columns.split()]
    assert len(french) == sum(len(part.columns.split()) for part in PARTS)
    assert [name for name in french if re.search(r" at$|^Text |^Form ", name)] == []
    unnamed = {part.name for part in PARTS if isinstance(part.model._meta.verbose_name_plural, str)}
    assert unnamed <= set(HEADINGS)


def test_no_secret_is_in_the_file(person: Person) -> None:
    columns = {column for part in PARTS for column in part.columns.split()}
    secrets = {
        "password",
        "secret",
        "token",
        "code_hash",
        "link_hash",
        "request_key_hash",
        "session_key",
        "data",
        "pdf",
    }
    assert columns & secrets == set()


@pytest.mark.parametrize(
    ("language", "heading"), [("en", "The data about you"), ("fr", "Les données qui vous concernent")]
)
def test_page_displays_the_same_in_both_languages(person: Person, language: str, heading: str) -> None:
    with translation.override(language):
        path = reverse("own_data")
    page = signed_in(person).get(path).content.decode()
    assert [heading in page, person.email in page, CANARY.casefold() in page.casefold()] == [True, True, False]
    assert not AuditEvent.objects.filter(verb="own-data-downloaded").exists()


@pytest.mark.parametrize("language", ["en", "fr"])
def test_page_displays_words_instead_of_codes(people: People, programme: Programme, language: str) -> None:
    series, sessions = programme.open_series("ltc-cop", sessions=2, title_en="Serious illness", title_fr="")
    people.ama.time_zone = ZONE
    people.ama.save()
    rows = enroll(people.ama, series, *sessions, whole=True)
    leave_session(registration=rows[0], by=people.ama)
    leave_series(person=people.ama, series=series, by=people.ama)
    use_mailbox(person=people.ama)
    with translation.override(language):
        page = signed_in(people.ama).get(reverse("own_data")).content.decode()
        words = [str(kind_label("confirmation")), sentence_of("enroll", {}), zone_label(ZONE, language)]
    main = page.partition("<main")[2].partition("</main>")[0]
    codes = re.findall(r"<dd>([a-z]+(?:[-:/_][\w-]+)+)</dd>|(America/\w+)|<dd>(en|fr|confirmation|left)</dd>", main)
    assert codes == []
    assert [one for one in words if one not in main] == []
    title = "Serious illness" if language == "en" else '<span lang="en">Serious illness</span>'
    label = "Series: " if language == "en" else "Série\u00a0: "
    assert f"<dd>{label}{title}</dd>" in main


def test_both_open_only_shortly_after_signing_in(person: Person) -> None:
    client = signed_in(person, minutes_ago=16)
    for answer in (client.get(reverse("own_data")), client.post(reverse("own_data_file"))):
        assert "Sign in again" in answer.content.decode()
        assert person.name not in answer.content.decode()
    answer = client.post(reverse("sign_in_again"), {"next": reverse("own_data")})
    assert answer.headers["Location"] == reverse("sign_in_code")
    assert client.get(reverse("own_data")).status_code == 302, "signed out"
    assert Client().get(reverse("own_data")).status_code == 302
    assert not AuditEvent.objects.filter(verb="own-data-downloaded").exists()


def test_person_with_a_second_factor_is_asked_for_it(people: People) -> None:
    client = signed_in_client(people.staff)
    assert client.get(reverse("own_data")).status_code == 200
    session = client.session
    session["account_authentication_methods"] = [
        {**row, "at": row["at"] - 360} for row in session["account_authentication_methods"]
    ]
    session.save()
    assert "2fa" in client.get(reverse("own_data"))["Location"]


def test_page_of_details_leads_to_the_data(person: Person) -> None:
    assert reverse("own_data") in signed_in(person).get(reverse("profile")).content.decode()
