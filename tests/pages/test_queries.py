"""The number of a page's queries is the same for one session and for many."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.links import MANAGE, token_for
from registrations.models import Registration
from sessions.models import Series, Session
from tests.builders import Programme
from tests.people import People

pytestmark = pytest.mark.django_db

CATALOGUE, CATALOGUE_SIGNED_IN = 5, 9
SERIES, SERIES_SIGNED_IN = 4, 9
MY_SESSIONS_LINK, MY_SESSIONS_SIGNED_IN = (
    7,
    10,
)  # if signed in: three more, for the browser session with its person, attendance, and sessions that the person leads


def sessions_of(series: Series, number: int) -> list[Session]:
    """Create a session a day from tomorrow on. The first one and every second one after it have a capacity."""
    rows = []
    for index in range(number):
        row = Session(
            series=series,
            number=index + 1,
            state=Session.State.PUBLISHED,
            title_en=f"Session {index + 1}",
            on_date=timezone.localdate() + dt.timedelta(days=index + 1),
            start_time=dt.time(12),
            end_time=dt.time(13),
            capacity=None if index % 2 else 1,
        )
        row.derive_moments()
        rows.append(row)
    return Session.objects.bulk_create(rows)


def place_on(sessions: list[Session], people: People) -> None:
    """Register Ama for each session. In sessions with one place, Luc gets the place and Ama is on the waiting list."""
    now = timezone.now()
    state = Registration.State
    rows = [
        Registration(
            person=people.ama,
            session=session,
            registered_at=now,
            changed_at=now,
            state=state.REGISTERED if session.capacity is None else state.WAITING,
            waiting_number=None if session.capacity is None else 1,
        )
        for session in sessions
    ]
    rows += [
        Registration(person=people.luc, session=session, registered_at=now, changed_at=now, state=state.REGISTERED)
        for session in sessions
        if session.capacity is not None
    ]
    Registration.objects.bulk_create(rows)


@pytest.fixture(params=[1, 300])
def series(request: pytest.FixtureRequest, programme: Programme, people: People) -> Series:
    row = programme.series("long")
    place_on(sessions_of(row, request.param), people)
    return row


def queries(client: Client, url: str) -> int:
    """Return the number of queries of a second request, because the first one fills the caches of the process."""
    client.get(url)
    with CaptureQueriesContext(
        connection,
    ) as seen:
        assert client.get(url).status_code == 200
    return len(seen)


def test_catalogue_query_count_is_constant(client: Client, series: Series) -> None:
    assert queries(client, f"{reverse('catalogue')}?show=2000") == CATALOGUE


def test_catalogue_query_count_is_constant_when_signed_in(client: Client, series: Series, people: People) -> None:
    client.force_login(people.ama)
    assert queries(client, f"{reverse('catalogue')}?show=2000") == CATALOGUE_SIGNED_IN


def test_series_query_count_is_constant(client: Client, series: Series) -> None:
    assert queries(client, reverse("series", kwargs={"slug": "long"})) == SERIES


def test_series_query_count_is_constant_when_signed_in(client: Client, series: Series, people: People) -> None:
    client.force_login(people.ama)
    assert queries(client, reverse("series", kwargs={"slug": "long"})) == SERIES_SIGNED_IN


def test_my_sessions_query_count_is_constant_for_a_personal_link(
    client: Client, series: Series, people: People
) -> None:
    url = reverse("my_sessions_link", kwargs={"token": token_for(people.ama, MANAGE)})
    assert queries(client, url) == MY_SESSIONS_LINK


def test_my_sessions_query_count_is_constant_when_signed_in(client: Client, series: Series, people: People) -> None:
    client.force_login(people.ama)
    assert queries(client, reverse("my_sessions")) == MY_SESSIONS_SIGNED_IN
