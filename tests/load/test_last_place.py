"""F15, the last place: concurrent registrations never get the same place."""

import contextlib
import functools
import threading
import uuid
from typing import Any

import pytest
from django.urls import reverse

from accounts.actions import Details
from echo_portal.lib.refusals import Refusal
from registrations import actions
from registrations.actions import enrolling, places
from registrations.models import Registration
from registrations.queries.places import places_taken, sessions_of
from sessions.models import Series, Session, SessionQuerySet
from tests.builders import Programme
from tests.load.conftest import FULL, LiveWeb, at_once
from tests.load.forms import form

PEOPLE, PLACES = 200, 50


@pytest.mark.parametrize("_round", range(5 if FULL else 1))
def test_200_people_at_once_get_50_places_and_150_waiting_numbers(
    live_web: LiveWeb, programme: Programme, _round: int
) -> None:
    series = programme.series("popular")
    limited = programme.session(series, 1, capacity=PLACES)
    programme.session(series, 2)
    path = reverse("register", kwargs={"slug": series.slug})
    answers = live_web.post_at_once(path, [form(number, limited) for number in range(PEOPLE)])
    assert {answer.status for answer in answers} == {302}
    assert len({answer.location for answer in answers}) == PEOPLE
    # Primary keys are assigned while the session is locked, so they are in the order of the commits.
    rows = list(Registration.objects.order_by("pk").values_list("state", "waiting_number"))
    assert rows[:PLACES] == [("registered", None)] * PLACES
    assert rows[PLACES:] == [("waiting", number) for number in range(1, PEOPLE - PLACES + 1)]


def two_at_once_for_one_place(programme: Programme, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Register two people at the same time. Without a lock, both count free places before either is registered."""
    series = programme.series("popular")
    session = programme.session(series, 1, capacity=1)
    both_have_counted = threading.Barrier(2)
    place_for = places.place_for

    def count_and_pause(*arguments: Any) -> Any:
        place = place_for(*arguments)
        with contextlib.suppress(threading.BrokenBarrierError):  # the other thread waits for the lock
            both_have_counted.wait(1.5)
        return place

    monkeypatch.setattr(places, "place_for", count_and_pause)
    at_once([functools.partial(enroll, number, series, session) for number in (1, 2)])
    return sorted(Registration.objects.values_list("state", flat=True))


def enroll(number: int, series: Series, session: Session) -> None:
    actions.enroll(
        application=actions.Application(
            form_key=uuid.uuid4(),
            details=Details(name="Person", email=f"person-{number}@example.org", language="en"),
            series=series,
            session_ids=(session.pk,),
            whole_series=False,
            typed_key="",
            news=False,
            page_language="en",
        ),
        key=None,
        signed_in=None,
    )


@pytest.mark.django_db(transaction=True)
def test_one_of_two_people_gets_the_last_place_and_the_other_waits(
    programme: Programme, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert two_at_once_for_one_place(programme, monkeypatch) == ["registered", "waiting"]


@pytest.mark.django_db(transaction=True)
def test_two_people_receive_the_same_place_without_the_lock(
    programme: Programme, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Control: without the lock, both are registered."""
    monkeypatch.setattr(enrolling, "lock_limited", sessions_of)
    assert two_at_once_for_one_place(programme, monkeypatch) == ["registered", "registered"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("locked", [True, False])
def test_free_place_is_claimed_once_by_two_people_at_the_same_time(
    programme: Programme, monkeypatch: pytest.MonkeyPatch, locked: bool
) -> None:
    """Two people on the waiting list claim one free place. Control: without the lock, both get it."""
    series = programme.series("popular")
    session = programme.session(series, 1, capacity=1)
    for number in (1, 2, 3):
        enroll(number, series, session)
    Session.objects.update(promote_until_minutes=28 * 24 * 60)
    first, *waiting = Registration.objects.order_by("pk")
    actions.leave_session(registration=first, by=None)
    both_have_counted = threading.Barrier(2)
    count = places_taken

    def count_and_pause(sessions: list[Session]) -> Any:
        taken = count(sessions)
        with contextlib.suppress(threading.BrokenBarrierError):  # the other thread waits for the lock
            both_have_counted.wait(1.5)
        return taken

    monkeypatch.setattr(enrolling, "places_taken", count_and_pause)
    if not locked:
        monkeypatch.setattr(SessionQuerySet, "select_for_update", lambda rows, **_options: rows)

    def claim(row: Registration) -> str:
        try:
            return actions.claim_place(registration=row, by=None).state
        except Refusal as refusal:
            return refusal.code

    answers = at_once([functools.partial(claim, row) for row in waiting])
    assert sorted(answers) == (["no-place", "registered"] if locked else ["registered", "registered"])
