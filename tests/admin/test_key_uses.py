"""The list of enrollment keys contains how many people are enrolled with each key, and with each campaign's keys."""

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from registrations import actions
from tests.admin.pages import says
from tests.admin.two_hubs import signed_in_client
from tests.builders import Programme, enroll
from tests.people import People

pytestmark = pytest.mark.django_db
KEYS = 8  # queries of the list


def test_list_counts_people_by_key_and_campaign(programme: Programme, people: People) -> None:
    series, sessions = programme.open_series(registration_mode="key")
    first = programme.key(series, "SPRING-A", campaign="Conference")
    second = programme.key(series, "SPRING-B", campaign="Conference")
    third = programme.key(series, "POSTER", campaign="Poster")
    foreign, others = programme.open_series("bc-cop", hub=programme.bc, registration_mode="key")
    hidden = programme.key(foreign, "FOREIGN", campaign="Another hub")
    enroll(people.ama, series, *sessions, key=first)
    enroll(people.luc, series, *sessions, key=second)
    enroll(people.stranger, series, *sessions, key=third)
    enroll(people.ama, foreign, *others, key=hidden)
    actions.leave_series(person=people.stranger, series=series, by=people.stranger)
    desk = signed_in_client(people.coordinator(programme.national))
    page = desk.get(reverse("admin:echo_sessions_enrollmentkey_changelist"))
    assert page.context["cl"].campaigns() == [
        {"campaign": "Conference", "keys": 2, "people": 2},
        {"campaign": "Poster", "keys": 1, "people": 0},
    ]
    assert {row.text: row.uses_now for row in page.context["cl"].result_list} == {
        "SPRING-A": 1,
        "SPRING-B": 1,
        "POSTER": 0,
    }
    assert "<strong>Conference</strong>, 2 people, 2 keys" in says(page)
    found = desk.get(reverse("admin:echo_sessions_enrollmentkey_changelist"), {"q": "poster"})
    assert [row["campaign"] for row in found.context["cl"].campaigns()] == ["Poster"]


def test_list_of_keys_makes_the_same_queries_for_one_and_many(programme: Programme, people: People) -> None:
    series, _sessions = programme.open_series(registration_mode="key")
    desk = signed_in_client(people.coordinator(programme.national))

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert desk.get(reverse("admin:echo_sessions_enrollmentkey_changelist")).status_code == 200
        return len(queries)

    programme.key(series, "ONE", campaign="C0")
    asked()  # the first request fills caches
    few = asked()
    for number in range(300):
        programme.key(series, f"KEY{number}", campaign=f"C{number % 7}")
    assert (few, asked()) == (KEYS, KEYS)


@pytest.mark.parametrize(
    ("language", "sentence"), [("en", "2 people who used it"), ("fr", "2 personnes l’ont utilisée")]
)
def test_page_that_deletes_a_used_key_counts_its_people(
    programme: Programme, people: People, language: str, sentence: str
) -> None:
    series, sessions = programme.open_series(registration_mode="key")
    key = programme.key(series, "SPRING-A")
    for person in (people.ama, people.luc):
        enroll(person, series, *sessions, key=key)
    desk = signed_in_client(people.coordinator(programme.national))
    desk.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    page = says(desk.get(reverse("admin:echo_sessions_enrollmentkey_delete", args=(key.pk,))))
    assert sentence in page
    assert f" in {series.pk}" not in page
