"""Emails to an address whose owner has not used the mailbox, and the effects of using it (ADR 17)."""

import datetime as dt
import uuid

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.actions import prove_mailbox, request_sign_in_code
from accounts.links import MANAGE, token_for
from accounts.models import AuditEvent, Person, SignInCode
from echo_portal.outbox.models import Message
from registrations import actions, tasks
from registrations.models import Enrollment, Registration
from tests.builders import Programme
from tests.people import People
from tests.registrations.forms import form

pytestmark = pytest.mark.django_db

ADDRESS = "elodie@example.org"


def post(client: Client, slug: str = "psw-cop", **changes: object) -> None:
    assert client.post(reverse("register", kwargs={"slug": slug}), form(**changes)).status_code == 302


def own(view: str, person: Person, **more: object) -> str:
    return reverse(view, kwargs={"token": token_for(person, MANAGE), **more})


def proved(person: Person) -> bool:
    return Person.objects.get(pk=person.pk).is_proved


def reminded(person: Person) -> list[str]:
    """Return the titles of the sessions that the person's reminders are about."""
    rows = Message.objects.filter(kind="reminder-day", person_id=person.pk, state="queued").order_by("due_at")
    places = {row.pk: row.session.title_en for row in Registration.objects.select_related("session")}
    return [places[row.payload["registration"]] for row in rows]


def test_unproved_address_gets_reminders_of_the_next_session_only(client: Client, programme: Programme) -> None:
    programme.open_series(sessions=3)
    post(client, which="all")
    assert reminded(Person.objects.get()) == ["psw-cop 1"]


def test_unproved_address_gets_no_reminders_of_later_sessions_after_more_forms(
    client: Client, programme: Programme
) -> None:
    _series, sessions = programme.open_series(sessions=4)
    post(client, sessions=[sessions[2].pk])
    post(client, sessions=[sessions[3].pk])
    assert reminded(Person.objects.get()) == ["psw-cop 3"]
    post(client, sessions=[sessions[0].pk, sessions[1].pk])
    assert reminded(Person.objects.get()) == ["psw-cop 1", "psw-cop 3"]


def test_reminders_of_a_session_without_a_time_are_written_when_its_time_is_set(
    client: Client, programme: Programme
) -> None:
    series = programme.series("heart-cop")
    session = programme.session(series, 1, days=20, at="")
    post(client, "heart-cop", sessions=[session.pk])
    later = actions.NewTime(session.on_date, dt.time(12), dt.time(13), "America/Toronto")
    actions.reschedule_session(session=session, new_time=later, by=None)
    assert reminded(Person.objects.get()) == ["heart-cop 1"]


def test_proved_address_gets_every_reminder(client: Client, programme: Programme, people: People) -> None:
    programme.open_series(sessions=3)
    post(client, which="all", email=people.ama.email)
    assert reminded(people.ama) == ["psw-cop 1", "psw-cop 2", "psw-cop 3"]


def test_confirming_the_address_proves_it_and_writes_the_other_reminders(client: Client, programme: Programme) -> None:
    programme.open_series(sessions=3)
    post(client, which="all")
    person = Person.objects.get()
    page = own("confirm_address", person)
    for method in (client.get, client.head):
        assert method(page).status_code == 200
    assert (proved(person), reminded(person)) == (False, ["psw-cop 1"])
    assert client.post(page)["Location"] == own("my_sessions_link", person)
    assert (proved(person), reminded(person)) == (True, ["psw-cop 1", "psw-cop 2", "psw-cop 3"])
    assert not Registration.objects.filter(reminders_wait=True).exists()
    client.post(page)
    assert AuditEvent.objects.filter(verb="mailbox-proved", actor_id=person.pk).count() == 1
    assert len(reminded(person)) == 3


