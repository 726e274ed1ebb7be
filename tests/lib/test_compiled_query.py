"""Compiled queries return the same instances as their querysets."""

import datetime as dt
import uuid
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.sessions.models import Session as BrowserSession
from django.db import connection
from django.db.models import Count, QuerySet
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts import browser_sessions, second_factor
from credits.queries import accreditations as of_credits
from echo_portal.lib.compiled_query import compiled_query
from echo_portal.outbox.actions import write_message
from echo_portal.people_with_roles import _person_with_has_role
from echo_portal.views import queries as of_pages
from hubs import queries as of_hubs
from registrations.emails.reminding import DECIDING
from registrations.models import Registration
from registrations.queries import email_facts
from registrations.queries import people as of_people
from registrations.queries import places as of_places
from sessions import queries as of_sessions
from sessions.models import Series, Session
from tests.builders import Programme
from tests.people import People

pytestmark = pytest.mark.django_db


@compiled_query
def sessions_in(series_ids: list[int], since: dt.datetime, *, cancelled: bool) -> QuerySet[Session]:
    rows = Session.objects.filter(series_id__in=series_ids, over_at__gt=since).select_related("series__hub")
    rows = rows.annotate(people=Count("registrations"))
    return (rows if cancelled else rows.exclude(state="cancelled")).order_by("pk")


def told(rows: list[Any]) -> list[dict[str, Any]]:
    """Return all attributes of each instance, including those of related instances that are loaded."""
    return [
        {name: value for name, value in vars(row).items() if name != "_state"}
        | {f"{name}.": told([one])[0] for name, one in row._state.fields_cache.items() if one is not None}
        for row in rows
    ]


@pytest.fixture
def full(programme: Programme, people: People) -> list[Session]:
    """Create two series with places, keys, materials and registrations, and return their sessions."""
    first, sessions = programme.open_series("first", choose_one=False)
    second, others = programme.open_series("second", registration_mode="key")
    second.recommended_first.add(first)
    programme.key(second, "SECOND")
    others[0].capacity = 2
    others[0].save()
    others[1].materials.create(kind="slides", language="en", url="https://example.org/slides")
    now = timezone.now()
    for session in [*sessions, *others]:
        Registration.objects.create(
            person=people.ama, session=session, state="registered", registered_at=now, changed_at=now
        )
    Authenticator.objects.create(user=people.ama, type="totp", data={})
    BrowserSession.objects.create(session_key="key", session_data="", expire_date=now + dt.timedelta(days=1))
    write_message(
        kind="reminder-day", dedupe_key="one", address="a@example.org", language="en", about="x", why=lambda: "y",
        person_id=people.ama.pk,
    )  # fmt: skip
    return [*sessions, *others]


