"""When the waiting list no longer moves up, the people on it get an email about a free place (PRODUCT.md 2, 4)."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.links import MANAGE, token_for
from accounts.models import Person
from echo_portal.outbox.models import Message
from echo_portal.outbox.suppressions import suppress
from registrations import actions, tasks
from registrations.models import Registration
from sessions.models import Session
from tests.builders import Programme, enroll
from tests.messages import deliver_only
from tests.people import People
from tests.smtp_server import Sink

pytestmark = pytest.mark.django_db

# Monday at noon in Toronto; the session starts at noon on Wednesday, and its list stopped moving up before.
NOW = dt.datetime(2030, 11, 25, 17, tzinfo=dt.UTC)
KIND = "free-place"


@pytest.fixture
def full(programme: Programme, people: People) -> Session:
    """Return a session with one place, which Ama has. Luc and Sam wait, in this order."""
    day = timezone.localdate(NOW) + dt.timedelta(days=2)
    with time_machine.travel(NOW - dt.timedelta(days=20), tick=False):
        series = programme.series("small", title_fr="Petite série")
        session = programme.session(series, 1, on_date=day, capacity=1, promote_until_minutes=7 * 24 * 60)
        for person in (people.ama, people.luc, people.stranger):
            enroll(person, series, session)
    Message.objects.all().delete()
    return session


def give_back(person: Person, session: Session, *, at: dt.datetime = NOW) -> None:
    with time_machine.travel(at, tick=False):
        row = Registration.objects.get(person=person, session=session)
        actions.leave_session(registration=row, by=person)


def tick(at: dt.datetime = NOW) -> None:
    with time_machine.travel(at, tick=False):
        tasks.promote_waiting()


def written() -> list[tuple[str, str]]:
    return list(Message.objects.filter(kind=KIND).order_by("pk").values_list("address", "state"))


def test_people_on_the_waiting_list_are_told_once_about_a_free_place(full: Session, people: People) -> None:
    give_back(people.ama, full)
    assert written() == [(people.luc.email, "queued"), (people.stranger.email, "queued")]
    tick()
    tick(NOW + dt.timedelta(hours=5))
    assert len(written()) == 2
    claim(people.luc, full)
    give_back(people.luc, full, at=NOW + dt.timedelta(hours=1))
    assert len(written()) == 2, "Sam has been told already"


def claim(person: Person, session: Session) -> None:
    with time_machine.travel(NOW, tick=False):
        actions.claim_place(registration=Registration.objects.get(person=person, session=session), by=person)


def test_email_says_in_both_languages_that_the_first_who_asks_gets_the_place(
    client: Client, full: Session, people: People, sink: Sink
) -> None:
    give_back(people.ama, full)
    with time_machine.travel(NOW, tick=False):
        deliver_only(kind=KIND)
        sent = {str(email["To"]): email for email in sink.emails}
        french, english = sent[people.luc.email], sent[people.stranger.email]
        assert english["Subject"] == "A place is free: small 1"
        assert (
            french["Subject"] == "Une place est libre\u00a0: Petite série\u00a0: Séance 1"
            or "libre" in french["Subject"]
        )
        text = str(english.get_body(("plain",)).get_content())  # type: ignore[union-attr]
        assert "so the first person who asks gets it" in " ".join(text.split())
        assert "La liste d’attente n’avance plus" in " ".join(
            str(french.get_body(("plain",)).get_content()).split()  # type: ignore[union-attr]
        )
        assert [part.get_content_type() for part in english.walk()].count("text/calendar") == 0
        page = client.get(reverse("my_sessions_link", kwargs={"token": token_for(people.stranger, MANAGE)}))
        assert "Take the free place" in page.content.decode()


def test_email_is_not_sent_after_the_place_was_taken_but_for_the_next_place(
    full: Session, people: People, sink: Sink
) -> None:
    give_back(people.ama, full)
    claim(people.luc, full)
    with time_machine.travel(NOW, tick=False):
        deliver_only(kind=KIND)
    assert sink.emails == []
    assert written() == [(people.luc.email, "dropped"), (people.stranger.email, "dropped")]
    give_back(people.luc, full)
    assert written()[2:] == [(people.stranger.email, "queued")]


@pytest.mark.parametrize("moves", [True, False])
def test_nobody_is_told_while_the_list_moves_up_or_no_place_is_free(full: Session, people: People, moves: bool) -> None:
    if moves:
        Session.objects.filter(pk=full.pk).update(promote_until_minutes=120)
        give_back(people.ama, full)
        assert Message.objects.get(kind="place-from-waiting-list").address == people.luc.email
    tick()
    assert written() == []


def test_newcomer_who_takes_the_place_leaves_nobody_to_tell(
    full: Session, people: People, programme: Programme
) -> None:
    with time_machine.travel(NOW, tick=False):
        Registration.objects.filter(person=people.ama).delete()
        enroll(people.staff, full.series, full)
    tick()
    assert written() == []


@pytest.mark.parametrize(
    ("zone", "hour", "due"),
    [
        ("America/Toronto", 17, NOW),  # noon
        ("America/Toronto", 27, dt.datetime(2030, 11, 26, 12, tzinfo=dt.UTC)),  # 10 pm: 7 am the next day
        ("America/Vancouver", 29, dt.datetime(2030, 11, 26, 14, tzinfo=dt.UTC)),  # 10 pm there
        ("America/Toronto", 35, dt.datetime(2030, 11, 26, 12, tzinfo=dt.UTC)),  # 6 am: 7 am the same day
    ],
)
def test_nobody_is_told_at_night(full: Session, people: People, zone: str, hour: int, due: dt.datetime) -> None:
    Person.objects.filter(pk=people.luc.pk).update(time_zone=zone)
    at = NOW.replace(hour=0) + dt.timedelta(hours=hour)
    give_back(people.ama, full, at=at)
    message = Message.objects.get(kind=KIND, address=people.luc.email)
    assert message.is_urgent == (at == due)
    if at != due:
        assert message.due_at == due
    assert message.expires_at == full.starts_at


def test_nobody_is_told_in_the_morning_after_the_start(full: Session, people: People) -> None:
    Session.objects.filter(pk=full.pk).update(starts_at=NOW + dt.timedelta(hours=18, minutes=59))  # 6:59 am
    give_back(people.ama, full, at=NOW + dt.timedelta(hours=12))
    assert written() == []


def test_suppressed_address_gets_no_email(full: Session, people: People, sink: Sink) -> None:
    give_back(people.ama, full)
    suppress(address=people.luc.email, reason="hard-bounce", scope_id=full.series.hub_id)
    with time_machine.travel(NOW, tick=False):
        deliver_only(kind=KIND)
    assert [email["To"] for email in sink.emails] == [people.stranger.email]


def test_leaving_the_list_withdraws_the_email(full: Session, people: People) -> None:
    give_back(people.ama, full)
    give_back(people.luc, full)
    assert written() == [(people.luc.email, "cancelled"), (people.stranger.email, "queued")]


def test_number_of_statements_is_the_same_for_any_number_of_waiting_people(full: Session, people: People) -> None:
    Registration.objects.filter(person=people.ama).update(state="cancelled", cancelled_at=NOW)
    with CaptureQueriesContext(connection) as two, time_machine.travel(NOW, tick=False):
        actions.promote_waiting(session_id=full.pk)
    with time_machine.travel(NOW - dt.timedelta(days=10), tick=False):
        for number in range(30):
            person = people.make(f"n{number}@example.org", f"N{number}")
            row = Registration(person=person, session=full, state="waiting", waiting_number=10 + number)
            row.registered_at = row.changed_at = NOW
            row.save()
    with CaptureQueriesContext(connection) as many, time_machine.travel(NOW, tick=False):
        actions.promote_waiting(session_id=full.pk)
    assert len(written()) == 32
    assert len(many) == len(two)
