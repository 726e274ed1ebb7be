"""Saving a row in the administration also updates calendars, registrations, the waiting list and the audit trail."""

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import AuditEvent, Person
from echo_portal.outbox.models import Message
from hubs.models import Membership
from registrations.models import Enrollment, Registration
from sessions.models import EnrollmentKey, Series, Session
from tests.admin.pages import NEW_SESSION, address, posted_fields
from tests.admin.two_hubs import HubRows, signed_in_client
from tests.messages import answers
from tests.people import People


@pytest.fixture
def coordinator_client(own: HubRows) -> Client:
    Message.objects.all().delete()  # so that only messages of the tested action are counted
    return signed_in_client(own.coordinator)


@pytest.fixture
def nobody_registered(own: HubRows) -> None:
    """Delete all registrations, so that date, time and state can be edited in the session's form."""
    Registration.objects.all().delete()
    Enrollment.objects.update(covers_later_sessions=False)


def save(client: Client, row: Any, **changes: Any) -> Any:
    here = address(type(row), "change", row.pk)
    answer = client.post(here, {**posted_fields(client, here), **changes})
    row.refresh_from_db()
    return answer


def errors(answer: Any) -> dict[str, Any]:
    found: dict[str, Any] = answer.context["adminform"].form.errors
    return found


@pytest.mark.usefixtures("nobody_registered")
def test_moving_a_session_increases_its_calendar_sequence_and_is_audited(
    coordinator_client: Client, own: HubRows
) -> None:
    session = own[Session]
    before = session.last_modified_at
    assert save(coordinator_client, session, start_time="12:30", end_time="13:30").status_code == 302
    assert (session.revision, session.start_time, session.last_modified_at > before) == (1, dt.time(12, 30), True)
    line = AuditEvent.objects.get(verb="session-changed")
    assert (line.about, line.actor_id, line.scope_id) == (f"session:{session.pk}", own.coordinator.pk, own.hub.pk)
    assert line.details == {
        "fields": ["start_time", "end_time"],
        "revision": 1,
        "changes": {"start_time": ["12:00:00", "12:30:00"], "end_time": ["13:00:00", "13:30:00"]},
    }
    for change in ({"title_fr": "Titre"}, {"time_zone": "America/Vancouver"}, {"state": "cancelled"}):
        save(coordinator_client, session, **change)
    assert session.revision == 4


def test_calendar_sequence_is_unchanged_if_no_calendar_field_changes(coordinator_client: Client, own: HubRows) -> None:
    session = own[Session]
    assert save(coordinator_client, session, presenters="Dr. One\n\n Dr. Two ", capacity=5).status_code == 302
    assert (session.revision, session.presenters, session.capacity) == (0, ["Dr. One", "Dr. Two"], 5)
    save(coordinator_client, session)
    assert AuditEvent.objects.filter(verb="session-changed").count() == 1


@pytest.mark.usefixtures("nobody_registered")
@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"on_date": "2027-03-14", "start_time": "02:30", "end_time": "03:30"}, "start_time", "clocks jump over 02:30"),
        ({"start_time": "13:00", "end_time": "12:00"}, "__all__", "must end after it starts"),
        ({"end_time": ""}, "__all__", "date, the start and the end together"),
        ({"held_by": "2026-01-01"}, "__all__", "date is not known"),
        ({"capacity": 0}, "__all__", "at least one"),
        ({"time_zone": "Europe/Paris"}, "time_zone", "Choose from the list."),
        ({"presenters": "x" * 201}, "presenters", "200 characters"),
    ],
)
def test_invalid_value_in_the_session_form_displays_an_error_at_its_field(
    coordinator_client: Client, own: HubRows, changes: dict[str, Any], field: str, sentence: str
) -> None:
    answer = save(coordinator_client, own[Session], **changes)
    assert answer.status_code == 200
    assert sentence in str(errors(answer)[field])
    assert own[Session].revision == 0


