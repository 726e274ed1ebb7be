"""The desk, the page of a series and the home page name the same next session."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from tests.admin.pages import says
from tests.admin.two_hubs import signed_in_client
from tests.builders import Programme
from tests.people import People

pytestmark = pytest.mark.django_db
STATES: dict[str, dict[str, Any]] = {
    "without an hour": {"days": 3, "at": ""},
    "cancelled": {"days": 3, "state": "cancelled"},
    "draft": {"days": 3, "state": "draft"},
    "held": {"days": -3},
    "later that day": {"days": 9, "at": "15:00"},
    "with an hour": {"days": 3},
}


@pytest.mark.parametrize(
    ("state", "number"),
    [("without an hour", 1), ("cancelled", 2), ("draft", 2), ("held", 2), ("later that day", 2), ("with an hour", 1)],
)
def test_every_page_names_the_same_next_session(
    client: Client, programme: Programme, people: People, state: str, number: int
) -> None:
    series = programme.series("both")
    programme.session(series, 1, **STATES[state])
    programme.session(series, 2, days=9, at="12:00")
    desk = signed_in_client(people.coordinator(programme.national))
    on_desk = desk.get(reverse("admin:echo_sessions_series_desk", args=(series.pk,))).context["next"]
    page = client.get(reverse("series", args=(series.slug,))).context["series"]
    home = client.get(reverse("catalogue")).context["catalogue"]
    marked = [row.number for row in page.rows if row.is_next]
    assert (on_desk.number, marked, page.next.row.number, home.next.row.number) == (number, [number], number, number)


@pytest.mark.parametrize(
    ("language", "soon", "hour"),
    [
        ("en", "Next session, in 3 days", "Time to be announced"),
        ("fr", "Prochaine séance, dans 3 jours", "Heure à confirmer"),
    ],
)
def test_next_session_without_an_hour_is_displayed_with_its_date(
    client: Client, programme: Programme, language: str, soon: str, hour: str
) -> None:
    series = programme.series("dated")
    programme.session(series, 1, days=3, at="")
    programme.session(series, 2, days=9)
    with translation.override(language):
        pages = [reverse("catalogue"), reverse("series", args=(series.slug,))]
    for page in pages:
        answer = client.get(page)
        assert soon in says(answer), page
        assert hour in says(answer), page
        assert " 0 minute" not in says(answer), page