def questions(full: list[Session], people: People) -> dict[str, tuple[Any, tuple[Any, ...], dict[str, Any]]]:
    now, session = timezone.now(), full[-1]
    ids = [session.series_id, full[0].series_id]
    places, far = list(Registration.objects.values_list("pk", flat=True)), now + dt.timedelta(days=400)
    everything = {"profession": "RN", "area": "PALL", "hub": "bc", "language": "en", "credits": True}
    return {
        "here": (sessions_in, (ids, now), {"cancelled": False}),
        "hubs": (of_pages.hubs_by_name, (), {}),
        "agenda": (of_pages.agenda, (now,), {"first": 12}),
        "agenda, filtered": (of_pages.agenda, (now,), {"first": 12, **everything}),
        "running": (of_pages.running_series, (now,), {}),
        "series": (of_pages.series_with_details, (session.series.slug,), {}),
        "sessions of a series": (of_pages.sessions_of_series, (session.series_id,), {}),
        "sessions with materials": (of_pages.sessions_with_materials, ([row.pk for row in full],), {}),
        "session page": (of_pages.session_with_details, (session.public_id,), {}),
        "published": (of_sessions._published_series, (session.series.slug,), {}),
        "to choose": (of_places._sessions_to_choose, (session.series_id, now), {}),
        "registrations": (of_people._registrations_of, (people.ama.pk,), {}),
        "person of an email": (email_facts.active_recipient, (people.ama.pk,), {}),
        "series of an email": (email_facts.series_of_email, (session.series_id,), {}),
        "places of an email": (email_facts.registrations_of_email, (places, people.ama.pk), {}),
        "recommended": (email_facts.recommended_first, (session.series_id,), {}),
        "active places": (email_facts.active_among, (places,), {}),
        "place of a reminder": (email_facts.active_place, (places[0],), {"only": ()}),
        "place, briefly": (email_facts.active_place, (places[0],), {"only": DECIDING}),
        "session before": (email_facts.session_before, (session.series_id, far), {}),
        "reminders beside": (
            email_facts.other_reminders,
            (0, people.ama.pk, "reminder-day", now - dt.timedelta(days=1), far),
            {},
        ),
        "standing": (of_people._active, (people.ama.pk, [row.pk for row in full]), {}),
        "enrollments": (of_people._active_enrollments, (people.ama.pk,), {}),
        "accreditations": (of_credits._complete, (ids,), {}),
        "programme": (of_hubs._programme, (), {}),
        "authenticator app": (second_factor._authenticator_app, (people.ama.pk,), {}),
        "browser session": (browser_sessions._unexpired, ("key", now), {}),
        "signed-in person": (_person_with_has_role, (people.ama.pk, now, now.date()), {}),
    }


def test_compiled_query_returns_the_same_rows_as_its_queryset(full: list[Session], people: People) -> None:
    for name, (ask, values, choices) in questions(full, people).items():
        plain = told(list(ask.uncompiled(*values, **choices)))
        for _time in ("written", "read again"):
            assert told(ask(*values, **choices)) == plain, name
        if name not in ("agenda, filtered", "enrollments", "accreditations"):
            assert plain, name


def test_compiled_query_can_be_called_with_other_values(full: list[Session]) -> None:
    now, ids = timezone.now(), {row.series_id for row in full}
    for series_id in ids:
        rows = sessions_in([series_id], now, cancelled=True)
        assert {row.series_id for row in rows} == {series_id}
    assert len(sessions_in(sorted(ids), now, cancelled=True)) == len(full)
    assert sessions_in(sorted(ids), now + dt.timedelta(days=999), cancelled=True) == []
    assert len({row.pk for row in sessions_in([*ids] * 500, now, cancelled=True)}) == len(full)


def test_compiled_query_with_empty_list_runs_no_sql(db: None) -> None:
    with CaptureQueriesContext(connection) as seen:
        assert sessions_in([], timezone.now(), cancelled=True) == []
    assert len(seen) == 0


def test_compiled_query_contains_values_as_parameters_only(programme: Programme) -> None:
    programme.series("quiet")
    assert of_sessions._published_series("quiet")
    for hostile in ("x' OR 'a'='a", "%s", "quiet%%", "stand-in-0-6c1d", "\\"):
        assert of_sessions._published_series(hostile) == [], hostile


def test_query_that_cannot_be_compiled_is_executed_as_a_queryset(programme: Programme) -> None:
    programme.open_series("first")

    @compiled_query
    def backwards(number: int) -> QuerySet[Session]:
        return Session.objects.filter(number=number + 1)

    @compiled_query
    def with_more(slug: str) -> QuerySet[Series]:
        return Series.objects.filter(slug=slug).prefetch_related("sessions")

    assert [row.number for row in backwards(1)] == [2]
    assert len(with_more("first")[0].sessions.all()) == 3
    with pytest.raises(TypeError):
        backwards(object())


def test_compiled_query_accepts_uuids_and_dates(programme: Programme) -> None:
    _series, sessions = programme.open_series("first")

    @compiled_query
    def on(public_id: uuid.UUID, day: dt.date) -> QuerySet[Session]:
        return Session.objects.filter(public_id=public_id, on_date=day)

    for session in sessions:
        assert on(session.public_id, session.on_date) == [session]
