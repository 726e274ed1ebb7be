"""People who lead a session can open its run sheet, meeting and roll call; nobody else can (PRODUCT.md 1)."""

import datetime as dt
from urllib.parse import urlencode

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEvent, Person
from attendance.models import Attendance
from sessions.actions import end_role, give_role
from sessions.models import Session, SessionRole
from tests.admin.pages import says
from tests.admin.two_hubs import signed_in_client
from tests.builders import Programme, enroll
from tests.people import People

HOST = "https://meet.example.org/host"


@pytest.fixture
def session(programme: Programme, people: People) -> Session:
    series, (session,) = programme.open_series(sessions=1)
    Session.objects.filter(pk=session.pk).update(join_url="https://meet.example.org/room", host_url=HOST)
    enroll(people.ama, series, session)
    enroll(people.luc, series, session)
    return Session.objects.select_related("series__hub").get(pk=session.pk)


@pytest.fixture
def leader(people: People, session: Session, programme: Programme) -> Person:
    """Return Sam, who is a facilitator of the session."""
    give_role(
        session=session,
        role="facilitator",
        name="Sam S.",
        email=people.stranger.email,
        by=people.coordinator(programme.national),
    )
    return people.stranger


def browser(person: Person | None) -> Client:
    client = Client()
    if person is not None:
        client.force_login(person)
    return client


def pages_of(session: Session) -> dict[str, str]:
    names = ("lead_session", "lead_session_pdf", "enter_as_host", "roll_call")
    return {name: reverse(name, kwargs={"session": session.public_id}) for name in names}


def test_leader_finds_the_run_sheet_from_my_sessions(leader: Person, session: Session) -> None:
    client = browser(leader)
    assert reverse("leading") in client.get(reverse("my_sessions")).content.decode()
    assert pages_of(session)["lead_session"] in client.get(reverse("leading")).content.decode()
    page = says(client.get(pages_of(session)["lead_session"]))
    for text in ("Ama Okpik", "Luc Bélanger", "Registered nurse", "2 registered"):
        assert text in page
    for secret in ("ama@example.org", "luc@example.org", "meet.example.org"):
        assert secret not in page
    assert client.get(pages_of(session)["lead_session_pdf"])["Content-Type"] == "application/pdf"


def test_pages_are_not_found_for_people_without_a_role(leader: Person, session: Session, people: People) -> None:
    for person in (people.ama, people.luc):
        client = browser(person)
        assert reverse("leading") not in client.get(reverse("my_sessions")).content.decode()
        found = {
            name: client.post(here).status_code if name == "enter_as_host" else client.get(here).status_code
            for name, here in pages_of(session).items()
        }
        assert found == dict.fromkeys(found, 404)
    anonymous = {
        browser(None).get(here).status_code for name, here in pages_of(session).items() if name != "enter_as_host"
    }
    assert anonymous == {302}


def test_leader_who_is_signed_out_opens_the_room_from_the_page_of_the_session(session: Session) -> None:
    asked = browser(None).post(pages_of(session)["enter_as_host"])
    wanted = urlencode({"next": pages_of(session)["lead_session"]}, safe="/")
    assert (asked.status_code, asked["Location"]) == (302, f"{reverse('sign_in')}?{wanted}")


def test_host_link_works_while_the_room_is_open_only(leader: Person, session: Session) -> None:
    assert session.starts_at is not None
    client, here = browser(leader), pages_of(session)["enter_as_host"]
    assert client.get(here).status_code == 405
    early = client.post(here)
    assert (early.status_code, early["Location"]) == (302, pages_of(session)["lead_session"])
    with time_machine.travel(session.starts_at - dt.timedelta(minutes=9), tick=False):
        client = browser(leader)
        page = client.get(pages_of(session)["lead_session"])
        assert "Open the room" in says(page)
        assert "https://meet.example.org" in page["Content-Security-Policy"]
        entered = client.post(here)
    assert (entered.status_code, entered["Location"], entered["Referrer-Policy"]) == (303, HOST, "no-referrer")
    assert AuditEvent.objects.filter(verb="entered-as-host", actor_id=leader.pk).count() == 1


def test_leader_takes_the_roll_call_after_the_start(leader: Person, session: Session, people: People) -> None:
    assert session.starts_at is not None
    here = pages_of(session)["roll_call"]
    early = browser(leader).post(here, {"present": [people.ama.pk]})
    assert (early.status_code, "This session has not started." in says(early)) == (409, True)
    with time_machine.travel(session.starts_at + dt.timedelta(minutes=20), tick=False):
        client = browser(leader)
        assert "Ama Okpik" in says(client.get(here))
        answer = client.post(here, {"present": [str(people.ama.pk), "x", "²"]})
        assert answer["Location"] == pages_of(session)["lead_session"]
    (row,) = Attendance.objects.all()
    assert (row.person, row.minutes, row.confirmed_by) == (people.ama, 60, leader)