def test_session_number_that_is_already_used_is_refused(coordinator_client: Client, own: HubRows) -> None:
    answer = coordinator_client.post(address(Session, "add"), {**NEW_SESSION, "series": own[Series].pk, "number": 1})
    assert "number already" in str(errors(answer)["__all__"])


def test_publishing_a_session_registers_each_enrolled_person_once(coordinator_client: Client, own: HubRows) -> None:
    day = timezone.localdate() + dt.timedelta(days=30)
    data = {**NEW_SESSION, "series": own[Series].pk, "on_date": day, "start_time": "12:00", "end_time": "13:00"}
    coordinator_client.post(address(Session, "add"), data)
    session = Session.objects.get(number=9)
    assert not Registration.objects.filter(session=session).exists()
    answer = save(coordinator_client, session, state="published")
    assert answer.status_code == 302, errors(answer)
    coordinator_client.post(answer["Location"], {"revision": session.revision})
    session.refresh_from_db()
    row = Registration.objects.get(session=session)
    assert row.person == own[Person]
    assert answers().get().dedupe_key == f"confirmation:later:{row.pk}"
    save(coordinator_client, session, title_en="Another title")
    assert Registration.objects.filter(session=session).count() == answers().count() == 1


def test_new_session_does_not_register_people_who_left_or_chose_single_sessions(
    coordinator_client: Client, own: HubRows
) -> None:
    Enrollment.objects.update(covers_later_sessions=False)
    coordinator_client.post(address(Session, "add"), {**NEW_SESSION, "series": own[Series].pk, "state": "published"})
    Enrollment.objects.update(covers_later_sessions=True, left_at=timezone.now())
    coordinator_client.post(
        address(Session, "add"), {**NEW_SESSION, "series": own[Series].pk, "state": "published", "number": 10}
    )
    assert Session.objects.filter(series=own[Series]).count() == 3
    assert not Registration.objects.exclude(session=own[Session]).exists()


def waiting(own: HubRows, people: People) -> Registration:
    """Give the session one place, which is taken, and put Luc on the waiting list."""
    Session.objects.filter(pk=own[Session].pk).update(capacity=1)
    now = timezone.now()
    return Registration.objects.create(
        person=people.luc, session=own[Session], state="waiting", waiting_number=1, registered_at=now, changed_at=now
    )


def test_adding_a_place_registers_the_first_person_on_the_waiting_list(
    coordinator_client: Client, own: HubRows, people: People
) -> None:
    row = waiting(own, people)
    save(coordinator_client, own[Session], capacity=2, promotions_seen=1)
    row.refresh_from_db()
    assert row.state == Registration.State.REGISTERED
    assert answers().get().kind == "place-from-waiting-list"


def give_back(client: Client, *rows: Registration, **extra: Any) -> Any:
    data = {"action": "give_back", "_selected_action": [row.pk for row in rows], **extra}
    return client.post(address(Registration, "changelist"), data)


def test_give_back_action_lists_recipients_before_it_is_confirmed(
    coordinator_client: Client, own: HubRows, people: People
) -> None:
    row, next_in_line = own[Registration], waiting(own, people)
    page = give_back(coordinator_client, row)
    assert "OWNHUB-person" in page.content.decode()
    row.refresh_from_db()
    assert (row.state, answers().count()) == ("registered", 0)
    give_back(coordinator_client, row, confirmed="yes")
    row.refresh_from_db()
    next_in_line.refresh_from_db()
    assert (row.state, row.cancelled_by, next_in_line.state) == ("cancelled", own.coordinator, "registered")
    assert sorted(answers().values_list("kind", flat=True)) == ["left", "place-from-waiting-list"]
    give_back(coordinator_client, row, confirmed="yes")
    assert answers().count() == 2


def test_place_in_held_session_cannot_be_given_back(coordinator_client: Client, own: HubRows) -> None:
    Session.objects.filter(pk=own[Session].pk).update(
        over_at=timezone.now(), starts_at=None, ends_at=None, start_time=None, end_time=None
    )
    answer = give_back(coordinator_client, own[Registration], confirmed="yes")
    assert "has been held" in answer.content.decode()
    own[Registration].refresh_from_db()
    assert own[Registration].state == "registered"


