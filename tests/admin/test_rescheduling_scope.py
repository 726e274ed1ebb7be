"""Pages that move or cancel a session, or recall a change, return 404 for a session of another hub."""

import datetime as dt
from typing import Any

import pytest
from django.contrib import admin
from django.http import HttpRequest
from django.test import Client
from django.utils import timezone

from accounts.models import Person
from echo_portal.admin.session import SessionAdmin
from hubs.models import Hub
from registrations.actions import NewTime, reschedule_session
from registrations.models import Registration, SessionChange
from sessions.models import Series, Session
from tests.admin.pages import leaks, request_of, says, text_of
from tests.admin.session_changes import commit, new_time, page, preview
from tests.admin.two_hubs import CANARY, HubRows, signed_in_client
from tests.people import People
from tests.tables import checksums


@pytest.mark.usefixtures("luc_registered")
def test_clashing_session_of_another_hub_is_not_named(coordinator_client: Client, own: HubRows, other: HubRows) -> None:
    now = timezone.now()
    Registration.objects.create(
        person=own[Person], session=other[Session], state="registered", registered_at=now, changed_at=now
    )
    Session.objects.filter(pk=own[Session].pk).update(start_time=dt.time(9), end_time=dt.time(10))
    session = Session.objects.get(pk=own[Session].pk)
    session.save()
    shown = preview(coordinator_client, session, start_time="12:00", end_time="13:00")
    assert "1 registrant has a session of another hub at that time." in says(shown)
    assert "OWNHUB-person has" not in says(shown)
    assert not leaks(shown)
    for language in ("en", "fr"):
        assert not leaks(coordinator_client.get(page(session, "sample", shown.context["sample_key"], language)))


def pages_of(session: Session) -> list[str]:
    change = SessionChange.objects.filter(session=session).order_by("pk").last()
    return [
        *(page(session, name) for name in ("move", "cancel", "write")),
        page(session, "recall", change.pk if change else 0),
        page(session, "unwrite", 1),
        page(session, "sample", "x", "en"),
    ]


def test_change_pages_of_another_hubs_session_are_not_found(own: HubRows, other: HubRows, people: People) -> None:
    client = signed_in_client(own.coordinator)
    theirs = other[Session]
    reschedule_session(
        session=theirs,
        new_time=NewTime(theirs.on_date, dt.time(15), dt.time(16), "America/Toronto"),
        by=people.staff,
    )
    other[Series].partner_hubs.add(own.hub)  # a partner hub may only view the series
    before = checksums()
    for where in pages_of(theirs):
        for step in ("preview", "commit", "send"):
            data = {**new_time(theirs), "step": step, "revision": 1, "whom": "all", "counted": 1}
            for answer in (client.get(where), client.post(where, data)):
                assert answer.status_code == 404, where
                assert not leaks(answer)
    assert checksums() == before


def test_change_cannot_be_recalled_through_the_page_of_another_session(
    own: HubRows, other: HubRows, people: People
) -> None:
    theirs = other[Session]
    moved = NewTime(theirs.on_date, dt.time(15), dt.time(16), "America/Toronto")
    change = reschedule_session(session=theirs, new_time=moved, by=people.staff)
    answer = signed_in_client(own.coordinator).post(page(own[Session], "recall", change.pk))
    assert answer.status_code == 404
    theirs.refresh_from_db()
    assert theirs.start_time == dt.time(15)


def test_change_pages_are_closed_to_staff_without_a_hub_and_strangers(own: HubRows, people: People) -> None:
    nobody = signed_in_client(people.make("nobody@example.org", "No Hub", is_staff=True))
    for client, status in ((nobody, 404), (signed_in_client(people.stranger), 302), (Client(), 302)):
        for where in pages_of(own[Session]):
            answer = client.get(where)
            assert answer.status_code == status
            assert "OWNHUB" not in text_of(answer)


def test_pallium_staff_can_move_sessions_of_every_hub(own: HubRows, other: HubRows, people: People) -> None:
    client = signed_in_client(people.staff)
    for rows in (own, other):
        commit(client, rows[Session])
        rows[Session].refresh_from_db()
        assert rows[Session].start_time == dt.time(15)


class Unscoped(SessionAdmin):
    def get_queryset(self, request: HttpRequest) -> Any:
        return Session.objects.all()

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True


def test_unscoped_change_page_displays_a_session_of_another_hub(own: HubRows, other: HubRows) -> None:
    request = request_of(own.coordinator)
    answer: Any = Unscoped(Session, admin.site).move_view(request, other[Session].pk)
    answer.render()
    assert CANARY in answer.content.decode()
    assert Hub.objects.editable_by(own.coordinator).count() == 1
