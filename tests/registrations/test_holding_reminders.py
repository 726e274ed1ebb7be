"""Hold all reminders of a session: waiting ones, those written later, and those that were held one by one."""

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEvent
from echo_portal.lib.refusals import Refusal
from echo_portal.outbox.actions import hold_message
from echo_portal.outbox.delivery import deliver_due
from echo_portal.outbox.models import Message, MessageQuerySet
from registrations import actions
from registrations.message_kinds import REMINDERS
from sessions.models import Session
from tests.admin.pages import says
from tests.admin.two_hubs import signed_in_client
from tests.builders import Programme, enroll
from tests.people import People
from tests.smtp_server import Sink
from tests.tables import checksums

pytestmark = pytest.mark.django_db


def reminders(session: Session) -> MessageQuerySet:
    places = session.registrations.values_list("pk", flat=True)
    return Message.objects.about(*(f"registration:{pk}" for pk in places)).filter(kind__in=REMINDERS)


def states(session: Session) -> set[str]:
    return set(reminders(session).values_list("state", flat=True))


def test_held_reminders_do_not_leave_and_released_ones_do(programme: Programme, people: People, sink: Sink) -> None:
    series, (session, next_one) = programme.open_series(sessions=2)
    enroll(people.ama, series, session, next_one)
    count = reminders(session).count()
    assert (count, actions.hold_reminders(session=session, by=people.staff)) == (2, 2)
    assert (states(session), states(next_one)) == ({"held"}, {"queued"})
    reminders(session).update(due_at=timezone.now() - dt.timedelta(minutes=1))
    Message.objects.filter(kind="confirmation").delete()
    assert deliver_due() == {}
    assert actions.release_reminders(session=session, by=people.staff) == 2
    assert deliver_due()["sent"] >= 1
    assert len(sink.emails) >= 1


def test_reminders_that_are_written_later_are_held_too(programme: Programme, people: People) -> None:
    series, (session,) = programme.open_series(sessions=1)
    assert actions.hold_reminders(session=session, by=people.staff) == 0
    enroll(people.ama, series, session)
    assert states(session) == {"held"}
    moved = Session.objects.get(pk=session.pk)
    new_time = actions.NewTime(
        on_date=timezone.localdate() + dt.timedelta(days=50),
        start_time=dt.time(12),
        end_time=dt.time(13),
        time_zone="America/Toronto",
    )
    actions.reschedule_session(session=moved, new_time=new_time, by=people.staff)
    assert states(session) == {"cancelled", "held"}


def test_a_reminder_that_was_held_alone_stays_held(programme: Programme, people: People) -> None:
    series, (session,) = programme.open_series(sessions=1)
    enroll(people.ama, series, session)
    alone = reminders(session).earliest("pk")
    hold_message(message=alone)
    assert actions.hold_reminders(session=session, by=people.staff) == 1
    assert actions.release_reminders(session=session, by=people.staff) == 1
    assert list(reminders(session).filter(state="held")) == [alone]


def test_holding_twice_changes_nothing_more(programme: Programme, people: People) -> None:
    series, (session,) = programme.open_series(sessions=1)
    enroll(people.ama, series, session)
    actions.hold_reminders(session=session, by=people.staff)
    before = checksums()
    assert actions.hold_reminders(session=session, by=people.staff) == 0
    assert checksums() == before
    actions.release_reminders(session=session, by=people.staff)
    before = checksums()
    assert actions.release_reminders(session=session, by=people.staff) == 0
    assert checksums() == before
    verbs = AuditEvent.objects.filter(about=f"session:{session.pk}").values_list("verb", flat=True)
    assert sorted(verb for verb in verbs if verb.startswith("reminders")) == ["reminders-held", "reminders-released"]


def test_reminders_of_a_cancelled_session_cannot_be_held(programme: Programme, people: People) -> None:
    _series, (session,) = programme.open_series(sessions=1)
    Session.objects.update(state="cancelled")
    with pytest.raises(Refusal, match="No reminder of this session is left"):
        actions.hold_reminders(session=session, by=people.staff)


def test_the_desk_holds_and_releases_with_one_press(programme: Programme, people: People) -> None:
    series, (session,) = programme.open_series(sessions=1, hub=programme.bc)
    enroll(people.ama, series, session)
    client = signed_in_client(people.coordinator(programme.bc))
    desk = reverse("admin:echo_sessions_series_desk", args=(series.pk,))
    page = reverse("admin:echo_sessions_session_reminders", args=(session.pk,))
    assert "Hold them" in client.get(desk).content.decode()
    held = client.post(page, {"act": "hold"}, follow=True).content.decode()
    assert "2 reminders are held. Reminders that are written later are held, too." in held
    assert ("The reminders are held." in held, "Hold them" in held) == (True, False)
    assert "2 reminders were released." in client.post(page, {"act": "release"}, follow=True).content.decode()
    assert client.get(page).status_code == 405


def test_a_coordinator_of_another_hub_and_a_visitor_hold_nothing(programme: Programme, people: People) -> None:
    series, (session,) = programme.open_series(sessions=1, hub=programme.bc)
    enroll(people.ama, series, session)
    page = reverse("admin:echo_sessions_session_reminders", args=(session.pk,))
    stranger = signed_in_client(people.coordinator(programme.national))
    before = checksums()
    assert (stranger.post(page, {"act": "hold"}).status_code, Client().post(page).status_code) == (404, 302)
    assert checksums() == before


def test_reminders_of_a_session_without_an_hour_are_held_without_contradiction(
    programme: Programme, people: People
) -> None:
    session = programme.session(programme.series("hourless"), 1, at="")
    desk = signed_in_client(people.coordinator(programme.national))
    page = reverse("admin:echo_sessions_session_reminders", args=(session.pk,))
    held = says(desk.post(page, {"act": "hold"}, follow=True))
    assert "No reminder waits now. Reminders that are written later are held." in held
    assert "Reminders will be held, once the hour is known." in held
    assert "The reminders are held." not in held
    released = says(desk.post(page, {"act": "release"}, follow=True))
    assert "No reminder waits now. Reminders that are written later are sent." in released