def test_other_reminders_are_written_by_a_task_after_signing_in(client: Client, programme: Programme) -> None:
    programme.open_series(sessions=3)
    post(client, which="all")
    tasks.write_waiting_reminders()
    person = Person.objects.get()
    assert reminded(person) == ["psw-cop 1"]
    request_sign_in_code(email=ADDRESS, language="en")
    prove_mailbox(code=SignInCode.objects.get())
    tasks.write_waiting_reminders()
    assert reminded(person) == ["psw-cop 1", "psw-cop 2", "psw-cop 3"]


def test_moving_a_session_does_not_write_reminders_that_were_left_out(client: Client, programme: Programme) -> None:
    _series, sessions = programme.open_series(sessions=2)
    post(client, which="all")
    day = timezone.localdate() + dt.timedelta(days=30)
    later = actions.NewTime(day, dt.time(12), dt.time(13), "America/Toronto")
    actions.reschedule_session(session=sessions[1], new_time=later, by=None)
    person = Person.objects.get()
    assert reminded(person) == ["psw-cop 1"]
    client.post(own("confirm_address", person))
    assert reminded(person) == ["psw-cop 1", "psw-cop 2"]


def test_later_session_gets_no_reminders_until_the_mailbox_is_proved(
    client: Client, programme: Programme, people: People
) -> None:
    series, _sessions = programme.open_series(sessions=1)
    programme.session(series, 2, days=14)
    for address in (ADDRESS, people.ama.email):
        post(client, which="all", email=address)
    actions.cover_new_session(session=programme.session(series, 3, days=21), by=None)
    assert reminded(Person.objects.get(email=ADDRESS)) == ["psw-cop 1"]
    assert reminded(people.ama) == ["psw-cop 1", "psw-cop 2", "psw-cop 3"]


def test_stranger_cannot_change_the_profile_after_the_owner_used_a_link(client: Client, programme: Programme) -> None:
    """Each POST through the email's link proves the mailbox. Opening a page does not."""
    series, sessions = programme.open_series("capaciti", sessions=2, choose_one=True)
    acts = {
        "leave_session": {},
        "swap_session": {"to": str(sessions[1].public_id)},
        "change_language": {"language": "fr"},
        "send_invitations": {},
        "leave_series": {},
        "set_time_zone": {"zone": "America/Regina"},
    }
    for number, (name, fields) in enumerate(acts.items()):
        address = f"owner-{number}@example.org"
        post(client, "capaciti", email=address, sessions=[sessions[0].pk])
        person = Person.objects.get(email=address)
        arguments: dict[str, object] = {}
        if name in ("leave_session", "swap_session"):
            arguments = {"registration": Registration.objects.get(person=person).public_id}
        if name == "leave_series":
            Enrollment.objects.create(person=person, series=series, enrolled_at=timezone.now())
            arguments = {"slug": "capaciti"}
        token = {"token": token_for(person, MANAGE)}
        url = reverse(name) if name == "set_time_zone" else reverse(name, kwargs=token | arguments)
        client.get(url)
        assert not proved(person), name
        assert client.post(url, fields | token).status_code == 302, name
        assert proved(person), name
        person.refresh_from_db()
        stored = (person.name, person.language, person.time_zone)
        post(
            client, "capaciti", email=address, sessions=[sessions[1].pk], name="Stranger", province="ON", language="en"
        )
        person.refresh_from_db()
        assert (person.name, person.language, person.time_zone) == stored, name


def test_refused_requests_do_not_prove_the_mailbox(client: Client, programme: Programme) -> None:
    _series, sessions = programme.open_series("capaciti", sessions=2, choose_one=True)
    post(client, "capaciti", sessions=[sessions[0].pk])
    person = Person.objects.get()
    row = Registration.objects.get()
    client.post(own("swap_session", person, registration=row.public_id), {"to": "x"})
    client.post(own("leave_session", person, registration=uuid.uuid4()))
    client.post(own("change_language", person), {"language": "xx"})
    client.post(reverse("confirm_address", kwargs={"token": "forged.token"}))
    assert not proved(person)