def test_role_ends_with_its_removal_the_account_or_two_weeks(leader: Person, session: Session, people: People) -> None:
    assert session.over_at is not None
    now = timezone.now()
    assert SessionRole.objects.open_to(leader, session.over_at + dt.timedelta(days=13)).count() == 1
    assert SessionRole.objects.open_to(leader, session.over_at + dt.timedelta(days=15)).count() == 0
    Session.objects.filter(pk=session.pk).update(state="draft")
    assert SessionRole.objects.open_to(leader, now).count() == 0
    Session.objects.filter(pk=session.pk).update(state="published")
    Person.objects.filter(pk=leader.pk).update(is_active=False)
    assert SessionRole.objects.open_to(Person.objects.get(pk=leader.pk), now).count() == 0
    end_role(role=SessionRole.objects.get(), by=people.staff)
    assert SessionRole.objects.count() == 0


def test_coordinator_names_and_removes_a_leader_without_seeing_their_profile(
    programme: Programme, people: People, session: Session
) -> None:
    here = reverse("admin:echo_sessions_session_roles", args=(session.pk,))
    desk = signed_in_client(people.coordinator(programme.national))
    person = people.stranger
    given = {"role": "coach", "name": "Typed Name", "email": "STRANGER@example.org"}
    shown = says(desk.post(here, given, follow=True))
    assert "Typed Name is now a practice coach of this session: tell them to sign in with this address." in shown
    assert ("Typed Name, Practice coach, STRANGER@example.org" in shown.replace("</strong>", ""), "Sam" in shown) == (
        True,
        False,
    )
    twice = desk.post(here, given)
    assert "This address has this role already." in says(twice)
    assert SessionRole.objects.get().person == person
    person.refresh_from_db()
    assert person.name == "Sam Stranger"
    bad = says(desk.post(here, {"role": "boss", "name": " ", "email": "ſam@example.org"}))
    for sentence in ("Choose a role.", "Write the name.", "Check the part before the @"):
        assert sentence in bad
    new = {"role": "presenter", "name": "Nora New", "email": "nora@example.org"}
    assert desk.post(here, new).status_code == 302
    nora = Person.objects.get(email_key="nora@example.org")
    assert (nora.name, nora.is_proved, nora.language) == ("Nora New", False, "en")
    row = SessionRole.objects.get(person=person)
    other = signed_in_client(people.coordinator(programme.bc))
    assert other.post(here, {"end": row.pk}).status_code == 404
    assert "Typed Name no longer has this role." in says(desk.post(here, {"end": row.pk}, follow=True))
    assert "This role had ended already." in says(desk.post(here, {"end": row.pk}, follow=True))
    assert list(SessionRole.objects.values_list("name", flat=True)) == ["Nora New"]


def test_doubtful_address_of_a_leader_is_accepted_if_the_form_is_sent_again(
    programme: Programme, people: People, session: Session
) -> None:
    here = reverse("admin:echo_sessions_session_roles", args=(session.pk,))
    desk = signed_in_client(people.coordinator(programme.national))
    given = {"role": "coach", "name": "Sam", "email": "sam@gmial.com"}
    asked = desk.post(here, given)
    assert "Did you mean sam@gmail.com?" in says(asked)
    assert '<input type="hidden" name="doubted" value="sam@gmial.com">' in asked.content.decode()
    assert not SessionRole.objects.exists()
    assert desk.post(here, given | {"doubted": "sam@gmial.com"}).status_code == 302
    assert SessionRole.objects.get().address == "sam@gmial.com"


def test_list_of_sessions_makes_the_same_queries_for_one_and_many(
    programme: Programme, people: People, leader: Person, session: Session
) -> None:
    def asked() -> int:
        client = browser(leader)
        client.get(reverse("leading"))  # saves when the session began
        with CaptureQueriesContext(connection) as queries:
            assert client.get(reverse("leading")).status_code == 200
        return len(queries)

    few = asked()
    for number in range(2, 60):
        row = programme.session(session.series, number, days=number)
        SessionRole.objects.create(
            session=row, person=leader, role="coach", name="S", address="s@example.org", given_at=timezone.now()
        )
    assert (few, asked()) == (4, 4)