@pytest.mark.parametrize("asked", ["person-name", "OWNHUB-PERSON", "ownhub-person@"])
def test_registrations_are_found_by_name_and_address(coordinator_client: Client, own: HubRows, asked: str) -> None:
    page = coordinator_client.get(address(Registration, "changelist"), {"q": asked.replace("-name", "")})
    assert "OWNHUB-person" in page.content.decode()


@pytest.mark.parametrize("text", ["ownhubkey", "OWN-HUB KEY", "0wnhubkey", " - "])
def test_key_equal_to_another_when_folded_or_empty_when_folded_is_refused(
    coordinator_client: Client, own: HubRows, text: str
) -> None:
    answer = coordinator_client.post(address(EnrollmentKey, "add"), {"series": own[Series].pk, "text": text})
    assert "text" in errors(answer)
    assert EnrollmentKey.objects.count() == 1


def test_adding_and_deleting_a_membership_grants_and_removes_admin_access(own: HubRows, people: People) -> None:
    staff = signed_in_client(people.staff)
    staff.post(address(Membership, "add"), {"person": people.luc.pk, "hub": own.hub.pk, "role": "coordinator"})
    people.luc.refresh_from_db()
    assert people.luc.is_staff
    assert signed_in_client(people.luc).get(address(Series, "changelist")).status_code == 200
    membership = Membership.objects.get(person=people.luc)
    staff.post(address(Membership, "delete", membership.pk), {"post": "yes"})
    assert not Person.objects.get(pk=people.luc.pk).is_staff
    verbs = AuditEvent.objects.filter(about=f"person:{people.luc.pk}").values_list("verb", flat=True)
    assert sorted(verbs) == ["membership-given", "membership-taken"]


def test_staff_can_change_only_the_name_of_a_person(own: HubRows, people: People) -> None:
    forged = {
        "certificate_name": "Élodie Łukasik",
        "email": "taken@example.org",
        "is_superuser": "on",
        "is_staff": "on",
    }
    assert save(signed_in_client(people.staff), people.luc, name="Luc B.", **forged).status_code == 302
    assert (people.luc.name, people.luc.certificate_name, people.luc.email) == (
        "Luc B.",
        "Élodie Łukasik",
        "luc@example.org",
    )
    assert not people.luc.is_staff
    assert not people.luc.is_superuser
    assert AuditEvent.objects.get(verb="profile-changed").details == {"fields": ["name", "certificate_name"]}


def test_form_marks_a_missing_french_text(coordinator_client: Client, own: HubRows) -> None:
    Series.objects.filter(pk=own[Series].pk).update(title_fr="", summary_fr="")
    assert (
        "Missing: title, summary" in coordinator_client.get(address(Series, "change", own[Series].pk)).content.decode()
    )
    assert "Missing" in coordinator_client.get(address(Series, "changelist")).content.decode()


@pytest.mark.usefixtures("nobody_registered")
def test_session_page_displays_local_times_from_vancouver_to_st_johns(coordinator_client: Client, own: HubRows) -> None:
    save(coordinator_client, own[Session], on_date="2027-01-13", start_time="12:00", end_time="13:00")
    page = coordinator_client.get(address(Session, "change", own[Session].pk)).content.decode()
    for hours in (
        "10:00 – 11:00 am Pacific time (BC)",
        "12:00 – 1:00 pm Manitoba time",
        "1:30 – 2:30 pm Newfoundland time",
    ):
        assert hours in page.replace("\u00a0", " "), hours


def test_administration_is_displayed_in_french_to_people_who_read_french(
    coordinator_client: Client, own: HubRows
) -> None:
    answer = coordinator_client.post("/i18n/setlang/", {"language": "fr", "next": "/admin/"})
    assert answer["Location"] == "/admin/"
    assert '<html lang="fr"' in coordinator_client.get("/admin/").content.decode()
